/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of kernel/mm.
 */
#ifndef KERNEL_MM_MM_H
#define KERNEL_MM_MM_H

/* Adds what the boot tables did not map, and the boot tables themselves. */
void pmm_init_high(void);

#endif
