/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers, thread calls, timeouts and clocks.
 */
#include <sys/errno.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <kern/clock.h>
#include <kern/thread_call.h>
#include <mach/mach_time.h>

#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

struct seen {
	struct timer timer;
	volatile int count;
	uint64_t late;
};

static void
fired(void *arg)
{
	struct seen *s = arg;

	s->late = time_now_ns() - s->timer.tm_deadline;
	s->count++;
}

TEST(time, timer_fires_once_and_not_early)
{
	struct seen s = { .count = 0 };
	uint64_t at = time_now_ns() + 5 * MS;

	timer_init(&s.timer, fired, &s);
	EXPECT(!timer_arm(&s.timer, at));
	EXPECT(timer_arm(&s.timer, at + MS));	/* moves */
	thread_sleep_ns(30 * MS);
	EXPECT(s.count == 1);
	EXPECT((int64_t)s.late >= 0);
	EXPECT(!timer_cancel_sync(&s.timer));
	(void)timer_arm(&s.timer, time_now_ns() + 50 * MS);
	EXPECT(timer_cancel(&s.timer));
	thread_sleep_ns(60 * MS);
	EXPECT(s.count == 1);
}

static void
slow(void *arg)
{
	struct seen *s = arg;

	thread_sleep_ns(10 * MS);
	s->count++;
}

TEST(time, cancel_sync_waits_for_the_callback)
{
	struct seen s = { .count = 0 };

	timer_init(&s.timer, slow, &s);
	(void)timer_arm(&s.timer, time_now_ns() + MS);
	thread_sleep_ns(4 * MS);
	EXPECT(s.count == 0);
	EXPECT(!timer_cancel_sync(&s.timer));
	EXPECT(s.count == 1);
}

#define MANY	20000

TEST(time, twenty_thousand_timers)
{
	struct seen *s = kmalloc(MANY * sizeof(*s), M_WAITOK | M_ZERO);
	unsigned before = timer_count(), ok = 0;
	uint64_t now = time_now_ns();

	REQUIRE(s != NULL);
	for (unsigned i = 0; i < MANY; i++) {
		timer_init(&s[i].timer, fired, &s[i]);
		(void)timer_arm(&s[i].timer, now + 200 * MS +
		    (i * 7919ull % MANY) * 1000);
	}
	EXPECT(timer_count() >= before + MANY / 2);
	for (unsigned i = 0; i < MANY; i += 2)
		(void)timer_cancel(&s[i].timer);
	for (int i = 0; i < 100 && timer_count() > before; i++)
		thread_sleep_ns(20 * MS);
	for (unsigned i = 0; i < MANY; i++)
		ok += s[i].count == (i % 2 ? 1 : 0);
	EXPECT(ok == MANY);
	for (unsigned i = 0; i < MANY; i++)
		(void)timer_cancel_sync(&s[i].timer);
	kfree(s);
}

/* --- thread calls ------------------------------------------------------------------------- */

static volatile int calls;
static void *volatile last1;

static void
call(thread_call_param_t p0, thread_call_param_t p1)
{
	if (p0 != NULL)
		thread_sleep_ns((uint64_t)(uintptr_t)p0);
	last1 = p1;
	calls++;
}

TEST(time, thread_calls)
{
	thread_call_t tc = thread_call_allocate(call, NULL);
	uint64_t deadline;

	REQUIRE(tc != NULL);
	calls = 0;
	EXPECT(!thread_call_enter1(tc, (void *)1));
	thread_sleep_ns(5 * MS);
	EXPECT(calls == 1 && last1 == (void *)1);
	clock_interval_to_deadline(50, 1000000, &deadline);
	EXPECT(!thread_call_enter_delayed(tc, deadline));
	EXPECT(thread_call_enter_delayed(tc, deadline));
	EXPECT(!thread_call_free(tc));		/* pending */
	EXPECT(thread_call_cancel(tc));
	EXPECT(!thread_call_cancel(tc));
	EXPECT(thread_call_free(tc));
	EXPECT(calls == 1);
}

TEST(time, thread_call_freed_while_running)
{
	thread_call_t tc = thread_call_allocate(call, (void *)(10 * MS));

	calls = 0;
	(void)thread_call_enter(tc);
	thread_sleep_ns(3 * MS);
	EXPECT(thread_call_free(tc));
	EXPECT(calls == 0);
	thread_sleep_ns(20 * MS);
	EXPECT(calls == 1);
}

TEST(time, blocking_calls_do_not_hold_up_others)
{
	thread_call_t slow_one[6], quick;

	calls = 0;
	for (int i = 0; i < 6; i++) {
		slow_one[i] = thread_call_allocate(call, (void *)(60 * MS));
		(void)thread_call_enter(slow_one[i]);
	}
	quick = thread_call_allocate(call, NULL);
	(void)thread_call_enter1(quick, (void *)1);
	thread_sleep_ns(20 * MS);
	EXPECT(calls == 1);
	thread_sleep_ns(100 * MS);
	EXPECT(calls == 7);
	for (int i = 0; i < 6; i++)
		EXPECT(thread_call_free(slow_one[i]));
	EXPECT(thread_call_free(quick));
}

static void
timed_out(void *arg)
{
	(*(volatile int *)arg)++;
}

TEST(time, bsd_timeout)
{
	struct timespec ts = { 0, 10 * MS };
	volatile int n = 0;

	bsd_timeout(timed_out, (void *)&n, &ts);
	bsd_timeout(timed_out, (void *)&n, &ts);
	bsd_untimeout(timed_out, (void *)&n);
	thread_sleep_ns(40 * MS);
	EXPECT(n == 1);
	bsd_untimeout(timed_out, (void *)&n);
}

TEST(time, clocks_agree)
{
	struct timeval tv, up;
	struct timespec ts;
	uint64_t a, b, ns;

	a = mach_absolute_time();
	clock_get_uptime(&b);
	EXPECT(b >= a);
	absolutetime_to_nanoseconds(b, &ns);
	microuptime(&up);
	EXPECT((uint64_t)up.tv_sec * 1000000 + (uint64_t)up.tv_usec >=
	    ns / 1000);
	microtime(&tv);
	nanotime(&ts);
	EXPECT(tv.tv_sec > 1600000000 && ts.tv_sec - tv.tv_sec <= 1);
	clock_interval_to_absolutetime_interval(3, NSEC_PER_SEC, &a);
	nanoseconds_to_absolutetime(3 * NSEC_PER_SEC, &b);
	EXPECT(a == b);
	b = mach_absolute_time();
	clock_delay_until(b + MS);
	EXPECT(mach_absolute_time() >= b + MS);
}
