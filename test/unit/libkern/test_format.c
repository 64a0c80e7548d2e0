/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formatter: fixed examples, and random conversions against the
 * printf of the host's C library.
 */
#include <libkern/libkern.h>
#include <limits.h>
#include <string.h>

#include "test/unit/lib/unit.h"

/* The C library's, which the build renamed away. */
int host_snprintf(char *buf, size_t size, const char *fmt, ...)
    __asm__("snprintf");

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static char got[512];

#define IS(want, ...) do {						\
	int is_n = snprintf(got, sizeof(got), __VA_ARGS__);		\
	if (strcmp(got, want) != 0 || is_n != (int)strlen(want)) {	\
		unit_fail(__FILE__, __LINE__, #__VA_ARGS__);		\
		unit_note("got `%s' (%d)", got, is_n);			\
	}								\
} while (0)

UNIT_TEST(format_examples)
{
	IS("plain", "plain");
	IS("100%", "100%%");
	IS("-5 5 5", "%d %i %u", -5, 5, 5u);
	IS("ff FF 0xff 377 0377", "%x %X %#x %o %#o", 255, 255, 255, 255, 255);
	IS("[    5] [5    ] [00005]", "[%5d] [%-5d] [%05d]", 5, 5, 5);
	IS("[+5] [ 5] [-0005]", "[%+d] [% d] [%05d]", 5, 5, -5);
	IS("[00005] [  005] [0x00ff]", "[%.5d] [%5.3d] [%#.4x]", 5, 5, 255);
	IS("[0x00000000000000ff]", "[%#018llx]", 255ull);
	IS("[abc] [  abc] [abc  ] [ab]", "[%s] [%5s] [%-5s] [%.2s]", "abc",
	    "abc", "abc", "abc");
	IS("[ab] [   x]", "[%.*s] [%*c]", 2, "abcdef", 4, 'x');
	IS("[x   ]", "[%*c]", -4, 'x');
	IS("(null)", "%s", (char *)NULL);
	IS("0x0 0x1234", "%p %p", (void *)0, (void *)0x1234);
	IS("-1 65535 -1 255", "%hd %hu %hhd %hhu", -1, 0xffff, 0xff, 0xff);
	IS("18446744073709551615", "%llu", (u_int64_t)ULLONG_MAX);
	IS("-9223372036854775808", "%qd", LLONG_MIN);
	IS("7 8 9", "%zu %jd %td", (size_t)7, (intmax_t)8, (ptrdiff_t)9);
	IS("aa:bb:0c", "%02x:%02x:%02x", 0xaa, 0xbb, 0xc);
	IS("%y", "%y");
	IS("end%", "end%");
	IS("[]", "[%.0d]", 0);
}

UNIT_TEST(format_register_bits)
{
	static const char flags[] = "\20\1UP\2BROADCAST\5POINTOPOINT\40HIGH";

	IS("0x0", "%b", 0, flags);
	IS("0x1<UP>", "%b", 1, flags);
	IS("0x13<UP,BROADCAST,POINTOPOINT>", "%b", 0x13, flags);
	IS("0x80000000<HIGH>", "%b", 0x80000000u, flags);
	IS("010<D>", "%b", 8, "\10\4D");
}

UNIT_TEST(format_bounds)
{
	char buf[8];

	memset(buf, 'x', sizeof(buf));
	CHECK_EQ(snprintf(buf, 4, "abcdef"), 6);
	CHECK(memcmp(buf, "abc\0xxxx", 8) == 0);
	CHECK_EQ(snprintf(buf, 1, "abc"), 3);
	CHECK(buf[0] == '\0');
	CHECK_EQ(snprintf(NULL, 0, "%s %d", "abc", 12), 6);
	CHECK_EQ(scnprintf(buf, 4, "abcdef"), 3);
	CHECK_EQ(scnprintf(buf, 0, "abcdef"), 0);
	CHECK_EQ(scnprintf(buf, 4, "ab"), 2);
	CHECK_EQ(sprintf(buf, "%d", 77), 2);
	CHECK(strcmp(buf, "77") == 0);
	CHECK_EQ(snprintf(NULL, 0, "%1000d", 1), 1000);
}

UNIT_TEST(format_agrees_with_the_c_library)
{
	static const char *const lengths[] = { "hh", "h", "", "l", "ll", "z" };
	static const char *const texts[] = { "", "a", "hello", "hello world" };
	char fmt[32], want[512];
	u_quad_t v;
	char *p;
	int i, n, k;

	for (i = 0; i < 200000; i++) {
		p = fmt;
		*p++ = '[';
		*p++ = '%';
		for (k = 0; k < 5; k++)
			if (unit_random() % 3 == 0)
				*p++ = "#0-+ "[k];
		if (unit_random() % 2)
			p += host_snprintf(p, 8, "%u", unit_random() % 40);
		if (unit_random() % 2)
			p += host_snprintf(p, 8, ".%u", unit_random() % 40);
		v = (u_quad_t)unit_random() << 32 | unit_random();
		v >>= unit_random() % 64;
		if (unit_random() % 4 == 0)
			v = -v;
		if (unit_random() % 8 == 0) {
			const char *t = texts[unit_random() % 4];

			host_snprintf(p, 8, "s]");
			n = host_snprintf(want, sizeof(want), fmt, t);
			CHECK_EQ(snprintf(got, sizeof(got), fmt, t), n);
		} else {
			host_snprintf(p, 8, "%s%c]",
			    lengths[unit_random() % 6],
			    "diuxXo"[unit_random() % 6]);
			n = host_snprintf(want, sizeof(want), fmt, v);
			CHECK_EQ(snprintf(got, sizeof(got), fmt, v), n);
		}
		if (strcmp(got, want) != 0) {
			unit_fail(__FILE__, __LINE__, fmt);
			unit_note("%s: got %s want %s", fmt, got, want);
			return;
		}
	}
}
