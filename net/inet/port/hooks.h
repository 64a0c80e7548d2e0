/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the engines ask of us while they run, under the net lock: the route
 * and the next hop of a packet (net/inet/route.c) and the initial sequence
 * number of a connection (port/engine.c).
 */
#ifndef NET_INET_PORT_HOOKS_H
#define NET_INET_PORT_HOOKS_H

#include "lwip/ip_addr.h"

struct netif;

/* NULL: the engine looks at its own interfaces. */
struct netif *inet_route4(const ip4_addr_t *src, const ip4_addr_t *dest);
struct netif *inet_route6(const ip6_addr_t *src, const ip6_addr_t *dest);
/* The next hop, or NULL: the interface's default router. */
const ip4_addr_t *inet_gw4(struct netif *netif, const ip4_addr_t *dest);
const ip6_addr_t *inet_gw6(struct netif *netif, const ip6_addr_t *dest);
/* Whether a packet for somebody else is forwarded: 0, or -1 = rules decide. */
int	inet_canforward4(void);
u32_t	inet_tcp_isn(const ip_addr_t *local, u16_t lport,
    const ip_addr_t *remote, u16_t rport);

#endif /* NET_INET_PORT_HOOKS_H */
