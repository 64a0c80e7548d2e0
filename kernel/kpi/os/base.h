/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <os/base.h>: words for declarations, as newer sources spell them.
 */
#ifndef _OS_BASE_H_
#define _OS_BASE_H_

#include <sys/cdefs.h>
#include <libkern/OSBase.h>

#ifndef OS_INLINE
#define OS_INLINE		static __inline__
#endif
#ifndef OS_EXPORT
#define OS_EXPORT		extern
#endif
#ifndef OS_ALWAYS_INLINE
#define OS_ALWAYS_INLINE	__attribute__((__always_inline__))
#endif
#ifndef OS_NOINLINE
#define OS_NOINLINE		__attribute__((__noinline__))
#endif
#ifndef OS_NORETURN
#define OS_NORETURN		__attribute__((__noreturn__))
#endif
#ifndef OS_UNUSED
#define OS_UNUSED		__attribute__((__unused__))
#endif
#ifndef OS_NOTHROW
#define OS_NOTHROW
#endif
#ifndef OS_NONNULL_ALL
#define OS_NONNULL_ALL
#endif

#endif /* _OS_BASE_H_ */
