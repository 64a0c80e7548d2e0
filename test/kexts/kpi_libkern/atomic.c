/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atomics and byte order.
 */
#include <libkern/OSAtomic.h>
#include <libkern/OSByteOrder.h>
#include <sys/types.h>

#include <kpitest.h>

KPI_TEST(OSAddAtomic)
{
	SInt32 v = 5;
	u_int32_t u = 0xffffffff;

	KPI_EXPECT(OSAddAtomic(3, &v) == 5 && v == 8);
	KPI_EXPECT(OSAddAtomic(-9, &v) == 8 && v == -1);
	KPI_EXPECT(OSAddAtomic(1, &u) == -1 && u == 0);
}

KPI_TEST(OSAddAtomic64)
{
	SInt64 v = 1ll << 40;
	long l = 7;

	KPI_EXPECT(OSAddAtomic64(-1, &v) == 1ll << 40);
	KPI_EXPECT(v == (1ll << 40) - 1);
	KPI_EXPECT(OSAddAtomic64(1, &l) == 7 && l == 8);
}

KPI_TEST(OSIncrementAtomic)
{
	SInt32 v = -1;

	KPI_EXPECT(OSIncrementAtomic(&v) == -1 && v == 0);
}

KPI_TEST(OSIncrementAtomic64)
{
	SInt64 v = 0xffffffffll;

	KPI_EXPECT(OSIncrementAtomic64(&v) == 0xffffffffll);
	KPI_EXPECT(v == 1ll << 32);
}

KPI_TEST(OSDecrementAtomic)
{
	SInt32 v = 0;

	KPI_EXPECT(OSDecrementAtomic(&v) == 0 && v == -1);
}

KPI_TEST(OSDecrementAtomic64)
{
	SInt64 v = 1ll << 32;

	KPI_EXPECT(OSDecrementAtomic64(&v) == 1ll << 32);
	KPI_EXPECT(v == 0xffffffffll);
}

KPI_TEST(OSCompareAndSwap)
{
	UInt32 v = 1;

	KPI_EXPECT(OSCompareAndSwap(1, 2, &v) && v == 2);
	KPI_EXPECT(!OSCompareAndSwap(1, 3, &v) && v == 2);
}

KPI_TEST(OSCompareAndSwap64)
{
	UInt64 v = 1;

	KPI_EXPECT(OSCompareAndSwap64(1, 1ull << 63, &v) && v == 1ull << 63);
	KPI_EXPECT(!OSCompareAndSwap64(1, 2, &v) && v == 1ull << 63);
}

KPI_TEST(OSCompareAndSwapPtr)
{
	int a, b;
	void *p = &a;

	KPI_EXPECT(OSCompareAndSwapPtr(&a, &b, &p) && p == &b);
	KPI_EXPECT(!OSCompareAndSwapPtr(&a, NULL, &p) && p == &b);
}

KPI_TEST(OSBitAndAtomic)
{
	UInt32 v = 0xff0f;

	KPI_EXPECT(OSBitAndAtomic(0xff, &v) == 0xff0f && v == 0x0f);
}

KPI_TEST(OSBitOrAtomic)
{
	UInt32 v = 0xff00;

	KPI_EXPECT(OSBitOrAtomic(0x0f, &v) == 0xff00 && v == 0xff0f);
}

KPI_TEST(OSBitXorAtomic)
{
	UInt32 v = 0x0f;

	KPI_EXPECT(OSBitXorAtomic(0xff, &v) == 0x0f && v == 0xf0);
}

KPI_TEST(OSTestAndSet)
{
	UInt8 bits[2] = { 0, 0 };

	KPI_EXPECT(!OSTestAndSet(0, bits) && bits[0] == 0x80);
	KPI_EXPECT(OSTestAndSet(0, bits));
	KPI_EXPECT(!OSTestAndSet(15, bits) && bits[1] == 0x01);
}

KPI_TEST(OSTestAndClear)
{
	UInt8 bits[2] = { 0x80, 0x01 };

	KPI_EXPECT(!OSTestAndClear(0, bits) && bits[0] == 0);
	KPI_EXPECT(OSTestAndClear(0, bits));
	KPI_EXPECT(!OSTestAndClear(15, bits) && bits[1] == 0);
}

KPI_TEST(OSMemoryBarrier)
{
	volatile int a = 0, b;

	a = 1;
	OSMemoryBarrier();
	b = a;
	KPI_EXPECT(b == 1);
}

KPI_TEST(OSSwapInt16)
{
	KPI_EXPECT(OSSwapInt16(0x1234) == 0x3412);
	KPI_EXPECT(OSSwapInt32(0x12345678) == 0x78563412);
	KPI_EXPECT(OSSwapInt64(0x0102030405060708ull) ==
	    0x0807060504030201ull);
}

KPI_TEST(OSSwapHostToBigInt)
{
	KPI_EXPECT(OSSwapHostToBigInt16(1) == 0x0100);
	KPI_EXPECT(OSSwapBigToHostInt32(OSSwapHostToBigInt32(77)) == 77);
	KPI_EXPECT(OSSwapHostToLittleInt64(9) == 9);
}

KPI_TEST(OSReadBigInt)
{
	UInt8 b[12];

	OSWriteBigInt32(b, 1, 0x01020304);
	KPI_EXPECT(b[1] == 1 && b[4] == 4);
	KPI_EXPECT(OSReadBigInt16(b, 2) == 0x0203);
	OSWriteLittleInt64(b, 3, 0x1122334455667788ull);
	KPI_EXPECT(OSReadBigInt64(b, 3) == 0x8877665544332211ull);
}

KPI_TEST(ntohs)
{
	u_int16_t s = 0x0102;

	KPI_EXPECT(ntohs(0x1234) == 0x3412 && htons(0x0800) == 0x0008);
	KPI_EXPECT(ntohl(0x01020304) == 0x04030201);
	KPI_EXPECT(htonl(ntohl(99)) == 99);
	NTOHS(s);
	KPI_EXPECT(s == 0x0201);
}
