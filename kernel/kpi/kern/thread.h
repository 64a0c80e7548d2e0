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
 * New kernel thread running continuation(parameter, wait_result); *new_thread
 * carries a reference: thread_deallocate. KERN_SUCCESS /
 * KERN_RESOURCE_SHORTAGE. The function must end with
 * thread_terminate(current_thread()); returning from it is not allowed on
 * older systems.
 */
kern_return_t kernel_thread_start(thread_continue_t continuation,
    void *parameter, thread_t *new_thread);

/*
 * No reference.
 */
thread_t current_thread(void);

/*
 * +1.
 */
void thread_reference(thread_t thread);

/*
 * -1.
 */
void thread_deallocate(thread_t thread);

/*
 * Unique id.
 */
uint64_t thread_tid(thread_t thread);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_THREAD_H_ */
