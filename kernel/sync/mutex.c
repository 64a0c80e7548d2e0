/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes: lck_mtx_* of <kern/locks.h>.
 *
 * m_owner is the owning thread's address, or-ed with MTX_WAITERS while
 * somebody sleeps.  Taking a free mutex and releasing one nobody waits for is
 * one compare-and-swap; everything else happens under the scheduler's lock.
 *
 * A release with waiters leaves the mutex free, wakes the waiter with the
 * highest priority and lets it try again: a running thread may get in
 * between, which costs fairness and saves a switch per release.
 *
 * Priority inheritance: the owner of a mutex runs at least with the priority
 * of its best waiter, along chains of owners that wait themselves (to a depth
 * of 16).  t_contended lists the owner's mutexes that have waiters; the
 * inherited priority is recomputed from it at each release.
 *
 * The spin forms (lck_mtx_lock_spin) take the mutex in full: holding it
 * longer than needed is allowed, blocking with it is too, and the convert call
 * has nothing to do.
 */
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/sched_priv.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/group.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"

#define PI_DEPTH	16

static inline struct thread *
owner_of(uintptr_t word)
{
	return ((struct thread *)(word & ~MTX_WAITERS));
}

void
lck_mtx_init(lck_mtx_t *lck, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	lck->m_owner = 0;
	waitq_init(&lck->m_wq);
	lck->m_grp = lck_grp_hold(grp, LOCK_MTX);
	lck->m_listed = false;
	lck->m_magic = MTX_MAGIC;
}

void
lck_mtx_destroy(lck_mtx_t *lck, lck_grp_t *grp)
{
	(void)grp;
	KASSERT(lck->m_magic == MTX_MAGIC, ("lck_mtx_destroy: no mutex %p",
	    lck));
	KASSERT(lck->m_owner == 0, ("lck_mtx_destroy: %p (%s) is held", lck,
	    lck_grp_name(lck->m_grp)));
	lck->m_magic = 0;
	lck_grp_drop(lck->m_grp, LOCK_MTX);
	lck->m_grp = NULL;
}

lck_mtx_t *
lck_mtx_alloc_init(lck_grp_t *grp, lck_attr_t *attr)
{
	lck_mtx_t *lck = kmalloc(sizeof(*lck), M_WAITOK);

	if (lck != NULL)
		lck_mtx_init(lck, grp, attr);
	return (lck);
}

void
lck_mtx_free(lck_mtx_t *lck, lck_grp_t *grp)
{
	lck_mtx_destroy(lck, grp);
	kfree(lck);
}

/* --- inheritance; s held ------------------------------------------------------------ */

static struct waiter *
best_waiter(lck_mtx_t *lck)
{
	struct waiter *w, *best = NULL;

	TAILQ_FOREACH(w, &lck->m_wq.wq_head, w_link) {
		if (best == NULL || w->w_thread->t_prio > best->w_thread->t_prio)
			best = w;
	}
	return (best);
}

int
lck_mtx_inherited(struct thread *t)
{
	int prio = t->t_base_prio;
	struct waiter *w;
	lck_mtx_t *m;

	sched_lock_assert();
	LIST_FOREACH(m, &t->t_contended, m_contended) {
		w = best_waiter(m);
		if (w != NULL && w->w_thread->t_prio > prio)
			prio = w->w_thread->t_prio;
	}
	return (prio);
}

static void
lend_priority(lck_mtx_t *lck, int prio)
{
	for (int depth = 0; lck != NULL && depth < PI_DEPTH; depth++) {
		struct thread *owner = owner_of(lck->m_owner);

		if (owner == NULL || owner->t_prio >= prio)
			return;
		sched_set_prio(owner, prio);
		lck = owner->t_lock_wait;
	}
}

static void
mtx_unlist(lck_mtx_t *lck)
{
	if (lck->m_listed) {
		LIST_REMOVE(lck, m_contended);
		lck->m_listed = false;
	}
}

/* The mutex has waiters and the owner: it enters the owner's list. */
static void
mtx_list(lck_mtx_t *lck, struct thread *owner)
{
	if (!lck->m_listed) {
		LIST_INSERT_HEAD(&owner->t_contended, lck, m_contended);
		lck->m_listed = true;
	}
}

/* --- lock, unlock -------------------------------------------------------------------- */

