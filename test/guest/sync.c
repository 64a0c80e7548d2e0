/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks and sleeping: exclusion, inheritance, upgrade, msleep's results.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/time.h>
#include <mach/semaphore.h>

#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

static LOCK_GROUP(test_grp, "test");
static lck_mtx_t mtx = LCK_MTX_INITIALIZER(mtx, test_grp);
static lck_rw_t rw = LCK_RW_INITIALIZER(rw, test_grp);
static volatile int shared;

static struct thread *
start(const char *name, int prio, void (*fn)(void *), void *arg)
{
	struct thread *t = NULL;

	EXPECT(thread_create(NULL, name, prio, fn, arg, &t) == 0);
	return (t);
}

static void
end(struct thread *t)
{
	EXPECT(thread_join(t, false) == 0);
	thread_deallocate(t);
}

/* Reads, gives the CPU away, writes: loses counts without a lock. */
static void
counter(void *arg)
{
	(void)arg;
	for (int i = 0; i < 500; i++) {
		int v;

		lck_mtx_lock(&mtx);
		v = shared;
		if (i % 7 == 0)
			thread_yield();
		shared = v + 1;
		lck_mtx_unlock(&mtx);
	}
}

TEST(sync, mutex_excludes)
{
	struct thread *t[4];

	shared = 0;
	for (int i = 0; i < 4; i++)
		t[i] = start("count", PRI_USER + i % 2, counter, NULL);
	for (int i = 0; i < 4; i++)
		end(t[i]);
	EXPECT(shared == 2000);
	EXPECT(lck_mtx_try_lock(&mtx));
	EXPECT(lck_mtx_owned(&mtx));
	lck_mtx_unlock(&mtx);
}

/* --- priority inheritance ------------------------------------------------------------ */

static volatile bool go_on;

static void
low_holder(void *arg)
{
	volatile int *prio_seen = arg;

	lck_mtx_lock(&mtx);
	while (!go_on)
		*prio_seen = current_thread()->t_prio;
	lck_mtx_unlock(&mtx);
	prio_seen[1] = current_thread()->t_prio;
}

static void
high_taker(void *arg)
{
	(void)arg;
	lck_mtx_lock(&mtx);
	lck_mtx_unlock(&mtx);
}

TEST(sync, owner_inherits_priority)
{
	volatile int prio[2] = { 0, 0 };
	struct thread *low, *high;

	go_on = false;
	low = start("low", PRI_USER, low_holder, (void *)(uintptr_t)prio);
	EXPECT(WAIT_UNTIL(prio[0] == PRI_USER));
	high = start("high", PRI_USER + 20, high_taker, NULL);
	EXPECT(WAIT_UNTIL(prio[0] == PRI_USER + 20));
	go_on = true;
	end(high);
	end(low);
	EXPECT(prio[1] == PRI_USER);
}

/* --- reader/writer ------------------------------------------------------------------- */

static volatile int inside, most;

static void
reader(void *arg)
{
	(void)arg;
	lck_rw_lock_shared(&rw);
	if (++inside > most)
		most = inside;
	thread_sleep_ns(5 * MS);
	(void)WAIT_UNTIL(most >= 2);	/* the first two, before any writer */
	inside--;
	lck_rw_unlock_shared(&rw);
}

static void
writer(void *arg)
{
	(void)arg;
	lck_rw_lock_exclusive(&rw);
	EXPECT(inside == 0);
	shared++;
	thread_sleep_ns(MS);
	EXPECT(inside == 0);
	lck_rw_unlock_exclusive(&rw);
}

TEST(sync, rw_shares_and_excludes)
{
	struct thread *t[9];

	inside = most = shared = 0;
	for (int i = 0; i < 9; i++)
		t[i] = start("rw", PRI_USER, i % 3 == 2 ? writer : reader, NULL);
	for (int i = 0; i < 9; i++)
		end(t[i]);
	EXPECT(most >= 2);
	EXPECT(shared == 3);
}

static volatile int upgraders;

