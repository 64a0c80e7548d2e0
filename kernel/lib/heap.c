/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KPI heap: headers, charging and checks; see heap.h.
 */
#include "kernel/lib/heap.h"

#include <kern/debug.h>
#include <stdint.h>

#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"

#define HEAP_MAGIC	0x4b48u
#define HEAP_FREED	0xdeadu

struct heap_header {
	struct kext_site *site;
	uint32_t	 size;
	uint16_t	 kind;
	uint16_t	 magic;
};
_Static_assert(sizeof(struct heap_header) == 16, "keeps 16-byte alignment");

void *
heap_alloc(enum heap_kind kind, size_t size, int flags)
{
	struct heap_header *h;

	if (size > UINT32_MAX - sizeof(*h))
		return (NULL);
	if ((h = kmalloc(sizeof(*h) + size, flags)) == NULL)
		return (NULL);
	h->site = kext_site_charge(size);
	h->size = (uint32_t)size;
	h->kind = (uint16_t)kind;
	h->magic = HEAP_MAGIC;
	return (h + 1);
}

static struct heap_header *
heap_check(enum heap_kind kind, void *p, const char *caller)
{
	struct heap_header *h = (struct heap_header *)p - 1;

	if (h->magic == HEAP_FREED)
		panic("%s: %p was freed already", caller, p);
	if (h->magic != HEAP_MAGIC)
		panic("%s: %p is no allocation", caller, p);
	if (h->kind != kind)
		panic("%s: %p comes from another allocator", caller, p);
	return (h);
}

void
heap_free(enum heap_kind kind, void *p, const char *caller)
{
	struct heap_header *h;
	struct kext_site *site;
	size_t size;

	if (p == NULL)
		return;
	h = heap_check(kind, p, caller);
	site = h->site;
	size = h->size;
	h->magic = HEAP_FREED;
	kfree(h);
	/* Last: the kext may be gone once it holds nothing. */
	kext_site_uncharge(site, size);
}

void
heap_free_sized(enum heap_kind kind, void *p, size_t size, const char *caller)
{
	if (p != NULL && heap_check(kind, p, caller)->size != size)
		panic("%s: %p has %u bytes, not %zu", caller, p,
		    heap_check(kind, p, caller)->size, size);
	heap_free(kind, p, caller);
}

size_t
heap_size(enum heap_kind kind, void *p, const char *caller)
{
	return (heap_check(kind, p, caller)->size);
}
