/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSByteOrder.h>: byte swapping, and unaligned access with a stated
 * byte order.
 */
#ifndef _LIBKERN_OSBYTEORDER_H_
#define _LIBKERN_OSBYTEORDER_H_

#include <stdint.h>
#include <sys/cdefs.h>

enum {
	OSUnknownByteOrder,
	OSLittleEndian,
	OSBigEndian
};

static __inline__ int32_t
OSHostByteOrder(void)
{
	return (OSLittleEndian);
}

#define OSSwapConstInt16(x)	((uint16_t)__builtin_bswap16((uint16_t)(x)))
#define OSSwapConstInt32(x)	((uint32_t)__builtin_bswap32((uint32_t)(x)))
#define OSSwapConstInt64(x)	((uint64_t)__builtin_bswap64((uint64_t)(x)))

#define OSSwapInt16(x)		OSSwapConstInt16(x)
#define OSSwapInt32(x)		OSSwapConstInt32(x)
#define OSSwapInt64(x)		OSSwapConstInt64(x)

#define OSSwapHostToBigConstInt16(x)	OSSwapConstInt16(x)
#define OSSwapHostToBigConstInt32(x)	OSSwapConstInt32(x)
#define OSSwapHostToBigConstInt64(x)	OSSwapConstInt64(x)
#define OSSwapBigToHostConstInt16(x)	OSSwapConstInt16(x)
#define OSSwapBigToHostConstInt32(x)	OSSwapConstInt32(x)
#define OSSwapBigToHostConstInt64(x)	OSSwapConstInt64(x)
#define OSSwapHostToLittleConstInt16(x)	((uint16_t)(x))
#define OSSwapHostToLittleConstInt32(x)	((uint32_t)(x))
#define OSSwapHostToLittleConstInt64(x)	((uint64_t)(x))
#define OSSwapLittleToHostConstInt16(x)	((uint16_t)(x))
#define OSSwapLittleToHostConstInt32(x)	((uint32_t)(x))
#define OSSwapLittleToHostConstInt64(x)	((uint64_t)(x))

#define OSSwapHostToBigInt16(x)		OSSwapInt16(x)
#define OSSwapHostToBigInt32(x)		OSSwapInt32(x)
#define OSSwapHostToBigInt64(x)		OSSwapInt64(x)
#define OSSwapBigToHostInt16(x)		OSSwapInt16(x)
#define OSSwapBigToHostInt32(x)		OSSwapInt32(x)
#define OSSwapBigToHostInt64(x)		OSSwapInt64(x)
#define OSSwapHostToLittleInt16(x)	((uint16_t)(x))
#define OSSwapHostToLittleInt32(x)	((uint32_t)(x))
#define OSSwapHostToLittleInt64(x)	((uint64_t)(x))
#define OSSwapLittleToHostInt16(x)	((uint16_t)(x))
#define OSSwapLittleToHostInt32(x)	((uint32_t)(x))
#define OSSwapLittleToHostInt64(x)	((uint64_t)(x))

/* Unaligned access: the word at base + byte offset. */
struct __os_unaligned {
	uint16_t	u16 __attribute__((__packed__));
} __attribute__((__packed__));
struct __os_unaligned32 {
	uint32_t	u32;
} __attribute__((__packed__));
struct __os_unaligned64 {
	uint64_t	u64;
} __attribute__((__packed__));

#define __OS_AT(base, off)						\
	((volatile void *)((volatile char *)(volatile void *)(base) + (off)))

static __inline__ uint16_t
OSReadLittleInt16(const volatile void *base, uintptr_t off)
{
	return (((const volatile struct __os_unaligned *)
	    ((const volatile char *)base + off))->u16);
}

static __inline__ uint32_t
OSReadLittleInt32(const volatile void *base, uintptr_t off)
{
	return (((const volatile struct __os_unaligned32 *)
	    ((const volatile char *)base + off))->u32);
}

static __inline__ uint64_t
OSReadLittleInt64(const volatile void *base, uintptr_t off)
{
	return (((const volatile struct __os_unaligned64 *)
	    ((const volatile char *)base + off))->u64);
}

static __inline__ void
OSWriteLittleInt16(volatile void *base, uintptr_t off, uint16_t data)
{
	((volatile struct __os_unaligned *)
	    ((volatile char *)base + off))->u16 = data;
}

static __inline__ void
OSWriteLittleInt32(volatile void *base, uintptr_t off, uint32_t data)
{
	((volatile struct __os_unaligned32 *)
	    ((volatile char *)base + off))->u32 = data;
}

static __inline__ void
OSWriteLittleInt64(volatile void *base, uintptr_t off, uint64_t data)
{
	((volatile struct __os_unaligned64 *)
	    ((volatile char *)base + off))->u64 = data;
}

#define OSReadBigInt16(b, o)	OSSwapInt16(OSReadLittleInt16((b), (o)))
#define OSReadBigInt32(b, o)	OSSwapInt32(OSReadLittleInt32((b), (o)))
#define OSReadBigInt64(b, o)	OSSwapInt64(OSReadLittleInt64((b), (o)))
#define OSWriteBigInt16(b, o, d)	\
	OSWriteLittleInt16((b), (o), OSSwapInt16(d))
#define OSWriteBigInt32(b, o, d)	\
	OSWriteLittleInt32((b), (o), OSSwapInt32(d))
#define OSWriteBigInt64(b, o, d)	\
	OSWriteLittleInt64((b), (o), OSSwapInt64(d))
#define OSReadSwapInt16(b, o)		OSReadBigInt16((b), (o))
#define OSReadSwapInt32(b, o)		OSReadBigInt32((b), (o))
#define OSReadSwapInt64(b, o)		OSReadBigInt64((b), (o))
#define OSWriteSwapInt16(b, o, d)	OSWriteBigInt16((b), (o), (d))
#define OSWriteSwapInt32(b, o, d)	OSWriteBigInt32((b), (o), (d))
#define OSWriteSwapInt64(b, o, d)	OSWriteBigInt64((b), (o), (d))

#endif /* _LIBKERN_OSBYTEORDER_H_ */
