/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections that arrive: the accept queue's count, SYNs in the hands of
 * filters, and the child socket, which exists from the SYN on.
 *
 * The count of a listener runs from the child's creation until accept or
 * the child's end.  When as many connections as the backlog allows wait for
 * accept, a SYN is dropped, so the client repeats it (a reset at accept time
 * would hit clients that already think they are connected).  When handshakes
 * that do not get on take the room, in one listener or in all, a SYN is
 * answered with a cookie and forgotten (tcp_cookie.c).
 *
 * With filters on the listener, or global ones for the protocol, the SYN is
 * held: no kext runs under the net lock.  The listener's work then asks
 * sf_connect_in, makes the child with its filters attached, and lets the
 * SYN go on; the passive-open callback takes the prepared child.  A SYN
 * repeated meanwhile is dropped.  With a cookie sf_connect_in is asked before
 * the answer, too, and the child made when the handshake is completed; the
 * acknowledgement is held for that.
 */
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/tcp_cookie.h"

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

/* N: on the listener's inp_held until its fate is decided. */
struct held_syn {
	TAILQ_ENTRY(held_syn) hs_link;
	ip_addr_t	hs_local, hs_remote;
	uint16_t	hs_lport, hs_rport;
	mbuf_t		hs_m;
	bool		hs_busy;	/* with the filters now */
	bool		hs_asked;	/* they have agreed before */
	bool		hs_cookie;	/* no child: answered with a cookie */
};

#define HALF_MAX	256	/* handshakes under way, of all listeners */
#define HELD_MIN	16	/* held SYNs a small backlog may have */

static unsigned half_open;	/* N */

static bool
syn_filtered(const struct inpcb *linp)
{
	const struct __socket *so = linp->inp_so;

	return (sflt_present(&so->so_filt) ||
	    __atomic_load_n(&so->so_proto->pr_nfilters, __ATOMIC_RELAXED) != 0);
}

static enum tcp_syn_verdict
syn_hold(struct inpcb *linp, const struct tcp_syn *syn, mbuf_t m, bool cookie)
{
	unsigned limit = linp->inp_qlimit;
	struct held_syn *hs;

	if (limit < HELD_MIN)
		limit = HELD_MIN;
	TAILQ_FOREACH(hs, &linp->inp_held, hs_link) {
		if (hs->hs_rport == syn->rport &&
		    ip_addr_cmp(&hs->hs_remote, &syn->remote) &&
		    ip_addr_cmp(&hs->hs_local, &syn->local))
			return (TCP_SYN_DROP);
	}
	if (linp->inp_nheld >= limit)
		return (TCP_SYN_DROP);
	hs = kmalloc(sizeof(*hs), M_NOWAIT | M_ZERO);
	if (hs == NULL)
		return (TCP_SYN_DROP);
	ip_addr_copy(hs->hs_local, syn->local);
	ip_addr_copy(hs->hs_remote, syn->remote);
	hs->hs_lport = syn->lport;
	hs->hs_rport = syn->rport;
	hs->hs_m = m;
	hs->hs_asked = syn->completes && syn->asked;
	hs->hs_cookie = cookie;
	TAILQ_INSERT_TAIL(&linp->inp_held, hs, hs_link);
	linp->inp_nheld++;
	in_pcbevent(linp, INP_EV_SYN);
	return (TCP_SYN_HOLD);
}

/* Whether a SYN has to do without a child for now. */
static bool
syn_crowded(const struct inpcb *linp)
{
	return (tcp_syncookies > 1 || half_open >= HALF_MAX ||
	    linp->inp_nqueued + linp->inp_nheld >= linp->inp_qlimit);
}

enum tcp_syn_verdict
in_tcp_syn(struct tcp_syn *syn, mbuf_t m)
{
	struct inpcb *linp;
	bool crowded;

	net_lock_assert();
	linp = tcp_ext_arg_get((struct tcp_pcb *)syn->listener,
	    TCP_EXT_SOCKET);
	if (linp == NULL)
		return (TCP_SYN_PASS);	/* a listener of the engine's own */
	syn->window = in_tcp_window_ahead(linp);
	if (syn->vetted)
		return (linp->inp_cookie ? TCP_SYN_COOKIE : TCP_SYN_PASS);
	crowded = !syn->completes && syn_crowded(linp);
	if (linp->inp_nqueued - linp->inp_nhalf >= linp->inp_qlimit ||
	    (crowded && tcp_syncookies <= 0)) {
		socket_stats.ss_qdrops++;
		return (TCP_SYN_DROP);
	}
	if (syn_filtered(linp))
		return (syn_hold(linp, syn, m, crowded));
	return (crowded ? TCP_SYN_COOKIE : TCP_SYN_PASS);
}

void
in_tcp_syn_flush(struct inpcb *inp)
{
	struct held_syn *hs, *next;

	for (hs = TAILQ_FIRST(&inp->inp_held); hs != NULL; hs = next) {
		next = TAILQ_NEXT(hs, hs_link);
		if (hs->hs_busy)
			continue;
		TAILQ_REMOVE(&inp->inp_held, hs, hs_link);
		inp->inp_nheld--;
		m_freem(hs->hs_m);
		kfree(hs);
	}
}

/* --- children ------------------------------------------------------------------------ */

