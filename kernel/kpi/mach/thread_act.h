/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/thread_act.h>: ending a thread.
 */
#ifndef _MACH_THREAD_ACT_H_
#define _MACH_THREAD_ACT_H_

#include <mach/mach_types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Ends a thread; for current_thread() it does not return.
 * Returns:   KERN_SUCCESS, or KERN_INVALID_ARGUMENT for THREAD_NULL
 * Context:   any thread
 * Locks:     none held
 */
kern_return_t thread_terminate(thread_t target);

__END_DECLS
#endif /* KERNEL */

#endif /* _MACH_THREAD_ACT_H_ */
