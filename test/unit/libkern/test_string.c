/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings and text to numbers.
 */
#include <libkern/libkern.h>
#include <limits.h>
#include <string.h>
#include <sys/errno.h>

#include "test/unit/lib/unit.h"

static void
random_string(char *s, size_t max)
{
	size_t n = unit_random() % max, i;

	for (i = 0; i < n; i++)
		s[i] = (char)("aAbBcC\xe4z"[unit_random() % 8]);
	s[n] = '\0';
}

UNIT_TEST(strlen_and_strnlen)
{
	CHECK_EQ(strlen(""), 0);
	CHECK_EQ(strlen("abc"), 3);
	CHECK_EQ(strnlen("abc", 2), 2);
	CHECK_EQ(strnlen("abc", 9), 3);
	CHECK_EQ(strnlen("abc", 0), 0);
}

static int
sign(int v)
{
	return ((v > 0) - (v < 0));
}

UNIT_TEST(comparisons_are_an_order)
{
	char x[12], y[12];
	int i;

	for (i = 0; i < 5000; i++) {
		random_string(x, 11);
		random_string(y, 11);
		CHECK(sign(strcmp(x, y)) == -sign(strcmp(y, x)));
		CHECK(sign(strcasecmp(x, y)) == -sign(strcasecmp(y, x)));
		CHECK(sign(strcmp(x, y)) == sign(strncmp(x, y, 12)));
		CHECK((strcmp(x, y) == 0) ==
		    (strlen(x) == strlen(y) && memcmp(x, y, strlen(x)) == 0));
		if (strcmp(x, y) == 0)
			CHECK(strcasecmp(x, y) == 0);
	}
	CHECK(strcmp("a", "b") < 0 && strcmp("\xff", "a") > 0);
	CHECK(strncmp("abc", "abd", 2) == 0 && strncmp("a", "b", 0) == 0);
	CHECK(strcasecmp("HELLO", "hello") == 0);
	CHECK(strcasecmp("[", "{") != 0);
	CHECK(strncasecmp("HELlo", "helXX", 3) == 0);
}

UNIT_TEST(bounded_copies)
{
	char buf[8];

	memset(buf, 'x', sizeof(buf));
	CHECK_EQ(strlcpy(buf, "hello world", sizeof(buf)), 11);
	CHECK(strcmp(buf, "hello w") == 0);
	CHECK_EQ(strlcpy(buf, "hi", sizeof(buf)), 2);
	CHECK_EQ(strlcat(buf, "there you", sizeof(buf)), 11);
	CHECK(strcmp(buf, "hithere") == 0);
	CHECK_EQ(strlcat(buf, "x", 3), 4);
	CHECK_EQ(strlcpy(buf, "abc", 0), 3);
	strncpy(buf, "ab", sizeof(buf));
	CHECK(memcmp(buf, "ab\0\0\0\0\0\0", 8) == 0);
	strncpy(buf, "abcdefghij", sizeof(buf));
	CHECK(memcmp(buf, "abcdefgh", 8) == 0);
	(strcpy)(buf, "ab");
	strcat(buf, "cd");
	strncat(buf, "efgh", 2);
	CHECK(strcmp(buf, "abcdef") == 0);
}

UNIT_TEST(searches)
{
	static const char s[] = "one two one";
	char buf[16], *p = buf;

	CHECK(strchr(s, 'o') == s && strrchr(s, 'o') == s + 8);
	CHECK(strchr(s, 'x') == NULL && strrchr(s, 'x') == NULL);
	CHECK(strchr(s, 0) == s + 11 && strrchr(s, 0) == s + 11);
	CHECK(strstr(s, "two") == s + 4 && strstr(s, "") == s);
	CHECK(strstr(s, "three") == NULL);
	CHECK(strnstr(s, "two", 7) == s + 4);
	CHECK(strnstr(s, "two", 6) == NULL);
	CHECK(strnstr(s, "", 0) == s);
	CHECK(strprefix("kext", "ke") && strprefix("kext", ""));
	CHECK(!strprefix("ke", "kext") && !strprefix("kext", "kx"));
	strlcpy(buf, "a,b;;c", sizeof(buf));
	CHECK(strcmp(strsep(&p, ",;"), "a") == 0);
	CHECK(strcmp(strsep(&p, ",;"), "b") == 0);
	CHECK(strcmp(strsep(&p, ",;"), "") == 0);
	CHECK(strcmp(strsep(&p, ",;"), "c") == 0);
	CHECK(p == NULL && strsep(&p, ",") == NULL);
}

UNIT_TEST(copystr)
{
	char buf[4];
	size_t done;

	CHECK(copystr("abc", buf, 4, &done) == 0 && done == 4);
	CHECK(copystr("abcd", buf, 4, &done) == ENAMETOOLONG && done == 4);
	CHECK(copystr("", buf, 4, NULL) == 0 && buf[0] == '\0');
	CHECK(copystr("abc", buf, 0, &done) == ENAMETOOLONG && done == 0);
}

UNIT_TEST(numbers)
{
	char buf[32], *end;
	const char *s;
	int i;

	CHECK_EQ(strtol("42", NULL, 10), 42);
	CHECK_EQ(strtol(" \t-42x", &end, 0), -42);
	CHECK(*end == 'x');
	CHECK_EQ(strtol("0x1F", NULL, 0), 31);
	CHECK_EQ(strtol("0x1F", NULL, 16), 31);
	CHECK_EQ(strtol("017", NULL, 0), 15);
	CHECK_EQ(strtol("z", NULL, 36), 35);
	s = "0x";
	CHECK_EQ(strtol(s, &end, 0), 0);
	CHECK(end == s + 1);
	s = "  +";
	CHECK_EQ(strtol(s, &end, 10), 0);
	CHECK(end == s);
	s = "9";
	CHECK_EQ(strtol(s, &end, 8), 0);
	CHECK(end == s);
	CHECK_EQ(strtol(s, &end, 1), 0);
	CHECK(end == s);
	CHECK_EQ(strtol("9223372036854775807", NULL, 10), LONG_MAX);
	CHECK_EQ(strtol("9223372036854775808", NULL, 10), LONG_MAX);
	CHECK_EQ(strtol("-9223372036854775808", NULL, 10), LONG_MIN);
	CHECK_EQ(strtol("-99999999999999999999", &end, 10), LONG_MIN);
	CHECK(*end == '\0');
	CHECK(strtoul("18446744073709551615", NULL, 10) == ULONG_MAX);
	CHECK(strtoul("18446744073709551616", NULL, 10) == ULONG_MAX);
	CHECK(strtoul("-1", NULL, 10) == ULONG_MAX);
	CHECK_EQ(atoi("123abc"), 123);
	CHECK(strcmp(itoa(INT_MIN, buf), "-2147483648") == 0);
	CHECK_EQ(ffs(0), 0);
	CHECK_EQ(ffs(0x80000000u), 32);
	for (i = 0; i < 2000; i++) {
		quad_t v = (quad_t)((u_quad_t)unit_random() << 32 |
		    unit_random());

		snprintf(buf, sizeof(buf), "%lld", v);
		CHECK_EQ(strtoq(buf, NULL, 10), v);
		snprintf(buf, sizeof(buf), "%#llx", v);
		CHECK_EQ(strtouq(buf, NULL, 0), (u_quad_t)v);
		snprintf(buf, sizeof(buf), "%#llo", v);
		CHECK_EQ(strtouq(buf, NULL, 0), (u_quad_t)v);
	}
}
