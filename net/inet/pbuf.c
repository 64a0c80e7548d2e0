/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's packet buffers, over mbufs: allocation, counts, headers,
 * chains.  Replaces the engine's own pbuf.c; what looks at bytes only is in
 * pbuf_data.c.
 *
 * A pbuf is an mbuf, so m_ref is the engine's count and the storage has its
 * own.  Headroom belongs to the mbuf that allocated the storage (M_OWNER):
 * the engine may go on putting headers in front of its own segment while
 * clones of it share the cluster, and a clone may not.
 *
 * PBUF_ROM and PBUF_REF show memory of somebody else.  While a source mbuf is
 * set (pbuf_rom_source), a PBUF_ROM takes a count on that mbuf's cluster and
 * keeps it for as long as the segment lives.  Such a pbuf also gets the
 * "struct and data are contiguous" type flag, which nothing else looks at: it
 * keeps tcp_write() from extending the pbuf into the neighbouring cluster.
 *
 * Upstream: lwIP 2.1.3, src/core/pbuf.c (the interface, not the text).
 * Deviations: more headroom than asked for; pbufs carry packet headers.
 */
#include "net/inet/inet_var.h"

#include <string.h>

#include "lwip/def.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

#include "kernel/kassert.h"
#include "net/mbuf/mbuf.h"

_Static_assert(sizeof(struct pbuf) == sizeof(struct __mbuf), "one size");
_Static_assert(offsetof(struct pbuf, next) == offsetof(struct __mbuf, m_next),
    "next");
_Static_assert(offsetof(struct pbuf, payload) ==
    offsetof(struct __mbuf, m_data), "payload");
_Static_assert(offsetof(struct pbuf, tot_len) ==
    offsetof(struct __mbuf, m_totlen), "tot_len");
_Static_assert(offsetof(struct pbuf, len) == offsetof(struct __mbuf, m_len),
    "len");
_Static_assert(offsetof(struct pbuf, type_internal) ==
    offsetof(struct __mbuf, m_ptype), "type_internal");
_Static_assert(offsetof(struct pbuf, flags) ==
    offsetof(struct __mbuf, m_pflags), "flags");
_Static_assert(offsetof(struct pbuf, ref) == offsetof(struct __mbuf, m_ref) &&
    sizeof(((struct pbuf *)0)->ref) == 4, "ref");
_Static_assert(offsetof(struct pbuf, if_idx) ==
    offsetof(struct __mbuf, m_ifidx), "if_idx");
_Static_assert(offsetof(struct pbuf, mbuf_tail) == MBUF_ENGINE_SIZE, "tail");

/* Up to here a segment is taken for control and may use the reserve. */
#define CONTROL_MAX	128

static mbuf_t rom_source;	/* net lock */
static bool urgent;		/* net lock */
static uint32_t packet_id;	/* net lock */

void
pbuf_rom_source(mbuf_t m)
{
	rom_source = m;
}

void
pbuf_urgent(bool on)
{
	urgent = on;
}

void
pbuf_packet_id(uint32_t id)
{
	packet_id = id;
}

/* --- allocation ------------------------------------------------------------------ */

static struct pbuf *
pbuf_setup(mbuf_t m, size_t offset, u16_t tot_len, u16_t len, pbuf_type type)
{
	m->m_data += offset;
	m->m_totlen = tot_len;
	m->m_len = len;
	m->m_ptype = (uint8_t)type;
	if (packet_id != 0)
		m->m_id = packet_id;
	return mtop(m);
}

static mbuf_t
pbuf_storage(size_t size, int how)
{
	mbuf_t m = m_gethdr(how, MBUF_TYPE_DATA);

	if (m == NULL || size <= MHLEN)
		return m;
	if (size <= M16KCLBYTES ? m_clget(m, how, size <= MCLBYTES ? MCLBYTES :
	    size <= MBIGCLBYTES ? MBIGCLBYTES : M16KCLBYTES) :
	    m_bigget(m, how, size))
		return m;
	m_free(m);
	return NULL;
}

