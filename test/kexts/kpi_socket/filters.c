/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket filters: rows F1 to F16 and each function of the header. */
#include "record.h"

static int
reg_tcp(int i, int flags)
{
	return (rec_register(i, flags, PF_INET, SOCK_STREAM, IPPROTO_TCP));
}

static int
reg_udp(int i, int flags)
{
	return (rec_register(i, flags, PF_INET, SOCK_DGRAM, IPPROTO_UDP));
}

/* F1 */
KPI_TEST(sflt_register)
{
	struct sflt_filter f;

	rec_reset();
	bzero(&f, sizeof(f));
	KPI_EXPECT(rec_register(0, SFLT_PROG, PF_LOCAL, SOCK_STREAM, 0) ==
	    ENOTSUP);
	KPI_EXPECT(rec_register(0, SFLT_PROG, PF_INET, SOCK_STREAM, 0) ==
	    ENOENT);
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) ==
	    EINVAL);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	/* In use, also for the other family. */
	KPI_EXPECT(rec_register(0, SFLT_PROG, PF_INET6, SOCK_STREAM,
	    IPPROTO_TCP) == EEXIST);
	rec_unregister(0);
	/* Free again. */
	KPI_EXPECT(rec_register(0, SFLT_PROG, PF_INET6, SOCK_STREAM,
	    IPPROTO_TCP) == 0);
	rec_unregister(0);
}

KPI_TEST(sflt_register_internal)
{
	struct sflt_filter f;

	bzero(&f, sizeof(f));
	KPI_EXPECT(sflt_register_internal(&f, PF_INET, SOCK_STREAM,
	    IPPROTO_TCP) == EINVAL);
	KPI_EXPECT(sflt_register_internal(&f, PF_LOCAL, SOCK_STREAM, 0) ==
	    ENOTSUP);
}

static errno_t
dummy_attach(void **cookie, socket_t so)
{
	(void)so;
	*cookie = NULL;
	return (0);
}

static void
dummy_detach(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
}

KPI_TEST_AS(sflt_register, required_members)
{
	struct sflt_filter f;

	bzero(&f, sizeof(f));
	f.sf_handle = 0x54549999;
	f.sf_flags = SFLT_PROG;
	f.sf_name = "dummy";
	f.sf_attach = dummy_attach;
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) ==
	    EINVAL);
	f.sf_detach = dummy_detach;
	f.sf_handle = 0;
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) ==
	    EINVAL);
	f.sf_handle = 0x54549999;
	f.sf_name = NULL;
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) ==
	    EINVAL);
	f.sf_name = "dummy";
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	KPI_EXPECT(sflt_unregister(0x54549999) == 0);
}

/* F2, F3 */
KPI_TEST(sflt_unregister)
{
	socket_t a, b;
	struct sockaddr_in sa, sb;
	char buf[8];
	size_t n;

	rec_reset();
	KPI_EXPECT(sflt_unregister(0x54541234) == ENOENT);
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_EXPECT(sflt_unregister(HANDLE(0)) == 0);
	KPI_EXPECT(unregistered[0] == 1);	/* inside: no instance */
	KPI_EXPECT(sflt_unregister(HANDLE(0)) == ENOENT);

	rec_reset();
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(make_udp(&a, &sa) == 0);
	KPI_REQUIRE(make_udp(&b, &sb) == 0);
	KPI_EXPECT(attached[0] == 2 && detached[0] == 0);
	rec_unregister(0);
	KPI_EXPECT(detached[0] == 2);
	KPI_EXPECT(put_to(a, &sb, "work", 4) == 0);
	KPI_EXPECT(get(b, buf, 8, 0, &n) == 0 && n == 4);
	sock_close(a);
	sock_close(b);
}

/* F4 */
KPI_TEST(sflt_attach)
{
	socket_t a;
	struct sockaddr_in sa;

	rec_reset();
	KPI_REQUIRE(make_udp(&a, &sa) == 0);
	KPI_REQUIRE(reg_udp(0, SFLT_PROG) == 0);
	KPI_EXPECT(sflt_attach(a, 0) == EINVAL);
	KPI_EXPECT(sflt_attach(NULL, HANDLE(0)) == EINVAL);
	KPI_EXPECT(sflt_attach(a, 0x54547777) == EINVAL);
	KPI_EXPECT(sflt_attach(a, HANDLE(0)) == 0);
	KPI_EXPECT(sflt_attach(a, HANDLE(0)) == EEXIST);
	rec_unregister(0);
	KPI_EXPECT(detached[0] == 1);
	sock_close(a);
}

