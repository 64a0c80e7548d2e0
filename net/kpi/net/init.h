/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/init.h>: functions that run once when the network starts.
 */
#ifndef _NET_INIT_H_
#define _NET_INIT_H_

#include <sys/kernel_types.h>
#include <sys/cdefs.h>

/*
 * Runs once, while the network starts.
 * Context:   the booting thread, may block
 * Locks:     none held
 */
typedef void (*net_init_func_ptr)(void);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Runs a function when the network starts.
 * Returns:   0; EALREADY when it has started, EINVAL, ENOMEM
 * Context:   thread
 * Locks:     none held
 */
errno_t net_init_add(net_init_func_ptr init_func);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_INIT_H_ */
