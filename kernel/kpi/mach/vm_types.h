/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/vm_types.h>: addresses and sizes.
 */
#ifndef _MACH_VM_TYPES_H_
#define _MACH_VM_TYPES_H_

#include <mach/boolean.h>
#include <stdint.h>
#include <stddef.h>

typedef unsigned int		natural_t;
typedef int			integer_t;

typedef unsigned long		vm_offset_t;
typedef unsigned long		vm_size_t;
typedef unsigned long		vm_address_t;
typedef unsigned long		pointer_t;
typedef uint64_t		mach_vm_address_t;
typedef uint64_t		mach_vm_offset_t;
typedef uint64_t		mach_vm_size_t;
typedef uint64_t		vm_map_offset_t;
typedef uint64_t		vm_map_size_t;
typedef uint64_t		addr64_t;

typedef struct ipc_port		*ipc_port_t;
typedef struct ipc_port		*mach_port_t;
typedef struct _vm_map		*vm_map_t;

#endif /* _MACH_VM_TYPES_H_ */
