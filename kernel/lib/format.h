/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one formatter behind every printf of the kernel and its programs.
 *
 *	%[flags][width][.precision][length]conversion
 *
 * flags # 0 - + blank; width and precision numbers or *; lengths hh h l ll
 * q j z t; conversions d i u o x X c s p %, and b: an unsigned int followed
 * by a string whose first character is the base to print it in (as a
 * character code) and which then lists bit numbers, counted from 1, each
 * followed by its name:
 *
 *	%b, 5, "\20\1UP\3LOOP"  ->  0x5<UP,LOOP>
 *
 * There is no floating point and no %n.  Nothing is allocated and no lock
 * is taken, so that panics can print.
 */
#ifndef KERNEL_LIB_FORMAT_H
#define KERNEL_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Receives n characters of the result, in order. */
typedef void format_put_t(void *arg, const char *s, size_t n);

/*
 * Formats fmt and its arguments through put.
 * Returns:   the number of characters produced
 * Context:   any
 */
size_t format_to(format_put_t *put, void *arg, const char *fmt, va_list ap);

#endif /* KERNEL_LIB_FORMAT_H */
