/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of things, row by row: each case is a row of the table of hook
 * points (bind, listen, connect, ... close) with its refusals.
 */
#include "record.h"

#include <net/if.h>
#include <sys/sockio.h>

static errno_t
tcp_filter(int i, int flags)
{
	return (rec_register(i, flags, PF_INET, SOCK_STREAM, IPPROTO_TCP));
}

static errno_t
udp_filter(int i, int flags)
{
	return (rec_register(i, flags, PF_INET, SOCK_DGRAM, IPPROTO_UDP));
}

/* A fresh socket that has filter A. */
static socket_t
fresh(int type)
{
	socket_t so = NULL;

	if (sock_socket(PF_INET, type, 0, NULL, NULL, &so) != 0)
		return (NULL);
	if (sflt_attach(so, HANDLE(0)) != 0) {
		sock_close(so);
		return (NULL);
	}
	rec_reset();
	return (so);
}

/* A connection whose client end has filter A. */
static errno_t
filtered_conn(struct conn *k)
{
	errno_t error = make_conn(k);

	if (error == 0)
		error = sflt_attach(k->c, HANDLE(0));
	rec_reset();
	return (error);
}

static void
until(volatile int *v, int want)
{
	unsigned i;

	for (i = 0; i < 2000 && *v != want; i++)
		pause_ms(5);
	KPI_EXPECT(*v == want);
}

KPI_TEST_AS(sflt_register, row_socket)
{
	socket_t so;

	rec_reset();
	KPI_REQUIRE(tcp_filter(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	/* The protocol is there before the filter. */
	KPI_EXPECT(rec_seen[0].names_at_attach == 0 && last_so[0] == so);
	KPI_EXPECT(rec_is("A:attach "));
	sock_close(so);
	KPI_EXPECT(rec_is("A:attach A:closing A:flush_read A:cantrecvmore "
	    "A:detach "));
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_options)
{
	struct conn k;
	int v = 1, len = sizeof(v);

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	/* Refused and answered by the filter. */
	plan[0].setoption = EPERM;
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    EPERM);
	plan[0].setoption = 0;
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, &len) ==
	    0 && v == 0);
	KPI_EXPECT(rec_is("A:setoption A:getoption "));
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == 0);
	rec_reset();
	/* Both directions shut: refused before the filter. */
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    EINVAL);
	KPI_EXPECT(rec_is(""));
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_TYPE, &v, &len) == 0);
	KPI_EXPECT(rec_is("A:getoption "));
	end_conn(&k);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_ioctl)
{
	struct ifreq ifr;
	socket_t so;
	int v = -1;

	KPI_REQUIRE(udp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	plan[0].ioctl = EJUSTRETURN;
	KPI_EXPECT(sock_ioctl(so, FIONREAD, &v) == 0 && v == -1);
	KPI_EXPECT(rec_is("A:ioctl "));
	rec_reset();
	/* Interface requests are not a filter's business. */
	bzero(&ifr, sizeof(ifr));
	strlcpy(ifr.ifr_name, "lo0", sizeof(ifr.ifr_name));
	KPI_EXPECT(sock_ioctl(so, SIOCGIFFLAGS, &ifr) == 0);
	KPI_EXPECT((ifr.ifr_flags & IFF_LOOPBACK) != 0);
	KPI_EXPECT(rec_is(""));
	sock_close(so);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_bind)
{
	struct sockaddr_in used, a;
	socket_t so, other;

	KPI_REQUIRE(make_udp(&other, &used) == 0);
	KPI_REQUIRE(udp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	/* The protocol refuses: no event. */
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&used) == EADDRINUSE);
	KPI_EXPECT(rec_is("A:bind "));
	plan[0].bind = EACCES;
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == EACCES);
	KPI_EXPECT(rec_is("A:bind A:bind "));
	plan[0].bind = 0;
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0);
	KPI_EXPECT(rec_is("A:bind A:bind A:bind A:bound "));
	/* An implicit one does not ask. */
	sock_close(so);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	plan[0].bind = EACCES;
	KPI_EXPECT(put_to(so, &used, "x", 1) == 0);
	KPI_EXPECT(rec_is("A:out_to A:bound "));
	sock_close(so);
	sock_close(other);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_listen)
{
	struct sockaddr_in a;
	struct conn k;
	socket_t so, child;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_listen(k.c, 5) == EINVAL);
	KPI_EXPECT(rec_is(""));
	end_conn(&k);
	/* Never bound: between filter and protocol. */
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	KPI_EXPECT(sock_listen(so, 5) == 0);
	KPI_EXPECT(rec_is("A:listen A:bound "));
	KPI_EXPECT(sock_getsockname(so, (struct sockaddr *)&a, sizeof(a)) ==
	    0 && a.sin_port != 0);
	sock_close(so);
	/* Swallowed: no listener. */
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	plan[0].listen = EJUSTRETURN;
	KPI_EXPECT(sock_listen(so, 5) == 0);
	KPI_EXPECT(rec_is("A:listen "));
	KPI_EXPECT(sock_accept(so, NULL, 0, MSG_DONTWAIT, NULL, NULL,
	    &child) == EINVAL);
	plan[0].listen = EPERM;
	KPI_EXPECT(sock_listen(so, 5) == EPERM);
	sock_close(so);
	rec_unregister(0);
	KPI_REQUIRE(udp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	KPI_EXPECT(sock_listen(so, 5) == EOPNOTSUPP);
	KPI_EXPECT(rec_is(""));
	sock_close(so);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_connect)
{
	struct sockaddr_in a;
	struct conn k;
	socket_t so;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) ==
	    EISCONN);
	KPI_EXPECT(sflt_attach(k.l, HANDLE(0)) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(k.l, (struct sockaddr *)&k.addr, 0) ==
	    EOPNOTSUPP);
	KPI_EXPECT(rec_is(""));
	KPI_EXPECT(sflt_detach(k.l, HANDLE(0)) == 0);
	KPI_EXPECT(rec_is("A:detach "));
	/* Bound before: no event of that. */
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_out A:connecting A:connected "));
	sock_close(so);
	/* Swallowed; the filter connects it later. */
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	plan[0].connect_out = EJUSTRETURN;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_out ") && sock_isconnected(so) == 0);
	plan[0].connect_out = 0;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_out A:connect_out A:bound A:connecting "
	    "A:connected "));
	sock_close(so);
	a = k.addr;
	sock_close(k.l);
	k.l = NULL;
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&a, 0) ==
	    ECONNREFUSED);
	KPI_EXPECT(rec_is("A:connect_out A:bound A:connecting "
	    "A:disconnected "));
	rec_reset();
	sock_close(so);
	KPI_EXPECT(rec_is("A:closing A:flush_read A:cantrecvmore A:detach "));
	end_conn(&k);
	rec_unregister(0);
}

