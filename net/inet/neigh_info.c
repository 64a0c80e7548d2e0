/* SPDX-License-Identifier: BSD-2-Clause */
/* The neighbour tables of ARP and ND for commands: see inet_info.h. */
#include <libkern/libkern.h>
#include <sys/errno.h>

#include "lwip/etharp.h"
#include "lwip/nd6.h"
#include "lwip/netif.h"
#include "lwip/priv/nd6_priv.h"

#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/inet/inet_info.h"
#include "net/inet/inet_var.h"

#define NEIGH_MAX	(ARP_TABLE_SIZE + LWIP_ND6_NUM_NEIGHBORS)

static void
neigh_ifname(struct neighinfo *info, const struct netif *netif)
{
	ifnet_t ifp = netif != NULL ? inet_ifnet(netif) : NULL;

	if (ifp != NULL)
		strlcpy(info->ifname, ifp->if_xname, sizeof(info->ifname));
}

static unsigned
arp_snapshot(struct neighinfo *v)
{
	struct eth_addr *mac;
	struct netif *netif;
	ip4_addr_t *ip;
	unsigned n = 0;

	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		if (!etharp_get_entry(i, &ip, &netif, &mac))
			continue;
		struct neighinfo *info = &v[n++];
		memset(info, 0, sizeof(*info));
		info->family = AF_INET;
		memcpy(info->addr, &ip->addr, 4);
		memcpy(info->lladdr, mac->addr, 6);
		info->resolved = true;
		info->state = "reachable";
		neigh_ifname(info, netif);
	}
	return (n);
}

static const char *
nd_state_name(uint8_t state)
{
	switch (state) {
	case ND6_INCOMPLETE:
		return ("incomplete");
	case ND6_REACHABLE:
		return ("reachable");
	case ND6_STALE:
		return ("stale");
	case ND6_DELAY:
		return ("delay");
	case ND6_PROBE:
		return ("probe");
	default:
		return ("none");
	}
}

static unsigned
nd_snapshot(struct neighinfo *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
		const struct nd6_neighbor_cache_entry *e = &neighbor_cache[i];
		if (e->state == ND6_NO_ENTRY)
			continue;
		struct neighinfo *info = &v[n++];
		memset(info, 0, sizeof(*info));
		info->family = AF_INET6;
		memcpy(info->addr, e->next_hop_address.addr, 16);
		memcpy(info->lladdr, e->lladdr, 6);
		info->resolved = e->state != ND6_INCOMPLETE;
		info->router = e->isrouter != 0;
		info->state = nd_state_name(e->state);
		neigh_ifname(info, e->netif);
	}
	return (n);
}

void
neighinfo_foreach(int family, void (*fn)(const struct neighinfo *info,
    void *arg), void *arg)
{
	struct neighinfo *v = kmalloc(NEIGH_MAX * sizeof(*v), M_WAITOK);
	unsigned n = 0;

	if (v == NULL)
		return;
	net_lock();
	if (family != AF_INET6)
		n += arp_snapshot(v + n);
	if (family != AF_INET)
		n += nd_snapshot(v + n);
	net_unlock();
	for (unsigned i = 0; i < n; i++)
		fn(&v[i], arg);
	kfree(v);
}

int
neighinfo_add(int family, const uint8_t *addr, const uint8_t *lladdr)
{
	struct eth_addr mac;
	ip4_addr_t ip;

	if (family != AF_INET)
		return (EAFNOSUPPORT);
	memcpy(&ip.addr, addr, 4);
	memcpy(mac.addr, lladdr, 6);
	net_lock();
	err_t err = etharp_add_static_entry(&ip, &mac);
	net_unlock();
	return (inet_errno(err));
}

static bool
arp_has(const ip4_addr_t *ip)
{
	struct eth_addr *mac;
	struct netif *netif;
	ip4_addr_t *entry;

	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (etharp_get_entry(i, &entry, &netif, &mac) &&
		    ip4_addr_cmp(entry, ip))
			return (true);
	return (false);
}

/* The engine removes only static entries: make it one first. */
static errno_t
arp_delete(const uint8_t *addr)
{
	static const struct eth_addr zero;
	struct eth_addr mac = zero;
	ip4_addr_t ip;

	memcpy(&ip.addr, addr, 4);
	if (!arp_has(&ip))
		return (ENOENT);
	if (etharp_add_static_entry(&ip, &mac) != ERR_OK)
		return (ENETUNREACH);
	return (inet_errno(etharp_remove_static_entry(&ip)));
}

static errno_t
arp_delete_all(void)
{
	struct netif *netif;

	NETIF_FOREACH(netif)
		if ((netif->flags & NETIF_FLAG_ETHARP) != 0)
			etharp_cleanup_netif(netif);
	return (0);
}

/* Entries with packets waiting for an answer stay until it comes or not. */
static errno_t
nd_delete(const uint8_t *addr)
{
	errno_t error = ENOENT;

	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
		struct nd6_neighbor_cache_entry *e = &neighbor_cache[i];
		if (e->state == ND6_NO_ENTRY || (addr != NULL &&
		    memcmp(e->next_hop_address.addr, addr, 16) != 0))
			continue;
		if (e->isrouter || e->q != NULL) {
			if (addr != NULL)
				error = EBUSY;
			continue;
		}
		e->state = ND6_NO_ENTRY;
		e->netif = NULL;
		e->counter.reachable_time = 0;
		ip6_addr_set_zero(&e->next_hop_address);
		error = 0;
	}
	return (addr == NULL ? 0 : error);
}

int
neighinfo_delete(int family, const uint8_t *addr)
{
	errno_t error;

	net_lock();
	if (family == AF_INET6)
		error = nd_delete(addr);
	else
		error = addr != NULL ? arp_delete(addr) : arp_delete_all();
	net_unlock();
	return (error);
}
