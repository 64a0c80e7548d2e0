/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables and the boot CPU's record; see segment.c.
 */
#ifndef ARCH_X86_64_SEGMENT_H
#define ARCH_X86_64_SEGMENT_H

#include <stdint.h>

/* Loads GDT, IDT and TSS and makes curcpu() work. */
void segment_init(void);

/* Lowest address of the double fault stack. */
uintptr_t segment_fault_stack(void);

#endif
