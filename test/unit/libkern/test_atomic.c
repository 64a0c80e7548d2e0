/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OSAtomic: the value returned is the old one; bit 0 of OSTestAndSet is the
 * most significant bit of the first byte; the macros accept other pointers.
 */
#include <libkern/OSAtomic.h>
#include <libkern/OSByteOrder.h>

#include "test/unit/lib/unit.h"

UNIT_TEST(atomic_add)
{
	SInt32 v = 5;
	u_int32_t u = 0xffffffff;
	SInt64 q = 1ll << 40;
	SInt16 h = -1;
	SInt8 c = 127;
	long l = 3;

	CHECK_EQ(OSAddAtomic(3, &v), 5);
	CHECK_EQ(v, 8);
	CHECK_EQ(OSIncrementAtomic(&v), 8);
	CHECK_EQ(OSDecrementAtomic(&v), 9);
	CHECK_EQ(OSIncrementAtomic(&u), -1);
	CHECK_EQ(u, 0);
	CHECK_EQ(OSAddAtomic64(-1, &q), 1ll << 40);
	CHECK_EQ(OSIncrementAtomic64(&q), (1ll << 40) - 1);
	CHECK_EQ(OSDecrementAtomic64(&q), 1ll << 40);
	CHECK_EQ(OSAddAtomic64(2, &l), 3);
	CHECK_EQ(l, 5);
	CHECK_EQ(OSAddAtomic16(1, &h), -1);
	CHECK_EQ(OSIncrementAtomic8(&c), 127);
	CHECK_EQ(c, -128);
}

UNIT_TEST(atomic_bits)
{
	UInt32 v = 0xff00;
	UInt16 h = 0xff;
	UInt8 c = 0x0f;

	CHECK_EQ(OSBitOrAtomic(0xf, &v), 0xff00);
	CHECK_EQ(OSBitAndAtomic(0xff, &v), 0xff0f);
	CHECK_EQ(OSBitXorAtomic(0xff, &v), 0x0f);
	CHECK_EQ(v, 0xf0);
	CHECK_EQ(OSBitAndAtomic16(0x0f, &h), 0xff);
	CHECK_EQ(OSBitOrAtomic8(0xf0, &c), 0x0f);
	CHECK_EQ(OSBitXorAtomic8(0xff, &c), 0xff);
	CHECK_EQ(c, 0);
}

UNIT_TEST(atomic_compare_and_swap)
{
	UInt32 v = 1;
	UInt64 q = 1;
	int x, y;
	void *p = &x;

	CHECK(OSCompareAndSwap(1, 2, &v) && v == 2);
	CHECK(!OSCompareAndSwap(1, 3, &v) && v == 2);
	CHECK(OSCompareAndSwap64(1, 1ull << 63, &q) && q == 1ull << 63);
	CHECK(!OSCompareAndSwap64(1, 2, &q));
	CHECK(OSCompareAndSwapPtr(&x, &y, &p) && p == &y);
	CHECK(!OSCompareAndSwapPtr(&x, NULL, &p) && p == &y);
}

UNIT_TEST(atomic_test_and_set)
{
	UInt8 bits[2] = { 0, 0 };

	CHECK(!OSTestAndSet(0, bits));
	CHECK_EQ(bits[0], 0x80);
	CHECK(OSTestAndSet(0, bits));
	CHECK(!OSTestAndSet(9, bits));
	CHECK_EQ(bits[1], 0x40);
	CHECK(!OSTestAndClear(9, bits));
	CHECK(OSTestAndClear(9, bits));
	CHECK_EQ(bits[1], 0);
}

UNIT_TEST(byte_order)
{
	unsigned char b[9];

	CHECK_EQ(OSSwapInt16(0x1234), 0x3412);
	CHECK_EQ(OSSwapInt32(0x12345678), 0x78563412);
	CHECK_EQ(OSSwapHostToBigInt64(1), 1ull << 56);
	CHECK_EQ(OSSwapHostToLittleInt32(7), 7);
	OSWriteBigInt32(b, 1, 0x01020304);
	CHECK(b[1] == 1 && b[4] == 4);
	CHECK_EQ(OSReadBigInt32(b, 1), 0x01020304);
	CHECK_EQ(OSReadLittleInt16(b, 1), 0x0201);
	OSWriteLittleInt64(b, 1, 0x1122334455667788ull);
	CHECK_EQ(OSReadBigInt64(b, 1), 0x8877665544332211ull);
	CHECK_EQ(ntohl(htonl(0x12345678)), 0x12345678);
	CHECK_EQ(htons(0x0800), 0x0008);
	CHECK_EQ(htonll(1), 1ull << 56);
}
