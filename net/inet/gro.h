/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joining of received TCP segments; see gro.c.
 */
#ifndef NET_INET_GRO_H
#define NET_INET_GRO_H

#include "net/mbuf/mbuf.h"

/*
 * Packets of one interface, linked by nextpkt, at their IP headers: runs of
 * consecutive segments of one connection become one packet.  Consumes the
 * list, returns what is left of it.
 */
mbuf_t	gro_list(mbuf_t list, bool v6);
/* Cuts what gro_list, or a device, has joined.  Consumes the list. */
mbuf_t	gro_undo(mbuf_t list, bool v6);

#endif /* NET_INET_GRO_H */
