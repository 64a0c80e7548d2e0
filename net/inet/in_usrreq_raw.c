/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets of PF_INET and PF_INET6.
 *
 * In: rip_input gets every local datagram from the protocol switch, behind
 * the IP filters and with its checksum right, and gives copies to the
 * sockets whose protocol and addresses fit.  IPv4 sockets get it with its
 * IP header as on the wire (without, if IP_STRIPHDR is set), IPv6 sockets
 * get what follows the headers.
 *
 * Out: the engine builds the IP header, or, with IP_HDRINCL, the program
 * has; ip_len and ip_off may then be in host order, as BSD programs have
 * them, or in network order.  The packet goes where its header says; an
 * identification or an address that is 0 is filled in.
 */
#include "net/inet/in_ioctl.h"
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <string.h>
#include <netinet/in.h>
#include "kernel/kassert.h"
#include "kernel/lib/rng.h"
#include "net/common/net_lock.h"

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/raw.h"

#define RIP_SNDSPACE	65535
#define RIP_RCVSPACE	65535

/* --- receive ------------------------------------------------------------------------ */

static bool
rip_wants(const struct inpcb *inp, mbuf_t m, uint8_t proto, size_t hlen,
    bool v6)
{
	uint8_t type;

	if (inp->inp_v6 != v6)
		return (false);
	if (inp->inp_proto != 0 && inp->inp_proto != proto)
		return (false);
	if (!ip_addr_isany(&inp->inp_laddr) &&
	    !ip_addr_cmp(&inp->inp_laddr, ip_current_dest_addr()))
		return (false);
	if (!ip_addr_isany(&inp->inp_faddr) &&
	    !ip_addr_cmp(&inp->inp_faddr, ip_current_src_addr()))
		return (false);
	if (v6 && inp->inp_proto == IPPROTO_ICMPV6 && m->m_len > hlen) {
		type = *(const uint8_t *)(m->m_data + hlen);
		if ((inp->inp_icmp6filt[type >> 5] &
		    (1u << (type & 31))) != 0)
			return (false);
	}
	return (inp->inp_inq.iq_bytes <= inp->inp_so->so_rcv.sb_hiwat);
}

bool
rip_input(mbuf_t m, uint8_t proto, size_t hlen, bool v6)
{
	struct inpcb *inp;
	mbuf_t copy, name;
	bool taken = false;

	net_lock_assert();
	LIST_FOREACH(inp, &inpcbs[INP_RAW], inp_link) {
		if (!rip_wants(inp, m, proto, hlen, v6))
			continue;
		if (!in_rcvroom(inp))
			continue;
		copy = m_dup_headroom(m, 0, MBUF_DONTWAIT);
		if (copy == NULL)
			continue;
		m_csum_finalize(copy, v6 ? PF_INET6 : PF_INET, 0);
		if (v6 || (inp->inp_flags & INP_F_STRIPHDR) != 0)
			mbuf_adj(copy, (int)hlen);
		name = in_rcvinfo_get(ip_current_src_addr(), 0, copy);
		if (name == NULL) {
			m_freem(copy);
			continue;
		}
		in_queue_put(&inp->inp_inq, name, m_length(copy));
		in_pcbevent(inp, INP_EV_DATA);
		taken = true;
	}
	return (taken);
}

/* --- life ------------------------------------------------------------------------------- */

static errno_t
rip_attach(struct __socket *so, int proto)
{
	struct raw_pcb *pcb;
	struct inpcb *inp;
	errno_t error;

	if ((so->so_state & SS_PRIV) == 0)
		return (EPERM);
	if (proto < 0 || proto > 255)
		return (EPROTONOSUPPORT);
	error = soreserve(so, RIP_SNDSPACE, RIP_RCVSPACE);
	if (error != 0)
		return (error);
	inp = in_pcballoc(so, INP_RAW, (uint8_t)proto, M_WAITOK);
	if (inp == NULL)
		return (ENOBUFS);
	net_lock();
	/* The engine's PCB only sends. */
	pcb = raw_new_ip_type(inp->inp_v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4,
	    proto == 0 ? IPPROTO_RAW : (u8_t)proto);
	if (pcb != NULL) {
		inp->inp_raw = pcb;
		if (proto == IPPROTO_RAW)
			inp->inp_flags |= INP_F_HDRINCL;
		if (proto == IPPROTO_ICMPV6) {
			pcb->chksum_reqd = 1;
			pcb->chksum_offset = 2;
			inp->inp_cksumoff = 2;
		}
		in_pcbapply(inp);
	}
	net_unlock_nodrain();
	return (pcb != NULL ? 0 : ENOBUFS);
}

