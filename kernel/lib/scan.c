/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scanning text: sscanf().
 *
 * Blanks in the format match any run of blanks, other characters
 * themselves.  Conversions d i u o x X p c s [ n %, with * (no assignment),
 * a width, and the lengths hh h l ll q j z t.
 */
#include <libkern/libkern.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct scan {
	const char	*p;		/* rest of the input */
	size_t		 width;		/* of the conversion; 0: none */
	unsigned	 bytes;		/* size of the integer to store */
	bool		 skip;		/* '*': nothing is stored */
};

static bool
is_blank(char c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return (p);
}

static void
store_integer(void *dst, unsigned bytes, uint64_t v)
{
	switch (bytes) {
	case 1:
		*(uint8_t *)dst = (uint8_t)v;
		break;
	case 2:
		*(uint16_t *)dst = (uint16_t)v;
		break;
	case 4:
		*(uint32_t *)dst = (uint32_t)v;
		break;
	default:
		*(uint64_t *)dst = v;
		break;
	}
}

/* Reads an integer within the width; false when there is none. */
static bool
scan_integer(struct scan *s, int base, bool is_signed, uint64_t *out)
{
	char buf[72], *end;
	size_t n, max = sizeof(buf) - 1;

	s->p = skip_blanks(s->p);
	if (s->width != 0 && s->width < max)
		max = s->width;
	n = strnlen(s->p, max);
	memcpy(buf, s->p, n);
	buf[n] = '\0';
	*out = is_signed ? (uint64_t)strtoq(buf, &end, base) :
	    strtouq(buf, &end, base);
	s->p += end - buf;
	return (end != buf);
}

/* Copies up to the width characters for which in_set holds. */
static size_t
scan_while(struct scan *s, const bool *in_set, char *dst)
{
	size_t n = 0, max = s->width != 0 ? s->width : SIZE_MAX;

	while (n < max && s->p[n] != '\0' && in_set[(unsigned char)s->p[n]])
		n++;
	if (dst != NULL && n > 0) {
		memcpy(dst, s->p, n);
		dst[n] = '\0';
	}
	s->p += n;
	return (n);
}

/* Reads the set of %[...]; returns what follows it, NULL when unclosed. */
static const char *
parse_set(const char *f, bool *in_set)
{
	bool value = true;
	unsigned from, to;

	if (*f == '^') {
		value = false;
		f++;
	}
	memset(in_set, !value, 256);
	do {
		if (*f == '\0')
			return (NULL);
		from = to = (unsigned char)*f++;
		if (f[0] == '-' && f[1] != ']' && f[1] != '\0') {
			to = (unsigned char)f[1];
			f += 2;
		}
		for (; from <= to; from++)
			in_set[from] = value;
	} while (*f != ']');
	return (f + 1);
}

static const char *
parse_length(const char *f, unsigned *bytes)
{
	*bytes = sizeof(int);
	switch (*f) {
	case 'h':
		*bytes = f[1] == 'h' ? 1 : 2;
		return (f + (f[1] == 'h' ? 2 : 1));
	case 'l':
		*bytes = 8;
		return (f + (f[1] == 'l' ? 2 : 1));
	case 'q':
	case 'j':
	case 'z':
	case 't':
		*bytes = 8;
		return (f + 1);
	default:
		return (f);
	}
}

int
vsscanf(const char *buf, const char *fmt, va_list ap)
{
	bool in_set[256], is_signed;
	struct scan s = { .p = buf };
	int stored = 0, base;
	const char *f = fmt;
	uint64_t v;
	size_t n;
	char *dst;

	while (*f != '\0') {
		if (is_blank(*f)) {
			f = skip_blanks(f);
			s.p = skip_blanks(s.p);
			continue;
		}
		if (*f != '%') {
			if (*s.p != *f)
				break;
			s.p++;
			f++;
			continue;
		}
		f++;
		s.skip = *f == '*';
		f += s.skip;
		for (s.width = 0; *f >= '0' && *f <= '9'; f++)
			s.width = s.width * 10 + (size_t)(*f - '0');
		f = parse_length(f, &s.bytes);
		base = 10;
		is_signed = false;
		switch (*f++) {
		case 'p':
			s.bytes = sizeof(void *);
			/* FALLTHROUGH */
		case 'x':
		case 'X':
			base = 16;
			goto integer;
		case 'o':
			base = 8;
			goto integer;
		case 'i':
			base = 0;
			/* FALLTHROUGH */
		case 'd':
			is_signed = true;
			/* FALLTHROUGH */
		case 'u':
		integer:
			if (!scan_integer(&s, base, is_signed, &v))
				goto fail;
			if (s.skip)
				continue;
			store_integer(va_arg(ap, void *), s.bytes, v);
			stored++;
			continue;
		case 'n':
			if (!s.skip)
				store_integer(va_arg(ap, void *), s.bytes,
				    (uint64_t)(s.p - buf));
			continue;
		case 'c':
			if (s.width == 0)
				s.width = 1;
			if (strnlen(s.p, s.width) < s.width)
				goto fail;
			if (!s.skip) {
				memcpy(va_arg(ap, char *), s.p, s.width);
				stored++;
			}
			s.p += s.width;
			continue;
		case 's':
			s.p = skip_blanks(s.p);
			for (n = 0; n < 256; n++)
				in_set[n] = !is_blank((char)n);
			break;
		case '[':
			if ((f = parse_set(f, in_set)) == NULL)
				goto fail;
			break;
		case '%':
			s.p = skip_blanks(s.p);
			if (*s.p != '%')
				goto fail;
			s.p++;
			continue;
		default:
			goto fail;
		}
		/* %s and %[: at least one character. */
		dst = s.skip ? NULL : va_arg(ap, char *);
		if (scan_while(&s, in_set, dst) == 0)
			goto fail;
		stored += !s.skip;
	}
	return (stored);
fail:
	/* The input ended before the first conversion. */
	if (stored == 0 && *s.p == '\0')
		return (-1);
	return (stored);
}

int
sscanf(const char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsscanf(buf, fmt, ap);
	va_end(ap);
	return (n);
}
