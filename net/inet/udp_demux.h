/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the engine's UDP PCBs gets a datagram (udp_demux.c). */
#ifndef NET_INET_UDP_DEMUX_H
#define NET_INET_UDP_DEMUX_H

#include <stdbool.h>

#include "lwip/udp.h"

/* PCBs of one local port, in the order of the engine's list. */
struct udp_walk {
	const struct udp_node *w_node;	/* in the table, or */
	struct udp_pcb	*w_pcb;		/* along the list */
	u16_t		w_port;
	bool		w_list;
};

struct udp_pcb *udp_walk_first(struct udp_walk *w, u16_t port);
struct udp_pcb *udp_walk_next(struct udp_walk *w);

/*
 * The PCB for the current packet (ip_data), from port src to port dest; or
 * NULL.  Net lock held.
 */
struct udp_pcb *udp_demux_find(u16_t dest, u16_t src, struct netif *inp,
    bool broadcast);
/* PCBs in the table (tests). */
unsigned udp_demux_count(void);

#endif /* NET_INET_UDP_DEMUX_H */
