/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes, neighbours, DHCP and name servers as plain figures, and the changes
 * commands make to them.  Includes nothing of the kernel's or the engine's;
 * addresses are bytes in network order, 4 of them for AF_INET.
 *
 * Context:   thread, may block; fn may block, too
 * Locks:     none held
 */
#ifndef NET_INET_INET_INFO_H
#define NET_INET_INET_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INETINFO_IFNAME	28

struct routeinfo {
	uint8_t		family;		/* AF_INET or AF_INET6 */
	uint8_t		plen;		/* bits */
	uint32_t	flags;		/* RTF_* */
	uint8_t		dst[16], gateway[16];
	char		ifname[INETINFO_IFNAME];
	uint32_t	mtu;		/* 0 = the interface's */
	uint64_t	use;
};

void	routeinfo_foreach(int family, void (*fn)(const struct routeinfo *info,
	    void *arg), void *arg);
/*
 * Changes; flags RTF_GATEWAY, RTF_STATIC, RTF_REJECT, RTF_BLACKHOLE count,
 * ifname may be "".  An errno, 0 = done.
 */
int	routeinfo_add(const struct routeinfo *info);
int	routeinfo_delete(const struct routeinfo *info);
int	routeinfo_change(const struct routeinfo *info);
/* The route a packet to dst takes; ENETUNREACH. */
int	routeinfo_get(int family, const uint8_t *dst, struct routeinfo *info);
/* Removes every route through a gateway. */
int	routeinfo_flush(int family);

struct neighinfo {
	uint8_t		family;		/* AF_INET: ARP; AF_INET6: ND */
	uint8_t		addr[16];
	uint8_t		lladdr[6];
	bool		resolved, permanent, router;
	const char	*state;		/* "reachable", "stale" ... */
	char		ifname[INETINFO_IFNAME];
};

void	neighinfo_foreach(int family, void (*fn)(const struct neighinfo *info,
	    void *arg), void *arg);
/* ENOENT; all: addr NULL.  Added entries are permanent (AF_INET only). */
int	neighinfo_delete(int family, const uint8_t *addr);
int	neighinfo_add(int family, const uint8_t *addr, const uint8_t *lladdr);

struct dhcpinfo {
	const char	*method;	/* "none", "static", "dhcp" */
	const char	*state;		/* of DHCP: "bound", "selecting" ... */
	uint8_t		server[4];
	uint32_t	lease, left;	/* seconds */
};

/* False when there is no such interface. */
bool	dhcpinfo_get(const char *ifname, struct dhcpinfo *info);
int	dhcpinfo_start(const char *ifname);
int	dhcpinfo_stop(const char *ifname);
int	auto6_start(const char *ifname);

/* Name servers the engine knows; family 0 ends. */
struct dnsinfo {
	uint8_t		family;
	uint8_t		addr[16];
};
unsigned dnsinfo_get(struct dnsinfo *servers, unsigned max);
int	dnsinfo_set(unsigned index, int family, const uint8_t *addr);

#endif /* NET_INET_INET_INFO_H */
