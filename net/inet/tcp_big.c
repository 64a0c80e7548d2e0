/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large segments inside the engine.
 *
 * What a program sends is queued in segments of up to 64 KB, many times the
 * size the peer agreed to: tcp_write() is told a larger one for the length of
 * the call.  So the engine works once for each of them, ip_out() marks the
 * packet as one to be cut (by the device, or by the interface layer), and the
 * peer sees segments of the size it asked for.
 *
 * Everything that the engine decides, it decides with the true size:
 * congestion and flow control count bytes.  Where a large segment would be
 * too coarse, it is cut at a multiple of the true size first, sharing the
 * bytes:
 *
 *   - what the windows let go of the first unsent segment goes (tcp_output),
 *     unless half a window is under way and the rest can wait for its
 *     acknowledgements: small cuts for each of them would make all segments
 *     small again;
 *   - a fast retransmission sends one true segment, a timeout begins with
 *     one (tcp_rexmit_fast, tcp_rexmit_rto_prepare in tcp_fixes.c), and what
 *     the peer has acknowledged of a segment is not sent again.
 */
#include "net/inet/tcp_big.h"

#include <string.h>

#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include "net/common/net_lock.h"
#include "net/inet/engine.h"
#include "net/inet/inet_var.h"

#define BIG_BYTES	(65535 - 120)	/* with the longest headers, 64 KB */
#define DEFER_SEGS	8		/* under way at least, to wait for more */

u16_t tcp_big_mss;			/* N: true size, inside tcp_output */

/* --- splitting -------------------------------------------------------------- */

static u32_t
seg_seq(const struct tcp_seg *seg)
{
	return lwip_ntohl(seg->tcphdr->seqno);
}

/* The rest of p from byte `off` on as an mbuf of its own. */
static struct pbuf *
tail_of(struct pbuf *p, u16_t off)
{
	u16_t n = (u16_t)(p->len - off);
	mbuf_t src = ptom(p), m;
	struct pbuf *q;

	if (src->m_ext == NULL) {
		q = pbuf_alloc(PBUF_RAW, n, PBUF_RAM);
		if (q != NULL)
			memcpy(q->payload, (u8_t *)p->payload + off, n);
		return q;
	}
	m = m_ref_storage(src, src->m_data + off, n, MBUF_DONTWAIT);
	if (m == NULL)
		return NULL;
	m->m_totlen = n;
	/* As counted storage always has it, see pbuf.c. */
	m->m_ptype = (uint8_t)((unsigned)PBUF_ROM |
	    PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS);
	return mtop(m);
}

/* A segment's pbuf with nothing but a header, as tcp_create_segment makes it. */
static struct tcp_seg *
new_segment(const struct tcp_pcb *pcb, const struct tcp_seg *old, u16_t split,
    u8_t flags)
{
	struct tcp_seg *seg;
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, 0, PBUF_RAM);

	if (p == NULL)
		return NULL;
	seg = memp_malloc(MEMP_TCP_SEG);
	if (seg == NULL || pbuf_add_header(p, TCP_HLEN) != 0) {
		if (seg != NULL)
			memp_free(MEMP_TCP_SEG, seg);
		pbuf_free(p);
		return NULL;
	}
	memset(seg, 0, sizeof(*seg));
	seg->p = p;
	seg->flags = old->flags;
	seg->tcphdr = p->payload;
	seg->tcphdr->src = lwip_htons(pcb->local_port);
	seg->tcphdr->dest = lwip_htons(pcb->remote_port);
	seg->tcphdr->seqno = lwip_htonl(seg_seq(old) + split);
	TCPH_HDRLEN_FLAGS_SET(seg->tcphdr, TCP_HLEN / 4, flags);
	seg->tcphdr->urgp = 0;
	return seg;
}

/*
 * Cuts seg behind `split` bytes of its data; the rest becomes the segment
 * behind it.  It has data and no options, as all but SYNs have here.
 */
static err_t
split_segment(struct tcp_pcb *pcb, struct tcp_seg *seg, u16_t split)
{
	u8_t flags = TCPH_FLAGS(seg->tcphdr) & (TCP_FIN | TCP_PSH);
	u16_t off = (u16_t)(seg->p->tot_len - seg->len + split);
	u16_t rest = (u16_t)(seg->len - split);
	struct pbuf *p, *prev = NULL, *tail;
	struct tcp_seg *n = new_segment(pcb, seg, split, flags);

	if (n == NULL)
		return ERR_MEM;
	for (p = seg->p; off >= p->len; p = p->next) {
		off = (u16_t)(off - p->len);
		prev = p;
	}
	if (off == 0 && prev != NULL) {
		tail = p;
		p = prev;
	} else {
		tail = tail_of(p, off);
		if (tail == NULL) {
			tcp_seg_free(n);
			return ERR_MEM;
		}
		tail->next = p->next;
		tail->tot_len = rest;
	}
	pcb->snd_queuelen = (u16_t)(pcb->snd_queuelen - pbuf_clen(seg->p));
	p->next = NULL;
	if (off != 0)
		p->len = off;
	for (p = seg->p; p != NULL; p = p->next)
		p->tot_len = (u16_t)(p->tot_len - rest);
	pbuf_cat(n->p, tail);
	n->len = rest;
	seg->len = split;
	TCPH_UNSET_FLAG(seg->tcphdr, TCP_FIN | TCP_PSH);
	n->next = seg->next;
	seg->next = n;
	pcb->snd_queuelen = (u16_t)(pcb->snd_queuelen + pbuf_clen(seg->p) +
	    pbuf_clen(n->p));
	return ERR_OK;
}