static bool
mtx_try(lck_mtx_t *lck, struct thread *self)
{
	uintptr_t none = 0;

	return (__atomic_compare_exchange_n(&lck->m_owner, &none,
	    (uintptr_t)self, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

static void
mtx_lock_slow(lck_mtx_t *lck, struct thread *self)
{
	struct waiter w;
	uintptr_t word;

	lck_grp_contended(lck->m_grp);
	for (;;) {
		sched_lock();
		word = __atomic_load_n(&lck->m_owner, __ATOMIC_RELAXED);
		if (owner_of(word) == NULL) {
			/* Free; keep the mark when others still sleep. */
			uintptr_t mine = (uintptr_t)self;

			if (!TAILQ_EMPTY(&lck->m_wq.wq_head))
				mine |= MTX_WAITERS;
			if (__atomic_compare_exchange_n(&lck->m_owner, &word,
			    mine, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
				if (mine & MTX_WAITERS) {
					mtx_list(lck, self);
					sched_set_prio(self,
					    lck_mtx_inherited(self));
				}
				sched_unlock();
				return;
			}
			sched_unlock();
			continue;
		}
		if (!__atomic_compare_exchange_n(&lck->m_owner, &word,
		    word | MTX_WAITERS, false, __ATOMIC_RELAXED,
		    __ATOMIC_RELAXED)) {
			sched_unlock();
			continue;
		}
		mtx_list(lck, owner_of(word));
		waiter_add(&lck->m_wq, &w, NULL, WAIT_UNINT, 0);
		self->t_lock_wait = lck;
		lend_priority(lck, self->t_prio);
		sched_block(&w);
		self->t_lock_wait = NULL;
	}
}

void
lck_mtx_lock(lck_mtx_t *lck)
{
	struct thread *self = current_thread();

	KASSERT(lck->m_magic == MTX_MAGIC, ("lck_mtx_lock: no mutex %p", lck));
	KASSERT(!in_interrupt(), ("lck_mtx_lock: in an interrupt"));
	if (owner_of(lck->m_owner) == self)
		panic("lck_mtx_lock: %p (%s) is held by this thread", lck,
		    lck_grp_name(lck->m_grp));
	lockcheck_block("lck_mtx_lock");
	if (__builtin_expect(!mtx_try(lck, self), 0))
		mtx_lock_slow(lck, self);
	lck_grp_acquired(lck->m_grp);
	lockcheck_acquire(lck, lck->m_grp, true);
}

boolean_t
lck_mtx_try_lock(lck_mtx_t *lck)
{
	KASSERT(lck->m_magic == MTX_MAGIC, ("lck_mtx_try_lock: no mutex %p",
	    lck));
	if (!mtx_try(lck, current_thread()))
		return (FALSE);
	lck_grp_acquired(lck->m_grp);
	lockcheck_acquire(lck, NULL, true);
	return (TRUE);
}

void
lck_mtx_unlock(lck_mtx_t *lck)
{
	struct thread *self = current_thread();
	uintptr_t word = (uintptr_t)self;
	struct waiter *w;

	KASSERT(lck->m_magic == MTX_MAGIC, ("lck_mtx_unlock: no mutex %p",
	    lck));
	if (owner_of(lck->m_owner) != self)
		panic("lck_mtx_unlock: %p (%s) is not held by this thread", lck,
		    lck_grp_name(lck->m_grp));
	lockcheck_release(lck);
	if (__builtin_expect(__atomic_compare_exchange_n(&lck->m_owner, &word,
	    0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED), 1))
		return;
	sched_lock();
	mtx_unlist(lck);
	w = best_waiter(lck);
	__atomic_store_n(&lck->m_owner, 0, __ATOMIC_RELEASE);
	if (w != NULL)
		waiter_wake(w, THREAD_AWAKENED);
	sched_set_prio(self, lck_mtx_inherited(self));
	sched_unlock();
}

void
lck_mtx_lock_spin(lck_mtx_t *lck)
{
	lck_mtx_lock(lck);
}

boolean_t
lck_mtx_try_lock_spin(lck_mtx_t *lck)
{
	return (lck_mtx_try_lock(lck));
}

void
lck_mtx_convert_spin(lck_mtx_t *lck)
{
	lck_mtx_assert(lck, LCK_MTX_ASSERT_OWNED);
}

bool
lck_mtx_owned(lck_mtx_t *lck)
{
	return (owner_of(lck->m_owner) == current_thread());
}

void
lck_mtx_assert(lck_mtx_t *lck, unsigned int type)
{
	bool owned = lck_mtx_owned(lck);

	if (type == LCK_MTX_ASSERT_OWNED && !owned)
		panic("lck_mtx_assert: %p (%s) is not owned", lck,
		    lck_grp_name(lck->m_grp));
	if (type == LCK_MTX_ASSERT_NOTOWNED && owned)
		panic("lck_mtx_assert: %p (%s) is owned", lck,
		    lck_grp_name(lck->m_grp));
}
