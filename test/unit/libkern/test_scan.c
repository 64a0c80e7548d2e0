/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sscanf: examples, and round trips through the formatter.
 */
#include <libkern/libkern.h>
#include <string.h>

#include "test/unit/lib/unit.h"

UNIT_TEST(scan_examples)
{
	char a[16], b[16];
	unsigned u, w;
	short h;
	long long ll;
	int x, y, n;

	CHECK_EQ(sscanf("12 -7", "%d %d", &x, &y), 2);
	CHECK(x == 12 && y == -7);
	CHECK_EQ(sscanf("192.168.1.2", "%u.%u.%d.%d", &u, &w, &x, &y), 4);
	CHECK(u == 192 && w == 168 && x == 1 && y == 2);
	CHECK_EQ(sscanf("en0", "%[a-z]%d%n", a, &x, &n), 2);
	CHECK(strcmp(a, "en") == 0 && x == 0 && n == 3);
	CHECK_EQ(sscanf("key = value", "%s = %s", a, b), 2);
	CHECK(strcmp(a, "key") == 0 && strcmp(b, "value") == 0);
	CHECK_EQ(sscanf("key=value", "%[^=]=%3s", a, b), 2);
	CHECK(strcmp(a, "key") == 0 && strcmp(b, "val") == 0);
	CHECK_EQ(sscanf("ff 0x10 010", "%x %i %i", &u, &x, &y), 3);
	CHECK(u == 255 && x == 16 && y == 8);
	CHECK_EQ(sscanf("123456", "%3d%d", &x, &y), 2);
	CHECK(x == 123 && y == 456);
	CHECK_EQ(sscanf("1 2 3", "%*d %d", &x), 1);
	CHECK(x == 2);
	CHECK_EQ(sscanf("-3 9999999999", "%hd %lld", &h, &ll), 2);
	CHECK(h == -3 && ll == 9999999999ll);
	CHECK_EQ(sscanf("ab", "%c%c", &a[0], &a[1]), 2);
	CHECK(a[0] == 'a' && a[1] == 'b');
	CHECK_EQ(sscanf("5%", "%d%%%n", &x, &n), 1);
	CHECK(x == 5 && n == 2);
	CHECK_EQ(sscanf("a]b", "%[]a]%s", a, b), 2);
	CHECK(strcmp(a, "a]") == 0 && strcmp(b, "b") == 0);
}

UNIT_TEST(scan_stops)
{
	int x = 1, y = 2;
	char a[8];

	CHECK_EQ(sscanf("", "%d", &x), -1);
	CHECK_EQ(sscanf("abc", "%d", &x), 0);
	CHECK_EQ(sscanf("7 abc", "%d %d", &x, &y), 1);
	CHECK(x == 7 && y == 2);
	CHECK_EQ(sscanf("7,8", "%d;%d", &x, &y), 1);
	CHECK_EQ(sscanf("abc", "%[0-9]", a), 0);
	CHECK_EQ(sscanf("abc", "%[a-z", a), 0);
	CHECK_EQ(sscanf("text", "text"), 0);
	CHECK_EQ(sscanf("ab", "%3c", a), 0);
}

UNIT_TEST(scan_round_trip)
{
	char buf[80];
	long long v, w;
	unsigned x, y;
	int i;

	for (i = 0; i < 5000; i++) {
		v = (long long)((u_quad_t)unit_random() << 32 | unit_random());
		x = unit_random();
		snprintf(buf, sizeof(buf), "%lld/%#x", v, x);
		CHECK_EQ(sscanf(buf, "%lld/%i", &w, (int *)&y), 2);
		CHECK_EQ(v, w);
		if (x <= 0x7fffffff)
			CHECK_EQ(x, y);
	}
}
