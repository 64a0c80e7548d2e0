/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting datagrams and segments into what a link carries; see ip_frag.c.
 */
#ifndef NET_INET_IP_FRAG_H
#define NET_INET_IP_FRAG_H

#include "net/mbuf/mbuf.h"

/*
 * Fragments of the datagram m (it begins at the IP header, checksums final).
 * Returns:   0 and *list linked by nextpkt; EMSGSIZE if it may not or cannot
 *            be cut; ENOBUFS
 * Ownership: consumes m in every case
 */
errno_t	inet_frag4(mbuf_t m, size_t mtu, mbuf_t *list);
errno_t	inet_frag6(mbuf_t m, size_t mtu, uint32_t id, mbuf_t *list);
/*
 * TCP segments of segsz bytes out of joined ones.  The pieces ask for their
 * checksums.  Same returns and ownership.
 */
errno_t	inet_split_tcp(mbuf_t m, bool v6, size_t segsz, mbuf_t *list);

/*
 * Walks IPv6 extension headers from the fixed header on.
 * Returns:   bytes up to the transport header, its number in *proto; 0 if the
 *            headers do not fit into the first len bytes at h
 */
size_t	inet6_headers(const unsigned char *h, size_t len, uint8_t *proto);

/* Seconds an incomplete IPv6 datagram is kept (net.inet6.ip6.fragttl). */
extern int ip6_fragttl;

/* Room left in front of headers we make: link header and filters'. */
#define INET_HEADROOM	80

#endif /* NET_INET_IP_FRAG_H */
