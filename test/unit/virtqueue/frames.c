/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames for the rings: page-aligned heap memory, addressed so that
 * phys_to_virt finds it again. */
#include <stddef.h>
#include <string.h>

#include "kernel/mm/pmm.h"
#include "test/unit/host/clib.h"

paddr_t
pmm_alloc_pages(size_t npages, int flags)
{
	void *p = host_aligned(4096, npages * 4096);

	memset(p, 0, npages * 4096);
	return (uintptr_t)p - MMU_DIRECT_BASE;
}

void
pmm_free_pages(paddr_t pa, size_t npages)
{
	host_free(phys_to_virt(pa));
}
