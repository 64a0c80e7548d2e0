/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helpers of the socket tests.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <string.h>

void
st_as_process(int (*fn)(int, char **))
{
	const struct spawn_attr attr = { .sa_keep = true };
	unsigned files = file_count();
	struct proc *p;
	int status = -1;

	REQUIRE(proc_spawn("socktest", fn, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	EXPECT(file_count() == files);
	(void)proc_rele(p);
}

socklen_t
st_loop(union name *n, int family, unsigned short port)
{
	static const struct in6_addr one = IN6ADDR_LOOPBACK_INIT;

	memset(n, 0, sizeof(*n));
	n->sa.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		n->in.sin_len = sizeof(n->in);
		n->in.sin_port = htons(port);
		n->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		n->in6.sin6_len = sizeof(n->in6);
		n->in6.sin6_port = htons(port);
		n->in6.sin6_addr = one;
	}
	return (n->sa.sa_len);
}

int
st_new_socket(int family, int type)
{
	int fd = -1;

	EXPECT(sys_socket(current_proc(), family, type, 0, &fd) == 0);
	return (fd);
}

/* A listener and its name. */
int
st_new_listener(int family, union name *n, int backlog)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(family, SOCK_STREAM);
	socklen_t len = st_loop(n, family, 0);

	EXPECT(sys_bind(p, fd, &n->sa, len) == 0);
	EXPECT(sys_listen(p, fd, backlog) == 0);
	EXPECT(sys_getsockname(p, fd, &n->sa, &len) == 0);
	return (fd);
}

void
st_connected(int family, int fds[2])
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(family, &n, 5);

	fds[0] = st_new_socket(family, SOCK_STREAM);
	fds[1] = -1;
	EXPECT(sys_connect(p, fds[0], &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &fds[1]) == 0);
	EXPECT(sys_close(p, l) == 0);
}

int
st_setopt(int fd, int name, int value)
{
	return (sys_setsockopt(current_proc(), fd, SOL_SOCKET, name, &value,
	    sizeof(value)));
}

void
st_nonblocking(int fd)
{
	int rv;

	EXPECT(sys_fcntl(current_proc(), fd, F_SETFL, O_NONBLOCK, &rv) == 0);
}

int
st_new_bound(int family, union name *n)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(family, SOCK_DGRAM);
	socklen_t len = st_loop(n, family, 0);

	EXPECT(sys_bind(p, fd, &n->sa, len) == 0);
	EXPECT(sys_getsockname(p, fd, &n->sa, &len) == 0);
	return (fd);
}
