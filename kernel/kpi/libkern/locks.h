/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/locks.h>: the name libkern's sources use for <kern/locks.h>.
 */
#ifndef _LIBKERN_LOCKS_H_
#define _LIBKERN_LOCKS_H_

#include <kern/locks.h>

#endif /* _LIBKERN_LOCKS_H_ */
