/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/thread_policy.h>: scheduling policies of a thread.
 */
#ifndef _MACH_THREAD_POLICY_H_
#define _MACH_THREAD_POLICY_H_

#include <mach/mach_types.h>

typedef natural_t		thread_policy_flavor_t;
typedef integer_t		*thread_policy_t;

typedef struct thread_standard_policy {
	natural_t	no_data;
} thread_standard_policy_data_t, *thread_standard_policy_t;

typedef struct thread_extended_policy {
	boolean_t	timeshare;
} thread_extended_policy_data_t, *thread_extended_policy_t;

typedef struct thread_time_constraint_policy {
	uint32_t	period;
	uint32_t	computation;
	uint32_t	constraint;
	boolean_t	preemptible;
} thread_time_constraint_policy_data_t, *thread_time_constraint_policy_t;

typedef struct thread_precedence_policy {
	integer_t	importance;
} thread_precedence_policy_data_t, *thread_precedence_policy_t;

#define THREAD_STANDARD_POLICY			1
#define THREAD_EXTENDED_POLICY			1
#define THREAD_TIME_CONSTRAINT_POLICY		2
#define THREAD_PRECEDENCE_POLICY		3
#define THREAD_STANDARD_POLICY_COUNT		((mach_msg_type_number_t)0)
#define THREAD_EXTENDED_POLICY_COUNT		((mach_msg_type_number_t)1)
#define THREAD_TIME_CONSTRAINT_POLICY_COUNT	((mach_msg_type_number_t)4)
#define THREAD_PRECEDENCE_POLICY_COUNT		((mach_msg_type_number_t)1)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Sets how a thread is scheduled; info and count must fit the flavor.
 * Returns:   KERN_SUCCESS, or KERN_INVALID_ARGUMENT for a wrong flavor or
 *            count
 * Context:   any thread
 */
kern_return_t thread_policy_set(thread_t thread,
    thread_policy_flavor_t flavor, thread_policy_t policy_info,
    mach_msg_type_number_t count);

__END_DECLS
#endif /* KERNEL */

#endif /* _MACH_THREAD_POLICY_H_ */
