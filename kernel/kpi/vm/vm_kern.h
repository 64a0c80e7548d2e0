/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <vm/vm_kern.h>: kept for sources that include it.
 */
#ifndef _VM_VM_KERN_H_
#define _VM_VM_KERN_H_

#include <mach/mach_types.h>

#endif /* _VM_VM_KERN_H_ */
