/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The atomic operations of <libkern/OSAtomic.h>: every one is a full
 * barrier and, compare-and-swap and the bit tests apart, returns the value
 * from before.
 */
#include <libkern/OSAtomic.h>

#undef OSAddAtomic
#undef OSAddAtomic64
#undef OSIncrementAtomic
#undef OSDecrementAtomic
#undef OSCompareAndSwap
#undef OSCompareAndSwap64
#undef OSCompareAndSwapPtr
#undef OSBitAndAtomic
#undef OSBitOrAtomic
#undef OSBitXorAtomic

/* type, suffix of the names, type of the signed and unsigned operand */
#define DEFINE_ADD(type, sfx)						\
type									\
OSAddAtomic##sfx(SInt32 amount, volatile type *address)			\
{									\
	return (__atomic_fetch_add(address, (type)amount,		\
	    __ATOMIC_SEQ_CST));						\
}									\
									\
type									\
OSIncrementAtomic##sfx(volatile type *address)				\
{									\
	return (__atomic_fetch_add(address, 1, __ATOMIC_SEQ_CST));	\
}									\
									\
type									\
OSDecrementAtomic##sfx(volatile type *address)				\
{									\
	return (__atomic_fetch_sub(address, 1, __ATOMIC_SEQ_CST));	\
}

#define DEFINE_BITS(type, sfx)						\
type									\
OSBitAndAtomic##sfx(UInt32 mask, volatile type *address)		\
{									\
	return (__atomic_fetch_and(address, (type)mask,			\
	    __ATOMIC_SEQ_CST));						\
}									\
									\
type									\
OSBitOrAtomic##sfx(UInt32 mask, volatile type *address)			\
{									\
	return (__atomic_fetch_or(address, (type)mask,			\
	    __ATOMIC_SEQ_CST));						\
}									\
									\
type									\
OSBitXorAtomic##sfx(UInt32 mask, volatile type *address)		\
{									\
	return (__atomic_fetch_xor(address, (type)mask,			\
	    __ATOMIC_SEQ_CST));						\
}

DEFINE_ADD(SInt8, 8)
DEFINE_ADD(SInt16, 16)
DEFINE_ADD(SInt32, )
DEFINE_BITS(UInt8, 8)
DEFINE_BITS(UInt16, 16)
DEFINE_BITS(UInt32, )

SInt64
OSAddAtomic64(SInt64 amount, volatile SInt64 *address)
{
	return (__atomic_fetch_add(address, amount, __ATOMIC_SEQ_CST));
}

Boolean
OSCompareAndSwap(UInt32 old_value, UInt32 new_value, volatile UInt32 *address)
{
	return (__atomic_compare_exchange_n(address, &old_value, new_value,
	    0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

Boolean
OSCompareAndSwap64(UInt64 old_value, UInt64 new_value,
    volatile UInt64 *address)
{
	return (__atomic_compare_exchange_n(address, &old_value, new_value,
	    0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

Boolean
OSCompareAndSwapPtr(void *old_value, void *new_value,
    void * volatile *address)
{
	return (__atomic_compare_exchange_n(address, &old_value, new_value,
	    0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

/* Bit 0 is the most significant bit of the first byte. */
Boolean
OSTestAndSet(UInt32 bit, volatile UInt8 *start)
{
	UInt8 mask = (UInt8)(0x80u >> (bit & 7));

	return ((__atomic_fetch_or(&start[bit / 8], mask,
	    __ATOMIC_SEQ_CST) & mask) != 0);
}

/* TRUE says that the bit was clear already. */
Boolean
OSTestAndClear(UInt32 bit, volatile UInt8 *start)
{
	UInt8 mask = (UInt8)(0x80u >> (bit & 7));

	return ((__atomic_fetch_and(&start[bit / 8], (UInt8)~mask,
	    __ATOMIC_SEQ_CST) & mask) == 0);
}
