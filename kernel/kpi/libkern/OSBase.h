/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSBase.h>: words for declarations.
 */
#ifndef _LIBKERN_OSBASE_H_
#define _LIBKERN_OSBASE_H_

#include <libkern/OSTypes.h>
#include <stdint.h>

#ifndef OS_INLINE
#define OS_INLINE		static __inline__
#endif
#ifndef OS_EXPORT
#define OS_EXPORT		extern
#endif

#endif /* _LIBKERN_OSBASE_H_ */
