/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside in_addr.c and in_addr_conf.c: an interface's address state, and the
 * ifaddrs of IPv4.
 *
 *	N  net lock	a  atomic	b  the thread that compares (ii_busy)
 */
#ifndef NET_INET_IN_ADDR_IMPL_H
#define NET_INET_IN_ADDR_IMPL_H

#include "net/inet/in_addr.h"

#include "lwip/netif.h"

/* IFA_* in ifa_flags above the IN6_IFF_* bits. */
#define IFA_PRIMARY	0x00010000u

struct inet_if {
	enum inet_method ii_method;	/* N */
	bool		ii_sync;	/* a: wanted */
	bool		ii_busy;	/* a: somebody compares */
	struct in_addr	ii_dst;		/* N: as configured, or 0 */
	struct in_addr	ii_gateway;	/* b: of the default route through DHCP */
	uint8_t		ii_plen6[LWIP_IPV6_NUM_ADDRESSES]; /* N: 0 = 64 */
};

static inline struct inet_if *
inet_if(ifnet_t ifp)
{
	return (ifp->if_inet_data);
}

static inline uint32_t
sin_addr(const union ifa_sockaddr *u)
{
	return (((const struct sockaddr_in *)(const void *)u)->sin_addr.s_addr);
}

/* What the netif has now, and what we said of it last time. */
struct state4 {
	uint32_t addr, mask, gw;
};

/* The ifaddr of the netif's own address, referenced; NULL when none. */
ifaddr_t inet_primary4(ifnet_t ifp);

/*
 * An ifaddr with its routes and events; dst 0: none, or the broadcast
 * address.  Context: thread, ifnet_io_begin in force.  Locks: none.
 */
void	inet_insert4(ifnet_t ifp, const struct state4 *st, uint32_t dst,
	    uint32_t flags);
void	inet_remove4(ifnet_t ifp, ifaddr_t ifa);

#endif
