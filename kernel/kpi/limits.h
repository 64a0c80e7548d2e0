/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <limits.h>: ranges of the basic types and sizes of the system.
 */
#ifndef _LIMITS_H_
#define _LIMITS_H_

#define CHAR_BIT		8
#define SCHAR_MIN		(-128)
#define SCHAR_MAX		127
#define UCHAR_MAX		255
#define CHAR_MIN		SCHAR_MIN
#define CHAR_MAX		SCHAR_MAX
#define SHRT_MIN		(-32768)
#define SHRT_MAX		32767
#define USHRT_MAX		65535
#define INT_MAX			2147483647
#define INT_MIN			(-INT_MAX - 1)
#define UINT_MAX		4294967295U
#define LONG_MAX		9223372036854775807L
#define LONG_MIN		(-LONG_MAX - 1)
#define ULONG_MAX		18446744073709551615UL
#define LLONG_MAX		9223372036854775807LL
#define LLONG_MIN		(-LLONG_MAX - 1)
#define ULLONG_MAX		18446744073709551615ULL
#define QUAD_MAX		LLONG_MAX
#define QUAD_MIN		LLONG_MIN
#define UQUAD_MAX		ULLONG_MAX
#define SSIZE_MAX		LONG_MAX

#include <sys/syslimits.h>

#endif /* _LIMITS_H_ */
