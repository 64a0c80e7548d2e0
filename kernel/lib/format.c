/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formatter; see format.h for the formats.
 *
 * A conversion is built from up to four pieces - blanks, prefix (sign or
 * base), zeros, body - and handed out piece by piece, so no buffer limits
 * widths or strings.
 */
#include "kernel/lib/format.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	F_ALT	= 0x01,		/* # */
	F_ZERO	= 0x02,		/* 0 */
	F_LEFT	= 0x04,		/* - */
	F_PLUS	= 0x08,		/* + */
	F_BLANK	= 0x10,		/* blank */
	F_PREC	= 0x20		/* a precision was given */
};

enum length { L_INT, L_CHAR, L_SHORT, L_LONG };

struct out {
	format_put_t	*put;
	void		*arg;
	size_t		 total;
};

struct spec {
	unsigned	 flags;
	size_t		 width;
	size_t		 prec;
	enum length	 length;
};

static void
emit(struct out *o, const char *s, size_t n)
{
	if (n > 0)
		o->put(o->arg, s, n);
	o->total += n;
}

static void
emit_fill(struct out *o, char c, size_t n)
{
	static const char zeros[] = "0000000000000000";
	static const char blanks[] = "                ";
	size_t k;

	for (; n > 0; n -= k) {
		k = n < sizeof(blanks) - 1 ? n : sizeof(blanks) - 1;
		emit(o, c == '0' ? zeros : blanks, k);
	}
}

/* prefix, zeros and body within the width; zeros fill it with F_ZERO. */
static void
emit_field(struct out *o, const struct spec *sp, const char *prefix,
    size_t zeros, const char *body, size_t n)
{
	size_t plen = strlen(prefix), len = plen + zeros + n, pad = 0;

	if (sp->width > len)
		pad = sp->width - len;
	if ((sp->flags & (F_ZERO | F_LEFT)) == F_ZERO) {
		zeros += pad;
		pad = 0;
	}
	if (!(sp->flags & F_LEFT))
		emit_fill(o, ' ', pad);
	emit(o, prefix, plen);
	emit_fill(o, '0', zeros);
	emit(o, body, n);
	if (sp->flags & F_LEFT)
		emit_fill(o, ' ', pad);
}

/* Digits of v, right-aligned in buf[size]; returns where they start. */
static const char *
digits(char *buf, size_t size, uint64_t v, unsigned base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char *p = buf + size;

	do {
		*--p = set[v % base];
		v /= base;
	} while (v != 0);
	return (p);
}

static void
emit_number(struct out *o, struct spec *sp, const char *prefix, uint64_t v,
    unsigned base, bool upper)
{
	char buf[64];
	const char *p = digits(buf, sizeof(buf), v, base, upper);
	size_t n = (size_t)(buf + sizeof(buf) - p), zeros = 0;

	if (sp->flags & F_PREC) {
		sp->flags &= ~(unsigned)F_ZERO;
		if (v == 0 && sp->prec == 0)
			n = 0;
		if (sp->prec > n)
			zeros = sp->prec - n;
	}
	/* Octal's alternate form asks for one leading zero at least. */
	if (base == 8 && (sp->flags & F_ALT) && zeros == 0 &&
	    (v != 0 || n == 0))
		zeros = 1;
	emit_field(o, sp, prefix, zeros, p, n);
}

static void
emit_signed(struct out *o, struct spec *sp, int64_t v)
{
	const char *sign = "";

	if (v < 0)
		sign = "-";
	else if (sp->flags & F_PLUS)
		sign = "+";
	else if (sp->flags & F_BLANK)
		sign = " ";
	emit_number(o, sp, sign, v < 0 ? -(uint64_t)v : (uint64_t)v, 10,
	    false);
}

/* %b: the value, then the names of its bits. */
static void
emit_bits(struct out *o, struct spec *sp, unsigned v, const char *names)
{
	unsigned base = (unsigned char)*names++;
	bool any = false, on;
	const char *start;
	unsigned bit;

	emit_number(o, sp, base == 16 ? "0x" : base == 8 ? "0" : "", v,
	    base >= 2 && base <= 16 ? base : 16, false);
	while ((bit = (unsigned char)*names) != 0) {
		start = ++names;
		while ((unsigned char)*names > 32)
			names++;
		on = bit <= 32 && (v & (1u << (bit - 1))) != 0;
		if (on) {
			emit(o, any ? "," : "<", 1);
			emit(o, start, (size_t)(names - start));
			any = true;
		}
	}
	if (any)
		emit(o, ">", 1);
}

static int64_t
signed_arg(enum length length, va_list *ap)
{
	if (length == L_LONG)
		return (va_arg(*ap, long));
	switch (length) {
	case L_CHAR:
		return ((signed char)va_arg(*ap, int));
	case L_SHORT:
		return ((short)va_arg(*ap, int));
	default:
		return (va_arg(*ap, int));
	}
}

