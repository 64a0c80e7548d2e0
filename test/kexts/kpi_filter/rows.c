/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP filters, what ip.c leaves: injection with a filter that has gone,
 * refusals that reach the sender, output options, multicast, packets made by
 * hand, the headers of IPv6.
 */
#include <net/kpi_interface.h>
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <netinet/udp.h>

#include <kpitest.h>

#include "talk.h"

struct rowf {
	ipfilter_t	ref;
	volatile int	in, out, gone;
	errno_t		in_result, out_result;
	mbuf_t		kept;
	int		port;		/* UDP to it is watched */
	int		proto;		/* input: written into the header */
	/* Of the latest packet: */
	int		had_options;
	struct ipf_pktopts options;
	struct ip	ip;
};

static struct rowf fa, fb, fc;

static int
watched(const struct rowf *f, mbuf_t m)
{
	struct {
		struct ip	ip;
		struct udphdr	uh;
	} h;

	return (mbuf_copydata(m, 0, sizeof(h), &h) == 0 &&
	    h.ip.ip_v == 4 && h.ip.ip_p == IPPROTO_UDP &&
	    ntohs(h.uh.uh_dport) == f->port);
}

static errno_t
row_in(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	struct rowf *f = cookie;

	(void)offset;
	(void)protocol;
	if (!watched(f, *m))
		return (0);
	(void)mbuf_copydata(*m, 0, sizeof(f->ip), &f->ip);
	if (f->proto != 0)
		((struct ip *)mbuf_data(*m))->ip_p = (u_char)f->proto;
	if (f->in_result == EJUSTRETURN)
		f->kept = *m;
	f->in++;
	return (f->in_result);
}

static errno_t
row_out(void *cookie, mbuf_t *m, ipf_pktopts_t options)
{
	struct rowf *f = cookie;

	if (!watched(f, *m))
		return (0);
	f->had_options = options != NULL;
	if (options != NULL)
		f->options = *options;
	(void)mbuf_copydata(*m, 0, sizeof(f->ip), &f->ip);
	if (f->out_result == EJUSTRETURN)
		f->kept = *m;
	f->out++;
	return (f->out_result);
}

static void
row_gone(void *cookie)
{
	((struct rowf *)cookie)->gone++;
}

static errno_t
row_add(struct rowf *f, int port)
{
	struct ipf_filter d = {
		.cookie = f, .name = "org.unikext.test.kpi_filter",
		.ipf_input = row_in, .ipf_output = row_out,
		.ipf_detach = row_gone,
	};

	memset(f, 0, sizeof(*f));
	f->port = port;
	return (ipf_addv4(&d, &f->ref));
}

static void
row_remove(struct rowf *f)
{
	KPI_EXPECT(ipf_remove(f->ref) == 0);
	KPI_EXPECT(reached(&f->gone, 1));
}

static int
heard(socket_t so, size_t want)
{
	char buf[64];
	size_t n;

	return (hear(so, buf, sizeof(buf), 0, &n) == 0 && n == want);
}

/* I2: behind a filter that is no more no filter runs, in and out. */
KPI_TEST_AS(ipf_inject_output, behind_a_removed_filter)
{
	socket_t from = open_bound(SOCK_DGRAM), to = open_bound(SOCK_DGRAM);
	int port;
	size_t n;

	KPI_REQUIRE(from != NULL && to != NULL);
	port = port_of(to);
	KPI_REQUIRE(row_add(&fa, port) == 0 && row_add(&fb, port) == 0 &&
	    row_add(&fc, port) == 0);
	fb.out_result = EJUSTRETURN;
	KPI_EXPECT(say(from, port, "out", 3, &n) == 0);
	KPI_REQUIRE(reached(&fb.out, 1) && fb.kept != NULL);
	fa.in = fb.in = fc.in = fa.out = fc.out = 0;
	row_remove(&fb);
	/* It comes in on lo0: there the others see it. */
	KPI_EXPECT(ipf_inject_output(fb.kept, fb.ref, NULL) == 0);
	KPI_EXPECT(heard(to, 3));
	KPI_EXPECT(fa.out == 0 && fc.out == 0 && fa.in == 1 && fc.in == 1);
	KPI_REQUIRE(row_add(&fb, port) == 0);
	fb.in_result = EJUSTRETURN;
	KPI_EXPECT(say(from, port, "in", 2, &n) == 0);
	KPI_REQUIRE(reached(&fb.in, 1) && fb.kept != NULL);
	fa.in = fc.in = 0;
	row_remove(&fb);
	KPI_EXPECT(ipf_inject_input(fb.kept, fb.ref) == 0);
	KPI_EXPECT(heard(to, 2));
	KPI_EXPECT(fa.in == 0 && fc.in == 0);
	row_remove(&fa);
	row_remove(&fc);
	sock_close(from);
	sock_close(to);
}

