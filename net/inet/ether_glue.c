/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's Ethernet border, and the plumbers of PF_INET and PF_INET6.
 *
 * In: the plumbers' inputs get packets without their link header; IPv4, IPv6
 * and ARP go to the engine under one lock hold for a whole list.
 *
 * Out: the engine's resolver (ARP, ND) is used without letting it frame
 * anything.  ether_resolve() opens a capture slot and calls etharp_output or
 * ethip6_output; ethernet_output, ours, sees that it is about the slot's
 * packet and stores the answer instead of sending.  If the slot stays empty,
 * the resolver has queued the packet and holds a count of its own.  What
 * comes to ethernet_output otherwise (ARP packets, the resolver's released
 * queue) is sent, through the output queue: the engine drops its count right
 * after the call, and the packet is touched only when it is exclusively ours.
 *
 * The packet pointer is compared because the resolver sends its requests
 * through the same function while a slot is open, and slots nest because a
 * solicitation of ours is itself a packet that gets resolved.
 */
#include "net/inet/ether_glue.h"

#include <net/ethernet.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/ip4.h"
#include "lwip/ip6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "netif/ethernet.h"

#include "kernel/kassert.h"
#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/inet/inet_in.h"
#include "net/inet/ip_out.h"
#include "net/inet/netif_glue.h"

const struct eth_addr ethbroadcast = {{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }};
const struct eth_addr ethzero = {{ 0, 0, 0, 0, 0, 0 }};

/* --- resolution ------------------------------------------------------------------- */

struct capture {
	struct capture	*outer;
	struct pbuf	*p;
	struct ether_answer *ans;
	bool		filled;
};

static struct capture *capture;		/* N */

err_t
ethernet_output(struct netif *netif, struct pbuf *p,
    const struct eth_addr *src, const struct eth_addr *dst, u16_t eth_type)
{
	net_lock_assert();
	(void)src;
	if (capture != NULL && capture->p == p) {
		memcpy(capture->ans->dst, dst->addr, 6);
		capture->ans->type = lwip_htons(eth_type);
		capture->filled = true;
		return ERR_OK;
	}
	ip_out_frame(netif, p, dst->addr, lwip_htons(eth_type));
	return ERR_OK;
}

/* The engine's own input path for frames is not used. */
err_t
ethernet_input(struct pbuf *p, struct netif *netif)
{
	(void)netif;
	pbuf_free(p);
	return ERR_OK;
}

static err_t
resolve4(struct netif *netif, struct pbuf *p, const struct sockaddr *dest)
{
	ip4_addr_t dst;

	if (dest != NULL && dest->sa_family == AF_INET)
		dst.addr = ((const struct sockaddr_in *)(const void *)dest)->
		    sin_addr.s_addr;
	else
		memcpy(&dst.addr, (const u8_t *)p->payload + 16, 4);
	return etharp_output(netif, p, &dst);
}

static err_t
resolve6(struct netif *netif, struct pbuf *p, const struct sockaddr *dest)
{
	ip6_addr_t dst;

	memset(&dst, 0, sizeof(dst));
	if (dest != NULL && dest->sa_family == AF_INET6)
		memcpy(dst.addr, &((const struct sockaddr_in6 *)
		    (const void *)dest)->sin6_addr, 16);
	else
		memcpy(dst.addr, (const u8_t *)p->payload + 24, 16);
	ip6_addr_clear_zone(&dst);
	ip6_addr_assign_zone(&dst, IP6_UNKNOWN, netif);
	return ethip6_output(netif, p, &dst);
}

errno_t
ether_resolve(struct netif *netif, mbuf_t m, bool v6,
    const struct sockaddr *dest, struct ether_answer *ans)
{
	struct capture slot = { .outer = capture, .p = mtop(m), .ans = ans };
	err_t err;

	net_lock_assert();
	m->m_pkthdr.marks |= PHM_RESOLVING;
	capture = &slot;
	err = v6 ? resolve6(netif, mtop(m), dest) :
	    resolve4(netif, mtop(m), dest);
	capture = slot.outer;
	if (slot.filled) {
		m->m_pkthdr.marks &= (uint16_t)~PHM_RESOLVING;
		if (ans->dst[0] & 1)
			m->m_flags |= memcmp(ans->dst, ethbroadcast.addr, 6) ==
			    0 ? MBUF_BCAST : MBUF_MCAST;
		return 0;
	}
	if (err == ERR_OK) {
		pbuf_free(mtop(m));	/* the resolver has its own count */
		return EJUSTRETURN;
	}
	m->m_pkthdr.marks &= (uint16_t)~PHM_RESOLVING;
	return inet_errno(err);
}

