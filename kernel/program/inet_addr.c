/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses as text.  IPv6 in the form of RFC 5952: the longest run of two
 * or more zero groups becomes "::", letters are small, an IPv4-mapped
 * address ends in dotted form.  A zone (%en0) is not part of an in6_addr and
 * is left to getaddrinfo.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Four decimal numbers; returns what follows them, or NULL. */
static const char *
parse_v4(const char *s, uint8_t out[4])
{
	unsigned v;
	int i, digits;

	for (i = 0; i < 4; i++) {
		if (i > 0 && *s++ != '.')
			return NULL;
		for (v = 0, digits = 0; isdigit(*s); s++, digits++)
			if ((v = v * 10 + (unsigned)(*s - '0')) > 255)
				return NULL;
		if (digits == 0 || digits > 3)
			return NULL;
		out[i] = (uint8_t)v;
	}
	return s;
}

static int
hexval(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static bool
parse_v6(const char *s, uint8_t out[16])
{
	uint8_t b[16] = { 0 };
	int n = 0, gap = -1, digits;
	const char *group;
	unsigned v;

	if (s[0] == ':' && s[1] != ':')
		return false;
	while (*s != '\0') {
		if (s[0] == ':' && s[1] == ':') {
			if (gap >= 0)
				return false;
			gap = n;
			s += 2;
			if (*s == '\0')
				break;
		} else if (n > 0 && *s++ != ':') {
			return false;
		}
		group = s;
		for (v = 0, digits = 0; isxdigit(*s); s++, digits++)
			v = v * 16 + (unsigned)hexval(*s);
		if (*s == '.') {
			s = n <= 12 ? parse_v4(group, b + n) : NULL;
			if (s == NULL || *s != '\0')
				return false;
			n += 4;
			break;
		}
		if (digits == 0 || digits > 4 || n >= 16)
			return false;
		b[n++] = (uint8_t)(v >> 8);
		b[n++] = (uint8_t)v;
	}
	if (gap < 0 ? n != 16 : n > 14)
		return false;
	if (gap >= 0) {
		memmove(b + 16 - (n - gap), b + gap, (size_t)(n - gap));
		memset(b + gap, 0, (size_t)(16 - n));
	}
	memcpy(out, b, 16);
	return true;
}

int
inet_pton(int af, const char *s, void *addr)
{
	uint8_t v4[4];

	if (af == AF_INET) {
		s = parse_v4(s, v4);
		if (s == NULL || *s != '\0')
			return 0;
		memcpy(addr, v4, 4);
		return 1;
	}
	if (af == AF_INET6)
		return parse_v6(s, addr);
	errno = EAFNOSUPPORT;
	return -1;
}

int
inet_aton(const char *s, struct in_addr *addr)
{
	return inet_pton(AF_INET, s, addr);
}

static void
format_v6(const uint8_t *b, char *buf, size_t size)
{
	unsigned g[8];
	int i, j, best = -1, len = 1;
	size_t n = 0;

	for (i = 0; i < 8; i++)
		g[i] = (unsigned)b[2 * i] << 8 | b[2 * i + 1];
	for (i = 0; i < 8; i++) {
		for (j = i; j < 8 && g[j] == 0; j++)
			;
		if (j - i > len) {
			best = i;
			len = j - i;
		}
	}
	if (best == 0 && len == 5 && g[5] == 0xffff) {
		snprintf(buf, size, "::ffff:%u.%u.%u.%u", b[12], b[13], b[14],
		    b[15]);
		return;
	}
	for (i = 0; i < 8; i++) {
		if (i == best) {
			n += (size_t)snprintf(buf + n, size - n, "::");
			i += len - 1;
			continue;
		}
		n += (size_t)snprintf(buf + n, size - n, "%s%x",
		    i > 0 && i != best + len ? ":" : "", g[i]);
	}
}

const char *
inet_ntop(int af, const void *addr, char *buf, socklen_t size)
{
	const uint8_t *b = addr;
	char tmp[INET6_ADDRSTRLEN];

	if (af == AF_INET) {
		snprintf(tmp, sizeof(tmp), "%u.%u.%u.%u", b[0], b[1], b[2],
		    b[3]);
	} else if (af == AF_INET6) {
		format_v6(b, tmp, sizeof(tmp));
	} else {
		errno = EAFNOSUPPORT;
		return NULL;
	}
	if (strlcpy(buf, tmp, size) >= size) {
		errno = ENOSPC;
		return NULL;
	}
	return buf;
}
