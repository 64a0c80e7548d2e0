/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of kernel/console.
 */
#ifndef KERNEL_CONSOLE_CONSOLE_IMPL_H
#define KERNEL_CONSOLE_CONSOLE_IMPL_H

#include <stdbool.h>
#include <stddef.h>

struct console_dev;

/* Log text; at the start of a line it begins a new one if need be. */
void console_log_write(const char *buf, size_t len, bool line_start);

/* Shows what the ring holds on a new device. */
void log_replay(struct console_dev *d);

#endif
