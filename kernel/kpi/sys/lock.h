/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/lock.h>: the older name of <kern/locks.h>.
 */
#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#include <sys/cdefs.h>
#include <kern/locks.h>

#endif /* _SYS_LOCK_H_ */
