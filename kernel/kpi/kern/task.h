/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/task.h>: the task of the current thread.
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

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_TASK_H_ */
