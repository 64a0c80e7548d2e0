/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP sockets, and the way of a received datagram that UDP and raw sockets
 * share: the engine's callback puts it on inp_inq with a name mbuf in front
 * that holds struct in_rcvinfo; in_datagram_work makes address and control
 * data of that, asks the filters, and appends.
 */
#include "net/inet/in_ioctl.h"
#include "net/inet/in_mcast.h"
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <string.h>
#include <netinet/in.h>
#include "kernel/kassert.h"
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/udp.h"

#define UDP_SNDSPACE	65535
#define UDP_RCVSPACE	(192 * 1024)
#define UDP_MAX4	(65535 - 20 - 8)
#define UDP_MAX6	(65535 - 8)

/* --- receive ------------------------------------------------------------------------ */

/* Only what the socket could take: the work comes soon. */
bool
in_rcvroom(const struct inpcb *inp)
{
	const struct sockbuf *sb = &inp->inp_so->so_rcv;

	if (inp->inp_inq.iq_bytes > sb->sb_hiwat) {
		socket_stats.ss_rcvfull++;
		return (false);
	}
	if (!mbuf_may_keep(inp->inp_inq.iq_bytes == 0 && sb->sb_cc == 0)) {
		socket_stats.ss_nomem++;
		return (false);
	}
	return (true);
}

mbuf_t
in_rcvinfo_get(const ip_addr_t *from, uint16_t fport, mbuf_t data)
{
	struct in_rcvinfo *ri;
	mbuf_t m;

	m = m_get(MBUF_DONTWAIT, MBUF_TYPE_SONAME);
	if (m == NULL)
		return (NULL);
	_Static_assert(sizeof(*ri) <= MLEN, "in_rcvinfo in one mbuf");
	ri = mtod(m, struct in_rcvinfo *);
	m->m_len = sizeof(*ri);
	memset(ri, 0, sizeof(*ri));
	ip_addr_copy(ri->ri_from, *from);
	ip_addr_copy(ri->ri_to, *ip_current_dest_addr());
	ri->ri_fport = fport;
	ri->ri_ifindex = (uint16_t)in_index_ofnetif(ip_current_input_netif());
	ri->ri_v6 = ip_current_is_v6();
	if (ri->ri_v6) {
		ri->ri_ttl = IP6H_HOPLIM(ip6_current_header());
		ri->ri_tos = IP6H_TC(ip6_current_header());
	} else if (ip4_current_header() != NULL) {
		ri->ri_ttl = IPH_TTL(ip4_current_header());
		ri->ri_tos = IPH_TOS(ip4_current_header());
	}
	ri->ri_stamp_ns = time_wall_ns();
	m->m_next = data;
	return (m);
}

static void
udp_usr_recv(void *arg, struct udp_pcb *pcb, struct pbuf *p,
    const ip_addr_t *addr, u16_t port)
{
	struct inpcb *inp = arg;
	size_t len = p->tot_len;
	mbuf_t m, name;

	if (inp == NULL) {
		pbuf_free(p);
		return;
	}
	if ((ip_addr_ismulticast(ip_current_dest_addr()) &&
	    !in_mcast_wants(inp, ip_current_dest_addr(),
	    ip_current_input_netif())) || !in_rcvroom(inp)) {
		pbuf_free(p);
		return;
	}
	m = m_from_pbuf(p);
	if (m == NULL)
		return;
	name = in_rcvinfo_get(addr, port, m);
	if (name == NULL) {
		socket_stats.ss_nomem++;
		m_freem(m);
		return;
	}
	in_queue_put(&inp->inp_inq, name, len);
	in_pcbevent(inp, INP_EV_DATA);
}

/* Address, control, filters, buffer.  Consumes the record. */
static void
in_datagram_deliver(struct __socket *so, mbuf_t name)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in_rcvinfo ri = *mtod(name, struct in_rcvinfo *);
	struct sockaddr_storage from;
	mbuf_t data = name->m_next, control;

	name->m_next = NULL;
	m_free(name);
	net_lock();
	in_name_out(inp, &ri.ri_from, ri.ri_fport, &from);
	net_unlock_nodrain();
	control = in_savecontrol(inp, &ri);
	if (sflt_wanted(&so->so_filt, SFK_DATA_IN) && sflt_data_in(so,
	    (struct sockaddr *)&from, &data, &control, 0) != 0)
		return;
	socket_lock(so);
	if ((so->so_state & SS_CANTRCVMORE) == 0 &&
	    sbappendaddr(&so->so_rcv, (struct sockaddr *)&from, data,
	    control)) {
		sorwakeup(so);
		data = control = NULL;
	} else {
		socket_stats.ss_rcvfull++;
	}
	socket_unlock(so);
	m_freem(data);
	m_freem(control);
}

