/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the engines want of the C library's <stdlib.h>.
 */
#ifndef NET_INET_PORT_STDLIB_H
#define NET_INET_PORT_STDLIB_H

#include <stddef.h>

int	atoi(const char *s);

#endif /* NET_INET_PORT_STDLIB_H */