/*
 * The sender of a datagram hears the filter's error.  Not when another thread
 * was sending for all just then, so some are needed.
 */
KPI_TEST_AS(ipf_output_func, refusal_reaches_the_sender)
{
	socket_t from = open_bound(SOCK_DGRAM), to = open_bound(SOCK_DGRAM);
	errno_t error = 0;
	int port, i;
	size_t n;
	mbuf_t m;

	KPI_REQUIRE(from != NULL && to != NULL);
	port = port_of(to);
	KPI_REQUIRE(row_add(&fa, port) == 0);
	fa.out_result = EPERM;
	for (i = 0; i < 200 && error == 0; i++)
		error = say(from, port, "no", 2, &n);
	KPI_EXPECT(error == EPERM);
	fa.out_result = EJUSTRETURN;
	KPI_EXPECT(say(from, port, "taken", 5, &n) == 0);
	KPI_REQUIRE(reached(&fa.out, 2) && fa.kept != NULL);
	fa.out_result = EACCES;
	error = 0;
	for (i = 0; i < 200 && error == 0; i++) {
		KPI_REQUIRE(mbuf_dup(fa.kept, MBUF_WAITOK, &m) == 0);
		error = ipf_inject_output(m, NULL, NULL);
	}
	KPI_EXPECT(error == EACCES);
	mbuf_freem(fa.kept);
	fa.out_result = 0;
	KPI_EXPECT(say(from, port, "yes", 3, &n) == 0 && heard(to, 3));
	row_remove(&fa);
	sock_close(from);
	sock_close(to);
}

