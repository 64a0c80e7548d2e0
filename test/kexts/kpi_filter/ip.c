/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP filters: order, verdicts, injection, removal.
 */
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <netinet/udp.h>

#include <kpitest.h>

#include "talk.h"

struct ipf {
	ipfilter_t	ref;
	volatile int	in, out, detached;
	int		in_at, out_at;
	errno_t		in_result, out_result;
	mbuf_t		kept;
	int		remove_inside;
	errno_t		removed;
};

static struct ipf a, b, c;
static volatile int order;
static volatile int bad_sums;		/* packets whose checksum is wrong */
static int watched_port;		/* others' packets do not count */

/* Whether this is one of the tests' UDP packets. */
static int
ours(mbuf_t m)
{
	struct {
		struct ip	ip;
		struct udphdr	uh;
	} h;

	if (mbuf_copydata(m, 0, sizeof(h), &h) != 0 ||
	    h.ip.ip_p != IPPROTO_UDP)
		return (0);
	return (ntohs(h.uh.uh_dport) == watched_port);
}

static errno_t
ipf_in(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	struct ipf *f = cookie;
	u_int16_t sum;

	if (protocol != IPPROTO_UDP || offset != 20 || !ours(*m))
		return (0);
	f->in_at = ++order;
	/* A filter may correct the checksum by a difference: it must be there. */
	if (mbuf_inet_cksum(*m, IPPROTO_UDP, (u_int32_t)offset,
	    (u_int32_t)(mbuf_pkthdr_len(*m) - (size_t)offset), &sum) != 0 ||
	    (sum != 0 && sum != 0xffff))
		bad_sums++;
	if (f->remove_inside) {
		f->remove_inside = 0;
		f->removed = ipf_remove(f->ref);
	}
	if (f->in_result == EJUSTRETURN)
		f->kept = *m;
	f->in++;		/* last: who waits for it sees the rest */
	return (f->in_result);
}

static errno_t
ipf_out(void *cookie, mbuf_t *m, ipf_pktopts_t options)
{
	struct ipf *f = cookie;

	(void)options;
	if (!ours(*m))
		return (0);
	f->out_at = ++order;
	if (f->out_result == EJUSTRETURN)
		f->kept = *m;
	f->out++;
	return (f->out_result);
}

static void
ipf_detached(void *cookie)
{
	((struct ipf *)cookie)->detached++;
}

static errno_t
add(struct ipf *f)
{
	struct ipf_filter d;

	memset(&d, 0, sizeof(d));
	d.cookie = f;
	d.name = "org.unikext.test.kpi_filter";
	d.ipf_input = ipf_in;
	d.ipf_output = ipf_out;
	d.ipf_detach = ipf_detached;
	return (ipf_addv4(&d, &f->ref));
}

static socket_t from, to;

/* One datagram; whether it arrived. */
static int
send_one(void)
{
	char buf[16];
	size_t n;

	if (say(from, watched_port, "packet", 6, &n) != 0)
		return (-1);
	if (hear(to, buf, sizeof(buf), 0, &n) != 0)
		return (0);
	return (n == 6);
}

/* One comes, in ten seconds; one is there. */
static int
arrived(void)
{
	char buf[16];
	size_t n;

	return (hear(to, buf, sizeof(buf), 0, &n) == 0);
}

static int
there(void)
{
	char buf[16];
	size_t n;

	return (hear(to, buf, sizeof(buf), MSG_DONTWAIT, &n) == 0);
}

KPI_TEST(ipf_addv4)
{
	struct ipf_filter d;
	ipfilter_t r;

	memset(&d, 0, sizeof(d));
	d.ipf_input = ipf_in;
	KPI_EXPECT(ipf_addv4(&d, &r) == EINVAL);
	d.name = "x";
	d.ipf_input = NULL;
	KPI_EXPECT(ipf_addv4(&d, &r) == EINVAL);
	from = open_bound(SOCK_DGRAM);
	to = open_bound(SOCK_DGRAM);
	KPI_REQUIRE(from != NULL && to != NULL);
	watched_port = port_of(to);
	KPI_REQUIRE(add(&a) == 0 && add(&b) == 0 && add(&c) == 0);
}

KPI_TEST(ipf_addv4_internal)
{
	struct ipf_filter d;
	ipfilter_t r;

	memset(&d, 0, sizeof(d));
	d.ipf_input = ipf_in;
	KPI_EXPECT(ipf_addv4_internal(&d, &r) == EINVAL);
}

KPI_TEST(ipf_addv6_internal)
{
	struct ipf_filter d;
	ipfilter_t r;

	memset(&d, 0, sizeof(d));
	d.ipf_input = ipf_in;
	KPI_EXPECT(ipf_addv6_internal(&d, &r) == EINVAL);
}

