/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/semaphore.h>: the type of a Mach semaphore.
 */
#ifndef _MACH_SEMAPHORE_H_
#define _MACH_SEMAPHORE_H_

#include <mach/mach_types.h>

#define SYNC_POLICY_FIFO	0x0

#endif /* _MACH_SEMAPHORE_H_ */
