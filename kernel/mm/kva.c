/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel virtual ranges.
 *
 * Each region is a span of addresses with a list of ranges sorted by
 * address; a new range goes into the first gap that holds it and one page on
 * each side, so that no two ranges touch: the page between is the guard of
 * both.  Frames come one by one from the frame allocator.
 */
#include "kernel/mm/kva.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"

struct kva_range {
	struct kva_range	*next;
	uintptr_t		 base;
	size_t			 size;
	bool			 backed;	/* frames are ours to free */
};

struct kva_space {
	uintptr_t		 start, end;
	struct kva_range	*first;
	size_t			 bytes, count;
};

static struct arch_spin kva_lock = ARCH_SPIN_INIT;
static struct kmem_cache *range_cache;
static struct kva_space spaces[KVA_REGIONS] = {
	[KVA_ANY] = { MMU_KVA_BASE, MMU_KVA_BASE + (1UL << 40), NULL, 0, 0 },
	[KVA_STACK] = { MMU_KVA_BASE + (1UL << 40),
	    MMU_KVA_BASE + (2UL << 40), NULL, 0, 0 },
	[KVA_KEXT] = { MMU_KEXT_BASE, MMU_KEXT_END, NULL, 0, 0 },
	[KVA_MMIO] = { MMU_KVA_BASE + (2UL << 40),
	    MMU_KVA_BASE + (3UL << 40), NULL, 0, 0 },
};

/* Puts r, whose size is set, into the first gap. */
static bool
insert_locked(struct kva_space *sp, struct kva_range *r)
{
	uintptr_t at = sp->start + MMU_PAGE_SIZE;
	struct kva_range **p = &sp->first;

	while (*p != NULL && (*p)->base - at < r->size + MMU_PAGE_SIZE) {
		at = (*p)->base + (*p)->size + MMU_PAGE_SIZE;
		p = &(*p)->next;
	}
	if (sp->end - at < r->size + MMU_PAGE_SIZE)
		return false;
	r->base = at;
	r->next = *p;
	*p = r;
	sp->bytes += r->size;
	sp->count++;
	return true;
}

static struct kva_space *
space_of(uintptr_t va)
{
	unsigned i;

	for (i = 0; i < KVA_REGIONS; i++) {
		if (va >= spaces[i].start && va < spaces[i].end)
			return &spaces[i];
	}
	return NULL;
}

static struct kva_range *
remove_locked(uintptr_t va)
{
	struct kva_space *sp = space_of(va);
	struct kva_range **p, *r;

	if (sp == NULL)
		return NULL;
	for (p = &sp->first; *p != NULL && (*p)->base != va; p = &(*p)->next)
		;
	r = *p;
	if (r != NULL) {
		*p = r->next;
		sp->bytes -= r->size;
		sp->count--;
	}
	return r;
}

/* Unmaps and frees what is mapped of a range's first len bytes. */
static void
release_frames(struct kva_range *r, size_t len)
{
	paddr_t pa;
	unsigned prot;
	size_t off;

	for (off = 0; off < len; off += MMU_PAGE_SIZE) {
		if (!mmu_lookup(r->base + off, &pa, &prot))
			continue;
		mmu_unmap(r->base + off, MMU_PAGE_SIZE);
		/* give the direct map its write access back */
		if (!(prot & MMU_WRITE) && mmu_protect(MMU_DIRECT_BASE + pa,
		    MMU_PAGE_SIZE, MMU_READ | MMU_WRITE) != 0)
			panic("kva: lost the direct map of %#llx",
			    (unsigned long long)pa);
		pmm_free(pa, 0);
	}
}

static struct kva_range *
range_create(size_t size, unsigned region, bool backed)
{
	struct kva_range *r;
	bool ok;
	uint64_t s;

	VERIFY(region < KVA_REGIONS);
	if (size == 0 || size > 1UL << 40)
		return NULL;
	r = kmem_cache_alloc(range_cache, M_NOWAIT);
	if (r == NULL)
		return NULL;
	r->size = (size + MMU_PAGE_MASK) & ~MMU_PAGE_MASK;
	r->backed = backed;
	s = arch_spin_lock(&kva_lock);
	ok = insert_locked(&spaces[region], r);
	arch_spin_unlock(&kva_lock, s);
	if (!ok) {
		kmem_cache_free(range_cache, r);
		return NULL;
	}
	return r;
}

static void
range_destroy(uintptr_t va)
{
	uint64_t s = arch_spin_lock(&kva_lock);
	struct kva_range *r = remove_locked(va);

	arch_spin_unlock(&kva_lock, s);
	if (r == NULL)
		panic("kva: %#lx is not the start of a range",
		    (unsigned long)va);
	kmem_cache_free(range_cache, r);
}

