/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings: the bounded copies and other functions that come from BSD.
 * Apart from string.c so that host tests can link them beside a C library
 * that lacks them.
 */
#include <sys/errno.h>
#include <libkern/libkern.h>
#include <stdint.h>
#include <string.h>
#include <sys/systm.h>

size_t
strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src), n;

	if (size > 0) {
		n = len < size ? len : size - 1;
		memcpy(dst, src, n);
		dst[n] = '\0';
	}
	return (len);
}

size_t
strlcat(char *dst, const char *src, size_t size)
{
	size_t at = strnlen(dst, size);

	if (at == size)
		return (at + strlen(src));
	return (at + strlcpy(dst + at, src, size - at));
}

char *
strnstr(const char *s, const char *find, size_t slen)
{
	size_t len = strlen(find);

	for (; slen >= len; s++, slen--) {
		if (strncmp(s, find, len) == 0)
			return ((char *)(uintptr_t)s);
		if (slen == 0 || *s == '\0')
			break;
	}
	return (NULL);
}

int
strprefix(const char *s1, const char *s2)
{
	while (*s2 != '\0')
		if (*s1++ != *s2++)
			return (0);
	return (1);
}

errno_t
memset_s(void *s, size_t smax, int c, size_t n)
{
	errno_t error = 0;
	volatile unsigned char *p = s;
	size_t i;

	if (s == NULL)
		return (EINVAL);
	if (smax > SSIZE_MAX)
		return (E2BIG);
	if (n > smax) {
		n = smax;
		error = EOVERFLOW;
	}
	/* Through a volatile pointer: the compiler may not drop the stores. */
	for (i = 0; i < n; i++)
		p[i] = (unsigned char)c;
	return (error);
}

void
ovbcopy(const void *from, void *to, size_t len)
{
	memmove(to, from, len);
}

int
copystr(const void *kfaddr, void *kdaddr, size_t len, size_t *done)
{
	size_t n = strnlen(kfaddr, len);
	int error = 0;

	if (n < len)
		n++;			/* the terminating NUL */
	else
		error = ENAMETOOLONG;
	memcpy(kdaddr, kfaddr, n);
	if (done != NULL)
		*done = n;
	return (error);
}
