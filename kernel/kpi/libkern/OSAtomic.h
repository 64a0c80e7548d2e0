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
 * Adds amount to the integer at address.
 * Returns:   the value before
 * Context:   any
 */
SInt32 OSAddAtomic(SInt32 amount, volatile SInt32 *address);

/*
 * Adds theAmount to the 64-bit integer at address.
 * Returns:   the value before
 * Context:   any
 */
SInt64 OSAddAtomic64(SInt64 theAmount, volatile SInt64 *address);

/*
 * Adds one to the integer at address.
 * Returns:   the value before
 * Context:   any
 */
SInt32 OSIncrementAtomic(volatile SInt32 *address);

/*
 * Takes one from the integer at address.
 * Returns:   the value before
 * Context:   any
 */
SInt32 OSDecrementAtomic(volatile SInt32 *address);

/*
 * Stores newValue where oldValue is found.
 * Returns:   TRUE when stored, FALSE when another value was found
 * Context:   any
 */
Boolean OSCompareAndSwap(UInt32 oldValue, UInt32 newValue,
    volatile UInt32 *address);

/*
 * OSCompareAndSwap() of 64 bits.
 * Returns:   TRUE when stored, FALSE when another value was found
 * Context:   any
 */
Boolean OSCompareAndSwap64(UInt64 oldValue, UInt64 newValue,
    volatile UInt64 *address);

/*
 * OSCompareAndSwap() of a pointer.
 * Returns:   TRUE when stored, FALSE when another value was found
 * Context:   any
 */
Boolean OSCompareAndSwapPtr(void *oldValue, void *newValue,
    void * volatile *address);

/*
 * Ands mask into the word at address.
 * Returns:   the value before
 * Context:   any
 */
UInt32 OSBitAndAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Ors mask into the word at address.
 * Returns:   the value before
 * Context:   any
 */
UInt32 OSBitOrAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Exclusive-ors mask into the word at address.
 * Returns:   the value before
 * Context:   any
 */
UInt32 OSBitXorAtomic(UInt32 mask, volatile UInt32 *address);

/*
 * Sets a bit; bit 0 is the most significant bit of the first byte.
 * Returns:   TRUE when it was set already, FALSE when not
 * Context:   any
 */
Boolean OSTestAndSet(UInt32 bit, volatile UInt8 *startAddress);

/*
 * Clears a bit; bit 0 is the most significant bit of the first byte.
 * Returns:   TRUE when it was clear already, FALSE when not
 * Context:   any
 */
Boolean OSTestAndClear(UInt32 bit, volatile UInt8 *startAddress);

/*
 * OSAddAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt8 OSAddAtomic8(SInt32 amount, volatile SInt8 *address);

/*
 * OSAddAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt16 OSAddAtomic16(SInt32 amount, volatile SInt16 *address);

/*
 * OSIncrementAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt8 OSIncrementAtomic8(volatile SInt8 *address);

/*
 * OSIncrementAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt16 OSIncrementAtomic16(volatile SInt16 *address);

/*
 * OSDecrementAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt8 OSDecrementAtomic8(volatile SInt8 *address);

/*
 * OSDecrementAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
 */
SInt16 OSDecrementAtomic16(volatile SInt16 *address);

/*
 * OSBitAndAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
UInt8 OSBitAndAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * OSBitAndAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
 */
UInt16 OSBitAndAtomic16(UInt32 mask, volatile UInt16 *address);

/*
 * OSBitOrAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
UInt8 OSBitOrAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * OSBitOrAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
 */
UInt16 OSBitOrAtomic16(UInt32 mask, volatile UInt16 *address);

/*
 * OSBitXorAtomic() of 8 bits.
 * Returns:   the value before
 * Context:   any
 */
UInt8 OSBitXorAtomic8(UInt32 mask, volatile UInt8 *address);

/*
 * OSBitXorAtomic() of 16 bits.
 * Returns:   the value before
 * Context:   any
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
