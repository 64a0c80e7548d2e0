/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reader/writer locks: lck_rw_* of <kern/locks.h>.
 *
 * Who may enter is decided by rwstate.h under a spin bit of the lock's own;
 * whoever may not sleeps on one of three queues and tries again when woken.
 */
#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/group.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"

static void
rw_enter(lck_rw_t *lck)
{
	spin_enter();
	while (__atomic_exchange_n(&lck->rw_word, 1, __ATOMIC_ACQUIRE) != 0)
		arch_pause();
}

static void
rw_leave(lck_rw_t *lck)
{
	__atomic_store_n(&lck->rw_word, 0, __ATOMIC_RELEASE);
	spin_exit();
}

void
lck_rw_init(lck_rw_t *lck, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	lck->rw_word = 0;
	lck->rw_state = (struct rw_state){ 0 };
	lck->rw_writer = NULL;
	waitq_init(&lck->rw_rq);
	waitq_init(&lck->rw_wq);
	waitq_init(&lck->rw_uq);
	lck->rw_grp = lck_grp_hold(grp, LOCK_RW);
	lck->rw_magic = RW_MAGIC;
}

void
lck_rw_destroy(lck_rw_t *lck, lck_grp_t *grp)
{
	(void)grp;
	KASSERT(lck->rw_magic == RW_MAGIC, ("lck_rw_destroy: no lock %p", lck));
	KASSERT(!lck->rw_state.rs_writer && lck->rw_state.rs_readers == 0,
	    ("lck_rw_destroy: %p (%s) is held", lck,
	    lck_grp_name(lck->rw_grp)));
	lck->rw_magic = 0;
	lck_grp_drop(lck->rw_grp, LOCK_RW);
	lck->rw_grp = NULL;
}

lck_rw_t *
lck_rw_alloc_init(lck_grp_t *grp, lck_attr_t *attr)
{
	lck_rw_t *lck = kmalloc(sizeof(*lck), M_WAITOK);

	if (lck != NULL)
		lck_rw_init(lck, grp, attr);
	return (lck);
}

void
lck_rw_free(lck_rw_t *lck, lck_grp_t *grp)
{
	lck_rw_destroy(lck, grp);
	kfree(lck);
}

static void
rw_wake(lck_rw_t *lck, enum rw_wake what)
{
	switch (what) {
	case RW_WAKE_NONE:
		break;
	case RW_WAKE_UPGRADER:
		(void)waitq_wake_one(&lck->rw_uq);
		break;
	case RW_WAKE_WRITER:
		(void)waitq_wake_one(&lck->rw_wq);
		break;
	case RW_WAKE_READERS:
		(void)waitq_wake_all(&lck->rw_rq);
		break;
	}
}

static void
rw_check(lck_rw_t *lck, const char *what)
{
	KASSERT(lck->rw_magic == RW_MAGIC, ("%s: no lock %p", what, lck));
	KASSERT(!in_interrupt(), ("%s: in an interrupt", what));
	if (lck->rw_writer == current_thread())
		panic("%s: %p (%s) is held exclusively by this thread", what,
		    lck, lck_grp_name(lck->rw_grp));
	lockcheck_block(what);
}

void
lck_rw_lock_shared(lck_rw_t *lck)
{
	bool waited = false;
	struct waiter w;

	rw_check(lck, "lck_rw_lock_shared");
	rw_enter(lck);
	while (!rw_state_shared(&lck->rw_state)) {
		if (!waited) {
			lck->rw_state.rs_wait_read++;
			lck_grp_contended(lck->rw_grp);
			waited = true;
		}
		waitq_assert(&lck->rw_rq, &w, WAIT_UNINT, 0);
		rw_leave(lck);
		(void)waitq_block(&w);
		rw_enter(lck);
	}
	if (waited)
		lck->rw_state.rs_wait_read--;
	rw_leave(lck);
	lck_grp_acquired(lck->rw_grp);
	lockcheck_acquire(lck, lck->rw_grp, true);
}

void
lck_rw_lock_exclusive(lck_rw_t *lck)
{
	bool waited = false;
	struct waiter w;

	rw_check(lck, "lck_rw_lock_exclusive");
	rw_enter(lck);
	while (!rw_state_exclusive(&lck->rw_state)) {
		if (!waited) {
			lck->rw_state.rs_wait_write++;
			lck_grp_contended(lck->rw_grp);
			waited = true;
		}
		waitq_assert(&lck->rw_wq, &w, WAIT_UNINT, 0);
		rw_leave(lck);
		(void)waitq_block(&w);
		rw_enter(lck);
	}
	if (waited)
		lck->rw_state.rs_wait_write--;
	lck->rw_writer = current_thread();
	rw_leave(lck);
	lck_grp_acquired(lck->rw_grp);
	lockcheck_acquire(lck, lck->rw_grp, true);
}

