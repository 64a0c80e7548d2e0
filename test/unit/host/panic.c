/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic() and Assert() on the host: the message, then abort, so that the
 * sanitizer prints where.  A test that expects panics links its own.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void panic(const char *fmt, ...);
void Assert(const char *file, int line, const char *expression);

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fflush(stdout);
	fprintf(stderr, "panic: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	abort();
}

void
Assert(const char *file, int line, const char *expression)
{
	panic("%s:%d: assertion failed: %s", file, line, expression);
}
