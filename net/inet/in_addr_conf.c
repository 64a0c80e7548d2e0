/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses given and taken by hand, by DHCP and by autoconfiguration.  See
 * in_addr.h.
 *
 * The engine's netif is changed; in_addr.c turns what it has then into
 * ifaddrs, routes and events.  Only further IPv4 addresses (in_alias.h), which
 * the netif does not have, are inserted here.
 */
#include "net/inet/in_addr_impl.h"

#include <libkern/libkern.h>
#include <net/if.h>
#include <sys/errno.h>

#include "lwip/dhcp.h"
#include "lwip/netif.h"

#include "net/common/net_lock.h"
#include "net/inet/in_alias.h"
#include "net/inet/inet_var.h"

/* --- changes by hand ------------------------------------------------------- */

errno_t
inet_addr_set4(ifnet_t ifp, struct in_addr addr, struct in_addr mask,
    struct in_addr dst)
{
	ip4_addr_t ip = { addr.s_addr }, nm = { mask.s_addr }, gw = { 0 };
	struct inet_if *ii;

	errno_t error = inet_plumb(ifp, AF_INET);
	if (error != 0)
		return (error);
	ii = inet_if(ifp);
	if (ii == NULL)
		return (ENXIO);
	if (ii->ii_method == INET_METHOD_DHCP)
		inet_dhcp_stop(ifp);
	ii->ii_dst = dst;
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif != NULL)
		netif_set_addr(netif, &ip, &nm, &gw);
	net_unlock();
	if (netif == NULL)
		return (ENXIO);
	ii->ii_method = INET_METHOD_STATIC;
	inet_addr_sync(ifp);
	return (0);
}

/* The ifaddr of a further address, referenced, or NULL. */
static ifaddr_t
find_alias4(ifnet_t ifp, uint32_t addr)
{
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET &&
		    (ifa->ifa_flags & IFA_PRIMARY) == 0 &&
		    sin_addr(&ifa->ifa_addr) == addr)
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

errno_t
inet_addr_add4(ifnet_t ifp, struct in_addr addr, struct in_addr mask,
    struct in_addr dst)
{
	struct state4 st = { .addr = addr.s_addr, .mask = mask.s_addr };
	errno_t error = inet_plumb(ifp, AF_INET);

	if (error != 0)
		return (error);
	ifaddr_t first = inet_primary4(ifp);
	/* What leaves needs the netif's own: a client that has none yet ends. */
	bool same = first == NULL || sin_addr(&first->ifa_addr) == addr.s_addr;
	if (first != NULL)
		ifaddr_release(first);
	if (same)
		return (inet_addr_set4(ifp, addr, mask, dst));
	(void)inet_addr_del4_alias(ifp, addr);	/* given anew: replaced */
	error = in_alias_add(ifp, addr, mask);
	if (error == 0)
		inet_insert4(ifp, &st, dst.s_addr, 0);
	return (error);
}

/* True if it was one. */
bool
inet_addr_del4_alias(ifnet_t ifp, struct in_addr addr)
{
	ifaddr_t ifa = find_alias4(ifp, addr.s_addr);

	if (ifa == NULL)
		return (false);
	(void)in_alias_delete(ifp, addr);
	inet_remove4(ifp, ifa);
	ifaddr_release(ifa);
	return (true);
}

/* After the first address went, a further one takes its place. */
static void
promote4(ifnet_t ifp, struct inet_if *ii)
{
	struct in_addr addr, mask;
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET &&
		    (ifa->ifa_flags & IFA_PRIMARY) == 0)
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	if (ifa == NULL)
		return;
	addr.s_addr = sin_addr(&ifa->ifa_addr);
	mask.s_addr = sin_addr(&ifa->ifa_netmask);
	if ((ifp->if_flags & IFF_BROADCAST) == 0)
		ii->ii_dst.s_addr = sin_addr(&ifa->ifa_dstaddr);
	inet_remove4(ifp, ifa);
	ifaddr_release(ifa);
	if (in_alias_promote(ifp, addr, mask) == 0)
		ii->ii_method = INET_METHOD_STATIC;
	inet_addr_sync(ifp);
}

errno_t
inet_addr_del4(ifnet_t ifp, struct in_addr addr)
{
	struct inet_if *ii = inet_if(ifp);
	errno_t error = EADDRNOTAVAIL;

	if (ii == NULL)
		return (ENXIO);
	if (inet_addr_del4_alias(ifp, addr))
		return (0);
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif != NULL && netif_ip4_addr(netif)->addr == addr.s_addr)
		error = 0;
	net_unlock();
	if (error != 0)
		return (error);
	if (ii->ii_method == INET_METHOD_DHCP)
		inet_dhcp_stop(ifp);
	net_lock();
	netif = inet_netif(ifp);
	if (netif != NULL)
		netif_set_addr(netif, NULL, NULL, NULL);
	net_unlock();
	ii->ii_method = INET_METHOD_NONE;
	ii->ii_dst.s_addr = 0;
	inet_addr_sync(ifp);
	promote4(ifp, ii);
	return (0);
}

