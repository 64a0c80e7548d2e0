/* SPDX-License-Identifier: BSD-2-Clause */
/* One captured packet as a line of text, in tcpdump's manner. */
#ifndef NET_CMDS_PKTPRINT_H
#define NET_CMDS_PKTPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pktprint_opts {
	bool		link;		/* -e: link header */
	bool		verbose;	/* -v: TTL, ID, checksums' place */
	bool		quiet;		/* -q */
	unsigned	hex;		/* 1: -x, 2: -X with characters */
};

/* No newline when the line ends; with hex, lines of bytes follow. */
void	print_packet(const struct pktprint_opts *o, unsigned dlt,
	    const uint8_t *p, size_t caplen, size_t len);

#endif /* NET_CMDS_PKTPRINT_H */
