/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/ubc.h>: kept for sources that include it: the unified buffer cache has
 * no calls here.
 */
#ifndef _SYS_UBC_H_
#define _SYS_UBC_H_

#include <sys/param.h>
#include <kern/locks.h>

#endif /* _SYS_UBC_H_ */
