/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings, memory blocks, numbers and the formatter, as a kext gets them.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include <kpitest.h>

KPI_TEST(memcpy)
{
	char a[40] = "0123456789abcdefghijklmnopqrstuvwxyz", b[40] = "";

	KPI_EXPECT(memcpy(b, a, 37) == b);
	KPI_EXPECT(memcmp(a, b, 37) == 0);
	KPI_EXPECT(memcpy(b + 3, a, 0) == b + 3 && b[3] == '3');
}

KPI_TEST(memmove)
{
	char a[] = "0123456789";

	KPI_EXPECT(memmove(a + 2, a, 5) == a + 2);
	KPI_EXPECT(strcmp(a, "0101234789") == 0);
	KPI_EXPECT(memmove(a, a + 2, 8) == a);
	KPI_EXPECT(strcmp(a, "0123478989") == 0);
}

KPI_TEST(memset)
{
	char a[24];
	int i;

	KPI_EXPECT(memset(a, 0x1ff, sizeof(a)) == a);
	for (i = 0; i < 24; i++)
		KPI_EXPECT((unsigned char)a[i] == 0xff);
}

KPI_TEST(memcmp)
{
	KPI_EXPECT(memcmp("abc", "abd", 3) < 0);
	KPI_EXPECT(memcmp("\xff", "a", 1) > 0);
	KPI_EXPECT(memcmp("abcX", "abcY", 3) == 0);
	KPI_EXPECT(memcmp("12345678a", "12345678b", 9) < 0);
}

KPI_TEST(bcopy)
{
	char a[] = "0123456789";

	bcopy(a, a + 1, 9);
	KPI_EXPECT(strcmp(a, "0012345678") == 0);
}

KPI_TEST(bzero)
{
	char a[4] = { 1, 2, 3, 4 };

	bzero(a, 3);
	KPI_EXPECT(a[0] == 0 && a[1] == 0 && a[2] == 0 && a[3] == 4);
}

KPI_TEST(bcmp)
{
	KPI_EXPECT(bcmp("abc", "abc", 4) == 0);
	KPI_EXPECT(bcmp("abc", "abd", 3) != 0);
	KPI_EXPECT(bcmp("a", "b", 0) == 0);
}

KPI_TEST(strlen)
{
	KPI_EXPECT(strlen("") == 0 && strlen("hello") == 5);
}

KPI_TEST(strnlen)
{
	KPI_EXPECT(strnlen("hello", 3) == 3 && strnlen("hi", 9) == 2);
}

KPI_TEST(strcmp)
{
	KPI_EXPECT(strcmp("a", "a") == 0 && strcmp("a", "b") < 0);
	KPI_EXPECT(strcmp("ab", "a") > 0 && strcmp("\x80", "a") > 0);
}

KPI_TEST(strncmp)
{
	KPI_EXPECT(strncmp("abc", "abd", 2) == 0);
	KPI_EXPECT(strncmp("abc", "abd", 3) < 0);
	KPI_EXPECT(strncmp("a", "b", 0) == 0);
}

KPI_TEST(strcasecmp)
{
	KPI_EXPECT(strcasecmp("TCPlog", "tcpLOG") == 0);
	KPI_EXPECT(strcasecmp("a", "B") < 0);
}

KPI_TEST(strncasecmp)
{
	KPI_EXPECT(strncasecmp("ENX", "eny", 2) == 0);
	KPI_EXPECT(strncasecmp("ENX", "eny", 3) < 0);
}

KPI_TEST(strcpy)
{
	char a[8];

	KPI_EXPECT(strcpy(a, "abc") == a && strcmp(a, "abc") == 0);
	KPI_EXPECT(strcpy(a, "de", sizeof(a)) == a && strcmp(a, "de") == 0);
}

KPI_TEST(strncpy)
{
	char a[6] = "xxxxx";

	KPI_EXPECT(strncpy(a, "ab", 4) == a);
	KPI_EXPECT(memcmp(a, "ab\0\0x", 6) == 0);
}

KPI_TEST(strcat)
{
	char a[8] = "ab";

	KPI_EXPECT(strcat(a, "cd") == a && strcmp(a, "abcd") == 0);
}

KPI_TEST(strncat)
{
	char a[8] = "ab";

	KPI_EXPECT(strncat(a, "cdef", 2) == a && strcmp(a, "abcd") == 0);
}

KPI_TEST(strlcpy)
{
	char a[4];

	KPI_EXPECT(strlcpy(a, "hello", sizeof(a)) == 5);
	KPI_EXPECT(strcmp(a, "hel") == 0);
}

KPI_TEST(strlcat)
{
	char a[6] = "abc";

	KPI_EXPECT(strlcat(a, "defg", sizeof(a)) == 7);
	KPI_EXPECT(strcmp(a, "abcde") == 0);
}

KPI_TEST(strchr)
{
	static const char s[] = "net.inet";

	KPI_EXPECT(strchr(s, '.') == s + 3 && strchr(s, 'x') == NULL);
	KPI_EXPECT(strchr(s, 0) == s + 8);
}

KPI_TEST(strprefix)
{
	KPI_EXPECT(strprefix("com.apple.kpi", "com.") == 1);
	KPI_EXPECT(strprefix("com.", "com.apple") == 0);
}

