/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Printing into memory: the formatter with a buffer behind it.  The result
 * is always terminated when the buffer has room for one character.
 */
#include <libkern/libkern.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "kernel/lib/format.h"

struct buffer {
	char	*buf;
	size_t	 size;		/* room left, the NUL's place included */
};

static void
buffer_put(void *arg, const char *s, size_t n)
{
	struct buffer *b = arg;

	if (b->size <= 1)
		return;
	if (n > b->size - 1)
		n = b->size - 1;
	memcpy(b->buf, s, n);
	b->buf += n;
	b->size -= n;
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct buffer b = { buf, size };
	size_t n;

	n = format_to(buffer_put, &b, fmt, ap);
	if (size > 0)
		*b.buf = '\0';
	return (n > INT_MAX ? INT_MAX : (int)n);
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (n);
}

int
vscnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, size, fmt, ap);

	if (size == 0)
		return (0);
	return ((size_t)n >= size ? (int)(size - 1) : n);
}

int
scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vscnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (n);
}

int
vsprintf(char *buf, const char *fmt, va_list ap)
{
	return (vsnprintf(buf, INT_MAX, fmt, ap));
}

int
sprintf(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsprintf(buf, fmt, ap);
	va_end(ap);
	return (n);
}