void
in_datagram_work(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in_queue q;
	unsigned events;
	errno_t err;
	mbuf_t m, next;

	for (;;) {
		net_lock();
		q = inp->inp_inq;
		memset(&inp->inp_inq, 0, sizeof(inp->inp_inq));
		events = inp->inp_events;
		inp->inp_events = 0;
		err = inp->inp_err;
		net_unlock_nodrain();
		if (q.iq_head == NULL && events == 0)
			break;
		for (m = q.iq_head; m != NULL; m = next) {
			next = m->m_nextpkt;
			m->m_nextpkt = NULL;
			in_datagram_deliver(so, m);
		}
		if ((events & INP_EV_SOFT) != 0) {
			socket_lock(so);
			so->so_error = err;
			sorwakeup(so);
			sowwakeup(so);
			socket_unlock(so);
		}
	}
}

/* --- life ------------------------------------------------------------------------------- */

static errno_t
udp_usr_attach(struct __socket *so, int proto)
{
	struct udp_pcb *pcb;
	struct inpcb *inp;
	errno_t error;

	error = soreserve(so, UDP_SNDSPACE, UDP_RCVSPACE > sb_max ? sb_max :
	    UDP_RCVSPACE);
	if (error != 0)
		return (error);
	inp = in_pcballoc(so, INP_UDP, IPPROTO_UDP, M_WAITOK);
	if (inp == NULL)
		return (ENOBUFS);
	net_lock();
	pcb = udp_new_ip_type(in_pcbtype(inp));
	if (pcb != NULL) {
		inp->inp_udp = pcb;
		udp_recv(pcb, udp_usr_recv, inp);
		in_pcbapply(inp);
		ip_set_option(pcb, SOF_REUSEADDR);
	}
	net_unlock_nodrain();
	return (pcb != NULL ? 0 : ENOBUFS);
}

static void
udp_usr_remove(struct inpcb *inp)
{
	struct udp_pcb *pcb = inp->inp_udp;

	if (pcb == NULL)
		return;
	inp->inp_udp = NULL;
	udp_recv(pcb, NULL, NULL);
	udp_remove(pcb);
}

static void
udp_usr_detach(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	udp_usr_remove(inp);
	net_unlock_nodrain();
	in_pcbfree(inp);
	net_drain();
}

static void
udp_usr_closing(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_freememberships(inp);
	udp_usr_remove(inp);
	in_pcbunbind(inp);
	net_unlock_nodrain();
}

/* --- names -------------------------------------------------------------------------------- */

/* Binds the table's name in the engine.  Net lock held. */
static errno_t
udp_usr_setlocal(struct inpcb *inp)
{
	ip_addr_t any;
	const ip_addr_t *addr = &inp->inp_laddr;
	err_t err;

	if (inp->inp_udp->local_port != 0)
		return (0);
	if (ip_addr_isany(addr)) {
		ip_addr_set_any_val(inp->inp_v6, any);
		IP_SET_TYPE_VAL(any, in_pcbtype(inp));
		addr = &any;
	}
	err = udp_bind(inp->inp_udp, addr, inp->inp_lport);
	return (err == ERR_OK ? 0 : inet_errno(err));
}

static errno_t
udp_usr_bind(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	ip_addr_t addr;
	uint16_t port;
	errno_t error;

	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error == 0)
		error = in_pcbbind(inp, &addr, port);
	if (error == 0) {
		error = udp_usr_setlocal(inp);
		if (error != 0)
			in_pcbunbind(inp);
	}
	net_unlock_nodrain();
	return (error);
}

