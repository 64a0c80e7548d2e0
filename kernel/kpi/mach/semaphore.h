/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/semaphore.h>: Mach counting semaphores.
 *
 * The task argument is taken and not used: every task may use every semaphore.
 */
#ifndef _MACH_SEMAPHORE_H_
#define _MACH_SEMAPHORE_H_

#include <mach/mach_types.h>
#include <sys/cdefs.h>

#define SYNC_POLICY_FIFO	0x0

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Makes a semaphore with a count; waiters are woken first in, first out.
 * Returns:   KERN_SUCCESS, or KERN_INVALID_ARGUMENT for a negative value,
 *            another policy or no place for the result,
 *            KERN_RESOURCE_SHORTAGE
 * Ownership: ended with semaphore_destroy()
 * Context:   thread, may block
 */
kern_return_t semaphore_create(task_t task, semaphore_t *semaphore, int policy,
    int value);

/*
 * Ends a semaphore; whoever waits gets KERN_TERMINATED.
 * Returns:   KERN_SUCCESS, or KERN_INVALID_ARGUMENT
 * Ownership: the semaphore is gone when its last waiter has left
 * Context:   any thread
 */
kern_return_t semaphore_destroy(task_t task, semaphore_t semaphore);

/*
 * Wakes one waiter, or counts one up.
 * Returns:   KERN_SUCCESS, or KERN_INVALID_ARGUMENT
 * Context:   any thread, interrupt
 */
kern_return_t semaphore_signal(semaphore_t semaphore);

/*
 * Wakes every waiter; the count stays.
 * Returns:   KERN_SUCCESS, or KERN_NOT_WAITING when there was none
 * Context:   any thread, interrupt
 */
kern_return_t semaphore_signal_all(semaphore_t semaphore);

/*
 * Counts one down, or waits until somebody signals.
 * Returns:   KERN_SUCCESS, KERN_ABORTED by a signal to the process,
 *            KERN_TERMINATED
 * Context:   thread, may block
 */
kern_return_t semaphore_wait(semaphore_t semaphore);

/*
 * The same up to a deadline.
 * Returns:   also KERN_OPERATION_TIMED_OUT
 * Context:   thread, may block
 * Units:     deadline in absolute time
 */
kern_return_t semaphore_wait_deadline(semaphore_t semaphore,
    uint64_t deadline);

/*
 * Counts one down without waiting.
 * Returns:   KERN_SUCCESS, or KERN_OPERATION_TIMED_OUT when the count is 0
 * Context:   any thread, interrupt
 */
kern_return_t semaphore_wait_noblock(semaphore_t semaphore);

__END_DECLS
#endif /* KERNEL */

#endif /* _MACH_SEMAPHORE_H_ */
