/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our layers under the engine's own test suite, without an interface layer:
 * memory, and the two calls for datagrams that are too long.
 */
#include "net/inet/inet_var.h"

#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/netif.h"

#include "net/common/net_lock.h"
#include "net/inet/ip_frag.h"
#include "test/unit/host/clib.h"

uint16_t inet_reass_max_pbufs = 128;

static void __attribute__((constructor))
setup(void)
{
	mbuf_init(64u << 20);
}

void
inet_core_assert(void)
{
}

uint32_t
inet_engine_rand(void)
{
	return 4711;
}

void
net_lock_assert(void)
{
}

bool
net_lock_owned(void)
{
	return false;
}

void
net_drain_pend(enum net_drain order)
{
	(void)order;
}

void
net_unlock_hook(enum net_drain order, void (*fn)(void))
{
	(void)order;
	(void)fn;
}

static err_t
emit(mbuf_t list, struct netif *netif, const ip4_addr_t *d4,
    const ip6_addr_t *d6)
{
	while (list != NULL) {
		mbuf_t next = list->m_nextpkt;
		struct pbuf *p = m_to_pbuf(list);

		if (d6 != NULL)
			netif->output_ip6(netif, p, d6);
		else
			netif->output(netif, p, d4);
		pbuf_free(p);
		list = next;
	}
	return ERR_OK;
}

err_t
ip4_frag(struct pbuf *p, struct netif *netif, const ip4_addr_t *dest)
{
	struct pbuf *q = pbuf_clone(PBUF_LINK, PBUF_RAM, p);
	mbuf_t list;

	if (q == NULL || inet_frag4(m_from_pbuf(q), netif->mtu, &list) != 0)
		return ERR_MEM;
	return emit(list, netif, dest, NULL);
}

err_t
ip6_frag(struct pbuf *p, struct netif *netif, const ip6_addr_t *dest)
{
	struct pbuf *q = pbuf_clone(PBUF_LINK, PBUF_RAM, p);
	mbuf_t list;

	if (q == NULL || inet_frag6(m_from_pbuf(q), netif->mtu, 1, &list) != 0)
		return ERR_MEM;
	return emit(list, netif, NULL, dest);
}
