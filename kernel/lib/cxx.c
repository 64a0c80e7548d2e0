/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What C++ kexts need from the kernel: its heap, the operators new and
 * delete on it, and the end of a call through a pure virtual function.
 * There are no exceptions: operator new returns NULL without memory.
 */
#include <kern/debug.h>
#include <libkern/OSTypes.h>
#include <libkern/libkern.h>
#include <string.h>
#include <sys/malloc.h>

#include "kernel/lib/heap.h"

/* The mangled names of the operators, which C cannot spell otherwise. */
void *_Znwm(unsigned long size);
void *_Znam(unsigned long size);
void _ZdlPv(void *addr);
void _ZdaPv(void *addr);
void _ZdlPvm(void *addr, unsigned long size);
void _ZdaPvm(void *addr, unsigned long size);

void *
kern_os_malloc(size_t size)
{
	if (size == 0)
		return (NULL);
	return (heap_alloc(HEAP_CXX, size, M_WAITOK | M_ZERO));
}

void
kern_os_free(void *addr)
{
	heap_free(HEAP_CXX, addr, "kern_os_free");
}

void *
kern_os_realloc(void *addr, size_t size)
{
	void *p = NULL;
	size_t old;

	if (addr == NULL)
		return (kern_os_malloc(size));
	if (size > 0 && (p = kern_os_malloc(size)) != NULL) {
		old = heap_size(HEAP_CXX, addr, "kern_os_realloc");
		memcpy(p, addr, old < size ? old : size);
	}
	kern_os_free(addr);
	return (p);
}

void *
_Znwm(unsigned long size)
{
	return (kern_os_malloc(size));
}

void *
_Znam(unsigned long size)
{
	return (kern_os_malloc(size == 0 ? 1 : size));
}

void
_ZdlPv(void *addr)
{
	heap_free(HEAP_CXX, addr, "operator delete");
}

void
_ZdaPv(void *addr)
{
	heap_free(HEAP_CXX, addr, "operator delete[]");
}

/* The sized forms compilers call from C++14 on. */
void
_ZdlPvm(void *addr, unsigned long size)
{
	(void)size;
	_ZdlPv(addr);
}

void
_ZdaPvm(void *addr, unsigned long size)
{
	(void)size;
	_ZdaPv(addr);
}

void
__cxa_pure_virtual(void)
{
	panic("a pure virtual function was called");
}
