/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel sockets: rows S1 to S17 and the functions they do not name. */
#include "util.h"

#define TV(var, s, us)	struct timeval var = { .tv_sec = (s), .tv_usec = (us) }

/* S1 */
KPI_TEST(sock_socket)
{
	socket_t so = NULL;

	KPI_EXPECT(sock_socket(99, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    EAFNOSUPPORT);
	KPI_EXPECT(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_UDP, NULL, NULL,
	    &so) == EPROTOTYPE);
	KPI_EXPECT(sock_socket(PF_INET, SOCK_STREAM, 99, NULL, NULL, &so) ==
	    EPROTONOSUPPORT);
	KPI_EXPECT(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, NULL) ==
	    EINVAL);
	KPI_EXPECT(so == NULL);
	KPI_REQUIRE(sock_socket(PF_INET6, SOCK_DGRAM, IPPROTO_UDP, NULL, NULL,
	    &so) == 0);
	sock_close(so);
}

KPI_TEST(sock_socket_internal)
{
	socket_t so = NULL;

	KPI_EXPECT(sock_socket_internal(99, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    EAFNOSUPPORT);
	KPI_REQUIRE(sock_socket_internal(PF_INET, SOCK_STREAM, 0, NULL, NULL,
	    &so) == 0);
	sock_close(so);
}

KPI_TEST(sock_accept_internal)
{
	socket_t so = NULL;
	struct conn k;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_EXPECT(sock_accept_internal(k.l, NULL, 0, MSG_DONTWAIT, NULL, NULL,
	    &so) == EWOULDBLOCK);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_REQUIRE(sock_accept_internal(k.l, NULL, 0, 0, NULL, NULL, &k.s) ==
	    0);
	end_conn(&k);
}

/* S2 */
KPI_TEST(sock_listen)
{
	struct conn k;
	socket_t u;
	struct sockaddr_in a;
	int backlogs[] = { 0, -1, 1000 };
	unsigned i;

	KPI_EXPECT(sock_listen(NULL, 1) == EINVAL);
	KPI_REQUIRE(make_udp(&u, &a) == 0);
	KPI_EXPECT(sock_listen(u, 5) == EOPNOTSUPP);
	sock_close(u);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_listen(k.c, 5) == EINVAL);
	end_conn(&k);
	for (i = 0; i < 3; i++) {
		KPI_EXPECT(make_listener(&k, backlogs[i]) == 0);
		sock_close(k.l);
	}
}

/* S3 */
KPI_TEST(sock_accept)
{
	struct conn k;
	struct sockaddr_in from, name;
	socket_t so = NULL;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_accept(so, NULL, 0, 0x7fff, NULL, NULL, &so) ==
	    EINVAL);
	sock_close(so);
	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, MSG_PEEK, NULL, NULL, &so) ==
	    ENOTSUP);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, MSG_DONTWAIT, NULL, NULL, &so) ==
	    EWOULDBLOCK);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, NULL) == EINVAL);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	bzero(&from, sizeof(from));
	KPI_REQUIRE(sock_accept(k.l, (struct sockaddr *)&from, sizeof(from), 0,
	    NULL, NULL, &k.s) == 0);
	KPI_EXPECT(sock_getsockname(k.c, (struct sockaddr *)&name,
	    sizeof(name)) == 0);
	KPI_EXPECT(from.sin_port == name.sin_port &&
	    from.sin_addr.s_addr == name.sin_addr.s_addr);
	end_conn(&k);
}

/* S4 */
KPI_TEST(sock_isnonblocking)
{
	struct conn k;
	int tries = 0;
	errno_t error;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_EXPECT(sock_isnonblocking(k.l) == 0);
	nonblocking(k.l, 1);
	KPI_EXPECT(sock_isnonblocking(k.l) == 1);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	do {
		error = sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s);
		pause_ms(5);
	} while (error == EWOULDBLOCK && tries++ < 6000);
	KPI_REQUIRE(error == 0);
	KPI_EXPECT(sock_isnonblocking(k.s) == 1);
	end_conn(&k);
}

