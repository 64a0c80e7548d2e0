/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between an ifnet and the engine's netif.
 *
 * Every attached interface has a netif, made and removed by the interface
 * layer's client calls.  The netif's index (netif_get_index) is what mbufs
 * carry; it is looked up again on every use, so a packet that outlives its
 * interface finds nothing.
 *
 * State flows down only: flags, link state, MTU and link address of the ifnet
 * are copied into the netif when they change.  What the engine wants of the
 * interface in turn, membership in link-layer groups, is queued and done by
 * softnet, because a driver's ioctl may not run under the net lock.
 */
#include "net/inet/netif_glue.h"

#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/igmp.h"
#include "lwip/mld6.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/softnet.h"
#include "net/inet/ip_out.h"

struct netif *
inet_netif(ifnet_t ifp)
{
	struct netif_glue *ng = ifp == NULL ? NULL : ifp->if_netif;

	net_lock_assert();
	return ng == NULL ? NULL : &ng->ng_netif;
}

ifnet_t
inet_ifnet(const struct netif *netif)
{
	const struct netif_glue *ng = netif == NULL ? NULL : netif->state;

	return ng == NULL ? NULL : ng->ng_ifp;
}

ifnet_t
inet_ifnet_byidx(uint8_t idx)
{
	return inet_ifnet(netif_get_by_index(idx));
}

/* --- link-layer groups --------------------------------------------------------- */

struct group_work {
	STAILQ_ENTRY(group_work) gw_link;
	uint32_t	gw_ifindex;
	bool		gw_join;
	union {
		struct sockaddr sa;
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;
	} gw_addr;
};

/* N */
static STAILQ_HEAD(, group_work) group_queue =
    STAILQ_HEAD_INITIALIZER(group_queue);

static err_t
group_later(struct netif *netif, struct group_work *gw, bool join)
{
	gw->gw_ifindex = netif_glue(netif)->ng_ifp->if_index;
	gw->gw_join = join;
	STAILQ_INSERT_TAIL(&group_queue, gw, gw_link);
	softnet_wake();
	return ERR_OK;
}

static err_t
group4(struct netif *netif, const ip4_addr_t *group,
    enum netif_mac_filter_action action)
{
	struct group_work *gw = kmalloc(sizeof(*gw), M_NOWAIT | M_ZERO);

	if (gw == NULL)
		return ERR_MEM;
	gw->gw_addr.sin.sin_len = sizeof(gw->gw_addr.sin);
	gw->gw_addr.sin.sin_family = AF_INET;
	gw->gw_addr.sin.sin_addr.s_addr = group->addr;
	return group_later(netif, gw, action == NETIF_ADD_MAC_FILTER);
}

static err_t
group6(struct netif *netif, const ip6_addr_t *group,
    enum netif_mac_filter_action action)
{
	struct group_work *gw = kmalloc(sizeof(*gw), M_NOWAIT | M_ZERO);

	if (gw == NULL)
		return ERR_MEM;
	gw->gw_addr.sin6.sin6_len = sizeof(gw->gw_addr.sin6);
	gw->gw_addr.sin6.sin6_family = AF_INET6;
	memcpy(&gw->gw_addr.sin6.sin6_addr, group->addr, 16);
	return group_later(netif, gw, action == NETIF_ADD_MAC_FILTER);
}

void
netif_glue_poll(void)
{
	struct group_work *gw;
	ifnet_t ifp;

	for (;;) {
		net_lock();
		gw = STAILQ_FIRST(&group_queue);
		if (gw != NULL)
			STAILQ_REMOVE_HEAD(&group_queue, gw_link);
		net_unlock();
		if (gw == NULL)
			return;
		ifp = ifnet_byindex(gw->gw_ifindex);
		if (ifp != NULL) {
			if (gw->gw_join)
				(void)ifma_join(ifp, &gw->gw_addr.sa);
			else
				(void)ifma_leave(ifp, &gw->gw_addr.sa);
			ifnet_release(ifp);
		}
		kfree(gw);
	}
}

/* --- life -------------------------------------------------------------------------- */

static err_t
netif_never(struct netif *netif, struct pbuf *p)
{
	(void)netif;
	(void)p;
	return ERR_IF;		/* nothing of ours sends this way */
}

