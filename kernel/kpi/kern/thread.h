/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/thread.h>: kernel threads.
 */
#ifndef _KERN_THREAD_H_
#define _KERN_THREAD_H_

#include <kern/kern_types.h>
#include <vm/vm_kern.h>
#include <mach/thread_act.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Starts a kernel thread that runs continuation(parameter, wait result); the
 * function ends with thread_terminate(current_thread()), returning has the
 * same effect.
 * Returns:   KERN_SUCCESS, or KERN_RESOURCE_SHORTAGE
 * Ownership: *new_thread carries a reference, dropped with
 *            thread_deallocate()
 * Context:   thread, may block
 */
kern_return_t kernel_thread_start(thread_continue_t continuation,
    void *parameter, thread_t *new_thread);

/*
 * The running thread.
 * Returns:   the thread, without a reference
 * Context:   any thread
 */
thread_t current_thread(void);

/*
 * Adds a reference to a thread.
 * Ownership: the reference is the caller's, dropped with thread_deallocate()
 * Context:   any thread
 */
void thread_reference(thread_t thread);

/*
 * Drops a reference to a thread; the thread itself runs on.
 * Context:   any thread
 */
void thread_deallocate(thread_t thread);

/*
 * The number of a thread, never used again.
 * Returns:   the number; 0 for THREAD_NULL
 * Context:   any thread
 */
uint64_t thread_tid(thread_t thread);

/*
 * Whether a thread has been given a name.
 * Returns:   TRUE or FALSE; FALSE for THREAD_NULL
 * Context:   any thread
 */
boolean_t thread_has_thread_name(thread_t th);

/*
 * Names a thread, for `ps` and panics; what is too long is cut. Nothing for
 * THREAD_NULL or NULL.
 * Context:   any thread
 */
void thread_set_thread_name(thread_t th, const char *name);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_THREAD_H_ */