/* A connect that stays pending: the listener's queue is full. */
static errno_t
make_pending(struct conn *k, socket_t *pend)
{
	errno_t error = make_listener(k, 1);

	*pend = NULL;
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &k->c);
	if (error == 0)
		error = sock_connect(k->c, (struct sockaddr *)&k->addr, 0);
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, pend);
	if (error == 0) {
		nonblocking(*pend, 1);
		error = sock_connect(*pend, (struct sockaddr *)&k->addr, 0);
	}
	return (error);
}

/* S5 */
KPI_TEST(sock_connect)
{
	struct conn k;
	socket_t p;

	KPI_EXPECT(sock_connect(NULL, NULL, 0) == EINVAL);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_connect(k.l, (struct sockaddr *)&k.addr, 0) ==
	    EOPNOTSUPP);
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) ==
	    EISCONN);
	end_conn(&k);
	KPI_EXPECT(make_pending(&k, &p) == EINPROGRESS);
	KPI_EXPECT(sock_connect(p, (struct sockaddr *)&k.addr, 0) == EALREADY);
	nonblocking(p, 0);
	KPI_EXPECT(sock_connect(p, (struct sockaddr *)&k.addr, 0) == EISCONN);
	KPI_EXPECT(sock_connect(p, (struct sockaddr *)&k.addr,
	    MSG_DONTWAIT) == EALREADY);
	sock_close(p);
	end_conn(&k);
}

KPI_TEST_AS(sock_connect, refused)
{
	struct sockaddr_in a;
	struct conn k;
	socket_t so;

	/* A port that was just free. */
	KPI_REQUIRE(make_listener(&k, 1) == 0);
	a = k.addr;
	sock_close(k.l);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&a, 0) ==
	    ECONNREFUSED);
	KPI_EXPECT(sock_isconnected(so) == 0);
	sock_close(so);
}

/* S6 */
KPI_TEST(sock_connectwait)
{
	TV(ms, 0, 1000);
	TV(usec, 0, 1000000);
	TV(sec, 328, 0);
	TV(none, 0, 0);
	struct conn k;
	socket_t p, so;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_connectwait(so, &ms) == EINVAL);
	sock_close(so);
	KPI_EXPECT(make_pending(&k, &p) == EINPROGRESS);
	KPI_EXPECT(sock_connectwait(p, &usec) == EDOM);
	KPI_EXPECT(sock_connectwait(p, &sec) == EDOM);
	KPI_EXPECT(sock_connectwait(p, &ms) == EINPROGRESS);
	/* Room in the queue: the next SYN gets through. */
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(sock_connectwait(p, &none) == 0);
	KPI_EXPECT(sock_isconnected(p) == 1);
	sock_close(p);
	end_conn(&k);
}

/* S7 */
KPI_TEST(sock_getpeername)
{
	struct conn k;
	struct sockaddr_in a;
	unsigned char four[8];

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_getpeername(k.l, (struct sockaddr *)&a, sizeof(a)) ==
	    ENOTCONN);
	KPI_EXPECT(sock_getpeername(k.c, (struct sockaddr *)&a, -1) == EINVAL);
	memset(four, 0xaa, sizeof(four));
	KPI_EXPECT(sock_getpeername(k.c, (struct sockaddr *)four, 4) == 0);
	KPI_EXPECT(four[0] == 16 && four[1] == AF_INET &&
	    memcmp(four + 2, &k.addr.sin_port, 2) == 0 && four[4] == 0xaa);
	KPI_EXPECT(sock_getpeername(k.c, (struct sockaddr *)&a, sizeof(a)) ==
	    0 && a.sin_port == k.addr.sin_port);
	end_conn(&k);
}