static void
upgrader(void *arg)
{
	int *res = arg;

	lck_rw_lock_shared(&rw);
	upgraders++;
	(void)WAIT_UNTIL(upgraders == 2);
	*res = lck_rw_lock_shared_to_exclusive(&rw);
	if (*res) {
		EXPECT(lck_rw_owned_exclusive(&rw));
		lck_rw_lock_exclusive_to_shared(&rw);
		EXPECT(!lck_rw_owned_exclusive(&rw));
		EXPECT(lck_rw_done(&rw) == LCK_RW_TYPE_SHARED);
	}
}

TEST(sync, rw_upgrade_one_wins)
{
	struct thread *t[2];
	int res[2] = { -1, -1 };

	upgraders = 0;
	t[0] = start("up", PRI_USER, upgrader, &res[0]);
	t[1] = start("up", PRI_USER, upgrader, &res[1]);
	end(t[0]);
	end(t[1]);
	EXPECT(res[0] + res[1] == 1);
	EXPECT(lck_rw_try_lock(&rw, LCK_RW_TYPE_EXCLUSIVE));
	EXPECT(!lck_rw_try_lock(&rw, LCK_RW_TYPE_SHARED));
	EXPECT(lck_rw_done(&rw) == LCK_RW_TYPE_EXCLUSIVE);
}

/* --- msleep --------------------------------------------------------------------------- */

static int chan;

static void
waker(void *arg)
{
	(void)arg;
	thread_sleep_ns(5 * MS);
	lck_mtx_lock(&mtx);
	wakeup(&chan);
	lck_mtx_unlock(&mtx);
}

TEST(sync, msleep_results)
{
	struct timespec ten_ms = { 0, 10 * MS }, zero = { 0, 0 };
	struct thread *t;
	uint64_t from;

	lck_mtx_lock(&mtx);
	from = time_now_ns();
	EXPECT(msleep(&chan, &mtx, PZERO, "t", &ten_ms) == EWOULDBLOCK);
	EXPECT(time_now_ns() - from >= 10 * MS);
	EXPECT(lck_mtx_owned(&mtx));
	/* a NULL channel does not wait */
	EXPECT(msleep(NULL, &mtx, PZERO, "t", &ten_ms) == 0);
	EXPECT(lck_mtx_owned(&mtx));
	/* zero means no timeout */
	from = time_now_ns();
	t = start("waker", PRI_KERNEL, waker, NULL);
	EXPECT(msleep(&chan, &mtx, PZERO, "t", &zero) == 0);
	EXPECT(time_now_ns() - from >= 4 * MS);
	end(t);
	/* PDROP leaves it unlocked, whatever the result */
	EXPECT(msleep(&chan, &mtx, PZERO | PDROP, "t", &ten_ms) ==
	    EWOULDBLOCK);
	EXPECT(!lck_mtx_owned(&mtx));
	lck_mtx_lock(&mtx);
	EXPECT(msleep(NULL, &mtx, PZERO | PDROP, "t", NULL) == 0);
	EXPECT(!lck_mtx_owned(&mtx));
	EXPECT(tsleep(&chan, PZERO, "t", 1) == EWOULDBLOCK);
	EXPECT(msleep1(&chan, NULL, PZERO, "t", time_now_ns() + MS) ==
	    EWOULDBLOCK);
}

static volatile int woken;

static int
asleep(struct thread *const t[], int n, const char *wmesg)
{
	int k = 0;

	for (int i = 0; i < n; i++)
		k += test_asleep(t[i], wmesg);
	return (k);
}

static void
sleeper(void *arg)
{
	(void)arg;
	lck_mtx_lock(&mtx);
	(void)msleep(&chan, &mtx, PZERO | PDROP, "sleeper", NULL);
	__atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
}

TEST(sync, wakeup_one_and_all)
{
	struct thread *t[5];

	woken = 0;
	wakeup(&chan);			/* no memory */
	for (int i = 0; i < 5; i++)
		t[i] = start("sleeper", PRI_KERNEL + 1, sleeper, NULL);
	EXPECT(WAIT_UNTIL(asleep(t, 5, "sleeper") == 5));
	EXPECT(woken == 0);
	wakeup_one((caddr_t)&chan);
	EXPECT(WAIT_UNTIL(woken == 1));
	EXPECT(asleep(t, 5, "sleeper") == 4);
	wakeup(&chan);
	for (int i = 0; i < 5; i++)
		end(t[i]);
	EXPECT(woken == 5);
}

