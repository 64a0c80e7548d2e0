/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pairing heap of timers by deadline, linked through the timers: insert in
 * constant time, take the first or any other in amortised logarithmic time,
 * no allocation.  Portable; the caller locks.
 *
 * Links: tm_child is the first child, tm_next the next sibling, tm_prev the
 * previous sibling or, for a first child, the parent.
 */
#ifndef KERNEL_TIME_TIMER_HEAP_H
#define KERNEL_TIME_TIMER_HEAP_H

#include <stdbool.h>

#include "kernel/time/timer.h"

struct timer_heap {
	struct timer *th_root;		/* earliest deadline */
	unsigned th_count;
};

void timer_heap_insert(struct timer_heap *h, struct timer *t);
void timer_heap_remove(struct timer_heap *h, struct timer *t);

/* The first timer if its deadline is at or before now, taken out. */
struct timer *timer_heap_pop(struct timer_heap *h, uint64_t now);

/* Checks order, links and count. */
bool timer_heap_check(const struct timer_heap *h);

#endif /* KERNEL_TIME_TIMER_HEAP_H */
