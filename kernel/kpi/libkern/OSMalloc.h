/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSMalloc.h>: the heap with an accounting tag per owner.
 */
#ifndef _LIBKERN_OSMALLOC_H_
#define _LIBKERN_OSMALLOC_H_

#include <stdint.h>
#include <sys/cdefs.h>

typedef struct __OSMallocTag__	*OSMallocTag;
typedef struct __OSMallocTag__	*OSMallocTag_t;

#define OSMT_DEFAULT		0x00
#define OSMT_PAGEABLE		0x01

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Accounting tag; flags OSMT_DEFAULT 0, OSMT_PAGEABLE 1.
 */
OSMallocTag OSMalloc_Tagalloc(const char *name, uint32_t flags);

/*
 * Frees the tag once its allocations are gone.
 */
void OSMalloc_Tagfree(OSMallocTag tag);

/*
 * May block; NULL only for insane sizes.
 */
void *OSMalloc(uint32_t size, OSMallocTag tag);

/*
 * NULL instead of blocking.
 */
void *OSMalloc_nowait(uint32_t size, OSMallocTag tag);

/*
 * Like nowait.
 */
void *OSMalloc_noblock(uint32_t size, OSMallocTag tag);

/*
 * size and tag must match.
 */
void OSFree(void *addr, uint32_t size, OSMallocTag tag);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSMALLOC_H_ */