KPI_TEST(sflt_detach)
{
	socket_t a;
	struct sockaddr_in sa;
	unsigned i;

	rec_reset();
	KPI_REQUIRE(make_udp(&a, &sa) == 0);
	KPI_REQUIRE(reg_udp(0, SFLT_PROG) == 0);
	KPI_EXPECT(sflt_detach(a, HANDLE(0)) == 0);
	KPI_EXPECT(sflt_detach(NULL, HANDLE(0)) == EINVAL);
	KPI_EXPECT(sflt_attach(a, HANDLE(0)) == 0);
	KPI_EXPECT(sflt_detach(a, HANDLE(0)) == 0);
	for (i = 0; i < 6000 && detached[0] == 0; i++)
		pause_ms(5);
	KPI_EXPECT(detached[0] == 1);
	/* SO_NKE attaches too. */
	{
		struct so_nke nke = { HANDLE(0), 0, 0 };

		KPI_EXPECT(sock_setsockopt(a, SOL_SOCKET, SO_NKE, &nke, 4) ==
		    EINVAL);
		for (i = 0; i < 6000 && sock_setsockopt(a, SOL_SOCKET, SO_NKE,
		    &nke, sizeof(nke)) == EEXIST; i++)
			pause_ms(5);
		KPI_EXPECT(attached[0] == 2);
		nke.nke_handle = 0x54546666;
		KPI_EXPECT(sock_setsockopt(a, SOL_SOCKET, SO_NKE, &nke,
		    sizeof(nke)) == EINVAL);
	}
	sock_close(a);
	KPI_EXPECT(detached[0] == 2);
	rec_unregister(0);
}

/* F5 */
KPI_TEST_AS(sflt_attach, refused_by_the_filter)
{
	socket_t a;
	struct sockaddr_in sa;

	rec_reset();
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	plan[0].attach = EPERM;
	KPI_EXPECT(make_udp(&a, &sa) == 0);
	KPI_EXPECT(sflt_attach(a, HANDLE(0)) == EPERM);
	sock_close(a);
	KPI_EXPECT(detached[0] == 0);
	rec_unregister(0);
}

