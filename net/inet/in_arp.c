/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP for plumbers of others (<netinet/in_arp.h>): the engine's table and
 * resolver behind the classic three calls.
 */
#include <libkern/libkern.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <netinet/in_arp.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "lwip/etharp.h"

#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/inet/ether_glue.h"
#include "net/inet/inet_var.h"
#include "net/inet/route.h"
#include "net/mbuf/mbuf.h"

static errno_t
sdl_answer(ifnet_t ifp, struct sockaddr_dl *sdl, size_t len, const void *mac)
{
	if (len < offsetof(struct sockaddr_dl, sdl_data) + ETHER_ADDR_LEN)
		return (EMSGSIZE);
	size_t used = len < sizeof(*sdl) ? len : sizeof(*sdl);
	memset(sdl, 0, used);
	sdl->sdl_len = (u_char)used;
	sdl->sdl_family = AF_LINK;
	sdl->sdl_index = (u_short)ifp->if_index;
	sdl->sdl_type = ifp->if_type;
	sdl->sdl_alen = ETHER_ADDR_LEN;
	memcpy(sdl->sdl_data, mac, ETHER_ADDR_LEN);
	return (0);
}

/* The engine keeps its own count on a packet it queues; ours goes. */
static errno_t
arp_queue(struct netif *netif, const ip4_addr_t *hop, mbuf_t m)
{
	struct pbuf *p = m_to_pbuf(m);

	if (p == NULL)
		return (EJUSTRETURN);		/* it is gone */
	err_t err = etharp_query(netif, hop, p);
	pbuf_free(p);
	/* What could not be queued is lost like a packet on the wire. */
	(void)err;
	return (EJUSTRETURN);
}

static errno_t
arp_lookup_locked(ifnet_t ifp, struct netif *netif, const ip4_addr_t *dest,
    struct sockaddr_dl *sdl, size_t len, mbuf_t m)
{
	struct eth_addr *mac;
	const ip4_addr_t *found;
	ip_addr_t d;

	ip_addr_copy_from_ip4(d, *dest);
	route_t rt = route_lookup(&d, ifp, NULL);
	const ip4_addr_t *hop = rt != NULL &&
	    (rt->rt_info.ri_flags & RTF_GATEWAY) != 0 ?
	    ip_2_ip4(&rt->rt_info.ri_gateway) : dest;
	if (etharp_find_addr(netif, hop, &mac, &found) >= 0)
		return (sdl_answer(ifp, sdl, len, mac->addr));
	if (m != NULL)
		return (arp_queue(netif, hop, m));
	return (etharp_request(netif, hop) == ERR_OK ? EJUSTRETURN :
	    EHOSTUNREACH);
}

/*
 * What the engine resolves goes out through the protocol of whoever attached
 * it (guide, chapter 7, "Sending Data", step 3).
 */
static errno_t
arp_send_one(ifnet_t ifp, mbuf_t m)
{
	struct sockaddr_dl shw, thw;
	struct sockaddr_in sin, tin;
	struct ether_arp ea;

	if (mbuf_copydata(m, 0, sizeof(ea), &ea) != 0)
		return (EINVAL);
	(void)sdl_answer(ifp, &shw, sizeof(shw), ea.arp_sha);
	(void)sdl_answer(ifp, &thw, sizeof(thw), ea.arp_tha);
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	tin = sin;
	memcpy(&sin.sin_addr, ea.arp_spa, 4);
	memcpy(&tin.sin_addr, ea.arp_tpa, 4);
	u_short op = ntohs(ea.arp_op);
	return (if_proto_send_arp(ifp, PF_INET, op, &shw,
	    (const struct sockaddr *)(const void *)&sin,
	    op == ARPOP_REQUEST ? NULL : &thw,
	    (const struct sockaddr *)(const void *)&tin));
}

