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
 * Makes an accounting tag for OSMalloc(); flags OSMT_DEFAULT or
 * OSMT_PAGEABLE, the same here.
 * Returns:   the tag, or NULL without memory
 * Ownership: the caller's, ended with OSMalloc_Tagfree(); the name is copied
 * Context:   thread, may block
 */
OSMallocTag OSMalloc_Tagalloc(const char *name, uint32_t flags);

/*
 * Ends a tag; it goes when its last block is freed.
 * Context:   any thread
 */
void OSMalloc_Tagfree(OSMallocTag tag);

/*
 * Allocates memory under a tag.
 * Returns:   the block; NULL for an absurd size or without memory
 * Ownership: the caller's, ended with OSFree(); charged to the kext
 * Context:   thread, may block
 * Units:     size in bytes
 */
void *OSMalloc(uint32_t size, OSMallocTag tag);

/*
 * OSMalloc() that does not wait for memory.
 * Returns:   the block, or NULL
 * Ownership: as OSMalloc()
 * Context:   any thread
 * Units:     size in bytes
 */
void *OSMalloc_nowait(uint32_t size, OSMallocTag tag);

/*
 * OSMalloc() that does not block.
 * Returns:   the block, or NULL
 * Ownership: as OSMalloc()
 * Context:   any thread
 * Units:     size in bytes
 */
void *OSMalloc_noblock(uint32_t size, OSMallocTag tag);

/*
 * Frees a block; size and tag must be those it was allocated with.
 * Context:   any thread
 * Units:     size in bytes
 */
void OSFree(void *addr, uint32_t size, OSMallocTag tag);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSMALLOC_H_ */
