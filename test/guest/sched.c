/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads: life, priorities, preemption, joining, memory after many of them.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <kern/sched_prim.h>
#include <kern/thread.h>
#include <mach/thread_act.h>
#include <mach/thread_policy.h>

#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/sched/thread.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

static void
bump(void *arg)
{
	__atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
}

TEST(sched, create_and_join)
{
	struct thread *t;
	int n = 0;

	REQUIRE(thread_create(NULL, "t", PRI_USER, bump, &n, &t) == 0);
	EXPECT(thread_join(t, false) == 0);
	EXPECT(n == 1);
	EXPECT(t->t_exited && t->t_stack == NULL);
	thread_deallocate(t);
	EXPECT(thread_join(current_thread(), false) == EDEADLK);
}

/*
 * The reaper is woken by the switch away from the dead thread; it comes
 * before the thread that is switched to, whose priority is lower.
 */
TEST(sched, reaper_comes_before_the_creator)
{
	struct thread *t;
	int n = 0;

	for (int i = 0; i < 20; i++) {
		REQUIRE(thread_create(NULL, "t", PRI_REAPER - 1, bump, &n,
		    &t) == 0);
		EXPECT(n == i + 1 && t->t_exited);
		EXPECT(thread_join(t, false) == 0);
		thread_deallocate(t);
	}
}

static void
many(unsigned count)
{
	struct thread **t = kmalloc(count * sizeof(*t), M_WAITOK);
	int n = 0;

	REQUIRE(t != NULL);
	for (unsigned i = 0; i < count; i++)
		REQUIRE(thread_create(NULL, "many", PRI_USER + i % 40, bump, &n,
		    &t[i]) == 0);
	for (unsigned i = 0; i < count; i++) {
		EXPECT(thread_join(t[i], false) == 0);
		thread_deallocate(t[i]);
	}
	EXPECT(n == (int)count);
	kfree(t);
}

TEST(sched, thousand_threads_give_memory_back)
{
	unsigned before_threads;
	size_t before;

	many(100);			/* caches reach their usual size */
	(void)kmem_reap();
	before = pmm_free_count();
	before_threads = thread_count();
	for (int i = 0; i < 10; i++)
		many(100);
	(void)kmem_reap();
	EXPECT(WAIT_UNTIL(thread_count() == before_threads));
	EXPECT(pmm_free_count() + 8 >= before);
}

/* --- preemption ------------------------------------------------------------------- */

struct spin {
	volatile bool stop;
	volatile uint64_t turns;
};

static void
spinner(void *arg)
{
	struct spin *s = arg;

	while (!s->stop)
		s->turns++;
}

TEST(sched, busy_thread_is_preempted_by_higher)
{
	struct spin s = { 0 };
	struct thread *t;

	REQUIRE(thread_create(NULL, "spin", PRI_USER, spinner, &s, &t) == 0);
	/* The timer must get us back, over and over; it never blocks. */
	EXPECT(WAIT_UNTIL(s.turns > 0));
	EXPECT(t->t_state == TS_RUNNABLE);
	s.stop = true;
	EXPECT(thread_join(t, false) == 0);
	thread_deallocate(t);
}

/* CPU time of the one of n threads that had the least, and of all. */
static uint64_t
least_time(struct thread **t, int n, uint64_t *total)
{
	uint64_t least = UINT64_MAX;

	*total = 0;
	for (int i = 0; i < n; i++) {
		uint64_t ns = thread_cpu_ns(t[i]);

		*total += ns;
		if (ns < least)
			least = ns;
	}
	return (least);
}

/*
 * This thread wakes every millisecond, past all three and well within a
 * slice: whoever is interrupted must not get a whole new one for it.
 */
TEST(sched, equal_priorities_share)
{
	struct spin s[3] = { { 0 } };
	struct thread *t[3];
	uint64_t least, total;

	for (int i = 0; i < 3; i++)
		REQUIRE(thread_create(NULL, "share", PRI_USER, spinner, &s[i],
		    &t[i]) == 0);
	EXPECT(WAIT_UNTIL((least = least_time(t, 3, &total)) > 30 * MS &&
	    least * 6 > total));
	for (int i = 0; i < 3; i++) {
		EXPECT(s[i].turns > 0);
		s[i].stop = true;
	}
	for (int i = 0; i < 3; i++) {
		EXPECT(thread_join(t[i], false) == 0);
		thread_deallocate(t[i]);
	}
}

static int order[8], norder;

static void
note(void *arg)
{
	order[norder++] = (int)(intptr_t)arg;
}

