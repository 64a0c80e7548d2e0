/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small HTTP client: one GET, for programs.
 */
#ifndef KERNEL_KEXT_FETCH_H
#define KERNEL_KEXT_FETCH_H

#include <stddef.h>

/*
 * Gets an http:// URL.  *data is malloc'ed.
 * Returns:   0, or -1 with the reason as one line in msg
 * Context:   a program's thread, blocks
 */
int fetch_http(const char *url, void **data, size_t *size, char *msg,
    size_t msgsize);

#endif
