/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kalloc() and the sized kfree() of the Mach side.
 *
 * kfree() here is the call kexts know; the kernel's own kfree() of kmem.h
 * has another symbol, and the two headers do not meet in one file.
 */
#include <kern/kalloc.h>
#include <sys/malloc.h>

#include "kernel/lib/heap.h"

void *
kalloc(vm_size_t size)
{
	return (size == 0 ? NULL : heap_alloc(HEAP_MACH, size, M_WAITOK));
}

void
kfree(void *data, vm_size_t size)
{
	heap_free_sized(HEAP_MACH, data, size, "kfree");
}
