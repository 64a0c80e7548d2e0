/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of our own out of the engine's; see ip_out_clone.c.
 */
#ifndef NET_INET_IP_OUT_CLONE_H
#define NET_INET_IP_OUT_CLONE_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

/*
 * A packet to send in place of p, which the engine keeps.  deep: nothing is
 * shared.  *tcp says whether p is a TCP segment.  NULL: no memory.
 */
mbuf_t	ip_out_clone(struct pbuf *p, bool v6, bool deep, bool *tcp);
/* The IPv4 header's checksum, from scratch. */
void	ip_out_sum4(mbuf_t m);
/*
 * Output options in 64 bits, for a queued packet (pkthdr.out_opts): flags,
 * time to live, loop, index of the multicast interface.  0: none.
 */
#define IP_OUT_OPTS	0x80000000ull	/* there are some */
uint64_t ip_out_pack(const struct ipf_pktopts *o);
/* From gso.c, for a complete packet.  Net lock held. */
void	ip_out_joined(mbuf_t m, struct netif *netif, bool v6);

#endif /* NET_INET_IP_OUT_CLONE_H */
