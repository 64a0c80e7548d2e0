/* SPDX-License-Identifier: BSD-2-Clause */
/* Further IPv4 addresses: see in_alias.h. */
#include "net/inet/in_alias.h"

#include <libkern/libkern.h>
#include <sys/errno.h>

#include "lwip/etharp.h"
#include "lwip/netif.h"

#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/netif_glue.h"

#define ARP_TARGET_IP	24	/* offset in an ARP packet of Ethernet */

struct in_alias {
	LIST_ENTRY(in_alias) al_link;	/* N */
	struct netif	al_netif;	/* N */
	ifnet_t		al_ifp;		/* I  not referenced */
};

static LIST_HEAD(, in_alias) in_aliases = LIST_HEAD_INITIALIZER(in_aliases);

/* As the first netif, but for groups, IPv6 and timers of its own. */
static err_t
alias_setup(struct netif *netif)
{
	const struct netif *first = &netif_glue(netif)->ng_netif;

	memcpy(netif->name, first->name, sizeof(netif->name));
	netif->output = first->output;
	netif->output_ip6 = first->output_ip6;
	netif->linkoutput = first->linkoutput;
	netif->mtu = first->mtu;
	netif->hwaddr_len = first->hwaddr_len;
	memcpy(netif->hwaddr, first->hwaddr, sizeof(netif->hwaddr));
	netif->flags = first->flags & (NETIF_FLAG_BROADCAST |
	    NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP);
	NETIF_SET_CHECKSUM_CTRL(netif, first->chksum_flags);
	return (ERR_OK);
}

static struct in_alias *
alias_find(ifnet_t ifp, uint32_t addr)
{
	struct in_alias *al;

	LIST_FOREACH(al, &in_aliases, al_link)
		if (al->al_ifp == ifp &&
		    netif_ip4_addr(&al->al_netif)->addr == addr)
			break;
	return (al);
}

errno_t
in_alias_add(ifnet_t ifp, struct in_addr addr, struct in_addr mask)
{
	struct in_alias *al = kmalloc(sizeof(*al), M_WAITOK | M_ZERO);
	ip4_addr_t ip = { addr.s_addr }, nm = { mask.s_addr }, gw = { 0 };
	errno_t error = 0;

	if (al == NULL)
		return (ENOMEM);
	al->al_ifp = ifp;
	net_lock();
	struct netif *first = inet_netif(ifp);
	if (first == NULL)
		error = ENXIO;
	else if (alias_find(ifp, addr.s_addr) != NULL)
		error = EEXIST;
	else if (netif_add(&al->al_netif, &ip, &nm, &gw, first->state,
	    alias_setup, NULL) == NULL)
		error = ENOMEM;
	if (error == 0) {
		LIST_INSERT_HEAD(&in_aliases, al, al_link);
		netif_set_up(&al->al_netif);	/* announces it */
	}
	net_unlock();
	if (error != 0)
		kfree(al);
	return (error);
}

static void
alias_remove(struct in_alias *al)
{
	LIST_REMOVE(al, al_link);
	netif_remove(&al->al_netif);
	al->al_netif.state = NULL;
}

errno_t
in_alias_delete(ifnet_t ifp, struct in_addr addr)
{
	net_lock();
	struct in_alias *al = alias_find(ifp, addr.s_addr);
	if (al != NULL)
		alias_remove(al);
	net_unlock();
	if (al == NULL)
		return (EADDRNOTAVAIL);
	kfree(al);
	return (0);
}

errno_t
in_alias_promote(ifnet_t ifp, struct in_addr addr, struct in_addr mask)
{
	ip4_addr_t ip = { addr.s_addr }, nm = { mask.s_addr }, gw = { 0 };

	net_lock();
	struct in_alias *al = alias_find(ifp, addr.s_addr);
	struct netif *first = inet_netif(ifp);
	if (al != NULL && first != NULL) {
		/* Nothing that uses the address must notice that it moves. */
		ip_addr_set_zero_ip4(&al->al_netif.ip_addr);
		alias_remove(al);
		netif_set_addr(first, &ip, &nm, &gw);
	}
	net_unlock();
	if (al == NULL || first == NULL)
		return (EADDRNOTAVAIL);
	kfree(al);
	return (0);
}

void
in_alias_purge(ifnet_t ifp)
{
	for (;;) {
		struct in_alias *al;
		net_lock();
		LIST_FOREACH(al, &in_aliases, al_link)
			if (al->al_ifp == ifp)
				break;
		if (al != NULL)
			alias_remove(al);
		net_unlock();
		if (al == NULL)
			return;
		kfree(al);
	}
}

struct netif *
in_alias_arp(struct netif *netif, const struct pbuf *p)
{
	const ifnet_t ifp = inet_ifnet(netif);
	uint32_t target;

	net_lock_assert();
	if (LIST_EMPTY(&in_aliases) ||
	    pbuf_copy_partial(p, &target, sizeof(target), ARP_TARGET_IP) !=
	    sizeof(target))
		return (netif);
	struct in_alias *al = alias_find(ifp, target);
	return (al != NULL ? &al->al_netif : netif);
}
