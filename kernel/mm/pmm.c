/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buddy allocator.
 *
 * Every frame up to the highest one of RAM has a struct page; frames that
 * are not RAM, hold the kernel or a boot module, or lie in the first 64 KiB
 * are PAGE_RESERVED for good.  A free block of 2^order frames is known by
 * its head: PAGE_FREE, its order, and links in the list of that order.  A
 * block's buddy is found by flipping one bit of its frame number.
 *
 * Free frames are never touched, so RAM above 4 GiB, which the boot tables
 * do not map, is added after mmu_init() only because its frames could be
 * handed out to be written.
 */
#include "kernel/mm/pmm.h"

#include <string.h>
#include <sys/malloc.h>

#include "arch/x86_64/cpu.h"
#include "kernel/bootinfo.h"
#include "kernel/kassert.h"
#include "kernel/mm/mm.h"
#include "kernel/trap.h"

#define LOW_RESERVED	0x10000UL	/* BIOS data, start of other CPUs */
#define BOOT_MAPPED	(4UL << 30)

static struct arch_spin pmm_lock = ARCH_SPIN_INIT;
static struct page *pages;
static size_t npages;			/* length of pages */
static struct page free_list[PMM_MAX_ORDER + 1];
static size_t free_count, total_count, table_count;

struct range {
	paddr_t from, to;
};

static struct range reserved[BOOT_MODULES_MAX + 3];
static unsigned nreserved;

extern char boot_start[], boot_end[];

struct page *
pmm_page(paddr_t pa)
{
	size_t pfn = pa >> MMU_PAGE_SHIFT;

	return pfn < npages ? &pages[pfn] : NULL;
}

paddr_t
pmm_page_addr(const struct page *pg)
{
	return (paddr_t)(pg - pages) << MMU_PAGE_SHIFT;
}

static void
list_add(struct page *pg, unsigned order)
{
	struct page *head = &free_list[order];

	pg->pg_next = head->pg_next;
	pg->pg_prev = head;
	head->pg_next->pg_prev = pg;
	head->pg_next = pg;
	pg->pg_state = PAGE_FREE;
	pg->pg_order = (uint8_t)order;
}

static void
list_remove(struct page *pg)
{
	pg->pg_next->pg_prev = pg->pg_prev;
	pg->pg_prev->pg_next = pg->pg_next;
	pg->pg_state = PAGE_FREE_TAIL;
}

static void
free_locked(size_t pfn, unsigned order)
{
	struct page *buddy;
	size_t b;

	free_count += (size_t)1 << order;
	while (order < PMM_MAX_ORDER) {
		b = pfn ^ (size_t)1 << order;
		buddy = &pages[b];
		if (b + ((size_t)1 << order) > npages ||
		    buddy->pg_state != PAGE_FREE || buddy->pg_order != order)
			break;
		list_remove(buddy);
		pfn &= ~((size_t)1 << order);
		order++;
	}
	list_add(&pages[pfn], order);
}

/* Frees n frames in the largest aligned blocks there are. */
static void
free_run_locked(size_t pfn, size_t n)
{
	unsigned order;

	while (n > 0) {
		order = 0;
		while (order < PMM_MAX_ORDER &&
		    (pfn & (size_t)1 << order) == 0 &&
		    (size_t)2 << order <= n)
			order++;
		free_locked(pfn, order);
		pfn += (size_t)1 << order;
		n -= (size_t)1 << order;
	}
}

/* Takes a block of exactly 2^order frames off the lists. */
static struct page *
take_locked(unsigned order)
{
	struct page *pg;
	unsigned o = order;

	while (o <= PMM_MAX_ORDER && free_list[o].pg_next == &free_list[o])
		o++;
	if (o > PMM_MAX_ORDER)
		return NULL;
	pg = free_list[o].pg_next;
	list_remove(pg);
	while (o > order) {
		o--;
		list_add(pg + ((size_t)1 << o), o);
	}
	free_count -= (size_t)1 << order;
	return pg;
}

