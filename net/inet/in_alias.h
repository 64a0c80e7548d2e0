/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Further IPv4 addresses of an interface.
 *
 * The engine's netif has one; each further address is a netif of its own that
 * shares the interface.  It is there to be recognised: packets to it are
 * accepted, ARP answers for it; what is sent leaves through the first netif.
 *
 * Context:   thread, may block; ifnet_io_begin in force
 * Locks:     none held
 */
#ifndef NET_INET_IN_ALIAS_H
#define NET_INET_IN_ALIAS_H

#include <netinet/in.h>
#include <sys/types.h>

#include "net/dlil/ifnet.h"
#include "net/inet/inet_var.h"

/* 0, EEXIST, ENXIO, ENOMEM */
errno_t	in_alias_add(ifnet_t ifp, struct in_addr addr, struct in_addr mask);
/* 0, or EADDRNOTAVAIL */
errno_t	in_alias_delete(ifnet_t ifp, struct in_addr addr);
/* Makes it the first netif's own; connections through it live on. */
errno_t	in_alias_promote(ifnet_t ifp, struct in_addr addr, struct in_addr mask);
void	in_alias_purge(ifnet_t ifp);
/* The netif an ARP packet (at p's start) is for; net lock held. */
struct netif *in_alias_arp(struct netif *netif, const struct pbuf *p);

#endif /* NET_INET_IN_ALIAS_H */
