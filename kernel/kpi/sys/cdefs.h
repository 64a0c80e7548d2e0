/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/cdefs.h>: compiler attributes and the macros every other KPI header
 * builds on.
 *
 * Names that sources may define themselves are guarded; the nullability words
 * are parameter annotations only and expand to nothing.
 */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_

#if defined(__cplusplus)
#define __BEGIN_DECLS		extern "C" {
#define __END_DECLS		}
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#ifndef __P
#define __P(protos)		protos
#endif
#ifndef __CONCAT
#define __CONCAT1(x, y)		x ## y
#define __CONCAT(x, y)		__CONCAT1(x, y)
#endif
#ifndef __STRING
#define __STRING(x)		#x
#endif

#ifndef __unused
#define __unused		__attribute__((__unused__))
#endif
#ifndef __used
#define __used			__attribute__((__used__))
#endif
#ifndef __dead2
#define __dead2			__attribute__((__noreturn__))
#endif
#ifndef __pure2
#define __pure2			__attribute__((__const__))
#endif
#ifndef __deprecated
#define __deprecated		__attribute__((__deprecated__))
#endif
#ifndef __deprecated_msg
#define __deprecated_msg(m)
#endif
#ifndef __kpi_deprecated
#define __kpi_deprecated(m)
#endif

#ifndef __printflike
#define __printflike(f, v)	__attribute__((__format__(__printf__, f, v)))
#endif
#ifndef __printf0like
#define __printf0like(f, v)	__attribute__((__format__(__printf__, f, v)))
#endif
#ifndef __scanflike
#define __scanflike(f, v)	__attribute__((__format__(__scanf__, f, v)))
#endif
#ifndef __result_use_check
#define __result_use_check	__attribute__((__warn_unused_result__))
#endif

#ifndef __header_inline
#define __header_inline		static __inline__
#endif
#ifndef __header_always_inline
#define __header_always_inline	static __inline__ __attribute__((__always_inline__))
#endif

#ifndef __probable
#define __probable(x)		__builtin_expect(!!(x), 1)
#endif
#ifndef __improbable
#define __improbable(x)		__builtin_expect(!!(x), 0)
#endif

/* Hidden visibility; gcc knows the word on the reference targets only. */
#ifndef __private_extern__
#define __private_extern__	__attribute__((__visibility__("hidden")))
#endif

/* Nullability words annotate parameters: `char * __nonnull p'. */
#ifndef __nullable
#define __nullable
#endif
#ifndef __nonnull
#define __nonnull
#endif
#ifndef __null_unspecified
#define __null_unspecified
#endif
#ifndef __clang__
#ifndef _Nullable
#define _Nullable
#endif
#ifndef _Nonnull
#define _Nonnull
#endif
#ifndef _Null_unspecified
#define _Null_unspecified
#endif
#endif

#ifndef __IDSTRING
#define __IDSTRING(name, string)
#endif
#ifndef __RCSID
#define __RCSID(s)
#endif
#ifndef __COPYRIGHT
#define __COPYRIGHT(s)
#endif
#ifndef __SCCSID
#define __SCCSID(s)
#endif
#ifndef __FBSDID
#define __FBSDID(s)
#endif

#include <Availability.h>

#endif /* _SYS_CDEFS_H_ */
