/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function of the engine's tcp_out.c, wrapped: tcp_rexmit_rto_prepare puts `unacked` in front of `unsent`.  If a fast
 * retransmission was refused before, its segment is already at the head of
 * `unsent`, and the queue is out of order afterwards; a congestion window of
 * one segment then fits nothing and the connection dies.
 */
#include <stdbool.h>

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include "net/inet/engine.h"
#include "net/inet/tcp_big.h"

static u32_t
seg_seq(const struct tcp_seg *seg)
{
	return lwip_ntohl(seg->tcphdr->seqno);
}

static bool
sorted(const struct tcp_seg *seg)
{
	for (; seg != NULL && seg->next != NULL; seg = seg->next) {
		if (TCP_SEQ_GT(seg_seq(seg), seg_seq(seg->next)))
			return false;
	}
	return true;
}

/* By insertion: almost everything is in place already. */
static struct tcp_seg *
sort(struct tcp_seg *seg)
{
	struct tcp_seg *out = NULL, *tail = NULL, *next;

	for (; seg != NULL; seg = next) {
		next = seg->next;
		if (tail == NULL || !TCP_SEQ_LT(seg_seq(seg), seg_seq(tail))) {
			seg->next = NULL;
			if (tail == NULL)
				out = seg;
			else
				tail->next = seg;
			tail = seg;
		} else {
			struct tcp_seg **p = &out;

			while (TCP_SEQ_LEQ(seg_seq(*p), seg_seq(seg)))
				p = &(*p)->next;
			seg->next = *p;
			*p = seg;
		}
	}
	return out;
}

static struct tcp_seg *
last(struct tcp_seg *seg)
{
	while (seg != NULL && seg->next != NULL)
		seg = seg->next;
	return seg;
}

err_t
tcp_rexmit_rto_prepare(struct tcp_pcb *pcb)
{
	err_t err = lwip_tcp_rexmit_rto_prepare(pcb);
	struct tcp_seg *end;

	if (!sorted(pcb->unsent)) {
		end = last(pcb->unsent);
		pcb->unsent = sort(pcb->unsent);
#if TCP_OVERSIZE
		if (last(pcb->unsent) != end)
			pcb->unsent_oversize = 0;
#endif
	}
	if (pcb->unsent != NULL) {
		end = last(pcb->unsent);
		tcp_big_rexmit(pcb, &pcb->unsent);
		if (last(pcb->unsent) != end)
			pcb->unsent_oversize = 0;
	}
	return err;
}
