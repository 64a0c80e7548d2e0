/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/thread_call.h>: deferred and timed calls of a function in thread
 * context.
 */
#ifndef _KERN_THREAD_CALL_H_
#define _KERN_THREAD_CALL_H_

#include <kern/clock.h>

typedef struct thread_call	*thread_call_t;
typedef void			*thread_call_param_t;

/*
 * Timer/deferred function (param0 fixed at allocation, param1 per call).
 * Thread context, may block.
 */
typedef void (*thread_call_func_t)(thread_call_param_t param0,
    thread_call_param_t param1);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * New call object; NULL never in practice.
 */
thread_call_t thread_call_allocate(thread_call_func_t func,
    thread_call_param_t param0);

/*
 * Queue now; TRUE when it already was pending (then re-queued).
 */
boolean_t thread_call_enter(thread_call_t call);

/*
 * With param1.
 */
boolean_t thread_call_enter1(thread_call_t call, thread_call_param_t param1);

/*
 * At absolute deadline; re-arms.
 */
boolean_t thread_call_enter_delayed(thread_call_t call, uint64_t deadline);

/*
 * With param1.
 */
boolean_t thread_call_enter1_delayed(thread_call_t call,
    thread_call_param_t param1, uint64_t deadline);

/*
 * TRUE when it was pending; a running one is NOT waited for.
 */
boolean_t thread_call_cancel(thread_call_t call);

/*
 * FALSE when still pending (not freed). TRUE while running: freed after it
 * ends, without waiting.
 */
boolean_t thread_call_free(thread_call_t call);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_THREAD_CALL_H_ */
