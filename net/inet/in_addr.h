/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP addresses of interfaces.
 *
 * The engine's netif is where an address takes effect; the ifaddr objects of
 * the interface, the connected routes and the events follow it.  Everybody
 * who changes an address of a netif (an ioctl, DHCP, router advertisements)
 * ends in inet_addr_sync, which compares the two and brings the rest in line;
 * that makes one path for addresses of every origin.
 *
 * Locks: all functions take the net lock themselves and run kext code (events
 * reach filters and protocols): call them without any lock, and with
 * ifnet_io_begin in force, which keeps the interface from being detached.
 */
#ifndef NET_INET_IN_ADDR_H
#define NET_INET_IN_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/types.h>

#include "net/dlil/ifnet.h"

/* How an interface gets its IPv4 address (inet_if_method). */
enum inet_method {
	INET_METHOD_NONE,
	INET_METHOD_STATIC,
	INET_METHOD_DHCP,
};

/*
 * Attaches PF_INET or PF_INET6 through its plumber if it is not yet, which
 * brings the interface up.
 * Returns:   0; ENXIO no plumber for this kind of interface; its error
 */
errno_t	inet_plumb(ifnet_t ifp, protocol_family_t family);

/*
 * IPv4.  dst is the peer of a point-to-point link or the broadcast address;
 * INADDR_ANY derives it.  The first address of an interface is its primary
 * one; setting it again replaces it.
 */
errno_t	inet_addr_set4(ifnet_t ifp, struct in_addr addr, struct in_addr mask,
    struct in_addr dst);
errno_t	inet_addr_del4(ifnet_t ifp, struct in_addr addr);
/* One more address; the first one given becomes the primary. */
errno_t	inet_addr_add4(ifnet_t ifp, struct in_addr addr, struct in_addr mask,
    struct in_addr dst);
bool	inet_addr_del4_alias(ifnet_t ifp, struct in_addr addr);

/* IPv6; lifetimes in seconds, ND6_INFINITE_LIFETIME = for ever. */
errno_t	inet_addr_set6(ifnet_t ifp, const struct in6_addr *addr, uint8_t plen,
    const struct in6_addr *dst, uint32_t valid, uint32_t preferred);
errno_t	inet_addr_del6(ifnet_t ifp, const struct in6_addr *addr);

/* Brings ifaddrs, routes and events in line with the netif. */
void	inet_addr_sync(ifnet_t ifp);
/* The same, later, from under the net lock. */
void	inet_addr_sync_later(ifnet_t ifp);

/* DHCP and IPv6 autoconfiguration. */
errno_t	inet_dhcp_start(ifnet_t ifp);
errno_t	inet_dhcp_stop(ifnet_t ifp);	/* releases the lease */
errno_t	inet_auto6_start(ifnet_t ifp);
enum inet_method inet_if_method(ifnet_t ifp);

/* Removes every address and route of a protocol from the interface. */
void	inet_addr_purge(ifnet_t ifp);

void	inet_addr_init(void);

#endif /* NET_INET_IN_ADDR_H */
