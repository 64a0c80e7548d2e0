/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing table: connected networks, host and network routes, default
 * routes, our own addresses (which lead to lo0), for both IP versions.
 *
 * The table belongs to the net lock: every function here needs it, results
 * are borrowed until it is released.  Changes are announced to routing
 * sockets (rtsock.h) after that.
 *
 * Lookup is longest prefix first.  Of several routes to one prefix, the one
 * through an interface that is up, then the one whose interface owns the
 * source address, then the one with the lower interface metric, then the
 * older one is taken.
 */
#ifndef NET_INET_ROUTE_H
#define NET_INET_ROUTE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <net/kpi_interface.h>
#include <net/route.h>

#include "lwip/opt.h"
#include "lwip/ip_addr.h"

/* What identifies a route, and what is said about it. */
struct route_info {
	ip_addr_t	ri_dst;		/* masked with ri_plen */
	uint8_t		ri_plen;	/* bits */
	uint32_t	ri_flags;	/* RTF_* */
	ip_addr_t	ri_gateway;	/* with RTF_GATEWAY */
	ifnet_t		ri_ifp;		/* NULL: found through the gateway */
	uint32_t	ri_mtu;		/* bytes, 0 = the interface's */
};

/* N net lock, I immutable */
struct __rtentry {
	LIST_ENTRY(__rtentry) rt_link;	/* N */
	struct route_info rt_info;	/* N; ri_ifp is referenced */
	uint32_t	rt_hash;	/* I */
	uint32_t	rt_order;	/* I  older is lower */
	uint32_t	rt_pins;	/* N  addresses it comes with */
	uint64_t	rt_use;		/* N  lookups that ended here */
};

/*
 * Returns:   0, EEXIST for the same destination through that interface,
 *            ENETUNREACH if the gateway is on no connected network, ENOMEM,
 *            ENXIO if the interface is going, EINVAL for a length or a
 *            gateway that is not of the destination's version
 */
errno_t	route_add(const struct route_info *info);
/*
 * Gateway and interface count when given; of several routes it is the one
 * that lookups take.  0 or ESRCH.
 */
errno_t	route_delete(const struct route_info *info);
/*
 * Gateway, interface and MTU as far as given, of the route through the
 * interface, or else of the one that lookups take, which then moves there.
 * Returns:   0, ESRCH, and as route_add
 */
errno_t	route_change(const struct route_info *info);
/* The entry for exactly this prefix, or NULL. */
route_t	route_find(const ip_addr_t *dst, uint8_t plen, ifnet_t ifp);
/* Best route; ifp restricts it, src prefers its owner; both may be NULL. */
route_t	route_lookup(const ip_addr_t *dst, ifnet_t ifp, const ip_addr_t *src);
/* False from fn ends the walk. */
void	route_walk(bool (*fn)(route_t rt, void *arg), void *arg);
/* Everything through ifp; family 0 = both. */
void	route_purge(ifnet_t ifp, int family);
unsigned route_count(void);

/*
 * A route that comes with an address, and goes when the last address goes
 * that it came with.  One that was there before stays.
 */
void	route_pin(const struct route_info *info);
void	route_unpin(const struct route_info *info);
/* The network of an address (connected route) and the address itself. */
void	route_connect(ifnet_t ifp, const ip_addr_t *addr, uint8_t plen);
void	route_disconnect(ifnet_t ifp, const ip_addr_t *addr, uint8_t plen);

/* Clears the bits of *addr behind plen. */
void	route_mask(ip_addr_t *addr, uint8_t plen);

/* Told of each change, still under the net lock; set by rtsock.c. */
extern void (*route_changed)(int rtm_type, const struct __rtentry *rt);

#endif /* NET_INET_ROUTE_H */
