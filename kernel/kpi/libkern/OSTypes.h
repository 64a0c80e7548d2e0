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
 * Heap used by C++ new.
 */
void *kern_os_malloc(size_t size);

/*
 * Standard meaning, no surprises.
 */
void kern_os_free(void *addr);

/*
 * Resize; new part zeroed, content kept. addr NULL allocates, size 0 frees
 * and returns NULL; when no memory is left the old block is freed and NULL
 * returned.
 */
void *kern_os_realloc(void *addr, size_t size);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSTYPES_H_ */
