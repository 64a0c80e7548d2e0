/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of the levels IPPROTO_TCP, IPPROTO_IP and IPPROTO_IPV6, and the
 * control data they ask for (in) or stand for (out).
 *
 * Values live in the inpcb; in_pcbapply() puts what the engine must know
 * into its PCB, when that is made and when a value changes.  Memberships
 * are in in_mcast.c.
 */
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <string.h>
#include <net/kpi_interface.h>
#include <net/if_dl.h>
#include <netinet/in.h>
/* Both the KPI and the engine have a TCP_MSS; the engine's is meant here. */
#pragma push_macro("TCP_MSS")
#undef TCP_MSS
#include <netinet/tcp.h>
#pragma pop_macro("TCP_MSS")
#include "kernel/kassert.h"
#include "net/common/net_lock.h"
#include "net/inet/in_mcast.h"

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/raw.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

/* RFC 3542 numbers; the KPI's headers name only part of them. */
#ifndef ICMP6_FILTER
#define ICMP6_FILTER		18
#endif
#ifndef IPV6_RECVHOPLIMIT
#define IPV6_RECVHOPLIMIT	37
#endif
#ifndef IPV6_PKTINFO
#define IPV6_PKTINFO		46
#endif
#ifndef IPV6_HOPLIMIT
#define IPV6_HOPLIMIT		47
#endif
#ifndef IPV6_RECVPKTINFO
#define IPV6_RECVPKTINFO	61
#endif

#define KEEPIDLE_DEFAULT	7200
#define KEEPINTVL_DEFAULT	75
#define KEEPCNT_DEFAULT		8
#define MAXSEG_MIN		64

/* --- into the engine -------------------------------------------------------------- */

static void
apply_tcp(struct inpcb *inp, struct tcp_pcb *pcb)
{
	if (pcb->state == LISTEN)
		return;
	if ((inp->inp_flags & INP_F_NODELAY) != 0)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
	if (inp->inp_keepidle != 0)
		pcb->keep_idle = (u32_t)inp->inp_keepidle * 1000;
	if (inp->inp_keepintvl != 0)
		pcb->keep_intvl = (u32_t)inp->inp_keepintvl * 1000;
	if (inp->inp_keepcnt != 0)
		pcb->keep_cnt = (u32_t)inp->inp_keepcnt;
	if (inp->inp_maxseg != 0 && inp->inp_maxseg < pcb->mss)
		pcb->mss = (u16_t)inp->inp_maxseg;
}

static void
apply_udp(struct inpcb *inp, struct udp_pcb *pcb)
{
	struct netif *n;

	udp_set_multicast_ttl(pcb, (u8_t)inp->inp_mcast_ttl);
	n = inp->inp_mcastif != 0 ? in_netif_byindex(inp->inp_mcastif) : NULL;
	udp_set_multicast_netif_index(pcb, n != NULL ? netif_get_index(n) :
	    NETIF_NO_INDEX);
	if (inp->inp_mcast_loop)
		udp_set_flags(pcb, UDP_FLAGS_MULTICAST_LOOP);
	else
		udp_clear_flags(pcb, UDP_FLAGS_MULTICAST_LOOP);
}

static void
apply_raw(struct inpcb *inp, struct raw_pcb *pcb)
{
	struct netif *n;

	raw_set_multicast_ttl(pcb, (u8_t)inp->inp_mcast_ttl);
	n = inp->inp_mcastif != 0 ? in_netif_byindex(inp->inp_mcastif) : NULL;
	raw_set_multicast_netif_index(pcb, n != NULL ? netif_get_index(n) :
	    NETIF_NO_INDEX);
	if (inp->inp_mcast_loop)
		raw_set_flags(pcb, RAW_FLAGS_MULTICAST_LOOP);
	else
		raw_clear_flags(pcb, RAW_FLAGS_MULTICAST_LOOP);
	pcb->chksum_reqd = inp->inp_cksumoff >= 0;
	if (inp->inp_cksumoff >= 0)
		pcb->chksum_offset = (u16_t)inp->inp_cksumoff;
}

