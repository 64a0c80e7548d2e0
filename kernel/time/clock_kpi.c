/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time as kexts see it: <kern/clock.h>, <mach/mach_time.h>, <sys/time.h>.
 *
 * Mach absolute time is nanoseconds since boot: the time base is 1/1.
 */
#include <kern/clock.h>
#include <mach/mach_time.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "arch/x86_64/clock.h"
#include "kernel/sched/thread.h"
#include "kernel/time/timer.h"

uint64_t
mach_absolute_time(void)
{
	return (clock_monotonic_ns());
}

uint64_t
mach_continuous_time(void)
{
	return (mach_absolute_time());
}

void
delay_for_interval(uint32_t interval, uint32_t scale_factor)
{
	uint64_t deadline;

	clock_interval_to_deadline(interval, scale_factor, &deadline);
	while (mach_absolute_time() < deadline)
		__builtin_ia32_pause();
}

void
delay(int usec)
{
	if (usec > 0)
		delay_for_interval((uint32_t)usec, NSEC_PER_USEC);
}

void
clock_get_uptime(uint64_t *result)
{
	*result = clock_monotonic_ns();
}

void
clock_interval_to_absolutetime_interval(uint32_t interval,
    uint32_t scale_factor, uint64_t *result)
{
	*result = (uint64_t)interval * scale_factor;
}

void
clock_interval_to_deadline(uint32_t interval, uint32_t scale_factor,
    uint64_t *result)
{
	*result = clock_monotonic_ns() + (uint64_t)interval * scale_factor;
}

void
clock_absolutetime_interval_to_deadline(uint64_t abstime, uint64_t *result)
{
	*result = clock_monotonic_ns() + abstime;
}

void
clock_continuoustime_interval_to_deadline(uint64_t abstime, uint64_t *result)
{
	*result = mach_continuous_time() + abstime;
}

uint64_t
absolutetime_to_continuoustime(uint64_t abstime)
{
	return (abstime);
}

uint64_t
continuoustime_to_absolutetime(uint64_t conttime)
{
	return (conttime);
}

void
clock_delay_until(uint64_t deadline)
{
	uint64_t now = clock_monotonic_ns();

	if (deadline > now && deadline - now > 20000 && can_block()) {
		thread_sleep_ns(deadline - now);
		return;
	}
	while (clock_monotonic_ns() < deadline)
		arch_pause();
}

void
clock_timebase_info(mach_timebase_info_t info)
{
	info->numer = 1;
	info->denom = 1;
}

void
absolutetime_to_nanoseconds(uint64_t abstime, uint64_t *result)
{
	*result = abstime;
}

void
nanoseconds_to_absolutetime(uint64_t nanoseconds, uint64_t *result)
{
	*result = nanoseconds;
}

static void
split(uint64_t ns, clock_sec_t *secs, clock_nsec_t *rest)
{
	*secs = ns / NSEC_PER_SEC;
	*rest = (clock_nsec_t)(ns % NSEC_PER_SEC);
}

void
clock_get_calendar_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs)
{
	split(time_wall_ns(), secs, nanosecs);
}

void
clock_get_calendar_microtime(clock_sec_t *secs, clock_usec_t *microsecs)
{
	split(time_wall_ns(), secs, microsecs);
	*microsecs /= NSEC_PER_USEC;
}

void
clock_get_system_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs)
{
	split(clock_monotonic_ns(), secs, nanosecs);
}

void
clock_get_system_microtime(clock_sec_t *secs, clock_usec_t *microsecs)
{
	split(clock_monotonic_ns(), secs, microsecs);
	*microsecs /= NSEC_PER_USEC;
}

/* --- BSD forms ------------------------------------------------------------------------- */

static void
ns_to_timespec(uint64_t ns, struct timespec *ts)
{
	ts->tv_sec = (time_t)(ns / NSEC_PER_SEC);
	ts->tv_nsec = (long)(ns % NSEC_PER_SEC);
}

static void
ns_to_timeval(uint64_t ns, struct timeval *tv)
{
	tv->tv_sec = (time_t)(ns / NSEC_PER_SEC);
	tv->tv_usec = (suseconds_t)(ns % NSEC_PER_SEC / NSEC_PER_USEC);
}

void
microtime(struct timeval *tv)
{
	ns_to_timeval(time_wall_ns(), tv);
}

void
microuptime(struct timeval *tv)
{
	ns_to_timeval(clock_monotonic_ns(), tv);
}

void
nanotime(struct timespec *ts)
{
	ns_to_timespec(time_wall_ns(), ts);
}

void
nanouptime(struct timespec *ts)
{
	ns_to_timespec(clock_monotonic_ns(), ts);
}

uint64_t
tvtoabstime(struct timeval *tv)
{
	return ((uint64_t)tv->tv_sec * NSEC_PER_SEC +
	    (uint64_t)tv->tv_usec * NSEC_PER_USEC);
}

void
timevalfix(struct timeval *t1)
{
	if (t1->tv_usec < 0) {
		t1->tv_sec--;
		t1->tv_usec += 1000000;
	}
	if (t1->tv_usec >= 1000000) {
		t1->tv_sec++;
		t1->tv_usec -= 1000000;
	}
}

void
timevaladd(struct timeval *t1, struct timeval *t2)
{
	t1->tv_sec += t2->tv_sec;
	t1->tv_usec += t2->tv_usec;
	timevalfix(t1);
}

void
timevalsub(struct timeval *t1, struct timeval *t2)
{
	t1->tv_sec -= t2->tv_sec;
	t1->tv_usec -= t2->tv_usec;
	timevalfix(t1);
}
