/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/clock_types.h>: units of time, as 64-bit constants.
 */
#ifndef _MACH_CLOCK_TYPES_H_
#define _MACH_CLOCK_TYPES_H_

#define NSEC_PER_USEC		1000ull
#define NSEC_PER_MSEC		1000000ull
#define NSEC_PER_SEC		1000000000ull
#define USEC_PER_SEC		1000000ull

#endif /* _MACH_CLOCK_TYPES_H_ */
