/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter that changes the names a program sees.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/kpi_socketfilter.h>
#include <sys/malloc.h>
#include <string.h>

#include "kernel/file/poll.h"

static errno_t
names_attach(void **cookie, socket_t so)
{
	*cookie = so;
	return (0);
}

static void
names_detach(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
}

/* Changed in place. */
static int
names_sock(void *cookie, socket_t so, struct sockaddr **sa)
{
	(void)cookie;
	(void)so;
	((struct sockaddr_in *)(void *)*sa)->sin_port = htons(1111);
	return (0);
}

/* Replaced; EJUSTRETURN counts as success. */
static int
names_peer(void *cookie, socket_t so, struct sockaddr **sa)
{
	struct sockaddr_in *n = _MALLOC(sizeof(*n), M_SONAME, M_WAITOK);

	(void)cookie;
	(void)so;
	memcpy(n, *sa, sizeof(*n));
	n->sin_addr.s_addr = htonl(0x01020304);
	_FREE(*sa, M_SONAME);
	*sa = (struct sockaddr *)n;
	return (EJUSTRETURN);
}

static volatile unsigned names_gone;

static void
names_unregistered(sflt_handle handle)
{
	(void)handle;
	names_gone = 1;
}

CASE(names_through_a_filter)
{
	static const struct sflt_filter f = {
		.sf_handle = 0x6e616d65, .sf_flags = SFLT_PROG,
		.sf_name = "names", .sf_attach = names_attach,
		.sf_detach = names_detach, .sf_getsockname = names_sock,
		.sf_getpeername = names_peer,
		.sf_unregistered = names_unregistered,
	};
	struct proc *p = current_proc();
	struct so_nke nke = { 0x6e616d65, 0, 0 };
	struct sockaddr_in in;
	struct file *fp;
	union name n;
	socklen_t len = sizeof(n);
	int fds[2];

	names_gone = 0;
	EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	st_connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_NKE, &nke,
	    sizeof(nke)) == 0);
	EXPECT(sys_getsockname(p, fds[0], &n.sa, &len) == 0 &&
	    n.in.sin_port == htons(1111));
	EXPECT(sys_getpeername(p, fds[0], &n.sa, &len) == 0 &&
	    n.in.sin_addr.s_addr == htonl(0x01020304));
	/* The kernel's calls do not ask the filters. */
	EXPECT(fget(p, fds[0], &fp) == 0);
	EXPECT(sock_getpeername((socket_t)fp->f_data, (struct sockaddr *)&in,
	    sizeof(in)) == 0 && in.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	fput(fp);
	EXPECT(sflt_unregister(0x6e616d65) == 0);
	(void)WAIT_UNTIL(names_gone != 0);
	EXPECT(names_gone == 1);
	return (0);
}