void
in_pcbapply(struct inpcb *inp)
{
	struct ip_pcb *ip = inp->inp_pcb;
	struct netif *n;
	int opts = inp->inp_so->so_options;
	int ttl = inp->inp_v6 && inp->inp_hops6 >= 0 ? inp->inp_hops6 :
	    inp->inp_ttl;
	int tos = inp->inp_v6 && inp->inp_tclass >= 0 ? inp->inp_tclass :
	    inp->inp_tos;

	net_lock_assert();
	if (ip == NULL)
		return;
	ip->ttl = ttl >= 0 ? (u8_t)ttl : IP_DEFAULT_TTL;
	ip->tos = tos >= 0 ? (u8_t)tos : 0;
	if ((opts & SO_KEEPALIVE) != 0)
		ip_set_option(ip, SOF_KEEPALIVE);
	else
		ip_reset_option(ip, SOF_KEEPALIVE);
	if ((opts & SO_BROADCAST) != 0)
		ip_set_option(ip, SOF_BROADCAST);
	else
		ip_reset_option(ip, SOF_BROADCAST);
	n = inp->inp_boundif != 0 ? in_netif_byindex(inp->inp_boundif) : NULL;
	ip->netif_idx = n != NULL ? netif_get_index(n) : NETIF_NO_INDEX;
	switch (inp->inp_kind) {
	case INP_TCP:
		apply_tcp(inp, inp->inp_tcp);
		break;
	case INP_UDP:
		apply_udp(inp, inp->inp_udp);
		break;
	case INP_RAW:
		apply_raw(inp, inp->inp_raw);
		break;
	}
}

void
in_options(struct __socket *so)
{
	net_lock();
	in_pcbapply(sotoinpcb(so));
	net_unlock_nodrain();
}

/* --- values --------------------------------------------------------------------------- */

static errno_t
opt_flag(struct inpcb *inp, struct __sockopt *sopt, unsigned bit)
{
	errno_t error;
	int on;

	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout_int(sopt, (inp->inp_flags & bit) != 0));
	error = sooptcopyin_int(sopt, &on);
	if (error != 0)
		return (error);
	if (on != 0)
		inp->inp_flags |= bit;
	else
		inp->inp_flags &= ~bit;
	in_pcbapply(inp);
	return (0);
}

/* A value below min, or negative, stands for the default. */
static errno_t
opt_int(struct inpcb *inp, struct __sockopt *sopt, int *value, int min,
    int max, int dflt)
{
	errno_t error;
	int v;

	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout_int(sopt, *value < min ||
		    *value < 0 ? dflt : *value));
	error = sooptcopyin_int(sopt, &v);
	if (error != 0)
		return (error);
	if (v < min || v > max)
		return (EINVAL);
	*value = v;
	in_pcbapply(inp);
	return (0);
}

static errno_t
tcp_opt_maxseg(struct inpcb *inp, struct __sockopt *sopt)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	errno_t error;
	int v;

	if (sopt->sopt_dir == sockopt_get) {
		v = pcb != NULL && pcb->state != LISTEN ? pcb->mss :
		    inp->inp_maxseg != 0 ? inp->inp_maxseg : TCP_MSS;
		return (sooptcopyout_int(sopt, v));
	}
	error = sooptcopyin_int(sopt, &v);
	if (error != 0)
		return (error);
	if (v < MAXSEG_MIN || v > TCP_MSS)
		return (EINVAL);
	inp->inp_maxseg = v;
	in_pcbapply(inp);
	return (0);
}

static errno_t
tcp_option(struct inpcb *inp, struct __sockopt *sopt)
{
	errno_t error;

	switch (sopt->sopt_name) {
	case TCP_NODELAY:
		return (opt_flag(inp, sopt, INP_F_NODELAY));
	case TCP_NOPUSH:
		error = opt_flag(inp, sopt, INP_F_NOPUSH);
		if (error == 0 && sopt->sopt_dir == sockopt_set)
			in_tcp_push(inp, false);
		return (error);
	case TCP_MAXSEG:
		return (tcp_opt_maxseg(inp, sopt));
	case TCP_KEEPALIVE:
		return (opt_int(inp, sopt, &inp->inp_keepidle, 1, 2000000,
		    KEEPIDLE_DEFAULT));
	case TCP_KEEPINTVL:
		return (opt_int(inp, sopt, &inp->inp_keepintvl, 1, 2000000,
		    KEEPINTVL_DEFAULT));
	case TCP_KEEPCNT:
		return (opt_int(inp, sopt, &inp->inp_keepcnt, 1, 255,
		    KEEPCNT_DEFAULT));
	default:
		return (ENOPROTOOPT);
	}
}

