/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers (timer.h) on two heaps: hard ones run in the clock interrupt, the
 * others in the timer thread.
 *
 * The interrupt tells the timer thread once that something is due
 * (soft_told) and then leaves the ordinary heap out of the next deadline
 * until the thread has gone through it.
 */
#include "kernel/time/timer.h"

#include <stddef.h>

#include "arch/x86_64/clock.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/rawspin.h"
#include "kernel/time/timer_heap.h"

static struct rawspin timer_lock;
static struct timer_heap hard, soft;		/* timer_lock */
static bool soft_told;				/* timer_lock */
static struct timer *hard_running;		/* a */
static struct timer *soft_running;		/* a */
static uint64_t next_deadline = UINT64_MAX;	/* a */
static struct thread *timer_thread;
static struct waitq timer_wq = WAITQ_INITIALIZER(timer_wq);
static struct waitq done_wq = WAITQ_INITIALIZER(done_wq);
static int64_t wall_offset_ns;

void
timer_init(struct timer *t, void (*fn)(void *), void *arg)
{
	t->tm_child = t->tm_next = t->tm_prev = NULL;
	t->tm_deadline = 0;
	t->tm_fn = fn;
	t->tm_arg = arg;
	t->tm_pending = 0;
	t->tm_hard = 0;
	t->tm_draining = 0;
}

void
timer_init_hard(struct timer *t, void (*fn)(void *), void *arg)
{
	timer_init(t, fn, arg);
	t->tm_hard = 1;
}

/* timer_lock held. */
static void
recompute(void)
{
	uint64_t next = UINT64_MAX;

	if (hard.th_root != NULL)
		next = hard.th_root->tm_deadline;
	if (!soft_told && soft.th_root != NULL &&
	    soft.th_root->tm_deadline < next)
		next = soft.th_root->tm_deadline;
	__atomic_store_n(&next_deadline, next, __ATOMIC_RELAXED);
}

uint64_t
timer_next_deadline(void)
{
	return (__atomic_load_n(&next_deadline, __ATOMIC_RELAXED));
}

bool
timer_arm(struct timer *t, uint64_t abs_ns)
{
	struct timer_heap *h = t->tm_hard ? &hard : &soft;
	bool was;

	raw_lock(&timer_lock);
	was = t->tm_pending;
	/* Its own callback, whose end timer_cancel_sync() waits for. */
	if (t->tm_draining != 0 && soft_running == t &&
	    current_thread() == timer_thread) {
		raw_unlock(&timer_lock);
		return (was);
	}
	if (was)
		timer_heap_remove(h, t);
	t->tm_deadline = abs_ns;
	timer_heap_insert(h, t);
	recompute();
	sched_arm_clock();
	raw_unlock(&timer_lock);
	return (was);
}

bool
timer_cancel(struct timer *t)
{
	struct timer_heap *h = t->tm_hard ? &hard : &soft;
	bool was;

	raw_lock(&timer_lock);
	was = t->tm_pending;
	if (was) {
		bool first = t == h->th_root;

		timer_heap_remove(h, t);
		if (first)
			recompute();	/* the one-shot may fire early */
	}
	raw_unlock(&timer_lock);
	/* A hard callback on another CPU ends soon: nothing of it may be left. */
	if (!was && t->tm_hard && !in_interrupt()) {
		while (__atomic_load_n(&hard_running, __ATOMIC_ACQUIRE) == t)
			arch_pause();
	}
	return (was);
}

bool
timer_cancel_sync(struct timer *t)
{
	bool was = timer_cancel(t), running;
	struct waiter w;

	if (t->tm_hard || current_thread() == timer_thread)
		return (was);
	raw_lock(&timer_lock);
	t->tm_draining++;
	raw_unlock(&timer_lock);
	for (;;) {
		waitq_assert(&done_wq, &w, WAIT_UNINT, 0);
		raw_lock(&timer_lock);
		running = soft_running == t;
		if (!running) {
			/* What the callback armed before we were waiting. */
			if (t->tm_pending) {
				timer_heap_remove(&soft, t);
				recompute();
			}
			t->tm_draining--;
		}
		raw_unlock(&timer_lock);
		if (!running) {
			(void)waitq_cancel(&w);
			return (was);
		}
		(void)waitq_block(&w);
	}
}

bool
timer_pending(const struct timer *t)
{
	return (t->tm_pending != 0);
}

unsigned
timer_count(void)
{
	return (hard.th_count + soft.th_count);
}

void
timer_interrupt(uint64_t now)
{
	bool tell = false;
	struct timer *t;

	for (;;) {
		raw_lock(&timer_lock);
		t = timer_heap_pop(&hard, now);
		__atomic_store_n(&hard_running, t, __ATOMIC_RELEASE);
		if (t == NULL) {
			if (!soft_told && soft.th_root != NULL &&
			    soft.th_root->tm_deadline <= now)
				soft_told = tell = true;
			recompute();
			raw_unlock(&timer_lock);
			break;
		}
		raw_unlock(&timer_lock);
		t->tm_fn(t->tm_arg);
	}
	if (tell)
		(void)waitq_wake_all(&timer_wq);
}

/* Runs what is due; false when nothing was. */
static bool
run_soft(void)
{
	struct timer *t;

	raw_lock(&timer_lock);
	t = timer_heap_pop(&soft, clock_monotonic_ns());
	if (t == NULL) {
		soft_told = false;
		recompute();
		sched_arm_clock();
		raw_unlock(&timer_lock);
		return (false);
	}
	__atomic_store_n(&soft_running, t, __ATOMIC_RELEASE);
	raw_unlock(&timer_lock);
	t->tm_fn(t->tm_arg);
	__atomic_store_n(&soft_running, NULL, __ATOMIC_RELEASE);
	if (!waitq_empty(&done_wq))
		(void)waitq_wake_all(&done_wq);
	return (true);
}

/* Whether the interrupt has said so since run_soft() found nothing. */
static bool
soft_due(void)
{
	bool due;

	raw_lock(&timer_lock);
	due = soft_told;
	raw_unlock(&timer_lock);
	return (due);
}

static void
timer_loop(void *arg)
{
	struct waiter w;

	(void)arg;
	for (;;) {
		while (run_soft())
			;
		waitq_assert(&timer_wq, &w, WAIT_UNINT, 0);
		if (soft_due())
			(void)waitq_cancel(&w);
		else
			(void)waitq_block(&w);
	}
}

void
timer_thread_start(void)
{
	wall_offset_ns = (int64_t)clock_boot_time() * 1000000000ll;
	VERIFY(thread_create(NULL, "timer", PRI_TIMER, timer_loop, NULL,
	    &timer_thread) == 0);
}

uint64_t
time_now_ns(void)
{
	return (clock_monotonic_ns());
}

int64_t
time_wall_offset_ns(void)
{
	return (wall_offset_ns);
}

void
time_set_wall_ns(uint64_t wall_ns)
{
	wall_offset_ns = (int64_t)(wall_ns - clock_monotonic_ns());
}

uint64_t
time_wall_ns(void)
{
	return (clock_monotonic_ns() + (uint64_t)wall_offset_ns);
}
