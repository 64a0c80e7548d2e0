/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/mach_types.h>: the types of the Mach side of the kernel.
 */
#ifndef _MACH_MACH_TYPES_H_
#define _MACH_MACH_TYPES_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/vm_types.h>
#include <mach/vm_param.h>
#include <mach/clock_types.h>

typedef natural_t		mach_msg_type_number_t;

typedef struct task		*task_t;
typedef struct thread		*thread_t;
typedef struct thread		*thread_act_t;
typedef struct semaphore	*semaphore_t;
typedef struct host		*host_t;

#define TASK_NULL		((task_t)0)
#define THREAD_NULL		((thread_t)0)
#define SEMAPHORE_NULL		((semaphore_t)0)

#include <mach/kmod.h>
#include <mach/thread_policy.h>

#endif /* _MACH_MACH_TYPES_H_ */
