/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap behind the allocators whose callers know the size: kalloc,
 * IOMalloc, and operator new.  (_MALLOC and OSMalloc, with their figures, are
 * in kernel/mm/malloc.c.)
 *
 * Each block carries a header in front: the kext it is charged to, its size,
 * and which family of calls it came from.  Freeing checks the header, so a
 * block given to the wrong family, freed twice, or returned with another
 * size than it was asked for is a panic that names the call.
 */
#ifndef KERNEL_LIB_HEAP_H
#define KERNEL_LIB_HEAP_H

#include <stddef.h>

enum heap_kind {
	HEAP_MACH = 1,		/* kalloc */
	HEAP_CXX,		/* kern_os_malloc, operator new */
	HEAP_IOKIT		/* IOMalloc */
};

/*
 * size bytes, charged to the kext the thread runs for; flags of
 * <sys/malloc.h>.
 * Returns:   the block, aligned to 16 bytes; NULL without memory or for
 *            4 GB and more
 */
void *heap_alloc(enum heap_kind kind, size_t size, int flags);

/* Frees p; NULL is allowed.  caller is the name panics print. */
void heap_free(enum heap_kind kind, void *p, const char *caller);

/* Frees p after checking that it was asked for with that size. */
void heap_free_sized(enum heap_kind kind, void *p, size_t size,
    const char *caller);

/* The size p was asked for with. */
size_t heap_size(enum heap_kind kind, void *p, const char *caller);

#endif /* KERNEL_LIB_HEAP_H */
