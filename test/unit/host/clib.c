/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's side of clib.h; the one shim that sees the C library's headers.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void	*host_malloc(size_t n);
void	*host_aligned(size_t align, size_t n);
void	host_free(void *p);
void	host_vprint(const char *fmt, va_list ap);
void	host_abort(void);
const char *host_getenv(const char *name);

void *
host_malloc(size_t n)
{
	return malloc(n);
}

void *
host_aligned(size_t align, size_t n)
{
	return aligned_alloc(align, n);
}

void
host_free(void *p)
{
	free(p);
}

void
host_vprint(const char *fmt, va_list ap)
{
	vfprintf(stderr, fmt, ap);
}

void
host_abort(void)
{
	fflush(NULL);
	abort();
}

const char *
host_getenv(const char *name)
{
	return getenv(name);
}
