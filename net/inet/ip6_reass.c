/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly of IPv6 datagrams; replaces the engine's, which joins datagrams
 * with holes in them.
 *
 * Fragments of one datagram (source, destination, identification) hang from
 * a struct reass6 in order of their offset, linked by nextpkt, each with its
 * place in the packet header's mark_data.  An exact repetition is ignored;
 * any other overlap drops the whole datagram (RFC 5722).  The unfragmentable
 * part of the first fragment becomes that of the datagram: it is moved over
 * the fragment header, its last next-header byte is patched, and the packet
 * is handed back at its IPv6 header.
 *
 * Limits: mbufs in all (inet_reass_max_pbufs), datagrams in all and by
 * source; the oldest goes first.
 */
#include "net/inet/inet_var.h"

#include <sys/malloc.h>
#include <string.h>

#include "lwip/icmp6.h"
#include "lwip/ip.h"
#include "lwip/ip6_frag.h"
#include "lwip/prot/ip6.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/ip_frag.h"
#include "net/mbuf/mbuf.h"

#define REASS6_MAX		64	/* datagrams */
#define REASS6_PER_SOURCE	16
#define REASS6_AGE_MAX		255	/* seconds */

/* All N. */
struct reass6 {
	struct reass6	*next;		/* newest first */
	ip_addr_t	src, dst;
	u32_t		id;
	mbuf_t		frags;		/* by offset, through nextpkt */
	u32_t		total;		/* bytes of the fragmentable part, or 0 */
	u32_t		have;		/* bytes here */
	u16_t		nmbufs;
	u16_t		hdrlen;		/* unfragmentable part of the first */
	u8_t		nexth;
	u8_t		age;
};

int ip6_fragttl = 60;			/* seconds; RFC 8200, 4.5 */

static struct reass6 *reass6_list;
static unsigned reass6_datagrams, reass6_mbufs;

#define F_OFF(m)	((u32_t)((m)->m_pkthdr.mark_data >> 32))
#define F_END(m)	((u32_t)(m)->m_pkthdr.mark_data)

static u8_t
ip6_frag_age(void)
{
	int s = ip6_fragttl;

	return (u8_t)(s < 1 ? 1 : s > REASS6_AGE_MAX ? REASS6_AGE_MAX : s);
}

static void
reass6_unlink(struct reass6 *r)
{
	struct reass6 **p = &reass6_list;

	while (*p != r)
		p = &(*p)->next;
	*p = r->next;
	reass6_datagrams--;
	reass6_mbufs -= r->nmbufs;
}

static void
reass6_drop(struct reass6 *r)
{
	reass6_unlink(r);
	mbuf_freem_list(r->frags);
	kfree(r);
	inet_counters.reass6_drops++;
}

static bool
same_source(const struct reass6 *r)
{
	return ip_addr_cmp(&r->src, ip_current_src_addr());
}

/* Makes room for one more datagram from the current source. */
static void
reass6_evict(void)
{
	struct reass6 *r, *oldest = NULL, *mine = NULL;
	unsigned n = 0;

	for (r = reass6_list; r != NULL; r = r->next) {
		oldest = r;
		if (same_source(r)) {
			mine = r;
			n++;
		}
	}
	if (n >= REASS6_PER_SOURCE)
		reass6_drop(mine);
	else if (reass6_datagrams >= REASS6_MAX)
		reass6_drop(oldest);
}

static struct reass6 *
reass6_find(u32_t id)
{
	struct reass6 *r;

	for (r = reass6_list; r != NULL; r = r->next) {
		if (r->id == id && same_source(r) &&
		    ip_addr_cmp(&r->dst, ip_current_dest_addr()))
			return r;
	}
	return NULL;
}

static struct reass6 *
reass6_new(u32_t id)
{
	struct reass6 *r;

	reass6_evict();
	r = kmalloc(sizeof(*r), M_NOWAIT | M_ZERO);
	if (r == NULL)
		return NULL;
	ip_addr_copy(r->src, *ip_current_src_addr());
	ip_addr_copy(r->dst, *ip_current_dest_addr());
	r->id = id;
	r->age = ip6_frag_age();
	r->next = reass6_list;
	reass6_list = r;
	reass6_datagrams++;
	return r;
}

/* Puts a fragment in its place; false: it overlaps another. */
static bool
reass6_insert(struct reass6 *r, mbuf_t m, bool *repeated)
{
	u32_t off = F_OFF(m), end = F_END(m);
	mbuf_t *link = &r->frags, prev = NULL;

	*repeated = false;
	while (*link != NULL && F_OFF(*link) < off) {
		prev = *link;
		link = &prev->m_nextpkt;
	}
	if (*link != NULL && F_OFF(*link) == off && F_END(*link) == end) {
		*repeated = true;
		return true;
	}
	if ((prev != NULL && F_END(prev) > off) ||
	    (*link != NULL && F_OFF(*link) < end))
		return false;
	m->m_nextpkt = *link;
	*link = m;
	r->have += end - off;
	return true;
}

