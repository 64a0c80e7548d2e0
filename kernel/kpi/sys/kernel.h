/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kernel.h>: variables of the running system.
 */
#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_

#include <sys/param.h>

#ifdef KERNEL
__BEGIN_DECLS

/* Clock ticks in a second: the unit of tsleep(). */
extern int hz;

/* The secure level, which this system does not raise: 0. */
extern int securelevel;
__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KERNEL_H_ */
