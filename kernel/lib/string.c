/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings: the functions of <string.h> that every C library has.
 * Upper and lower case are those of ASCII.
 */
#include <stdint.h>
#include <string.h>

size_t
strlen(const char *s)
{
	const char *p = s;

	while (*p != '\0')
		p++;
	return ((size_t)(p - s));
}

size_t
strnlen(const char *s, size_t maxlen)
{
	size_t n = 0;

	while (n < maxlen && s[n] != '\0')
		n++;
	return (n);
}

int
strcmp(const char *s1, const char *s2)
{
	while (*s1 != '\0' && *s1 == *s2) {
		s1++;
		s2++;
	}
	return ((unsigned char)*s1 - (unsigned char)*s2);
}

int
strncmp(const char *s1, const char *s2, size_t n)
{
	for (; n > 0; n--, s1++, s2++)
		if (*s1 != *s2 || *s1 == '\0')
			return ((unsigned char)*s1 - (unsigned char)*s2);
	return (0);
}

static inline int
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= 'A' && u <= 'Z' ? u + ('a' - 'A') : u);
}

int
strcasecmp(const char *s1, const char *s2)
{
	while (*s1 != '\0' && lower(*s1) == lower(*s2)) {
		s1++;
		s2++;
	}
	return (lower(*s1) - lower(*s2));
}

int
strncasecmp(const char *s1, const char *s2, size_t n)
{
	for (; n > 0; n--, s1++, s2++)
		if (lower(*s1) != lower(*s2) || *s1 == '\0')
			return (lower(*s1) - lower(*s2));
	return (0);
}

/* In parentheses: the name is a macro that drops a third argument. */
char *
(strcpy)(char *dst, const char *src)
{
	memcpy(dst, src, strlen(src) + 1);
	return (dst);
}

char *
strncpy(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return (dst);
}

char *
strcat(char *dst, const char *src)
{
	memcpy(dst + strlen(dst), src, strlen(src) + 1);
	return (dst);
}

char *
strncat(char *dst, const char *src, size_t n)
{
	size_t at = strlen(dst), len = strnlen(src, n);

	memcpy(dst + at, src, len);
	dst[at + len] = '\0';
	return (dst);
}

char *
strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return ((char *)(uintptr_t)s);
		if (*s == '\0')
			return (NULL);
	}
}

char *
strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (*s == '\0')
			return ((char *)(uintptr_t)last);
	}
}

char *
strstr(const char *s, const char *find)
{
	size_t len = strlen(find);

	for (;; s++) {
		if (strncmp(s, find, len) == 0)
			return ((char *)(uintptr_t)s);
		if (*s == '\0')
			return (NULL);
	}
}

char *
strsep(char **stringp, const char *delim)
{
	char *token = *stringp, *p;

	if (token == NULL)
		return (NULL);
	for (p = token; *p != '\0'; p++) {
		if (strchr(delim, *p) != NULL) {
			*p = '\0';
			*stringp = p + 1;
			return (token);
		}
	}
	*stringp = NULL;
	return (token);
}
