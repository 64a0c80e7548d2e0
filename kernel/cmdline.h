/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel command line: blank-separated words `key=value` or `key`;
 * double quotes keep blanks in a value.  Parsed before any initcall.
 */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#include <stdbool.h>

/* Value of the last `key=value`, "" for a bare `key`, NULL when absent. */
const char *cmdline_get(const char *key);

/* Number after `key=`, or def when absent or not a number. */
long cmdline_get_long(const char *key, long def);

/* Whether any of the comma-separated words of key's value is word. */
bool cmdline_has(const char *key, const char *word);

/* The whole line as given. */
const char *cmdline(void);

void cmdline_init(const char *line);

#endif