KPI_TEST(ipf_input_func)
{
	KPI_REQUIRE(to != NULL);
	KPI_EXPECT(send_one() == 1);
	/* The newest runs first. */
	KPI_EXPECT(a.in == 1 && b.in == 1 && c.in == 1);
	KPI_EXPECT(c.in_at < b.in_at && b.in_at < a.in_at);
	KPI_EXPECT(bad_sums == 0);
	c.in_result = EPERM;
	KPI_EXPECT(say(from, watched_port, "x", 1, &(size_t){ 0 }) == 0);
	KPI_EXPECT(reached(&c.in, 2) && b.in == 1 && !there());
	c.in_result = 0;
}

KPI_TEST(ipf_output_func)
{
	size_t n;

	KPI_REQUIRE(to != NULL);
	a.out = b.out = c.out = 0;
	KPI_EXPECT(send_one() == 1);
	KPI_EXPECT(a.out == 1 && b.out == 1 && c.out == 1);
	KPI_EXPECT(c.out_at < b.out_at && b.out_at < a.out_at);
	c.out_result = EJUSTRETURN;
	KPI_EXPECT(say(from, watched_port, "packet", 6, &n) == 0);
	KPI_EXPECT(reached(&c.out, 2) && b.out == 1 && c.kept != NULL &&
	    !there());
	c.out_result = 0;
}

KPI_TEST(ipf_inject_output)
{
	mbuf_t m = c.kept;

	KPI_REQUIRE(to != NULL && m != NULL);
	c.kept = NULL;
	a.out = b.out = c.out = 0;
	/* Only the filters behind this one see it. */
	KPI_EXPECT(ipf_inject_output(m, b.ref, NULL) == 0);
	KPI_EXPECT(arrived());
	KPI_EXPECT(a.out == 1 && b.out == 0 && c.out == 0);
	KPI_REQUIRE(mbuf_getpacket(MBUF_WAITOK, &m) == 0);
	memset(mbuf_data(m), 0x55, 40);
	mbuf_setlen(m, 40);
	mbuf_pkthdr_setlen(m, 40);
	KPI_EXPECT(ipf_inject_output(m, NULL, NULL) == ENOTSUP);
}

KPI_TEST(ipf_inject_input)
{
	size_t n;
	mbuf_t m;

	KPI_REQUIRE(to != NULL);
	c.in = 0;
	c.in_result = EJUSTRETURN;
	KPI_EXPECT(say(from, watched_port, "packet", 6, &n) == 0);
	KPI_EXPECT(reached(&c.in, 1) && !there());
	c.in_result = 0;
	m = c.kept;
	c.kept = NULL;
	KPI_REQUIRE(m != NULL);
	a.in = b.in = c.in = 0;
	KPI_EXPECT(ipf_inject_input(m, b.ref) == 0);
	KPI_EXPECT(arrived());
	KPI_EXPECT(a.in == 1 && b.in == 0 && c.in == 0);
	KPI_REQUIRE(mbuf_getpacket(MBUF_WAITOK, &m) == 0);
	memset(mbuf_data(m), 0x55, 40);
	mbuf_setlen(m, 40);
	mbuf_pkthdr_setlen(m, 40);
	/* A bad version: the packet stays with the caller. */
	KPI_EXPECT(ipf_inject_input(m, NULL) == ENOTSUP);
	mbuf_freem(m);
}

KPI_TEST(ipf_remove)
{
	KPI_EXPECT(ipf_remove(NULL) == EINVAL);
	KPI_EXPECT(ipf_remove(b.ref) == 0);
	KPI_EXPECT(reached(&b.detached, 1));
	KPI_EXPECT(ipf_remove(b.ref) == ENOENT);
	/* From inside its own callback. */
	a.remove_inside = 1;
	KPI_EXPECT(send_one() == 1);
	KPI_EXPECT(reached(&a.detached, 1) && a.removed == 0);
	KPI_EXPECT(ipf_remove(a.ref) == ENOENT);
	KPI_EXPECT(ipf_remove(c.ref) == 0);
	KPI_EXPECT(reached(&c.detached, 1));
	if (from != NULL)
		sock_close(from);
	if (to != NULL)
		sock_close(to);
}

KPI_TEST(ipf_detach_func)
{
	KPI_EXPECT(a.detached == 1 && b.detached == 1 && c.detached == 1);
}

KPI_TEST(ipf_addv6)
{
	struct ipf_filter d;
	static struct ipf six;
	ipfilter_t r = NULL;

	memset(&d, 0, sizeof(d));
	d.cookie = &six;
	d.ipf_input = ipf_in;
	KPI_EXPECT(ipf_addv6(&d, &r) == EINVAL);
	d.name = "org.unikext.test.kpi_filter";
	d.ipf_detach = ipf_detached;
	KPI_REQUIRE(ipf_addv6(&d, &r) == 0 && r != NULL);
	KPI_EXPECT(ipf_remove(r) == 0);
	KPI_EXPECT(reached(&six.detached, 1));
}