KPI_TEST(sock_getsockname)
{
	struct sockaddr_in a;
	socket_t so;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_getsockname(so, (struct sockaddr *)&a, sizeof(a)) ==
	    0);
	KPI_EXPECT(a.sin_len == 16 && a.sin_family == AF_INET &&
	    a.sin_port == 0 && a.sin_addr.s_addr == 0);
	KPI_EXPECT(sock_getsockname(so, NULL, 16) == EINVAL);
	sock_close(so);
}

KPI_TEST(sock_bind)
{
	struct sockaddr_in a;
	struct conn k;
	socket_t so, so2;

	KPI_REQUIRE(make_listener(&k, 1) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_bind(so, NULL) == EINVAL);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&k.addr) == EADDRINUSE);
	addr4(&a, 0);
	a.sin_addr.s_addr = htonl(0xc0000299);	/* 192.0.2.153: nobody's */
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == EADDRNOTAVAIL);
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == EINVAL);
	sock_close(so);
	sock_close(k.l);
	/* Low ports need privilege. */
	addr4(&a, 811);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so2) ==
	    0);
	KPI_EXPECT(sock_setpriv(so2, 0) == 0);
	KPI_EXPECT(sock_bind(so2, (struct sockaddr *)&a) == EACCES);
	KPI_EXPECT(sock_setpriv(so2, 1) == 0);
	KPI_EXPECT(sock_bind(so2, (struct sockaddr *)&a) == 0);
	sock_close(so2);
}

KPI_TEST(sock_setpriv)
{
	KPI_EXPECT(sock_setpriv(NULL, 1) == EINVAL);
}

/* S8 */
KPI_TEST(sock_shutdown)
{
	struct conn k;
	socket_t so;
	size_t n;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(sock_shutdown(so, 3) == EINVAL);
	KPI_EXPECT(sock_shutdown(so, SHUT_WR) == ENOTCONN);
	sock_close(so);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == ENOTCONN);
	end_conn(&k);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RD) == 0);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == ENOTCONN);
	KPI_EXPECT(put(k.c, "open", 4, 0, &n) == 0 && n == 4);
	end_conn(&k);
}

/* S9 */
KPI_TEST(sock_setsockopt)
{
	struct conn k;
	int v = 1;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 2) ==
	    EINVAL);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, 0x7777, &v, 4) ==
	    ENOPROTOOPT);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, NULL, 0) ==
	    EINVAL);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    EINVAL);
	end_conn(&k);
}

KPI_TEST(sock_getsockopt)
{
	struct conn k;
	int v = 0, len = sizeof(v), big = 100000;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_RCVBUF, &big, 4) == 0);
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_RCVBUF, &v, &len) ==
	    0 && v == 100000 && len == 4);
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_TYPE, NULL, &len) ==
	    EINVAL);
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, 0x7777, &v, &len) ==
	    ENOPROTOOPT && len == 4);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == 0);
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_TYPE, &v, &len) == 0 &&
	    v == SOCK_STREAM);
	end_conn(&k);
}

/* S10, S12 */
KPI_TEST(sock_receive)
{
	struct sockaddr_in a, b, from;
	struct iovec iov;
	struct msghdr msg;
	socket_t u, w;
	char buf[100];
	size_t n = 0;

	KPI_REQUIRE(make_udp(&u, &a) == 0);
	KPI_REQUIRE(make_udp(&w, &b) == 0);
	KPI_EXPECT(sock_receive(u, NULL, 0, &n) == EINVAL);
	bzero(&msg, sizeof(msg));
	iov.iov_base = buf;
	iov.iov_len = 0;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	KPI_EXPECT(sock_receive(u, &msg, 0, &n) == EINVAL);
	KPI_EXPECT(get(u, buf, 10, MSG_DONTWAIT, &n) == EWOULDBLOCK);

	memset(buf, 'y', sizeof(buf));
	KPI_EXPECT(put_to(w, &a, buf, 100) == 0);
	KPI_EXPECT(put_to(w, &a, "next", 4) == 0);
	bzero(&from, sizeof(from));
	bzero(&msg, sizeof(msg));
	iov.iov_base = buf;
	iov.iov_len = 40;
	msg.msg_name = &from;
	msg.msg_namelen = sizeof(from);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	KPI_EXPECT(sock_receive(u, &msg, 0, &n) == 0);
	KPI_EXPECT(n == 40 && (msg.msg_flags & MSG_TRUNC) != 0);
	KPI_EXPECT(from.sin_port == b.sin_port);
	KPI_EXPECT(get(u, buf, 100, 0, &n) == 0 && n == 4);
	sock_close(u);
	sock_close(w);
}