boolean_t
lck_rw_try_lock(lck_rw_t *lck, lck_rw_type_t type)
{
	bool got;

	KASSERT(lck->rw_magic == RW_MAGIC, ("lck_rw_try_lock: no lock %p",
	    lck));
	rw_enter(lck);
	if (type == LCK_RW_TYPE_SHARED) {
		got = rw_state_shared(&lck->rw_state);
	} else {
		got = rw_state_exclusive(&lck->rw_state);
		if (got)
			lck->rw_writer = current_thread();
	}
	rw_leave(lck);
	if (got) {
		lck_grp_acquired(lck->rw_grp);
		lockcheck_acquire(lck, NULL, true);
	}
	return (got);
}

void
lck_rw_unlock_shared(lck_rw_t *lck)
{
	KASSERT(lck->rw_state.rs_readers > 0 && !lck->rw_state.rs_writer,
	    ("lck_rw_unlock_shared: %p (%s) is not shared", lck,
	    lck_grp_name(lck->rw_grp)));
	lockcheck_release(lck);
	rw_enter(lck);
	rw_wake(lck, rw_state_unshared(&lck->rw_state));
	rw_leave(lck);
}

void
lck_rw_unlock_exclusive(lck_rw_t *lck)
{
	if (lck->rw_writer != current_thread())
		panic("lck_rw_unlock_exclusive: %p (%s) is not held by this "
		    "thread", lck, lck_grp_name(lck->rw_grp));
	lockcheck_release(lck);
	rw_enter(lck);
	lck->rw_writer = NULL;
	rw_wake(lck, rw_state_unexclusive(&lck->rw_state));
	rw_leave(lck);
}

boolean_t
lck_rw_lock_shared_to_exclusive(lck_rw_t *lck)
{
	enum rw_upgrade res;
	struct waiter w;

	KASSERT(lck->rw_state.rs_readers > 0,
	    ("lck_rw_lock_shared_to_exclusive: %p (%s) is not shared", lck,
	    lck_grp_name(lck->rw_grp)));
	lockcheck_block("lck_rw_lock_shared_to_exclusive");
	rw_enter(lck);
	res = rw_state_upgrade(&lck->rw_state);
	if (res == RW_UPGRADE_LOST) {
		rw_wake(lck, rw_state_next(&lck->rw_state));
		rw_leave(lck);
		lockcheck_release(lck);
		return (FALSE);
	}
	while (res == RW_UPGRADE_WAIT) {
		waitq_assert(&lck->rw_uq, &w, WAIT_UNINT, 0);
		rw_leave(lck);
		(void)waitq_block(&w);
		rw_enter(lck);
		if (rw_state_upgrade_done(&lck->rw_state))
			res = RW_UPGRADED;
	}
	lck->rw_writer = current_thread();
	rw_leave(lck);
	return (TRUE);
}

void
lck_rw_lock_exclusive_to_shared(lck_rw_t *lck)
{
	if (lck->rw_writer != current_thread())
		panic("lck_rw_lock_exclusive_to_shared: %p (%s) is not held by "
		    "this thread", lck, lck_grp_name(lck->rw_grp));
	rw_enter(lck);
	lck->rw_writer = NULL;
	rw_wake(lck, rw_state_downgrade(&lck->rw_state));
	rw_leave(lck);
}

void
lck_rw_lock(lck_rw_t *lck, lck_rw_type_t type)
{
	if (type == LCK_RW_TYPE_SHARED)
		lck_rw_lock_shared(lck);
	else
		lck_rw_lock_exclusive(lck);
}

void
lck_rw_unlock(lck_rw_t *lck, lck_rw_type_t type)
{
	if (type == LCK_RW_TYPE_SHARED)
		lck_rw_unlock_shared(lck);
	else
		lck_rw_unlock_exclusive(lck);
}

lck_rw_type_t
lck_rw_done(lck_rw_t *lck)
{
	if (lck->rw_writer == current_thread()) {
		lck_rw_unlock_exclusive(lck);
		return (LCK_RW_TYPE_EXCLUSIVE);
	}
	lck_rw_unlock_shared(lck);
	return (LCK_RW_TYPE_SHARED);
}

bool
lck_rw_owned_exclusive(lck_rw_t *lck)
{
	return (lck->rw_writer == current_thread());
}

void
lck_rw_assert(lck_rw_t *lck, unsigned type)
{
	bool excl = lck_rw_owned_exclusive(lck);
	bool shared = lck->rw_state.rs_readers > 0;

	if ((type == LCK_RW_ASSERT_EXCLUSIVE && !excl) ||
	    (type == LCK_RW_ASSERT_SHARED && !shared) ||
	    (type == LCK_RW_ASSERT_HELD && !excl && !shared))
		panic("lck_rw_assert: %p (%s) is not held as type %u", lck,
		    lck_grp_name(lck->rw_grp), type);
}
