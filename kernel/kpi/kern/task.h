/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/task.h>: tasks, the Mach side of processes.
 */
#ifndef _KERN_TASK_H_
#define _KERN_TASK_H_

#include <kern/kern_types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The task of the running thread.
 * Returns:   the task, without a reference
 * Context:   any thread
 */
task_t current_task(void);

/* The task of the kernel's own threads. */
extern task_t kernel_task;

/*
 * Adds a reference to a task; nothing for TASK_NULL.
 * Ownership: the reference is the caller's, dropped with task_deallocate()
 * Context:   any thread
 */
void task_reference(task_t task);

/*
 * Drops a reference to a task; nothing for TASK_NULL.
 * Context:   any thread
 */
void task_deallocate(task_t task);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_TASK_H_ */
