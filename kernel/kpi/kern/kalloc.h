/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/kalloc.h>: the kernel heap with sized freeing.
 */
#ifndef _KERN_KALLOC_H_
#define _KERN_KALLOC_H_

#include <mach/vm_types.h>
#include <sys/cdefs.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * May block; NULL on failure.
 */
void *kalloc(vm_size_t size);

/*
 * size must match.
 */
void kfree(void *data, vm_size_t size);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_KALLOC_H_ */
