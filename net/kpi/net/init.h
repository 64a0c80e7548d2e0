/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/init.h>: functions that run once when the network starts.
 */
#ifndef _NET_INIT_H_
#define _NET_INIT_H_

#include <sys/kernel_types.h>
#include <sys/cdefs.h>

/*
 * Run once while the network stack starts.
 */
typedef void (*net_init_func_ptr)(void);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Runs init_func once when the network stack starts. EALREADY already started
 * (then call it yourself); EINVAL; ENOMEM.
 */
errno_t net_init_add(net_init_func_ptr init_func);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_INIT_H_ */
