/* SPDX-License-Identifier: BSD-2-Clause */
/* Helpers of the system-call wrappers; see calls.c. */
#ifndef _KERNEL_PROGRAM_CALLS_H_
#define _KERNEL_PROGRAM_CALLS_H_

#include <sys/types.h>

/*
 * The end of every call: takes signals, then value, or -1 with errno set.
 * Context:   thread of a process, no lock held
 */
int call_result(errno_t error, int value);
ssize_t call_result_size(errno_t error, ssize_t value);

#endif /* _KERNEL_PROGRAM_CALLS_H_ */
