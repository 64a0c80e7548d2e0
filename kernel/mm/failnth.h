/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation failure on purpose: which allocations of the heap fail.
 */
#ifndef KERNEL_MM_FAILNTH_H
#define KERNEL_MM_FAILNTH_H

#include <stdbool.h>
#include <stdint.h>

extern bool failnth_armed;

/* Whether this allocation, with these M_ flags, is one that fails. */
bool failnth_now(int flags);

/*
 * The nth allocation from now fails, once, whoever makes it and whether it
 * could have waited or not; 0 takes that back.
 */
void failnth_arm(uint64_t nth);

#endif /* KERNEL_MM_FAILNTH_H */
