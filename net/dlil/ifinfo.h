/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces as plain figures, for commands that list them: no handles, no
 * locks, nothing to free.  Includes nothing of the kernel's.
 */
#ifndef NET_DLIL_IFINFO_H
#define NET_DLIL_IFINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IFINFO_NAMELEN	28
#define IFINFO_ADDRS	16
#define IFINFO_FOREVER	0xffffffffu

struct ifinfo_addr {
	uint8_t		family;		/* AF_INET or AF_INET6 */
	uint8_t		plen;		/* bits */
	bool		has_dst;	/* broadcast address or peer */
	uint32_t	flags;		/* IN6_IFF_* */
	uint32_t	valid, preferred; /* seconds left */
	uint32_t	scope;		/* interface index, link-local only */
	uint8_t		addr[16], dst[16];
};

struct ifinfo {
	char		name[IFINFO_NAMELEN];
	uint32_t	index, flags, mtu, metric, type;
	uint64_t	baudrate;	/* bits/s */
	bool		link_up;
	uint8_t		lladdr_len, lladdr[8];
	uint32_t	capabilities, capenable; /* IFCAP_* */
	uint32_t	promisc;	/* users of promiscuous mode */
	uint64_t	packets_in, bytes_in, errors_in, multicasts_in;
	uint64_t	packets_out, bytes_out, errors_out, multicasts_out;
	uint64_t	collisions, dropped, no_protocol;
	uint32_t	nmulticasts, nprotocols, nfilters, nlisteners;
	uint32_t	naddrs;
	struct ifinfo_addr addrs[IFINFO_ADDRS];
};

/*
 * Calls fn for each attached interface.  fn may block.
 * Context:   thread, may block
 * Locks:     none held
 */
void	ifinfo_foreach(void (*fn)(const struct ifinfo *info, void *arg),
	    void *arg);
/* One interface by name; false when there is none. */
bool	ifinfo_get(const char *name, struct ifinfo *info);

/*
 * Multicast memberships of an interface: protocol address (may be of length
 * 0) and link address of each, as sockaddrs of up to 32 bytes.
 */
void	ifinfo_multicasts(const char *name, void (*fn)(const uint8_t *addr,
	    const uint8_t *lladdr, void *arg), void *arg);

/* Changes that have no classic ioctl.  An errno, 0 = done. */
int	ifinfo_set_promiscuous(const char *name, bool on);

#endif /* NET_DLIL_IFINFO_H */
