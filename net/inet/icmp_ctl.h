/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors on their way to sockets and path MTUs; see icmp_ctl.c.
 */
#ifndef NET_INET_ICMP_CTL_H
#define NET_INET_ICMP_CTL_H

#include "net/inet/inet_var.h"

/* Looks at an ICMP message (p at the IP header); borrows p.  Net lock held. */
void	icmp_ctl_input(struct pbuf *p, bool v6, size_t hlen);

#endif /* NET_INET_ICMP_CTL_H */
