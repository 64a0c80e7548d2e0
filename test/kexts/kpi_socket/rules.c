/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of registration and injection that no row of the table of hook
 * points has, and what kernel sockets do beside the test vectors.
 */
#include "record.h"

#include <netinet/ip.h>

#define RULE	0x5454aaaa

static int rule_accepts, rule_attaches;

static errno_t
rule_attach(void **cookie, socket_t so)
{
	(void)so;
	*cookie = NULL;
	rule_attaches++;
	return (0);
}

static void
rule_detach(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
}

static errno_t
rule_accept(void *cookie, socket_t l, socket_t so, const struct sockaddr *loc,
    const struct sockaddr *rem)
{
	(void)cookie;
	(void)l;
	(void)so;
	(void)loc;
	(void)rem;
	rule_accepts++;
	return (0);
}

static volatile int rule_gone;

static void
rule_unregistered(sflt_handle handle)
{
	rule_gone += handle == RULE;
}

static void
rule(struct sflt_filter *f, int flags)
{
	bzero(f, sizeof(*f));
	f->sf_handle = RULE;
	f->sf_flags = flags;
	f->sf_name = (char *)(uintptr_t)"rule";
	f->sf_attach = rule_attach;
	f->sf_detach = rule_detach;
	f->sf_unregistered = rule_unregistered;
	rule_accepts = rule_attaches = rule_gone = 0;
}

static void
rule_end(void)
{
	unsigned i;

	KPI_EXPECT(sflt_unregister(RULE) == 0);
	for (i = 0; i < 2000 && rule_gone == 0; i++)
		pause_ms(5);
	KPI_EXPECT(rule_gone == 1);
}

/* Domain, protocol, members, handle: in that order. */
KPI_TEST_AS(sflt_register, order_of_checks)
{
	struct sflt_filter f;

	rule(&f, SFLT_PROG);
	f.sf_attach = NULL;
	KPI_EXPECT(sflt_register(&f, PF_LOCAL, SOCK_STREAM, 0) == ENOTSUP);
	KPI_EXPECT(sflt_register(&f, PF_SYSTEM, SOCK_RAW, 1) == ENOTSUP);
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_DGRAM, 0) == ENOENT);
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_UDP) ==
	    ENOENT);
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP) ==
	    EINVAL);
	f.sf_attach = rule_attach;
	KPI_REQUIRE(sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP) == 0);
	f.sf_name = NULL;
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP) ==
	    EINVAL);
	f.sf_name = (char *)(uintptr_t)"rule";
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP) ==
	    EEXIST);
	rule_end();
}

/* How often sf_accept is called of a filter with that sf_len. */
static int
accepts_with(int flags, unsigned len)
{
	struct sflt_filter f;
	struct conn k;

	rule(&f, SFLT_GLOBAL | flags);
	f.sf_len = len;
	f.sf_accept = rule_accept;
	KPI_EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	/* The caller's structure is not needed any more. */
	bzero(&f, sizeof(f));
	KPI_EXPECT(make_conn(&k) == 0);
	KPI_EXPECT(rule_attaches == 3);
	end_conn(&k);
	rule_end();
	return (rule_accepts);
}

KPI_TEST_AS(sflt_register, extended_part)
{
	unsigned behind = __builtin_offsetof(struct sflt_filter_ext,
	    sf_ext_rsvd);

	KPI_EXPECT(accepts_with(0, sizeof(struct sflt_filter_ext)) == 0);
	KPI_EXPECT(accepts_with(SFLT_EXTENDED, 0) == 0);
	KPI_EXPECT(accepts_with(SFLT_EXTENDED, 8) == 0);
	KPI_EXPECT(accepts_with(SFLT_EXTENDED, behind) == 1);
	KPI_EXPECT(accepts_with(SFLT_EXTENDED,
	    sizeof(struct sflt_filter_ext)) == 1);
	KPI_EXPECT(accepts_with(SFLT_EXTENDED, 1000) == 1);
}

