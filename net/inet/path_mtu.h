/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What IPv4 paths carry, as ICMP told us; and how many errors and resets we
 * send.  See path_mtu.c.  Net lock held.
 */
#ifndef NET_INET_PATH_MTU_H
#define NET_INET_PATH_MTU_H

#include "net/inet/inet_var.h"

/* The path to dst (network order) carries only mtu bytes. */
void	path_mtu_learn(uint32_t dst, uint32_t mtu);
/* The lesser of mtu and what is known of the path. */
size_t	path_mtu4(uint32_t dst, size_t mtu);
size_t	path_mtu6(const struct netif *netif, const uint8_t dst[16], size_t mtu);

/* May one more of these be sent now? */
enum out_class { OUT_CLASS_RST, OUT_CLASS_ICMP_ERROR, OUT_CLASS_COUNT };
bool	out_rate_ok(enum out_class c);

#endif /* NET_INET_PATH_MTU_H */