/* S10, S11 */
KPI_TEST(sock_receivembuf)
{
	struct iovec iov;
	struct msghdr msg;
	struct conn k;
	socket_t so;
	mbuf_t m = NULL;
	size_t n = 0;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_receivembuf(k.c, NULL, &m, 0, &n) == EINVAL);
	n = 10;
	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	KPI_EXPECT(sock_receivembuf(k.c, &msg, &m, 0, &n) == EINVAL);
	KPI_EXPECT(put(k.s, "0123456789", 10, 0, NULL) == 0);
	n = 4;
	KPI_REQUIRE(sock_receivembuf(k.c, NULL, &m, 0, &n) == 0);
	KPI_EXPECT(n == 4 && mbuf_pkthdr_len(m) == 4 &&
	    memcmp(mbuf_data(m), "0123", 4) == 0);
	mbuf_freem(m);
	n = 100;
	KPI_REQUIRE(sock_receivembuf(k.c, NULL, &m, 0, &n) == 0);
	KPI_EXPECT(n == 6);
	mbuf_freem(m);
	KPI_EXPECT(sock_shutdown(k.s, SHUT_WR) == 0);
	n = 100;
	m = (mbuf_t)&k;
	KPI_EXPECT(sock_receivembuf(k.c, NULL, &m, 0, &n) == 0);
	KPI_EXPECT(n == 0 && m == NULL);
	end_conn(&k);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	n = 100;
	KPI_EXPECT(sock_receivembuf(so, NULL, &m, 0, &n) == ENOTCONN);
	sock_close(so);
}

/* S13, S15 */
KPI_TEST(sock_send)
{
	struct iovec iov = { "abc", 3 };
	static char control[2048];
	struct msghdr msg;
	struct conn k;
	struct sockaddr_in a;
	socket_t u, so;
	size_t n;

	KPI_REQUIRE(make_udp(&u, &a) == 0);
	bzero(&msg, sizeof(msg));
	KPI_EXPECT(sock_send(u, &msg, 0, &n) == EINVAL);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control;
	msg.msg_controllen = 4;
	KPI_EXPECT(sock_send(u, &msg, 0, &n) == EINVAL);
	msg.msg_controllen = mbuf_get_mlen() + 1;
	KPI_EXPECT(sock_send(u, &msg, 0, &n) == EINVAL);
	KPI_EXPECT(put(u, "abc", 3, 0, &n) == EDESTADDRREQ);
	KPI_EXPECT(put(u, "abc", 3, MSG_OOB, &n) == EOPNOTSUPP);
	sock_close(u);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	KPI_EXPECT(put(so, "abc", 3, 0, &n) == ENOTCONN);
	sock_close(so);
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(put(k.c, "abc", 3, MSG_EOR, &n) == EINVAL);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	KPI_EXPECT(put(k.c, "abc", 3, 0, &n) == EPIPE);
	end_conn(&k);
}