static void
mark_upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	(void)waitf;
	rec_mark(cookie);
}

KPI_TEST_AS(sflt_register, row_incoming)
{
	struct sockaddr_in a;
	socket_t l, c, s;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, mark_upcall,
	    (void *)(uintptr_t)"upcall", &l) == 0);
	addr4(&a, 0);
	KPI_REQUIRE(sock_bind(l, (struct sockaddr *)&a) == 0);
	KPI_REQUIRE(sock_listen(l, 4) == 0);
	KPI_REQUIRE(sock_getsockname(l, (struct sockaddr *)&a, 16) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &c) ==
	    0);
	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(l, HANDLE(0)) == 0);
	KPI_REQUIRE(tcp_filter(1, SFLT_GLOBAL) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(c, (struct sockaddr *)&a, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_in B:attach B:connected -:upcall "));
	/* It had no addresses yet when the filter came. */
	KPI_EXPECT(rec_seen[1].peer_at_attach == ENOTCONN);
	KPI_REQUIRE(sock_accept(l, NULL, 0, 0, NULL, NULL, &s) == 0);
	KPI_EXPECT(last_so[1] == s);
	KPI_EXPECT(rec_is("A:connect_in B:attach B:connected -:upcall "
	    "B:accept "));
	sock_close(s);
	sock_close(c);
	sock_close(l);
	rec_unregister(0);
	rec_unregister(1);
}

/* The peer has reset it before accept: no callback. */
KPI_TEST_AS(sflt_register, row_accept)
{
	struct linger rst = { 1, 0 };
	struct conn k;
	socket_t so;
	int v = 1;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_REQUIRE(tcp_filter(0, SFLT_GLOBAL) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:attach A:connected "));
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_LINGER, &rst,
	    sizeof(rst)) == 0);
	sock_close(k.c);
	KPI_EXPECT(rec_is("A:attach A:connected A:disconnected "));
	rec_reset();
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) ==
	    ECONNABORTED);
	KPI_EXPECT(rec_is("A:closing A:flush_read A:cantrecvmore A:detach "));
	/* Swallowed: the socket is there, torn down. */
	rec_reset();
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:attach A:connected "));
	plan[0].accept = EJUSTRETURN;
	KPI_REQUIRE(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(rec_is("A:attach A:connected A:accept A:disconnected "));
	KPI_EXPECT(sock_setsockopt(k.s, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    EINVAL);
	sock_close(k.s);
	sock_close(so);
	sock_close(k.l);
	rec_unregister(0);
}

static volatile int once_hold, once_got;
static socket_t once_so;

/* Takes one connection a call, as a simple kext does. */
static void
once_upcall(socket_t so, void *cookie, int waitf)
{
	(void)cookie;
	(void)waitf;
	if (!once_hold && sock_accept(so, NULL, 0, MSG_DONTWAIT, NULL, NULL,
	    &once_so) == 0)
		once_got = 1;
}

/* One that cannot be had does not keep the next one waiting. */
KPI_TEST_AS(sock_accept, upcall_again_after_an_aborted_one)
{
	struct linger rst = { 1, 0 };
	struct sockaddr_in a;
	socket_t l, c[2];
	int i;

	once_hold = 1;
	once_got = 0;
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, once_upcall, NULL,
	    &l) == 0);
	addr4(&a, 0);
	KPI_REQUIRE(sock_bind(l, (struct sockaddr *)&a) == 0 &&
	    sock_listen(l, 4) == 0 &&
	    sock_getsockname(l, (struct sockaddr *)&a, sizeof(a)) == 0);
	for (i = 0; i < 2; i++)
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &c[i]) == 0);
	KPI_REQUIRE(tcp_filter(0, SFLT_GLOBAL) == 0);
	rec_reset();
	for (i = 0; i < 2; i++) {
		KPI_EXPECT(sock_connect(c[i], (struct sockaddr *)&a, 0) == 0);
		KPI_EXPECT(rec_is(i == 0 ? "A:attach A:connected " :
		    "A:attach A:connected A:attach A:connected "));
	}
	KPI_EXPECT(sock_setsockopt(c[0], SOL_SOCKET, SO_LINGER, &rst,
	    sizeof(rst)) == 0);
	sock_close(c[0]);
	KPI_EXPECT(rec_is("A:attach A:connected A:attach A:connected "
	    "A:disconnected "));
	once_hold = 0;
	KPI_EXPECT(sock_accept(l, NULL, 0, MSG_DONTWAIT, NULL, NULL,
	    &once_so) == ECONNABORTED);
	until(&once_got, 1);
	if (once_got)
		sock_close(once_so);
	sock_close(c[1]);
	sock_close(l);
	rec_unregister(0);
}