/* The same in the unsent queue, whose last segment may have had room. */
static err_t
split_unsent(struct tcp_pcb *pcb, u16_t split)
{
	err_t err = split_segment(pcb, pcb->unsent, split);

	if (err == ERR_OK && pcb->unsent->next->next == NULL)
		pcb->unsent_oversize = 0;
	return err;
}

err_t
tcp_split_unsent_seg(struct tcp_pcb *pcb, u16_t split)
{
	if (pcb->unsent == NULL)
		return ERR_MEM;
	if (split == 0)
		return ERR_VAL;
	if (pcb->unsent->len <= split)
		return ERR_OK;
	if (pcb->unsent->flags != 0)
		return lwip_tcp_split_unsent_seg(pcb, split);
	return split_unsent(pcb, split);
}

/* --- retransmission --------------------------------------------------------- */

/* Takes what the peer has of the queue's first segment off it. */
static void
drop_acked(struct tcp_pcb *pcb, struct tcp_seg **queue)
{
	struct tcp_seg *seg = *queue;
	u32_t have;

	if (seg == NULL || seg->len <= pcb->mss ||
	    !TCP_SEQ_LT(seg_seq(seg), pcb->lastack))
		return;
	have = pcb->lastack - seg_seq(seg);
	if (have >= seg->len || split_segment(pcb, seg, (u16_t)have) != ERR_OK)
		return;
	if (queue == &pcb->unsent && seg->next->next == NULL)
		pcb->unsent_oversize = 0;
	*queue = seg->next;
	pcb->snd_queuelen = (u16_t)(pcb->snd_queuelen - pbuf_clen(seg->p));
	tcp_seg_free(seg);
}

void
tcp_big_rexmit(struct tcp_pcb *pcb, struct tcp_seg **queue)
{
	drop_acked(pcb, queue);
	if (*queue != NULL && (*queue)->len > pcb->mss)
		(void)split_segment(pcb, *queue, pcb->mss);
}

void
tcp_rexmit_fast(struct tcp_pcb *pcb)
{
	if (pcb->unacked != NULL && !(pcb->flags & TF_INFR))
		tcp_big_rexmit(pcb, &pcb->unacked);
	lwip_tcp_rexmit_fast(pcb);
}

void
tcp_rexmit_rto_commit(struct tcp_pcb *pcb)
{
	tcp_big_mss = pcb->mss;
	lwip_tcp_rexmit_rto_commit(pcb);
	tcp_big_mss = 0;
}

/* --- sending ---------------------------------------------------------------- */

/*
 * Makes the first unsent segment one that may go, if any part of it may.
 * What the peer has of it already (it is sent again) comes off first: the
 * engine, which compares the end of a segment with the window, never sends
 * one that ends before the acknowledged byte.
 */
static void
fit(struct tcp_pcb *pcb)
{
	u32_t wnd = LWIP_MIN(pcb->snd_wnd, pcb->cwnd), flight, room;
	struct tcp_seg *seg;

	drop_acked(pcb, &pcb->unsent);
	seg = pcb->unsent;
	flight = seg_seq(seg) - pcb->lastack;
	if ((s32_t)flight < 0 || flight >= wnd || flight + seg->len <= wnd)
		return;
	room = wnd - flight;
	room -= room % pcb->mss;
	if (room == 0 || (flight >= wnd / 2 &&
	    flight >= DEFER_SEGS * (u32_t)pcb->mss))
		return;
	(void)split_unsent(pcb, (u16_t)room);
}

err_t
tcp_output(struct tcp_pcb *pcb)
{
	struct tcp_seg *first;
	err_t err = ERR_OK;

	if (tcp_input_pcb == pcb)
		return ERR_OK;		/* asks again when it is done */
	tcp_big_mss = pcb->mss;
	do {
		if (pcb->unsent != NULL && pcb->unsent->len > pcb->mss)
			fit(pcb);
		first = pcb->unsent;
		err = lwip_tcp_output(pcb);
		/* What follows may be let go in part. */
	} while (err == ERR_OK && pcb->unsent != NULL &&
	    pcb->unsent != first && pcb->unsent->len > pcb->mss);
	tcp_big_mss = 0;
	return err;
}

err_t
tcp_big_write(struct tcp_pcb *pcb, const void *data, u16_t len, u8_t flags)
{
	u16_t mss = pcb->mss;
	u32_t big = BIG_BYTES / mss * mss, least;
	struct tcp_seg *last = pcb->unsent;
	err_t err;

	if (last != NULL) {
		while (last->next != NULL)
			last = last->next;
		/* The engine holds no segment larger than the size it knows. */
		least = (u32_t)last->len + pcb->unsent_oversize;
		if (big < least)
			big = least;
	}
	pcb->mss = (u16_t)big;
	err = tcp_write(pcb, data, len, flags);
	pcb->mss = mss;
	return err;
}
