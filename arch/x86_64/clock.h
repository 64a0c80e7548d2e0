/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: the calibrated time stamp counter as monotonic clock, one one-shot
 * timer per CPU, and the real-time clock read once for the wall time.
 */
#ifndef ARCH_X86_64_CLOCK_H
#define ARCH_X86_64_CLOCK_H

#include <stdint.h>

/* Nanoseconds since boot; never goes back. */
uint64_t clock_monotonic_ns(void);

/*
 * Asks for clock_interrupt() (kernel/trap.h) at abs_ns or as soon as
 * possible after; a later call replaces an earlier one, UINT64_MAX disarms.
 * The interrupt may come early when the hardware cannot count that far: the
 * receiver compares and asks again.
 */
void clock_oneshot(uint64_t abs_ns);

/* Seconds since 1970 at boot (monotonic 0), from the real-time clock. */
uint64_t clock_boot_time(void);

/* Busy-waits; for device set-up only. */
void clock_delay_us(unsigned us);

/* Ticks of arch_rdtsc() per second. */
uint64_t clock_tsc_hz(void);
uint64_t clock_tsc_to_ns(uint64_t ticks);

/*
 * Microseconds of the counter that the TSC was calibrated against, from the
 * first call on; *tsc is the TSC at that moment, to within *slack ticks.  The
 * counter wraps: call it at least every 40 ms (PIT) or 4 s (ACPI timer).
 */
uint64_t clock_reference_us(uint64_t *tsc, uint64_t *slack);

void clock_init(void);

#endif