static void
mark(struct page *pg, size_t n, enum page_state state)
{
	size_t i;

	for (i = 0; i < n; i++)
		pg[i].pg_state = (uint8_t)state;
}

paddr_t
pmm_alloc_pages(size_t n, int flags)
{
	unsigned order = 0;
	struct page *pg;
	paddr_t pa;
	uint64_t s;
	size_t i;

	while (((size_t)1 << order) < n)
		order++;
	if (n == 0 || order > PMM_MAX_ORDER)
		return 0;
	s = arch_spin_lock(&pmm_lock);
	pg = take_locked(order);
	if (pg != NULL) {
		mark(pg, n, PAGE_USED);
		mark(pg + n, ((size_t)1 << order) - n, PAGE_FREE_TAIL);
		for (i = n; i < (size_t)1 << order; i++)
			free_locked((size_t)(pg - pages) + i, 0);
	}
	arch_spin_unlock(&pmm_lock, s);
	if (pg == NULL)
		return 0;
	pa = pmm_page_addr(pg);
	if (flags & M_ZERO)
		memset(phys_to_virt(pa), 0, n * MMU_PAGE_SIZE);
	return pa;
}

void
pmm_free_pages(paddr_t pa, size_t n)
{
	size_t pfn = pa >> MMU_PAGE_SHIFT, i;
	uint64_t s;

	VERIFY((pa & MMU_PAGE_MASK) == 0 && pfn + n <= npages);
	s = arch_spin_lock(&pmm_lock);
	for (i = 0; i < n; i++) {
		if (pages[pfn + i].pg_state == PAGE_RESERVED ||
		    pages[pfn + i].pg_state == PAGE_FREE ||
		    pages[pfn + i].pg_state == PAGE_FREE_TAIL)
			panic("pmm: frame %#llx freed twice or not ours",
			    (unsigned long long)(pa + i * MMU_PAGE_SIZE));
		pages[pfn + i].pg_state = PAGE_FREE_TAIL;
	}
	free_run_locked(pfn, n);
	arch_spin_unlock(&pmm_lock, s);
}

paddr_t
pmm_alloc(unsigned order, int flags)
{
	return order > PMM_MAX_ORDER ? 0 :
	    pmm_alloc_pages((size_t)1 << order, flags);
}

void
pmm_free(paddr_t pa, unsigned order)
{
	pmm_free_pages(pa, (size_t)1 << order);
}

size_t
pmm_free_count(void)
{
	return free_count;
}

size_t
pmm_total_count(void)
{
	return total_count;
}

paddr_t
virt_to_phys(const void *va)
{
	uintptr_t a = (uintptr_t)va;
	paddr_t pa;

	if (a >= MMU_DIRECT_BASE && a < MMU_DIRECT_END)
		return a - MMU_DIRECT_BASE;
	if (!mmu_lookup(a, &pa, NULL))
		panic("virt_to_phys: %p is not mapped", va);
	return pa;
}

uint64_t
trap_table_alloc(void)
{
	uint64_t pa = pmm_alloc(0, M_ZERO);

	if (pa != 0)
		__atomic_add_fetch(&table_count, 1, __ATOMIC_RELAXED);
	return pa;
}

size_t
pmm_table_count(void)
{
	return table_count;
}

/* --- start -------------------------------------------------------------------- */

static void
reserve(paddr_t from, paddr_t to)
{
	reserved[nreserved++] = (struct range){
		from & ~MMU_PAGE_MASK,
		(to + MMU_PAGE_MASK) & ~MMU_PAGE_MASK,
	};
}

/* The first reserved range that touches [from, to). */
static const struct range *
reserved_in(paddr_t from, paddr_t to)
{
	const struct range *best = NULL;
	unsigned i;

	for (i = 0; i < nreserved; i++) {
		if (reserved[i].from < to && reserved[i].to > from &&
		    (best == NULL || reserved[i].from < best->from))
			best = &reserved[i];
	}
	return best;
}