/* F6 */
KPI_TEST_AS(sflt_register, last_attached_runs_first)
{
	socket_t a, b;
	struct sockaddr_in sa, sb;
	char buf[8];
	size_t n;

	rec_reset();
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(reg_udp(1, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(make_udp(&a, &sa) == 0);
	KPI_REQUIRE(make_udp(&b, &sb) == 0);
	rec_reset();
	KPI_EXPECT(put_to(a, &sb, "abc", 3) == 0);
	KPI_EXPECT(get(b, buf, 8, 0, &n) == 0);
	KPI_EXPECT(rec_is("B:out_to A:out_to B:in_from A:in_from "));
	sock_close(a);
	sock_close(b);
	rec_unregister(0);
	rec_unregister(1);
}

/* F7 */
KPI_TEST(sock_inject_data_out)
{
	socket_t a, b;
	struct sockaddr_in sa, sb;
	char buf[8];
	size_t n;

	rec_reset();
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(make_udp(&a, &sa) == 0);
	KPI_REQUIRE(make_udp(&b, &sb) == 0);
	rec_reset();
	plan[0].swallow_out = 1;
	KPI_EXPECT(put_to(a, &sb, "later", 5) == 0);
	KPI_EXPECT(kept[0] != NULL && mbuf_pkthdr_len(kept[0]) == 5);
	KPI_EXPECT(get(b, buf, 8, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	KPI_EXPECT(sock_inject_data_out(a, (struct sockaddr *)&sb, kept[0],
	    NULL, 0) == 0);
	kept[0] = NULL;
	KPI_EXPECT(get(b, buf, 8, 0, &n) == 0 && n == 5 &&
	    memcmp(buf, "later", 5) == 0);
	KPI_EXPECT(rec_is("A:out_to A:out_to A:in_from "));
	plan[0].data_out = ENOBUFS;
	KPI_EXPECT(put_to(a, &sb, "never", 5) == ENOBUFS);
	KPI_EXPECT(sock_inject_data_out(a, NULL, NULL, NULL, 0) == EINVAL);
	sock_close(a);
	sock_close(b);
	rec_unregister(0);
}

/* F8 */
KPI_TEST_AS(sock_inject_data_out, first_piece_swallowed)
{
	static char block[1024 * 1024];
	struct conn k;
	size_t n = 0;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	rec_reset();
	plan[0].swallow_out = 1;
	KPI_EXPECT(put(k.c, block, sizeof(block), 0, &n) == 0);
	KPI_EXPECT(n > 0 && n <= 65536 && kept[0] != NULL &&
	    mbuf_pkthdr_len(kept[0]) == n);
	KPI_EXPECT(rec_is("A:out "));
	end_conn(&k);
	rec_unregister(0);
	rec_reset();
}

/* F9 */
KPI_TEST_AS(sflt_register, connect_out)
{
	struct conn k;
	struct sockaddr_in wrong, name;
	socket_t so;

	rec_reset();
	KPI_REQUIRE(make_listener(&k, 8) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	rec_reset();
	plan[0].connect_out = EJUSTRETURN;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(sock_isconnected(so) == 0);
	KPI_EXPECT(rec_is("A:connect_out "));
	plan[0].connect_out = EACCES;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) == EACCES);
	plan[0].connect_out = 0;
	plan[0].newport = k.addr.sin_port;
	addr4(&wrong, 1);
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&wrong, 0) == 0);
	KPI_EXPECT(sock_getpeername(so, (struct sockaddr *)&name,
	    sizeof(name)) == 0 && name.sin_port == k.addr.sin_port);
	sock_close(so);
	sock_close(k.l);
	rec_unregister(0);
}

/* F10 */
KPI_TEST_AS(sflt_register, connect_in_refuses)
{
	struct timeval tv = { 0, 300000 };
	errno_t results[2] = { EACCES, EJUSTRETURN };
	struct conn k;
	socket_t so, c;
	unsigned i;

	for (i = 0; i < 2; i++) {
		rec_reset();
		KPI_REQUIRE(make_listener(&k, 8) == 0);
		KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
		KPI_REQUIRE(sflt_attach(k.l, HANDLE(0)) == 0);
		plan[0].connect_in = results[i];
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &c) == 0);
		nonblocking(c, 1);
		KPI_EXPECT(sock_connect(c, (struct sockaddr *)&k.addr, 0) ==
		    EINPROGRESS);
		/* No answer at all: no reset. */
		KPI_EXPECT(sock_connectwait(c, &tv) == EINPROGRESS);
		KPI_EXPECT(sock_accept(k.l, NULL, 0, MSG_DONTWAIT, NULL, NULL,
		    &so) == EWOULDBLOCK);
		sock_close(c);
		sock_close(k.l);
		rec_unregister(0);
	}
}

/* F11 */
KPI_TEST_AS(sflt_register, accept)
{
	struct conn k;
	socket_t c;
	char buf[4];
	size_t n;

	rec_reset();
	KPI_REQUIRE(reg_tcp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(make_listener(&k, 8) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &c) ==
	    0);
	KPI_EXPECT(sock_connect(c, (struct sockaddr *)&k.addr, 0) == 0);
	plan[0].accept = EJUSTRETURN;
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(get(k.s, buf, 4, MSG_DONTWAIT, &n) == ENOTCONN);
	KPI_EXPECT(put(k.s, "x", 1, 0, &n) == EPIPE);
	sock_close(k.s);
	sock_close(c);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &c) ==
	    0);
	KPI_EXPECT(sock_connect(c, (struct sockaddr *)&k.addr, 0) == 0);
	plan[0].accept = ECONNREFUSED;
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) ==
	    ECONNREFUSED);
	KPI_EXPECT(get(c, buf, 4, 0, &n) != 0 || n == 0);
	sock_close(c);
	sock_close(k.l);
	rec_unregister(0);
}

