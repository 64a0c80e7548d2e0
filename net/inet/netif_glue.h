/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface as the engine sees it; see netif_glue.c.
 */
#ifndef NET_INET_NETIF_GLUE_H
#define NET_INET_NETIF_GLUE_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

/* How a packet gets its link header. */
enum ng_kind {
	NG_OTHER,		/* the protocol somebody else attached does it */
	NG_ETHER,		/* our resolver */
	NG_LOOP			/* none needed */
};

struct netif_glue {
	struct netif	ng_netif;	/* N */
	ifnet_t		ng_ifp;		/* I: not referenced */
	enum ng_kind	ng_kind;	/* I */
	unsigned	ng_plumbed4;	/* N: our protocols on it: two while */
	unsigned	ng_plumbed6;	/* N: the one before is still leaving */
};

static inline struct netif_glue *
netif_glue(struct netif *netif)
{
	return netif->state;
}

/* Flags, link, MTU and address of the interface into the netif. */
void	netif_glue_sync(ifnet_t ifp);
/* Bounded work queued under the net lock (multicast joins); softnet. */
void	netif_glue_poll(void);
void	netif_glue_init(void);

#endif /* NET_INET_NETIF_GLUE_H */
