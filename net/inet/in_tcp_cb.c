/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP, the engine's side: callbacks of the engine and what touches its PCB.
 *
 * Everything here runs with the net lock held.  A callback notes what
 * happened in the inpcb and queues the socket's work; it takes no socket
 * lock, drops no reference and calls no kext.  It may write to the PCB
 * (in_tcp_push), because the engine postpones output until it is done.
 *
 * How socket and PCB are tied: extension argument TCP_EXT_SOCKET of the PCB
 * is the inpcb.  Its destroy callback runs whatever way a PCB dies, before
 * or after the error callback, and both only mark.  in_tcp_forget() cuts
 * the tie; the PCB then lives on its own (FIN_WAIT, TIME_WAIT) with nothing
 * of ours but the poll callback, which needs no argument.
 */
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include "kernel/kassert.h"
#include "net/common/net_lock.h"

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

#include "net/inet/tcp_big.h"

#define RTO_MAX_MS	60000u
#define COPY_BELOW	512	/* smaller pieces are copied, not referenced */
#define WINDOW_START	(64u * 1024)

static void	in_tcp_destroy(u8_t id, void *data);

static const struct tcp_ext_arg_callbacks in_tcp_ext = {
	.destroy = in_tcp_destroy,
	.passive_open = in_tcp_passive_open,
};

/*
 * What the windows of all connections promise: it can still come, and must
 * find buffers then.
 */
static size_t tcp_promised;		/* N */

static void
in_tcp_promise(struct inpcb *inp)
{
	const struct tcp_pcb *pcb = inp->inp_tcp;
	size_t n = 0;

	if (pcb != NULL && pcb->state >= SYN_SENT && pcb->state <= FIN_WAIT_2 &&
	    inp->inp_owed < inp->inp_rcvlimit)
		n = inp->inp_rcvlimit - inp->inp_owed;
	tcp_promised += n - inp->inp_promised;
	inp->inp_promised = n;
}

/* --- callbacks ----------------------------------------------------------------- */

static void
in_tcp_destroy(u8_t id, void *data)
{
	struct inpcb *inp = data;

	if (inp == NULL)
		return;
	inp->inp_tcp = NULL;
	in_tcp_promise(inp);
	in_pcbevent(inp, INP_EV_GONE);
}

static void
in_tcp_err(void *arg, err_t err)
{
	struct inpcb *inp = arg;

	if (inp == NULL)
		return;
	inp->inp_tcp = NULL;
	in_tcp_promise(inp);
	switch (err) {
	case ERR_CLSD:		/* our FIN was acknowledged: no error */
		in_pcbevent(inp, INP_EV_GONE);
		return;
	case ERR_RST:
		inp->inp_err = ECONNRESET;
		break;
	case ERR_ABRT:		/* retransmissions used up */
		inp->inp_err = ETIMEDOUT;
		break;
	default:
		inp->inp_err = inet_errno(err);
		break;
	}
	in_pcbevent(inp, INP_EV_ERROR);
}

static err_t
in_tcp_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct inpcb *inp = arg;
	size_t len;
	mbuf_t m;

	if (inp == NULL || inp->inp_closing) {
		if (p != NULL) {
			tcp_recved(pcb, p->tot_len);
			pbuf_free(p);
		}
		return (ERR_OK);
	}
	if (p == NULL) {
		in_tcp_promise(inp);	/* there will be no more */
		in_pcbevent(inp, INP_EV_FIN);
		return (ERR_OK);
	}
	len = p->tot_len;
	m = m_from_pbuf(p);
	if (m == NULL) {	/* acknowledged but lost: no stream any more */
		tcp_abort(pcb);
		return (ERR_ABRT);
	}
	inp->inp_owed += len;
	in_tcp_promise(inp);
	in_queue_put(&inp->inp_inq, m, len);
	in_pcbevent(inp, INP_EV_DATA);
	return (ERR_OK);
}

/* Has the socket received data that nobody has read?  For tcp_input. */
bool
in_tcp_unread(const struct tcp_pcb *pcb)
{
	struct inpcb *inp = tcp_ext_arg_get(pcb, TCP_EXT_SOCKET);

	return (inp == NULL || inp->inp_owed > 0);
}

static err_t
in_tcp_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	struct inpcb *inp = arg;

	if (inp == NULL)
		return (ERR_OK);
	inp->inp_acked += len;
	in_pcbevent(inp, INP_EV_SENT);
	in_tcp_push(inp, false);
	return (ERR_OK);
}

