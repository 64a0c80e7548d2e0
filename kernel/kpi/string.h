/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <string.h>: strings and memory blocks.
 *
 * strcpy takes an optional third argument, which newer sources pass and which
 * is ignored.
 */
#ifndef _STRING_H_
#define _STRING_H_

#include <sys/types.h>

__BEGIN_DECLS

/*
 * Standard meaning, no surprises.
 */
void *memcpy(void *dst, const void *src, size_t n);

/*
 * Standard meaning, no surprises.
 */
void *memmove(void *dst, const void *src, size_t n);

/*
 * Standard meaning, no surprises.
 */
void *memset(void *dst, int c, size_t n);

/*
 * Standard meaning, no surprises.
 */
int memcmp(const void *s1, const void *s2, size_t n);

/*
 * Overlap safe.
 */
void bcopy(const void *src, void *dst, size_t n);

/*
 * Standard meaning, no surprises.
 */
void bzero(void *dst, size_t n);

/*
 * 0 equal.
 */
int bcmp(const void *s1, const void *s2, size_t n);

/*
 * Standard meaning, no surprises.
 */
size_t strlen(const char *s);

/*
 * Standard meaning, no surprises.
 */
size_t strnlen(const char *s, size_t maxlen);

/*
 * Standard meaning, no surprises.
 */
int strcmp(const char *s1, const char *s2);

/*
 * Standard meaning, no surprises.
 */
int strncmp(const char *s1, const char *s2, size_t n);

/*
 * Standard meaning, no surprises.
 */
int strcasecmp(const char *s1, const char *s2);

/*
 * Standard meaning, no surprises.
 */
int strncasecmp(const char *s1, const char *s2, size_t n);

/*
 * Deprecated (used by the seed's listing).
 */
char *strcpy(char *dst, const char *src);

/*
 * Standard meaning, no surprises.
 */
char *strncpy(char *dst, const char *src, size_t n);

/*
 * Deprecated.
 */
char *strcat(char *dst, const char *src);

/*
 * Standard meaning, no surprises.
 */
char *strncat(char *dst, const char *src, size_t n);

/*
 * Standard meaning, no surprises.
 */
size_t strlcpy(char *dst, const char *src, size_t size);

/*
 * Standard meaning, no surprises.
 */
size_t strlcat(char *dst, const char *src, size_t size);

/*
 * Standard meaning, no surprises.
 */
char *strchr(const char *s, int c);

/*
 * The last occurrence of c in s; the terminating NUL counts as part of s.
 * Returns:   a pointer into s, or NULL
 */
char *strrchr(const char *s, int c);

/*
 * The first occurrence of the string find in s.
 * Returns:   a pointer into s, or NULL
 */
char *strnstr(const char *s, const char *find, size_t slen);

/*
 * The first occurrence of the string find in s.
 * Returns:   a pointer into s, or NULL
 */
char *strstr(const char *s, const char *find);

/*
 * The first of the n bytes at s that equals c.
 * Returns:   its address, or NULL
 */
void *memchr(const void *s, int c, size_t n);

/*
 * Takes the next token off *stringp, ending it with NUL.
 * Returns:   the token, or NULL when *stringp is NULL
 */
char *strsep(char **stringp, const char *delim);
__END_DECLS

#ifndef strcpy
#define strcpy(dst, src, ...)	(strcpy)((dst), (src))
#endif

#endif /* _STRING_H_ */
