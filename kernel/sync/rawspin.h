/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spin sections and the bare spin lock of kernel/sched, kernel/sync and
 * kernel/time: counted like every spin lock, without owner, group or checks.
 *
 * Interrupts are off from the first spin_enter() to the last spin_exit(), in
 * whatever order locks are released; the last one restores the state the
 * first one found and switches threads if that is wanted.
 *
 * Order: callout lock and select lock, scheduler's lock, timer lock.
 */
#ifndef KERNEL_SYNC_RAWSPIN_H
#define KERNEL_SYNC_RAWSPIN_H

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"

struct rawspin {
	volatile int rs_word;
};

extern struct rawspin sched_spin;

#ifdef UNIT_TEST
static inline void
spin_enter(void)
{
}

static inline void
spin_exit(void)
{
}
#else
static inline void
spin_enter(void)
{
	uint64_t flags = arch_irq_save();
	struct cpu *c = curcpu();

	if (c->c_spin_depth++ == 0)
		c->c_spin_flags = flags;
}

static inline void
spin_exit(void)
{
	struct cpu *c = curcpu();
	uint64_t flags = c->c_spin_flags;

	if (--c->c_spin_depth != 0)
		return;
	if (__builtin_expect(c->c_resched, 0))
		spin_exit_switch(flags);
	else
		arch_irq_restore(flags);
}
#endif

static inline void
raw_lock(struct rawspin *l)
{
	spin_enter();
	while (__builtin_expect(__atomic_exchange_n(&l->rs_word, 1,
	    __ATOMIC_ACQUIRE) != 0, 0))
		arch_pause();
}

static inline void
raw_unlock(struct rawspin *l)
{
	__atomic_store_n(&l->rs_word, 0, __ATOMIC_RELEASE);
	spin_exit();
}

static inline void
sched_lock(void)
{
	raw_lock(&sched_spin);
}

static inline void
sched_unlock(void)
{
	raw_unlock(&sched_spin);
}

static inline void
sched_lock_assert(void)
{
	KASSERT(sched_spin.rs_word != 0, ("scheduler's lock not held"));
}

#endif /* KERNEL_SYNC_RAWSPIN_H */
