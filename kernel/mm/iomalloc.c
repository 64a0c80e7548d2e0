/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap under the names of I/O Kit and of C++: over the blocks of
 * malloc.c, so that they are charged to the kext as well.
 *
 * Aligned blocks keep the pointer to free in front of the aligned address.
 */
#include <IOKit/IOLib.h>
#include <libkern/OSTypes.h>
#include <string.h>
#include <sys/malloc.h>

#include "kernel/kassert.h"
#include "kernel/mm/malloc.h"

/* What a C++ compiler calls; no source declares them. */
void *_Znwm(unsigned long size);
void *_Znam(unsigned long size);
void _ZdlPv(void *addr);
void _ZdaPv(void *addr);
void _ZdlPvm(void *addr, unsigned long size);
void _ZdaPvm(void *addr, unsigned long size);
void __cxa_pure_virtual(void);

void *
kern_os_malloc(size_t size)
{
	return malloc_plain(size, M_WAITOK | M_ZERO);
}

void
kern_os_free(void *addr)
{
	malloc_plain_free(addr);
}

void *
kern_os_realloc(void *addr, size_t size)
{
	size_t old = addr == NULL ? 0 : malloc_plain_size(addr);
	void *p = size == 0 ? NULL : kern_os_malloc(size);

	if (p != NULL && addr != NULL)
		memcpy(p, addr, old < size ? old : size);
	malloc_plain_free(addr);
	return p;
}

void *
IOMalloc(vm_size_t size)
{
	return malloc_plain(size, M_WAITOK);
}

void
IOFree(void *address, vm_size_t size)
{
	if (address == NULL)
		return;
	if (malloc_plain_size(address) != size)
		panic("IOFree: %p has %zu bytes, not %zu", address,
		    malloc_plain_size(address), (size_t)size);
	malloc_plain_free(address);
}

void *
IOMallocAligned(vm_size_t size, vm_offset_t alignment)
{
	uintptr_t p;
	void *raw;

	if (alignment < sizeof(void *))
		alignment = sizeof(void *);
	if (size == 0 || (alignment & (alignment - 1)) != 0)
		return NULL;
	raw = malloc_plain(size + alignment + sizeof(void *), M_WAITOK);
	if (raw == NULL)
		return NULL;
	p = ((uintptr_t)raw + sizeof(void *) + alignment - 1) &
	    ~((uintptr_t)alignment - 1);
	((void **)p)[-1] = raw;
	return (void *)p;
}

void
IOFreeAligned(void *address, vm_size_t size)
{
	if (address != NULL)
		malloc_plain_free(((void **)address)[-1]);
}

void *
_Znwm(unsigned long size)
{
	return kern_os_malloc(size > 0 ? size : 1);
}

void *
_Znam(unsigned long size)
{
	return kern_os_malloc(size > 0 ? size : 1);
}

void
_ZdlPv(void *addr)
{
	kern_os_free(addr);
}

void
_ZdaPv(void *addr)
{
	kern_os_free(addr);
}

void
_ZdlPvm(void *addr, unsigned long size)
{
	kern_os_free(addr);
}

void
_ZdaPvm(void *addr, unsigned long size)
{
	kern_os_free(addr);
}

void
__cxa_pure_virtual(void)
{
	panic("a pure virtual function was called");
}