static errno_t
udp_usr_autobind(struct __socket *so, const struct sockaddr *to, bool *bound)
{
	struct inpcb *inp = sotoinpcb(so);
	uint16_t port;
	errno_t error = 0;

	net_lock();
	if (inp->inp_udp != NULL && inp->inp_lport == 0) {
		port = in_pcbport(inp, NULL, 0);
		if (port == 0) {
			error = EADDRNOTAVAIL;
		} else {
			in_pcbsetport(inp, port);
			error = udp_usr_setlocal(inp);
			*bound = error == 0;
		}
	}
	net_unlock_nodrain();
	return (error);
}

static bool
udp_usr_associated(struct __socket *so)
{
	return ((so->so_state & SS_ISCONNECTED) != 0);
}

static errno_t
udp_usr_disconnect(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	if (inp->inp_udp != NULL)
		udp_disconnect(inp->inp_udp);
	ip_addr_set_any_val(inp->inp_v6, inp->inp_faddr);
	inp->inp_fport = 0;
	if ((inp->inp_flags & INP_F_ADDRSET) == 0) {
		ip_addr_set_any_val(inp->inp_v6, inp->inp_laddr);
		if (inp->inp_udp != NULL) {
			ip_addr_copy(inp->inp_udp->local_ip, inp->inp_laddr);
			IP_SET_TYPE_VAL(inp->inp_udp->local_ip,
			    in_pcbtype(inp));
		}
	}
	net_unlock_nodrain();
	so->so_state &= ~SS_ISCONNECTED;
	return (0);
}

static errno_t
udp_usr_connect(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	struct udp_pcb *pcb = inp->inp_udp;
	struct netif *netif;
	ip_addr_t addr;
	const ip_addr_t *src;
	uint16_t port;
	errno_t error = 0;
	err_t err;

	if (nam->sa_family == AF_UNSPEC)
		return (EAFNOSUPPORT);	/* the old one is dissolved already */
	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error == 0 && port == 0)
		error = EADDRNOTAVAIL;
	if (error == 0 && pcb == NULL)
		error = EINVAL;
	if (error != 0)
		goto out;
	if (ip_addr_isany(&addr))
		ip_addr_set_loopback_val(IP_IS_V6_VAL(addr), addr);
	netif = ip_route(&pcb->local_ip, &addr);
	if (netif == NULL) {
		error = EHOSTUNREACH;
		goto out;
	}
	err = udp_connect(pcb, &addr, port);
	if (err != ERR_OK) {
		error = inet_errno(err);
		goto out;
	}
	ip_addr_copy(inp->inp_faddr, addr);
	inp->inp_fport = port;
	if ((inp->inp_flags & INP_F_ADDRSET) == 0) {
		/* Where packets will come from: getsockname tells it. */
		src = in_own(&addr) ? &addr :
		    ip_netif_get_local_ip(netif, &addr);
		if (src != NULL) {
			ip_addr_copy(inp->inp_laddr, *src);
			ip_addr_copy(pcb->local_ip, *src);
		}
	}
	soisconnected(so);
out:
	net_unlock_nodrain();
	return (error);
}

/* --- send ------------------------------------------------------------------------------------ */

struct udp_dest {
	ip_addr_t	addr;
	uint16_t	port;
	struct in_sndinfo si;
};

static errno_t
udp_usr_dest(struct __socket *so, const struct sockaddr *to, mbuf_t control,
    struct udp_dest *d)
{
	struct inpcb *inp = sotoinpcb(so);
	errno_t error;

	error = in_sndcontrol(inp, control, &d->si);
	if (error != 0)
		return (error);
	if (to != NULL) {
		if ((so->so_state & SS_ISCONNECTED) != 0)
			return (EISCONN);
		error = in_name_in(inp, to, &d->addr, &d->port);
		if (error == 0 && d->port == 0)
			error = EADDRNOTAVAIL;
		if (error == 0 && ip_addr_isany(&d->addr))
			ip_addr_set_loopback_val(IP_IS_V6_VAL(d->addr),
			    d->addr);
		if (error == 0)
			in_sndown(inp, &d->addr, &d->si);
		return (error);
	}
	if ((so->so_state & SS_ISCONNECTED) == 0)
		return (EDESTADDRREQ);
	ip_addr_copy(d->addr, inp->inp_faddr);
	d->port = inp->inp_fport;
	return (0);
}