/* What the callback is told of the socket. */
KPI_TEST_AS(ipf_output_func, options)
{
	struct ip_mreq mreq = { .imr_multiaddr = { htonl(0xe0000151) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	socket_t from = open_bound(SOCK_DGRAM), to = NULL;
	struct timeval tv = { 10, 0 };
	struct sockaddr_in sin;
	struct iovec iov = { (void *)(uintptr_t)"all", 3 };
	struct msghdr mh;
	ifnet_t lo;
	mbuf_t m;
	int port, v;

	KPI_REQUIRE(from != NULL && ifnet_find_by_name("lo0", &lo) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &to) ==
	    0);
	(void)local(&sin, 0);
	sin.sin_addr.s_addr = 0;
	KPI_REQUIRE(sock_bind(to, (struct sockaddr *)&sin) == 0);
	sock_setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	port = port_of(to);
	KPI_REQUIRE(row_add(&fa, port) == 0);
	KPI_EXPECT(say(from, port, "one", 3, &(size_t){ 0 }) == 0);
	KPI_EXPECT(heard(to, 3));
	KPI_EXPECT(fa.had_options && fa.options.ippo_flags == 0);
	/* Names in network order, source and identification final. */
	KPI_EXPECT(ntohs(fa.ip.ip_len) == 31 && fa.ip.ip_id != 0 &&
	    fa.ip.ip_src.s_addr == htonl(INADDR_LOOPBACK));

	/* A group that is joined here, and looped back. */
	KPI_EXPECT(sock_setsockopt(to, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == 0);
	KPI_EXPECT(sock_setsockopt(from, IPPROTO_IP, IP_MULTICAST_IF,
	    &mreq.imr_interface, sizeof(mreq.imr_interface)) == 0);
	v = 7;
	KPI_EXPECT(sock_setsockopt(from, IPPROTO_IP, IP_MULTICAST_TTL, &v,
	    4) == 0);
	(void)local(&sin, port);
	sin.sin_addr = mreq.imr_multiaddr;
	memset(&mh, 0, sizeof(mh));
	mh.msg_name = &sin;
	mh.msg_namelen = sizeof(sin);
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	fa.out_result = EJUSTRETURN;
	KPI_EXPECT(sock_send(from, &mh, 0, NULL) == 0);
	KPI_REQUIRE(reached(&fa.out, 2));
	KPI_EXPECT(fa.options.ippo_flags == IPPOF_MCAST_OPTS);
	KPI_EXPECT(fa.options.ippo_mcast_ttl == 7 && fa.ip.ip_ttl == 7);
	KPI_EXPECT(fa.options.ippo_mcast_loop == 1);
	KPI_EXPECT(fa.options.ippo_mcast_ifnet == lo);
	/* Put back with them it goes the same way. */
	m = fa.kept;
	fa.out_result = 0;
	KPI_EXPECT(ipf_inject_output(m, fa.ref, &fa.options) == 0);
	KPI_EXPECT(heard(to, 3));
	/* Nobody is to hear it here. */
	v = 0;
	KPI_EXPECT(sock_setsockopt(from, IPPROTO_IP, IP_MULTICAST_LOOP, &v,
	    4) == 0);
	KPI_EXPECT(sock_send(from, &mh, 0, NULL) == 0);
	v = 1;
	KPI_EXPECT(sock_setsockopt(from, IPPROTO_IP, IP_MULTICAST_LOOP, &v,
	    4) == 0);
	iov.iov_len = 2;
	KPI_EXPECT(sock_send(from, &mh, 0, NULL) == 0);
	KPI_EXPECT(heard(to, 2));
	row_remove(&fa);
	ifnet_release(lo);
	sock_close(from);
	sock_close(to);
}

/*
 * A multicast comes by before its copy for this host is made: refused there
 * is none, and what the filter has written is in it.
 */
KPI_TEST_AS(ipf_output_func, before_the_loop_copy)
{
	struct ip_mreq mreq = { .imr_multiaddr = { htonl(0xe0000152) } };
	socket_t from = NULL, to = NULL;
	struct timeval tv = { 10, 0 };
	struct sockaddr_in sin;
	struct iovec iov = { (void *)(uintptr_t)"gone", 4 };
	struct msghdr mh;
	errno_t error = EADDRNOTAVAIL;
	int i;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &from) ==
	    0 && sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &to) == 0);
	(void)local(&sin, 0);
	sin.sin_addr.s_addr = 0;
	KPI_REQUIRE(sock_bind(to, (struct sockaddr *)&sin) == 0);
	sock_setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)local(&sin, port_of(to));
	sin.sin_addr = mreq.imr_multiaddr;
	memset(&mh, 0, sizeof(mh));
	mh.msg_name = &sin;
	mh.msg_namelen = sizeof(sin);
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	/* Once en0 has its address. */
	for (i = 0; i < 1000 && error != 0; i++) {
		error = sock_setsockopt(to, IPPROTO_IP, IP_ADD_MEMBERSHIP,
		    &mreq, sizeof(mreq));
		if (error == 0 || error == EADDRINUSE)
			error = sock_send(from, &mh, 0, NULL);
		if (error != 0)
			pause_ms(20);
	}
	KPI_EXPECT(error == 0 && heard(to, 4));
	KPI_REQUIRE(row_add(&fa, port_of(to)) == 0);
	fa.out_result = EPERM;
	(void)sock_send(from, &mh, 0, NULL);
	KPI_EXPECT(reached(&fa.out, 1));
	fa.out_result = EJUSTRETURN;
	iov.iov_len = 3;
	KPI_EXPECT(sock_send(from, &mh, 0, NULL) == 0);
	KPI_REQUIRE(reached(&fa.out, 2) && fa.kept != NULL);
	KPI_EXPECT(fa.options.ippo_flags == IPPOF_MCAST_OPTS);
	/* Only what is put back is heard. */
	fa.out_result = 0;
	KPI_EXPECT(ipf_inject_output(fa.kept, fa.ref, NULL) == 0);
	KPI_EXPECT(heard(to, 3));
	iov.iov_len = 2;
	KPI_EXPECT(sock_send(from, &mh, 0, NULL) == 0);
	KPI_EXPECT(heard(to, 2));
	row_remove(&fa);
	sock_close(from);
	sock_close(to);
}

/* --- packets made by hand ------------------------------------------------------------------ */

