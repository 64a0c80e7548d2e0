/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UUIDs and Internet addresses as text: examples, and round trips.
 */
#include <libkern/libkern.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <uuid/uuid.h>

#include "test/unit/lib/unit.h"

/* A fixed clock for uuid_generate_time(). */
void
nanotime(struct timespec *ts)
{
	ts->tv_sec = 1000000000;
	ts->tv_nsec = 500;
}

/* From a buffer that is large enough for the type, whatever the text. */
static int
parse(const char *text, uuid_t out)
{
	char buf[64];

	strlcpy(buf, text, sizeof(buf));
	return (uuid_parse(buf, out));
}

UNIT_TEST(uuid_text)
{
	uuid_string_t text, lower;
	uuid_t u, back;
	int i;

	for (i = 0; i < 200; i++) {
		uuid_generate_random(u);
		CHECK_EQ(u[6] >> 4, 4);
		CHECK_EQ(u[8] >> 6, 2);
		uuid_unparse(u, text);
		uuid_unparse_lower(u, lower);
		CHECK(strlen(text) == 36 && strcasecmp(text, lower) == 0);
		CHECK(uuid_parse(text, back) == 0);
		CHECK(uuid_compare(u, back) == 0);
		CHECK(uuid_parse(lower, back) == 0);
		CHECK(uuid_compare(u, back) == 0);
	}
	CHECK(parse("", back) == -1);
	CHECK(parse("123e4567-e89b-12d3-a456-42661417400", back) == -1);
	CHECK(parse("123e4567-e89b-12d3-a456-4266141740000", back) == -1);
	CHECK(parse("123e4567-e89b-12d3-a456-42661417400g", back) == -1);
	CHECK(parse("123e4567e89b-12d3-a456-426614174000-", back) == -1);
}

UNIT_TEST(uuid_order_and_null)
{
	uuid_t a, b;

	uuid_clear(a);
	CHECK(uuid_is_null(a) && uuid_is_null(UUID_NULL));
	uuid_copy(b, a);
	b[15] = 1;
	CHECK(uuid_compare(a, b) < 0 && uuid_compare(b, a) > 0);
	uuid_generate_time(a);
	CHECK_EQ(a[6] >> 4, 1);
	/* 100 ns units from 1582 to 2001-09-09 01:46:40.0000005. */
	CHECK_EQ(((u_int64_t)(a[6] & 15) << 56 | (u_int64_t)a[7] << 48 |
	    (u_int64_t)a[4] << 40 | (u_int64_t)a[5] << 32 |
	    (u_int64_t)a[0] << 24 | a[1] << 16 | a[2] << 8 | a[3]),
	    10000000000000005ull + 0x01b21dd213814000ull);
}

UNIT_TEST(inet_text4)
{
	static const struct {
		const char	*text;
		int		 ok;
		u_int32_t	 v;
	} t[] = {
		{ "1.2.3.4", 1, 0x01020304 }, { "127.1", 1, 0x7f000001 },
		{ "10.1.500", 1, 0x0a0101f4 }, { "0", 1, 0 },
		{ "0xffffffff", 1, 0xffffffff }, { "4294967295", 1, ~0u },
		{ "017.0x10.3.4", 1, 0x0f100304 }, { "1.2.3.4 x", 1, 0x01020304 },
		{ "", 0, 0 }, { "256.1.1.1", 0, 0 }, { "1.2.3.", 0, 0 },
		{ "1.2.3.4.5", 0, 0 }, { "4294967296", 0, 0 },
		{ "1.2.65536", 0, 0 }, { "a.b", 0, 0 }, { "1.2.3.4x", 0, 0 },
		{ "-1", 0, 0 }, { "1..2", 0, 0 },
	};
	char buf[INET_ADDRSTRLEN];
	struct in_addr a;
	unsigned i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		a.s_addr = 0;
		CHECK_EQ(inet_aton(t[i].text, &a), t[i].ok);
		CHECK_EQ(ntohl(a.s_addr), t[i].v);
	}
	for (i = 0; i < 500; i++) {
		struct in_addr b;

		a.s_addr = unit_random();
		CHECK(inet_ntop(AF_INET, &a, buf, sizeof(buf)) == buf);
		CHECK(inet_aton(buf, &b) == 1 && a.s_addr == b.s_addr);
	}
}

/* The C library's, for comparison: AF_INET6 is 10 there. */
const char *host_inet_ntop(int af, const void *src, char *dst, unsigned n)
    __asm__("inet_ntop");

UNIT_TEST(inet_text6)
{
	char got[INET6_ADDRSTRLEN], want[INET6_ADDRSTRLEN];
	struct in6_addr a;
	int i, k;

	for (i = 0; i < 20000; i++) {
		for (k = 0; k < 8; k++)
			a.s6_addr16[k] = unit_random() % 3 == 0 ?
			    (u_int16_t)(unit_random() >> (unit_random() % 16)) :
			    0;
		if (i % 50 == 0) {
			memset(&a, 0, 10);
			a.s6_addr[10] = a.s6_addr[11] = 0xff;
		}
		inet_ntop(AF_INET6, &a, got, sizeof(got));
		host_inet_ntop(10, &a, want, sizeof(want));
		if (strcmp(got, want) != 0) {
			unit_fail(__FILE__, __LINE__, "inet_ntop");
			unit_note("got %s want %s", got, want);
			return;
		}
	}
	CHECK(inet_ntop(AF_INET6, &in6addr_loopback, got, 3) == NULL);
	CHECK(inet_ntop(AF_INET6, &in6addr_loopback, got, 4) == got);
	CHECK(inet_ntop(77, &a, got, sizeof(got)) == NULL);
}