/* A raw number nobody knows is the entry of all such numbers, and no other. */
KPI_TEST_AS(sflt_register, raw_protocols)
{
	static const struct {
		int	protocol, attached;
	} t[] = { { 253, 1 }, { 200, 1 }, { IPPROTO_ICMP, 0 },
	    { IPPROTO_RAW, 0 } };
	struct sflt_filter f;
	socket_t so;
	unsigned i;

	rule(&f, SFLT_GLOBAL);
	KPI_REQUIRE(sflt_register(&f, PF_INET, SOCK_RAW, 254) == 0);
	for (i = 0; i < 4; i++) {
		rule_attaches = 0;
		KPI_REQUIRE(sock_socket(PF_INET, SOCK_RAW, t[i].protocol,
		    NULL, NULL, &so) == 0);
		KPI_EXPECT(rule_attaches == t[i].attached);
		sock_close(so);
	}
	rule_end();
}

/* Families are entries of their own; what exists is not touched. */
KPI_TEST_AS(sflt_register, one_entry_only)
{
	struct sflt_filter f;
	struct conn k;
	socket_t so;

	KPI_REQUIRE(make_conn(&k) == 0);
	rule(&f, SFLT_GLOBAL);
	KPI_REQUIRE(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) ==
	    0);
	KPI_EXPECT(rule_attaches == 0);
	KPI_REQUIRE(sock_socket(PF_INET6, SOCK_STREAM, 0, NULL, NULL, &so) ==
	    0);
	sock_close(so);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) ==
	    0);
	sock_close(so);
	KPI_EXPECT(rule_attaches == 0);
	end_conn(&k);
	rule_end();
}

