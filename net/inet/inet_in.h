/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets into the engine; see inet_in.c.
 */
#ifndef NET_INET_INET_IN_H
#define NET_INET_INET_IN_H

#include <net/kpi_interface.h>

#include "net/inet/inet_var.h"

/*
 * The input of our protocols: a list of packets at their network header, each
 * with its link header in the packet header.
 * Returns:   0
 * Ownership: consumes the list
 * Context:   thread, no locks held
 */
errno_t	inet_in_list(ifnet_t ifp, protocol_family_t family, mbuf_t list);
void	inet_in_init(void);

#endif /* NET_INET_INET_IN_H */
