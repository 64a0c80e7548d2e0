/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/mach_time.h>: the monotonic clock in ticks.
 */
#ifndef _MACH_MACH_TIME_H_
#define _MACH_MACH_TIME_H_

#include <mach/mach_types.h>

struct mach_timebase_info {
	uint32_t	numer;
	uint32_t	denom;
};
typedef struct mach_timebase_info	*mach_timebase_info_t;
typedef struct mach_timebase_info	mach_timebase_info_data_t;

__BEGIN_DECLS

/*
 * The monotonic clock.
 * Returns:   ticks; convert with absolutetime_to_nanoseconds()
 * Context:   any
 */
uint64_t mach_absolute_time(void);

/*
 * The monotonic clock that also runs while the machine sleeps: here it never
 * does, and both are the same.
 * Returns:   ticks
 * Context:   any
 */
uint64_t mach_continuous_time(void);

__END_DECLS

#endif /* _MACH_MACH_TIME_H_ */
