/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large receives.  Packets that arrived together are looked at once: runs of
 * consecutive segments of one connection, with the same acknowledgement,
 * window and options, become one packet before they enter the engine, which
 * then runs its machinery and sends one ACK for all of them.
 *
 * Only whole packets with right checksums join; a fragment, IP options, a
 * flag other than ACK and PSH, or a gap ends the run.  Link padding is cut
 * by the IP length.
 */
#include "net/inet/gro.h"

#include <sys/kpi_mbuf.h>
#include <string.h>

#include "net/inet/inet_var.h"
#include "net/inet/ip_frag.h"

#define TCP_ACK		0x10
#define TCP_PSH		0x08
#define PROTO_TCP	6

struct seg {
	uint8_t		*h;
	size_t		iplen, hlen, len;	/* len: payload */
	uint32_t	seq;
};

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

#define DID_ALL	(MBUF_CSUM_DID_DATA | MBUF_CSUM_PSEUDO_HDR)
#define REQ_ANY	(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP |	\
		MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)
#define TSO_ANY	(MBUF_TSO_IPV4 | MBUF_TSO_IPV6)

static bool
l4_good(mbuf_t m, const struct seg *s, bool v6)
{
	uint32_t len = (uint32_t)(s->hlen - s->iplen + s->len);
	uint32_t seed;

	if (((m->m_pkthdr.csum_flags & DID_ALL) == DID_ALL &&
	    m->m_pkthdr.csum_data == 0xffff) ||
	    (m->m_pkthdr.csum_flags & REQ_ANY) != 0)
		return true;
	seed = v6 ? in_pseudo6(s->h + 8, s->h + 24, len, PROTO_TCP) :
	    in_pseudo4(s->h + 12, s->h + 16, len, PROTO_TCP);
	if (in_cksum_add(m_cksum(m, s->iplen, len), seed) != 0xffff)
		return false;
	/* Verified once: nobody needs to do it again. */
	(void)mbuf_set_csum_performed(m, DID_ALL, 0xffff);
	return true;
}

/* A data segment that may be part of a run; cuts link padding. */
static bool
seg_of(mbuf_t m, bool v6, struct seg *s)
{
	size_t total;
	uint8_t *t;

	s->h = mtod(m, uint8_t *);
	s->iplen = v6 ? 40 : 20;
	if (m->m_len < s->iplen + 20 ||
	    (m->m_pkthdr.csum_flags & TSO_ANY) != 0)
		return false;
	if (v6) {
		if (s->h[0] >> 4 != 6 || s->h[6] != PROTO_TCP)
			return false;
		total = (size_t)(s->h[4] << 8 | s->h[5]) + 40;
	} else {
		if (s->h[0] != 0x45 || s->h[9] != PROTO_TCP ||
		    (s->h[6] & 0x3f) != 0 || s->h[7] != 0)
			return false;
		if (in_cksum_buf(s->h, 20) != 0xffff)
			return false;
		total = (size_t)(s->h[2] << 8 | s->h[3]);
	}
	t = s->h + s->iplen;
	s->hlen = s->iplen + (size_t)(t[12] >> 4) * 4;
	if ((t[13] & ~(TCP_ACK | TCP_PSH)) != 0 || !(t[13] & TCP_ACK) ||
	    s->hlen < s->iplen + 20 || s->hlen > m->m_len ||
	    total <= s->hlen || total > m->m_pkthdr.len)
		return false;
	s->len = total - s->hlen;
	s->seq = get32(t + 4);
	if (total < m->m_pkthdr.len)
		mbuf_adj(m, -(int)(m->m_pkthdr.len - total));
	return true;
}