/* The engine's send with the options of this packet.  Net lock held. */
static errno_t
udp_usr_output(struct inpcb *inp, struct pbuf *p, const struct udp_dest *d)
{
	struct udp_pcb *pcb = inp->inp_udp;
	struct netif *netif = NULL;
	u8_t ttl = pcb->ttl, tos = pcb->tos;
	err_t err;

	if (d->si.si_ttl >= 0)
		pcb->ttl = (u8_t)d->si.si_ttl;
	if (d->si.si_tos >= 0)
		pcb->tos = (u8_t)d->si.si_tos;
	else if (IP_IS_V6_VAL(d->addr) && inp->inp_tclass >= 0)
		pcb->tos = (u8_t)inp->inp_tclass;
	if (d->si.si_ttl < 0 && IP_IS_V6_VAL(d->addr) && inp->inp_hops6 >= 0)
		pcb->ttl = (u8_t)inp->inp_hops6;
	if (d->si.si_ifindex != 0)
		netif = in_netif_byindex(d->si.si_ifindex);
	pbuf_packet_id(ptom(p)->m_id);
	if (d->si.si_srcset) {
		if (netif == NULL)
			netif = ip_route(&d->si.si_src, &d->addr);
		err = netif == NULL ? ERR_RTE : udp_sendto_if_src(pcb, p,
		    &d->addr, d->port, netif, &d->si.si_src);
	} else if (netif != NULL) {
		err = udp_sendto_if(pcb, p, &d->addr, d->port, netif);
	} else {
		err = udp_sendto(pcb, p, &d->addr, d->port);
	}
	pbuf_packet_id(0);
	pcb->ttl = ttl;
	pcb->tos = tos;
	if (err == ERR_OK)
		return (0);
	if (err == ERR_RTE)
		return (EHOSTUNREACH);
	if (err == ERR_VAL && !IP_IS_V6_VAL(d->addr) &&
	    !ip_get_option(pcb, SOF_BROADCAST))
		return (EACCES);
	return (inet_errno(err));
}

static errno_t
udp_usr_send(struct __socket *so, int flags, mbuf_t m,
    const struct sockaddr *to, mbuf_t control)
{
	struct inpcb *inp = sotoinpcb(so);
	struct udp_dest d;
	struct pbuf *p;
	bool bound = false;
	struct in_output o = { .o_watched = false };
	errno_t error, refused;

	if (m == NULL) {
		m_freem(control);
		return (EINVAL);
	}
	error = udp_usr_autobind(so, to, &bound);
	if (error == 0 && bound)
		so_notify_locked(so, sock_evt_bound, NULL);
	net_lock();
	if (error == 0)
		error = udp_usr_dest(so, to, control, &d);
	if (error == 0 && inp->inp_udp == NULL)
		error = EPIPE;
	if (error == 0 && m_length(m) > (IP_IS_V6_VAL(d.addr) ? UDP_MAX6 :
	    UDP_MAX4))
		error = EMSGSIZE;
	if (error == 0) {
		p = m_to_pbuf(m);
		m = NULL;
		if (p == NULL) {
			error = ENOBUFS;
		} else {
			in_output_begin(&o, inp, &d.addr);
			error = udp_usr_output(inp, p, &d);
			in_output_sent(&o);
			pbuf_free(p);
		}
	}
	net_unlock_nodrain();
	refused = in_output_end(so, &o);
	m_freem(m);
	m_freem(control);
	return (error != 0 ? error : refused);
}

static errno_t
udp_usr_shutdown(struct __socket *so)
{
	return (0);		/* the socket layer has marked it */
}

const struct pr_usrreqs udp_usrreqs = {
	.pru_control = in_pru_control,
	.pru_attach = udp_usr_attach,
	.pru_detach = udp_usr_detach,
	.pru_bind = udp_usr_bind,
	.pru_autobind = udp_usr_autobind,
	.pru_connect = udp_usr_connect,
	.pru_associated = udp_usr_associated,
	.pru_disconnect = udp_usr_disconnect,
	.pru_closing = udp_usr_closing,
	.pru_shutdown = udp_usr_shutdown,
	.pru_send = udp_usr_send,
	.pru_options = in_options,
	.pru_ctloutput = in_ctloutput,
	.pru_sockaddr = in_sockaddr,
	.pru_peeraddr = in_peeraddr,
	.pru_work = in_datagram_work,
};