KPI_TEST(strtol)
{
	char *end;

	KPI_EXPECT(strtol(" -12x", &end, 10) == -12 && *end == 'x');
	KPI_EXPECT(strtol("0x7f", NULL, 0) == 127);
	KPI_EXPECT(strtol("99999999999999999999", NULL, 10) == LONG_MAX);
}

KPI_TEST(strtoul)
{
	KPI_EXPECT(strtoul("18446744073709551615", NULL, 10) == ULONG_MAX);
	KPI_EXPECT(strtoul("777", NULL, 8) == 511);
}

KPI_TEST(strtoq)
{
	KPI_EXPECT(strtoq("-9223372036854775808", NULL, 10) == LLONG_MIN);
}

KPI_TEST(strtouq)
{
	KPI_EXPECT(strtouq("0xffffffffffffffff", NULL, 0) == ULLONG_MAX);
}

KPI_TEST(snprintf)
{
	char buf[24];

	KPI_EXPECT(snprintf(buf, sizeof(buf), "%s %d %#x", "en", 0, 255) == 9);
	KPI_EXPECT(strcmp(buf, "en 0 0xff") == 0);
	KPI_EXPECT(snprintf(buf, 4, "%d", 123456) == 6);
	KPI_EXPECT(strcmp(buf, "123") == 0);
	snprintf(buf, sizeof(buf), "%llu", (u_int64_t)1 << 40);
	KPI_EXPECT(strcmp(buf, "1099511627776") == 0);
	snprintf(buf, sizeof(buf), "%-6s|%.2s|%p", "ab", "xyz", (void *)16);
	KPI_EXPECT(strcmp(buf, "ab    |xy|0x10") == 0);
}

static int
call_vsnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (n);
}

KPI_TEST(vsnprintf)
{
	char buf[16];

	KPI_EXPECT(call_vsnprintf(buf, sizeof(buf), "%d.%d", 10, 0) == 4);
	KPI_EXPECT(strcmp(buf, "10.0") == 0);
}

KPI_TEST(sprintf)
{
	char buf[16];

	KPI_EXPECT(sprintf(buf, "%c%05d", 'n', 42) == 6);
	KPI_EXPECT(strcmp(buf, "n00042") == 0);
}

KPI_TEST(sscanf)
{
	unsigned a, b;
	char name[8];

	KPI_EXPECT(sscanf("en3: 7f", "%[a-z]%u: %x", name, &a, &b) == 3);
	KPI_EXPECT(strcmp(name, "en") == 0 && a == 3 && b == 0x7f);
	KPI_EXPECT(sscanf("", "%u", &a) == -1);
}

KPI_TEST(printf)
{
	KPI_EXPECT(printf("kpi_libkern: a line of %d\n", 26) == 26);
}

static int
call_vprintf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

KPI_TEST(vprintf)
{
	KPI_EXPECT(call_vprintf("kpi_libkern: %s\n", "vprintf") == 21);
}

KPI_TEST(copyin)
{
	int from = 42, to = 0;

	KPI_EXPECT(copyin(CAST_USER_ADDR_T(&from), &to, sizeof(to)) == 0);
	KPI_EXPECT(to == 42);
	KPI_EXPECT(copyin(0, &to, sizeof(to)) == EFAULT);
	KPI_EXPECT(copyin(0x00007ffffffff000ull, &to, sizeof(to)) == EFAULT);
}

KPI_TEST(copyout)
{
	int from = 42, to = 0;

	KPI_EXPECT(copyout(&from, CAST_USER_ADDR_T(&to), sizeof(to)) == 0);
	KPI_EXPECT(to == 42);
	KPI_EXPECT(copyout(&from, 8, sizeof(to)) == EFAULT);
	/* Read-only memory: the kext's own text. */
	KPI_EXPECT(copyout(&from, CAST_USER_ADDR_T(&call_vprintf),
	    sizeof(from)) == EFAULT);
}

KPI_TEST(copyinstr)
{
	char buf[8];
	size_t done = 0;

	KPI_EXPECT(copyinstr(CAST_USER_ADDR_T("abc"), buf, 8, &done) == 0);
	KPI_EXPECT(done == 4 && strcmp(buf, "abc") == 0);
	KPI_EXPECT(copyinstr(CAST_USER_ADDR_T("abcdefgh"), buf, 8, &done) ==
	    ENAMETOOLONG);
	KPI_EXPECT(copyinstr(16, buf, 8, &done) == EFAULT);
}

KPI_TEST(copyoutstr)
{
	char buf[8];
	size_t done = 0;

	KPI_EXPECT(copyoutstr("abc", CAST_USER_ADDR_T(buf), 8, &done) == 0);
	KPI_EXPECT(done == 4 && strcmp(buf, "abc") == 0);
	KPI_EXPECT(copyoutstr("abc", 0, 8, &done) == EFAULT);
}

KPI_TEST(random)
{
	u_int32_t all = 0, same = random();
	int i, differ = 0;

	for (i = 0; i < 64; i++) {
		u_int32_t v = random();

		all |= v;
		differ |= v != same;
	}
	KPI_EXPECT(differ);
	KPI_EXPECT(all == 0x7fffffff);
}
