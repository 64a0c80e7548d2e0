/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shell's reader takes from the programs' library, whose functions
 * have names of their own for the linker: the host's are beside them.
 */
#include <stdlib.h>
#include <string.h>

void *host_malloc(size_t n) __asm__("malloc");
void host_free(void *p) __asm__("free");

void *
malloc(size_t n)
{
	return (host_malloc(n));
}

void
free(void *p)
{
	host_free(p);
}

size_t
strcspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(set, s[n]) == NULL)
		n++;
	return (n);
}