/* --- the protocol on an interface ------------------------------------------------------ */

/* pre_output for callers of ifnet_output; our own packets come resolved. */
static errno_t
ether_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *packet,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	struct ether_answer ans;
	struct netif *netif;
	struct pbuf *p;
	mbuf_t m = *packet;
	errno_t error;
	bool v6 = family == PF_INET6;

	(void)route;
	/* A capture device's writer brings the link header as the address. */
	if (dest != NULL && dest->sa_family == AF_UNSPEC) {
		memcpy(lladdr, dest->sa_data, 6);
		memcpy(type, dest->sa_data + 12, 2);
		return 0;
	}
	if (mbuf_pkthdr_len(m) < (v6 ? 40u : 20u))
		return EINVAL;
	m = m_pullup(m, v6 ? 40 : 20, MBUF_DONTWAIT);
	p = m == NULL ? NULL : m_to_pbuf(m);
	if (p == NULL)
		return EJUSTRETURN;
	net_lock();
	netif = inet_netif(ifp);
	if (netif == NULL) {
		error = ENXIO;
	} else {
		error = ether_resolve(netif, ptom(p), v6, dest, &ans);
	}
	net_unlock();
	if (error != EJUSTRETURN)
		*packet = ptom(p);
	if (error == 0) {
		memcpy(lladdr, ans.dst, 6);
		memcpy(type, &ans.type, 2);
	}
	return error;
}

/* The frame type of lo0 is the family. */
static errno_t
lo_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *packet,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	uint32_t f = family;

	(void)ifp;
	(void)packet;
	(void)dest;
	(void)route;
	(void)lladdr;
	memcpy(type, &f, sizeof(f));
	return 0;
}

static errno_t
ether_send_arp(ifnet_t ifp, u_short op, const struct sockaddr_dl *src_hw,
    const struct sockaddr *src, const struct sockaddr_dl *dst_hw,
    const struct sockaddr *dst)
{
	const struct sockaddr_in *sin = (const void *)dst;
	struct netif *netif;
	errno_t error = ENXIO;
	ip4_addr_t ip;

	(void)src_hw;
	(void)src;
	(void)dst_hw;
	if (op != 1 || sin == NULL || sin->sin_family != AF_INET)
		return ENOTSUP;
	ip.addr = sin->sin_addr.s_addr;
	net_lock();
	netif = inet_netif(ifp);
	if (netif != NULL)
		error = inet_errno(etharp_request(netif, &ip));
	net_unlock();
	return error;
}

/* Multicast addresses map onto link addresses (RFC 1112, RFC 2464). */
static errno_t
ether_resolve_multi(ifnet_t ifp, const struct sockaddr *proto_addr,
    struct sockaddr_dl *sdl, size_t len)
{
	uint8_t mac[6];

	(void)ifp;
	if (proto_addr->sa_family == AF_INET) {
		const uint8_t *a = (const uint8_t *)&((const struct sockaddr_in *)
		    (const void *)proto_addr)->sin_addr;

		if ((a[0] & 0xf0) != 0xe0)
			return EADDRNOTAVAIL;
		mac[0] = 0x01;
		mac[1] = 0x00;
		mac[2] = 0x5e;
		mac[3] = a[1] & 0x7f;
		mac[4] = a[2];
		mac[5] = a[3];
	} else if (proto_addr->sa_family == AF_INET6) {
		const uint8_t *a = (const uint8_t *)&((const struct sockaddr_in6 *)
		    (const void *)proto_addr)->sin6_addr;

		if (a[0] != 0xff)
			return EADDRNOTAVAIL;
		mac[0] = mac[1] = 0x33;
		memcpy(mac + 2, a + 12, 4);
	} else {
		return EAFNOSUPPORT;
	}
	if (len < offsetof(struct sockaddr_dl, sdl_data) + 6)
		return EMSGSIZE;
	memset(sdl, 0, len < sizeof(*sdl) ? len : sizeof(*sdl));
	sdl->sdl_len = (u_char)(len < sizeof(*sdl) ? len : sizeof(*sdl));
	sdl->sdl_family = AF_LINK;
	sdl->sdl_type = ifnet_type(ifp);
	sdl->sdl_alen = 6;
	memcpy(LLADDR(sdl), mac, 6);
	return 0;
}

