/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and flags as text: see netprint.h. */
#include "net/cmds/netprint.h"

#include <arpa/inet.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/dlil/ifinfo.h"
#include "net/inet/inet_info.h"

void
print_bits(char *buf, size_t size, uint32_t bits, const struct bitname *names)
{
	buf[0] = '\0';
	for (; names->name != NULL; names++) {
		if ((bits & names->bit) == 0)
			continue;
		if (buf[0] != '\0')
			strlcat(buf, ",", size);
		strlcat(buf, names->name, size);
	}
}

void
print_addr(char *buf, size_t size, int family, const uint8_t *addr)
{
	if (inet_ntop(family, addr, buf, (socklen_t)size) == NULL)
		strlcpy(buf, "?", size);
}

void
print_lladdr(char *buf, size_t size, const uint8_t *a)
{
	snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2],
	    a[3], a[4], a[5]);
}

bool
parse_lladdr(const char *text, uint8_t *addr)
{
	for (unsigned i = 0; i < 6; i++) {
		char *end;
		unsigned long byte = strtoul(text, &end, 16);
		if (end == text || byte > 255 || *end != (i < 5 ? ':' : '\0'))
			return (false);
		addr[i] = (uint8_t)byte;
		text = end + 1;
	}
	return (true);
}

void
print_prefix(char *buf, size_t size, int family, const uint8_t *addr,
    unsigned plen)
{
	char text[64];

	if (plen == 0) {
		strlcpy(buf, "default", size);
		return;
	}
	print_addr(text, sizeof(text), family, addr);
	if (plen == (family == AF_INET6 ? 128u : 32u))
		strlcpy(buf, text, size);
	else
		snprintf(buf, size, "%s/%u", text, plen);
}

int
parse_prefix(const char *text, int family, uint8_t *addr, int *plen)
{
	char buf[80];

	memset(addr, 0, 16);
	*plen = -1;
	if (strcmp(text, "default") == 0) {
		*plen = 0;
		return (family != 0 ? family : AF_INET);
	}
	strlcpy(buf, text, sizeof(buf));
	char *slash = strchr(buf, '/');
	if (slash != NULL) {
		*slash++ = '\0';
		*plen = atoi(slash);
	}
	char *zone = strchr(buf, '%');
	if (zone != NULL)
		*zone = '\0';
	int found = strchr(buf, ':') != NULL ? AF_INET6 : AF_INET;
	if ((family != 0 && found != family) ||
	    *plen > (found == AF_INET6 ? 128 : 32) ||
	    inet_pton(found, buf, addr) != 1)
		return (0);
	return (found);
}

/* --- routes ---------------------------------------------------------------- */

