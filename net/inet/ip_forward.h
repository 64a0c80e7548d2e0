/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding past the engine; see ip_forward.c.
 */
#ifndef NET_INET_IP_FORWARD_H
#define NET_INET_IP_FORWARD_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

/*
 * A packet as ip_switch_prepare leaves it, received on inp.  True: it is dealt
 * with.  False: it is ours, or something is special about it; the engine
 * decides, and knows how to complain.
 * Net lock held.
 */
bool	ip_forward(mbuf_t m, struct netif *inp, bool v6);
/* True for a joined packet that is not for us: it has to be cut. */
bool	ip_joined_foreign(mbuf_t m, bool v6);

#endif /* NET_INET_IP_FORWARD_H */