/* --- plumbing ------------------------------------------------------------------------------ */

/*
 * Counts our protocols on an interface.  It is said before the protocol
 * attaches, whose events make the engine send, and ARP that is not ours goes
 * to the protocol's send_arp: to us again.
 */
static void
set_plumbed(ifnet_t ifp, protocol_family_t family, bool on)
{
	struct netif_glue *ng;
	unsigned *count;

	net_lock();
	ng = ifp->if_netif;
	if (ng != NULL) {
		count = family == PF_INET6 ? &ng->ng_plumbed6 :
		    &ng->ng_plumbed4;
		if (on)
			(*count)++;
		else if (*count > 0)
			(*count)--;
	}
	net_unlock();
	netif_glue_sync(ifp);
}

static errno_t
detached(ifnet_t ifp, protocol_family_t family)
{
	set_plumbed(ifp, family, false);
	return 0;
}

static errno_t
ether_plumb(ifnet_t ifp, protocol_family_t family)
{
	uint16_t ip = lwip_htons(ETHERTYPE_IP), arp = lwip_htons(ETHERTYPE_ARP);
	uint16_t ip6 = lwip_htons(ETHERTYPE_IPV6);
	struct ifnet_demux_desc desc[2];
	struct ifnet_attach_proto_param_v2 param;
	errno_t error;

	memset(desc, 0, sizeof(desc));
	memset(&param, 0, sizeof(param));
	for (int i = 0; i < 2; i++) {
		desc[i].type = DLIL_DESC_ETYPE2;
		desc[i].datalen = 2;
	}
	desc[0].data = family == PF_INET6 ? &ip6 : &ip;
	desc[1].data = &arp;
	param.demux_array = desc;
	param.demux_count = family == PF_INET6 ? 1 : 2;
	param.input = inet_in_list;
	param.pre_output = ether_preout;
	param.detached = detached;
	param.resolve = ether_resolve_multi;
	param.send_arp = family == PF_INET ? ether_send_arp : NULL;
	set_plumbed(ifp, family, true);
	error = ifnet_attach_protocol_v2(ifp, family, &param);
	if (error != 0)
		set_plumbed(ifp, family, false);
	return error;
}

static errno_t
lo_plumb(ifnet_t ifp, protocol_family_t family)
{
	struct ifnet_attach_proto_param_v2 param;
	errno_t error;

	memset(&param, 0, sizeof(param));
	param.input = inet_in_list;
	param.pre_output = lo_preout;
	param.detached = detached;
	set_plumbed(ifp, family, true);
	error = ifnet_attach_protocol_v2(ifp, family, &param);
	if (error != 0)
		set_plumbed(ifp, family, false);
	return error;
}

static void
unplumb(ifnet_t ifp, protocol_family_t family)
{
	(void)ifnet_detach_protocol(ifp, family);
}

void
ether_glue_init(void)
{
	proto_register_plumber(PF_INET, IFNET_FAMILY_ETHERNET, ether_plumb,
	    unplumb);
	proto_register_plumber(PF_INET6, IFNET_FAMILY_ETHERNET, ether_plumb,
	    unplumb);
	proto_register_plumber(PF_INET, IFNET_FAMILY_LOOPBACK, lo_plumb, unplumb);
	proto_register_plumber(PF_INET6, IFNET_FAMILY_LOOPBACK, lo_plumb,
	    unplumb);
}