/* A chain of clusters, the first with offset bytes of headroom. */
static struct pbuf *
pbuf_alloc_pool(size_t offset, u16_t length)
{
	struct pbuf *head = NULL, *last = NULL, *p;
	u16_t left = length;

	do {
		size_t room = offset + left, n;
		mbuf_t m;

		if (room > PBUF_POOL_BUFSIZE)
			room = PBUF_POOL_BUFSIZE;
		m = pbuf_storage(room, MBUF_DONTWAIT);
		if (m == NULL) {
			if (head != NULL)
				pbuf_free(head);
			return NULL;
		}
		n = room > offset ? room - offset : 0;
		if (n > left)
			n = left;
		p = pbuf_setup(m, offset, left, (u16_t)n, PBUF_POOL);
		if (last == NULL)
			head = p;
		else
			last->next = p;
		last = p;
		left = (u16_t)(left - n);
		offset = 0;
	} while (left > 0);
	return head;
}

struct pbuf *
pbuf_alloc(pbuf_layer layer, u16_t length, pbuf_type type)
{
	size_t offset = ((size_t)layer + 15) & ~(size_t)15;
	mbuf_t m;

	switch (type) {
	case PBUF_REF:
	case PBUF_ROM:
		return pbuf_alloc_reference(NULL, length, type);
	case PBUF_POOL:
		return pbuf_alloc_pool(offset, length);
	default:
		m = pbuf_storage(offset + length, urgent ||
		    length <= CONTROL_MAX ? M_CONTROL : M_ORDINARY);
		if (m == NULL)
			return NULL;
		return pbuf_setup(m, offset, length, length, type);
	}
}

struct pbuf *
pbuf_alloc_reference(void *payload, u16_t length, pbuf_type type)
{
	mbuf_t m = m_gethdr(urgent ? M_CONTROL : M_ORDINARY, MBUF_TYPE_DATA);
	unsigned flags = (unsigned)type;

	if (m == NULL)
		return NULL;
	if (type == PBUF_ROM && rom_source != NULL) {
		KASSERT(rom_source->m_ext != NULL,
		    ("zero-copy source without counted storage"));
		m_ext_ref(rom_source->m_ext);
		m_set_storage(m, rom_source->m_ext, false);
		flags |= PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS;
	} else {
		m->m_flags &= ~M_OWNER;
		if (payload != NULL) {
			m->m_buf = payload;
			m->m_size = length;
		}
	}
	m->m_data = payload;
	m->m_totlen = m->m_len = length;
	m->m_ptype = (uint8_t)flags;
	if (packet_id != 0)
		m->m_id = packet_id;
	return mtop(m);
}

/* The caller's own struct; nothing of ours allocates one. */
struct pbuf *
pbuf_alloced_custom(pbuf_layer layer, u16_t length, pbuf_type type,
    struct pbuf_custom *p, void *payload_mem, u16_t payload_mem_len)
{
	size_t offset = LWIP_MEM_ALIGN_SIZE((size_t)layer);
	mbuf_t m = ptom(&p->pbuf);

	if (offset + length > payload_mem_len)
		return NULL;
	memset(m, 0, sizeof(*m));
	m->m_ref = 1;
	m->m_buf = payload_mem;
	m->m_size = payload_mem_len;
	m->m_data = payload_mem == NULL ? NULL : (char *)payload_mem + offset;
	m->m_totlen = m->m_len = length;
	m->m_ptype = (uint8_t)type;
	m->m_pflags = PBUF_FLAG_IS_CUSTOM;
	m->m_flags = MBUF_PKTHDR | M_OWNER;
	m->m_type = MBUF_TYPE_DATA;
	m->m_magic = M_MAGIC;
	return &p->pbuf;
}

/* --- counts ------------------------------------------------------------------------ */

void
pbuf_ref(struct pbuf *p)
{
	if (p != NULL)
		__atomic_add_fetch(&p->ref, 1, __ATOMIC_RELAXED);
}

