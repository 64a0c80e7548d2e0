/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bare spin lock of kernel/sched, kernel/sync and kernel/time: counted
 * like every spin lock (spin_enter), without owner, group or checks.  Order:
 * callout lock, scheduler's lock, timer lock.
 */
#ifndef KERNEL_SYNC_RAWSPIN_H
#define KERNEL_SYNC_RAWSPIN_H

#include "arch/x86_64/cpu.h"
#include "kernel/sched/thread.h"

struct rawspin {
	volatile int rs_word;
};

static inline void
raw_lock(struct rawspin *l)
{
	spin_enter();
	while (__atomic_exchange_n(&l->rs_word, 1, __ATOMIC_ACQUIRE) != 0)
		arch_pause();
}

static inline void
raw_unlock(struct rawspin *l)
{
	__atomic_store_n(&l->rs_word, 0, __ATOMIC_RELEASE);
	spin_exit();
}

#endif /* KERNEL_SYNC_RAWSPIN_H */