/* Reads and drops what comes. */
static volatile int sunk;

static void
sink_upcall(socket_t so, void *cookie, int waitf)
{
	size_t n;
	mbuf_t m;

	(void)cookie;
	(void)waitf;
	for (;;) {
		n = 1 << 20;
		if (sock_receivembuf(so, NULL, &m, MSG_DONTWAIT, &n) != 0 ||
		    n == 0)
			return;
		sunk += (int)n;
		mbuf_freem(m);
	}
}

KPI_TEST_AS(sflt_register, row_send)
{
	static char block[1 << 20];
	struct sockaddr_in a, b;
	struct conn k;
	socket_t so, u;
	size_t n;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	/* Errors of the state come before the filter. */
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	KPI_EXPECT(put(so, "x", 1, 0, &n) == ENOTCONN);
	KPI_EXPECT(rec_is(""));
	sock_close(so);
	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	sunk = 0;
	KPI_REQUIRE(sock_accept(k.l, NULL, 0, 0, sink_upcall, NULL, &k.s) ==
	    0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	rec_reset();
	KPI_EXPECT(put(k.c, block, sizeof(block), 0, &n) == 0 &&
	    n == sizeof(block));
	KPI_EXPECT(rec_seen[0].out_calls >= 16 &&
	    rec_seen[0].out_most <= 65536 &&
	    rec_seen[0].out_bytes == sizeof(block));
	until(&sunk, sizeof(block));
	/* Mbufs are one call, and too many are refused before it. */
	rec_reset();
	KPI_EXPECT(sock_sendmbuf(k.c, NULL, packet(block, 100000), 0, &n) ==
	    0 && n == 100000);
	KPI_EXPECT(rec_is("A:out ") && rec_seen[0].out_most == 100000);
	until(&sunk, sizeof(block) + 100000);
	rec_reset();
	KPI_EXPECT(sock_sendmbuf(k.c, NULL, packet(block, 1 << 20), 0, &n) ==
	    EMSGSIZE);
	KPI_EXPECT(rec_is(""));
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	rec_reset();
	KPI_EXPECT(put(k.c, "x", 1, 0, &n) == EPIPE);
	KPI_EXPECT(rec_is(""));
	end_conn(&k);
	rec_unregister(0);
	/* A datagram is one call. */
	KPI_REQUIRE(udp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(make_udp(&u, &b) == 0);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0);
	KPI_EXPECT(put(so, "x", 1, 0, &n) == EDESTADDRREQ);
	rec_reset();
	KPI_EXPECT(put_to(so, &b, block, 60000) == 0);
	KPI_EXPECT(rec_is("A:out_to ") && rec_seen[0].out_most == 60000);
	sock_close(so);
	sock_close(u);
	rec_unregister(0);
}

/* Full: refused before the filter, and inside it instead of sleeping. */
KPI_TEST_AS(sock_inject_data_out, full_buffer)
{
	static char block[4000];
	struct conn k;
	int small = 8000;
	errno_t error;
	unsigned i;
	size_t n;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.s, SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_SNDBUF, &small, 4) ==
	    0);
	rec_reset();
	plan[0].flood_out = 1;
	nonblocking(k.c, 0);
	KPI_EXPECT(put(k.c, block, 1, MSG_DONTWAIT, &n) == 0 || n == 0);
	KPI_EXPECT(rec_seen[0].flood_error == EWOULDBLOCK);
	KPI_EXPECT(rec_seen[0].out_calls > 2);
	/* For good. */
	nonblocking(k.c, 1);
	for (i = 0; i < 3; i++) {
		do
			error = put(k.c, block, sizeof(block), 0, &n);
		while (error == 0);
		KPI_EXPECT(error == EWOULDBLOCK);
		pause_ms(100);
	}
	rec_reset();
	error = put(k.c, block, sizeof(block), 0, &n);
	KPI_EXPECT((error == EWOULDBLOCK) == (rec_seen[0].out_calls == 0));
	end_conn(&k);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_receive)
{
	static char block[3000];
	struct sockaddr_in a, b;
	struct conn k;
	socket_t so, u;
	int small = 4000;
	char buf[8];
	size_t n;

	/* Two filters: the last one first, both ways. */
	rec_reset();
	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(tcp_filter(1, SFLT_PROG) == 0);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0 &&
	    sflt_attach(k.c, HANDLE(1)) == 0);
	rec_reset();
	KPI_EXPECT(put(k.s, "in", 2, 0, &n) == 0);
	KPI_EXPECT(get(k.c, buf, 8, 0, &n) == 0 && n == 2);
	KPI_EXPECT(put(k.c, "out", 3, 0, &n) == 0);
	KPI_EXPECT(rec_is("B:in A:in B:out A:out "));
	KPI_EXPECT(rec_seen[0].in_flags == 0);
	/* Refused by the first: the second does not see it, it is gone. */
	rec_reset();
	plan[1].data_in = EPERM;
	KPI_EXPECT(put(k.s, "lost", 4, 0, &n) == 0);
	KPI_EXPECT(rec_is("B:in "));
	plan[1].data_in = 0;
	KPI_EXPECT(put(k.s, "kept", 4, 0, &n) == 0);
	KPI_EXPECT(get(k.c, buf, 8, 0, &n) == 0 && n == 4 &&
	    memcmp(buf, "kept", 4) == 0);
	plan[1].data_out = EPERM;
	rec_reset();
	plan[1].data_out = EPERM;
	KPI_EXPECT(put(k.c, "no", 2, 0, &n) == EPERM);
	KPI_EXPECT(rec_is("B:out "));
	end_conn(&k);
	rec_unregister(0);
	rec_unregister(1);

	/* A datagram is seen although there is no room for it. */
	KPI_REQUIRE(udp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(make_udp(&u, &b) == 0);
	KPI_REQUIRE((so = fresh(SOCK_DGRAM)) != NULL);
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0 &&
	    sock_getsockname(so, (struct sockaddr *)&a, sizeof(a)) == 0);
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	rec_reset();
	KPI_EXPECT(put_to(u, &a, block, sizeof(block)) == 0);
	KPI_EXPECT(rec_is("A:in_from "));
	KPI_EXPECT(put_to(u, &a, block, sizeof(block)) == 0);
	KPI_EXPECT(rec_is("A:in_from A:in_from "));
	KPI_EXPECT(get(so, block, sizeof(block), 0, &n) == 0);
	KPI_EXPECT(get(so, block, sizeof(block), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	sock_close(so);
	sock_close(u);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, row_shutdown)
{
	struct conn k;
	socket_t so;
	size_t n;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE((so = fresh(SOCK_STREAM)) != NULL);
	KPI_EXPECT(sock_shutdown(so, SHUT_WR) == ENOTCONN);
	KPI_EXPECT(rec_is(""));
	sock_close(so);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RD) == 0);
	KPI_EXPECT(rec_is("A:shutdown A:flush_read A:cantrecvmore ") &&
	    rec_seen[0].how == SHUT_RD);
	rec_reset();
	/* It stops at the read side, and has been told. */
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == ENOTCONN);
	KPI_EXPECT(rec_is("A:shutdown ") && rec_seen[0].how == SHUT_RDWR);
	KPI_EXPECT(put(k.c, "open", 4, 0, &n) == 0);
	rec_reset();
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	KPI_EXPECT(rec_is("A:shutdown A:cantsendmore ") &&
	    rec_seen[0].how == SHUT_WR);
	rec_reset();
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == ENOTCONN);
	KPI_EXPECT(rec_is("A:shutdown "));
	end_conn(&k);
	rec_unregister(0);
}