/* Multicast interface, by address or by index. */
static errno_t
ip_opt_mcastif(struct inpcb *inp, struct __sockopt *sopt)
{
	struct in_addr addr = { 0 };
	struct netif *n;
	errno_t error;

	if (sopt->sopt_dir == sockopt_get) {
		n = inp->inp_mcastif != 0 ?
		    in_netif_byindex(inp->inp_mcastif) : NULL;
		if (n != NULL)
			addr.s_addr = ip4_addr_get_u32(netif_ip4_addr(n));
		return (sooptcopyout(sopt, &addr, sizeof(addr)));
	}
	error = sooptcopyin(sopt, &addr, sizeof(addr), sizeof(addr));
	if (error != 0)
		return (error);
	if (addr.s_addr == 0) {
		inp->inp_mcastif = 0;
	} else {
		n = in_netif_byaddr4(addr);
		if (n == NULL)
			return (EADDRNOTAVAIL);
		inp->inp_mcastif = in_index_ofnetif(n);
	}
	in_pcbapply(inp);
	return (0);
}

/* One byte or an int, as programs give it. */
static errno_t
ip_opt_byte(struct inpcb *inp, struct __sockopt *sopt, int *value, int max)
{
	unsigned char c;
	errno_t error;
	int v;

	if (sopt->sopt_dir == sockopt_get) {
		if (sopt->sopt_valsize == 1) {
			c = (unsigned char)*value;
			return (sooptcopyout(sopt, &c, 1));
		}
		return (sooptcopyout_int(sopt, *value));
	}
	if (sopt->sopt_valsize == 1) {
		error = sooptcopyin(sopt, &c, 1, 1);
		v = c;
	} else {
		error = sooptcopyin_int(sopt, &v);
	}
	if (error != 0)
		return (error);
	if (v < 0 || v > max)
		return (EINVAL);
	*value = v;
	in_pcbapply(inp);
	return (0);
}

static errno_t
ip_opt_loop(struct inpcb *inp, struct __sockopt *sopt)
{
	int v = inp->inp_mcast_loop;
	errno_t error = ip_opt_byte(inp, sopt, &v, 255);

	if (error == 0 && sopt->sopt_dir == sockopt_set) {
		inp->inp_mcast_loop = v != 0;
		in_pcbapply(inp);
	}
	return (error);
}

static errno_t
ip_opt_boundif(struct inpcb *inp, struct __sockopt *sopt)
{
	errno_t error;
	int v;

	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout_int(sopt, (int)inp->inp_boundif));
	error = sooptcopyin_int(sopt, &v);
	if (error != 0)
		return (error);
	if (v < 0 || (v > 0 && in_netif_byindex((unsigned)v) == NULL))
		return (ENXIO);
	inp->inp_boundif = (unsigned)v;
	in_pcbapply(inp);
	return (0);
}

static errno_t
ip_option(struct inpcb *inp, struct __sockopt *sopt)
{
	switch (sopt->sopt_name) {
	case IP_HDRINCL:
		return (inp->inp_kind == INP_RAW ?
		    opt_flag(inp, sopt, INP_F_HDRINCL) : ENOPROTOOPT);
	case IP_STRIPHDR:
		return (inp->inp_kind == INP_RAW ?
		    opt_flag(inp, sopt, INP_F_STRIPHDR) : ENOPROTOOPT);
	case IP_TTL:
		return (opt_int(inp, sopt, &inp->inp_ttl, 1, 255,
		    IP_DEFAULT_TTL));
	case IP_TOS:
		return (opt_int(inp, sopt, &inp->inp_tos, 0, 255, 0));
	case IP_RECVDSTADDR:
		return (opt_flag(inp, sopt, INP_F_RECVDSTADDR));
	case IP_RECVIF:
		return (opt_flag(inp, sopt, INP_F_RECVIF));
	case IP_RECVTTL:
		return (opt_flag(inp, sopt, INP_F_RECVTTL));
	case IP_RECVTOS:
		return (opt_flag(inp, sopt, INP_F_RECVTOS));
	case IP_PKTINFO:
		return (opt_flag(inp, sopt, INP_F_PKTINFO));
	case IP_MULTICAST_IF:
		return (ip_opt_mcastif(inp, sopt));
	case IP_MULTICAST_TTL:
		return (ip_opt_byte(inp, sopt, &inp->inp_mcast_ttl, 255));
	case IP_MULTICAST_LOOP:
		return (ip_opt_loop(inp, sopt));
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return (in_mcast_option4(inp, sopt));
	case IP_BOUND_IF:
		return (ip_opt_boundif(inp, sopt));
	default:
		return (ENOPROTOOPT);
	}
}

