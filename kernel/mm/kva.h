/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel virtual ranges: page-wise memory with protections of its own and an
 * unmapped guard page on both sides.
 */
#ifndef KERNEL_MM_KVA_H
#define KERNEL_MM_KVA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arch/x86_64/mmu.h"

enum kva_region {
	KVA_ANY,	/* large buffers */
	KVA_STACK,	/* thread stacks */
	KVA_KEXT,	/* within 2 GiB of the kernel image */
	KVA_MMIO,	/* address space only: mmio_map() */
	KVA_REGIONS
};

#define KVA_READ	MMU_READ
#define KVA_WRITE	MMU_WRITE
#define KVA_EXEC	MMU_EXEC

/*
 * Allocates size bytes rounded up to pages, zeroed (stacks are not), readable
 * and writable, never executable; not physically contiguous.
 * Returns: the address, NULL when out of memory.  Context: any.
 */
void *kva_alloc(size_t size, unsigned region);

/* Frees a range kva_alloc() returned. */
void kva_free(void *va);

/*
 * Changes the protection of part of one range.  KVA_WRITE with KVA_EXEC
 * panics.  Returns: 0, EINVAL for an address outside every range.
 */
errno_t kva_protect(void *va, size_t size, unsigned prot);

/*
 * Whether va lies in a guard page.  Returns the range it guards: its base
 * and region.
 */
bool kva_is_guard(uintptr_t va, uintptr_t *base, unsigned *region);

/* Bytes mapped in a region and number of ranges. */
void kva_stats(unsigned region, size_t *bytes, size_t *ranges);

/* Address space without memory behind it, for device mappings. */
void *kva_reserve(size_t size, unsigned region);
void kva_unreserve(void *va);

void kva_init(void);

#endif
