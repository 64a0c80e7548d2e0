/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's pools, over slab caches: one cache a type, with limits where
 * the engine itself has none (packets waiting for address resolution,
 * datagrams being reassembled) and a few timeouts kept back, because the
 * engine cannot do without its timers and takes a missing one for an error.
 *
 * Replaces the engine's core/memp.c.  Upstream: lwIP 2.1.3 (the interface).
 */
#include <sys/malloc.h>
#include <string.h>

#include "lwip/opt.h"
#include "lwip/memp.h"
#include "lwip/pbuf.h"
#include "lwip/raw.h"
#include "lwip/udp.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/ip4_frag.h"
#include "lwip/netif.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/timeouts.h"
#include "lwip/dns.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"

#define LWIP_MEMPOOL(name, num, size, desc) \
	const struct memp_desc memp_##name = { LWIP_MEM_ALIGN_SIZE(size) };
#include "lwip/priv/memp_std.h"

const struct memp_desc *const memp_pools[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) [MEMP_##name] = &memp_##name,
#include "lwip/priv/memp_std.h"
};

static const char *const pool_names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) [MEMP_##name] = "lwip " #name,
#include "lwip/priv/memp_std.h"
};

/* 0: no limit. */
static const unsigned pool_limits[MEMP_MAX] = {
	[MEMP_ARP_QUEUE] = 512,
	[MEMP_ND6_QUEUE] = 512,
	[MEMP_REASSDATA] = MEMP_NUM_REASSDATA,
	[MEMP_FRAG_PBUF] = 1,
};

/* All N. */
static struct kmem_cache *caches[MEMP_MAX];
static unsigned inuse[MEMP_MAX];

#define SPARE_TIMEOUTS	24
static struct sys_timeo spare_timeouts[SPARE_TIMEOUTS];
static struct sys_timeo *free_timeouts;

void
memp_init(void)
{
	for (int i = 0; i < MEMP_MAX; i++) {
		caches[i] = kmem_cache_create(pool_names[i],
		    memp_pools[i]->size, 0, 0);
		VERIFY(caches[i] != NULL);
	}
	for (int i = 0; i < SPARE_TIMEOUTS; i++) {
		spare_timeouts[i].next = free_timeouts;
		free_timeouts = &spare_timeouts[i];
	}
}

static bool
is_spare(const void *p)
{
	return p >= (const void *)spare_timeouts &&
	    p < (const void *)(spare_timeouts + SPARE_TIMEOUTS);
}

void *
memp_malloc(memp_t type)
{
	void *p;

	net_lock_assert();
	if (pool_limits[type] != 0 && inuse[type] >= pool_limits[type])
		return NULL;
	if (type == MEMP_SYS_TIMEOUT && free_timeouts != NULL) {
		p = free_timeouts;
		free_timeouts = free_timeouts->next;
		return p;
	}
	p = kmem_cache_alloc(caches[type], M_NOWAIT);
	if (p != NULL)
		inuse[type]++;
	return p;
}

void
memp_free(memp_t type, void *mem)
{
	net_lock_assert();
	if (mem == NULL)
		return;
	if (is_spare(mem)) {
		struct sys_timeo *t = mem;

		t->next = free_timeouts;
		free_timeouts = t;
		return;
	}
	inuse[type]--;
	kmem_cache_free(caches[type], mem);
}

/* Pools outside the table: none of ours. */
void
memp_init_pool(const struct memp_desc *desc)
{
	(void)desc;
}

void *
memp_malloc_pool(const struct memp_desc *desc)
{
	return kmalloc(desc->size, M_NOWAIT);
}

void
memp_free_pool(const struct memp_desc *desc, void *mem)
{
	(void)desc;
	kfree(mem);
}
