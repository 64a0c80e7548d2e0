/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lock checking in debug builds.
 *
 * Each thread remembers the locks it holds.  Taking one while others are
 * held records "group A before group B" in a matrix; the opposite order seen
 * later is a possible deadlock and is reported once per pair, with names.
 * Locks of one group are not ordered among themselves.  Blocking with a spin
 * lock held, in an interrupt or with preemption off panics at once.
 */
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/group.h"
#include "kernel/sync/lock.h"

#ifdef INVARIANTS

#define CLASSES		128

static uint64_t before[CLASSES][CLASSES / 64];	/* a: [a] has b: a before b */
static const char *class_name[CLASSES];
static int nclasses;				/* a */
static unsigned reversals;
static bool quiet;

static int
class_of(lck_grp_t *grp)
{
	int c = __atomic_load_n(&grp->lg_class, __ATOMIC_RELAXED);

	if (c == 0) {
		c = __atomic_add_fetch(&nclasses, 1, __ATOMIC_RELAXED);
		if (c >= CLASSES)
			c = CLASSES - 1;	/* the last one is shared */
		else
			class_name[c] = grp->lg_static ? grp->lg_name : "kext";
		grp->lg_class = c;
	}
	return (c);
}

static bool
bit(int a, int b)
{
	return ((before[a][b / 64] >> (b % 64)) & 1);
}

static void
order(int held, int taken)
{
	if (held == taken || bit(held, taken))
		return;
	before[held][taken / 64] |= 1ull << (taken % 64);
	if (!bit(taken, held) || held == CLASSES - 1 || taken == CLASSES - 1)
		return;
	reversals++;
	if (!quiet && sched_running()) {
		quiet = true;
		printf("lockcheck: \"%s\" taken with \"%s\" held, seen in the "
		    "other order before (%p)\n", class_name[taken],
		    class_name[held], __builtin_return_address(0));
		quiet = false;
	}
}

void
lockcheck_acquire(const void *lock, lck_grp_t *grp, bool blocking)
{
	struct thread *t = current_thread();

	if (t == NULL || in_interrupt())
		return;
	if (grp != NULL && blocking && t->t_nheld > 0 && sched_running()) {
		int taken = class_of(grp);

		for (unsigned i = 0; i < t->t_nheld; i++) {
			if (t->t_held_class[i] != 0)
				order(t->t_held_class[i], taken);
		}
	}
	if (t->t_nheld < THREAD_HELD_MAX) {
		t->t_held[t->t_nheld] = lock;
		t->t_held_class[t->t_nheld] =
		    grp != NULL && blocking ? class_of(grp) : 0;
		t->t_nheld++;
	}
}

void
lockcheck_release(const void *lock)
{
	struct thread *t = current_thread();

	if (t == NULL || in_interrupt())
		return;
	for (unsigned i = t->t_nheld; i-- > 0;) {
		if (t->t_held[i] != lock)
			continue;
		t->t_nheld--;
		for (; i < t->t_nheld; i++) {
			t->t_held[i] = t->t_held[i + 1];
			t->t_held_class[i] = t->t_held_class[i + 1];
		}
		return;
	}
}

bool
lockcheck_held(const void *lock)
{
	struct thread *t = current_thread();

	for (unsigned i = 0; i < t->t_nheld; i++) {
		if (t->t_held[i] == lock)
			return (true);
	}
	return (false);
}

void
lockcheck_block(const char *what)
{
	struct cpu *c = curcpu();

	if (!sched_running())
		return;
	if (c->c_intr_depth != 0)
		panic("%s: in an interrupt", what);
	if (c->c_spin_depth != 0)
		panic("%s: with a spin lock held", what);
	if (c->c_thread->t_preempt != 0)
		panic("%s: with preemption off", what);
	if (!arch_irq_enabled())
		panic("%s: with interrupts off", what);
}

unsigned
lockcheck_reversals(void)
{
	return (reversals);
}

#endif /* INVARIANTS */