mbuf_t
in_arp_send(ifnet_t ifp, const char *type, mbuf_t list)
{
	mbuf_t left = NULL, *tail = &left, m;
	uint16_t ethertype;

	memcpy(&ethertype, type, sizeof(ethertype));
	if (ethertype != htons(ETHERTYPE_ARP))
		return (list);
	while ((m = list) != NULL) {
		list = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (arp_send_one(ifp, m) == ENOTSUP) {
			*tail = m;
			tail = &m->m_nextpkt;
		} else {
			m_freem(m);
		}
	}
	return (left);
}

errno_t
inet_arp_lookup(ifnet_t ifp, const struct sockaddr_in *ip_dest,
    struct sockaddr_dl *ll_dest, size_t ll_dest_len, route_t hint,
    mbuf_t packet)
{
	static const uint8_t all[ETHER_ADDR_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	errno_t error;

	if (ifp == NULL || ip_dest == NULL || ll_dest == NULL ||
	    ip_dest->sin_family != AF_INET)
		return (EINVAL);
	if ((ifp->if_flags & IFF_NOARP) != 0 ||
	    ifp->if_addrlen != ETHER_ADDR_LEN)
		return (ENOTSUP);
	if ((ifp->if_flags & IFF_UP) == 0)
		return (ENETDOWN);
	ip4_addr_t ip = { ip_dest->sin_addr.s_addr };
	if (ip4_addr_ismulticast(&ip))
		return (ifnet_resolve_multicast(ifp,
		    (const struct sockaddr *)(const void *)ip_dest,
		    (struct sockaddr *)(void *)ll_dest, ll_dest_len));
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif == NULL)
		error = ENXIO;
	else if (ip4_addr_isbroadcast(&ip, netif))
		error = sdl_answer(ifp, ll_dest, ll_dest_len, all);
	else
		error = arp_lookup_locked(ifp, netif, &ip, ll_dest, ll_dest_len,
		    packet);
	net_unlock();
	return (error);
}

errno_t
inet_arp_handle_input(ifnet_t ifp, u_int16_t arpop,
    const struct sockaddr_dl *sender_hw, const struct sockaddr_in *sender_ip,
    const struct sockaddr_in *target_ip)
{
	struct ether_arp ea;

	if (ifp == NULL || sender_ip == NULL || target_ip == NULL ||
	    sender_ip->sin_family != AF_INET ||
	    target_ip->sin_family != AF_INET)
		return (EINVAL);
	if (arpop != ARPOP_REQUEST && arpop != ARPOP_REPLY)
		return (EINVAL);
	if (sender_hw == NULL || sender_hw->sdl_alen != ETHER_ADDR_LEN)
		return (EINVAL);
	memset(&ea, 0, sizeof(ea));
	ea.arp_hrd = htons(ARPHRD_ETHER);
	ea.arp_pro = htons(ETHERTYPE_IP);
	ea.arp_hln = ETHER_ADDR_LEN;
	ea.arp_pln = 4;
	ea.arp_op = htons(arpop);
	memcpy(ea.arp_sha, sender_hw->sdl_data + sender_hw->sdl_nlen,
	    ETHER_ADDR_LEN);
	memcpy(ea.arp_spa, &sender_ip->sin_addr, 4);
	memcpy(ea.arp_tpa, &target_ip->sin_addr, 4);
	net_lock();
	struct netif *netif = inet_netif(ifp);
	struct pbuf *p = netif == NULL ? NULL :
	    pbuf_alloc(PBUF_RAW, sizeof(ea), PBUF_RAM);
	if (p != NULL) {
		(void)pbuf_take(p, &ea, sizeof(ea));
		p->if_idx = netif_get_index(netif);
		etharp_input(p, netif);
	}
	net_unlock();
	return (netif == NULL ? ENXIO : p == NULL ? ENOBUFS : 0);
}

void
inet_arp_init_ifaddr(ifnet_t ifp, ifaddr_t ipaddr)
{
	if (ifp == NULL || ipaddr == NULL ||
	    ifaddr_address_family(ipaddr) != AF_INET)
		return;
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif != NULL && (netif->flags & NETIF_FLAG_ETHARP) != 0 &&
	    !ip4_addr_isany(netif_ip4_addr(netif)))
		(void)etharp_gratuitous(netif);
	net_unlock();
}