/* Ends of a connection: the peer first, we first, a reset. */
KPI_TEST_AS(sflt_register, row_end)
{
	struct linger rst = { 1, 0 };
	struct conn k;
	char ch;
	size_t n;

	KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
	KPI_REQUIRE(filtered_conn(&k) == 0);
	sock_close(k.s);
	KPI_EXPECT(rec_is("A:cantrecvmore "));
	rec_reset();
	sock_close(k.c);
	KPI_EXPECT(rec_is("A:closing A:disconnecting A:disconnected "
	    "A:flush_read A:cantrecvmore A:detach "));
	sock_close(k.l);

	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	KPI_EXPECT(get(k.s, &ch, 1, 0, &n) == 0 && n == 0);
	sock_close(k.s);
	KPI_EXPECT(rec_is("A:shutdown A:cantsendmore A:cantrecvmore "
	    "A:disconnected "));
	rec_reset();
	sock_close(k.c);
	KPI_EXPECT(rec_is("A:closing A:flush_read A:cantrecvmore A:detach "));
	sock_close(k.l);

	KPI_REQUIRE(filtered_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.s, SOL_SOCKET, SO_LINGER, &rst,
	    sizeof(rst)) == 0);
	sock_close(k.s);
	KPI_EXPECT(rec_is("A:disconnected "));
	rec_reset();
	sock_close(k.c);
	KPI_EXPECT(rec_is("A:closing A:flush_read A:cantrecvmore A:detach "));
	sock_close(k.l);
	rec_unregister(0);
}

