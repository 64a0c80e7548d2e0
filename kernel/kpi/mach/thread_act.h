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
 * For current_thread(): does not return.
 */
kern_return_t thread_terminate(thread_t target);

__END_DECLS
#endif /* KERNEL */

#endif /* _MACH_THREAD_ACT_H_ */