/* UDP to the loopback address, without a checksum, in pieces of `cut`. */
static mbuf_t
by_hand(int port, size_t cut)
{
	struct {
		struct ip	ip;
		struct udphdr	uh;
		char		text[4];
	} __attribute__((__packed__)) p;
	mbuf_t m = NULL, n = NULL;

	memset(&p, 0, sizeof(p));
	p.ip.ip_v = 4;
	p.ip.ip_hl = 5;
	p.ip.ip_len = htons(sizeof(p));
	p.ip.ip_id = htons(77);
	p.ip.ip_ttl = 64;
	p.ip.ip_p = IPPROTO_UDP;
	p.ip.ip_sum = 0x1234;
	p.ip.ip_src.s_addr = p.ip.ip_dst.s_addr = htonl(INADDR_LOOPBACK);
	p.uh.uh_sport = htons(9);
	p.uh.uh_dport = htons((u_short)port);
	p.uh.uh_ulen = htons(sizeof(p.uh) + sizeof(p.text));
	memcpy(p.text, "hand", 4);
	if (mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) != 0)
		return (NULL);
	memcpy(mbuf_data(m), &p, cut);
	mbuf_setlen(m, cut);
	mbuf_pkthdr_setlen(m, sizeof(p));
	if (cut < sizeof(p)) {
		if (mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &n) != 0) {
			mbuf_freem(m);
			return (NULL);
		}
		memcpy(mbuf_data(n), (char *)&p + cut, sizeof(p) - cut);
		mbuf_setlen(n, sizeof(p) - cut);
		mbuf_setnext(m, n);
	}
	return (m);
}

KPI_TEST_AS(ipf_inject_input, from_nowhere)
{
	socket_t to = open_bound(SOCK_DGRAM), raw = NULL;
	struct timeval tv = { 10, 0 };
	char buf[64];
	size_t n;
	mbuf_t m;

	KPI_REQUIRE(to != NULL && row_add(&fa, port_of(to)) == 0);
	/* No interface: it gets the owner's, and a right header checksum. */
	m = by_hand(fa.port, 32);
	KPI_REQUIRE(m != NULL && ipf_inject_input(m, NULL) == 0);
	KPI_EXPECT(heard(to, 4));
	KPI_EXPECT(fa.in == 1);
	KPI_EXPECT(fa.ip.ip_sum != 0x1234 && ntohs(fa.ip.ip_len) == 32);
	/* The filter makes another protocol of it: that one gets it. */
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_RAW, 253, NULL, NULL, &raw) ==
	    0);
	sock_setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	fa.proto = 253;
	m = by_hand(fa.port, 32);
	KPI_REQUIRE(m != NULL && ipf_inject_input(m, NULL) == 0);
	KPI_EXPECT(hear(raw, buf, sizeof(buf), 0, &n) == 0 && n == 32 &&
	    buf[9] == (char)253);
	fa.proto = 0;
	/* The first one that comes is the next: that was not delivered. */
	m = by_hand(fa.port, 32);
	KPI_REQUIRE(m != NULL && ipf_inject_input(m, NULL) == 0);
	KPI_EXPECT(heard(to, 4));
	KPI_EXPECT(hear(to, buf, sizeof(buf), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	row_remove(&fa);
	sock_close(raw);
	sock_close(to);
}

/* A header in two mbufs is pulled up; nothing in it is filled in. */
KPI_TEST_AS(ipf_inject_output, header_in_pieces)
{
	socket_t to = open_bound(SOCK_DGRAM);
	mbuf_t m;

	KPI_REQUIRE(to != NULL && row_add(&fa, port_of(to)) == 0);
	m = by_hand(fa.port, 7);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ipf_inject_output(m, NULL, NULL) == 0);
	KPI_EXPECT(heard(to, 4));
	KPI_EXPECT(fa.out == 1 && fa.in == 1 && ntohs(fa.ip.ip_id) == 77);
	row_remove(&fa);
	sock_close(to);
}

/* --- IPv6: every header of the chain ---------------------------------------------------------- */

struct six {
	ipfilter_t	ref;
	volatile int	calls, gone;
	int		offset[8], protocol[8];
	int		swallow;	/* at this call, counted from 1 */
	mbuf_t		kept;
};

static struct six sa, sb;

