/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way out of the engine; see ip_out.c.
 */
#ifndef NET_INET_IP_OUT_H
#define NET_INET_IP_OUT_H

#include "lwip/netif.h"

#include "net/inet/inet_var.h"

/* netif->output and netif->output_ip6. */
err_t	ip_out4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dest);
err_t	ip_out6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dest);

/*
 * A packet of our own (an mbuf at its IP header, headers complete) leaves
 * through netif.  Joins the output queue; filters behind the resume mark see
 * it.  Consumes m.  Net lock held.
 */
void	ip_out_mbuf(mbuf_t m, struct netif *netif, bool v6);
/*
 * Puts what ethernet_output is given outside of resolution on the queue: dst
 * and type travel in mark_data.  p is borrowed.  Net lock held.
 */
void	ip_out_frame(struct netif *netif, struct pbuf *p, const uint8_t dst[6],
    uint16_t type);
/* A packet for the interface without more ado (used by the drain's parts). */
void	ip_out_init(void);

/*
 * Output filters (ipf.c): how many, and run them.  0: go on with *m; else it
 * is gone, EJUSTRETURN: to a filter.
 */
extern uint32_t ip_out_filters[2];	/* a: [v6] */
extern errno_t (*ip_out_filter)(mbuf_t *m, bool v6);

#endif /* NET_INET_IP_OUT_H */
