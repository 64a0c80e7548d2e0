/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial ports.  Port 0 (COM1) is the console's; port 1 (COM2) is free for
 * whoever opens it.
 */
#ifndef DRIVERS_CHAR_UART16550_H
#define DRIVERS_CHAR_UART16550_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define UART_COUNT	2

/*
 * Starts input: fn(arg, c) is called in interrupt context for each byte.
 * Returns: 0, ENXIO when there is no such port, EBUSY when it is open.
 */
errno_t uart_open(unsigned n, void (*fn)(void *, char), void *arg);
void uart_close(unsigned n);

/* Stops or resumes taking input of an open port.  Context: any. */
void uart_throttle(unsigned n, bool on);

/* Writes raw bytes, polled.  Context: any. */
errno_t uart_write(unsigned n, const char *buf, size_t len);

#endif