/* F12 */
KPI_TEST_AS(sflt_register, bind_swallowed)
{
	struct sockaddr_in a;
	socket_t so;

	rec_reset();
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) ==
	    0);
	rec_reset();
	plan[0].bind = EJUSTRETURN;
	addr4(&a, 5555);
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&a) == 0);
	KPI_EXPECT(sock_getsockname(so, (struct sockaddr *)&a, sizeof(a)) ==
	    0 && a.sin_port == 0);
	KPI_EXPECT(rec_is("A:bind "));
	sock_close(so);
	rec_unregister(0);
}

/* --- options: F13, with a filter that tries the accessors ------------------------------- */

static struct {
	sockopt_dir	dir;
	int		level, name;
	size_t		size, size_after;
	errno_t		result;
	size_t		ask;
} seen;

static errno_t
opt_set(void *cookie, socket_t so, sockopt_t opt)
{
	char v[16];

	(void)cookie;
	(void)so;
	seen.dir = sockopt_direction(opt);
	seen.level = sockopt_level(opt);
	seen.name = sockopt_name(opt);
	seen.size = sockopt_valsize(opt);
	seen.result = sockopt_copyin(opt, v, seen.ask);
	seen.size_after = sockopt_valsize(opt);
	return (EJUSTRETURN);
}

static errno_t
opt_get(void *cookie, socket_t so, sockopt_t opt)
{
	(void)cookie;
	(void)so;
	seen.dir = sockopt_direction(opt);
	seen.result = sockopt_copyout(opt, (void *)(uintptr_t)"12345678", 8);
	return (EJUSTRETURN);
}

static errno_t
with_options(socket_t *so)
{
	struct sflt_filter f;
	errno_t error;

	bzero(&f, sizeof(f));
	f.sf_handle = 0x54548888;
	f.sf_flags = SFLT_PROG;
	f.sf_name = "options";
	f.sf_attach = dummy_attach;
	f.sf_detach = dummy_detach;
	f.sf_setoption = opt_set;
	f.sf_getoption = opt_get;
	error = sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP);
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, so);
	if (error == 0)
		error = sflt_attach(*so, 0x54548888);
	bzero(&seen, sizeof(seen));
	return (error);
}

static void
without_options(socket_t so)
{
	sock_close(so);
	KPI_EXPECT(sflt_unregister(0x54548888) == 0);
}

KPI_TEST(sockopt_copyout)
{
	socket_t so;
	char v[8] = "........";
	int len = 4;

	KPI_REQUIRE(with_options(&so) == 0);
	KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_TYPE, v, &len) == 0);
	KPI_EXPECT(seen.result == 0 && len == 4 &&
	    memcmp(v, "1234....", 8) == 0);
	without_options(so);
}

KPI_TEST(sockopt_copyin)
{
	socket_t so;
	char v[8] = "abcdefgh";

	KPI_REQUIRE(with_options(&so) == 0);
	seen.ask = 8;
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_DEBUG, v, 4) == 0);
	KPI_EXPECT(seen.result == EINVAL);
	seen.ask = 4;
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_DEBUG, v, 8) == 0);
	KPI_EXPECT(seen.result == 0 && seen.size == 8 && seen.size_after == 4);
	without_options(so);
}

KPI_TEST(sockopt_direction)
{
	socket_t so;
	int v = 0, len = 4;

	KPI_REQUIRE(with_options(&so) == 0);
	KPI_EXPECT(sock_setsockopt(so, 77, 88, &v, 4) == 0);
	KPI_EXPECT(seen.dir == sockopt_set);
	KPI_EXPECT(sock_getsockopt(so, 77, 88, &v, &len) == 0);
	KPI_EXPECT(seen.dir == sockopt_get);
	without_options(so);
}

KPI_TEST(sockopt_level)
{
	socket_t so;
	int v = 0;

	KPI_REQUIRE(with_options(&so) == 0);
	KPI_EXPECT(sock_setsockopt(so, 77, 88, &v, 4) == 0 &&
	    seen.level == 77);
	without_options(so);
}

KPI_TEST(sockopt_name)
{
	socket_t so;
	int v = 0;

	KPI_REQUIRE(with_options(&so) == 0);
	KPI_EXPECT(sock_setsockopt(so, 77, 88, &v, 4) == 0 && seen.name == 88);
	without_options(so);
}

KPI_TEST(sockopt_valsize)
{
	socket_t so;
	int v = 0;

	KPI_REQUIRE(with_options(&so) == 0);
	KPI_EXPECT(sock_setsockopt(so, 77, 88, &v, 3) == 0 && seen.size == 3);
	without_options(so);
}

