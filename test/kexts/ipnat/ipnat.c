/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipnat: a pair of IP filters that rewrite addresses, for IPv4 and IPv6.
 *
 *	on the wire			what sockets see
 *	10.77.0.1   <-> 10.77.0.50	10.99.0.1   <-> 10.77.0.2
 *	fd77::1     <-> fd77::50	fd99::1     <-> fd77::2
 *
 * Theory of operation
 *
 * A packet from the host to the public address (an alias of en0) gets the
 * private address as its destination and a peer that does not exist as its
 * source; what goes to that peer gets the public address and the host back.
 * Nothing is remembered: the peer's address says whether a packet is to be
 * translated, everything else passes.
 *
 * Incoming checksums are corrected by the difference (RFC 1624).  Outgoing
 * ones are completed before and after the change, as the guide has it.
 * IPv4 packets go on through the stack, IPv6 packets are swallowed and
 * injected behind this filter: both ways have to lead to the right socket.
 */
#include <libkern/OSAtomic.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t ipnat_start(kmod_info_t *ki, void *data);
kern_return_t ipnat_stop(kmod_info_t *ki, void *data);

struct nat_addrs {
	uint8_t	host[16], public[16], peer[16], private[16];
};

struct nat {
	int	v6, family;
	size_t	alen, at, hlen;		/* addresses: length, where; header */
	struct nat_addrs a;
	ipfilter_t ref;
	volatile SInt32 detached;
};

static struct nat nats[2] = { {
	.family = PF_INET, .alen = 4, .at = 12, .hlen = 20,
	.a = {
		.host = { 10, 77, 0, 1 }, .public = { 10, 77, 0, 50 },
		.peer = { 10, 99, 0, 1 }, .private = { 10, 77, 0, 2 },
	},
}, {
	.v6 = 1, .family = PF_INET6, .alen = 16, .at = 8, .hlen = 40,
	.a = {
		.host = { 0xfd, 0x77, [15] = 1 },
		.public = { 0xfd, 0x77, [15] = 0x50 },
		.peer = { 0xfd, 0x99, [15] = 1 },
		.private = { 0xfd, 0x77, [15] = 2 },
	},
} };
static int nat_in, nat_out;		/* packets translated */

SYSCTL_NODE(_net, OID_AUTO, ipnat, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "address rewriting IP filters");
SYSCTL_INT(_net_ipnat, OID_AUTO, in, CTLFLAG_RD | CTLFLAG_LOCKED, &nat_in, 0,
    "packets in translated");
SYSCTL_INT(_net_ipnat, OID_AUTO, out, CTLFLAG_RD | CTLFLAG_LOCKED, &nat_out,
    0, "packets out translated");

#define NOIDS	3
static struct sysctl_oid *const nat_oids[NOIDS] = {
	&sysctl__net_ipnat, &sysctl__net_ipnat_in, &sysctl__net_ipnat_out
};

/* --- checksums ------------------------------------------------------------------------ */

static uint32_t
sum16(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (; n >= 2; p += 2, n -= 2)
		s += (uint32_t)p[0] << 8 | p[1];
	return (s);
}

/* RFC 1624: HC' = ~(~HC + ~m + m'), with the sums of all changed words. */
static void
adjust(uint8_t *field, uint32_t before, uint32_t after, int udp)
{
	uint32_t s;

	if (udp && field[0] == 0 && field[1] == 0)
		return;			/* has none */
	while (before >> 16 != 0)
		before = (before & 0xffff) + (before >> 16);
	s = (0xffffu & ~((uint32_t)field[0] << 8 | field[1])) +
	    (0xffffu & ~before) + after;
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	s = 0xffffu & ~s;
	if (udp && s == 0)
		s = 0xffff;
	field[0] = (uint8_t)(s >> 8);
	field[1] = (uint8_t)s;
}

/* Where the transport's checksum is; 0: none that covers addresses. */
static size_t
field_at(size_t l4, uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return (l4 + 16);
	case IPPROTO_UDP:
		return (l4 + 6);
	case IPPROTO_ICMPV6:
		return (l4 + 2);
	default:
		return (0);
	}
}

