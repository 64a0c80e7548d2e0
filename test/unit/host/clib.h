/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shims of the host tests take from the C library, under names of
 * their own (clib.c): kernel headers and the host's do not mix in one file.
 */
#ifndef TEST_UNIT_HOST_CLIB_H
#define TEST_UNIT_HOST_CLIB_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

void	*host_malloc(size_t n);
void	*host_aligned(size_t align, size_t n);
void	host_free(void *p);
void	host_vprint(const char *fmt, va_list ap);
void	host_abort(void) __attribute__((noreturn));
const char *host_getenv(const char *name);

/* Objects of the kernel heap alive now (kmem_k.c). */
size_t	host_kmem_live(void);
/* Virtual time in ns (sched_k.c). */
extern uint64_t host_now_ns;
/* What a thread that would block for ever does instead: NULL aborts. */
extern bool (*host_idle)(void);
/* The process the test runs as (0: the kernel). */
extern int host_pid;

#endif /* TEST_UNIT_HOST_CLIB_H */