/* A socket and control block for a connection at linp; not yet tied. */
static struct inpcb *
child_make(struct inpcb *linp, int how)
{
	struct __socket *so = sonew(linp->inp_so, how);
	struct inpcb *inp;

	if (so == NULL)
		return (NULL);
	inp = in_pcballoc(so, INP_TCP, IPPROTO_TCP, how);
	if (inp == NULL) {
		sowork_queue(so);	/* its work drops it, without locks */
		return (NULL);
	}
	inp->inp_v6only = linp->inp_v6only;
	inp->inp_flags = linp->inp_flags;
	inp->inp_keepidle = linp->inp_keepidle;
	inp->inp_keepintvl = linp->inp_keepintvl;
	inp->inp_keepcnt = linp->inp_keepcnt;
	inp->inp_maxseg = linp->inp_maxseg;
	inp->inp_ttl = linp->inp_ttl;
	inp->inp_tos = linp->inp_tos;
	inp->inp_hops6 = linp->inp_hops6;
	inp->inp_tclass = linp->inp_tclass;
	return (inp);
}

void
in_tcp_settled(struct inpcb *inp)
{
	net_lock_assert();
	if (!inp->inp_half)
		return;
	inp->inp_half = false;
	KASSERT(half_open > 0 && inp->inp_listener->inp_nhalf > 0,
	    ("in_tcp_settled"));
	inp->inp_listener->inp_nhalf--;
	half_open--;
}

void
in_tcp_uncount(struct inpcb *inp)
{
	struct inpcb *linp = inp->inp_listener;

	net_lock_assert();
	if (linp == NULL)
		return;
	in_tcp_settled(inp);
	inp->inp_listener = NULL;
	KASSERT(linp->inp_nqueued > 0, ("in_tcp_uncount"));
	linp->inp_nqueued--;
}

/*
 * Called by the engine when it has parsed a SYN for a listener and before it
 * answers; an error makes it forget the connection without a word.
 */
err_t
in_tcp_passive_open(uint8_t id, struct tcp_pcb_listen *lpcb,
    struct tcp_pcb *pcb)
{
	struct inpcb *linp, *inp;

	net_lock_assert();
	linp = tcp_ext_arg_get((struct tcp_pcb *)lpcb, TCP_EXT_SOCKET);
	if (linp == NULL)
		return (ERR_OK);
	if (linp->inp_prepared != NULL) {
		inp = linp->inp_prepared;
		linp->inp_prepared = NULL;
	} else if (syn_filtered(linp)) {
		return (ERR_VAL);	/* never past the filters */
	} else {
		inp = child_make(linp, M_NOWAIT);
		if (inp == NULL)
			return (ERR_MEM);
	}
	ip_addr_copy(inp->inp_laddr, pcb->local_ip);
	ip_addr_copy(inp->inp_faddr, pcb->remote_ip);
	inp->inp_fport = pcb->remote_port;
	in_pcbsetport(inp, pcb->local_port);
	inp->inp_listener = linp;
	linp->inp_nqueued++;
	linp->inp_nhalf++;
	inp->inp_half = true;
	half_open++;
	in_tcp_setup(inp, pcb);
	in_pcbapply(inp);
	in_tcp_window(inp);
	return (ERR_OK);
}

/* --- the listener's work ---------------------------------------------------------------- */

static bool
syn_agreed(struct __socket *so, struct held_syn *hs)
{
	struct sockaddr_storage from;

	if (hs->hs_asked)
		return (true);
	net_lock();
	in_name_out(sotoinpcb(so), &hs->hs_remote, hs->hs_rport, &from);
	net_unlock_nodrain();
	return (sflt_connectin(so, (struct sockaddr *)&from) == 0);
}

/* A child with its own filters, or NULL. */
static struct inpcb *
syn_child(struct __socket *so)
{
	struct inpcb *inp = child_make(sotoinpcb(so), M_WAITOK);

	if (inp != NULL)
		sflt_attach_globals(inp->inp_so);
	return (inp);
}

static void
syn_one(struct __socket *so, struct held_syn *hs)
{
	struct inpcb *linp = sotoinpcb(so), *inp;
	struct __socket *spare = NULL;
	bool go, cookie = hs->hs_cookie;
	mbuf_t m = hs->hs_m;

	go = syn_agreed(so, hs);
	inp = go && !cookie ? syn_child(so) : NULL;
	net_lock();
	TAILQ_REMOVE(&linp->inp_held, hs, hs_link);
	linp->inp_nheld--;
	if (!go || (inp == NULL && !cookie)) {
		m_freem(m);
	} else if (linp->inp_tcp == NULL) {
		m_freem(m);		/* closed meanwhile */
	} else {
		linp->inp_prepared = inp;
		linp->inp_cookie = cookie;
		inet_syn_resume(m);
		linp->inp_cookie = false;
		if (linp->inp_prepared == NULL)
			inp = NULL;
		linp->inp_prepared = NULL;
	}
	/* Nobody took it: a PCB had appeared, no memory. */
	if (inp != NULL)
		spare = inp->inp_so;
	net_unlock();
	kfree(hs);
	if (spare != NULL)
		so_rele(spare);
}

void
in_tcp_syn_work(struct __socket *so)
{
	struct inpcb *linp = sotoinpcb(so);
	struct held_syn *hs;

	for (;;) {
		/* Those still to be asked about; they stay on the list. */
		net_lock();
		hs = TAILQ_FIRST(&linp->inp_held);
		if (hs != NULL)
			hs->hs_busy = true;
		net_unlock_nodrain();
		if (hs == NULL)
			break;
		syn_one(so, hs);
	}
}
