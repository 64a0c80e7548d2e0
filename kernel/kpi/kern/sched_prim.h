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
 * Declares the intent to wait on an event; THREAD_WAITING. Follow with
 * thread_block.
 */
wait_result_t assert_wait(event_t event, wait_interrupt_t interruptible);

/*
 * With deadline.
 */
wait_result_t assert_wait_deadline(event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Blocks; continuation NULL (THREAD_CONTINUE_NULL) returns here. wait_result.
 */
wait_result_t thread_block(thread_continue_t continuation);

/*
 * Wake one/all.
 */
kern_return_t thread_wakeup_prim(event_t event, boolean_t one_thread,
    wait_result_t result);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_SCHED_PRIM_H_ */
