/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters of net/inet by number and name, for commands.
 */
#ifndef NET_INET_INET_STAT_H
#define NET_INET_INET_STAT_H

#include <stdint.h>

/* NULL behind the last. */
const char *inet_stat_name(unsigned i);
uint64_t inet_stat_value(unsigned i);

#endif /* NET_INET_INET_STAT_H */