/* --- injection ---------------------------------------------------------------------------- */

/* F14 */
KPI_TEST(sock_inject_data_in)
{
	static char big[60000];
	struct sockaddr_in a;
	socket_t so;
	char buf[16];
	int small = 2000;
	size_t n;
	mbuf_t m;

	rec_reset();
	KPI_REQUIRE(make_udp(&so, &a) == 0);
	KPI_EXPECT(sock_inject_data_in(so, NULL, NULL, NULL, 0) == EINVAL);
	KPI_EXPECT(sock_inject_data_in(NULL, NULL, NULL, NULL, 0) == EINVAL);
	m = packet("abcd", 4);
	KPI_EXPECT(sock_inject_data_in(so, NULL, m, NULL,
	    sock_data_filt_flag_oob) == ENOTSUP);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 4);	/* still ours */
	KPI_EXPECT(sock_inject_data_in(so, (struct sockaddr *)&a, m, NULL,
	    0) == 0);
	KPI_EXPECT(get(so, buf, 16, MSG_DONTWAIT, &n) == 0 && n == 4 &&
	    memcmp(buf, "abcd", 4) == 0);
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	KPI_EXPECT(sock_inject_data_in(so, (struct sockaddr *)&a,
	    packet(big, sizeof(big)), NULL, 0) == 0);
	KPI_EXPECT(get(so, buf, 16, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	sock_close(so);
}

KPI_TEST_AS(sock_inject_data_in, swallowed_stream)
{
	struct conn k;
	char buf[16];
	size_t n;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.s, HANDLE(0)) == 0);
	rec_reset();
	plan[0].swallow_in = 1;
	KPI_EXPECT(put(k.c, "hello", 5, 0, &n) == 0);
	KPI_EXPECT(rec_is("A:in "));
	KPI_EXPECT(get(k.s, buf, 16, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	KPI_REQUIRE(kept[0] != NULL);
	KPI_EXPECT(mbuf_pkthdr_len(kept[0]) == 5);
	KPI_EXPECT(sock_inject_data_in(k.s, NULL, kept[0], NULL, 0) == 0);
	kept[0] = NULL;
	KPI_EXPECT(get(k.s, buf, 16, 0, &n) == 0 && n == 5 &&
	    memcmp(buf, "hello", 5) == 0);
	KPI_EXPECT(rec_is("A:in A:in "));
	end_conn(&k);
	rec_unregister(0);
}

/* F15; with a full buffer: orders.c */
KPI_TEST_AS(sock_inject_data_out, from_inside_data_out)
{
	struct conn k;
	char buf[16];
	size_t n;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	rec_reset();
	plan[0].reinject_out = 1;
	KPI_EXPECT(put(k.c, "again", 5, 0, &n) == 0 && n == 5);
	KPI_EXPECT(get(k.s, buf, 16, 0, &n) == 0 && n == 5);
	KPI_EXPECT(rec_is("A:out A:out A:injected "));
	end_conn(&k);
	rec_unregister(0);
}

/* --- the order of things (semantics, 1.2) ---------------------------------------------------- */

/* F16 */
KPI_TEST_AS(sflt_register, order_of_a_client)
{
	struct conn k;
	char buf[8];
	int v = 1, how;
	size_t n;

	rec_reset();
	KPI_REQUIRE(make_listener(&k, 8) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    0);
	how = 4;
	KPI_EXPECT(sock_getsockopt(k.c, SOL_SOCKET, SO_KEEPALIVE, &v, &how) ==
	    0);
	KPI_EXPECT(sock_ioctl(k.c, FIONREAD, &v) == 0);
	KPI_EXPECT(rec_is("A:attach A:setoption A:getoption A:ioctl "));
	rec_reset();
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_out A:bound A:connecting A:connected "));
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	rec_reset();
	KPI_EXPECT(put(k.c, "ping", 4, 0, &n) == 0);
	KPI_EXPECT(get(k.s, buf, 8, 0, &n) == 0);
	KPI_EXPECT(put(k.s, "pong", 4, 0, &n) == 0);
	KPI_EXPECT(get(k.c, buf, 8, 0, &n) == 0);
	KPI_EXPECT(rec_is("A:out A:in "));
	rec_reset();
	sock_close(k.c);
	KPI_EXPECT(rec_is("A:closing A:disconnecting A:disconnected "
	    "A:flush_read A:cantrecvmore A:detach "));
	k.c = NULL;
	end_conn(&k);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, order_of_a_server)
{
	struct conn k;
	char buf[8];
	size_t n;

	rec_reset();
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.l) ==
	    0);
	KPI_REQUIRE(sflt_attach(k.l, HANDLE(0)) == 0);
	addr4(&k.addr, 0);
	KPI_EXPECT(sock_bind(k.l, (struct sockaddr *)&k.addr) == 0);
	KPI_EXPECT(sock_listen(k.l, 4) == 0);
	KPI_EXPECT(sock_getsockname(k.l, (struct sockaddr *)&k.addr, 16) ==
	    0);
	KPI_EXPECT(rec_is("A:attach A:bind A:bound A:listen "));
	rec_reset();
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(rec_is("A:connect_in "));
	end_conn(&k);
	rec_unregister(0);

	/* A global filter: on the listener and on each new socket. */
	rec_reset();
	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(reg_tcp(0, SFLT_GLOBAL) == 0);
	rec_reset();
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(rec_is("A:attach A:connected "));
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(put(k.c, "data", 4, 0, &n) == 0);
	KPI_EXPECT(get(k.s, buf, 8, 0, &n) == 0 && n == 4);
	KPI_EXPECT(rec_is("A:attach A:connected A:accept A:in "));
	rec_reset();
	sock_close(k.c);
	k.c = NULL;
	KPI_EXPECT(rec_is("A:cantrecvmore "));
	end_conn(&k);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, order_of_shutdown)
{
	struct conn k;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	rec_reset();
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == 0);
	KPI_EXPECT(rec_is("A:shutdown A:flush_read A:cantrecvmore "
	    "A:cantsendmore "));
	rec_reset();
	KPI_EXPECT(sock_shutdown(k.c, SHUT_RDWR) == ENOTCONN);
	KPI_EXPECT(rec_is("A:shutdown "));
	end_conn(&k);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, order_of_udp)
{
	struct sockaddr_in a, b;
	socket_t so, peer;

	rec_reset();
	KPI_REQUIRE(make_udp(&peer, &a) == 0);
	KPI_REQUIRE(reg_udp(0, SFLT_GLOBAL) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) ==
	    0);
	rec_reset();
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&a, 0) == 0);
	KPI_EXPECT(rec_is("A:connect_out A:bound A:connected "));
	rec_reset();
	KPI_EXPECT(put(so, "x", 1, 0, NULL) == 0);
	KPI_EXPECT(rec_is("A:out "));
	rec_reset();
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&a, 0) == 0);
	KPI_EXPECT(rec_is("A:disconnected A:connect_out A:connected "));
	sock_close(so);
	/* An implicit bind of a send. */
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) ==
	    0);
	rec_reset();
	KPI_EXPECT(put_to(so, &a, "x", 1) == 0);
	KPI_EXPECT(rec_is("A:out_to A:bound "));
	sock_close(so);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) ==
	    0);
	addr4(&b, 0);
	rec_reset();
	KPI_EXPECT(sock_bind(so, (struct sockaddr *)&b) == 0);
	KPI_EXPECT(rec_is("A:bind A:bound "));
	sock_close(so);
	sock_close(peer);
	rec_unregister(0);
}

