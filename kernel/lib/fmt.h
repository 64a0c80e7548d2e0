/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one formatter behind printf(), snprintf(), log() and panic().
 */
#ifndef KERNEL_LIB_FMT_H
#define KERNEL_LIB_FMT_H

#include <stdarg.h>

/*
 * Formats to put(arg, c), one character at a time; returns how many.
 * No locks, no allocation: any context.
 */
int vfmt(void (*put)(void *, char), void *arg, const char *fmt, va_list ap);

#endif