TEST(sched, higher_priority_first)
{
	struct thread *t[4];
	static const int prio[4] = { 32, 34, 33, 34 };

	norder = 0;
	preempt_disable();
	for (int i = 0; i < 4; i++) {
		preempt_enable();	/* creation may block */
		thread_set_priority(current_thread(), PRI_TIMER - 1);
		REQUIRE(thread_create(NULL, "prio", prio[i], note,
		    (void *)(intptr_t)i, &t[i]) == 0);
		preempt_disable();
	}
	preempt_enable();
	EXPECT(norder == 0);		/* all lower than this thread */
	thread_set_priority(current_thread(), PRI_USER);
	for (int i = 0; i < 4; i++) {
		EXPECT(thread_join(t[i], false) == 0);
		thread_deallocate(t[i]);
	}
	EXPECT(norder == 4 && order[0] == 1 && order[1] == 3 &&
	    order[2] == 2 && order[3] == 0);
	thread_set_priority(current_thread(), PRI_KERNEL);
}

TEST(sched, preempt_disable_holds)
{
	struct thread *t, *self = current_thread();
	int n = 0, seen;

	thread_set_priority(self, PRI_USER);
	REQUIRE(thread_create(NULL, "low", PRI_USER - 1, bump, &n, &t) == 0);
	preempt_disable();
	thread_set_priority(t, PRI_USER + 1);	/* wants the CPU now */
	seen = n;
	EXPECT(seen == 0);
	preempt_enable();
	EXPECT(n == 1);
	EXPECT(thread_join(t, false) == 0);
	thread_deallocate(t);
	thread_set_priority(self, PRI_KERNEL);
}

/* --- the KPI --------------------------------------------------------------------------- */

static int event;

static void
kthread(void *arg, wait_result_t res)
{
	int *out = arg;

	out[0] = res;
	out[1] = assert_wait(&event, THREAD_UNINT);
	out[2] = thread_block(THREAD_CONTINUE_NULL);
	(void)thread_terminate(current_thread());
}

TEST(sched, kernel_thread_waits_for_event)
{
	int out[3] = { -1, -1, -1 };
	thread_t t;

	REQUIRE(kernel_thread_start(kthread, out, &t) == KERN_SUCCESS);
	for (int i = 0; i < 200 && thread_wakeup(&event) != KERN_SUCCESS; i++)
		thread_sleep_ns(MS);
	EXPECT(thread_join(t, false) == 0);
	EXPECT(out[0] == THREAD_AWAKENED);
	EXPECT(out[1] == THREAD_WAITING);
	EXPECT(out[2] == THREAD_AWAKENED);
	EXPECT(thread_terminate(t) == KERN_FAILURE);
	thread_deallocate(t);
	EXPECT(thread_wakeup(&event) == KERN_NOT_WAITING);
}

TEST(sched, wait_times_out)
{
	uint64_t start = time_now_ns();

	EXPECT(assert_wait_deadline(&event, THREAD_UNINT, start + 5 * MS) ==
	    THREAD_WAITING);
	EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_TIMED_OUT);
	EXPECT(time_now_ns() - start >= 5 * MS);
}

static int rounds;

static void
continued(void *arg, wait_result_t res)
{
	char here;
	uintptr_t *low = arg;

	(void)res;
	if (low[0] == 0 || (uintptr_t)&here < low[0])
		low[0] = (uintptr_t)&here;
	if ((uintptr_t)&here > low[1])
		low[1] = (uintptr_t)&here;
	if (++rounds > 500)
		(void)thread_terminate(current_thread());
	(void)assert_wait_deadline(&rounds, THREAD_UNINT,
	    time_now_ns() + 10000);
	(void)thread_block(continued);
}

TEST(sched, continuation_starts_on_an_empty_stack)
{
	uintptr_t bounds[2] = { 0, 0 };
	thread_t t;

	rounds = 0;
	REQUIRE(kernel_thread_start(continued, bounds, &t) == KERN_SUCCESS);
	EXPECT(thread_join(t, false) == 0);
	thread_deallocate(t);
	EXPECT(rounds == 501);
	EXPECT(bounds[1] - bounds[0] < 1024);
}

TEST(sched, policies)
{
	thread_precedence_policy_data_t pre = { .importance = 5 };
	struct thread *self = current_thread();

	EXPECT(thread_policy_set(self, THREAD_PRECEDENCE_POLICY,
	    (thread_policy_t)&pre, THREAD_PRECEDENCE_POLICY_COUNT) ==
	    KERN_SUCCESS);
	EXPECT(self->t_base_prio == PRI_KERNEL + 5);
	EXPECT(thread_policy_set(self, 77, NULL, 0) == KERN_INVALID_ARGUMENT);
	EXPECT(thread_policy_set(self, THREAD_STANDARD_POLICY, NULL, 0) ==
	    KERN_SUCCESS);
	EXPECT(self->t_base_prio == PRI_KERNEL);
}
