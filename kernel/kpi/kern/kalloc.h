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
 * Allocates memory.
 * Returns:   the block, aligned to 16 bytes; NULL for size 0 or without
 *            memory
 * Ownership: the caller's, ended with kfree() and the same size; charged to
 *            the kext
 * Context:   thread, may block
 * Units:     size in bytes
 */
void *kalloc(vm_size_t size);

/*
 * Frees what kalloc() returned; a wrong size panics, NULL is allowed.
 * Context:   any thread
 * Units:     size in bytes, as allocated
 */
void kfree(void *data, vm_size_t size);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_KALLOC_H_ */
