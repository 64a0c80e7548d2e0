/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sf_getsockname and sf_getpeername.  Only system calls ask them, so a
 * program has to make those: the case prints "KPI RUN" and what is to be
 * started, which the test's runner does (test/lib/kpi.py), and the program
 * sends what it saw to a socket of this kext.
 */
#include "record.h"

#include <sys/malloc.h>

#define NAMES_HANDLE	0x54545555

static unsigned names_gone;

static errno_t
names_attach(void **cookie, socket_t so)
{
	*cookie = so;
	return (0);
}

static void
names_detach(void *cookie, socket_t so)
{
	KPI_EXPECT(cookie == so);
}

static void
names_unregistered(sflt_handle handle)
{
	if (handle == NAMES_HANDLE)
		names_gone++;
}

/* Changed in place. */
static int
names_sock(void *cookie, socket_t so, struct sockaddr **sa)
{
	KPI_EXPECT(cookie == so);
	((struct sockaddr_in *)(void *)*sa)->sin_port = htons(1111);
	return (0);
}

/* Replaced; EJUSTRETURN counts as success. */
static int
names_peer(void *cookie, socket_t so, struct sockaddr **sa)
{
	struct sockaddr_in *n = _MALLOC(sizeof(*n), M_SONAME, M_WAITOK);

	KPI_EXPECT(cookie == so);
	memcpy(n, *sa, sizeof(*n));
	n->sin_addr.s_addr = htonl(0x01020304);
	_FREE(*sa, M_SONAME);
	*sa = (struct sockaddr *)n;
	return (EJUSTRETURN);
}

/* What the program has seen; the connection's own names in *real. */
static errno_t
ask(struct sockaddr_in names[2], struct sockaddr_in real[2])
{
	struct timeval tv = { 30, 0 };
	struct conn k;
	size_t n = 0;
	errno_t error;

	error = make_listener(&k, 4);
	if (error != 0)
		return (error);
	(void)sock_setsockopt(k.l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	printf("KPI RUN /test/names %u\n", ntohs(k.addr.sin_port));
	error = sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s);
	if (error == 0)
		error = get(k.s, names, 2 * sizeof(*names), MSG_WAITALL, &n);
	if (error == 0 && n != 2 * sizeof(*names))
		error = EIO;
	if (error == 0)
		error = sock_getpeername(k.s, (struct sockaddr *)&real[0],
		    sizeof(real[0]));
	if (error == 0)
		error = sock_getsockname(k.s, (struct sockaddr *)&real[1],
		    sizeof(real[1]));
	end_conn(&k);
	return (error);
}

static errno_t
with_names(sf_getsockname_func sock, sf_getpeername_func peer,
    struct sockaddr_in names[2], struct sockaddr_in real[2])
{
	struct sflt_filter f;
	errno_t error;
	unsigned i;

	bzero(&f, sizeof(f));
	f.sf_handle = NAMES_HANDLE;
	f.sf_flags = SFLT_GLOBAL;
	f.sf_name = "names";
	f.sf_attach = names_attach;
	f.sf_detach = names_detach;
	f.sf_unregistered = names_unregistered;
	f.sf_getsockname = sock;
	f.sf_getpeername = peer;
	names_gone = 0;
	error = sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP);
	if (error != 0)
		return (error);
	error = ask(names, real);
	KPI_EXPECT(sflt_unregister(NAMES_HANDLE) == 0);
	for (i = 0; i < 6000 && names_gone == 0; i++)
		pause_ms(5);
	KPI_EXPECT(names_gone == 1);
	return (error);
}

KPI_TEST(sf_getsockname_func)
{
	struct sockaddr_in names[2], real[2];

	/* The kernel's own calls give the real ones, also under the filter. */
	KPI_REQUIRE(with_names(names_sock, NULL, names, real) == 0);
	KPI_EXPECT(names[0].sin_port == htons(1111) &&
	    real[0].sin_port != htons(1111));
	KPI_EXPECT(names[0].sin_addr.s_addr == real[0].sin_addr.s_addr);
	KPI_EXPECT(names[1].sin_port == real[1].sin_port);
}

KPI_TEST(sf_getpeername_func)
{
	struct sockaddr_in names[2], real[2];

	KPI_REQUIRE(with_names(NULL, names_peer, names, real) == 0);
	KPI_EXPECT(names[1].sin_addr.s_addr == htonl(0x01020304) &&
	    names[1].sin_port == real[1].sin_port);
	KPI_EXPECT(real[1].sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	KPI_EXPECT(names[0].sin_port == real[0].sin_port);
}
