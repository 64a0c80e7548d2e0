/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP sockets: what the socket layer asks (tcp_usrreqs) and what is done
 * with the events the engine's callbacks left (in_tcp_work).
 *
 * so_snd only counts: bytes given to the engine and not yet acknowledged.
 * What the engine has no room for waits in inp_sndq, so that a send never
 * fails half way.
 */
#include "net/inet/in_ioctl.h"
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <string.h>
#include "kernel/kassert.h"
#include "net/common/net_lock.h"

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

/* A PCB for the socket, if it has none.  Net lock held. */
static errno_t
tcp_usr_pcb(struct inpcb *inp)
{
	struct tcp_pcb *pcb;

	if (inp->inp_tcp != NULL)
		return (0);
	pcb = tcp_new_ip_type(in_pcbtype(inp));
	if (pcb == NULL)
		return (ENOBUFS);
	in_tcp_setup(inp, pcb);
	in_pcbapply(inp);
	return (0);
}

static errno_t
tcp_usr_attach(struct __socket *so, int proto)
{
	struct inpcb *inp;
	errno_t error;

	error = soreserve(so, sb_default_snd, sb_default_rcv);
	if (error != 0)
		return (error);
	so->so_snd.sb_flags |= SB_ACCOUNT;
	inp = in_pcballoc(so, INP_TCP, IPPROTO_TCP, M_WAITOK);
	return (inp != NULL ? 0 : ENOBUFS);
}

static void
tcp_usr_detach(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb;

	net_lock();
	pcb = inp->inp_tcp;
	if (pcb != NULL) {
		in_tcp_forget(inp);
		if (pcb->state == LISTEN || pcb->state == CLOSED)
			(void)tcp_close(pcb);
		else
			tcp_abort(pcb);
	}
	net_unlock_nodrain();
	in_pcbfree(inp);
	net_drain();
}

/* --- names -------------------------------------------------------------------------- */

static errno_t
tcp_usr_bind(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	ip_addr_t addr;
	uint16_t port;
	errno_t error;

	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error == 0 && ip_addr_ismulticast(&addr))
		error = EAFNOSUPPORT;
	if (error == 0)
		error = in_pcbbind(inp, &addr, port);
	net_unlock_nodrain();
	return (error);
}

/* The engine's PCB takes over the name the table gave us. */
static void
tcp_usr_setlocal(struct inpcb *inp)
{
	struct tcp_pcb *pcb = inp->inp_tcp;

	if (pcb->local_port != 0)
		return;
	if ((inp->inp_flags & INP_F_ADDRSET) != 0)
		ip_addr_copy(pcb->local_ip, inp->inp_laddr);
	pcb->local_port = inp->inp_lport;
	TCP_REG(&tcp_bound_pcbs, pcb);
}

static errno_t
tcp_usr_autobind(struct __socket *so, const struct sockaddr *to, bool *bound)
{
	struct inpcb *inp = sotoinpcb(so);
	ip_addr_t faddr;
	uint16_t fport = 0, port;
	errno_t error = 0;

	net_lock();
	if (inp->inp_lport != 0)
		goto out;
	if (to != NULL) {
		error = in_name_in(inp, to, &faddr, &fport);
		if (error != 0)
			goto out;
	}
	port = in_pcbport(inp, to != NULL ? &faddr : NULL, fport);
	if (port == 0) {
		error = EADDRNOTAVAIL;
		goto out;
	}
	in_pcbsetport(inp, port);
	*bound = true;
out:
	net_unlock_nodrain();
	return (error);
}

/* --- connections ----------------------------------------------------------------------- */

static errno_t
tcp_usr_listen(struct __socket *so, int backlog)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb, *lpcb;
	errno_t error;
	err_t err = ERR_OK;

	net_lock();
	error = tcp_usr_pcb(inp);
	if (error != 0)
		goto out;
	pcb = inp->inp_tcp;
	if (pcb->state == LISTEN) {
		inp->inp_qlimit = (unsigned)backlog;
		goto out;
	}
	tcp_usr_setlocal(inp);
	/* The old PCB's end is no event of ours. */
	tcp_ext_arg_set(pcb, TCP_EXT_SOCKET, NULL);
	ip_reset_option(pcb, SOF_REUSEADDR);
	lpcb = tcp_listen_with_backlog_and_err(pcb, 0xff, &err);
	if (lpcb == NULL) {
		tcp_ext_arg_set(pcb, TCP_EXT_SOCKET, inp);
		error = inet_errno(err);
		goto out;
	}
	in_tcp_setup(inp, lpcb);
	tcp_accept(lpcb, in_tcp_accept);
	inp->inp_qlimit = (unsigned)backlog;
out:
	net_unlock_nodrain();
	return (error);
}