void
print_route_flags(char *buf, size_t size, uint32_t flags)
{
	static const struct {
		uint32_t bit;
		char letter;
	} letters[] = {
		{ RTF_UP, 'U' }, { RTF_GATEWAY, 'G' }, { RTF_HOST, 'H' },
		{ RTF_REJECT, 'R' }, { RTF_DYNAMIC, 'D' }, { RTF_STATIC, 'S' },
		{ RTF_BLACKHOLE, 'B' }, { RTF_LOCAL, 'l' }, { RTF_PINNED, 'C' },
	};
	size_t n = 0;

	for (unsigned i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if ((flags & letters[i].bit) != 0 && n + 1 < size)
			buf[n++] = letters[i].letter;
	buf[n] = '\0';
}

struct route_listing {
	bool		json;
	int		family;		/* of the last heading */
	unsigned	shown;
};

static void
list_route(const struct routeinfo *info, void *arg)
{
	struct route_listing *rl = arg;
	char dst[72], gw[64], flags[16];

	print_prefix(dst, sizeof(dst), info->family, info->dst, info->plen);
	if ((info->flags & RTF_GATEWAY) != 0)
		print_addr(gw, sizeof(gw), info->family, info->gateway);
	else
		strlcpy(gw, "link", sizeof(gw));
	print_route_flags(flags, sizeof(flags), info->flags);
	if (rl->json) {
		printf("%s  {\"family\": \"%s\", \"destination\": \"%s\", "
		    "\"gateway\": \"%s\", \"flags\": \"%s\", "
		    "\"interface\": \"%s\", \"mtu\": %u, \"use\": %llu}",
		    rl->shown ? ",\n" : "", info->family == AF_INET ? "inet" :
		    "inet6", dst, gw, flags, info->ifname, info->mtu, info->use);
	} else {
		if (rl->family != info->family) {
			printf("%sInternet%s:\n%-30s %-26s %-8s %8s %s\n",
			    rl->family != 0 ? "\n" : "",
			    info->family == AF_INET6 ? "6" : "", "Destination",
			    "Gateway", "Flags", "Use", "Netif");
			rl->family = info->family;
		}
		printf("%-30s %-26s %-8s %8llu %s\n", dst, gw, flags, info->use,
		    info->ifname);
	}
	rl->shown++;
}

void
list_routes(int family, bool json)
{
	struct route_listing rl = { .json = json };

	if (json)
		printf("[\n");
	routeinfo_foreach(family, list_route, &rl);
	if (json)
		printf("%s]\n", rl.shown ? "\n" : "");
}

/* --- interfaces ------------------------------------------------------------ */

struct if_listing {
	const char	*only;
	bool		json;
	unsigned	shown;
};

static void
list_if_line(const struct ifinfo *info, const char *network, const char *address)
{
	printf("%-8s %-6u %-16s %-26s %9llu %5llu %9llu %5llu %5llu\n",
	    info->name, info->mtu, network, address, info->packets_in,
	    info->errors_in, info->packets_out, info->errors_out,
	    info->collisions);
}

static void
list_if(const struct ifinfo *info, void *arg)
{
	struct if_listing *il = arg;
	char text[72], net[72];

	if (il->only != NULL && strcmp(il->only, info->name) != 0)
		return;
	if (il->json) {
		printf("%s  {\"name\": \"%s\", \"mtu\": %u, \"packets_in\": %llu, "
		    "\"bytes_in\": %llu, \"errors_in\": %llu, "
		    "\"packets_out\": %llu, \"bytes_out\": %llu, "
		    "\"errors_out\": %llu, \"collisions\": %llu, "
		    "\"dropped\": %llu, \"multicasts_in\": %llu, "
		    "\"multicasts_out\": %llu, \"no_protocol\": %llu}",
		    il->shown++ ? ",\n" : "", info->name, info->mtu,
		    info->packets_in, info->bytes_in, info->errors_in,
		    info->packets_out, info->bytes_out, info->errors_out,
		    info->collisions, info->dropped, info->multicasts_in,
		    info->multicasts_out, info->no_protocol);
		return;
	}
	il->shown++;
	text[0] = '\0';
	if (info->lladdr_len == 6)
		print_lladdr(text, sizeof(text), info->lladdr);
	list_if_line(info, "<Link>", text);
	for (uint32_t i = 0; i < info->naddrs; i++) {
		const struct ifinfo_addr *ia = &info->addrs[i];
		uint8_t masked[16];
		memcpy(masked, ia->addr, sizeof(masked));
		for (unsigned b = ia->plen; b < (ia->family == AF_INET6 ? 128u :
		    32u); b++)
			masked[b / 8] &= (uint8_t)~(0x80 >> (b % 8));
		print_prefix(net, sizeof(net), ia->family, masked, ia->plen);
		print_addr(text, sizeof(text), ia->family, ia->addr);
		list_if_line(info, net, text);
	}
}

void
list_interfaces(const char *only, bool json)
{
	struct if_listing il = { .only = only, .json = json };

	if (json)
		printf("[\n");
	else
		printf("%-8s %-6s %-16s %-26s %9s %5s %9s %5s %5s\n", "Name",
		    "Mtu", "Network", "Address", "Ipkts", "Ierrs", "Opkts",
		    "Oerrs", "Coll");
	ifinfo_foreach(list_if, &il);
	if (json)
		printf("%s]\n", il.shown ? "\n" : "");
}