static errno_t
ip6_opt_v6only(struct inpcb *inp, struct __sockopt *sopt)
{
	errno_t error;
	int on;

	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout_int(sopt, inp->inp_v6only));
	error = sooptcopyin_int(sopt, &on);
	if (error != 0)
		return (error);
	if (inp->inp_lport != 0)
		return (EINVAL);	/* too late: RFC 3493 5.3 */
	inp->inp_v6only = on != 0;
	if (inp->inp_kind == INP_UDP && inp->inp_udp != NULL)
		IP_SET_TYPE_VAL(inp->inp_udp->local_ip, in_pcbtype(inp));
	return (0);
}

static errno_t
ip6_opt_mcastif(struct inpcb *inp, struct __sockopt *sopt)
{
	errno_t error;
	unsigned v;

	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout_int(sopt, (int)inp->inp_mcastif));
	error = sooptcopyin(sopt, &v, sizeof(v), sizeof(v));
	if (error != 0)
		return (error);
	if (v != 0 && in_netif_byindex(v) == NULL)
		return (ENXIO);
	inp->inp_mcastif = v;
	in_pcbapply(inp);
	return (0);
}

static errno_t
ip6_opt_filter(struct inpcb *inp, struct __sockopt *sopt)
{
	if (inp->inp_kind != INP_RAW || inp->inp_proto != IPPROTO_ICMPV6)
		return (EINVAL);
	if (sopt->sopt_dir == sockopt_get)
		return (sooptcopyout(sopt, inp->inp_icmp6filt,
		    sizeof(inp->inp_icmp6filt)));
	return (sooptcopyin(sopt, inp->inp_icmp6filt,
	    sizeof(inp->inp_icmp6filt), sizeof(inp->inp_icmp6filt)));
}

static errno_t
ip6_option(struct inpcb *inp, struct __sockopt *sopt)
{
	switch (sopt->sopt_name) {
	case IPV6_V6ONLY:
		return (ip6_opt_v6only(inp, sopt));
	case IPV6_UNICAST_HOPS:
		return (opt_int(inp, sopt, &inp->inp_hops6, -1, 255,
		    IP_DEFAULT_TTL));
	case IPV6_TCLASS:
		return (opt_int(inp, sopt, &inp->inp_tclass, -1, 255, 0));
	case IPV6_RECVTCLASS:
		return (opt_flag(inp, sopt, INP_F_RECVTCLASS));
	case IPV6_RECVHOPLIMIT:
		return (opt_flag(inp, sopt, INP_F_RECVHOPLIMIT));
	case IPV6_RECVPKTINFO:
		return (opt_flag(inp, sopt, INP_F_RECVPKTINFO6));
	case IPV6_MULTICAST_IF:
		return (ip6_opt_mcastif(inp, sopt));
	case IPV6_MULTICAST_HOPS:
		return (opt_int(inp, sopt, &inp->inp_mcast_ttl, -1, 255, 1));
	case IPV6_MULTICAST_LOOP:
		return (ip_opt_loop(inp, sopt));
	case IPV6_JOIN_GROUP:
	case IPV6_LEAVE_GROUP:
		return (in_mcast_option6(inp, sopt));
	case IPV6_CHECKSUM:
		if (inp->inp_kind != INP_RAW ||
		    inp->inp_proto == IPPROTO_ICMPV6)
			return (EINVAL);
		return (opt_int(inp, sopt, &inp->inp_cksumoff, -1, 65534,
		    -1));
	case ICMP6_FILTER:
		return (ip6_opt_filter(inp, sopt));
	default:
		return (ENOPROTOOPT);
	}
}

errno_t
in_ctloutput(struct __socket *so, struct __sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);
	errno_t error = ENOPROTOOPT;

	socket_lock(so);
	net_lock();
	switch (sopt->sopt_level) {
	case IPPROTO_TCP:
		if (inp->inp_kind == INP_TCP)
			error = tcp_option(inp, sopt);
		break;
	case IPPROTO_IP:
		error = ip_option(inp, sopt);
		break;
	case IPPROTO_IPV6:
	case IPPROTO_ICMPV6:
		if (inp->inp_v6)
			error = ip6_option(inp, sopt);
		break;
	}
	net_unlock_nodrain();
	socket_unlock(so);
	return (error);
}