/*
 * Every half second, and kept after the socket has gone.  Three repairs of
 * the engine: in LAST_ACK it would give up after 30 s although data is
 * unacknowledged; its retransmission timeout has no ceiling (RFC 6298 2.5
 * allows 60 s); a peer that vanished in FIN_WAIT_2 is only noticed by
 * keepalive.
 */
static err_t
in_tcp_poll(void *arg, struct tcp_pcb *pcb)
{
	struct inpcb *inp = arg;

	if (pcb->state == LAST_ACK &&
	    (pcb->unsent != NULL || pcb->unacked != NULL))
		pcb->tmr = tcp_ticks;
	if (pcb->rto > (s16_t)(RTO_MAX_MS / TCP_SLOW_INTERVAL))
		pcb->rto = (s16_t)(RTO_MAX_MS / TCP_SLOW_INTERVAL);
	if (pcb->state == FIN_WAIT_2)
		ip_set_option(pcb, SOF_KEEPALIVE);
	if (inp != NULL && inp->inp_sndq != NULL)
		in_tcp_push(inp, false);
	return (ERR_OK);
}

static void
in_tcp_callbacks(struct inpcb *inp, struct tcp_pcb *pcb)
{
	tcp_arg(pcb, inp);
	tcp_recv(pcb, in_tcp_recv);
	tcp_sent(pcb, in_tcp_sent);
	tcp_err(pcb, in_tcp_err);
	tcp_poll(pcb, in_tcp_poll, 1);
}

err_t
in_tcp_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct inpcb *inp = arg;

	if (inp == NULL)
		return (ERR_OK);
	ip_addr_copy(inp->inp_laddr, pcb->local_ip);
	in_pcbapply(inp);	/* the handshake has set the segment size */
	in_tcp_window(inp);
	in_pcbevent(inp, INP_EV_CONNECTED);
	if (inp->inp_finpending)
		in_tcp_push(inp, false);	/* shut while connecting */
	return (ERR_OK);
}

/* A child's handshake is complete; `arg` is still the listener's. */
err_t
in_tcp_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct inpcb *inp;

	if (pcb == NULL || err != ERR_OK)
		return (ERR_VAL);
	inp = tcp_ext_arg_get(pcb, TCP_EXT_SOCKET);
	if (inp == NULL)
		return (ERR_VAL);	/* the engine resets it */
	in_tcp_settled(inp);
	in_tcp_callbacks(inp, pcb);
	in_pcbapply(inp);
	in_pcbevent(inp, INP_EV_CONNECTED);
	return (ERR_OK);
}

/* --- tying and cutting ------------------------------------------------------------ */

void
in_tcp_setup(struct inpcb *inp, struct tcp_pcb *pcb)
{
	net_lock_assert();
	inp->inp_tcp = pcb;
	tcp_ext_arg_set_callbacks(pcb, TCP_EXT_SOCKET, &in_tcp_ext);
	tcp_ext_arg_set(pcb, TCP_EXT_SOCKET, inp);
	/*
	 * in_pcbbind() has checked what may share a port; the engine's own
	 * check is coarser and is satisfied with this.
	 */
	ip_set_option(pcb, SOF_REUSEADDR);
	if (pcb->state == LISTEN) {
		tcp_arg(pcb, inp);
		return;
	}
	/* A child gets its callbacks in in_tcp_accept, not before. */
	if (pcb->state != SYN_RCVD)
		in_tcp_callbacks(inp, pcb);
}

void
in_tcp_forget(struct inpcb *inp)
{
	struct tcp_pcb *pcb = inp->inp_tcp;

	net_lock_assert();
	if (pcb == NULL)
		return;
	inp->inp_tcp = NULL;
	in_tcp_promise(inp);
	tcp_ext_arg_set(pcb, TCP_EXT_SOCKET, NULL);
	tcp_arg(pcb, NULL);
	if (pcb->state == LISTEN) {
		tcp_accept(pcb, NULL);
		return;
	}
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
}

/* --- windows ------------------------------------------------------------------------ */

/*
 * How much a window may be.  A byte takes up to three when it comes in full
 * segments and is sent on.  While buffers are plenty, or there are enough
 * for all promises, the socket's limit counts; else every connection has an
 * equal part.  A quarter of all is set aside for data being sent.  At least
 * two segments, or the window's edge would never move again.
 */
#define STORAGE_FACTOR	3