/* S16 */
KPI_TEST_AS(sock_send, full_buffer)
{
	static char block[8192];
	struct timeval tv = { 0, 200000 };
	unsigned long long t0;
	struct conn k;
	errno_t error;
	int small = 16384;
	size_t n, total = 0;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_SNDBUF, &small, 4) ==
	    0);
	nonblocking(k.c, 1);
	/* Full for good: the peer's window is closed too. */
	do {
		error = put(k.c, block, sizeof(block), 0, &n);
		total += error == 0 ? n : 0;
		if (error == EWOULDBLOCK) {
			pause_ms(300);
			error = put(k.c, block, sizeof(block), 0, &n);
		}
	} while (error == 0 && total < 64 * 1024 * 1024);
	KPI_EXPECT(error == EWOULDBLOCK);
	nonblocking(k.c, 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_SNDTIMEO, &tv,
	    sizeof(tv)) == 0);
	t0 = now_ms();
	KPI_EXPECT(put(k.c, block, sizeof(block), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	KPI_EXPECT(now_ms() - t0 >= 190);
	end_conn(&k);
}

/* S14 */
KPI_TEST(sock_sendmbuf)
{
	static char big[20000];
	struct iovec iov = { big, 4 };
	struct msghdr msg;
	struct conn k;
	int small = 10000;
	char buf[16];
	size_t n;

	KPI_REQUIRE(make_conn(&k) == 0);
	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	KPI_EXPECT(sock_sendmbuf(k.c, &msg, packet("abc", 3), 0, &n) ==
	    EINVAL);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_SNDBUF, &small, 4) ==
	    0);
	KPI_EXPECT(sock_sendmbuf(k.c, NULL, packet(big, sizeof(big)), 0,
	    &n) == EMSGSIZE);
	KPI_EXPECT(sock_sendmbuf(k.c, NULL, packet("hello", 5), 0, &n) == 0 &&
	    n == 5);
	KPI_EXPECT(get(k.s, buf, 5, MSG_WAITALL, &n) == 0 && n == 5 &&
	    memcmp(buf, "hello", 5) == 0);
	end_conn(&k);
}

/* S17; the events are counted in filters.c's retain case. */
KPI_TEST(sock_retain)
{
	struct conn k;
	char ch;
	size_t n;

	sock_retain(NULL);
	KPI_REQUIRE(make_conn(&k) == 0);
	sock_retain(k.c);
	sock_close(k.c);
	pause_ms(50);
	KPI_EXPECT(get(k.s, &ch, 1, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	sock_release(k.c);
	KPI_EXPECT(get(k.s, &ch, 1, 0, &n) == 0 && n == 0);
	k.c = NULL;
	end_conn(&k);
}

KPI_TEST(sock_release)
{
	struct conn k;

	sock_release(NULL);
	KPI_REQUIRE(make_conn(&k) == 0);
	sock_retain(k.c);
	sock_retain(k.c);
	sock_release(k.c);
	sock_release(k.c);
	/* Not closed by it: still the owner's. */
	KPI_EXPECT(sock_isconnected(k.c) == 1);
	end_conn(&k);
}

KPI_TEST(sock_close)
{
	struct conn k;
	char ch;
	size_t n;

	sock_close(NULL);
	KPI_REQUIRE(make_conn(&k) == 0);
	sock_close(k.c);
	k.c = NULL;
	KPI_EXPECT(get(k.s, &ch, 1, 0, &n) == 0 && n == 0);
	end_conn(&k);
}

KPI_TEST_AS(sock_close, linger_zero_resets)
{
	struct linger l = { 1, 0 };
	struct conn k;
	char ch;
	size_t n;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_LINGER, &l,
	    sizeof(l)) == 0);
	sock_close(k.c);
	k.c = NULL;
	KPI_EXPECT(get(k.s, &ch, 1, 0, &n) == ECONNRESET);
	end_conn(&k);
}

KPI_TEST(sock_isconnected)
{
	struct conn k;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(sock_isconnected(k.c) == 1);
	KPI_EXPECT(sock_isconnected(k.l) == 0);
	end_conn(&k);
}

KPI_TEST(sock_gettype)
{
	struct conn k;
	int d = 0, t = 0, p = 0;

	KPI_REQUIRE(make_listener(&k, 1) == 0);
	KPI_EXPECT(sock_gettype(k.l, &d, &t, &p) == 0 && d == PF_INET &&
	    t == SOCK_STREAM && p == IPPROTO_TCP);
	KPI_EXPECT(sock_gettype(k.l, NULL, NULL, NULL) == 0);
	sock_close(k.l);
}

