/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/sched_prim.h>: waiting for an event without a lock: assert_wait, then
 * thread_block.
 */
#ifndef _KERN_SCHED_PRIM_H_
#define _KERN_SCHED_PRIM_H_

#include <kern/clock.h>
#include <kern/thread.h>

#ifdef KERNEL
#define thread_wakeup(event)						\
	thread_wakeup_prim((event), FALSE, THREAD_AWAKENED)
#define thread_wakeup_one(event)					\
	thread_wakeup_prim((event), TRUE, THREAD_AWAKENED)

__BEGIN_DECLS

/*
 * Says that this thread is about to wait for an event; wake-ups from now on
 * count. thread_block() follows.
 * Returns:   THREAD_WAITING, or THREAD_INTERRUPTED
 * Context:   thread
 */
wait_result_t assert_wait(event_t event, wait_interrupt_t interruptible);

/*
 * assert_wait() with an end.
 * Returns:   THREAD_WAITING, or THREAD_INTERRUPTED
 * Context:   thread
 * Units:     deadline in absolute time
 */
wait_result_t assert_wait_deadline(event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * assert_wait() with an interval.
 * Returns:   THREAD_WAITING, or THREAD_INTERRUPTED
 * Context:   thread
 * Units:     interval times scale_factor nanoseconds, from now
 */
wait_result_t assert_wait_timeout(event_t event,
    wait_interrupt_t interruptible, uint32_t interval, uint32_t scale_factor);

/*
 * Waits as announced by assert_wait(); without an announcement it yields.
 * With a continuation the thread goes on there and its stack is given up.
 * Returns:   THREAD_AWAKENED, THREAD_TIMED_OUT, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     none held
 */
wait_result_t thread_block(thread_continue_t continuation);

/*
 * thread_block() that hands a parameter to the continuation.
 * Returns:   as thread_block()
 * Context:   thread, blocks
 * Locks:     none held
 */
wait_result_t thread_block_parameter(thread_continue_t continuation,
    void *parameter);

/*
 * Whether another thread may take the CPU now: no spin lock is held and
 * interrupts are on.
 * Returns:   TRUE or FALSE
 * Context:   any
 */
boolean_t preemption_enabled(void);

/*
 * Wakes one or all threads that wait for an event, with the wait result
 * given.
 * Returns:   KERN_SUCCESS, or KERN_NOT_WAITING when nobody waited
 * Context:   any thread, interrupt
 */
kern_return_t thread_wakeup_prim(event_t event, boolean_t one_thread,
    wait_result_t result);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_SCHED_PRIM_H_ */
