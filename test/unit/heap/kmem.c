/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the heap stands on, on the host: memory that can be made to run out,
 * an account of charges, and panics that come back to the test.
 */
#include "test/unit/heap/kmem.h"

#include <kern/debug.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/kext/gate.h"

/* The C library's, without its headers. */
void *malloc(size_t n);
void free(void *p);

/* The symbols of kmem.h: its kfree() has another name in the kernel. */
void *kmalloc(size_t n, int flags);
void kmem_kfree(void *p);

struct heap_world world;
void *panic_jump[5];

void *
kmalloc(size_t n, int flags)
{
	void *p;

	if (world.fail)
		return (NULL);
	p = malloc(n);
	if (p != NULL) {
		memset(p, flags & 4 ? 0 : 0xa5, n);
		world.blocks++;
	}
	return (p);
}

void
kmem_kfree(void *p)
{
	if (p != NULL)
		world.blocks--;
	free(p);
}

/* A site stands for the kext that is charged. */
struct kext_site *
kext_site_charge(size_t bytes)
{
	if (world.owner != NULL) {
		world.allocs++;
		world.bytes += (long)bytes;
	}
	return (world.owner);
}

void
kext_site_uncharge(struct kext_site *site, size_t bytes)
{
	if (site != NULL) {
		world.allocs--;
		world.bytes -= (long)bytes;
	}
}

void
panic(const char *fmt, ...)
{
	(void)fmt;
	world.panics++;
	__builtin_longjmp(panic_jump, 1);
}
