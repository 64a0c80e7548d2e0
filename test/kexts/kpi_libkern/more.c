/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests and checksums against published vectors; I/O Kit's threads and
 * sleeping locks; delays, hash tables.
 */
#include <IOKit/IOLib.h>
#include <kern/clock.h>
#include <kern/debug.h>
#include <libkern/crypto/md5.h>
#include <libkern/crypto/sha1.h>
#include <libkern/zlib.h>
#include <mach/mach_time.h>
#include <string.h>
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <kpitest.h>

static const char digits[] = "0123456789";

/* RFC 1321 A.5: "abc", and 80 digits in pieces of odd sizes. */
KPI_TEST(MD5Init)
{
	static const unsigned char abc[MD5_DIGEST_LENGTH] = {
		0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
		0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72
	};
	static const unsigned char many[MD5_DIGEST_LENGTH] = {
		0x57, 0xed, 0xf4, 0xa2, 0x2b, 0xe3, 0xc9, 0x55,
		0xac, 0x49, 0xda, 0x2e, 0x21, 0x07, 0xb6, 0x7a
	};
	unsigned char digest[MD5_DIGEST_LENGTH];
	MD5_CTX ctx;
	int i;

	MD5Init(&ctx);
	MD5Update(&ctx, "abc", 3);
	MD5Final(digest, &ctx);
	KPI_EXPECT(memcmp(digest, abc, sizeof(abc)) == 0);
	MD5Init(&ctx);
	for (i = 0; i < 8; i++) {
		MD5Update(&ctx, "1234567", 7);
		MD5Update(&ctx, "890", 3);
	}
	MD5Final(digest, &ctx);
	KPI_EXPECT(memcmp(digest, many, sizeof(many)) == 0);
}

/* FIPS 180: "abc"; RFC 3174: 640 digits, the string 01234567 80 times. */
KPI_TEST(SHA1Init)
{
	static const unsigned char abc[SHA1_RESULTLEN] = {
		0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d
	};
	static const unsigned char many[SHA1_RESULTLEN] = {
		0xde, 0xa3, 0x56, 0xa2, 0xcd, 0xdd, 0x90, 0xc7, 0xa7, 0xec,
		0xed, 0xc5, 0xeb, 0xb5, 0x63, 0x93, 0x4f, 0x46, 0x04, 0x52
	};
	unsigned char digest[SHA1_RESULTLEN];
	SHA1_CTX ctx;
	int i;

	SHA1Init(&ctx);
	SHA1Update(&ctx, "abc", 3);
	SHA1Final(digest, &ctx);
	KPI_EXPECT(memcmp(digest, abc, sizeof(abc)) == 0);
	SHA1Init(&ctx);
	for (i = 0; i < 80; i++)
		SHA1Update(&ctx, digits, 8);
	SHA1Final(digest, &ctx);
	KPI_EXPECT(memcmp(digest, many, sizeof(many)) == 0);
}

KPI_TEST(adler32)
{
	static Bytef ones[6000];
	uLong whole;

	KPI_EXPECT(adler32(0, Z_NULL, 0) == 1);
	KPI_EXPECT(adler32(1, (const Bytef *)"Wikipedia", 9) == 0x11e60398);
	memset(ones, 0xff, sizeof(ones));
	whole = adler32(1, ones, sizeof(ones));
	KPI_EXPECT(adler32(adler32(1, ones, 5553), ones, 447) == whole);
}

LIST_HEAD(bucket, elem);
struct elem {
	LIST_ENTRY(elem) link;
};

KPI_TEST(hashinit)
{
	struct bucket *table;
	struct elem e;
	u_long mask = 0, i;

	table = hashinit(100, M_TEMP, &mask);
	KPI_REQUIRE(table != NULL);
	KPI_EXPECT(mask == 63);
	for (i = 0; i <= mask; i++)
		KPI_EXPECT(LIST_EMPTY(&table[i]));
	LIST_INSERT_HEAD(&table[63], &e, link);
	KPI_EXPECT(LIST_FIRST(&table[63]) == &e);
	LIST_REMOVE(&e, link);
	FREE(table, M_TEMP);
	KPI_EXPECT(hashinit(0, M_TEMP, &mask) == NULL);
}

static IOLock *baton;
static int turns, finished;

static void
other(void *arg)
{
	IOLockLock(baton);
	while (turns < 4) {
		if ((turns & 1) == 0)
			IOLockSleep(baton, arg, THREAD_UNINT);
		else {
			turns++;
			IOLockWakeup(baton, arg, false);
		}
	}
	finished = 1;
	IOLockWakeup(baton, &finished, true);
	IOLockUnlock(baton);
	IOExitThread();
}

KPI_TEST(IOCreateThread)
{
	KPI_REQUIRE((baton = IOLockAlloc()) != NULL);
	turns = finished = 0;
	IOLockLock(baton);
	KPI_EXPECT(IOCreateThread(other, &turns) != NULL);
	while (turns < 4) {
		if ((turns & 1) == 1)
			IOLockSleep(baton, &turns, THREAD_UNINT);
		else {
			turns++;
			IOLockWakeup(baton, &turns, false);
		}
	}
	while (!finished)
		KPI_EXPECT(IOLockSleep(baton, &finished, THREAD_UNINT) ==
		    THREAD_AWAKENED);
	IOLockUnlock(baton);
	IOLockFree(baton);
}

KPI_TEST(delay)
{
	uint64_t before = mach_absolute_time();

	delay(100);
	delay_for_interval(100, 1000);
	KPI_EXPECT(mach_absolute_time() - before >= 200000);
	delay(-1);
}

KPI_TEST(mach_continuous_time)
{
	uint64_t a = mach_absolute_time(), c = mach_continuous_time();

	KPI_EXPECT(a <= c && c <= mach_absolute_time());
}

/* There is no debugger: it goes on. */
KPI_TEST(Debugger)
{
	Debugger("kpi_libkern has a question");
	KPI_EXPECT(1);
}