static errno_t
tcp_usr_connect(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb;
	ip_addr_t addr;
	uint16_t port;
	errno_t error;
	err_t err;

	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error != 0)
		goto out;
	if (port == 0) {
		error = EADDRNOTAVAIL;
		goto out;
	}
	if (ip_addr_ismulticast(&addr)) {
		error = EAFNOSUPPORT;
		goto out;
	}
	if (ip_addr_isany(&addr))	/* this host, as BSD has it */
		ip_addr_set_loopback_val(IP_IS_V6_VAL(addr), addr);
	error = tcp_usr_pcb(inp);
	if (error != 0)
		goto out;
	tcp_usr_setlocal(inp);
	pcb = inp->inp_tcp;
	ip_addr_copy(inp->inp_faddr, addr);
	inp->inp_fport = port;
	/* To ourselves, from there, too: the route's choice is lo0's. */
	if (ip_addr_isany(&pcb->local_ip) && in_own(&addr))
		ip_addr_copy(pcb->local_ip, addr);
	/* The table has seen to it that the name is free. */
	ip_reset_option(pcb, SOF_REUSEADDR);
	err = tcp_connect(pcb, &addr, port, in_tcp_connected);
	pcb = inp->inp_tcp;
	if (pcb != NULL)
		ip_set_option(pcb, SOF_REUSEADDR);
	if (err != ERR_OK) {
		error = err == ERR_RTE ? EHOSTUNREACH : inet_errno(err);
		ip_addr_set_any_val(inp->inp_v6, inp->inp_faddr);
		inp->inp_fport = 0;
	} else if (pcb != NULL) {
		ip_addr_copy(inp->inp_laddr, pcb->local_ip);
	}
out:
	net_unlock_nodrain();
	return (error);
}

static errno_t
tcp_usr_accept(struct __socket *so, struct sockaddr_storage *out)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_tcp_uncount(inp);
	in_name_out(inp, &inp->inp_faddr, inp->inp_fport, out);
	net_unlock_nodrain();
	return (0);
}

static errno_t
tcp_usr_disconnect(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb;
	bool unread = so->so_rcv.sb_cc > 0;

	net_lock();
	unread = unread || inp->inp_inq.iq_bytes > 0;
	pcb = inp->inp_tcp;
	if (pcb == NULL)
		goto out;
	if ((so->so_options & SO_LINGER) != 0 && so->so_linger_ticks == 0) {
		in_tcp_forget(inp);
		tcp_abort(pcb);
	} else if (inp->inp_sndq != NULL && !unread && !inp->inp_closing) {
		/* What the engine had no room for goes first. */
		inp->inp_closing = true;
		inp->inp_finpending = true;
		so_ref(so);
		in_tcp_push(inp, false);
	} else if (!inp->inp_closing) {
		in_tcp_finish(inp, unread);
	}
out:
	net_unlock_nodrain();
	return (0);
}

static void
tcp_usr_abort(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb;

	net_lock();
	pcb = inp->inp_tcp;
	if (pcb != NULL && !inp->inp_closing) {
		in_tcp_forget(inp);
		if (pcb->state == LISTEN || pcb->state == CLOSED)
			(void)tcp_close(pcb);
		else
			tcp_abort(pcb);
	}
	in_tcp_uncount(inp);
	net_unlock_nodrain();
}

/* The owner is gone: a listener, or a PCB never used, goes now. */
static void
tcp_usr_closing(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_tcp_syn_flush(inp);
	if (inp->inp_tcp != NULL && !inp->inp_closing)
		in_tcp_finish(inp, so->so_rcv.sb_cc > 0);
	if (inp->inp_tcp == NULL)
		in_pcbunbind(inp);
	net_unlock_nodrain();
}

static errno_t
tcp_usr_shutdown(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	if (inp->inp_tcp != NULL) {
		inp->inp_finpending = true;
		in_tcp_push(inp, false);
	}
	net_unlock_nodrain();
	return (0);
}

/* --- data --------------------------------------------------------------------------------- */

static void
tcp_usr_rcvd(struct __socket *so, size_t len, int flags)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	/* Filters may have made it shorter: nothing is left, all is read. */
	if (so->so_rcv.sb_cc == 0 && inp->inp_inq.iq_bytes == 0)
		len = inp->inp_owed;
	in_tcp_credit(inp, len);
	net_unlock_nodrain();
}

