/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What malloc gives belongs to the calling process and is returned to the
 * kernel when the process exits, however it exits.
 */
#ifndef _STDLIB_H_
#define _STDLIB_H_

#include <ulib_cdefs.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

void *malloc(size_t n) __U(malloc);
void *calloc(size_t n, size_t size) __U(calloc);
void *realloc(void *p, size_t n) __U(realloc);
void free(void *p) __U(free);
void exit(int status) __U(exit) __dead2;
void abort(void) __U(abort) __dead2;
int atoi(const char *s) __U(atoi);
long strtol(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);
quad_t strtoq(const char *s, char **end, int base);
u_quad_t strtouq(const char *s, char **end, int base);
#define strtoll  strtoq
#define strtoull strtouq
char *getenv(const char *name) __U(getenv);
int setenv(const char *name, const char *value, int overwrite) __U(setenv);
int unsetenv(const char *name) __U(unsetenv);
u_int32_t arc4random(void) __U(arc4random);
void arc4random_buf(void *buf, size_t n) __U(arc4random_buf);
void qsort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *)) __U(qsort);

#endif /* _STDLIB_H_ */