errno_t
inet_addr_set6(ifnet_t ifp, const struct in6_addr *addr, uint8_t plen,
    const struct in6_addr *dst, uint32_t valid, uint32_t preferred)
{
	struct inet_if *ii;
	errno_t error = inet_plumb(ifp, AF_INET6);
	ip6_addr_t ip6;
	s8_t index = -1;

	if (error != 0)
		return (error);
	ii = inet_if(ifp);
	if (ii == NULL)
		return (ENXIO);
	memset(&ip6, 0, sizeof(ip6));
	memcpy(ip6.addr, addr, sizeof(ip6.addr));
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif == NULL) {
		error = ENXIO;
	} else {
		ip6_addr_assign_zone(&ip6, IP6_UNICAST, netif);
		index = netif_get_ip6_addr_match(netif, &ip6);
		if (index < 0 &&
		    netif_add_ip6_address(netif, &ip6, &index) != ERR_OK)
			error = ENOSPC;
	}
	if (error == 0) {
		/* 0 means for ever to the engine. */
		netif_ip6_addr_set_valid_life(netif, index,
		    valid == 0xffffffff ? 0 : valid);
		netif_ip6_addr_set_pref_life(netif, index,
		    preferred == 0xffffffff ? 0 : preferred);
		ii->ii_plen6[index] = plen;
		if ((ifp->if_flags & IFF_LOOPBACK) != 0)
			netif_ip6_addr_set_state(netif, index,
			    IP6_ADDR_PREFERRED);
	}
	net_unlock();
	if (error == 0)
		inet_addr_sync(ifp);
	return (error);
}

errno_t
inet_addr_del6(ifnet_t ifp, const struct in6_addr *addr)
{
	struct inet_if *ii = inet_if(ifp);
	errno_t error = EADDRNOTAVAIL;

	if (ii == NULL)
		return (ENXIO);
	net_lock();
	struct netif *netif = inet_netif(ifp);
	for (s8_t i = 0; netif != NULL && i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		if (memcmp(netif_ip6_addr(netif, i)->addr, addr, 16) != 0)
			continue;
		netif_ip6_addr_set_state(netif, i, IP6_ADDR_INVALID);
		netif_ip6_addr_set_parts(netif, i, 0, 0, 0, 0);
		ii->ii_plen6[i] = 0;
		error = 0;
	}
	net_unlock();
	inet_addr_sync(ifp);
	return (error);
}

/* --- DHCP and autoconfiguration -------------------------------------------- */

errno_t
inet_dhcp_start(ifnet_t ifp)
{
	errno_t error = inet_plumb(ifp, AF_INET);
	struct inet_if *ii;

	if (error != 0)
		return (error);
	ii = inet_if(ifp);
	if (ii == NULL)
		return (ENXIO);
	ii->ii_dst.s_addr = 0;
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif == NULL) {
		error = ENXIO;
	} else {
		if (ii->ii_method == INET_METHOD_STATIC)
			netif_set_addr(netif, NULL, NULL, NULL);
		err_t err = dhcp_start(netif);
		if (err != ERR_OK)
			error = inet_errno(err);
	}
	net_unlock();
	if (error == 0)
		ii->ii_method = INET_METHOD_DHCP;
	inet_addr_sync(ifp);
	return (error);
}

errno_t
inet_dhcp_stop(ifnet_t ifp)
{
	struct inet_if *ii = inet_if(ifp);

	if (ii == NULL || ii->ii_method != INET_METHOD_DHCP)
		return (ENXIO);
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif != NULL) {
		dhcp_release_and_stop(netif);
		dhcp_cleanup(netif);
	}
	net_unlock();
	ii->ii_method = INET_METHOD_NONE;
	inet_addr_sync(ifp);
	return (0);
}

errno_t
inet_auto6_start(ifnet_t ifp)
{
	errno_t error = inet_plumb(ifp, AF_INET6);

	if (error != 0)
		return (error);
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif == NULL) {
		error = ENXIO;
	} else if (ip6_addr_isinvalid(netif_ip6_addr_state(netif, 0))) {
		netif_create_ip6_linklocal_address(netif, 1);
		netif_set_ip6_autoconfig_enabled(netif, 1);
	}
	net_unlock();
	inet_addr_sync(ifp);
	return (error);
}

enum inet_method
inet_if_method(ifnet_t ifp)
{
	struct inet_if *ii = inet_if(ifp);

	return (ii != NULL ? ii->ii_method : INET_METHOD_NONE);
}