u8_t
pbuf_free(struct pbuf *p)
{
	u8_t count = 0;

	LWIP_ASSERT("pbuf_free: p != NULL", p != NULL);
	while (p != NULL) {
		struct pbuf *next;

		LWIP_ASSERT("pbuf_free: p->ref > 0", p->ref > 0);
		if (__atomic_sub_fetch(&p->ref, 1, __ATOMIC_ACQ_REL) != 0)
			break;
		next = p->next;
		if (p->flags & PBUF_FLAG_IS_CUSTOM) {
			struct pbuf_custom *c = (struct pbuf_custom *)(void *)p;

			c->custom_free_function(p);
		} else {
			m_free(ptom(p));
		}
		count++;
		p = next;
	}
	return count;
}

/* --- lengths and headers -------------------------------------------------------------- */

void
pbuf_realloc(struct pbuf *p, u16_t new_len)
{
	u16_t shrink, left = new_len;

	LWIP_ASSERT("pbuf_realloc: p != NULL", p != NULL);
	if (new_len >= p->tot_len)
		return;
	shrink = (u16_t)(p->tot_len - new_len);
	while (left > p->len) {
		left = (u16_t)(left - p->len);
		p->tot_len = (u16_t)(p->tot_len - shrink);
		p = p->next;
		LWIP_ASSERT("pbuf_realloc: chain is too short", p != NULL);
	}
	p->len = p->tot_len = left;
	if (p->next != NULL)
		pbuf_free(p->next);
	p->next = NULL;
}

/* True if n more bytes in front of the data are p's to use. */
static bool
pbuf_has_headroom(const struct __mbuf *m, size_t n, bool force)
{
	bool inside = m->m_data >= m->m_buf &&
	    m->m_data <= m->m_buf + m->m_size;

	if (inside)
		return m_headroom(m) >= n && (force || (m->m_flags & M_OWNER));
	/* Foreign memory whose bounds nobody told us. */
	return force && m->m_ext == NULL && m->m_data != NULL;
}

static u8_t
pbuf_grow_front(struct pbuf *p, size_t n, bool force)
{
	LWIP_ASSERT("p != NULL", p != NULL);
	if (n == 0)
		return 0;
	if (n > 0xffff || (u16_t)(p->tot_len + n) < n ||
	    !pbuf_has_headroom(ptom(p), n, force))
		return 1;
	p->payload = (u8_t *)p->payload - n;
	p->len = (u16_t)(p->len + n);
	p->tot_len = (u16_t)(p->tot_len + n);
	return 0;
}

u8_t
pbuf_add_header(struct pbuf *p, size_t n)
{
	return pbuf_grow_front(p, n, false);
}

u8_t
pbuf_add_header_force(struct pbuf *p, size_t n)
{
	return pbuf_grow_front(p, n, true);
}

u8_t
pbuf_remove_header(struct pbuf *p, size_t n)
{
	LWIP_ASSERT("p != NULL", p != NULL);
	if (n == 0)
		return 0;
	if (n > 0xffff || n > p->len)
		return 1;
	p->payload = (u8_t *)p->payload + n;
	p->len = (u16_t)(p->len - n);
	p->tot_len = (u16_t)(p->tot_len - n);
	return 0;
}

u8_t
pbuf_header(struct pbuf *p, s16_t n)
{
	return n < 0 ? pbuf_remove_header(p, (size_t)-n) :
	    pbuf_add_header(p, (size_t)n);
}

u8_t
pbuf_header_force(struct pbuf *p, s16_t n)
{
	return n < 0 ? pbuf_remove_header(p, (size_t)-n) :
	    pbuf_add_header_force(p, (size_t)n);
}

struct pbuf *
pbuf_free_header(struct pbuf *q, u16_t size)
{
	struct pbuf *p = q;

	while (size > 0 && p != NULL) {
		if (size < p->len) {
			pbuf_remove_header(p, size);
			break;
		}
		size = (u16_t)(size - p->len);
		q = p;
		p = p->next;
		q->next = NULL;
		pbuf_free(q);
	}
	return p;
}

/* --- chains ------------------------------------------------------------------------------ */

u16_t
pbuf_clen(const struct pbuf *p)
{
	u16_t n = 0;

	for (; p != NULL; p = p->next)
		n++;
	return n;
}

