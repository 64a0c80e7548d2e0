/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UUIDs (RFC 4122): random ones, comparison, and their text form
 * xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/time.h>
#include <uuid/uuid.h>

#include "kernel/lib/rng.h"

/* Where the hyphens stand, and the parse's digits. */
static bool
hyphen_at(unsigned i)
{
	return (i == 8 || i == 13 || i == 18 || i == 23);
}

void
uuid_clear(uuid_t uu)
{
	memset(uu, 0, sizeof(uuid_t));
}

int
uuid_compare(const uuid_t uu1, const uuid_t uu2)
{
	return (memcmp(uu1, uu2, sizeof(uuid_t)));
}

void
uuid_copy(uuid_t dst, const uuid_t src)
{
	memcpy(dst, src, sizeof(uuid_t));
}

int
uuid_is_null(const uuid_t uu)
{
	return (uuid_compare(uu, UUID_NULL) == 0);
}

void
uuid_generate_random(uuid_t out)
{
	rng_bytes(out, sizeof(uuid_t));
	out[6] = (out[6] & 0x0f) | 0x40;	/* version 4 */
	out[8] = (out[8] & 0x3f) | 0x80;	/* variant of RFC 4122 */
}

void
uuid_generate(uuid_t out)
{
	uuid_generate_random(out);
}

void
uuid_generate_time(uuid_t out)
{
	struct timespec ts;
	uint64_t t;

	/* 100 ns units since 15 October 1582 (RFC 4122 4.1.4). */
	nanotime(&ts);
	t = (uint64_t)ts.tv_sec * 10000000 + (uint64_t)ts.tv_nsec / 100 +
	    0x01b21dd213814000ull;
	rng_bytes(out, sizeof(uuid_t));
	out[0] = (uint8_t)(t >> 24);
	out[1] = (uint8_t)(t >> 16);
	out[2] = (uint8_t)(t >> 8);
	out[3] = (uint8_t)t;
	out[4] = (uint8_t)(t >> 40);
	out[5] = (uint8_t)(t >> 32);
	out[6] = (uint8_t)((t >> 56) & 0x0f) | 0x10;	/* version 1 */
	out[7] = (uint8_t)(t >> 48);
	out[8] = (out[8] & 0x3f) | 0x80;
	out[10] |= 0x01;	/* a random node: multicast bit (4.5) */
}

static void
unparse(const uuid_t uu, char *out, const char *set)
{
	unsigned i, at = 0;

	for (i = 0; i < sizeof(uuid_t); i++) {
		if (hyphen_at(at))
			out[at++] = '-';
		out[at++] = set[uu[i] >> 4];
		out[at++] = set[uu[i] & 15];
	}
	out[at] = '\0';
}

void
uuid_unparse_upper(const uuid_t uu, uuid_string_t out)
{
	unparse(uu, out, "0123456789ABCDEF");
}

void
uuid_unparse_lower(const uuid_t uu, uuid_string_t out)
{
	unparse(uu, out, "0123456789abcdef");
}

void
uuid_unparse(const uuid_t uu, uuid_string_t out)
{
	uuid_unparse_upper(uu, out);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

int
uuid_parse(const uuid_string_t in, uuid_t uu)
{
	unsigned at = 0, i;
	int hi, lo;
	uuid_t out;

	for (i = 0; i < sizeof(uuid_t); i++) {
		if (hyphen_at(at) && in[at++] != '-')
			return (-1);
		if ((hi = hex_digit(in[at])) < 0 ||
		    (lo = hex_digit(in[at + 1])) < 0)
			return (-1);
		out[i] = (unsigned char)(hi << 4 | lo);
		at += 2;
	}
	if (in[at] != '\0')
		return (-1);
	uuid_copy(uu, out);
	return (0);
}