/* --- control data of a received datagram ------------------------------------------------- */

static void
control_add(mbuf_t *list, const void *p, size_t len, int type, int level)
{
	mbuf_t m = sbcreatecontrol(p, len, type, level);

	if (m == NULL)
		return;
	while (*list != NULL)
		list = &(*list)->m_next;
	*list = m;
}

static void
control_recvif(mbuf_t *list, unsigned ifindex)
{
	struct sockaddr_dl sdl;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = __builtin_offsetof(struct sockaddr_dl, sdl_data);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_index = (u_short)ifindex;
	control_add(list, &sdl, sdl.sdl_len, IP_RECVIF, IPPROTO_IP);
}

static void
control_v4(struct inpcb *inp, const struct in_rcvinfo *ri, mbuf_t *list)
{
	struct in_addr to = { ip_addr_get_ip4_u32(&ri->ri_to) };
	struct in_pktinfo pi;

	if ((inp->inp_flags & INP_F_RECVDSTADDR) != 0)
		control_add(list, &to, sizeof(to), IP_RECVDSTADDR, IPPROTO_IP);
	if ((inp->inp_flags & INP_F_PKTINFO) != 0) {
		memset(&pi, 0, sizeof(pi));
		pi.ipi_ifindex = ri->ri_ifindex;
		pi.ipi_addr = pi.ipi_spec_dst = to;
		control_add(list, &pi, sizeof(pi), IP_PKTINFO, IPPROTO_IP);
	}
	if ((inp->inp_flags & INP_F_RECVTTL) != 0)
		control_add(list, &ri->ri_ttl, 1, IP_RECVTTL, IPPROTO_IP);
	if ((inp->inp_flags & INP_F_RECVTOS) != 0)
		control_add(list, &ri->ri_tos, 1, IP_RECVTOS, IPPROTO_IP);
}

static void
control_v6(struct inpcb *inp, const struct in_rcvinfo *ri, mbuf_t *list)
{
	struct in6_pktinfo pi;
	int v;

	if ((inp->inp_flags & INP_F_RECVPKTINFO6) != 0) {
		memset(&pi, 0, sizeof(pi));
		pi.ipi6_ifindex = ri->ri_ifindex;
		in_mapaddr6(&ri->ri_to, &pi.ipi6_addr);
		control_add(list, &pi, sizeof(pi), IPV6_PKTINFO, IPPROTO_IPV6);
	}
	if ((inp->inp_flags & INP_F_RECVHOPLIMIT) != 0) {
		v = ri->ri_ttl;
		control_add(list, &v, sizeof(v), IPV6_HOPLIMIT, IPPROTO_IPV6);
	}
	if ((inp->inp_flags & INP_F_RECVTCLASS) != 0) {
		v = ri->ri_tos;
		control_add(list, &v, sizeof(v), IPV6_TCLASS, IPPROTO_IPV6);
	}
}

mbuf_t
in_savecontrol(struct inpcb *inp, const struct in_rcvinfo *ri)
{
	mbuf_t list = NULL;
	struct timeval tv;

	if ((inp->inp_so->so_options & SO_TIMESTAMP) != 0) {
		tv.tv_sec = (time_t)(ri->ri_stamp_ns / 1000000000u);
		tv.tv_usec = (suseconds_t)(ri->ri_stamp_ns % 1000000000u /
		    1000);
		control_add(&list, &tv, sizeof(tv), SCM_TIMESTAMP, SOL_SOCKET);
	}
	if ((inp->inp_flags & INP_F_RECVIF) != 0)
		control_recvif(&list, ri->ri_ifindex);
	if (!inp->inp_v6)
		control_v4(inp, ri, &list);
	else
		control_v6(inp, ri, &list);
	return (list);
}

/* --- control data of a send ------------------------------------------------------------------ */

static errno_t
snd_one(struct inpcb *inp, const struct cmsghdr *cm, size_t len,
    struct in_sndinfo *si)
{
	const void *data = CMSG_DATA(cm);
	const struct in_pktinfo *pi = data;
	const struct in6_pktinfo *pi6 = data;
	int v = 0;

