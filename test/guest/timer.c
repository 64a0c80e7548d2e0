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

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/clock.h"
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

	timer_init(&s.timer, fired, &s);
	EXPECT(!timer_arm(&s.timer, time_now_ns() + 10000000 * MS));
	EXPECT(timer_arm(&s.timer, time_now_ns() + 5 * MS));	/* moves */
	EXPECT(WAIT_UNTIL(s.count == 1));
	EXPECT((int64_t)s.late >= 0);
	EXPECT(!timer_cancel_sync(&s.timer));
	/* The timer thread does not run until it is cancelled. */
	preempt_disable();
	(void)timer_arm(&s.timer, time_now_ns() + MS);
	EXPECT(timer_cancel(&s.timer));
	preempt_enable();
	thread_sleep_ns(20 * MS);
	EXPECT(s.count == 1);
}

static volatile bool slow_runs;
static struct thread *slow_for;

/* Ends when the thread that cancels is waiting for it. */
static void
slow(void *arg)
{
	struct seen *s = arg;

	slow_runs = true;
	(void)WAIT_UNTIL(!slow_runs && test_asleep(slow_for, NULL));
	thread_sleep_ns(5 * MS);
	s->count++;
}

TEST(time, cancel_sync_waits_for_the_callback)
{
	struct seen s = { .count = 0 };

	slow_runs = false;
	slow_for = current_thread();
	timer_init(&s.timer, slow, &s);
	(void)timer_arm(&s.timer, time_now_ns() + MS);
	REQUIRE(WAIT_UNTIL(slow_runs));
	EXPECT(s.count == 0);
	slow_runs = false;
	EXPECT(!timer_cancel_sync(&s.timer));
	EXPECT(s.count == 1);
}

static void
again(void *arg)
{
	struct seen *s = arg;

	thread_sleep_ns(2 * MS);
	s->count++;
	(void)timer_arm(&s->timer, time_now_ns());
}

TEST(time, cancel_sync_ends_one_that_arms_itself)
{
	struct seen s = { .count = 0 };
	int count;

	timer_init(&s.timer, again, &s);
	for (int i = 0; i < 10; i++) {
		count = s.count;
		(void)timer_arm(&s.timer, time_now_ns());
		while (s.count == count)
			thread_sleep_ns(MS);
		(void)timer_cancel_sync(&s.timer);
		EXPECT(!timer_pending(&s.timer));
		count = s.count;
		thread_sleep_ns(4 * MS);
		EXPECT(s.count == count);
		(void)timer_cancel(&s.timer);
	}
}

#define MANY	20000

/* How many of them have fired as often as they should. */
static unsigned
right(const struct seen *s)
{
	unsigned ok = 0;

	for (unsigned i = 0; i < MANY; i++)
		ok += s[i].count == (i % 2 ? 1 : 0);
	return (ok);
}

TEST(time, twenty_thousand_timers)
{
	struct seen *s = kmalloc(MANY * sizeof(*s), M_WAITOK | M_ZERO);
	uint64_t lead = 100 * MS, now;

	REQUIRE(s != NULL);
	for (unsigned i = 0; i < MANY; i++)
		timer_init(&s[i].timer, fired, &s[i]);
	/* Again with more time if some were due before all had been dealt with. */
	do {
		lead *= 2;
		REQUIRE(lead < 60000 * MS);
		for (unsigned i = 0; i < MANY; i++) {
			(void)timer_cancel_sync(&s[i].timer);
			s[i].count = 0;
		}
		now = time_now_ns();
		for (unsigned i = 0; i < MANY; i++)
			(void)timer_arm(&s[i].timer, now + lead +
			    (i * 7919ull % MANY) * 1000);
		for (unsigned i = 0; i < MANY; i += 2)
			(void)timer_cancel(&s[i].timer);
	} while (time_now_ns() >= now + lead);
	EXPECT(timer_count() >= MANY / 2 || time_now_ns() >= now + lead);
	EXPECT(WAIT_UNTIL(right(s) == MANY));
	for (unsigned i = 0; i < MANY; i++)
		(void)timer_cancel_sync(&s[i].timer);
	kfree(s);
}

/* --- thread calls ------------------------------------------------------------------------- */

static volatile int calls, held;
static volatile bool release;
static void *volatile last1;

static void
call(thread_call_param_t p0, thread_call_param_t p1)
{
	if (p0 != NULL) {
		__atomic_add_fetch(&held, 1, __ATOMIC_SEQ_CST);
		(void)WAIT_UNTIL(release);
	}
	last1 = p1;
	__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
}

