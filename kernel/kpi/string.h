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
 * Copies n bytes between blocks that do not overlap.
 * Returns:   dst
 * Context:   any
 * Units:     n in bytes
 */
void *memcpy(void *dst, const void *src, size_t n);

/*
 * Copies n bytes between blocks that may overlap.
 * Returns:   dst
 * Context:   any
 * Units:     n in bytes
 */
void *memmove(void *dst, const void *src, size_t n);

/*
 * Fills n bytes with the low byte of c.
 * Returns:   dst
 * Context:   any
 * Units:     n in bytes
 */
void *memset(void *dst, int c, size_t n);

/*
 * Compares n bytes as unsigned values.
 * Returns:   below, equal to or above 0 as s1 is below, equal to or above s2
 * Context:   any
 * Units:     n in bytes
 */
int memcmp(const void *s1, const void *s2, size_t n);

/*
 * Copies n bytes between blocks that may overlap; the source comes first.
 * Context:   any
 * Units:     n in bytes
 */
void bcopy(const void *src, void *dst, size_t n);

/*
 * Sets n bytes to zero.
 * Context:   any
 * Units:     n in bytes
 */
void bzero(void *dst, size_t n);

/*
 * Tells whether n bytes are equal.
 * Returns:   0 when equal, else another value
 * Context:   any
 * Units:     n in bytes
 */
int bcmp(const void *s1, const void *s2, size_t n);

/*
 * The length of a string.
 * Returns:   characters before the NUL
 * Context:   any
 */
size_t strlen(const char *s);

/*
 * The length of a string, looked for within maxlen characters.
 * Returns:   characters before the NUL, or maxlen
 * Context:   any
 */
size_t strnlen(const char *s, size_t maxlen);

/*
 * Compares two strings as unsigned characters.
 * Returns:   below, equal to or above 0
 * Context:   any
 */
int strcmp(const char *s1, const char *s2);

/*
 * Compares at most n characters of two strings.
 * Returns:   below, equal to or above 0
 * Context:   any
 */
int strncmp(const char *s1, const char *s2, size_t n);

/*
 * Compares two strings; ASCII letters count the same in both cases.
 * Returns:   below, equal to or above 0
 * Context:   any
 */
int strcasecmp(const char *s1, const char *s2);

/*
 * strcasecmp() of at most n characters.
 * Returns:   below, equal to or above 0
 * Context:   any
 */
int strncasecmp(const char *s1, const char *s2, size_t n);

/*
 * Copies a string to a buffer that must be large enough; strlcpy() checks.
 * Returns:   dst
 * Context:   any
 */
char *strcpy(char *dst, const char *src);

/*
 * Copies at most n characters and fills up to n with NULs; the result is not
 * terminated when src has n or more.
 * Returns:   dst
 * Context:   any
 */
char *strncpy(char *dst, const char *src, size_t n);

/*
 * Appends a string to one whose buffer must be large enough.
 * Returns:   dst
 * Context:   any
 */
char *strcat(char *dst, const char *src);

/*
 * Appends at most n characters and a NUL.
 * Returns:   dst
 * Context:   any
 */
char *strncat(char *dst, const char *src, size_t n);

/*
 * Copies as much as fits a buffer of size bytes, always terminated when size
 * is not 0.
 * Returns:   the length of src: not below size when it was cut
 * Context:   any
 * Units:     size in bytes
 */
size_t strlcpy(char *dst, const char *src, size_t size);

/*
 * Appends as much as fits a buffer of size bytes in all.
 * Returns:   the length the result would have: not below size when it was
 *            cut
 * Context:   any
 * Units:     size in bytes, of the whole buffer
 */
size_t strlcat(char *dst, const char *src, size_t size);

/*
 * The first occurrence of c in s; the NUL counts as part of s.
 * Returns:   a pointer into s, or NULL
 * Context:   any
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