void *
kva_alloc(size_t size, unsigned region)
{
	struct kva_range *r = range_create(size, region, true);
	int flags = region == KVA_STACK ? 0 : M_ZERO;
	size_t off;
	paddr_t pa;

	if (r == NULL)
		return NULL;
	for (off = 0; off < r->size; off += MMU_PAGE_SIZE) {
		pa = pmm_alloc(0, flags);
		if (pa == 0 && kmem_reap() > 0)
			pa = pmm_alloc(0, flags);
		if (pa == 0)
			goto fail;
		if (mmu_map(r->base + off, pa, MMU_PAGE_SIZE,
		    MMU_READ | MMU_WRITE) != 0) {
			pmm_free(pa, 0);
			goto fail;
		}
	}
	return (void *)r->base;
fail:
	release_frames(r, off);
	range_destroy(r->base);
	return NULL;
}

static struct kva_range *
range_find(uintptr_t va, unsigned *region)
{
	struct kva_space *sp = space_of(va);
	struct kva_range *r;

	if (sp == NULL)
		return NULL;
	for (r = sp->first; r != NULL; r = r->next) {
		if (va >= r->base && va < r->base + r->size)
			break;
	}
	if (region != NULL)
		*region = (unsigned)(sp - spaces);
	return r;
}

void
kva_free(void *va)
{
	struct kva_range *r;
	uint64_t s;

	if (va == NULL)
		return;
	s = arch_spin_lock(&kva_lock);
	r = range_find((uintptr_t)va, NULL);
	arch_spin_unlock(&kva_lock, s);
	if (r == NULL || r->base != (uintptr_t)va || !r->backed)
		panic("kva_free: %p was not allocated", va);
	release_frames(r, r->size);
	range_destroy((uintptr_t)va);
}

errno_t
kva_protect(void *va, size_t size, unsigned prot)
{
	uintptr_t a = (uintptr_t)va;
	struct kva_range *r;
	uint64_t s;

	if ((prot & KVA_WRITE) && (prot & KVA_EXEC))
		panic("kva_protect: writable and executable at once");
	size = (size + MMU_PAGE_MASK) & ~MMU_PAGE_MASK;
	s = arch_spin_lock(&kva_lock);
	r = range_find(a, NULL);
	if (r != NULL && (size > r->size || a - r->base > r->size - size))
		r = NULL;
	arch_spin_unlock(&kva_lock, s);
	if (r == NULL || (a & MMU_PAGE_MASK) != 0)
		return EINVAL;
	return mmu_protect(a, size, prot | MMU_READ);
}

bool
kva_is_guard(uintptr_t va, uintptr_t *base, unsigned *region)
{
	struct kva_space *sp = space_of(va);
	struct kva_range *r;

	for (r = sp == NULL ? NULL : sp->first; r != NULL; r = r->next) {
		if ((va < r->base && r->base - va <= MMU_PAGE_SIZE) ||
		    (va >= r->base + r->size &&
		    va - r->base - r->size < MMU_PAGE_SIZE)) {
			*base = r->base;
			*region = (unsigned)(sp - spaces);
			return true;
		}
	}
	return false;
}

void
kva_stats(unsigned region, size_t *bytes, size_t *ranges)
{
	*bytes = spaces[region].bytes;
	*ranges = spaces[region].count;
}

void *
kva_reserve(size_t size, unsigned region)
{
	struct kva_range *r = range_create(size, region, false);

	return r == NULL ? NULL : (void *)r->base;
}

void
kva_unreserve(void *va)
{
	range_destroy((uintptr_t)va);
}

/* --- device and firmware mappings (arch/x86_64/io.h) ------------------------------ */

static void *
phys_map(paddr_t pa, size_t len, unsigned prot)
{
	paddr_t from = pa & ~MMU_PAGE_MASK;
	size_t size = ((pa + len + MMU_PAGE_MASK) & ~MMU_PAGE_MASK) - from;
	char *va;

	if (len == 0 || pa + len < pa)
		return NULL;
	va = kva_reserve(size, KVA_MMIO);
	if (va == NULL)
		return NULL;
	if (mmu_map((uintptr_t)va, from, size, prot) != 0) {
		kva_unreserve(va);
		return NULL;
	}
	return va + (pa & MMU_PAGE_MASK);
}

static void
phys_unmap(uintptr_t va, size_t len)
{
	uintptr_t from = va & ~MMU_PAGE_MASK;

	mmu_unmap(from, ((va + len + MMU_PAGE_MASK) & ~MMU_PAGE_MASK) - from);
	kva_unreserve((void *)from);
}

void *
mmio_map(paddr_t pa, size_t len)
{
	return phys_map(pa, len, MMU_READ | MMU_WRITE | MMU_UNCACHED);
}

void
mmio_unmap(void *va, size_t len)
{
	phys_unmap((uintptr_t)va, len);
}

const void *
phys_map_ro(paddr_t pa, size_t len)
{
	return phys_map(pa, len, MMU_READ);
}

void
phys_unmap_ro(const void *va, size_t len)
{
	phys_unmap((uintptr_t)va, len);
}

void
kva_init(void)
{
	range_cache = kmem_cache_create("kva_range", sizeof(struct kva_range),
	    0, 0);
	if (range_cache == NULL)
		panic("kva: no memory");
}