static void
rip_remove(struct inpcb *inp)
{
	struct raw_pcb *pcb = inp->inp_raw;

	inp->inp_raw = NULL;
	if (pcb != NULL)
		raw_remove(pcb);
}

static void
rip_detach(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	rip_remove(inp);
	net_unlock_nodrain();
	in_pcbfree(inp);
	net_drain();
}

static errno_t
rip_bind(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	ip_addr_t addr;
	uint16_t port;
	errno_t error;

	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error == 0 && !in_localaddr(&addr))
		error = EADDRNOTAVAIL;
	if (error == 0) {
		ip_addr_copy(inp->inp_laddr, addr);
		if (inp->inp_raw != NULL)
			(void)raw_bind(inp->inp_raw, &addr);
	}
	net_unlock_nodrain();
	return (error);
}

static errno_t
rip_connect(struct __socket *so, const struct sockaddr *nam)
{
	struct inpcb *inp = sotoinpcb(so);
	ip_addr_t addr;
	uint16_t port;
	errno_t error;

	if (nam->sa_family == AF_UNSPEC)
		return (EAFNOSUPPORT);
	net_lock();
	error = in_name_in(inp, nam, &addr, &port);
	if (error == 0) {
		ip_addr_copy(inp->inp_faddr, addr);
		soisconnected(so);
	}
	net_unlock_nodrain();
	return (error);
}

static bool
rip_associated(struct __socket *so)
{
	return ((so->so_state & SS_ISCONNECTED) != 0);
}

static errno_t
rip_disconnect(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	ip_addr_set_any_val(inp->inp_v6, inp->inp_faddr);
	net_unlock_nodrain();
	so->so_state &= ~SS_ISCONNECTED;
	return (0);
}

/* --- send ------------------------------------------------------------------------------------ */

/* A program's own IPv4 header; lengths in host order are turned round. */
static errno_t
rip_output_header(struct inpcb *inp, mbuf_t m, const ip_addr_t *to,
    struct in_output *o)
{
	ifnet_t mcast = NULL;
	ip_addr_t dst;
	errno_t error;
	u16_t id;
	size_t len = m_length(m);
	struct netif *n;
	const ip_addr_t *src;
	struct ip_hdr *ip;

	if (len < IP_HLEN || len > 65535) {
		m_freem(m);
		return (EINVAL);
	}
	m = m_pullup_write(m, IP_HLEN, MBUF_DONTWAIT);
	if (m == NULL)
		return (ENOBUFS);
	ip = mtod(m, struct ip_hdr *);
	if (IPH_HL_BYTES(ip) < IP_HLEN || IPH_HL_BYTES(ip) > len) {
		m_freem(m);
		return (EINVAL);
	}
	if (ntohs(IPH_LEN(ip)) != len) {
		if (IPH_LEN(ip) != len) {
			m_freem(m);
			return (EINVAL);
		}
		IPH_LEN_SET(ip, htons(IPH_LEN(ip)));
		IPH_OFFSET_SET(ip, htons(IPH_OFFSET(ip)));
	}
	if (ip->dest.addr == 0)
		ip->dest.addr = ip_addr_get_ip4_u32(to);
	ip_addr_set_ip4_u32_val(dst, ip->dest.addr);
	if (ip->src.addr == 0) {
		n = ip_route(&inp->inp_laddr, &dst);
		src = n != NULL ? ip_netif_get_local_ip(n, &dst) : NULL;
		if (src != NULL)
			ip->src.addr = ip_addr_get_ip4_u32(src);
	}
	if (IPH_ID(ip) == 0) {
		rng_bytes(&id, sizeof(id));
		IPH_ID_SET(ip, id);
	}
	if (inp->inp_mcastif != 0) {
		n = in_netif_byindex(inp->inp_mcastif);
		mcast = n != NULL ? inet_ifnet(n) : NULL;
	}
	/* The engine's border wants to be called without the lock. */
	net_unlock_nodrain();
	error = inet_output_raw(m, mcast, inp->inp_mcast_loop,
	    &o->o_watch);
	o->o_watched = error == 0;
	return (error);
}