/* --- the filters ------------------------------------------------------------------------ */

static errno_t
nat_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	struct nat *n = cookie;
	size_t l4 = (size_t)offset, field = field_at(l4, protocol);
	uint8_t *h, *src, *dst, f[2];
	uint32_t before, after;

	if (mbuf_len(*data) < n->hlen || (n->v6 && l4 != n->hlen))
		return (0);
	h = mbuf_data(*data);
	src = h + n->at;
	dst = src + n->alen;
	if (memcmp(dst, n->a.public, n->alen) != 0 ||
	    memcmp(src, n->a.host, n->alen) != 0)
		return (0);
	if (field != 0 && mbuf_copydata(*data, field, 2, f) != 0)
		return (EINVAL);
	mbuf_inbound_modified(*data);
	before = sum16(src, 2 * n->alen);
	memcpy(src, n->a.peer, n->alen);
	memcpy(dst, n->a.private, n->alen);
	after = sum16(src, 2 * n->alen);
	if (!n->v6)
		adjust(h + 10, before, after, 0);
	if (field != 0) {
		adjust(f, before, after, protocol == IPPROTO_UDP);
		if (mbuf_copyback(*data, field, 2, f, MBUF_DONTWAIT) != 0)
			return (ENOBUFS);
	}
	OSIncrementAtomic((volatile SInt32 *)&nat_in);
	if (!n->v6)
		return (0);
	return (ipf_inject_input(*data, n->ref) == 0 ? EJUSTRETURN : ENOBUFS);
}

static errno_t
nat_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	struct nat *n = cookie;
	uint8_t *h, *src, *dst;

	(void)options;
	if (mbuf_len(*data) < n->hlen)
		return (0);
	h = mbuf_data(*data);
	src = h + n->at;
	dst = src + n->alen;
	if (memcmp(dst, n->a.peer, n->alen) != 0)
		return (0);
	mbuf_outbound_finalize(*data, (u_int32_t)n->family, 0);
	h = mbuf_data(*data);
	src = h + n->at;
	dst = src + n->alen;
	memcpy(src, n->a.public, n->alen);
	memcpy(dst, n->a.host, n->alen);
	mbuf_outbound_finalize(*data, (u_int32_t)n->family, 0);
	OSIncrementAtomic((volatile SInt32 *)&nat_out);
	if (!n->v6)
		return (0);
	(void)ipf_inject_output(*data, n->ref, NULL);
	return (EJUSTRETURN);
}

static void
nat_detach(void *cookie)
{
	OSIncrementAtomic(&((struct nat *)cookie)->detached);
}

/* --- start and stop ----------------------------------------------------------------------- */

static errno_t
nat_add(struct nat *n)
{
	struct ipf_filter f = {
		.cookie = n,
		.name = "org.unikext.test.ipnat",
		.ipf_input = nat_input,
		.ipf_output = nat_output,
		.ipf_detach = nat_detach,
	};

	return (n->v6 ? ipf_addv6(&f, &n->ref) : ipf_addv4(&f, &n->ref));
}

/* 0 when the filter is off and has said so. */
static int
nat_remove(struct nat *n)
{
	struct timespec ts = { 0, 1000000 };
	int i;

	if (n->ref != NULL && ipf_remove(n->ref) != 0)
		return (1);
	for (i = 0; i < 3000 && n->ref != NULL && n->detached == 0; i++)
		(void)msleep(n, NULL, 0, "ipnat", &ts);
	if (n->ref != NULL && n->detached != 1)
		return (1);
	n->ref = NULL;
	return (0);
}

kern_return_t
ipnat_start(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	if (nat_add(&nats[0]) != 0 || nat_add(&nats[1]) != 0) {
		(void)nat_remove(&nats[0]);
		return (KERN_FAILURE);
	}
	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(nat_oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
ipnat_stop(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	if (nat_remove(&nats[0]) != 0 || nat_remove(&nats[1]) != 0)
		return (KERN_FAILURE);
	for (i = NOIDS; i-- > 0; )
		sysctl_unregister_oid(nat_oids[i]);
	return (KERN_SUCCESS);
}
