/* SPDX-License-Identifier: BSD-2-Clause */
/* What the C library adds to the string functions that kexts have too. */
#ifndef _PROG_STRING_H_
#define _PROG_STRING_H_

#include <ulib_cdefs.h>
#include_next <string.h>

size_t strspn(const char *s, const char *set) __U(strspn);
size_t strcspn(const char *s, const char *set) __U(strcspn);
char *strpbrk(const char *s, const char *set) __U(strpbrk);
char *strdup(const char *s) __U(strdup);	/* free() it */
char *strerror(int err) __U(strerror);
char *strsignal(int sig) __U(strsignal);

#endif /* _PROG_STRING_H_ */