/* tot_len may wrap; pbuf_split_64k() mends that. */
void
pbuf_cat(struct pbuf *h, struct pbuf *t)
{
	struct pbuf *p;

	LWIP_ERROR("pbuf_cat: both are needed", h != NULL && t != NULL, return);
	for (p = h; ; p = p->next) {
		p->tot_len = (u16_t)(p->tot_len + t->tot_len);
		if (p->next == NULL)
			break;
	}
	LWIP_ASSERT("pbuf_cat: last buffer of the head",
	    (u16_t)(p->tot_len - t->tot_len) == p->len);
	p->next = t;
}

void
pbuf_chain(struct pbuf *h, struct pbuf *t)
{
	pbuf_cat(h, t);
	pbuf_ref(t);
}

struct pbuf *
pbuf_dechain(struct pbuf *p)
{
	struct pbuf *q = p->next;

	if (q == NULL)
		return NULL;
	LWIP_ASSERT("pbuf_dechain: lengths", q->tot_len == p->tot_len - p->len);
	p->next = NULL;
	p->tot_len = p->len;
	return pbuf_free(q) > 0 ? NULL : q;
}

#if LWIP_TCP && TCP_QUEUE_OOSEQ && LWIP_WND_SCALE
void
pbuf_split_64k(struct pbuf *p, struct pbuf **rest)
{
	struct pbuf *last, *r, *i;
	u32_t front;

	*rest = NULL;
	if (p == NULL || p->next == NULL)
		return;
	front = p->len;
	for (last = p; (r = last->next) != NULL; last = r) {
		if (front + r->len > 0xffff)
			break;
		front += r->len;
	}
	if (r == NULL)
		return;
	last->next = NULL;
	for (i = p; i != NULL; i = i->next) {
		i->tot_len = (u16_t)front;
		front -= i->len;
	}
	/* The end of the stream is at the end of the rest. */
	if (p->flags & PBUF_FLAG_TCP_FIN)
		r->flags |= PBUF_FLAG_TCP_FIN;
	*rest = r;
}
#endif

/* --- short of memory ------------------------------------------------------------------------ */

#if LWIP_TCP && TCP_QUEUE_OOSEQ && NO_SYS && PBUF_POOL_FREE_OOSEQ
volatile u8_t pbuf_free_ooseq_pending;

/* Gives up the out-of-order queue of one connection.  Net lock held. */
void
pbuf_free_ooseq(void)
{
	struct tcp_pcb *pcb;

	pbuf_free_ooseq_pending = 0;
	for (pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->ooseq != NULL) {
			tcp_free_ooseq(pcb);
			return;
		}
	}
}
#endif

/* --- the border ------------------------------------------------------------------------------- */

struct pbuf *
m_to_pbuf(mbuf_t m)
{
	mbuf_t *link, n;
	size_t len;

	/* Empty mbufs go, but the first keeps the packet header. */
	for (link = &m->m_next; (n = *link) != NULL; ) {
		if (n->m_len == 0)
			*link = m_free(n);
		else
			link = &n->m_next;
	}
	if (m->m_len == 0 && m->m_next != NULL) {
		n = m->m_next;
		if (m->m_flags & MBUF_PKTHDR)
			m_move_pkthdr(n, m);
		m_free(m);
		m = n;
	}
	m->m_nextpkt = NULL;
	len = m_fixhdr(m);
	if (len > 0xffff) {
		inet_counters.in_toolong++;
		m_freem(m);
		return NULL;
	}
	for (n = m; n != NULL; n = n->m_next) {
		KASSERT(n->m_ref == 1, ("mbuf %p has %u users", (void *)n,
		    n->m_ref));
		n->m_ptype = PBUF_TYPE_ALLOC_SRC_MASK_STD_MEMP_PBUF_POOL;
		/* Shared storage: its headroom may hold bytes of another. */
		if (m_storage_shared(n))
			n->m_flags &= ~M_OWNER;
	}
	return mtop(m);
}

mbuf_t
m_from_pbuf(struct pbuf *p)
{
	mbuf_t m = ptom(p);

	m->m_flags |= MBUF_PKTHDR;
	m_fixhdr(m);
	MBUF_CHECK(m);
	return m;
}