static err_t
netif_setup(struct netif *netif)
{
	struct netif_glue *ng = netif_glue(netif);
	ifnet_t ifp = ng->ng_ifp;

	netif->name[0] = ifp->if_name[0];
	netif->name[1] = ifp->if_name[1] != '\0' ? ifp->if_name[1] : '0';
	netif->output = ip_out4;
	netif->output_ip6 = ip_out6;
	netif->linkoutput = netif_never;
	netif->mtu = netif->mtu6 = (u16_t)(ifp->if_mtu > 0xffff ? 0xffff :
	    ifp->if_mtu);
	if (ifp->if_flags & IFF_BROADCAST)
		netif->flags |= NETIF_FLAG_BROADCAST;
	if (ng->ng_kind == NG_ETHER)
		netif->flags |= NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
	if (ifp->if_flags & IFF_MULTICAST) {
		netif->flags |= NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
		netif_set_igmp_mac_filter(netif, group4);
		netif_set_mld_mac_filter(netif, group6);
	}
	NETIF_SET_CHECKSUM_CTRL(netif, NETIF_CHECKSUM_ENABLE_ALL &
	    ~(NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP |
	    NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP |
	    NETIF_CHECKSUM_CHECK_ICMP | NETIF_CHECKSUM_CHECK_ICMP6));
	return ERR_OK;
}

static void
glue_attached(ifnet_t ifp)
{
	struct netif_glue *ng = kmalloc(sizeof(*ng), M_WAITOK | M_ZERO);

	if (ng == NULL)
		return;
	ng->ng_ifp = ifp;
	ng->ng_kind = ifp->if_family == IFNET_FAMILY_ETHERNET ? NG_ETHER :
	    ifp->if_family == IFNET_FAMILY_LOOPBACK ? NG_LOOP : NG_OTHER;
	net_lock();
	if (netif_add_noaddr(&ng->ng_netif, ng, netif_setup, NULL) == NULL) {
		net_unlock();
		kfree(ng);
		return;
	}
	ifp->if_netif = ng;
	net_unlock();
	netif_glue_sync(ifp);
}

static void
glue_detaching(ifnet_t ifp)
{
	struct netif_glue *ng;

	net_lock();
	ng = ifp->if_netif;
	if (ng != NULL) {
		ifp->if_netif = NULL;
		netif_remove(&ng->ng_netif);
		ng->ng_netif.state = NULL;
	}
	net_unlock();
	/* Packets hold indices only, so nobody can still look at it. */
	kfree(ng);
}

void
netif_glue_sync(ifnet_t ifp)
{
	struct netif_glue *ng;
	struct netif *netif;
	uint8_t addr[NETIF_MAX_HWADDR_LEN];
	size_t len = ifp->if_addrlen;

	if (len > sizeof(addr) ||
	    ifnet_lladdr_copy_bytes(ifp, addr, len) != 0)
		len = 0;
	net_lock();
	ng = ifp->if_netif;
	if (ng == NULL) {
		net_unlock();
		return;
	}
	netif = &ng->ng_netif;
	netif->hwaddr_len = (u8_t)len;
	memcpy(netif->hwaddr, addr, len);
	if (netif->mtu != ifp->if_mtu) {
		netif->mtu = (u16_t)(ifp->if_mtu > 0xffff ? 0xffff :
		    ifp->if_mtu);
		netif->mtu6 = netif->mtu;
	}
	if (ifp->if_link_up || ng->ng_kind == NG_LOOP)
		netif_set_link_up(netif);
	else
		netif_set_link_down(netif);
	if (ifp->if_flags & IFF_UP)
		netif_set_up(netif);
	else
		netif_set_down(netif);
	net_unlock();
}

static void
glue_event(ifnet_t ifp, const struct kern_event_msg *msg)
{
	(void)msg;
	netif_glue_sync(ifp);
}

static struct dlil_client glue_client = {
	.dc_name = "inet",
	.dc_attached = glue_attached,
	.dc_detaching = glue_detaching,
	.dc_event = glue_event,
};

void
netif_glue_init(void)
{
	dlil_client_add(&glue_client);
}
