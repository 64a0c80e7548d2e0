/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding.  The plain case (no options, a live route through another
 * interface, hops left, room on the link, no IP filter) needs none of the
 * engine: the packet is ours alone, so its hop count is lowered in place and
 * it goes straight to the output queue, without a clone.  Everything else is
 * the engine's (ip4_forward, ip6_forward).
 *
 * A frame that the device joined from segments leaves as one, to be cut at
 * the same places by the other interface.
 *
 * The engine's "fragmentation needed" does not say how long a packet may be
 * (RFC 1191, 4), so that one is made here.
 */
#include "net/inet/ip_forward.h"

#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/icmp.h"
#include "lwip/ip4.h"
#include "lwip/ip6.h"
#include "lwip/stats.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

#include "net/common/net_lock.h"
#include "net/inet/ip_frag.h"
#include "net/inet/ip_out.h"
#include "net/inet/ip_out_clone.h"
#include "net/inet/path_mtu.h"

#define REQ_ANY		(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP | \
	    MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)
#define TSO_ANY		(MBUF_TSO_IPV4 | MBUF_TSO_IPV6)
#define DF		0x40	/* in byte 6 */
#define QUOTE		548	/* bytes of ICMP's quotation and IP header */

/* --- what may take this way -------------------------------------------------------- */

/* 0, loopback, link-local, multicast and beyond never pass a router. */
static bool
plain_addr4(const uint8_t *a)
{
	return a[0] != 0 && a[0] != 127 && a[0] < 224 &&
	    !(a[0] == 169 && a[1] == 254);
}

/* Global or unique local. */
static bool
plain_addr6(const uint8_t *a)
{
	return (a[0] & 0xe0) == 0x20 || (a[0] & 0xfe) == 0xfc;
}

static bool
ours4(const ip4_addr_t *dst)
{
	struct netif *n;

	NETIF_FOREACH(n)
		if (!ip4_addr_isany_val(*netif_ip4_addr(n)) &&
		    (ip4_addr_cmp(dst, netif_ip4_addr(n)) ||
		    ip4_addr_isbroadcast(dst, n)))
			return true;
	return false;
}

/* Cuts what the link padded; false when the header is not right. */
static bool
sane4(mbuf_t m, const uint8_t *h)
{
	size_t total = (size_t)(h[2] << 8 | h[3]);

	if (h[0] != 0x45 || total < IP_HLEN || total > m->m_pkthdr.len ||
	    in_cksum_buf(h, IP_HLEN) != 0xffff)
		return false;
	if (total < m->m_pkthdr.len)
		mbuf_adj(m, (int)total - (int)m->m_pkthdr.len);
	return true;
}

static bool
sane6(mbuf_t m, const uint8_t *h)
{
	size_t total = IP6_HLEN + (size_t)(h[4] << 8 | h[5]);

	/* Length 0: jumbograms, which nobody has. */
	if (total == IP6_HLEN || total > m->m_pkthdr.len ||
	    h[6] == IP6_NEXTH_HOPBYHOP)
		return false;
	if (total < m->m_pkthdr.len)
		mbuf_adj(m, (int)total - (int)m->m_pkthdr.len);
	return true;
}

static struct netif *
way_out4(const uint8_t *h)
{
	ip4_addr_t src, dst;

	memcpy(&src.addr, h + 12, 4);
	memcpy(&dst.addr, h + 16, 4);
	if (h[8] <= 1 || !plain_addr4(h + 12) || !plain_addr4(h + 16) ||
	    ours4(&dst))
		return NULL;
	return ip4_route_src(&src, &dst);
}

static struct netif *
way_out6(const uint8_t *h)
{
	ip6_addr_t dst;

	if (h[7] <= 1 || !plain_addr6(h + 8) || !plain_addr6(h + 24) ||
	    inet_for_us6(h))
		return NULL;
	memset(&dst, 0, sizeof(dst));
	memcpy(dst.addr, h + 24, 16);
	return ip6_route(IP6_ADDR_ANY6, &dst);
}

/* --- joined segments ---------------------------------------------------------------- */

/*
 * The packet is to be cut again.  False when it is not joined, or its segments
 * do not fit either.  Its TCP checksum field holds the pseudo header's sum
 * already, whoever joined it.
 */
static bool
joined(mbuf_t m, size_t mtu, bool v6)
{
	const uint8_t *h = mtod(m, const uint8_t *);
	size_t iplen = v6 ? IP6_HLEN : IP_HLEN, hlen;

	if ((m->m_pkthdr.csum_flags & TSO_ANY) == 0 ||
	    (m->m_pkthdr.csum_flags & REQ_ANY) == 0 ||
	    h[v6 ? 6 : 9] != IP_PROTO_TCP || m->m_len < iplen + TCP_HLEN)
		return false;
	hlen = iplen + (size_t)(h[iplen + 12] >> 4) * 4;
	if (hlen < iplen + TCP_HLEN || hlen > m->m_len ||
	    hlen + m->m_pkthdr.tso_segsz > mtu)
		return false;
	m->m_pkthdr.marks |= PHM_SUPER;
	return true;
}

/* --- too long -------------------------------------------------------------------------- */

