/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the interface layer into the engine.
 *
 * A list of packets goes in under one hold of the net lock.  Each gets its
 * front made contiguous and writable (the engine byte-swaps TCP headers,
 * links fragments through IP headers and turns echo requests into replies in
 * place), right lengths in every mbuf, and the index of its interface.
 */
#include "net/inet/inet_in.h"

#include <net/ethernet.h>
#include <net/if.h>
#include <net/kpi_protocol.h>
#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ip4.h"
#include "lwip/ip6.h"
#include "lwip/netif.h"
#include "lwip/prot/ip4.h"

#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/inet/gro.h"
#include "net/inet/ip_switch.h"
#include "net/inet/in_alias.h"
#include "net/inet/ip_forward.h"
#include "net/inet/netif_glue.h"

static bool
is_arp(mbuf_t m, const struct netif_glue *ng)
{
	const uint8_t *h = m->m_pkthdr.header;

	return ng->ng_kind == NG_ETHER && h != NULL &&
	    h[12] == ETHERTYPE_ARP >> 8 && h[13] == (ETHERTYPE_ARP & 0xff);
}

/*
 * Packets to an address of ours come over lo0.  The engine takes them only
 * on the interface that owns the address: always for a link-local one, and
 * for any when ::1 sent it.
 */
static struct netif *
scoped_owner(struct netif *netif, const uint8_t *h)
{
	struct netif *n;

	for (n = netif_list; n != NULL; n = n->next) {
		for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
			if (!ip6_addr_isinvalid(netif_ip6_addr_state(n, i)) &&
			    memcmp(netif_ip6_addr(n, i)->addr, h + 24, 16) == 0)
				return n;
		}
	}
	return netif;
}

/* Nobody on a link has a loopback address (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
static bool
martian(const uint8_t *h, bool v6)
{
	static const uint8_t loop6[16] = { [15] = 1 };

	if (!v6)
		return h[12] == IN_LOOPBACKNET || h[16] == IN_LOOPBACKNET;
	return memcmp(h + 8, loop6, 16) == 0 || memcmp(h + 24, loop6, 16) == 0;
}

static void
engine_input(struct pbuf *p, struct netif *netif, bool v6)
{
	inet_passing = p;
	if (v6)
		ip6_input(p, netif);
	else
		ip4_input(p, netif);
	inet_passing = NULL;
}

/* To be forwarded by the engine, which knows only what fits a link. */
static void
split_input(mbuf_t m, struct netif *netif, bool v6)
{
	mbuf_t list = gro_undo(m, v6), next;
	struct pbuf *p;

	for (; list != NULL; list = next) {
		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		p = ip_switch_prepare(list, netif_get_index(netif));
		if (p != NULL)
			engine_input(p, netif, v6);
	}
}

static void
in_packet(struct netif_glue *ng, mbuf_t m, bool v6)
{
	struct netif *netif = &ng->ng_netif;
	bool arp = !v6 && is_arp(m, ng);
	struct pbuf *p;
	const u8_t *h;

	m->m_pkthdr.header = NULL;
	m->m_pkthdr.marks &= PHM_LOOPED | PHM_L4_STALE;
	if (m->m_pkthdr.rcvif == NULL)
		m->m_pkthdr.rcvif = ng->ng_ifp;
	p = ip_switch_prepare(m, netif_get_index(netif));
	if (p == NULL)
		return;
	if (arp) {
		etharp_input(p, in_alias_arp(netif, p));
		return;
	}
	h = p->payload;
	if (p->len < (v6 ? 40 : 20) || h[0] >> 4 != (v6 ? 6 : 4) ||
	    (ng->ng_kind != NG_LOOP && martian(h, v6))) {
		pbuf_free(p);
		return;
	}
	if (ng->ng_kind != NG_LOOP) {
		if (ip_forward(ptom(p), netif, v6))
			return;
		if (ip_joined_foreign(ptom(p), v6)) {
			split_input(ptom(p), netif, v6);
			return;
		}
	}
	if (!v6) {
		/* What a device says of a fragment is not about the datagram. */
		if (((h[6] & 0x3f) | h[7]) != 0 && ng->ng_kind != NG_LOOP)
			ptom(p)->m_pkthdr.csum_flags &= ~PH_CSUM_MASK;
		engine_input(p, netif, false);
	} else {
		if (ng->ng_kind == NG_LOOP) {
			netif = scoped_owner(netif, h);
			p->if_idx = netif_get_index(netif);
		}
		if (!inet_forward6 && !inet_for_us6(h)) {
			pbuf_free(p);
			return;
		}
		engine_input(p, netif, true);
	}
}

errno_t
inet_in_list(ifnet_t ifp, protocol_family_t family, mbuf_t list)
{
	struct netif_glue *ng;
	mbuf_t next;

	if (list == NULL)
		return 0;
	/* A router hands on what was sent, filters see single segments. */
	if (list->m_nextpkt != NULL &&
	    !(family == PF_INET6 ? inet_forward6 : inet_forward4) &&
	    ip_switch_diverts[family == PF_INET6] == 0)
		list = gro_list(list, family == PF_INET6);
	net_lock();
	ng = ifp->if_netif;
	for (; list != NULL; list = next) {
		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		if (ng == NULL)
			m_freem(list);
		else
			in_packet(ng, list, family == PF_INET6);
	}
	net_unlock();
	return 0;
}

/* proto_input and proto_inject: packets that came some other way. */
static void
family_input(mbuf_t list, protocol_family_t family)
{
	mbuf_t next;
	ifnet_t ifp;

	for (; list != NULL; list = next) {
		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		ifp = list->m_pkthdr.rcvif;
		if (ifp == NULL || !ifnet_is_attached(ifp))
			ifp = ifnet_loopback();
		list->m_pkthdr.header = NULL;
		inet_in_list(ifp, family, list);
	}
}

static void
input4(mbuf_t list)
{
	family_input(list, PF_INET);
}

static void
input6(mbuf_t list)
{
	family_input(list, PF_INET6);
}

void
inet_in_init(void)
{
	proto_input_register(PF_INET, input4, NULL);
	proto_input_register(PF_INET6, input6, NULL);
}
