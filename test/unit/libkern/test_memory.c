/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory blocks: every function against a byte loop, over all small sizes
 * and alignments and random large ones, with the neighbourhood checked.
 */
#include <libkern/libkern.h>
#include <string.h>

#include "test/unit/lib/unit.h"

#define ROOM	1024

static unsigned char a[ROOM], b[ROOM], want[ROOM];

static void
fill(void)
{
	int i;

	for (i = 0; i < ROOM; i++) {
		a[i] = (unsigned char)unit_random();
		b[i] = want[i] = (unsigned char)unit_random();
	}
}

static int
same(const unsigned char *x, const unsigned char *y)
{
	int i;

	for (i = 0; i < ROOM; i++)
		if (x[i] != y[i])
			return (0);
	return (1);
}

static void
sizes(void (*one)(size_t doff, size_t soff, size_t n))
{
	size_t d, s, n;
	int i;

	for (n = 0; n < 40; n++)
		for (d = 0; d < 9; d++)
			for (s = 0; s < 9; s++)
				one(d, s, n);
	for (i = 0; i < 2000; i++) {
		d = unit_random() % (ROOM / 2);
		s = unit_random() % (ROOM / 2);
		n = unit_random() % (ROOM / 2);
		one(d, s, n);
	}
}

static void
one_memcpy(size_t d, size_t s, size_t n)
{
	size_t i;

	fill();
	for (i = 0; i < n; i++)
		want[d + i] = a[s + i];
	CHECK(memcpy(b + d, a + s, n) == b + d);
	CHECK(same(b, want));
}

UNIT_TEST(memcpy)
{
	sizes(one_memcpy);
}

static void
one_memmove(size_t d, size_t s, size_t n)
{
	unsigned char tmp[ROOM];
	size_t i;

	fill();
	for (i = 0; i < n; i++)
		tmp[i] = b[s + i];
	for (i = 0; i < n; i++)
		want[d + i] = tmp[i];
	CHECK(memmove(b + d, b + s, n) == b + d);
	CHECK(same(b, want));
}

UNIT_TEST(memmove)
{
	sizes(one_memmove);
}

static void
one_bcopy(size_t d, size_t s, size_t n)
{
	size_t i;

	fill();
	for (i = 0; i < n; i++)
		want[d + i] = a[s + i];
	bcopy(a + s, b + d, n);
	CHECK(same(b, want));
}

UNIT_TEST(bcopy)
{
	sizes(one_bcopy);
}

static void
one_memset(size_t d, size_t s, size_t n)
{
	size_t i;

	fill();
	for (i = 0; i < n; i++)
		want[d + i] = (unsigned char)(s + 250);
	CHECK(memset(b + d, (int)(s + 250), n) == b + d);
	CHECK(same(b, want));
}

UNIT_TEST(memset)
{
	sizes(one_memset);
}

static void
one_bzero(size_t d, size_t s, size_t n)
{
	size_t i;

	(void)s;
	fill();
	for (i = 0; i < n; i++)
		want[d + i] = 0;
	bzero(b + d, n);
	CHECK(same(b, want));
}

UNIT_TEST(bzero)
{
	sizes(one_bzero);
}

static int
sign(int v)
{
	return ((v > 0) - (v < 0));
}

static void
one_memcmp(size_t d, size_t s, size_t n)
{
	size_t i, at;
	int order = 0;

	for (i = 0; i < n; i++)
		a[s + i] = b[d + i] = (unsigned char)unit_random();
	CHECK(memcmp(a + s, b + d, n) == 0);
	CHECK(bcmp(a + s, b + d, n) == 0);
	if (n == 0)
		return;
	at = unit_random() % n;
	b[d + at] = (unsigned char)unit_random();
	b[d + n - 1] = (unsigned char)unit_random();
	for (i = 0; i < n && order == 0; i++)
		order = sign(a[s + i] - b[d + i]);
	CHECK(sign(memcmp(a + s, b + d, n)) == order);
	CHECK((bcmp(a + s, b + d, n) == 0) == (order == 0));
}

UNIT_TEST(memcmp)
{
	sizes(one_memcmp);
}

UNIT_TEST(memchr)
{
	static const char s[] = "abcabc";

	CHECK(memchr(s, 'c', 6) == s + 2);
	CHECK(memchr(s, 'c', 2) == NULL);
	CHECK(memchr(s, 0, 7) == s + 6);
	CHECK(memchr(s, 'a', 0) == NULL);
}

UNIT_TEST(memset_s)
{
	memset(b, 1, 16);
	CHECK(memset_s(b, 8, 7, 4) == 0);
	CHECK(b[3] == 7 && b[4] == 1);
	CHECK(memset_s(b, 8, 9, 12) != 0);
	CHECK(b[7] == 9 && b[8] == 1);
	CHECK(memset_s(NULL, 8, 9, 4) != 0);
}

UNIT_TEST(crc32)
{
	/* The check value of the CRC catalogue for this CRC. */
	CHECK_EQ(crc32(0, "123456789", 9), 0xcbf43926u);
	CHECK_EQ(crc32(0, "", 0), 0);
	CHECK_EQ(crc32(crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
}
