/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/zlib.h>: zlib's checksums; crc32() is in <libkern/libkern.h>.
 */
#ifndef _LIBKERN_ZLIB_H_
#define _LIBKERN_ZLIB_H_

#include <libkern/libkern.h>

typedef unsigned char	Byte;
typedef unsigned int	uInt;
typedef unsigned long	uLong;
typedef Byte		Bytef;
typedef uInt		uIntf;
typedef uLong		uLongf;

#ifndef Z_NULL
#define Z_NULL		0
#endif

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Adler-32 (RFC 1950) of more bytes.
 * Returns:   the new sum; 1, which a first call starts with, when buf is NULL
 * Context:   any
 */
uLong adler32(uLong adler, const Bytef *buf, uInt len);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_ZLIB_H_ */
