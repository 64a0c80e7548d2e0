/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internet addresses and text, for kernel code (RFC 4291 2.2, RFC 5952 for
 * the text form of IPv6).
 */
#include <libkern/libkern.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;
const struct in6_addr in6addr_linklocal_allnodes =
    {{{ 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }}};

/*
 * The classic forms a, a.b, a.b.c and a.b.c.d: the last number fills the
 * bytes that remain; each may be decimal, octal or hexadecimal.
 */
int
inet_aton(const char *cp, struct in_addr *addr)
{
	u_long part[4], limit;
	u_int32_t v = 0;
	unsigned n = 0, i;
	char *end;

	for (;;) {
		if (*cp < '0' || *cp > '9' || n == 4)
			return (0);
		part[n++] = strtoul(cp, &end, 0);
		cp = end;
		if (*cp != '.')
			break;
		cp++;
	}
	/* Nothing but blanks may follow. */
	if (*cp != '\0' && *cp != ' ' && !(*cp >= '\t' && *cp <= '\r'))
		return (0);
	for (i = 0; i + 1 < n; i++) {
		if (part[i] > 0xff)
			return (0);
		v |= (u_int32_t)part[i] << (24 - 8 * i);
	}
	limit = 0xffffffffu >> (8 * i);
	if (part[i] > limit)
		return (0);
	if (addr != NULL)
		addr->s_addr = htonl(v | (u_int32_t)part[i]);
	return (1);
}

static int
ntop4(const u_int8_t *a, char *dst, size_t size)
{
	return (snprintf(dst, size, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]));
}

static int
ntop6(const u_int8_t *a, char *dst, size_t size)
{
	int best = -1, best_len = 1, at, i, n = 0;
	bool v4;

	/* The longest run of two or more zero groups, the first of equals. */
	for (at = 0; at < 8; at = i + 1) {
		for (i = at; i < 8 && a[2 * i] == 0 && a[2 * i + 1] == 0; i++)
			continue;
		if (i - at > best_len) {
			best = at;
			best_len = i - at;
		}
	}
	v4 = best == 0 && (best_len == 6 ||
	    (best_len == 5 && a[10] == 0xff && a[11] == 0xff));
	for (i = 0; i < 8;) {
		if (i == best) {
			n += scnprintf(dst + n, size - (size_t)n, "::");
			i += best_len;
			continue;
		}
		if (i > 0 && i != best + best_len)
			n += scnprintf(dst + n, size - (size_t)n, ":");
		if (v4 && i == 6)
			return (n + ntop4(a + 12, dst + n, size - (size_t)n));
		n += scnprintf(dst + n, size - (size_t)n, "%x",
		    a[2 * i] << 8 | a[2 * i + 1]);
		i++;
	}
	return (n);
}

const char *
inet_ntop(int af, const void *src, char *dst, socklen_t size)
{
	char text[INET6_ADDRSTRLEN];
	int n;

	switch (af) {
	case AF_INET:
		n = ntop4(src, text, sizeof(text));
		break;
	case AF_INET6:
		n = ntop6(src, text, sizeof(text));
		break;
	default:
		return (NULL);
	}
	if ((size_t)n >= size)
		return (NULL);
	memcpy(dst, text, (size_t)n + 1);
	return (dst);
}