static errno_t
tcp_usr_send(struct __socket *so, int flags, mbuf_t m,
    const struct sockaddr *to, mbuf_t control)
{
	struct inpcb *inp = sotoinpcb(so);
	size_t len = m != NULL ? m_length(m) : 0;
	errno_t error = 0;
	mbuf_t n;

	/* Segments have the id of what they were written from. */
	for (n = m; n != NULL; n = n->m_next)
		n->m_id = m->m_id;
	m_freem(control);
	net_lock();
	if (inp->inp_tcp == NULL) {
		error = so->so_error != 0 ? so->so_error : EPIPE;
		goto out;
	}
	if (len > 0) {
		sbaccount(&so->so_snd, (long)len);
		if (inp->inp_sndqtail != NULL)
			inp->inp_sndqtail->m_next = m;
		else
			inp->inp_sndq = m;
		inp->inp_sndqtail = m_last(m);
		m = NULL;
	}
	in_tcp_push(inp, (flags & PRUS_MORE) != 0);
out:
	net_unlock_nodrain();
	m_freem(m);
	return (error);
}

static void
tcp_usr_resized(struct __socket *so, bool rcv)
{
	if (!rcv)
		return;
	net_lock();
	in_tcp_widen(sotoinpcb(so));
	net_unlock_nodrain();
}

/* --- work ------------------------------------------------------------------------------------ */

/* What one round takes out from under the net lock. */
struct tcp_round {
	unsigned	events;
	struct in_queue	inq;
	size_t		acked;
	errno_t		err;
	bool		over;		/* both directions are done */
};

static bool
tcp_round_take(struct inpcb *inp, struct tcp_round *r)
{
	struct tcp_pcb *pcb;

	net_lock();
	r->events = inp->inp_events;
	inp->inp_events = 0;
	r->inq = inp->inp_inq;
	memset(&inp->inp_inq, 0, sizeof(inp->inp_inq));
	r->acked = inp->inp_acked;
	inp->inp_acked = 0;
	r->err = inp->inp_err;
	pcb = inp->inp_tcp;
	r->over = pcb == NULL ? (r->events & (INP_EV_GONE | INP_EV_ERROR)) != 0 :
	    pcb->state == TIME_WAIT || pcb->state == CLOSING;
	net_unlock_nodrain();
	return (r->events != 0 || r->inq.iq_head != NULL || r->acked != 0);
}

/* Lock held. */
static void
tcp_acked(struct __socket *so, size_t acked)
{
	struct sockbuf *sb = &so->so_snd;

	if (acked > sb->sb_cc)
		acked = sb->sb_cc;
	if (acked == 0)
		return;
	sbaccount(sb, -(long)acked);
	sowwakeup(so);
}

/* Only the part that calls no kext. */
static void
tcp_usr_space(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	size_t acked;

	socket_lock(so);
	net_lock();
	acked = inp->inp_acked;
	inp->inp_acked = 0;
	net_unlock_nodrain();
	tcp_acked(so, acked);
	socket_unlock(so);
}

/* Lock held; len bytes came from the engine as chain m. */
static void
tcp_append(struct __socket *so, mbuf_t m, size_t len)
{
	size_t kept;

	if (m == NULL || (so->so_state & SS_CANTRCVMORE) != 0) {
		m_freem(m);
		tcp_usr_rcvd(so, len, 0);
		return;
	}
	kept = m_length(m);
	sbappendstream(&so->so_rcv, m);
	if (kept < len)
		tcp_usr_rcvd(so, len - kept, 0);
}

static void
tcp_deliver(struct __socket *so, struct in_queue *q)
{
	mbuf_t m, next;
	size_t len;
	bool filtered = sflt_wanted(&so->so_filt, SFK_DATA_IN);

	socket_lock(so);
	for (m = q->iq_head; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		len = m_length(m);
		if (filtered) {
			socket_unlock(so);
			(void)sflt_data_in(so, NULL, &m, NULL, 0);
			socket_lock(so);
		}
		tcp_append(so, m, len);
	}
	sorwakeup(so);
	socket_unlock(so);
	memset(q, 0, sizeof(*q));
}

/* A child whose handshake is over goes to its listener. */
static bool
tcp_child_connected(struct __socket *so)
{
	socket_lock(so);
	soisconnected(so);
	socket_unlock(so);
	sflt_notify(so, sock_evt_connected, NULL);
	if (sonewconn_complete(so))
		return (true);
	soabort(so);
	return (false);
}

static void
tcp_is_connected(struct __socket *so)
{
	bool told = false;

	socket_lock(so);
	if ((so->so_state & SS_ISCONNECTING) != 0) {
		soisconnected(so);
		told = true;
	}
	socket_unlock(so);
	if (told)
		sflt_notify(so, sock_evt_connected, NULL);
}

static void
tcp_is_disconnected(struct __socket *so, errno_t err)
{
	bool told = false;

	socket_lock(so);
	if (err != 0 && (so->so_state & SS_ISDISCONNECTED) == 0) {
		if (err == ECONNRESET && (so->so_state & SS_ISCONNECTING) != 0)
			err = ECONNREFUSED;
		so->so_error = err;
	}
	if ((so->so_state & SS_ISDISCONNECTED) == 0) {
		soisdisconnected(so);
		told = true;
	}
	socket_unlock(so);
	if (told)
		sflt_notify(so, sock_evt_disconnected, NULL);
}