/* Ours has a hop limit that nobody else uses. */
static errno_t
six_in(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	struct six *f = cookie;
	unsigned char *h = mbuf_data(*m);
	int n;

	if (h[7] != 99)
		return (0);
	n = f->calls;
	if (n < 8) {
		f->offset[n] = offset;
		f->protocol[n] = protocol;
	}
	if (f->swallow == n + 1) {
		f->kept = *m;
		f->calls++;
		return (EJUSTRETURN);
	}
	f->calls++;
	return (0);
}

static void
six_gone(void *cookie)
{
	((struct six *)cookie)->gone++;
}

static errno_t
six_add(struct six *f)
{
	struct ipf_filter d = {
		.cookie = f, .name = "org.unikext.test.kpi_filter",
		.ipf_input = six_in, .ipf_detach = six_gone,
	};

	memset(f, 0, sizeof(*f));
	return (ipf_addv6(&d, &f->ref));
}

/* Destination options, then UDP, from ::1 to ::1. */
static mbuf_t
six_packet(int port)
{
	static const unsigned char options[8] = { IPPROTO_UDP, 0, 1, 4 };
	unsigned char *p;
	u_int16_t sum = 0, w;
	mbuf_t m = NULL;

	if (mbuf_getpacket(MBUF_WAITOK, &m) != 0)
		return (NULL);
	p = mbuf_data(m);
	memset(p, 0, 60);
	p[0] = 0x60;
	p[5] = 20;
	p[6] = 60;
	p[7] = 99;
	p[23] = p[39] = 1;
	memcpy(p + 40, options, sizeof(options));
	w = htons((u_short)port);
	memcpy(p + 48, &w, 2);
	memcpy(p + 50, &w, 2);
	p[53] = 12;
	memcpy(p + 56, "six!", 4);
	mbuf_setlen(m, 60);
	mbuf_pkthdr_setlen(m, 60);
	if (mbuf_inet6_cksum(m, IPPROTO_UDP, 48, 12, &sum) != 0)
		sum = 0;
	memcpy(p + 54, &sum, 2);
	return (m);
}

KPI_TEST_AS(ipf_addv6, every_header)
{
	struct timeval tv = { 10, 0 };
	struct sockaddr_in6 sin6;
	socket_t to = NULL;
	mbuf_t m;
	int port;

	KPI_REQUIRE(sock_socket(PF_INET6, SOCK_DGRAM, 0, NULL, NULL, &to) ==
	    0);
	memset(&sin6, 0, sizeof(sin6));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = AF_INET6;
	KPI_REQUIRE(sock_bind(to, (struct sockaddr *)&sin6) == 0 &&
	    sock_getsockname(to, (struct sockaddr *)&sin6, sizeof(sin6)) == 0);
	sock_setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	port = ntohs(sin6.sin6_port);
	KPI_REQUIRE(six_add(&sa) == 0 && six_add(&sb) == 0);
	m = six_packet(port);
	KPI_REQUIRE(m != NULL && ipf_inject_input(m, NULL) == 0);
	KPI_EXPECT(heard(to, 4));
	KPI_EXPECT(sa.calls == 2 && sb.calls == 2);
	KPI_EXPECT(sa.offset[0] == 40 && sa.protocol[0] == 60);
	KPI_EXPECT(sa.offset[1] == 48 && sa.protocol[1] == IPPROTO_UDP);
	/* Injected behind B: skipped at the first header only. */
	sa.calls = sb.calls = 0;
	sb.swallow = 1;
	m = six_packet(port);
	KPI_REQUIRE(m != NULL && ipf_inject_input(m, NULL) == 0);
	KPI_REQUIRE(reached(&sb.calls, 1) && sb.kept != NULL);
	KPI_EXPECT(sa.calls == 0);
	sb.swallow = 0;
	KPI_EXPECT(ipf_inject_input(sb.kept, sb.ref) == 0);
	KPI_EXPECT(heard(to, 4));
	KPI_EXPECT(sa.calls == 2 && sb.calls == 2);
	KPI_EXPECT(sa.offset[0] == 40 && sb.offset[1] == 48);
	KPI_EXPECT(ipf_remove(sa.ref) == 0 && ipf_remove(sb.ref) == 0);
	KPI_EXPECT(reached(&sa.gone, 1) && reached(&sb.gone, 1));
	sock_close(to);
}
