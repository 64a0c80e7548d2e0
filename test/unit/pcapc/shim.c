/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler of expressions takes from the programs' library. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "test/unit/host/clib.h"

void *
calloc(size_t n, size_t size)
{
	char *p = host_malloc(n * size);

	for (size_t i = 0; p != NULL && i < n * size; i++)
		p[i] = 0;
	return (p);
}

void
free(void *p)
{
	host_free(p);
}

int *
__error(void)
{
	static int error;

	return (&error);
}
