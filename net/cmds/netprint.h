/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and flag words as text, for the network's commands.  Each fills
 * buf, always terminated.
 */
#ifndef NET_CMDS_NETPRINT_H
#define NET_CMDS_NETPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bitname {
	uint32_t	bit;
	const char	*name;	/* NULL ends the table */
};

/* Names of the bits that are set, with commas. */
void	print_bits(char *buf, size_t size, uint32_t bits,
	    const struct bitname *names);
/* 4 or 16 bytes in network order. */
void	print_addr(char *buf, size_t size, int family, const uint8_t *addr);
/* "aa:bb:cc:dd:ee:ff" */
void	print_lladdr(char *buf, size_t size, const uint8_t *addr);
bool	parse_lladdr(const char *text, uint8_t *addr);
/* "default", "10.0.2", "10.0.2.2", "10.1.2.0/23", "fe80::/64" */
void	print_prefix(char *buf, size_t size, int family, const uint8_t *addr,
	    unsigned plen);
/*
 * "a.b.c.d[/n]", "x::y[/n]", "default": bytes and length (-1: none given).
 * Family 0 takes both.  The family, or 0.
 */
int	parse_prefix(const char *text, int family, uint8_t *addr, int *plen);
/* Letters of RTF_* as netstat prints them: "UGSc". */
void	print_route_flags(char *buf, size_t size, uint32_t flags);

/* The table of routes, for `route show` and `netstat -r`. */
void	list_routes(int family, bool json);
/* The table of interfaces with counters, for `netstat -i`. */
void	list_interfaces(const char *only, bool json);

#endif /* NET_CMDS_NETPRINT_H */