/* Each socket that exists: one event, to the new filter, once. */
KPI_TEST_AS(sflt_register, extended_registry_events)
{
	struct sockaddr_in a;
	struct conn k;
	socket_t idle, over, half;
	const char *t;
	unsigned n;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &idle) ==
	    0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &over) ==
	    0);
	addr4(&a, 1);		/* tcpmux: nobody */
	KPI_EXPECT(sock_connect(over, (struct sockaddr *)&a, 0) ==
	    ECONNREFUSED);
	half = k.c;
	KPI_EXPECT(sock_shutdown(half, SHUT_WR) == 0);
	KPI_REQUIRE(rec_register(1, SFLT_PROG, PF_INET, SOCK_STREAM,
	    IPPROTO_TCP) == 0);
	KPI_REQUIRE(sflt_attach(idle, HANDLE(1)) == 0);
	rec_reset();
	KPI_REQUIRE(rec_register(0, SFLT_GLOBAL | SFLT_EXTENDED_REGISTRY,
	    PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	KPI_EXPECT(attached[0] >= 5 && attached[1] == 0);
	/* The other filter hears nothing. */
	KPI_EXPECT(strnstr(rec_text(), "B:", 4096) == NULL);
	KPI_EXPECT(strnstr(rec_text(), "A:attach A:disconnected ", 4096) !=
	    NULL);
	/* Both ends are connected, half shut or not. */
	n = 0;
	for (t = rec_text(); (t = strnstr(t, "A:connected ", 4096)) != NULL;
	    t++)
		n++;
	KPI_EXPECT(n >= 2);
	KPI_EXPECT(strnstr(rec_text(), "A:cantsendmore ", 4096) == NULL);
	/* It is there already. */
	KPI_EXPECT(sflt_attach(idle, HANDLE(0)) == EEXIST);
	sock_close(idle);
	sock_close(over);
	end_conn(&k);
	rec_unregister(0);
	rec_unregister(1);
	KPI_EXPECT(detached[0] == attached[0]);
}

/* --- injection --------------------------------------------------------------------- */

KPI_TEST_AS(sock_inject_data_in, room_and_flags)
{
	static char big[60000];
	struct sockaddr_in a;
	struct conn k;
	int small = 4000, n4 = 0;
	socket_t u;
	char buf[8];
	mbuf_t m;
	size_t n;

	rec_reset();
	KPI_REQUIRE(make_conn(&k) == 0);
	KPI_REQUIRE(rec_register(0, SFLT_PROG, PF_INET, SOCK_STREAM,
	    IPPROTO_TCP) == 0);
	KPI_REQUIRE(sflt_attach(k.s, HANDLE(0)) == 0);
	KPI_EXPECT(sock_setsockopt(k.s, SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	rec_reset();
	/* A plain stream has no check of the room; the filter runs again. */
	KPI_EXPECT(sock_inject_data_in(k.s, NULL, packet(big, sizeof(big)),
	    NULL, 0) == 0);
	KPI_EXPECT(rec_is("A:in ") && rec_seen[0].in_flags == 0);
	KPI_EXPECT(sock_ioctl(k.s, FIONREAD, &n4) == 0 &&
	    n4 == sizeof(big));
	/* Records have, and say what they are. */
	rec_reset();
	KPI_EXPECT(sock_inject_data_in(k.s, NULL, packet("r", 1), NULL,
	    sock_data_filt_flag_record) == 0);
	KPI_EXPECT(rec_is("A:in ") &&
	    rec_seen[0].in_flags == sock_data_filt_flag_record);
	n4 = 0;
	KPI_EXPECT(sock_ioctl(k.s, FIONREAD, &n4) == 0 &&
	    n4 == sizeof(big));
	/* Behind the shut read side all is dropped, and is success. */
	KPI_EXPECT(sock_shutdown(k.s, SHUT_RD) == 0);
	KPI_EXPECT(sock_inject_data_in(k.s, NULL, packet("x", 1), NULL, 0) ==
	    0);
	KPI_EXPECT(get(k.s, buf, 8, 0, &n) == 0 && n == 0);
	end_conn(&k);
	rec_unregister(0);
	/* An address record whose data have no packet header. */
	KPI_REQUIRE(make_udp(&u, &a) == 0);
	KPI_REQUIRE(mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0);
	memcpy(mbuf_data(m), "bare", 4);
	mbuf_setlen(m, 4);
	KPI_EXPECT(sock_inject_data_in(u, (struct sockaddr *)&a, m, NULL,
	    0) == 0);
	KPI_EXPECT(get(u, buf, 8, 0, &n) == 0 && n == 4 &&
	    memcmp(buf, "bare", 4) == 0);
	sock_close(u);
}

/* A swallowed datagram: data and control are the filter's, and go back. */
KPI_TEST_AS(sock_inject_data_in, control_comes_along)
{
	struct sockaddr_in a, b, from;
	struct iovec iov;
	struct msghdr msg;
	char ctl[64], buf[8];
	socket_t u, w;
	int on = 1;
	size_t n;

	rec_reset();
	KPI_REQUIRE(make_udp(&u, &a) == 0 && make_udp(&w, &b) == 0);
	KPI_EXPECT(sock_setsockopt(u, IPPROTO_IP, IP_RECVDSTADDR, &on, 4) ==
	    0);
	KPI_REQUIRE(rec_register(0, SFLT_PROG, PF_INET, SOCK_DGRAM,
	    IPPROTO_UDP) == 0);
	KPI_REQUIRE(sflt_attach(u, HANDLE(0)) == 0);
	rec_reset();
	plan[0].swallow_in = 1;
	KPI_EXPECT(put_to(w, &a, "later", 5) == 0);
	KPI_EXPECT(rec_is("A:in_from "));
	KPI_REQUIRE(kept[0] != NULL && kept_control[0] != NULL);
	KPI_EXPECT(mbuf_type(kept_control[0]) == MBUF_TYPE_CONTROL);
	KPI_EXPECT(sock_inject_data_in(u, (struct sockaddr *)&b, kept[0],
	    kept_control[0], 0) == 0);
	kept[0] = kept_control[0] = NULL;
	bzero(&from, sizeof(from));
	bzero(&msg, sizeof(msg));
	iov.iov_base = buf;
	iov.iov_len = sizeof(buf);
	msg.msg_name = &from;
	msg.msg_namelen = 100;		/* is not touched */
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = ctl;
	msg.msg_controllen = sizeof(ctl);
	KPI_EXPECT(sock_receive(u, &msg, 0, &n) == 0 && n == 5);
	KPI_EXPECT(from.sin_port == b.sin_port && msg.msg_namelen == 100);
	KPI_EXPECT(msg.msg_controllen == CMSG_SPACE(sizeof(struct in_addr)) ||
	    msg.msg_controllen == CMSG_LEN(sizeof(struct in_addr)));
	KPI_EXPECT(((struct cmsghdr *)(void *)ctl)->cmsg_type ==
	    IP_RECVDSTADDR && msg.msg_flags == 0);
	/* Cut, and told. */
	KPI_EXPECT(put_to(w, &a, "later", 5) == 0);
	msg.msg_controllen = 4;
	KPI_EXPECT(sock_receive(u, &msg, 0, &n) == 0 && n == 5);
	KPI_EXPECT((msg.msg_flags & MSG_CTRUNC) != 0 &&
	    msg.msg_controllen <= 4);
	sock_close(u);
	sock_close(w);
	rec_unregister(0);
}

/* --- kernel sockets ----------------------------------------------------------------- */

static volatile int told;

static void
tell_upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	(void)cookie;
	(void)waitf;
	told++;
}

static int
told_since(int n)
{
	unsigned i;

	for (i = 0; i < 2000 && told == n; i++)
		pause_ms(5);
	return (told > n);
}

/* Its end, good or bad, is told by the upcall. */
KPI_TEST_AS(sock_connect, completion_by_upcall)
{
	struct linger rst = { 1, 0 };
	struct timeval tv = { 10, 0 };
	struct sockaddr_in a;
	struct conn k;
	socket_t so;
	int error = 0, len = sizeof(error), n;
	errno_t r;
	char ch;
	size_t got;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	told = 0;
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, tell_upcall, NULL,
	    &so) == 0);
	nonblocking(so, 1);
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&k.addr, 0) ==
	    EINPROGRESS);
	KPI_EXPECT(told_since(0));
	KPI_EXPECT(sock_connectwait(so, &tv) == 0 &&
	    sock_isconnected(so) == 1);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &k.s) == 0);
	/* So is a reset; receive has the error, then the end. */
	n = told;
	KPI_EXPECT(sock_setsockopt(k.s, SOL_SOCKET, SO_LINGER, &rst,
	    sizeof(rst)) == 0);
	sock_close(k.s);
	KPI_EXPECT(told_since(n));
	KPI_EXPECT(get(so, &ch, 1, 0, &got) == ECONNRESET);
	KPI_EXPECT(get(so, &ch, 1, 0, &got) == 0 && got == 0);
	sock_close(so);
	a = k.addr;
	sock_close(k.l);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, tell_upcall, NULL,
	    &so) == 0);
	nonblocking(so, 1);
	n = told;
	r = sock_connect(so, (struct sockaddr *)&a, 0);
	KPI_EXPECT(r == EINPROGRESS || r == ECONNREFUSED);
	KPI_EXPECT(told_since(n));
	if (r == EINPROGRESS) {
		KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_ERROR, &error,
		    &len) == 0 && error == ECONNREFUSED);
		KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_ERROR, &error,
		    &len) == 0 && error == 0);
	}
	sock_close(so);
}

/* A listener that was shut: not blocking comes before the error. */
KPI_TEST_AS(sock_accept, shut_listener)
{
	struct conn k;
	socket_t so;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_EXPECT(sock_shutdown(k.l, SHUT_RD) == ENOTCONN);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, MSG_DONTWAIT, NULL, NULL, &so) ==
	    EWOULDBLOCK);
	KPI_EXPECT(sock_accept(k.l, NULL, 0, 0, NULL, NULL, &so) ==
	    ECONNABORTED);
	sock_close(k.l);
}

/* A name is cut to the buffer, with its full length inside. */
KPI_TEST_AS(sock_accept, short_name)
{
	unsigned char name[8];
	struct conn k;

	KPI_REQUIRE(make_listener(&k, 4) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k.c) ==
	    0);
	KPI_REQUIRE(sock_connect(k.c, (struct sockaddr *)&k.addr, 0) == 0);
	memset(name, 0xee, sizeof(name));
	KPI_REQUIRE(sock_accept(k.l, (struct sockaddr *)name, 4, 0, NULL,
	    NULL, &k.s) == 0);
	KPI_EXPECT(name[0] == sizeof(struct sockaddr_in) &&
	    name[1] == AF_INET && name[4] == 0xee);
	end_conn(&k);
}