/* A listener goes: those who wait for accept are aborted. */
KPI_TEST_AS(sflt_register, row_close_of_a_listener)
{
	struct conn k;
	char ch;
	size_t n;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(tcp_filter(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(tcp_filter(1, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.l, HANDLE(1)) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("B:connect_in A:attach A:connected "));
	rec_reset();
	sock_close(k.l);
	KPI_EXPECT(rec_is("B:closing A:disconnected A:flush_read "
	    "A:cantrecvmore A:detach B:flush_read B:cantrecvmore B:detach "));
	KPI_EXPECT(get(k.c, &ch, 1, 0, &n) == ECONNRESET);
	sock_close(k.c);
	rec_unregister(0);
	rec_unregister(1);
}

/* --- SO_UPCALLCLOSEWAIT -------------------------------------------------------------------- */

static volatile int upcall_begun, upcall_ended, upcall_go;

static void
slow_upcall(socket_t so, void *cookie, int waitf)
{
	unsigned i;

	(void)so;
	(void)cookie;
	(void)waitf;
	upcall_begun = 1;
	for (i = 0; i < 400 && !upcall_go; i++)
		pause_ms(5);
	upcall_ended = 1;
}

KPI_TEST_AS(sock_close, waits_for_an_upcall_if_asked)
{
	struct sockaddr_in a, b;
	socket_t so, u;
	int wait, v, len;

	KPI_REQUIRE(make_udp(&u, &b) == 0);
	for (wait = 0; wait < 2; wait++) {
		upcall_begun = upcall_ended = upcall_go = 0;
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, slow_upcall,
		    NULL, &so) == 0);
		KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_UPCALLCLOSEWAIT,
		    &wait, 4) == 0);
		len = sizeof(v);
		KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_UPCALLCLOSEWAIT,
		    &v, &len) == 0 && v == wait);
		addr4(&a, 0);
		KPI_REQUIRE(sock_bind(so, (struct sockaddr *)&a) == 0 &&
		    sock_getsockname(so, (struct sockaddr *)&a,
		    sizeof(a)) == 0);
		KPI_EXPECT(put_to(u, &a, "x", 1) == 0);
		until(&upcall_begun, 1);
		/* With the option it may only end by its own patience. */
		sock_close(so);
		KPI_EXPECT(wait == 0 || upcall_ended == 1);
		KPI_EXPECT(wait == 1 || upcall_ended == 0);
		upcall_go = 1;
		until(&upcall_ended, 1);
	}
	sock_close(u);
}