/* Bytes of windows there are buffers for. */
static size_t
in_tcp_budget(void)
{
	size_t have = mbuf_bytes_free(), keep = mbuf_bytes_limit() / 4;

	return (have > keep ? (have - keep) / STORAGE_FACTOR : 0);
}

static uint32_t
in_tcp_clamp(const struct inpcb *inp, size_t want)
{
	const struct tcp_pcb *pcb = inp->inp_tcp;
	uint32_t mss = pcb->mss > TCP_MSS ? pcb->mss : TCP_MSS;
	uint32_t max = TCP_WND_MAX(pcb);

	if (want > inp->inp_so->so_rcv.sb_hiwat)
		want = inp->inp_so->so_rcv.sb_hiwat;
	if (want < 2 * (size_t)mss)
		want = 2 * (size_t)mss;
	return (want < max ? (uint32_t)want : max);
}

/* The limit when `more` bytes of window are to be given. */
static uint32_t
in_tcp_limit(const struct inpcb *inp, size_t more)
{
	size_t budget, want = SIZE_MAX;

	if (mbuf_bytes_free() < mbuf_bytes_limit() / 4 * 3) {
		budget = in_tcp_budget();
		if (tcp_promised + more > budget)
			want = budget / in_pcbcount(INP_TCP);
	}
	return (in_tcp_clamp(inp, want));
}

/*
 * The first window: in the passive-open callback (options parsed, SYN|ACK
 * not sent) or the connected callback.  It grows as data is read.
 */
void
in_tcp_window(struct inpcb *inp)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	size_t share = in_tcp_budget() / in_pcbcount(INP_TCP);

	inp->inp_rcvlimit = in_tcp_clamp(inp, share < WINDOW_START ? share :
	    WINDOW_START);
	pcb->rcv_wnd = pcb->rcv_ann_wnd = inp->inp_rcvlimit;
	in_tcp_promise(inp);
}

/* What a child of the listener would start with (tcp_cookie.c). */
uint32_t
in_tcp_window_ahead(const struct inpcb *linp)
{
	size_t want = in_tcp_budget() / (in_pcbcount(INP_TCP) + 1);

	if (want > WINDOW_START)
		want = WINDOW_START;
	if (want > linp->inp_so->so_rcv.sb_hiwat)
		want = linp->inp_so->so_rcv.sb_hiwat;
	if (want < 2 * TCP_MSS)
		want = 2 * TCP_MSS;
	return (want < TCP_WND ? (uint32_t)want : TCP_WND);
}

/*
 * The engine moves the announced edge in steps of its own; below about six
 * segments the peer would wait for its persist timer.
 */
static void
in_tcp_update(struct inpcb *inp)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	uint32_t gain = pcb->rcv_nxt + pcb->rcv_wnd - pcb->rcv_ann_right_edge;
	uint32_t step = 2u * pcb->mss;

	if (step > inp->inp_rcvlimit / 2)
		step = inp->inp_rcvlimit / 2;
	if ((int32_t)gain > 0 && gain >= step) {
		tcp_ack_now(pcb);
		tcp_output(pcb);
	}
}

/* The buffer was made larger: the window grows at once. */
void
in_tcp_widen(struct inpcb *inp)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	uint32_t limit;

	net_lock_assert();
	if (pcb == NULL || pcb->state == LISTEN || inp->inp_rcvlimit == 0)
		return;
	limit = in_tcp_limit(inp, inp->inp_so->so_rcv.sb_hiwat);
	if (limit > inp->inp_rcvlimit) {
		pcb->rcv_wnd += limit - inp->inp_rcvlimit;
		inp->inp_rcvlimit = limit;
		in_tcp_promise(inp);
		in_tcp_update(inp);
	}
}

/*
 * len bytes were read: the part of them that is given back to the peer.  An
 * announced window is never taken back, so a limit that has become smaller
 * keeps some; one that is larger gives more.
 */
static size_t
in_tcp_follow(struct inpcb *inp, size_t len)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	uint32_t limit = in_tcp_limit(inp, 2 * len), n;

	if (limit < inp->inp_rcvlimit) {
		n = inp->inp_rcvlimit - limit;
		n = len < n ? (uint32_t)len : n;
		inp->inp_rcvlimit -= n;
		return (len - n);
	}
	n = limit - inp->inp_rcvlimit;
	n = len < n ? (uint32_t)len : n;
	inp->inp_rcvlimit += n;
	pcb->rcv_wnd += n;
	return (len);
}

