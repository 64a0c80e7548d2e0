/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol switch of input: raw_input of the engine, and the way back in
 * for packets that were with IP filters; see ip_switch.c.
 */
#ifndef NET_INET_IP_SWITCH_H
#define NET_INET_IP_SWITCH_H

#include "net/inet/inet_var.h"

/*
 * Input filters and packets that wait for them, by version: while there are
 * any, ip_switch_queue takes a datagram (at its IP header, in_if and acc_if
 * filled) instead of its delivery.  Net lock held.
 */
extern uint32_t ip_switch_diverts[2];	/* a: [v6] */
extern void (*ip_switch_queue)(mbuf_t m, bool v6);

/*
 * A datagram goes on behind the filters: what the engine keeps about the
 * current packet is made again from its header.
 * Ownership: consumes m
 * Locks:     net lock held
 */
void	ip_switch_reenter(mbuf_t m, bool v6);

/*
 * Makes a received packet fit for the engine: headers contiguous and ours to
 * write, lengths fixed, link flags and interface set.  NULL: m is gone.
 */
#define IP_SWITCH_FRONT	128
struct pbuf *ip_switch_prepare(mbuf_t m, uint8_t netif_idx);

#endif /* NET_INET_IP_SWITCH_H */