/* Lowest place for size bytes of RAM that the boot tables map. */
static paddr_t
place(size_t size)
{
	const struct boot_region *r;
	const struct range *hit;
	paddr_t pa, end;
	unsigned i;

	for (i = 0; i < boot_info.nregions; i++) {
		r = &boot_info.region[i];
		pa = (r->base + MMU_PAGE_MASK) & ~MMU_PAGE_MASK;
		end = r->base + r->len;
		if (end > BOOT_MAPPED)
			end = BOOT_MAPPED;
		while (r->usable && pa < end && end - pa >= size) {
			hit = reserved_in(pa, pa + size);
			if (hit == NULL)
				return pa;
			pa = hit->to;
		}
	}
	panic("pmm: no room for the page records");
}

/* Gives frames to the allocator, but for those it has: a firmware's map may
 * name some twice.  Boot: nobody else is running. */
static void
add_frames(paddr_t from, paddr_t to)
{
	size_t pfn = from >> MMU_PAGE_SHIFT, end = to >> MMU_PAGE_SHIFT;
	size_t first;

	while (pfn < end) {
		for (first = pfn; pfn < end &&
		    pages[pfn].pg_state == PAGE_RESERVED; pfn++)
			pages[pfn].pg_state = PAGE_FREE_TAIL;
		total_count += pfn - first;
		free_run_locked(first, pfn - first);
		while (pfn < end && pages[pfn].pg_state != PAGE_RESERVED)
			pfn++;
	}
}

static void
add_range(paddr_t from, paddr_t to)
{
	const struct range *hit;

	while (from < to) {
		hit = reserved_in(from, to);
		add_frames(from, hit != NULL ? hit->from : to);
		if (hit == NULL)
			return;
		from = hit->to;
	}
}

/* Adds the RAM in [low, high). */
static void
add_ram(paddr_t low, paddr_t high)
{
	const struct boot_region *r;
	paddr_t from, to;
	unsigned i;

	for (i = 0; i < boot_info.nregions; i++) {
		r = &boot_info.region[i];
		from = (r->base + MMU_PAGE_MASK) & ~MMU_PAGE_MASK;
		to = (r->base + r->len) & ~MMU_PAGE_MASK;
		if (from < low)
			from = low;
		if (to > high)
			to = high;
		if (r->usable && from < to)
			add_range(from, to);
	}
}

static void
reserve_boot_memory(void)
{
	const struct boot_module *m;
	unsigned i;

	reserve(0, LOW_RESERVED);
	reserve((uintptr_t)boot_start,
	    (uintptr_t)kernel_end - MMU_KERNEL_BASE);
	for (i = 0; i < boot_info.nmodules; i++) {
		m = &boot_info.module[i];
		reserve(m->pa, m->pa + m->len);
	}
}

void
pmm_init(void)
{
	const struct boot_region *r;
	paddr_t top = 0, pa;
	size_t size;
	unsigned i;

	for (i = 0; i < boot_info.nregions; i++) {
		r = &boot_info.region[i];
		if (r->usable && r->base + r->len > top)
			top = r->base + r->len;
	}
	if (top == 0)
		panic("pmm: the loader gave no memory map");
	for (i = 0; i <= PMM_MAX_ORDER; i++)
		free_list[i].pg_next = free_list[i].pg_prev = &free_list[i];
	reserve_boot_memory();
	npages = top >> MMU_PAGE_SHIFT;
	size = npages * sizeof(struct page);
	pa = place(size);
	reserve(pa, pa + size);
	pages = phys_to_virt(pa);
	memset(pages, 0, size);
	add_ram(0, BOOT_MAPPED);
}

void
pmm_init_high(void)
{
	paddr_t from = (uintptr_t)boot_start;
	paddr_t to = (uintptr_t)boot_end;

	add_ram(BOOT_MAPPED, MMU_DIRECT_END - MMU_DIRECT_BASE);
	/* the 32-bit entry and the boot page tables have had their day */
	add_frames(from, to);
}

const void *
boot_module(unsigned idx, size_t *len, const char **name)
{
	if (idx >= boot_info.nmodules)
		return NULL;
	*len = boot_info.module[idx].len;
	*name = boot_info.module[idx].name;
	return phys_to_virt(boot_info.module[idx].pa);
}