static errno_t
rip_dest(struct __socket *so, const struct sockaddr *to, ip_addr_t *addr)
{
	struct inpcb *inp = sotoinpcb(so);
	uint16_t port;

	if (to != NULL) {
		if ((so->so_state & SS_ISCONNECTED) != 0)
			return (EISCONN);
		return (in_name_in(inp, to, addr, &port));
	}
	if ((so->so_state & SS_ISCONNECTED) == 0)
		return (ENOTCONN);
	ip_addr_copy(*addr, inp->inp_faddr);
	return (0);
}

/* Net lock held. */
static errno_t
rip_output(struct inpcb *inp, mbuf_t m, const ip_addr_t *addr,
    const struct in_sndinfo *si)
{
	struct raw_pcb *pcb = inp->inp_raw;
	u8_t ttl = pcb->ttl, tos = pcb->tos;
	struct netif *n = NULL;
	const ip_addr_t *src;
	struct pbuf *p;
	err_t err;

	p = m_to_pbuf(m);
	if (p == NULL)
		return (EMSGSIZE);
	if (si->si_ttl >= 0)
		pcb->ttl = (u8_t)si->si_ttl;
	if (si->si_tos >= 0)
		pcb->tos = (u8_t)si->si_tos;
	if (si->si_ifindex != 0)
		n = in_netif_byindex(si->si_ifindex);
	pbuf_packet_id(ptom(p)->m_id);
	if (n != NULL || si->si_srcset) {
		if (n == NULL)
			n = ip_route(&si->si_src, addr);
		src = si->si_srcset ? &si->si_src : n != NULL ?
		    ip_netif_get_local_ip(n, addr) : NULL;
		err = n == NULL || src == NULL ? ERR_RTE :
		    raw_sendto_if_src(pcb, p, addr, n, src);
	} else {
		err = raw_sendto(pcb, p, addr);
	}
	pbuf_packet_id(0);
	pcb->ttl = ttl;
	pcb->tos = tos;
	pbuf_free(p);
	return (err == ERR_OK ? 0 : err == ERR_RTE ? EHOSTUNREACH :
	    inet_errno(err));
}

static errno_t
rip_send(struct __socket *so, int flags, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in_output o = { .o_watched = false };
	struct in_sndinfo si;
	ip_addr_t addr;
	errno_t error, refused;

	if (m == NULL) {
		m_freem(control);
		return (EINVAL);
	}
	net_lock();
	error = in_sndcontrol(inp, control, &si);
	if (error == 0)
		error = rip_dest(so, to, &addr);
	if (error == 0 && inp->inp_raw == NULL)
		error = EPIPE;
	if (error == 0 && !inp->inp_v6 &&
	    (inp->inp_flags & INP_F_HDRINCL) != 0) {
		/* Drops the lock. */
		error = rip_output_header(inp, m, &addr, &o);
		if (net_lock_owned())
			net_unlock_nodrain();
		refused = in_output_end(so, &o);
		m_freem(control);
		return (error != 0 ? error : refused);
	}
	if (error == 0) {
		in_sndown(inp, &addr, &si);
		in_output_begin(&o, inp, &addr);
		error = rip_output(inp, m, &addr, &si);
		in_output_sent(&o);
		m = NULL;
	}
	net_unlock_nodrain();
	refused = in_output_end(so, &o);
	m_freem(m);
	m_freem(control);
	return (error != 0 ? error : refused);
}

static void
rip_closing(struct __socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_freememberships(inp);
	rip_remove(inp);
	net_unlock_nodrain();
}

static errno_t
rip_shutdown(struct __socket *so)
{
	return (0);
}

const struct pr_usrreqs rip_usrreqs = {
	.pru_control = in_pru_control,
	.pru_attach = rip_attach,
	.pru_detach = rip_detach,
	.pru_bind = rip_bind,
	.pru_connect = rip_connect,
	.pru_associated = rip_associated,
	.pru_disconnect = rip_disconnect,
	.pru_closing = rip_closing,
	.pru_shutdown = rip_shutdown,
	.pru_send = rip_send,
	.pru_options = in_options,
	.pru_ctloutput = in_ctloutput,
	.pru_sockaddr = in_sockaddr,
	.pru_peeraddr = in_peeraddr,
	.pru_work = in_datagram_work,
};