KPI_TEST_AS(sflt_register, order_of_a_reset)
{
	struct linger l = { 1, 0 };
	struct conn k;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.s, HANDLE(0)) == 0);
	KPI_EXPECT(sock_setsockopt(k.c, SOL_SOCKET, SO_LINGER, &l,
	    sizeof(l)) == 0);
	rec_reset();
	sock_close(k.c);
	k.c = NULL;
	KPI_EXPECT(rec_is("A:disconnected "));
	end_conn(&k);
	rec_unregister(0);
}

/* A life with everything in it, on sockets that have the filter. */
static void
whole_life(void)
{
	struct conn k;
	char buf[8];
	int v = 1, len = sizeof(v);
	size_t n;

	bzero(&k, sizeof(k));
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.l) ==
	    0);
	KPI_EXPECT(sock_setsockopt(k.l, SOL_SOCKET, SO_KEEPALIVE, &v, 4) ==
	    0);
	KPI_EXPECT(sock_getsockopt(k.l, SOL_SOCKET, SO_TYPE, &v, &len) == 0);
	KPI_EXPECT(sock_ioctl(k.l, FIONREAD, &v) == 0);
	addr4(&k.addr, 0);
	KPI_EXPECT(sock_bind(k.l, (struct sockaddr *)&k.addr) == 0);
	KPI_EXPECT(sock_listen(k.l, 4) == 0);
	KPI_EXPECT(sock_getsockname(k.l, (struct sockaddr *)&k.addr, 16) ==
	    0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_EXPECT(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	KPI_EXPECT(put(k.c, "there", 5, 0, &n) == 0 && n == 5);
	KPI_EXPECT(get(k.s, buf, 5, MSG_WAITALL, &n) == 0 && n == 5 &&
	    memcmp(buf, "there", 5) == 0);
	KPI_EXPECT(put(k.s, "back", 4, 0, &n) == 0 && n == 4);
	KPI_EXPECT(get(k.c, buf, 4, MSG_WAITALL, &n) == 0 && n == 4);
	KPI_EXPECT(sock_shutdown(k.c, SHUT_WR) == 0);
	KPI_EXPECT(get(k.s, buf, 4, 0, &n) == 0 && n == 0);
	end_conn(&k);
}

/* In the middle of each operation the filter goes: it finishes all the same. */
KPI_TEST_AS(sflt_unregister, inside_each_callback)
{
	static const char *const words[] = {
		"attach", "setoption", "getoption", "ioctl", "bind", "bound",
		"listen", "connect_out", "connecting", "connect_in",
		"connected", "accept", "out", "in", "shutdown",
		"cantsendmore", "cantrecvmore", "closing", "disconnecting",
		"disconnected", "flush_read", "detach",
	};
	const char *t, *d;
	unsigned i, w, n;

	for (w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
		rec_reset();
		KPI_REQUIRE(reg_tcp(0, SFLT_GLOBAL) == 0);
		plan[0].unregister_in = words[w];
		whole_life();
		for (i = 0; i < 6000 && unregistered[0] == 0; i++)
			pause_ms(5);
		if (unregistered[0] != 1 || detached[0] != attached[0] ||
		    attached[0] == 0)
			printf("%s: unregistered %u attached %u detached %u\n",
			    words[w], unregistered[0], attached[0],
			    detached[0]);
		KPI_EXPECT(unregistered[0] == 1);
		KPI_EXPECT(attached[0] > 0 && detached[0] == attached[0]);
		/* Nothing comes behind the last detach. */
		t = rec_text();
		n = 0;
		for (d = strnstr(t, "A:detach ", 4096); d != NULL;
		    d = strnstr(t, "A:detach ", 4096)) {
			t = d + 9;
			n++;
		}
		KPI_EXPECT(n == detached[0] && *t == '\0');
	}
}

/* S17's events */
KPI_TEST_AS(sock_retain, events_wait_for_the_release)
{
	struct conn k;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_PROG) == 0);
	KPI_REQUIRE(sflt_attach(k.c, HANDLE(0)) == 0);
	rec_reset();
	sock_retain(k.c);
	sock_close(k.c);
	pause_ms(30);
	KPI_EXPECT(rec_is(""));
	sock_release(k.c);
	KPI_EXPECT(rec_is("A:closing A:disconnecting A:disconnected "
	    "A:flush_read A:cantrecvmore A:detach "));
	k.c = NULL;
	end_conn(&k);
	rec_unregister(0);
}

/* Sockets that were there before get the filter, and one event. */
KPI_TEST_AS(sflt_register, extended_registry)
{
	struct conn k;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(reg_tcp(0, SFLT_GLOBAL | SFLT_EXTENDED_REGISTRY) == 0);
	KPI_EXPECT(attached[0] >= 3);
	sock_close(k.l);
	KPI_EXPECT(strnstr(rec_text(), "A:attach A:connected ", 4096) !=
	    NULL);
	k.l = NULL;
	end_conn(&k);
	rec_unregister(0);
	KPI_EXPECT(detached[0] == attached[0]);
}
