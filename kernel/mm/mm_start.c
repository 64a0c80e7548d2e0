/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Brings memory up in the one order that works: frames the boot tables can
 * reach, final page tables, the rest of RAM, heap, address ranges, and what
 * needs device mappings.
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/mmu.h"
#include "kernel/init.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/pmm.h"

void
mm_start(void)
{
	pmm_init();
	mmu_init();
	pmm_init_high();
	kmem_init();
	kva_init();
	apic_init();
	clock_init();
}