/* RFC 792 and RFC 1191: type 3, code 4, with the length that would fit. */
static void
need_frag4(mbuf_t m, struct netif *inp, size_t mtu)
{
	const uint8_t *old = mtod(m, const uint8_t *);
	size_t quote = m->m_pkthdr.len < QUOTE - IP_HLEN - 8 ?
	    m->m_pkthdr.len : QUOTE - IP_HLEN - 8;
	struct netif *out;
	ip4_addr_t to;
	uint16_t sum;
	uint8_t *h;
	mbuf_t e;

	/* Nobody is told of an error's error, or of a later fragment's. */
	memcpy(&to.addr, old + 12, 4);
	if ((old[9] == IP_PROTO_ICMP && m->m_len > IP_HLEN &&
	    old[IP_HLEN] != ICMP_ECHO && old[IP_HLEN] != ICMP_ER) ||
	    ((old[6] & 0x1f) | old[7]) != 0 ||
	    ip4_addr_isany_val(*netif_ip4_addr(inp)) ||
	    !out_rate_ok(OUT_CLASS_ICMP_ERROR) ||
	    (out = ip4_route(&to)) == NULL ||
	    mbuf_getpacket(MBUF_DONTWAIT, &e) != 0)
		return;
	e->m_data += INET_HEADROOM;
	h = mtod(e, uint8_t *);
	memset(h, 0, IP_HLEN + 8);
	h[0] = 0x45;
	h[2] = (uint8_t)((IP_HLEN + 8 + quote) >> 8);
	h[3] = (uint8_t)(IP_HLEN + 8 + quote);
	h[8] = ICMP_TTL;
	h[9] = IP_PROTO_ICMP;
	memcpy(h + 12, &netif_ip4_addr(inp)->addr, 4);
	memcpy(h + 16, old + 12, 4);
	h[IP_HLEN] = ICMP_DUR;
	h[IP_HLEN + 1] = ICMP_DUR_FRAG;
	h[IP_HLEN + 6] = (uint8_t)(mtu >> 8);
	h[IP_HLEN + 7] = (uint8_t)mtu;
	if (mbuf_copydata(m, 0, quote, h + IP_HLEN + 8) != 0) {
		m_freem(e);
		return;
	}
	sum = (uint16_t)~in_cksum_buf(h + IP_HLEN, 8 + quote);
	memcpy(h + IP_HLEN + 2, &sum, 2);
	e->m_len = (uint16_t)(IP_HLEN + 8 + quote);
	e->m_pkthdr.len = e->m_len;
	ip_out_sum4(e);
	ip_out_mbuf(e, out, false);
}

/* --- on its way -------------------------------------------------------------------------- */

/* One hop less, RFC 1624 for the sum. */
static void
lower4(uint8_t *h)
{
	uint32_t sum = (uint32_t)(h[10] << 8 | h[11]) + 0x100;

	sum = (sum & 0xffff) + (sum >> 16);
	h[8]--;
	h[10] = (uint8_t)(sum >> 8);
	h[11] = (uint8_t)sum;
}

static void
count(bool v6)
{
	if (v6) {
		IP6_STATS_INC(ip6.recv);
		IP6_STATS_INC(ip6.fw);
		IP6_STATS_INC(ip6.xmit);
		return;
	}
	IP_STATS_INC(ip.recv);
	IP_STATS_INC(ip.fw);
	IP_STATS_INC(ip.xmit);
	MIB2_STATS_INC(mib2.ipinreceives);
	MIB2_STATS_INC(mib2.ipforwdatagrams);
}

bool
ip_forward(mbuf_t m, struct netif *inp, bool v6)
{
	uint8_t *h = mtod(m, uint8_t *);
	struct netif *out;
	size_t mtu;
	bool super;

	net_lock_assert();
	if (!(v6 ? inet_forward6 : inet_forward4) ||
	    (m->m_flags & (MBUF_BCAST | MBUF_MCAST | MBUF_LOOP)) != 0 ||
	    __atomic_load_n(&ip_out_filters[v6], __ATOMIC_RELAXED) != 0 ||
	    !(v6 ? sane6(m, h) : sane4(m, h)))
		return false;
	out = v6 ? way_out6(h) : way_out4(h);
	if (out == NULL || out == inp || !netif_is_up(out) ||
	    !netif_is_link_up(out))
		return false;
	mtu = v6 && netif_mtu6(out) != 0 ? netif_mtu6(out) : out->mtu;
	if (mtu == 0)
		return false;	/* a loopback */
	super = joined(m, mtu, v6);
	if (!super && ((m->m_pkthdr.csum_flags & TSO_ANY) != 0 ||
	    m->m_pkthdr.len > mtu)) {
		if (v6 || (h[6] & DF) == 0 ||
		    (m->m_pkthdr.csum_flags & TSO_ANY) != 0)
			return false;
		need_frag4(m, inp, mtu);
		m_freem(m);
		return true;
	}
	/* A checksum that was left to hardware is left to the next one. */
	if ((m->m_pkthdr.csum_flags & REQ_ANY) == 0)
		m->m_pkthdr.csum_flags &= ~(uint32_t)PH_CSUM_MASK;
	if (v6)
		h[7]--;
	else
		lower4(h);
	count(v6);
	m->m_pkthdr.rcvif = NULL;
	m->m_pkthdr.marks |= PHM_FORWARD;
	ip_out_mbuf(m, out, v6);
	return true;
}

bool
ip_joined_foreign(mbuf_t m, bool v6)
{
	const uint8_t *h = mtod(m, const uint8_t *);
	ip4_addr_t dst;

	net_lock_assert();
	if (!(v6 ? inet_forward6 : inet_forward4) || (m->m_pkthdr.csum_flags & TSO_ANY) == 0)
		return false;
	memcpy(&dst.addr, h + 16, 4);
	return v6 ? !inet_for_us6(h) : !ours4(&dst);
}
