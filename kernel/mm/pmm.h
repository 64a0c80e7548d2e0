/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory: a buddy allocator over 4 KiB frames, and the record each
 * frame has.  All RAM is reachable through the direct map.
 */
#ifndef KERNEL_MM_PMM_H
#define KERNEL_MM_PMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/mmu.h"

#define PMM_MAX_ORDER	10		/* 4 MiB */

/*
 * Allocates 2^order frames, aligned to their size.  flags: M_ZERO, others
 * ignored (never blocks).
 * Returns: the physical address, 0 when there is none.  Context: any.
 */
paddr_t pmm_alloc(unsigned order, int flags);
void pmm_free(paddr_t pa, unsigned order);

/* The same for any number of frames; gives the surplus back. */
paddr_t pmm_alloc_pages(size_t npages, int flags);
void pmm_free_pages(paddr_t pa, size_t npages);

size_t pmm_free_count(void);	/* frames free now */
size_t pmm_total_count(void);	/* frames managed */
size_t pmm_table_count(void);	/* frames in page tables, which stay */

static inline void *
phys_to_virt(paddr_t pa)
{
	return (void *)(uintptr_t)(MMU_DIRECT_BASE + pa);
}

/* In the direct map, where addresses are as contiguous as frames are. */
static inline bool
virt_is_direct(const void *va)
{
	return (uintptr_t)va - MMU_DIRECT_BASE <
	    MMU_DIRECT_END - MMU_DIRECT_BASE;
}

/* Any mapped kernel address; panics on one that is not. */
paddr_t virt_to_phys(const void *va);

/* What a frame is used for. */
enum page_state {
	PAGE_RESERVED,		/* not RAM, or never given out */
	PAGE_FREE,		/* head of a free block of pg_order */
	PAGE_FREE_TAIL,
	PAGE_USED,
	PAGE_SLAB,		/* part of a slab: pg_cache valid */
	PAGE_LARGE,		/* head of a large kmalloc: pg_count frames */
};

struct kmem_cache;

/* One per frame; the slab allocator keeps its state of a slab here. */
struct page {
	struct page		*pg_next, *pg_prev;
	union {
		struct kmem_cache	*pg_cache;
		size_t			 pg_count;
	};
	uint16_t		 pg_free;	/* slab: first free object */
	uint16_t		 pg_inuse;	/* slab: objects handed out */
	uint8_t			 pg_state;
	uint8_t			 pg_order;
	uint16_t		 pg_index;	/* slab: frames since its head */
};

/* The record of a frame, NULL for an address outside RAM. */
struct page *pmm_page(paddr_t pa);
paddr_t pmm_page_addr(const struct page *pg);

void pmm_init(void);

#endif
