/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between init.c and the parts it starts by name.
 */
#ifndef KERNEL_INIT_H
#define KERNEL_INIT_H

/* Frames, final page tables, heap, ranges, interrupt controllers, clock. */
void mm_start(void);

/* The boot flow is over: its thread ends, or idles where there are none. */
void boot_finished(void) __attribute__((noreturn));

#endif
