/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/vm_param.h>: pages.
 */
#ifndef _MACH_VM_PARAM_H_
#define _MACH_VM_PARAM_H_

#include <mach/vm_types.h>
#include <sys/cdefs.h>

#ifndef PAGE_SIZE
#define PAGE_SIZE		4096
#define PAGE_SHIFT		12
#define PAGE_MASK		4095
#endif

#define atop(x)			((vm_map_offset_t)(x) >> PAGE_SHIFT)
#define ptoa(x)			((vm_map_offset_t)(x) << PAGE_SHIFT)
#define round_page(x)							\
	(((vm_map_offset_t)(x) + PAGE_MASK) & ~(vm_map_offset_t)PAGE_MASK)
#define trunc_page(x)							\
	((vm_map_offset_t)(x) & ~(vm_map_offset_t)PAGE_MASK)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The memory of the machine that can be used, in bytes.
 */
extern uint64_t max_mem;

/* The same as a vm_size_t. */
extern vm_size_t mem_size;

__END_DECLS
#endif /* KERNEL */

#endif /* _MACH_VM_PARAM_H_ */
