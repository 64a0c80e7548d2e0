/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What datagram and raw sockets have around a send of the engine: what IP
 * filters are told of the socket, and what the filters say to the sender.
 */
#include "net/inet/in_pcb.h"

#include <string.h>
#include <netinet/kpi_ipfilter.h>
#include "net/common/net_lock.h"
#include "net/inet/in_mcast.h"
#include "net/inet/inet_var.h"
#include "net/inet/ip_out.h"

#include "lwip/igmp.h"
#include "lwip/ip.h"
#include "lwip/netif.h"

/*
 * Multicast options count in IPv4 for groups that are joined here and looped
 * back, in IPv6 for whatever the socket has said.
 */
static bool
has_mcast_options(const struct inpcb *inp, const ip_addr_t *dst,
    struct netif *n)
{
	if (!ip_addr_ismulticast(dst))
		return (false);
	if (IP_IS_V6(dst))
		return (inp->inp_mcastif != 0 || inp->inp_mcast_ttl != 1 ||
		    !inp->inp_mcast_loop || inp->inp_members != NULL);
	return (inp->inp_mcast_loop && n != NULL &&
	    igmp_lookfor_group(n, ip_2_ip4(dst)) != NULL);
}

void
in_output_begin(struct in_output *o, const struct inpcb *inp,
    const ip_addr_t *dst)
{
	struct netif *n;

	net_lock_assert();
	o->o_watched = __atomic_load_n(&ip_out_filters[IP_IS_V6(dst)],
	    __ATOMIC_RELAXED) != 0;
	if (!o->o_watched)
		return;
	out_watch_begin(&o->o_watch);
	memset(&o->o_opts, 0, sizeof(o->o_opts));
	n = inp->inp_mcastif != 0 ? in_netif_byindex(inp->inp_mcastif) :
	    ip_route(&inp->inp_laddr, dst);
	if (has_mcast_options(inp, dst, n)) {
		o->o_opts.ippo_flags = IPPOF_MCAST_OPTS;
		o->o_opts.ippo_mcast_ifnet = n != NULL ? inet_ifnet(n) : NULL;
		o->o_opts.ippo_mcast_loop = inp->inp_mcast_loop;
		o->o_opts.ippo_mcast_ttl = (u_int8_t)inp->inp_mcast_ttl;
	}
	inet_out_options = &o->o_opts;
}

void
in_output_sent(struct in_output *o)
{
	net_lock_assert();
	if (!o->o_watched)
		return;
	inet_out_options = NULL;
	out_watch_sent();
}

errno_t
in_output_end(struct __socket *so, struct in_output *o)
{
	errno_t error;

	if (!o->o_watched)
		return (0);
	socket_unlock(so);
	net_drain();
	error = out_watch_end(&o->o_watch);
	socket_lock(so);
	return (error);
}
