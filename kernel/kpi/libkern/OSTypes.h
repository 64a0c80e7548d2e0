/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSTypes.h>: the integer types of libkern, and its heap.
 */
#ifndef _LIBKERN_OSTYPES_H_
#define _LIBKERN_OSTYPES_H_

#include <sys/cdefs.h>
#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>

typedef unsigned char		UInt8;
typedef unsigned short		UInt16;
typedef unsigned int		UInt32;
typedef unsigned long long	UInt64;
typedef signed char		SInt8;
typedef short			SInt16;
typedef int			SInt32;
typedef long long		SInt64;
typedef unsigned int		UInt;
typedef int			SInt;
#ifdef __cplusplus
typedef bool			Boolean;
#else
typedef _Bool			Boolean;
#endif
typedef SInt32			OSStatus;
typedef UInt64			AbsoluteTime;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Allocates zeroed memory; what operator new calls.
 * Returns:   the block; NULL for size 0 or without memory
 * Ownership: the caller's, ended with kern_os_free(); charged to the kext
 * Context:   thread, may block
 * Units:     size in bytes
 */
void *kern_os_malloc(size_t size);

/*
 * Frees what kern_os_malloc() returned; NULL is allowed.
 * Context:   any thread
 */
void kern_os_free(void *addr);

/*
 * Changes the size of a block; what is new is zeroed. NULL for addr
 * allocates, 0 for size frees.
 * Returns:   the block, perhaps elsewhere; NULL without memory, and then the
 *            old block is gone
 * Ownership: as kern_os_malloc()
 * Context:   thread, may block
 * Units:     size in bytes
 */
void *kern_os_realloc(void *addr, size_t size);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSTYPES_H_ */
