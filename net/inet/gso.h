/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joining of TCP segments on their way out; see gso.c.
 */
#ifndef NET_INET_GSO_H
#define NET_INET_GSO_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

/*
 * Takes a segment into the packet being joined, or starts one with it.
 * False: it is not to be joined; what was being joined has been sent.
 * Net lock held.
 */
bool	gso_join(mbuf_t m, struct netif *netif, bool v6);
/* Sends what is being joined.  Net lock held. */
void	gso_flush(void);
void	gso_init(void);

#endif /* NET_INET_GSO_H */
