/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The net lock and its drains; see net_lock.h.
 *
 * A drain's state is one word: PENDING (there is work) and RUNNING (a thread
 * is at it).  Whoever sets RUNNING runs the function until PENDING stays
 * clear; whoever finds RUNNING set leaves PENDING behind, and the runner sees
 * it, because it clears RUNNING and looks again in one step.
 */
#include "net/common/net_lock.h"

#include "kernel/kassert.h"
#include "kernel/sync/lock.h"

#define DRAIN_PENDING	1u
#define DRAIN_RUNNING	2u

struct drain {
	uint32_t	state;		/* a */
	void		(*fn)(void);	/* I */
};

static LOCK_GROUP(net_lock_grp, "net");
/* Taken after a socket's lock; queue, slab and mbuf locks come after it. */
static lck_mtx_t net_mtx = LCK_MTX_INITIALIZER(net_mtx, net_lock_grp);
static struct drain net_drains[NET_DRAIN_COUNT];
static void (*net_prerelease)(void);	/* I */

void
net_lock(void)
{
	lck_mtx_lock(&net_mtx);
}

bool
net_lock_try(void)
{
	return lck_mtx_try_lock(&net_mtx);
}

bool
net_lock_owned(void)
{
	return lck_mtx_owned(&net_mtx);
}

void
net_lock_assert(void)
{
	KASSERT(lck_mtx_owned(&net_mtx), ("net lock not held"));
}

void
net_lock_assert_not(void)
{
	KASSERT(!lck_mtx_owned(&net_mtx), ("net lock held"));
}

void
net_unlock_nodrain(void)
{
	if (net_prerelease != NULL)
		net_prerelease();
	lck_mtx_unlock(&net_mtx);
}

void
net_unlock(void)
{
	net_unlock_nodrain();
	net_drain();
}

void
net_unlock_hook(enum net_drain order, void (*fn)(void))
{
	VERIFY(net_drains[order].fn == NULL || net_drains[order].fn == fn);
	net_drains[order].fn = fn;
}

void
net_prerelease_hook(void (*fn)(void))
{
	net_prerelease = fn;
}

void
net_drain_pend(enum net_drain order)
{
	__atomic_fetch_or(&net_drains[order].state, DRAIN_PENDING,
	    __ATOMIC_RELEASE);
}

static void
drain_run(struct drain *d)
{
	uint32_t s = __atomic_load_n(&d->state, __ATOMIC_ACQUIRE);

	for (;;) {
		if (!(s & DRAIN_PENDING) || (s & DRAIN_RUNNING))
			return;
		if (__atomic_compare_exchange_n(&d->state, &s, DRAIN_RUNNING,
		    false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			break;
	}
	for (;;) {
		d->fn();
		s = DRAIN_RUNNING;
		if (__atomic_compare_exchange_n(&d->state, &s, 0, false,
		    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return;
		__atomic_store_n(&d->state, DRAIN_RUNNING, __ATOMIC_RELEASE);
	}
}

void
net_drain(void)
{
	for (int i = 0; i < NET_DRAIN_COUNT; i++) {
		if (__builtin_expect(__atomic_load_n(&net_drains[i].state,
		    __ATOMIC_ACQUIRE) == DRAIN_PENDING, 0) &&
		    net_drains[i].fn != NULL)
			drain_run(&net_drains[i]);
	}
}