	if (len >= sizeof(int))
		memcpy(&v, data, sizeof(v));
	else if (len == 1)
		v = *(const uint8_t *)data;
	if (cm->cmsg_level == IPPROTO_IP && !inp->inp_v6) {
		switch (cm->cmsg_type) {
		case IP_PKTINFO:
			if (len < sizeof(*pi))
				return (EINVAL);
			si->si_ifindex = pi->ipi_ifindex;
			if (pi->ipi_spec_dst.s_addr != 0) {
				ip_addr_set_ip4_u32_val(si->si_src,
				    pi->ipi_spec_dst.s_addr);
				si->si_srcset = true;
			}
			return (0);
		case IP_RECVDSTADDR:	/* BSD: as IP_SENDSRCADDR */
			if (len < sizeof(struct in_addr))
				return (EINVAL);
			ip_addr_set_ip4_u32_val(si->si_src,
			    ((const struct in_addr *)data)->s_addr);
			si->si_srcset = true;
			return (0);
		case IP_TTL:
			if (v < 1 || v > 255)
				return (EINVAL);
			si->si_ttl = v;
			return (0);
		case IP_TOS:
			si->si_tos = v & 0xff;
			return (0);
		}
		return (EINVAL);
	}
	if (cm->cmsg_level == IPPROTO_IPV6 && inp->inp_v6) {
		switch (cm->cmsg_type) {
		case IPV6_PKTINFO:
			if (len < sizeof(*pi6))
				return (EINVAL);
			si->si_ifindex = pi6->ipi6_ifindex;
			if (!IN6_IS_ADDR_UNSPECIFIED(&pi6->ipi6_addr)) {
				IP_ADDR6(&si->si_src,
				    pi6->ipi6_addr.s6_addr32[0],
				    pi6->ipi6_addr.s6_addr32[1],
				    pi6->ipi6_addr.s6_addr32[2],
				    pi6->ipi6_addr.s6_addr32[3]);
				ip6_addr_clear_zone(ip_2_ip6(&si->si_src));
				si->si_srcset = true;
			}
			return (0);
		case IPV6_HOPLIMIT:
		case IPV6_TCLASS:
			if (v < -1 || v > 255)
				return (EINVAL);
			if (cm->cmsg_type == IPV6_HOPLIMIT)
				si->si_ttl = v;
			else
				si->si_tos = v;
			return (0);
		}
		return (EINVAL);
	}
	return (EINVAL);
}

/* Interface and source that a program names have to be there. */
static errno_t
snd_check(struct in_sndinfo *si)
{
	struct netif *n = NULL;

	if (si->si_ifindex != 0) {
		n = in_netif_byindex(si->si_ifindex);
		if (n == NULL)
			return (ENXIO);
	}
	if (!si->si_srcset)
		return (0);
	if (n != NULL && IP_IS_V6_VAL(si->si_src) &&
	    ip6_addr_has_scope(ip_2_ip6(&si->si_src), IP6_UNICAST))
		ip6_addr_set_zone(ip_2_ip6(&si->si_src), netif_get_index(n));
	if (ip_addr_isany(&si->si_src)) {
		si->si_srcset = false;
		return (0);
	}
	if (ip_addr_ismulticast(&si->si_src) || !in_localaddr(&si->si_src) ||
	    (IP_IS_V4_VAL(si->si_src) && ip_addr_get_ip4_u32(&si->si_src) ==
	    IPADDR_BROADCAST))
		return (EADDRNOTAVAIL);
	return (0);
}

void
in_sndown(const struct inpcb *inp, const ip_addr_t *dst,
    struct in_sndinfo *si)
{
	if (si->si_srcset || si->si_ifindex != 0 ||
	    !ip_addr_isany(&inp->inp_laddr) || !in_own(dst))
		return;
	ip_addr_copy(si->si_src, *dst);
	si->si_srcset = true;
}

errno_t
in_sndcontrol(struct inpcb *inp, mbuf_t control, struct in_sndinfo *si)
{
	const struct cmsghdr *cm;
	size_t off = 0, left;
	errno_t error;

	memset(si, 0, sizeof(*si));
	si->si_ttl = si->si_tos = -1;
	if (control == NULL)
		return (0);
	while (off + sizeof(*cm) <= control->m_len) {
		cm = (const void *)(control->m_data + off);
		left = control->m_len - off;
		if (cm->cmsg_len < sizeof(*cm) || cm->cmsg_len > left)
			return (EINVAL);
		error = snd_one(inp, cm, cm->cmsg_len - sizeof(*cm), si);
		if (error != 0)
			return (error);
		off += (cm->cmsg_len + 3u) & ~3u;
	}
	return (snd_check(si));
}