KPI_TEST(sock_ioctl)
{
	struct conn k;
	int n = -1;

	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_EXPECT(put(k.s, "12345", 5, 0, NULL) == 0);
	for (int i = 0; i < 6000 && sock_ioctl(k.c, FIONREAD, &n) == 0 &&
	    n < 5; i++)
		pause_ms(5);
	KPI_EXPECT(sock_ioctl(k.c, FIONREAD, &n) == 0 && n == 5);
	n = 0;
	KPI_EXPECT(sock_ioctl(k.c, _IOR('z', 99, int), &n) != 0);
	end_conn(&k);
}

KPI_TEST(sock_nointerrupt)
{
	struct conn k;

	KPI_REQUIRE(make_listener(&k, 1) == 0);
	KPI_EXPECT(sock_nointerrupt(k.l, 1) == 0);
	KPI_EXPECT(sock_nointerrupt(k.l, 0) == 0);
	sock_close(k.l);
}

/* --- upcalls ------------------------------------------------------------------------- */

struct echo {
	socket_t	so;
	unsigned	bytes, eof, calls;
};
static struct echo echoes[4];
static unsigned accepted;

/* Sends back what comes and closes itself at the end, inside the upcall. */
static void
echo_upcall(socket_t so, void *cookie, int waitf)
{
	struct echo *e = cookie;
	mbuf_t m;
	size_t n;
	errno_t error;

	(void)waitf;
	e->calls++;
	for (;;) {
		n = 65536;
		error = sock_receivembuf(so, NULL, &m, MSG_DONTWAIT, &n);
		if (error == EWOULDBLOCK)
			return;
		if (error != 0 || n == 0) {
			e->eof = 1;
			sock_close(so);
			return;
		}
		e->bytes += (unsigned)n;
		(void)sock_sendmbuf(so, NULL, m, 0, NULL);
	}
}

static void
listen_upcall(socket_t so, void *cookie, int waitf)
{
	(void)cookie;
	(void)waitf;
	while (accepted < 4 && sock_accept(so, NULL, 0, MSG_DONTWAIT,
	    echo_upcall, &echoes[accepted], &echoes[accepted].so) == 0)
		accepted++;
}

KPI_TEST_AS(sock_socket, upcall_accept_echo_close)
{
	struct sockaddr_in a;
	socket_t l, c[4];
	char buf[600], out[600];
	unsigned i;
	size_t n;

	bzero(echoes, sizeof(echoes));
	accepted = 0;
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, listen_upcall, NULL,
	    &l) == 0);
	addr4(&a, 0);
	KPI_EXPECT(sock_bind(l, (struct sockaddr *)&a) == 0);
	KPI_EXPECT(sock_listen(l, 8) == 0);
	KPI_EXPECT(sock_getsockname(l, (struct sockaddr *)&a, sizeof(a)) ==
	    0);
	for (i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 3);
	for (i = 0; i < 4; i++) {
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &c[i]) == 0);
		KPI_EXPECT(sock_connect(c[i], (struct sockaddr *)&a, 0) == 0);
		KPI_EXPECT(put(c[i], out, sizeof(out), 0, &n) == 0);
	}
	for (i = 0; i < 4; i++) {
		bzero(buf, sizeof(buf));
		KPI_EXPECT(get(c[i], buf, sizeof(buf), MSG_WAITALL, &n) == 0 &&
		    n == sizeof(buf) && memcmp(buf, out, n) == 0);
		sock_close(c[i]);
	}
	for (i = 0; i < 3000 && (echoes[0].eof == 0 || echoes[1].eof == 0 ||
	    echoes[2].eof == 0 || echoes[3].eof == 0); i++)
		pause_ms(20);
	for (i = 0; i < 4; i++)
		KPI_EXPECT(echoes[i].bytes == sizeof(out) &&
		    echoes[i].eof == 1);
	sock_close(l);
}
