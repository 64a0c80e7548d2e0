/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSAtomic.h>: atomic operations; each is a full barrier.
 *
 * Every operation is a function and, so that pointers to int, u_int32_t or
 * long pass without a cast, a macro of the same name that casts the address.
 */
#ifndef _LIBKERN_OSATOMIC_H_
#define _LIBKERN_OSATOMIC_H_

#include <libkern/OSBase.h>
#include <libkern/OSTypes.h>
#include <string.h>
#include <sys/types.h>

#define OS_SPINLOCK_INIT	0

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Returns the value BEFORE the addition.
 */
SInt32 OSAddAtomic(SInt32 amount, volatile SInt32 *address);

/*
 * Old value.
 */
SInt64 OSAddAtomic64(SInt64 theAmount, volatile SInt64 *address);

/*
 * Old value.
 */
SInt32 OSIncrementAtomic(volatile SInt32 *address);

/*
 * Old value.
 */
SInt32 OSDecrementAtomic(volatile SInt32 *address);

/*
 * TRUE when swapped.
 */
Boolean OSCompareAndSwap(UInt32 oldValue, UInt32 newValue,
    volatile UInt32 *address);

/*
 * TRUE when swapped.
 */
Boolean OSCompareAndSwap64(UInt64 oldValue, UInt64 newValue,
    volatile UInt64 *address);

/*
 * TRUE when swapped.
 */
Boolean OSCompareAndSwapPtr(void *oldValue, void *newValue,
    void * volatile *address);

/*
 * Old value.
 */
UInt32 OSBitAndAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Old value.
 */
UInt32 OSBitOrAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Old value.
 */
UInt32 OSBitXorAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Bit 0 is the MOST significant bit of the first byte. TRUE when the bit
 * ALREADY was set.
 */
Boolean OSTestAndSet(UInt32 bit, volatile UInt8 *startAddress);

/*
 * TRUE when it was ALREADY clear.
 */
Boolean OSTestAndClear(UInt32 bit, volatile UInt8 *startAddress);

/*
 * Old value.
 */
SInt8 OSAddAtomic8(SInt32 amount, volatile SInt8 *address);

/*
 * Old value.
 */
SInt16 OSAddAtomic16(SInt32 amount, volatile SInt16 *address);

/*
 * Old value.
 */
SInt8 OSIncrementAtomic8(volatile SInt8 *address);

/*
 * Old value.
 */
SInt16 OSIncrementAtomic16(volatile SInt16 *address);

/*
 * Old value.
 */
SInt8 OSDecrementAtomic8(volatile SInt8 *address);

/*
 * Old value.
 */
SInt16 OSDecrementAtomic16(volatile SInt16 *address);

/*
 * Old value.
 */
UInt8 OSBitAndAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * Old value.
 */
UInt16 OSBitAndAtomic16(UInt32 mask, volatile UInt16 *address);

/*
 * Old value.
 */
UInt8 OSBitOrAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * Old value.
 */
UInt16 OSBitOrAtomic16(UInt32 mask, volatile UInt16 *address);

/*
 * Old value.
 */
UInt8 OSBitXorAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * Old value.
 */
UInt16 OSBitXorAtomic16(UInt32 mask, volatile UInt16 *address);

/*
 * Adds one to the 64-bit integer at address.
 * Returns:   the value before
 * Context:   any
 */
static __inline__ SInt64
OSIncrementAtomic64(volatile SInt64 *address)
{
	return (OSAddAtomic64(1, address));
}

/*
 * Takes one from the 64-bit integer at address.
 * Returns:   the value before
 * Context:   any
 */
static __inline__ SInt64
OSDecrementAtomic64(volatile SInt64 *address)
{
	return (OSAddAtomic64(-1, address));
}

/*
 * Orders every load and store before it against every one after it.
 * Context:   any
 */
static __inline__ void
OSMemoryBarrier(void)
{
	__sync_synchronize();
}

/*
 * Completes the stores to devices issued so far.
 * Context:   any
 */
static __inline__ void
OSSynchronizeIO(void)
{
	__sync_synchronize();
}
__END_DECLS

#define OSCompareAndSwap(o, n, a)					\
	OSCompareAndSwap((o), (n), (volatile UInt32 *)(a))
#define OSCompareAndSwap64(o, n, a)					\
	OSCompareAndSwap64((o), (n), (volatile UInt64 *)(a))
#define OSCompareAndSwapPtr(o, n, a)					\
	OSCompareAndSwapPtr((o), (n), (void * volatile *)(a))
#define OSAddAtomic(n, a)	OSAddAtomic((n), (volatile SInt32 *)(a))
#define OSAddAtomic64(n, a)	OSAddAtomic64((n), (volatile SInt64 *)(a))
#define OSIncrementAtomic(a)	OSIncrementAtomic((volatile SInt32 *)(a))
#define OSDecrementAtomic(a)	OSDecrementAtomic((volatile SInt32 *)(a))
#define OSBitAndAtomic(m, a)	OSBitAndAtomic((m), (volatile UInt32 *)(a))
#define OSBitOrAtomic(m, a)	OSBitOrAtomic((m), (volatile UInt32 *)(a))
#define OSBitXorAtomic(m, a)	OSBitXorAtomic((m), (volatile UInt32 *)(a))
#endif /* KERNEL */

#endif /* _LIBKERN_OSATOMIC_H_ */