void
in_tcp_credit(struct inpcb *inp, size_t len)
{
	struct tcp_pcb *pcb = inp->inp_tcp;

	net_lock_assert();
	if (len > inp->inp_owed)
		len = inp->inp_owed;
	inp->inp_owed -= len;
	if (pcb == NULL || len == 0 || pcb->state == LISTEN) {
		in_tcp_promise(inp);
		return;
	}
	len = in_tcp_follow(inp, len);
	in_tcp_promise(inp);
	while (len > 0) {
		uint16_t n = len > 0xffff ? 0xffff : (uint16_t)len;

		tcp_recved(pcb, n);
		len -= n;
	}
	in_tcp_update(inp);
}

/* --- sending -------------------------------------------------------------------------- */

static err_t
in_tcp_write(struct tcp_pcb *pcb, mbuf_t m, size_t n, u8_t flags)
{
	err_t err;

	pbuf_packet_id(m->m_id);
	if (m->m_ext == NULL || n < COPY_BELOW) {
		err = tcp_big_write(pcb, m->m_data, (u16_t)n,
		    flags | TCP_WRITE_FLAG_COPY);
	} else {
		pbuf_rom_source(m);
		err = tcp_big_write(pcb, m->m_data, (u16_t)n, flags);
		pbuf_rom_source(NULL);
	}
	pbuf_packet_id(0);
	return (err);
}

/*
 * One piece of the head of inp_sndq; false when the engine takes no more.
 * Without buffers a connection that has nothing under way sends a segment
 * out of the reserve: what is acknowledged gives buffers back, and without
 * anything under way nothing would ever try again but the poll.
 */
static bool
in_tcp_write_one(struct inpcb *inp, bool more)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	mbuf_t m = inp->inp_sndq;
	size_t n = m->m_len, room = tcp_sndbuf(pcb);
	u8_t flags = 0;
	err_t err;

	if (n > room)
		n = room;
	if (n > 0xffff)
		n = 0xffff;
	if (n == 0 && m->m_len > 0)
		return (false);
	if (n > 0) {
		if (m->m_next != NULL || n < m->m_len || more)
			flags |= TCP_WRITE_FLAG_MORE;
		err = in_tcp_write(pcb, m, n, flags);
		if (err == ERR_MEM && pcb->unsent == NULL &&
		    pcb->unacked == NULL) {
			if (n > pcb->mss)
				n = pcb->mss;
			pbuf_urgent(true);
			err = in_tcp_write(pcb, m, n, flags &
			    (u8_t)~TCP_WRITE_FLAG_MORE);
			pbuf_urgent(false);
		}
		if (err != ERR_OK)
			return (false);
	}
	m->m_data += n;
	m->m_len -= (uint16_t)n;
	if (m->m_len == 0) {
		inp->inp_sndq = m_free(m);
		if (inp->inp_sndq == NULL)
			inp->inp_sndqtail = NULL;
	}
	return (true);
}

void
in_tcp_push(struct inpcb *inp, bool more)
{
	struct tcp_pcb *pcb = inp->inp_tcp;

	net_lock_assert();
	if (pcb == NULL || pcb->state == LISTEN || pcb->state == CLOSED)
		return;
	while (inp->inp_sndq != NULL && in_tcp_write_one(inp, more))
		;
	if (inp->inp_sndq == NULL && inp->inp_finpending &&
	    pcb->state != SYN_SENT) {
		inp->inp_finpending = false;
		if (inp->inp_closing) {
			in_tcp_finish(inp, false);
			in_pcbevent(inp, INP_EV_FLUSHED);
			return;
		}
		(void)tcp_shutdown(pcb, 0, 1);
		return;
	}
	(void)tcp_output(pcb);
}

/*
 * The end in order.  `unread`: received data nobody took; the engine then
 * sends a reset, as it should.  Otherwise the window is restored first,
 * because the engine takes any difference for unread data.
 */
void
in_tcp_finish(struct inpcb *inp, bool unread)
{
	struct tcp_pcb *pcb = inp->inp_tcp;

	net_lock_assert();
	if (pcb == NULL)
		return;
	in_tcp_forget(inp);
	if (pcb->state != LISTEN && pcb->state != CLOSED) {
		if (!unread)
			pcb->rcv_wnd = TCP_WND_MAX(pcb);
		else if (pcb->rcv_wnd == TCP_WND_MAX(pcb))
			pcb->rcv_wnd--;
	}
	if (tcp_close(pcb) != ERR_OK && pcb->state != LISTEN)
		tcp_abort(pcb);
}
