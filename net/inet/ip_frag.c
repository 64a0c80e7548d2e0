/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fragments of IPv4 and IPv6 datagrams, and segments out of joined TCP ones.
 *
 * Each piece is a new mbuf with a copy of the headers, followed by mbufs that
 * share the payload's storage.  All pieces are made before any is sent: too
 * little memory loses the datagram, not a part of it.
 */
#include "net/inet/ip_frag.h"

#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "kernel/kassert.h"

#define IP4_HLEN	20
#define IP6_HLEN	40
#define FRAG6_HLEN	8
#define IP4_MF		0x2000
#define IP4_DF		0x4000
#define IP4_OFFMASK	0x1fff
#define HDR_MAX		(MHLEN - INET_HEADROOM)

static void
put16(unsigned char *p, uint16_t v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static uint16_t
get16(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
put32(unsigned char *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

static uint32_t
get32(const unsigned char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* A piece: hlen bytes of header (to be filled) and n bytes of m at off. */
static mbuf_t
piece(mbuf_t m, size_t hlen, size_t off, size_t n)
{
	mbuf_t h, data = NULL;

	h = m_gethdr(M_CONTROL, MBUF_TYPE_DATA);
	if (h == NULL)
		return NULL;
	if (n > 0 && mbuf_copym(m, off, n, MBUF_DONTWAIT, &data) != 0) {
		m_free(h);
		return NULL;
	}
	h->m_data += INET_HEADROOM;
	h->m_len = (uint16_t)hlen;
	h->m_next = data;
	h->m_pkthdr.len = (uint32_t)(hlen + n);
	h->m_pkthdr.rcvif = m->m_pkthdr.rcvif;
	h->m_pkthdr.marks = m->m_pkthdr.marks & ~PHM_SUPER;
	h->m_pkthdr.tc = m->m_pkthdr.tc;
	h->m_flags |= m->m_flags & (MBUF_BCAST | MBUF_MCAST | MBUF_LOOP);
	h->m_pflags = m->m_pflags;
	h->m_ifidx = m->m_ifidx;
	return h;
}

static void
ip4_sum(unsigned char *h, size_t hlen)
{
	uint16_t s;

	h[10] = h[11] = 0;
	s = (uint16_t)~in_cksum_buf(h, hlen);
	memcpy(h + 10, &s, 2);
}

/* --- IPv4 -------------------------------------------------------------------------- */

/* The header of the fragments behind the first: only options that are copied. */
static size_t
rest_header4(const unsigned char *h, size_t hlen, unsigned char *out)
{
	size_t i = IP4_HLEN, o = IP4_HLEN;

	memcpy(out, h, IP4_HLEN);
	while (i < hlen && h[i] != 0) {
		size_t n = 1;

		if (h[i] != 1) {
			n = i + 1 < hlen ? h[i + 1] : 0;
			if (n < 2 || n > hlen - i)
				break;
			if (h[i] & 0x80) {
				memcpy(out + o, h + i, n);
				o += n;
			}
		}
		i += n;
	}
	while (o & 3)
		out[o++] = 0;
	out[0] = (unsigned char)(0x40 | o >> 2);
	return o;
}

errno_t
inet_frag4(mbuf_t m, size_t mtu, mbuf_t *list)
{
	unsigned char first[60], rest[60];
	size_t total = m_length(m), hlen, rlen, off, base, n;
	mbuf_t head = NULL, *tail = &head;
	uint16_t flags;
	errno_t error = EMSGSIZE;

	*list = NULL;
	if (total < IP4_HLEN || mbuf_copydata(m, 0, IP4_HLEN, first) != 0)
		goto out;
	hlen = (size_t)(first[0] & 0xf) * 4;
	if (hlen < IP4_HLEN || hlen > total || mtu < 68 ||
	    mbuf_copydata(m, 0, hlen, first) != 0)
		goto out;
	flags = get16(first + 6);
	if (flags & IP4_DF)
		goto out;
	rlen = rest_header4(first, hlen, rest);
	base = (size_t)(flags & IP4_OFFMASK) * 8;
	error = ENOBUFS;
	for (off = 0; off < total - hlen; off += n) {
		unsigned char *src = off == 0 ? first : rest, *h;
		size_t hl = off == 0 ? hlen : rlen, left = total - hlen - off;
		bool last;
		mbuf_t f;

		n = (mtu - hl) & ~(size_t)7;
		last = left <= mtu - hl;
		if (last)
			n = left;
		f = piece(m, hl, hlen + off, n);
		if (f == NULL)
			goto out;
		h = mtod(f, unsigned char *);
		memcpy(h, src, hl);
		put16(h + 2, (uint16_t)(hl + n));
		put16(h + 6, (uint16_t)((base + off) / 8 |
		    (!last || (flags & IP4_MF) ? IP4_MF : 0)));
		ip4_sum(h, hl);
		f->m_flags |= MBUF_FRAG | (off == 0 ? MBUF_FIRSTFRAG : 0) |
		    (last ? MBUF_LASTFRAG : 0);
		*tail = f;
		tail = &f->m_nextpkt;
	}
	*list = head;
	head = NULL;
	error = 0;
out:
	mbuf_freem_list(head);
	m_freem(m);
	return error;
}

/* --- IPv6 --------------------------------------------------------------------------- */

#define NH_HOPOPTS	0
#define NH_ROUTING	43
#define NH_FRAGMENT	44
#define NH_AH		51
#define NH_DSTOPTS	60

size_t
inet6_headers(const unsigned char *h, size_t len, uint8_t *proto)
{
	size_t off = IP6_HLEN;
	uint8_t nh;

	if (len < IP6_HLEN)
		return 0;
	nh = h[6];
	while (nh == NH_HOPOPTS || nh == NH_ROUTING || nh == NH_DSTOPTS ||
	    nh == NH_FRAGMENT || nh == NH_AH) {
		uint8_t this = nh;

		if (off + 8 > len)
			return 0;
		nh = h[off];
		off += this == NH_FRAGMENT ? 8 : this == NH_AH ?
		    ((size_t)h[off + 1] + 2) * 4 : ((size_t)h[off + 1] + 1) * 8;
		if (off > len)
			return 0;
	}
	*proto = nh;
	return off;
}

/*
 * Length of the part that every fragment repeats (RFC 8200, 4.5); *link is
 * where its last next-header byte is.
 */
static size_t
unfragmentable6(const unsigned char *h, size_t len, size_t *link)
{
	size_t off = IP6_HLEN, end = IP6_HLEN, l = 6;
	uint8_t nh = h[6];

	*link = 6;
	while (nh == NH_HOPOPTS || nh == NH_ROUTING || nh == NH_DSTOPTS) {
		size_t n;

		if (off + 8 > len)
			break;
		n = ((size_t)h[off + 1] + 1) * 8;
		if (off + n > len)
			break;
		l = off;
		if (nh != NH_DSTOPTS || h[off] == NH_ROUTING) {
			end = off + n;
			*link = l;
		}
		nh = h[off];
		off += n;
	}
	return end;
}

errno_t
inet_frag6(mbuf_t m, size_t mtu, uint32_t id, mbuf_t *list)
{
	unsigned char hdr[256];
	size_t total = m_length(m), have, ulen, link, hl, off, n;
	mbuf_t head = NULL, *tail = &head;
	errno_t error = EMSGSIZE;

	*list = NULL;
	have = total < sizeof(hdr) ? total : sizeof(hdr);
	if (have < IP6_HLEN || mbuf_copydata(m, 0, have, hdr) != 0)
		goto out;
	ulen = unfragmentable6(hdr, have, &link);
	hl = ulen + FRAG6_HLEN;
	if (hl > HDR_MAX || mtu < hl + 8)
		goto out;
	error = ENOBUFS;
	for (off = 0; off < total - ulen; off += n) {
		size_t left = total - ulen - off;
		bool last = left <= mtu - hl;
		unsigned char *h;
		mbuf_t f;

		n = last ? left : (mtu - hl) & ~(size_t)7;
		f = piece(m, hl, ulen + off, n);
		if (f == NULL)
			goto out;
		h = mtod(f, unsigned char *);
		memcpy(h, hdr, ulen);
		h[ulen] = h[link];
		h[link] = NH_FRAGMENT;
		h[ulen + 1] = 0;
		put16(h + ulen + 2, (uint16_t)(off | (last ? 0 : 1)));
		put32(h + ulen + 4, id);
		put16(h + 4, (uint16_t)(hl - IP6_HLEN + n));
		f->m_flags |= MBUF_FRAG | (off == 0 ? MBUF_FIRSTFRAG : 0) |
		    (last ? MBUF_LASTFRAG : 0);
		*tail = f;
		tail = &f->m_nextpkt;
	}
	*list = head;
	head = NULL;
	error = 0;
out:
	mbuf_freem_list(head);
	m_freem(m);
	return error;
}

/* --- joined TCP segments --------------------------------------------------------------- */

#define TCP_F_FIN	0x01
#define TCP_F_PSH	0x08
#define TCP_F_CWR	0x80

errno_t
inet_split_tcp(mbuf_t m, bool v6, size_t segsz, mbuf_t *list)
{
	unsigned char hdr[MHLEN - INET_HEADROOM];
	size_t total = m_length(m), have, iplen, hlen, off, n;
	mbuf_t head = NULL, *tail = &head;
	errno_t error = EMSGSIZE;
	uint8_t proto = 6;
	unsigned i = 0;

	*list = NULL;
	have = total < sizeof(hdr) ? total : sizeof(hdr);
	if (segsz == 0 || have < IP4_HLEN || mbuf_copydata(m, 0, have, hdr) != 0)
		goto out;
	iplen = v6 ? inet6_headers(hdr, have, &proto) :
	    (size_t)(hdr[0] & 0xf) * 4;
	if (iplen == 0 || proto != 6 || iplen + 20 > have)
		goto out;
	hlen = iplen + (size_t)(hdr[iplen + 12] >> 4) * 4;
	if (hlen > have || hlen < iplen + 20)
		goto out;
	error = ENOBUFS;
	for (off = 0; off < total - hlen; off += n, i++) {
		unsigned char *h, *t;
		uint16_t pseudo;
		bool last;
		mbuf_t f;

		n = total - hlen - off;
		last = n <= segsz;
		if (!last)
			n = segsz;
		f = piece(m, hlen, hlen + off, n);
		if (f == NULL)
			goto out;
		h = mtod(f, unsigned char *);
		memcpy(h, hdr, hlen);
		t = h + iplen;
		put32(t + 4, get32(t + 4) + (uint32_t)off);
		if (!last)
			t[13] &= (unsigned char)~(TCP_F_FIN | TCP_F_PSH);
		if (off != 0)
			t[13] &= (unsigned char)~TCP_F_CWR;
		if (v6) {
			put16(h + 4, (uint16_t)(hlen - IP6_HLEN + n));
			pseudo = in_pseudo6(h + 8, h + 24,
			    (uint32_t)(hlen - iplen + n), 6);
			f->m_pkthdr.csum_flags = MBUF_CSUM_REQ_TCPIPV6;
		} else {
			put16(h + 2, (uint16_t)(hlen + n));
			put16(h + 4, (uint16_t)(get16(h + 4) + i));
			ip4_sum(h, iplen);
			pseudo = in_pseudo4(h + 12, h + 16,
			    (uint32_t)(hlen - iplen + n), 6);
			f->m_pkthdr.csum_flags = MBUF_CSUM_REQ_TCP;
		}
		memcpy(t + 16, &pseudo, 2);
		f->m_pkthdr.csum_data = 16;
		*tail = f;
		tail = &f->m_nextpkt;
	}
	*list = head;
	head = NULL;
	error = 0;
out:
	mbuf_freem_list(head);
	m_freem(m);
	return error;
}