TEST(sync, lck_sleep_forms)
{
	lck_mtx_lock(&mtx);
	EXPECT(lck_mtx_sleep_deadline(&mtx, LCK_SLEEP_DEFAULT, &chan,
	    THREAD_UNINT, time_now_ns() + MS) == THREAD_TIMED_OUT);
	EXPECT(lck_mtx_owned(&mtx));
	EXPECT(lck_mtx_sleep_deadline(&mtx, LCK_SLEEP_UNLOCK, &chan,
	    THREAD_UNINT, time_now_ns() + MS) == THREAD_TIMED_OUT);
	EXPECT(!lck_mtx_owned(&mtx));
	lck_rw_lock_shared(&rw);
	EXPECT(lck_rw_sleep_deadline(&rw, LCK_SLEEP_EXCLUSIVE, &chan,
	    THREAD_UNINT, time_now_ns() + MS) == THREAD_TIMED_OUT);
	EXPECT(lck_rw_owned_exclusive(&rw));
	lck_rw_unlock_exclusive(&rw);
}

TEST(sync, group_counts)
{
	lck_grp_t *g = lck_grp_alloc_init("counted", LCK_GRP_ATTR_NULL);
	lck_mtx_t *m;

	REQUIRE(g != NULL);
	m = lck_mtx_alloc_init(g, LCK_ATTR_NULL);
	REQUIRE(m != NULL);
	EXPECT(g->lg_mtx == 1);
	for (int i = 0; i < 3; i++) {
		lck_mtx_lock(m);
		lck_mtx_unlock(m);
	}
	EXPECT(g->lg_acquired == 3 && g->lg_contended == 0);
	lck_mtx_free(m, g);
	EXPECT(g->lg_mtx == 0);
	lck_grp_free(g);
}

/* --- semaphores -------------------------------------------------------------------------- */

static semaphore_t sema;
static kern_return_t sema_result[3];

static void
sema_waiter(void *arg)
{
	sema_result[(intptr_t)arg] = semaphore_wait(sema);
}

TEST(sync, semaphores)
{
	struct thread *t[3];

	EXPECT(semaphore_create(TASK_NULL, &sema, SYNC_POLICY_FIFO, -1) ==
	    KERN_INVALID_ARGUMENT);
	REQUIRE(semaphore_create(TASK_NULL, &sema, SYNC_POLICY_FIFO, 2) ==
	    KERN_SUCCESS);
	EXPECT(semaphore_wait(sema) == KERN_SUCCESS);
	EXPECT(semaphore_wait_noblock(sema) == KERN_SUCCESS);
	EXPECT(semaphore_wait_noblock(sema) == KERN_OPERATION_TIMED_OUT);
	EXPECT(semaphore_wait_deadline(sema, time_now_ns() + MS) ==
	    KERN_OPERATION_TIMED_OUT);
	EXPECT(semaphore_signal_all(sema) == KERN_NOT_WAITING);
	for (int i = 0; i < 3; i++) {
		sema_result[i] = -1;
		t[i] = start("sema", PRI_KERNEL + 1, sema_waiter,
		    (void *)(intptr_t)i);
	}
	EXPECT(WAIT_UNTIL(asleep(t, 3, NULL) == 3));
	EXPECT(semaphore_signal(sema) == KERN_SUCCESS);
	EXPECT(semaphore_wait_noblock(sema) == KERN_OPERATION_TIMED_OUT);
	EXPECT(semaphore_signal_all(sema) == KERN_SUCCESS);
	for (int i = 0; i < 3; i++) {
		end(t[i]);
		EXPECT(sema_result[i] == KERN_SUCCESS);
	}
	t[0] = start("sema", PRI_KERNEL + 1, sema_waiter, NULL);
	EXPECT(WAIT_UNTIL(test_asleep(t[0], NULL)));
	EXPECT(semaphore_destroy(TASK_NULL, sema) == KERN_SUCCESS);
	end(t[0]);
	EXPECT(sema_result[0] == KERN_TERMINATED);
}
