/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding the PCB of a TCP segment; see tcp_demux.c.  Net lock held.
 */
#ifndef NET_INET_TCP_DEMUX_H
#define NET_INET_TCP_DEMUX_H

#include "lwip/ip_addr.h"

struct pbuf;
struct netif;
struct tcp_pcb;
struct tcp_pcb_listen;

/* A connection in any state but LISTEN, TIME_WAIT included; or NULL. */
struct tcp_pcb *tcp_demux_find(const ip_addr_t *local, u16_t lport,
    const ip_addr_t *remote, u16_t rport);
/* The listener a SYN for this address would reach, or NULL. */
struct tcp_pcb_listen *tcp_demux_listener(const ip_addr_t *local, u16_t lport);
/* Number of connections in the hash (debugging, netstat). */
unsigned tcp_demux_count(void);
/* Buckets of the hash, a power of two; once, before the first connection. */
void	tcp_demux_init(unsigned buckets);
/* Most connections at once, TIME_WAIT included; 0: no limit. */
extern unsigned tcp_demux_limit;

#endif /* NET_INET_TCP_DEMUX_H */
