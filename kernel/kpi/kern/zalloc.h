/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/zalloc.h>: kept for sources that include it: zones are not part of
 * the interface.
 */
#ifndef _KERN_ZALLOC_H_
#define _KERN_ZALLOC_H_

#include <mach/mach_types.h>
#include <kern/kern_types.h>

#endif /* _KERN_ZALLOC_H_ */