TEST(time, thread_calls)
{
	thread_call_t tc = thread_call_allocate(call, NULL);
	uint64_t deadline;

	REQUIRE(tc != NULL);
	calls = 0;
	EXPECT(!thread_call_enter1(tc, (void *)1));
	EXPECT(WAIT_UNTIL(calls == 1) && last1 == (void *)1);
	clock_interval_to_deadline(10000000, 1000000, &deadline);
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
	thread_call_t tc = thread_call_allocate(call, (void *)1);

	calls = held = 0;
	release = false;
	(void)thread_call_enter(tc);
	EXPECT(WAIT_UNTIL(held == 1));
	EXPECT(thread_call_free(tc));
	EXPECT(calls == 0);
	release = true;
	EXPECT(WAIT_UNTIL(calls == 1));
}

TEST(time, blocking_calls_do_not_hold_up_others)
{
	thread_call_t slow_one[6], quick;

	calls = held = 0;
	release = false;
	for (int i = 0; i < 6; i++) {
		slow_one[i] = thread_call_allocate(call, (void *)1);
		(void)thread_call_enter(slow_one[i]);
	}
	quick = thread_call_allocate(call, NULL);
	(void)thread_call_enter1(quick, (void *)1);
	EXPECT(WAIT_UNTIL(calls == 1));
	release = true;
	EXPECT(WAIT_UNTIL(calls == 7));
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
	struct timespec ts = { 0, 20 * MS };
	volatile int n;
	uint64_t from;

	/* Again with more time if this thread was held up in between. */
	do {
		ts.tv_nsec *= 2;
		REQUIRE(ts.tv_nsec < 1000 * (long)MS);
		n = 0;
		from = time_now_ns();
		bsd_timeout(timed_out, (void *)&n, &ts);
		bsd_timeout(timed_out, (void *)&n, &ts);
		bsd_untimeout(timed_out, (void *)&n);
		from = time_now_ns() - from;
		EXPECT(WAIT_UNTIL(n > 0));
		thread_sleep_ns(10 * MS);
	} while (from > (uint64_t)ts.tv_nsec);
	EXPECT(n == 1);
	bsd_untimeout(timed_out, (void *)&n);
}

/*
 * A second and a half of our clock against the machine's other counter.
 * Neither stops when the host is busy, so the two have to agree.
 */
TEST(time, clock_runs_as_fast_as_the_reference)
{
	uint64_t gap = acpi.pm_timer_port != 0 ? 2000 * MS : 30 * MS;
	uint64_t us0, us, tsc0, tsc, last, slack0, slack, ns;

again:
	us0 = clock_reference_us(&tsc0, &slack0);
	last = tsc0;
	do {
		thread_sleep_ns(5 * MS);
		us = clock_reference_us(&tsc, &slack);
		if (clock_tsc_to_ns(tsc - last) > gap)
			goto again;	/* held up: it may have wrapped */
		last = tsc;
		ns = clock_tsc_to_ns(tsc - tsc0);
	} while (ns < 1500 * MS);
	slack = clock_tsc_to_ns(slack + slack0);
	if (slack > 10 * MS)
		goto again;
	us = (us - us0) * 1000;
	EXPECT(us < ns + ns / 200 + slack && us + us / 200 + slack > ns);
}

static uint64_t
timeval_us(const struct timeval *tv)
{
	return ((uint64_t)tv->tv_sec * 1000000 + (uint64_t)tv->tv_usec);
}

static uint64_t
timespec_us(const struct timespec *ts)
{
	return ((uint64_t)ts->tv_sec * 1000000 + (uint64_t)ts->tv_nsec / 1000);
}

TEST(time, clocks_agree)
{
	struct timeval tv, up, then;
	struct timespec ts;
	uint64_t a, b, ns;

	a = mach_absolute_time();
	clock_get_uptime(&b);
	EXPECT(b >= a);
	absolutetime_to_nanoseconds(b, &ns);
	microuptime(&up);
	EXPECT(timeval_us(&up) >= ns / 1000);
	microtime(&tv);
	nanotime(&ts);
	microtime(&then);
	EXPECT(tv.tv_sec > 1600000000);
	EXPECT(timespec_us(&ts) >= timeval_us(&tv) &&
	    timespec_us(&ts) <= timeval_us(&then));
	clock_interval_to_absolutetime_interval(3, NSEC_PER_SEC, &a);
	nanoseconds_to_absolutetime(3 * NSEC_PER_SEC, &b);
	EXPECT(a == b);
	b = mach_absolute_time();
	clock_delay_until(b + MS);
	EXPECT(mach_absolute_time() >= b + MS);
}
