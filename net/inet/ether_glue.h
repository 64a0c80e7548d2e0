/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resolution of link addresses, and the plumbers; see ether_glue.c.
 */
#ifndef NET_INET_ETHER_GLUE_H
#define NET_INET_ETHER_GLUE_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

struct sockaddr;

struct ether_answer {
	uint8_t		dst[6];
	uint16_t	type;		/* network order */
};

/*
 * Asks the engine's resolver for the next hop of m; dest NULL: the header's
 * destination.
 * Returns:   0 and *ans; EJUSTRETURN: queued in the resolver (m is gone);
 *            another error: m is still the caller's
 * Locks:     net lock held
 */
errno_t	ether_resolve(struct netif *netif, mbuf_t m, bool v6,
    const struct sockaddr *dest, struct ether_answer *ans);

/*
 * Gives the ARP frames of a list (type: the link type of all) to the send_arp
 * of the protocol that a kext attached.
 * Ownership: takes those it sends; the others are the result
 * Context:   no locks held; may block
 */
mbuf_t	in_arp_send(ifnet_t ifp, const char *type, mbuf_t list);

void	ether_glue_init(void);

#endif /* NET_INET_ETHER_GLUE_H */
