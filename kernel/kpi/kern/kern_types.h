/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/kern_types.h>: events, wait results and thread entry points.
 */
#ifndef _KERN_KERN_TYPES_H_
#define _KERN_KERN_TYPES_H_

#include <mach/mach_types.h>

typedef void			*event_t;
typedef uint64_t		event64_t;
typedef int			wait_result_t;
typedef int			wait_interrupt_t;
typedef int			wait_timeout_urgency_t;
typedef void (*thread_continue_t)(void *, wait_result_t);

#define NO_EVENT		((event_t)0)
#define NO_EVENT64		((event64_t)0)
#define THREAD_CONTINUE_NULL	((thread_continue_t)0)

#define THREAD_WAITING		(-1)
#define THREAD_AWAKENED		0
#define THREAD_TIMED_OUT	1
#define THREAD_INTERRUPTED	2
#define THREAD_RESTART		3
#define THREAD_NOT_WAITING	10

#define THREAD_UNINT		0
#define THREAD_INTERRUPTIBLE	1
#define THREAD_ABORTSAFE	2

typedef struct __lck_attr	lck_attr_t;
typedef struct __lck_grp	lck_grp_t;
typedef struct __lck_grp_attr	lck_grp_attr_t;
typedef struct __lck_mtx	lck_mtx_t;
typedef struct __lck_rw		lck_rw_t;
typedef struct __lck_spin	lck_spin_t;

#endif /* _KERN_KERN_TYPES_H_ */
