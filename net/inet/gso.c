/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large sends.  While one hold of the net lock lasts, consecutive segments of
 * one connection are joined into one packet with the headers of the first
 * and the payloads of all; the interface (or dlil_segment_hook, in software)
 * cuts it again.  Congestion control is not touched: the engine still sends
 * what it may.
 *
 * There is one candidate.  The next segment joins if its IP and TCP headers
 * agree but for length, identification, checksums, sequence number and PSH,
 * if it follows in sequence, carries data and has no flag but ACK and PSH.
 * The segment size is that of the first; a shorter one or PSH ends the
 * packet.  A packet that does not join sends the candidate first, and so does
 * the end of the lock hold: order is kept.
 */
#include "net/inet/gso.h"

#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/inet/ip_frag.h"
#include "net/inet/ip_out_clone.h"
#include "net/inet/netif_glue.h"
#include "net/inet/path_mtu.h"

/* All N. */
static struct {
	mbuf_t		m, last;	/* the packet and its last mbuf */
	struct netif	*netif;
	bool		v6;
	uint16_t	iplen, hlen;
	uint32_t	next_seq;	/* host order */
	uint32_t	segsz, segs;
	bool		closed;		/* nothing may follow */
} gso;

static uint32_t
get32(const u8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Segments for a path narrower than the link leave one by one, see ip_out.c. */
static bool
fits_path(mbuf_t m, const struct netif *netif, bool v6)
{
	const u8_t *h = mtod(m, const u8_t *);
	uint32_t dst;

	if (m->m_pkthdr.len <= 552)
		return true;
	if (v6)
		return m->m_pkthdr.len <= 1280 ||
		    m->m_pkthdr.len <= path_mtu6(netif, h + 24, 0xffff);
	memcpy(&dst, h + 16, 4);
	return m->m_pkthdr.len <= path_mtu4(dst, 0xffff);
}

/* Headers that may differ only where joined segments do. */
static bool
same_headers(const u8_t *a, const u8_t *b, size_t iplen, size_t hlen, bool v6)
{
	const u8_t *ta = a + iplen, *tb = b + iplen;

	if (v6) {
		if (memcmp(a, b, 4) != 0 || memcmp(a + 6, b + 6, 34) != 0)
			return false;
	} else {
		if (memcmp(a, b, 2) != 0 || memcmp(a + 6, b + 6, 4) != 0 ||
		    memcmp(a + 12, b + 12, iplen - 12) != 0)
			return false;
	}
	return memcmp(ta, tb, 4) == 0 &&		/* ports */
	    memcmp(ta + 8, tb + 8, 5) == 0 &&		/* ack, offset */
	    ((ta[13] ^ tb[13]) & ~TCP_PSH) == 0 &&
	    memcmp(ta + 14, tb + 14, 2) == 0 &&		/* window */
	    memcmp(ta + 18, tb + 18, hlen - iplen - 18) == 0;
}

void
gso_flush(void)
{
	mbuf_t m = gso.m;
	u8_t *h;

	if (m == NULL)
		return;
	net_lock_assert();
	gso.m = NULL;
	h = mtod(m, u8_t *);
	if (gso.segs > 1) {
		size_t total = m->m_pkthdr.len;
		u16_t sum;

		if (gso.v6) {
			h[4] = (u8_t)((total - IP6_HLEN) >> 8);
			h[5] = (u8_t)(total - IP6_HLEN);
			sum = in_pseudo6(h + 8, h + 24,
			    (uint32_t)(total - gso.iplen), IP_PROTO_TCP);
		} else {
			h[2] = (u8_t)(total >> 8);
			h[3] = (u8_t)total;
			sum = in_pseudo4(h + 12, h + 16,
			    (uint32_t)(total - gso.iplen), IP_PROTO_TCP);
		}
		memcpy(h + gso.iplen + 16, &sum, 2);
		m->m_pkthdr.marks |= PHM_SUPER;
		m->m_pkthdr.tso_segsz = (uint16_t)gso.segsz;
		m->m_pkthdr.csum_flags |= gso.v6 ? MBUF_TSO_IPV6 : MBUF_TSO_IPV4;
		inet_counters.out_super++;
	}
	if (!gso.v6)
		ip_out_sum4(m);
	ip_out_joined(m, gso.netif, gso.v6);
}

bool
gso_join(mbuf_t m, struct netif *netif, bool v6)
{
	const u8_t *h = mtod(m, const u8_t *), *t;
	size_t iplen = v6 ? IP6_HLEN : (size_t)(h[0] & 0xf) * 4, hlen, len;
	uint32_t seq;

	net_lock_assert();
	if (m->m_len < iplen + TCP_HLEN || (v6 && h[6] != IP_PROTO_TCP) ||
	    m->m_pkthdr.csum_flags == 0)
		goto alone;
	t = h + iplen;
	hlen = iplen + (size_t)(t[12] >> 4) * 4;
	if (hlen > m->m_len || (t[13] & ~(TCP_ACK | TCP_PSH)) != 0 ||
	    m->m_pkthdr.len <= hlen || !fits_path(m, netif, v6))
		goto alone;
	len = m->m_pkthdr.len - hlen;
	seq = get32(t + 4);
	if (gso.m != NULL && !gso.closed && gso.netif == netif &&
	    gso.v6 == v6 && gso.hlen == hlen && gso.iplen == iplen &&
	    seq == gso.next_seq && len <= gso.segsz &&
	    gso.m->m_pkthdr.len + len <= 0xffff &&
	    same_headers(mtod(gso.m, const u8_t *), h, iplen, hlen, v6)) {
		if (t[13] & TCP_PSH)
			mtod(gso.m, u8_t *)[iplen + 13] |= TCP_PSH;
		gso.closed = len < gso.segsz || (t[13] & TCP_PSH) != 0;
		gso.next_seq += (uint32_t)len;
		gso.segs++;
		gso.m->m_pkthdr.len += (uint32_t)len;
		/* The header's mbuf goes, unless it holds the payload too. */
		if (m->m_len == hlen) {
			m = m_free(m);
		} else {
			m->m_data += hlen;
			m->m_len -= (uint16_t)hlen;
			m->m_flags &= ~MBUF_PKTHDR;
			memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
		}
		gso.last->m_next = m;
		gso.last = m_last(gso.last);
		inet_counters.out_joined++;
		return true;
	}
	gso_flush();
	gso.m = m;
	gso.last = m_last(m);
	gso.netif = netif;
	gso.v6 = v6;
	gso.iplen = (uint16_t)iplen;
	gso.hlen = (uint16_t)hlen;
	gso.next_seq = seq + (uint32_t)len;
	gso.segsz = (uint32_t)len;
	gso.segs = 1;
	gso.closed = (t[13] & TCP_PSH) != 0;
	return true;
alone:
	gso_flush();
	return false;
}

/* What the interface cannot cut itself. */
static errno_t
gso_segment(ifnet_t ifp, protocol_family_t family, mbuf_t m, mbuf_t *list)
{
	(void)ifp;
	inet_counters.out_split++;
	return inet_split_tcp(m, family == PF_INET6, m->m_pkthdr.tso_segsz, list);
}

void
gso_init(void)
{
	dlil_segment_hook = gso_segment;
}
