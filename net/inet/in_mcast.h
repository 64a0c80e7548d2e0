/* SPDX-License-Identifier: BSD-2-Clause */
/* Multicast memberships of sockets (in_mcast.c).  Net lock held throughout. */
#ifndef NET_INET_IN_MCAST_H
#define NET_INET_IN_MCAST_H

#include <netinet/in.h>
#include "net/inet/in_pcb.h"

/* IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP; IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP. */
errno_t	in_mcast_option4(struct inpcb *inp, struct __sockopt *sopt);
errno_t	in_mcast_option6(struct inpcb *inp, struct __sockopt *sopt);
/*
 * Does the socket want datagrams to this group?  One that has joined groups
 * hears those only; one that has joined none hears what others have.
 */
bool	in_mcast_wants(struct inpcb *inp, const ip_addr_t *group,
	    const struct netif *n);
struct netif *in_netif_byaddr4(struct in_addr addr);

/* Between the engine's MLD and its output; see lwip.mk. */
err_t	inet_mld_output(struct pbuf *p, const ip6_addr_t *src,
	    const ip6_addr_t *dest, u8_t hl, u8_t tc, u8_t nexth,
	    struct netif *netif);

#endif /* NET_INET_IN_MCAST_H */