/*
 * Filters hear of it first: one that holds data back can put it in before
 * the reader sees the end.
 */
static void
tcp_fin(struct __socket *so)
{
	if ((so->so_state & SS_CANTRCVMORE) != 0)
		return;
	sflt_notify(so, sock_evt_cantrecvmore, NULL);
	socket_lock(so);
	socantrcvmore(so);
	socket_unlock(so);
}

static void
tcp_soft_error(struct __socket *so, errno_t err)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_pcb *pcb;

	/* Only a connection being made gives up because of it. */
	socket_lock(so);
	if ((so->so_state & SS_ISCONNECTING) == 0) {
		socket_unlock(so);
		return;
	}
	net_lock();
	pcb = inp->inp_tcp;
	in_tcp_forget(inp);
	if (pcb != NULL)
		tcp_abandon(pcb, 0);
	net_unlock_nodrain();
	socket_unlock(so);
	tcp_is_disconnected(so, err);
}

/*
 * A half-open child that died has only its creator's reference; one that
 * was closed while flushing has the one taken in tcp_usr_disconnect.
 */
static void
tcp_gone(struct __socket *so, const struct tcp_round *r)
{
	struct inpcb *inp = sotoinpcb(so);
	bool drop = false;

	net_lock();
	in_tcp_uncount(inp);
	if (inp->inp_closing) {
		inp->inp_closing = false;
		drop = true;
	}
	net_unlock_nodrain();
	if ((so->so_state & SS_INCOMP) != 0) {
		socket_lock(so);
		so->so_state &= ~SS_INCOMP;
		so->so_state |= SS_CLOSED;
		socket_unlock(so);
		drop = true;
	} else {
		tcp_is_disconnected(so, (r->events & INP_EV_ERROR) != 0 ?
		    r->err : 0);
	}
	if (drop)
		so_rele(so);
}

void
in_tcp_work(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcp_round r;

	if (inp == NULL) {
		/* A child for which there was no control block. */
		so_rele(so);
		return;
	}
	while (tcp_round_take(inp, &r)) {
		if ((r.events & INP_EV_SYN) != 0)
			in_tcp_syn_work(so);
		if ((r.events & INP_EV_CONNECTED) != 0) {
			if ((so->so_state & SS_INCOMP) == 0)
				tcp_is_connected(so);
			else if (!tcp_child_connected(so))
				r.events = 0;
		}
		if (r.inq.iq_head != NULL)
			tcp_deliver(so, &r.inq);
		if (r.acked != 0) {
			socket_lock(so);
			tcp_acked(so, r.acked);
			socket_unlock(so);
		}
		if ((r.events & INP_EV_FIN) != 0) {
			tcp_fin(so);
			if (r.over)
				tcp_is_disconnected(so, 0);
		}
		if ((r.events & INP_EV_SOFT) != 0)
			tcp_soft_error(so, r.err);
		if ((r.events & (INP_EV_ERROR | INP_EV_GONE |
		    INP_EV_FLUSHED)) != 0)
			tcp_gone(so, &r);
	}
}

static const char *
tcp_usr_statename(struct __socket *so)
{
	static const char *const names[] = {
		"CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD", "ESTABLISHED",
		"FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",
		"LAST_ACK", "TIME_WAIT",
	};
	struct inpcb *inp = sotoinpcb(so);
	const char *name = "CLOSED";

	if (inp == NULL)
		return (name);
	net_lock();
	if (inp->inp_tcp != NULL && inp->inp_tcp->state < 11)
		name = names[inp->inp_tcp->state];
	net_unlock_nodrain();
	return (name);
}

const struct pr_usrreqs tcp_usrreqs = {
	.pru_control = in_pru_control,
	.pru_attach = tcp_usr_attach,
	.pru_detach = tcp_usr_detach,
	.pru_bind = tcp_usr_bind,
	.pru_autobind = tcp_usr_autobind,
	.pru_listen = tcp_usr_listen,
	.pru_connect = tcp_usr_connect,
	.pru_accept = tcp_usr_accept,
	.pru_disconnect = tcp_usr_disconnect,
	.pru_abort = tcp_usr_abort,
	.pru_closing = tcp_usr_closing,
	.pru_shutdown = tcp_usr_shutdown,
	.pru_rcvd = tcp_usr_rcvd,
	.pru_send = tcp_usr_send,
	.pru_resized = tcp_usr_resized,
	.pru_options = in_options,
	.pru_ctloutput = in_ctloutput,
	.pru_sockaddr = in_sockaddr,
	.pru_peeraddr = in_peeraddr,
	.pru_work = in_tcp_work,
	.pru_space = tcp_usr_space,
	.pru_statename = tcp_usr_statename,
};
