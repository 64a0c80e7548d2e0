/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <machine/endian.h>: byte order of the machine and conversion to network
 * order.
 *
 * The conversions are macros, so that they are constant expressions; the
 * upper-case forms convert a variable in place.
 */
#ifndef _MACHINE_ENDIAN_H_
#define _MACHINE_ENDIAN_H_

#define __DARWIN_LITTLE_ENDIAN	1234
#define __DARWIN_BIG_ENDIAN	4321
#define __DARWIN_PDP_ENDIAN	3412
#define __DARWIN_BYTE_ORDER	__DARWIN_LITTLE_ENDIAN

#define LITTLE_ENDIAN		__DARWIN_LITTLE_ENDIAN
#define BIG_ENDIAN		__DARWIN_BIG_ENDIAN
#define PDP_ENDIAN		__DARWIN_PDP_ENDIAN
#define BYTE_ORDER		__DARWIN_BYTE_ORDER

#ifndef ntohs
#define ntohs(x)	((unsigned short)__builtin_bswap16((unsigned short)(x)))
#define htons(x)	((unsigned short)__builtin_bswap16((unsigned short)(x)))
#define ntohl(x)	((unsigned int)__builtin_bswap32((unsigned int)(x)))
#define htonl(x)	((unsigned int)__builtin_bswap32((unsigned int)(x)))
#define ntohll(x)	\
	((unsigned long long)__builtin_bswap64((unsigned long long)(x)))
#define htonll(x)	\
	((unsigned long long)__builtin_bswap64((unsigned long long)(x)))
#endif

#define NTOHS(x)		((x) = ntohs(x))
#define HTONS(x)		((x) = htons(x))
#define NTOHL(x)		((x) = ntohl(x))
#define HTONL(x)		((x) = htonl(x))
#define NTOHLL(x)		((x) = ntohll(x))
#define HTONLL(x)		((x) = htonll(x))

#endif /* _MACHINE_ENDIAN_H_ */