/* All bytes are here: one packet out of them, at the IPv6 header. */
static struct pbuf *
reass6_join(struct reass6 *r)
{
	mbuf_t first = r->frags, m, next;
	struct pbuf *p = mtop(first);
	unsigned char *h;
	u8_t proto;
	size_t off, link = 6;
	u16_t hdrlen = r->hdrlen;

	reass6_unlink(r);
	for (m = first->m_nextpkt, first->m_nextpkt = NULL; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		pbuf_cat(p, mtop(m));
	}
	/* The unfragmentable part ends where the fragment header began. */
	h = mtod(first, unsigned char *) - hdrlen - 8;
	memmove(h + 8, h, hdrlen);
	h += 8;
	pbuf_add_header_force(p, hdrlen);
	for (off = 40, proto = h[6]; off < hdrlen; ) {
		link = off;
		proto = h[off];
		off += ((size_t)h[off + 1] + 1) * 8;
	}
	(void)proto;
	h[link] = r->nexth;
	h[4] = (unsigned char)((p->tot_len - 40) >> 8);
	h[5] = (unsigned char)(p->tot_len - 40);
	first->m_pkthdr.csum_flags = 0;
	first->m_pkthdr.mark_data = 0;
	kfree(r);
	inet_counters.reass6_ok++;
	return p;
}

/*
 * p is at its fragment header; the headers before it lie in the same mbuf.
 * Returns the datagram at its IPv6 header, or NULL.
 */
struct pbuf *
ip6_reass(struct pbuf *p)
{
	const struct ip6_frag_hdr *fh = p->payload;
	u16_t field = lwip_ntohs(fh->_fragment_offset);
	u32_t off = field & IP6_FRAG_OFFSET_MASK, end;
	bool more = (field & IP6_FRAG_MORE_FLAG) != 0, repeated;
	u16_t hdrlen = (u16_t)(ip_current_header_tot_len() - 8);
	mbuf_t m = ptom(p);
	struct reass6 *r;
	u32_t len;

	net_lock_assert();
	inet_counters.reass6_in++;
	len = p->tot_len - 8u;
	end = off + len;
	if (p->len < 8 || len == 0 || (more && (len & 7)) ||
	    hdrlen + end > 0xffff || m_headroom(m) < hdrlen)
		goto drop;
	r = reass6_find(fh->_identification);
	if (r == NULL)
		r = reass6_new(fh->_identification);
	if (r == NULL)
		goto drop;
	/* Everything beyond the end, or two different ends: not one datagram. */
	if (!more) {
		mbuf_t f;

		for (f = r->frags; f != NULL; f = f->m_nextpkt) {
			if (F_END(f) > end)
				goto drop_all;
		}
		if (r->total != 0 && r->total != end)
			goto drop_all;
	} else if (r->total != 0 && end > r->total) {
		goto drop_all;
	}
	if (off == 0 && r->hdrlen == 0) {
		r->hdrlen = hdrlen;
		r->nexth = fh->_nexth;
	}
	pbuf_remove_header(p, 8);
	m->m_pkthdr.mark_data = (uint64_t)off << 32 | end;
	if (!reass6_insert(r, m, &repeated))
		goto drop_all;
	if (repeated)
		goto drop;
	r->nmbufs += pbuf_clen(p);
	reass6_mbufs += pbuf_clen(p);
	if (!more)
		r->total = end;
	if (r->total != 0 && r->have == r->total)
		return reass6_join(r);
	while (reass6_mbufs > inet_reass_max_pbufs && reass6_list != NULL) {
		struct reass6 *o = reass6_list;

		while (o->next != NULL)
			o = o->next;
		reass6_drop(o);
	}
	return NULL;
drop_all:
	reass6_drop(r);
drop:
	pbuf_free(p);
	return NULL;
}

/* Tells the sender if the first fragment came (RFC 4443, 3.3). */
static void
reass6_expire(struct reass6 *r)
{
	mbuf_t first = r->frags;

	inet_counters.reass6_timeouts++;
	if (first != NULL && F_OFF(first) == 0) {
		r->frags = first->m_nextpkt;
		first->m_nextpkt = NULL;
		if (pbuf_add_header_force(mtop(first), r->hdrlen + 8u) == 0)
			icmp6_time_exceeded_with_addrs(mtop(first),
			    ICMP6_TE_FRAG, ip_2_ip6(&r->src), ip_2_ip6(&r->dst));
		pbuf_free(mtop(first));
	}
	reass6_drop(r);
}

void
ip6_reass_tmr(void)
{
	struct reass6 *r, *next;

	for (r = reass6_list; r != NULL; r = next) {
		next = r->next;
		/* A shorter time is one for those that wait already, too. */
		if (r->age > ip6_frag_age())
			r->age = ip6_frag_age();
		if (r->age == 0 || --r->age == 0)
			reass6_expire(r);
	}
}
