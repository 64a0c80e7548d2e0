/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/clock.h>: uptime, calendar time and conversions of intervals.
 *
 * Absolute time is the monotonic clock in ticks; a deadline is a moment of
 * it.
 */
#ifndef _KERN_CLOCK_H_
#define _KERN_CLOCK_H_

#include <kern/kern_types.h>
#include <mach/mach_time.h>
#include <mach/clock_types.h>

typedef unsigned long		clock_sec_t;
typedef unsigned int		clock_usec_t;
typedef unsigned int		clock_nsec_t;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Stores the monotonic clock, as mach_absolute_time() returns it.
 * Context:   any
 * Units:     *result in absolute time
 */
void clock_get_uptime(uint64_t *result);

/*
 * The moment that is interval units from now.
 * Context:   any
 * Units:     scale_factor in nanoseconds a unit; *result in absolute time
 */
void clock_interval_to_deadline(uint32_t interval, uint32_t scale_factor,
    uint64_t *result);

/*
 * Converts an interval in units of scale_factor.
 * Context:   any
 * Units:     scale_factor in nanoseconds a unit; *result in absolute time
 */
void clock_interval_to_absolutetime_interval(uint32_t interval,
    uint32_t scale_factor, uint64_t *result);

/*
 * The moment that is an interval from now.
 * Context:   any
 * Units:     both in absolute time
 */
void clock_absolutetime_interval_to_deadline(uint64_t abstime,
    uint64_t *result);

/*
 * The moment of the continuous clock that is an interval from now.
 * Context:   any
 * Units:     both in ticks
 */
void clock_continuoustime_interval_to_deadline(uint64_t abstime,
    uint64_t *result);

/*
 * A moment of the monotonic clock on the continuous one: here the same.
 * Returns:   ticks; 0 for 0
 * Context:   any
 */
uint64_t absolutetime_to_continuoustime(uint64_t abstime);

/*
 * A moment of the continuous clock on the monotonic one: here the same.
 * Returns:   ticks; 0 for 0
 * Context:   any
 */
uint64_t continuoustime_to_absolutetime(uint64_t conttime);

/*
 * Waits for a moment, sleeping if it is far and spinning if it is near.
 * Context:   thread, may block
 * Units:     deadline in absolute time
 */
void clock_delay_until(uint64_t deadline);

/*
 * Stores the ratio numer/denom of nanoseconds to ticks.
 * Context:   any
 */
void clock_timebase_info(mach_timebase_info_t info);

/*
 * Stores the calendar time.
 * Context:   any
 * Units:     seconds since 1970, UTC, and microseconds
 */
void clock_get_calendar_microtime(clock_sec_t *secs, clock_usec_t *microsecs);

/*
 * Stores the calendar time.
 * Context:   any
 * Units:     seconds since 1970, UTC, and nanoseconds
 */
void clock_get_calendar_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs);

/*
 * Stores the time since boot.
 * Context:   any
 * Units:     seconds and microseconds
 */
void clock_get_system_microtime(clock_sec_t *secs, clock_usec_t *microsecs);

/*
 * Stores the time since boot.
 * Context:   any
 * Units:     seconds and nanoseconds
 */
void clock_get_system_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs);

/*
 * Converts ticks of the monotonic clock.
 * Context:   any
 * Units:     *result in nanoseconds
 */
void absolutetime_to_nanoseconds(uint64_t abstime, uint64_t *result);

/*
 * Converts nanoseconds to ticks of the monotonic clock.
 * Context:   any
 * Units:     *result in absolute time
 */
void nanoseconds_to_absolutetime(uint64_t nanoseconds, uint64_t *result);

/*
 * Spins.
 * Context:   any
 * Units:     microseconds
 */
void delay(int usec);

/*
 * Spins for interval times scale_factor nanoseconds.
 * Context:   any
 * Units:     scale_factor in nanoseconds
 */
void delay_for_interval(uint32_t interval, uint32_t scale_factor);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_CLOCK_H_ */