static bool
may_join(const struct seg *a, const struct seg *b, bool v6)
{
	const uint8_t *ta = a->h + a->iplen, *tb = b->h + b->iplen;

	if (a->hlen != b->hlen || a->iplen != b->iplen ||
	    (v6 ? memcmp(a->h, b->h, 4) != 0 ||
	    memcmp(a->h + 6, b->h + 6, 34) != 0 :
	    a->h[1] != b->h[1] || a->h[8] != b->h[8] ||
	    memcmp(a->h + 12, b->h + 12, 8) != 0))
		return false;
	return memcmp(ta, tb, 4) == 0 && memcmp(ta + 8, tb + 8, 5) == 0 &&
	    memcmp(ta + 14, tb + 14, 2) == 0 &&
	    memcmp(ta + 18, tb + 18, a->hlen - a->iplen - 18) == 0;
}

/*
 * The joined packet's lengths.  It now is what a device hands up that joins
 * itself: its checksum is open, the size of a segment is that of the first.
 */
static void
finish(mbuf_t m, const struct seg *s, bool v6)
{
	size_t total = m->m_pkthdr.len;
	uint32_t len = (uint32_t)(total - s->iplen);
	uint16_t sum = v6 ? in_pseudo6(s->h + 8, s->h + 24, len, PROTO_TCP) :
	    in_pseudo4(s->h + 12, s->h + 16, len, PROTO_TCP);

	memcpy(s->h + s->iplen + 16, &sum, 2);
	(void)mbuf_set_csum_requested(m, v6 ? MBUF_CSUM_REQ_TCPIPV6 :
	    MBUF_CSUM_REQ_TCP, 16);
	(void)mbuf_set_tso_requested(m, v6 ? MBUF_TSO_IPV6 : MBUF_TSO_IPV4,
	    (uint32_t)s->len);

	if (v6) {
		s->h[4] = (uint8_t)((total - 40) >> 8);
		s->h[5] = (uint8_t)(total - 40);
	} else {
		s->h[2] = (uint8_t)(total >> 8);
		s->h[3] = (uint8_t)total;
		s->h[10] = s->h[11] = 0;
		sum = (uint16_t)~in_cksum_buf(s->h, 20);
		memcpy(s->h + 10, &sum, 2);
	}
}

mbuf_t
gro_list(mbuf_t list, bool v6)
{
	mbuf_t out = NULL, *tail = &out, cur = NULL, last = NULL, m, next;
	struct seg first, s;
	uint32_t want = 0;
	bool joined = false, open = false;

	for (m = list; m != NULL; m = next) {
		bool ok;

		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		ok = (m->m_ext == NULL || !m_storage_shared(m)) &&
		    seg_of(m, v6, &s) && l4_good(m, &s, v6);
		if (ok && open && s.seq == want &&
		    cur->m_pkthdr.len + s.len <= 0xffff &&
		    may_join(&first, &s, v6)) {
			if (s.h[s.iplen + 13] & TCP_PSH) {
				first.h[first.iplen + 13] |= TCP_PSH;
				open = false;
			}
			mbuf_adj(m, (int)s.hlen);
			m_tags_free(m);
			m->m_flags &= ~MBUF_PKTHDR;
			memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
			last->m_next = m;
			last = m_last(m);
			cur->m_pkthdr.len += (uint32_t)s.len;
			want += (uint32_t)s.len;
			joined = true;
			inet_counters.in_joined++;
			continue;
		}
		if (joined)
			finish(cur, &first, v6);
		joined = false;
		*tail = m;
		tail = &m->m_nextpkt;
		cur = m;
		open = ok && !(s.h[s.iplen + 13] & TCP_PSH);
		if (open) {
			first = s;
			last = m_last(m);
			want = s.seq + (uint32_t)s.len;
		}
	}
	if (joined)
		finish(cur, &first, v6);
	return out;
}

mbuf_t
gro_undo(mbuf_t list, bool v6)
{
	mbuf_t out = NULL, *tail = &out, m, next;

	for (m = list; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if ((m->m_pkthdr.csum_flags & TSO_ANY) != 0 &&
		    inet_split_tcp(m, v6, m->m_pkthdr.tso_segsz, &m) != 0)
			continue;
		*tail = m;
		while (*tail != NULL)
			tail = &(*tail)->m_nextpkt;
	}
	return out;
}
