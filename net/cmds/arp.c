/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arp and ndp: the tables of neighbours.
 *
 *   arp [-jn] [-a] [host]      arp -d host | -d -a      arp -s host lladdr
 *   ndp [-jn] [-a] [host]      ndp -d host | -c
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/shell/command.h"
#include "net/cmds/netprint.h"
#include "net/inet/inet_info.h"

struct listing {
	const char	*only;
	bool		json;
	unsigned	shown;
};

static void
show(const struct neighinfo *info, void *arg)
{
	struct listing *l = arg;
	char addr[64], ll[20];

	print_addr(addr, sizeof(addr), info->family, info->addr);
	if (l->only != NULL && strcmp(l->only, addr) != 0)
		return;
	if (info->resolved)
		print_lladdr(ll, sizeof(ll), info->lladdr);
	else
		strlcpy(ll, "(incomplete)", sizeof(ll));
	if (l->json) {
		printf("%s  {\"address\": \"%s\", \"lladdr\": \"%s\", "
		    "\"interface\": \"%s\", \"state\": \"%s\", "
		    "\"router\": %s}", l->shown ? ",\n" : "", addr,
		    info->resolved ? ll : "", info->ifname, info->state,
		    info->router ? "true" : "false");
	} else if (info->family == AF_INET) {
		printf("? (%s) at %s on %s\n", addr, ll, info->ifname);
	} else {
		if (l->shown == 0)
			printf("%-40s %-18s %-6s %-11s %s\n", "Neighbor",
			    "Linklayer Address", "Netif", "State", "Flags");
		printf("%-40s %-18s %-6s %-11s %s\n", addr, ll, info->ifname,
		    info->state, info->router ? "R" : "");
	}
	l->shown++;
}

static int
list(int family, const char *only, bool json)
{
	struct listing l = { .only = only, .json = json };

	if (json)
		printf("[\n");
	neighinfo_foreach(family, show, &l);
	if (json)
		printf("%s]\n", l.shown ? "\n" : "");
	if (only != NULL && l.shown == 0 && !json) {
		printf("%s -- no entry\n", only);
		return (1);
	}
	return (0);
}

static int
change_done(const char *what, int error)
{
	if (error == 0)
		return (0);
	fprintf(stderr, "%s: %s\n", what, strerror(error));
	return (1);
}

static int
neighbours(int family, const char *name, int argc, char **argv)
{
	bool json = false, del = false, all = false, set = false;
	uint8_t addr[16], lladdr[6];
	int ch, plen;

	while ((ch = getopt(argc, argv, "acdjns")) != -1) {
		switch (ch) {
		case 'a':
			all = true;
			break;
		case 'c':
			all = del = true;
			break;
		case 'd':
			del = true;
			break;
		case 'j':
			json = true;
			break;
		case 's':
			set = true;
			break;
		case 'n':
			break;
		default:
			return (command_usage(name));
		}
	}
	const char *host = optind < argc ? argv[optind] : NULL;
	if ((del || set) && geteuid() != 0)
		return (change_done(name, EPERM));
	if (del && all)
		return (change_done(name, neighinfo_delete(family, NULL)));
	if (host != NULL && parse_prefix(host, family, addr, &plen) == 0)
		return (change_done(host, EINVAL));
	if (del)
		return (host == NULL ? command_usage(name) :
		    change_done(host, neighinfo_delete(family, addr)));
	if (set) {
		if (optind + 1 >= argc ||
		    !parse_lladdr(argv[optind + 1], lladdr))
			return (command_usage(name));
		return (change_done(host, neighinfo_add(family, addr, lladdr)));
	}
	return (list(family, host, json));
}

static int
arp_main(int argc, char **argv)
{
	return (neighbours(AF_INET, "arp", argc, argv));
}
COMMAND(arp, "arp [-adjn] [-s] [host [lladdr]] - link addresses of IPv4 "
    "neighbours", arp_main);

static int
ndp_main(int argc, char **argv)
{
	return (neighbours(AF_INET6, "ndp", argc, argv));
}
COMMAND(ndp, "ndp [-acdjn] [host] - link addresses of IPv6 neighbours",
    ndp_main);