static uint64_t
unsigned_arg(enum length length, va_list *ap)
{
	if (length == L_LONG)
		return (va_arg(*ap, unsigned long));
	switch (length) {
	case L_CHAR:
		return ((unsigned char)va_arg(*ap, unsigned int));
	case L_SHORT:
		return ((unsigned short)va_arg(*ap, unsigned int));
	default:
		return (va_arg(*ap, unsigned int));
	}
}

/* A width or precision: digits or `*'; huge ones stick at INT_MAX. */
static const char *
parse_size(const char *p, va_list *ap, int *out)
{
	int v = 0;

	if (*p == '*') {
		*out = va_arg(*ap, int);
		return (p + 1);
	}
	for (; *p >= '0' && *p <= '9'; p++)
		v = v > (INT_MAX - 9) / 10 ? INT_MAX : v * 10 + (*p - '0');
	*out = v;
	return (p);
}

static const char *
parse_spec(const char *p, struct spec *sp, va_list *ap)
{
	int v;

	memset(sp, 0, sizeof(*sp));
	for (;; p++) {
		if (*p == '#')
			sp->flags |= F_ALT;
		else if (*p == '0')
			sp->flags |= F_ZERO;
		else if (*p == '-')
			sp->flags |= F_LEFT;
		else if (*p == '+')
			sp->flags |= F_PLUS;
		else if (*p == ' ')
			sp->flags |= F_BLANK;
		else
			break;
	}
	p = parse_size(p, ap, &v);
	if (v < 0) {
		sp->flags |= F_LEFT;
		sp->width = (size_t)-(long)v;
	} else {
		sp->width = (size_t)v;
	}
	if (*p == '.') {
		p = parse_size(p + 1, ap, &v);
		if (v >= 0) {
			sp->flags |= F_PREC;
			sp->prec = (size_t)v;
		}
	}
	switch (*p) {
	case 'h':
		sp->length = p[1] == 'h' ? L_CHAR : L_SHORT;
		p += p[1] == 'h' ? 2 : 1;
		break;
	case 'l':
		sp->length = L_LONG;
		p += p[1] == 'l' ? 2 : 1;
		break;
	case 'q':
	case 'j':
	case 'z':
	case 't':
		sp->length = L_LONG;
		p++;
		break;
	}
	return (p);
}

static void
emit_string(struct out *o, struct spec *sp, const char *s)
{
	if (s == NULL)
		s = "(null)";
	sp->flags &= ~(unsigned)F_ZERO;
	emit_field(o, sp, "", 0, s,
	    sp->flags & F_PREC ? strnlen(s, sp->prec) : strlen(s));
}

size_t
format_to(format_put_t *put, void *arg, const char *fmt, va_list args)
{
	struct out o = { put, arg, 0 };
	struct spec sp;
	const char *p, *start;
	va_list ap;
	uint64_t v;
	char c;

	va_copy(ap, args);
	for (p = fmt; *p != '\0';) {
		for (start = p; *p != '\0' && *p != '%'; p++)
			continue;
		emit(&o, start, (size_t)(p - start));
		if (*p == '\0')
			break;
		start = p;
		p = parse_spec(p + 1, &sp, &ap);
		switch (*p++) {
		case 'd':
		case 'i':
			emit_signed(&o, &sp, signed_arg(sp.length, &ap));
			break;
		case 'u':
			emit_number(&o, &sp, "", unsigned_arg(sp.length, &ap),
			    10, false);
			break;
		case 'o':
			emit_number(&o, &sp, "", unsigned_arg(sp.length, &ap),
			    8, false);
			break;
		case 'x':
			v = unsigned_arg(sp.length, &ap);
			emit_number(&o, &sp,
			    (sp.flags & F_ALT) && v != 0 ? "0x" : "", v, 16,
			    false);
			break;
		case 'X':
			v = unsigned_arg(sp.length, &ap);
			emit_number(&o, &sp,
			    (sp.flags & F_ALT) && v != 0 ? "0X" : "", v, 16,
			    true);
			break;
		case 'p':
			v = (uintptr_t)va_arg(ap, void *);
			emit_number(&o, &sp, "0x", v, 16, false);
			break;
		case 'c':
			c = (char)va_arg(ap, int);
			sp.flags &= ~(unsigned)F_ZERO;
			emit_field(&o, &sp, "", 0, &c, 1);
			break;
		case 's':
			emit_string(&o, &sp, va_arg(ap, const char *));
			break;
		case 'b':
			v = va_arg(ap, unsigned int);
			emit_bits(&o, &sp, (unsigned)v,
			    va_arg(ap, const char *));
			break;
		case '%':
			emit(&o, "%", 1);
			break;
		case '\0':
			p--;
			/* FALLTHROUGH */
		default:
			/* Unknown: shown as it stands, nothing is taken. */
			emit(&o, start, (size_t)(p - start));
			break;
		}
	}
	va_end(ap);
	return (o.total);
}
