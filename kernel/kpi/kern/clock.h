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
 * Mach absolute time.
 */
void clock_get_uptime(uint64_t *result);

/*
 * now + interval*scale_factor (scale_factor in ns per unit, e.g. kSecondScale
 * 1000000000) as absolute time.
 */
void clock_interval_to_deadline(uint32_t interval, uint32_t scale_factor,
    uint64_t *result);

/*
 * Interval only.
 */
void clock_interval_to_absolutetime_interval(uint32_t interval,
    uint32_t scale_factor, uint64_t *result);

/*
 * now + interval.
 */
void clock_absolutetime_interval_to_deadline(uint64_t abstime,
    uint64_t *result);

/*
 * Sleeps/spins until deadline.
 */
void clock_delay_until(uint64_t deadline);

/*
 * numer/denom ns per tick.
 */
void clock_timebase_info(mach_timebase_info_t info);

/*
 * Wall clock.
 */
void clock_get_calendar_microtime(clock_sec_t *secs, clock_usec_t *microsecs);

/*
 * Wall clock.
 */
void clock_get_calendar_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs);

/*
 * Uptime.
 */
void clock_get_system_microtime(clock_sec_t *secs, clock_usec_t *microsecs);

/*
 * Uptime.
 */
void clock_get_system_nanotime(clock_sec_t *secs, clock_nsec_t *nanosecs);

/*
 * Conversion.
 */
void absolutetime_to_nanoseconds(uint64_t abstime, uint64_t *result);

/*
 * Conversion.
 */
void nanoseconds_to_absolutetime(uint64_t nanoseconds, uint64_t *result);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_CLOCK_H_ */
