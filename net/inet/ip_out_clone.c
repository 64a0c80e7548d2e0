/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clones of the engine's packets; see ip_out.c for why.
 *
 * Copied are exactly the IP and the transport header (TCP with its options,
 * UDP's 8 bytes); what is neither TCP nor UDP is copied whole.  A payload
 * piece without counted storage is copied too.  The shared mbufs are marked
 * M_RDONLY: their bytes are the engine's as well.
 */
#include "net/inet/ip_out_clone.h"

#include <net/kpi_interface.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

#include "kernel/lib/rng.h"
#include "net/common/net_lock.h"
#include "net/inet/ip_frag.h"

#define COPY_WHOLE	256	/* bytes: below, sharing costs more */

/* Where a datagram's transport begins, and what it is. */
struct shape {
	size_t	iplen;		/* IP header with extension headers */
	size_t	hlen;		/* with the transport's header */
	u8_t	proto;
	bool	fragment;
	bool	fixed6;		/* no extension headers */
};

static bool
shape_of(const struct pbuf *p, bool v6, struct shape *s)
{
	const u8_t *h = p->payload;

	memset(s, 0, sizeof(*s));
	if (v6) {
		s->iplen = inet6_headers(h, p->len, &s->proto);
		s->fixed6 = s->iplen == IP6_HLEN;
		if (s->iplen == 0)
			return false;
	} else {
		s->iplen = (size_t)(h[0] & 0xf) * 4;
		s->proto = h[9];
		s->fragment = (h[6] & 0x3f) != 0 || h[7] != 0;
	}
	s->hlen = s->iplen;
	if (s->fragment || s->iplen > p->len)
		return false;
	if (s->proto == IP_PROTO_TCP && p->tot_len >= s->iplen + TCP_HLEN) {
		u8_t off = pbuf_get_at(p, (u16_t)(s->iplen + 12));

		s->hlen += (size_t)(off >> 4) * 4;
	} else if (s->proto == IP_PROTO_UDP &&
	    p->tot_len >= s->iplen + UDP_HLEN) {
		s->hlen += UDP_HLEN;
	} else {
		return false;
	}
	return s->hlen <= p->tot_len;
}

/* n bytes of p at off behind what n holds already. */
static void
append_copy(mbuf_t m, const struct pbuf *p, size_t off, size_t n)
{
	pbuf_copy_partial(p, m->m_data + m->m_len, (u16_t)n, (u16_t)off);
	m->m_len += (uint16_t)n;
}

static mbuf_t
copy_whole(const struct pbuf *p, bool control)
{
	size_t total = p->tot_len, want = INET_HEADROOM + total;
	int how = control ? M_CONTROL : M_TRANSIT;
	mbuf_t m;

	m = m_gethdr(how, MBUF_TYPE_DATA);
	if (m == NULL)
		return NULL;
	if (want > MHLEN && !(want <= M16KCLBYTES ? m_clget(m, how,
	    want <= MCLBYTES ? MCLBYTES : want <= MBIGCLBYTES ? MBIGCLBYTES :
	    M16KCLBYTES) : m_bigget(m, how, want))) {
		m_free(m);
		return NULL;
	}
	m->m_data += INET_HEADROOM;
	append_copy(m, p, 0, total);
	inet_counters.out_copies++;
	return m;
}

/* One piece of payload: shared where it can be. */
static mbuf_t
payload_piece(struct pbuf *p, size_t off)
{
	mbuf_t src = ptom(p), m;
	size_t n = p->len - off;

	if (src->m_ext != NULL) {
		m = m_ref_storage(src, src->m_data + off, n, M_TRANSIT);
		if (m != NULL)
			m->m_flags |= M_RDONLY;
		return m;
	}
	if (n <= MLEN)
		m = m_get(M_TRANSIT, MBUF_TYPE_DATA);
	else
		m = m_getjcl(M_TRANSIT, MBUF_TYPE_DATA, 0,
		    n <= MCLBYTES ? MCLBYTES : n <= MBIGCLBYTES ? MBIGCLBYTES :
		    M16KCLBYTES);
	if (m == NULL)
		return NULL;
	if (n > m->m_size) {
		m_free(m);
		return NULL;
	}
	memcpy(m->m_data, src->m_data + off, n);
	m->m_len = (uint16_t)n;
	return m;
}

static mbuf_t
share(struct pbuf *p, size_t hlen)
{
	mbuf_t m = m_gethdr(M_TRANSIT, MBUF_TYPE_DATA), *tail;
	size_t off = hlen;

	if (m == NULL)
		return NULL;
	m->m_data += INET_HEADROOM;
	append_copy(m, p, 0, hlen);
	tail = &m->m_next;
	while (p != NULL && off >= p->len) {
		off -= p->len;
		p = p->next;
	}
	for (; p != NULL; p = p->next) {
		mbuf_t n;

		if (p->len == off) {
			off = 0;
			continue;
		}
		n = payload_piece(p, off);
		if (n == NULL) {
			m_freem(m);
			return NULL;
		}
		*tail = n;
		tail = &n->m_next;
		off = 0;
	}
	inet_counters.out_clones++;
	return m;
}

void
ip_out_sum4(mbuf_t m)
{
	u8_t *h = mtod(m, u8_t *);
	size_t hlen = (size_t)(h[0] & 0xf) * 4;
	u16_t s;

	if (hlen > m->m_len)
		return;
	h[10] = h[11] = 0;
	s = (u16_t)~in_cksum_buf(h, hlen);
	memcpy(h + 10, &s, 2);
}

/* Pseudo header's sum into the field, and the request. */
static void
request_csum(mbuf_t m, bool v6, const struct shape *s, size_t total)
{
	u8_t *h = mtod(m, u8_t *);
	size_t field = s->proto == IP_PROTO_TCP ? 16 : 6;
	u32_t len = (u32_t)(total - s->iplen);
	u16_t sum = v6 ? in_pseudo6(h + 8, h + 24, len, s->proto) :
	    in_pseudo4(h + 12, h + 16, len, s->proto);

	memcpy(h + s->iplen + field, &sum, 2);
	m->m_pkthdr.csum_data = (u32_t)field;
	if (v6)
		m->m_pkthdr.csum_flags = s->proto == IP_PROTO_TCP ?
		    MBUF_CSUM_REQ_TCPIPV6 : MBUF_CSUM_REQ_UDPIPV6;
	else
		m->m_pkthdr.csum_flags = s->proto == IP_PROTO_TCP ?
		    MBUF_CSUM_REQ_TCP : MBUF_CSUM_REQ_UDP;
	if (v6 && !s->fixed6) {
		/* No device finds it behind extension headers. */
		memset(h + s->iplen + field, 0, 2);
		sum = in_cksum_add(sum, m_cksum(m, s->iplen, len));
		sum = (u16_t)~sum;
		if (sum == 0 && s->proto == IP_PROTO_UDP)
			sum = 0xffff;
		memcpy(h + s->iplen + field, &sum, 2);
		m->m_pkthdr.csum_flags = 0;
	}
}

/*
 * Random, so that nobody can count our packets; what may not be fragmented
 * (TCP: DF) needs no identification (RFC 6864, 4.1) and gets a cheap one.
 */
static void
set_id(u8_t *h, bool tcp)
{
	static u16_t next;		/* N */
	u16_t id;

	if (tcp) {
		id = next++;
		h[6] |= 0x40;
	} else {
		id = (u16_t)rng_u32();
	}
	memcpy(h + 4, &id, 2);
}

mbuf_t
ip_out_clone(struct pbuf *p, bool v6, bool deep, bool *tcp)
{
	struct shape s;
	bool l4 = shape_of(p, v6, &s);
	size_t total = p->tot_len;
	mbuf_t m;
	u8_t *h;

	*tcp = s.proto == IP_PROTO_TCP;
	if (deep || !l4 || total <= COPY_WHOLE ||
	    INET_HEADROOM + s.hlen > MHLEN)
		m = copy_whole(p, total <= COPY_WHOLE);
	else
		m = share(p, s.hlen);
	if (m == NULL)
		return NULL;
	m->m_pkthdr.len = (uint32_t)total;
	m->m_id = ptom(p)->m_id;
	m->m_pflags = p->flags & (PBUF_FLAG_LLBCAST | PBUF_FLAG_LLMCAST);
	h = mtod(m, u8_t *);
	if (p == inet_passing) {
		/*
		 * Forwarded: as it is, but for a checksum that a device
		 * verified or has yet to fill in.
		 */
		*tcp = false;
		m->m_pkthdr.marks |= PHM_FORWARD;
		if (l4 && (ptom(p)->m_pkthdr.csum_flags & (MBUF_CSUM_DID_DATA |
		    MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP |
		    MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)))
			request_csum(m, v6, &s, total);
		return m;
	}
	if (!v6) {
		set_id(h, *tcp);
	}
	if (l4)
		request_csum(m, v6, &s, total);
	return m;
}

uint64_t
ip_out_pack(const struct ipf_pktopts *o)
{
	uint64_t idx = 0;

	if (o == NULL)
		return 0;
	if (o->ippo_mcast_ifnet != NULL)
		idx = ifnet_index(o->ippo_mcast_ifnet);
	return IP_OUT_OPTS | (o->ippo_flags & 0x7fffffffu) |
	    (uint64_t)o->ippo_mcast_ttl << 32 |
	    (uint64_t)(o->ippo_mcast_loop != 0) << 40 | idx << 48;
}
