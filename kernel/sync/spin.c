/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spin locks: lck_spin_* of <kern/locks.h>.
 *
 * Interrupts and preemption are off from the first lock taken to the last
 * one released (spin_enter/spin_exit), in whatever order.
 */
#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/group.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"

void
lck_spin_init(lck_spin_t *lck, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	lck->ls_locked = 0;
	lck->ls_flags = 0;
	lck->ls_owner = NULL;
	lck->ls_grp = lck_grp_hold(grp, LOCK_SPIN);
}

void
lck_spin_destroy(lck_spin_t *lck, lck_grp_t *grp)
{
	(void)grp;
	KASSERT(lck->ls_locked == 0, ("lck_spin_destroy: held"));
	lck_grp_drop(lck->ls_grp, LOCK_SPIN);
	lck->ls_grp = NULL;
}

lck_spin_t *
lck_spin_alloc_init(lck_grp_t *grp, lck_attr_t *attr)
{
	lck_spin_t *lck = kmalloc(sizeof(*lck), M_WAITOK);

	if (lck != NULL)
		lck_spin_init(lck, grp, attr);
	return (lck);
}

void
lck_spin_free(lck_spin_t *lck, lck_grp_t *grp)
{
	lck_spin_destroy(lck, grp);
	kfree(lck);
}

void
lck_spin_lock(lck_spin_t *lck)
{
	spin_enter();
	if (__builtin_expect(__atomic_exchange_n(&lck->ls_locked, 1,
	    __ATOMIC_ACQUIRE) != 0, 0)) {
		if (lck->ls_owner == current_thread())
			panic("lck_spin_lock: %p (%s) is held by this thread",
			    lck, lck_grp_name(lck->ls_grp));
		lck_grp_contended(lck->ls_grp);
		while (__atomic_exchange_n(&lck->ls_locked, 1,
		    __ATOMIC_ACQUIRE) != 0)
			arch_pause();
	}
	lck->ls_owner = current_thread();
	lck_grp_acquired(lck->ls_grp);
	lockcheck_acquire(lck, lck->ls_grp, false);
}

boolean_t
lck_spin_try_lock(lck_spin_t *lck)
{
	spin_enter();
	if (__atomic_exchange_n(&lck->ls_locked, 1, __ATOMIC_ACQUIRE) != 0) {
		spin_exit();
		return (FALSE);
	}
	lck->ls_owner = current_thread();
	lck_grp_acquired(lck->ls_grp);
	lockcheck_acquire(lck, NULL, false);
	return (TRUE);
}

void
lck_spin_unlock(lck_spin_t *lck)
{
	KASSERT(lck->ls_locked && lck->ls_owner == current_thread(),
	    ("lck_spin_unlock: %p (%s) is not held", lck,
	    lck_grp_name(lck->ls_grp)));
	lockcheck_release(lck);
	lck->ls_owner = NULL;
	__atomic_store_n(&lck->ls_locked, 0, __ATOMIC_RELEASE);
	spin_exit();
}

void
lck_spin_lock_grp(lck_spin_t *lck, lck_grp_t *grp)
{
	(void)grp;
	lck_spin_lock(lck);
}

boolean_t
lck_spin_try_lock_grp(lck_spin_t *lck, lck_grp_t *grp)
{
	(void)grp;
	return (lck_spin_try_lock(lck));
}

boolean_t
kdp_lck_spin_is_acquired(lck_spin_t *lck)
{
	return (lck->ls_locked != 0);
}

bool
lck_spin_owned(lck_spin_t *lck)
{
	return (lck->ls_locked != 0 && lck->ls_owner == current_thread());
}