/* --- in the middle of it ------------------------------------------------------------------- */

/* A filter that goes while it comes does not keep the next one away. */
KPI_TEST_AS(sflt_unregister, inside_attach_before_another)
{
	struct conn k;
	unsigned i;

	rec_reset();
	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(tcp_filter(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(tcp_filter(1, SFLT_GLOBAL) == 0);
	plan[0].unregister_in = "attach";
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_EXPECT(attached[0] == 1 && attached[1] == 1);
	for (i = 0; i < 2000 && unregistered[0] == 0; i++)
		pause_ms(5);
	KPI_EXPECT(unregistered[0] == 1 && detached[0] == 1);
	rec_reset();
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	/* The child has B, too, and its events mix with the client's. */
	KPI_EXPECT(attached[1] == 1);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	end_conn(&k);
	rec_unregister(1);
}

/* In the middle of each operation the filter lets go of the socket. */
KPI_TEST_AS(sflt_detach, inside_each_callback)
{
	static const char *const words[] = {
		"attach", "setoption", "getoption", "ioctl", "connect_out",
		"bound", "connecting", "connected", "out", "in", "shutdown",
		"cantsendmore", "cantrecvmore", "closing", "disconnected",
		"flush_read", "detach",
	};
	struct conn k;
	const char *t;
	char buf[8];
	unsigned w, i;
	size_t n;
	int v, len;

	for (w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
		rec_reset();
		KPI_REQUIRE(tcp_filter(0, SFLT_PROG) == 0);
		plan[0].detach_in = words[w];
		KPI_REQUIRE(make_listener(&k, 4) == 0);
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &k.c) == 0);
		KPI_EXPECT(sflt_attach(k.c, HANDLE(0)) == 0);
		v = 1;
		KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v,
		    4) == 0);
		len = sizeof(v);
		KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_TYPE, &v,
		    &len) == 0 && v == SOCK_STREAM);
		KPI_EXPECT(sock_ioctl(k.c, FIONREAD, &v) == 0);
		KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) ==
		    0);
		KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) ==
		    0);
		KPI_EXPECT(put(k.c, "there", 5, 0, &n) == 0);
		KPI_EXPECT(get(k.s, buf, 5, MSG_WAITALL, &n) == 0 && n == 5);
		KPI_EXPECT(put(k.s, "back", 4, 0, &n) == 0);
		KPI_EXPECT(get(k.c, buf, 4, MSG_WAITALL, &n) == 0 && n == 4);
		KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
		KPI_EXPECT(get(k.s, buf, 4, 0, &n) == 0 && n == 0);
		end_conn(&k);
		for (i = 0; i < 2000 && detached[0] == 0; i++)
			pause_ms(5);
		rec_unregister(0);
		if (detached[0] != 1)
			printf("%s: %s\n", words[w], rec_text());
		KPI_EXPECT(attached[0] == 1 && detached[0] == 1);
		t = strnstr(rec_text(), "A:detach ", 4096);
		KPI_EXPECT(t != NULL && t[9] == '\0');
	}
}
