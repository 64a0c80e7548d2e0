/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mach semaphores: <mach/semaphore.h>.
 *
 * A signal with waiters hands its count to the first of them (it wakes with
 * THREAD_AWAKENED and owns the count), so no later waiter overtakes it.
 */
#include <mach/semaphore.h>

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/wait.h"
#include "kernel/sync/lock.h"

/* x s_lock */
struct semaphore {
	lck_spin_t s_lock;
	struct waitq s_wq;		/* x, and the scheduler's lock */
	int s_count;			/* x */
	unsigned s_refs;		/* a: owner and waiters */
	bool s_dead;			/* x */
	struct kext *s_kext;		/* I: charged */
};

static LOCK_GROUP(semaphore_grp, "semaphore");

static void
semaphore_rele(semaphore_t s)
{
	if (__atomic_sub_fetch(&s->s_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	lck_spin_destroy(&s->s_lock, &semaphore_grp);
	kext_uncharge(s->s_kext, KRES_LOCK, 1);
	kfree(s);
}

kern_return_t
semaphore_create(task_t task, semaphore_t *out, int policy, int value)
{
	struct semaphore *s;

	(void)task;
	if (out == NULL || value < 0 || policy != SYNC_POLICY_FIFO)
		return (KERN_INVALID_ARGUMENT);
	s = kmalloc(sizeof(*s), M_WAITOK | M_ZERO);
	if (s == NULL)
		return (KERN_RESOURCE_SHORTAGE);
	lck_spin_init(&s->s_lock, &semaphore_grp, LCK_ATTR_NULL);
	waitq_init(&s->s_wq);
	s->s_count = value;
	s->s_refs = 1;
	s->s_kext = kext_charge(KRES_LOCK, 1);
	*out = s;
	return (KERN_SUCCESS);
}

kern_return_t
semaphore_destroy(task_t task, semaphore_t s)
{
	(void)task;
	if (s == SEMAPHORE_NULL)
		return (KERN_INVALID_ARGUMENT);
	lck_spin_lock(&s->s_lock);
	s->s_dead = true;
	(void)waitq_wake_result(&s->s_wq, false, THREAD_RESTART);
	lck_spin_unlock(&s->s_lock);
	semaphore_rele(s);
	return (KERN_SUCCESS);
}

kern_return_t
semaphore_signal(semaphore_t s)
{
	if (s == SEMAPHORE_NULL)
		return (KERN_INVALID_ARGUMENT);
	lck_spin_lock(&s->s_lock);
	if (waitq_wake_one(&s->s_wq) == 0)
		s->s_count++;
	lck_spin_unlock(&s->s_lock);
	return (KERN_SUCCESS);
}

kern_return_t
semaphore_signal_all(semaphore_t s)
{
	unsigned n;

	if (s == SEMAPHORE_NULL)
		return (KERN_INVALID_ARGUMENT);
	lck_spin_lock(&s->s_lock);
	n = waitq_wake_all(&s->s_wq);
	lck_spin_unlock(&s->s_lock);
	return (n > 0 ? KERN_SUCCESS : KERN_NOT_WAITING);
}

kern_return_t
semaphore_wait_noblock(semaphore_t s)
{
	kern_return_t kr = KERN_OPERATION_TIMED_OUT;

	if (s == SEMAPHORE_NULL)
		return (KERN_INVALID_ARGUMENT);
	lck_spin_lock(&s->s_lock);
	if (s->s_count > 0) {
		s->s_count--;
		kr = KERN_SUCCESS;
	}
	lck_spin_unlock(&s->s_lock);
	return (kr);
}

static kern_return_t
wait_until(semaphore_t s, uint64_t deadline, const void *caller)
{
	wait_result_t res;
	struct waiter w;

	if (s == SEMAPHORE_NULL)
		return (KERN_INVALID_ARGUMENT);
	lck_spin_lock(&s->s_lock);
	if (s->s_dead) {
		lck_spin_unlock(&s->s_lock);
		return (KERN_TERMINATED);
	}
	if (s->s_count > 0) {
		s->s_count--;
		lck_spin_unlock(&s->s_lock);
		return (KERN_SUCCESS);
	}
	__atomic_add_fetch(&s->s_refs, 1, __ATOMIC_RELAXED);
	waitq_assert(&s->s_wq, &w, WAIT_INTERRUPTIBLE, deadline);
	lck_spin_unlock(&s->s_lock);
	res = sleep_block(&w, caller);
	semaphore_rele(s);
	switch (res) {
	case THREAD_AWAKENED:
		return (KERN_SUCCESS);
	case THREAD_TIMED_OUT:
		return (KERN_OPERATION_TIMED_OUT);
	case THREAD_INTERRUPTED:
		return (KERN_ABORTED);
	default:
		return (KERN_TERMINATED);
	}
}

kern_return_t
semaphore_wait(semaphore_t s)
{
	return (wait_until(s, 0, __builtin_return_address(0)));
}

kern_return_t
semaphore_wait_deadline(semaphore_t s, uint64_t deadline)
{
	return (wait_until(s, deadline != 0 ? deadline : 1,
	    __builtin_return_address(0)));
}
