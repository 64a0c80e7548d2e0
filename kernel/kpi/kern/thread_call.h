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
 * The function of a thread call: param0 is from the allocation, param1 from
 * the call.
 * Context:   thread of the timers, may block, not for long
 * Locks:     none held
 */
typedef void (*thread_call_func_t)(thread_call_param_t param0,
    thread_call_param_t param1);

#ifdef KERNEL
__BEGIN_DECLS

/* All calls run in the same threads, in the order in which they are due. */
typedef enum {
	THREAD_CALL_PRIORITY_HIGH = 0,
	THREAD_CALL_PRIORITY_KERNEL = 1,
	THREAD_CALL_PRIORITY_USER = 2,
	THREAD_CALL_PRIORITY_LOW = 3
} thread_call_priority_t;

typedef enum {
	THREAD_CALL_OPTIONS_ONCE = 1
} thread_call_options_t;

/*
 * thread_call_allocate() with a priority and options, which change nothing.
 * Returns:   the object
 * Ownership: the caller's, ended with thread_call_free()
 * Context:   thread, may block
 */
thread_call_t thread_call_allocate_with_options(thread_call_func_t func,
    thread_call_param_t param0, thread_call_priority_t pri,
    thread_call_options_t options);

/*
 * Makes a call object for a function.
 * Returns:   the object
 * Ownership: the caller's, ended with thread_call_free()
 * Context:   thread, may block
 */
thread_call_t thread_call_allocate(thread_call_func_t func,
    thread_call_param_t param0);

/*
 * Calls the function as soon as a thread can.
 * Returns:   TRUE when it was pending already, FALSE when not
 * Context:   any thread, interrupt
 */
boolean_t thread_call_enter(thread_call_t call);

/*
 * thread_call_enter() with a second parameter.
 * Returns:   TRUE when it was pending already, FALSE when not
 * Context:   any thread, interrupt
 */
boolean_t thread_call_enter1(thread_call_t call, thread_call_param_t param1);

/*
 * Calls the function at a moment, in place of a moment set before.
 * Returns:   TRUE when it was pending already, FALSE when not
 * Context:   any thread, interrupt
 * Units:     deadline in absolute time
 */
boolean_t thread_call_enter_delayed(thread_call_t call, uint64_t deadline);

/*
 * thread_call_enter_delayed() with a second parameter.
 * Returns:   TRUE when it was pending already, FALSE when not
 * Context:   any thread, interrupt
 * Units:     deadline in absolute time
 */
boolean_t thread_call_enter1_delayed(thread_call_t call,
    thread_call_param_t param1, uint64_t deadline);

/*
 * Takes a pending call back; a function that runs is not waited for.
 * Returns:   TRUE when it was pending, FALSE when not
 * Context:   any thread, interrupt
 */
boolean_t thread_call_cancel(thread_call_t call);

/*
 * Frees a call object; when the function runs, it is freed afterwards.
 * Returns:   TRUE; FALSE when it is still pending, and then it is not freed
 * Context:   any thread
 */
boolean_t thread_call_free(thread_call_t call);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_THREAD_CALL_H_ */
