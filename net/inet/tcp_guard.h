/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments that a stranger may have made up, see tcp_guard.c.  Net lock held.
 */
#ifndef NET_INET_TCP_GUARD_H
#define NET_INET_TCP_GUARD_H

#include <stdbool.h>

struct tcp_hdr;
struct tcp_pcb;

/* Whether the engine may see a segment for this connection.  When not, it
 * has been answered if it has to be, and is dropped. */
bool	tcp_guard(struct tcp_pcb *pcb, const struct tcp_hdr *h);

#endif /* NET_INET_TCP_GUARD_H */
