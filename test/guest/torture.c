/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that waits, at once and at random: mutexes, reader/writer locks,
 * sleeps with and without timeouts, wakeups from timers and interrupts'
 * level, changing priorities, short-lived threads.  Each critical section
 * checks that it is alone.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/time.h>
#include <mach/semaphore.h>

#include "kernel/lib/rng.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS		1000000ull
#define THREADS		16
#define LOCKS		4
#define DURATION_MS	1500

static LOCK_GROUP(torture_grp, "torture");
static lck_mtx_t mtx[LOCKS];
static lck_rw_t rw[LOCKS];
static lck_spin_t spin;
static volatile int mtx_in[LOCKS], rw_readers[LOCKS], rw_writers[LOCKS];
static int chans[LOCKS];
static semaphore_t tokens;		/* THREADS / 4 of them */
static volatile int tokens_out;
static volatile bool stop;
static volatile uint64_t steps[THREADS], bad;

static void
check(bool ok)
{
	if (!ok)
		bad++;
}

static void
critical(unsigned i)
{
	lck_mtx_lock(&mtx[i]);
	check(++mtx_in[i] == 1);
	if (rng_uniform(4) == 0)
		thread_yield();
	check(mtx_in[i] == 1);
	mtx_in[i]--;
	lck_mtx_unlock(&mtx[i]);
}

static void
nested(unsigned i)
{
	/* in ascending order, as everybody */
	for (unsigned k = i; k < LOCKS; k++) {
		lck_mtx_lock(&mtx[k]);
		check(++mtx_in[k] == 1);
	}
	for (unsigned k = i; k < LOCKS; k++) {
		mtx_in[k]--;
		lck_mtx_unlock(&mtx[k]);
	}
}

static void
read_or_write(unsigned i)
{
	if (rng_uniform(3) != 0) {
		lck_rw_lock_shared(&rw[i]);
		__atomic_add_fetch(&rw_readers[i], 1, __ATOMIC_SEQ_CST);
		check(rw_writers[i] == 0);
		if (rng_uniform(8) == 0)
			thread_sleep_ns(rng_uniform(50000));
		__atomic_sub_fetch(&rw_readers[i], 1, __ATOMIC_SEQ_CST);
		if (rng_uniform(4) != 0) {
			lck_rw_unlock_shared(&rw[i]);
			return;
		}
		if (!lck_rw_lock_shared_to_exclusive(&rw[i]))
			return;
	} else {
		lck_rw_lock_exclusive(&rw[i]);
	}
	check(++rw_writers[i] == 1 && rw_readers[i] == 0);
	if (rng_uniform(4) == 0)
		thread_yield();
	rw_writers[i]--;
	if (rng_uniform(2) == 0) {
		lck_rw_lock_exclusive_to_shared(&rw[i]);
		check(rw_writers[i] == 0);
	}
	(void)lck_rw_done(&rw[i]);
}

static void
sleep_some(unsigned i)
{
	struct timespec ts = { 0, 1000 + rng_uniform(300000) };
	int error, flags = rng_uniform(2) ? PDROP : 0;

	lck_mtx_lock(&mtx[i]);
	error = msleep(&chans[i], &mtx[i], PZERO | flags, "torture", &ts);
	check(error == 0 || error == EWOULDBLOCK);
	if (flags == 0) {
		check(lck_mtx_owned(&mtx[i]));
		lck_mtx_unlock(&mtx[i]);
	} else {
		check(!lck_mtx_owned(&mtx[i]));
	}
}

static void
take_token(void)
{
	kern_return_t kr;

	kr = semaphore_wait_deadline(tokens,
	    time_now_ns() + 1000 + rng_uniform(200000));
	check(kr == KERN_SUCCESS || kr == KERN_OPERATION_TIMED_OUT);
	if (kr != KERN_SUCCESS)
		return;
	check(__atomic_add_fetch(&tokens_out, 1, __ATOMIC_SEQ_CST) <=
	    THREADS / 4);
	thread_yield();
	__atomic_sub_fetch(&tokens_out, 1, __ATOMIC_SEQ_CST);
	(void)semaphore_signal(tokens);
}

static void
short_thread(void *arg)
{
	critical((unsigned)(uintptr_t)arg);
}

static void
torturer(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg;
	struct thread *t;

	while (!stop) {
		unsigned i = rng_uniform(LOCKS);

		switch (rng_uniform(9)) {
		case 0:
			critical(i);
			break;
		case 1:
			nested(i);
			break;
		case 2:
			read_or_write(i);
			break;
		case 3:
			sleep_some(i);
			break;
		case 4:
			take_token();
			break;
		case 5:
			wakeup_one((caddr_t)&chans[i]);
			break;
		case 6:
			thread_set_priority(current_thread(),
			    PRI_USER + (int)rng_uniform(30));
			break;
		case 7:
			lck_spin_lock(&spin);
			wakeup(&chans[i]);
			lck_spin_unlock(&spin);
			break;
		default:
			if (rng_uniform(8) != 0 || thread_create(NULL, "short",
			    PRI_USER + (int)rng_uniform(30), short_thread,
			    (void *)(uintptr_t)i, &t) != 0)
				break;
			check(thread_join(t, false) == 0);
			thread_deallocate(t);
			break;
		}
		steps[me]++;
	}
}

/* In the clock interrupt: wakes everybody now and then. */
static struct timer kicker;

static void
kick(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < LOCKS; i++)
		wakeup(&chans[i]);
	if (!stop)
		(void)timer_arm(&kicker, time_now_ns() + 100000);
}

static uint64_t
least_steps(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < THREADS; i++)
		if (steps[i] < least)
			least = steps[i];
	return (least);
}

TEST(sched, torture)
{
	struct thread *t[THREADS];
	unsigned threads = thread_count();

	for (unsigned i = 0; i < LOCKS; i++) {
		lck_mtx_init(&mtx[i], &torture_grp, LCK_ATTR_NULL);
		lck_rw_init(&rw[i], &torture_grp, LCK_ATTR_NULL);
	}
	lck_spin_init(&spin, &torture_grp, LCK_ATTR_NULL);
	REQUIRE(semaphore_create(TASK_NULL, &tokens, SYNC_POLICY_FIFO,
	    THREADS / 4) == KERN_SUCCESS);
	stop = false;
	bad = 0;
	timer_init_hard(&kicker, kick, NULL);
	(void)timer_arm(&kicker, time_now_ns() + MS);
	for (unsigned i = 0; i < THREADS; i++) {
		steps[i] = 0;
		REQUIRE(thread_create(NULL, "torture", PRI_USER, torturer,
		    (void *)(uintptr_t)i, &t[i]) == 0);
	}
	thread_sleep_ns(DURATION_MS * MS);
	EXPECT(WAIT_UNTIL(least_steps() > 10));		/* nobody starves */
	stop = true;
	for (unsigned i = 0; i < THREADS; i++) {
		EXPECT(thread_join(t[i], false) == 0);
		thread_deallocate(t[i]);
	}
	(void)timer_cancel(&kicker);
	EXPECT(bad == 0);
	EXPECT(tokens_out == 0);
	EXPECT(WAIT_UNTIL(thread_count() == threads));
	for (unsigned i = 0; i < LOCKS; i++) {
		EXPECT(mtx_in[i] == 0 && rw_readers[i] == 0);
		lck_mtx_destroy(&mtx[i], &torture_grp);
		lck_rw_destroy(&rw[i], &torture_grp);
	}
	lck_spin_destroy(&spin, &torture_grp);
	EXPECT(semaphore_destroy(TASK_NULL, tokens) == KERN_SUCCESS);
}
