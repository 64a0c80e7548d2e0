/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel heap on the host: every object is a malloc() of its own, so that
 * the address sanitizer sees each one.  Counts what is alive.
 */
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"

#include <string.h>

#include "test/unit/host/clib.h"

struct kmem_cache {
	const char	*name;
	size_t		size, align;
	size_t		inuse, peak;
	uint64_t	allocs, frees;
};

static size_t host_live;
static unsigned host_fail_n, host_fail_state = 1;

size_t
host_kmem_live(void)
{
	return host_live;
}

void
kmem_fail_every(unsigned nth, bool waitok)
{
	(void)waitok;
	host_fail_n = nth;
}

static bool
host_fail(int flags)
{
	if (host_fail_n == 0 || !(flags & M_NOWAIT))
		return false;
	host_fail_state = host_fail_state * 1103515245u + 12345u;
	return (host_fail_state >> 16) % host_fail_n == 0;
}

void *
kmalloc(size_t size, int flags)
{
	void *p;

	if (size == 0 || host_fail(flags))
		return NULL;
	p = host_malloc(size);
	if (p == NULL)
		return NULL;
	__atomic_add_fetch(&host_live, 1, __ATOMIC_RELAXED);
	memset(p, (flags & M_ZERO) ? 0 : 0xa5, size);
	return p;
}

void
kfree(void *p)
{
	if (p == NULL)
		return;
	__atomic_sub_fetch(&host_live, 1, __ATOMIC_RELAXED);
	host_free(p);
}

struct kmem_cache *
kmem_cache_create(const char *name, size_t size, size_t align, unsigned flags)
{
	struct kmem_cache *c = host_malloc(sizeof(*c));

	(void)flags;
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->size = size;
	c->align = align == 0 ? 16 : align;
	return c;
}

void *
kmem_cache_alloc(struct kmem_cache *c, int flags)
{
	void *p;

	if (host_fail(flags))
		return NULL;
	p = host_aligned(c->align, (c->size + c->align - 1) & -c->align);
	if (p == NULL)
		return NULL;
	c->inuse++;
	c->allocs++;
	if (c->inuse > c->peak)
		c->peak = c->inuse;
	__atomic_add_fetch(&host_live, 1, __ATOMIC_RELAXED);
	if (flags & M_ZERO)
		memset(p, 0, c->size);
	return p;
}

void
kmem_cache_free(struct kmem_cache *c, void *p)
{
	c->inuse--;
	c->frees++;
	__atomic_sub_fetch(&host_live, 1, __ATOMIC_RELAXED);
	host_free(p);
}

void
kmem_cache_destroy(struct kmem_cache *c)
{
	host_free(c);
}

void
kmem_cache_stats(struct kmem_cache *c, struct kmem_stats *out)
{
	memset(out, 0, sizeof(*out));
	out->name = c->name;
	out->size = c->size;
	out->inuse = c->inuse;
	out->peak = c->peak;
	out->allocs = c->allocs;
	out->frees = c->frees;
}

paddr_t
virt_to_phys(const void *p)
{
	return (paddr_t)(uintptr_t)p;
}
