/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies from or to addresses somebody else chose: a fault ends them with
 * EFAULT instead of a panic.
 */
#ifndef ARCH_X86_64_COPY_H
#define ARCH_X86_64_COPY_H

#include <stddef.h>

/* Returns: 0, or EFAULT; part of the block may then have been copied. */
int copy_fault(void *dst, const void *src, size_t n);

/*
 * Whether n bytes at p, one at least, can be read, or written; a byte of each
 * page is touched, and stays what it is.
 * Returns: 0, or EFAULT
 */
int touch_read(const void *p, size_t n);
int touch_write(void *p, size_t n);

/*
 * Copies a string with its NUL; *done is set to the bytes copied, but not
 * after a fault.
 * Returns: 0, ENAMETOOLONG when no NUL is within n bytes, EFAULT.
 */
int copystr_fault(char *dst, const char *src, size_t n, size_t *done);

#endif
