/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netstat: sockets, routes, interfaces.
 *
 *   netstat [-abjln] [-p proto] [-f family]	sockets; -a with listeners,
 *						-l only these, -b with owners
 *   netstat -r [-jn] [-f family]		routes
 *   netstat -i [-jn] [-I interface]		interfaces
 *   netstat -s [-j] [-p proto]			counters of the protocols
 *   netstat -m [-j]				memory of the buffers
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/shell/command.h"
#include "net/cmds/netprint.h"
#include "net/cmds/netstat.h"
#include "net/socket/soinfo.h"

struct request {
	bool		all, listeners, json, owners, routes, interfaces;
	bool		counters, memory;
	const char	*proto, *ifname;
	int		family;
	unsigned	shown;
};

static void
print_end(char *buf, size_t size, const struct soinfo_addr *sa)
{
	static const uint8_t zero[16];
	char addr[64];

	if (sa->family == AF_UNIX) {
		strlcpy(buf, sa->path[0] != '\0' ? sa->path : "-", size);
		return;
	}
	if (sa->family == 0 || memcmp(sa->addr, zero,
	    sa->family == AF_INET ? 4 : 16) == 0)
		strlcpy(addr, "*", sizeof(addr));
	else
		print_addr(addr, sizeof(addr), sa->family, sa->addr);
	if (sa->port == 0)
		snprintf(buf, size, "%s.*", addr);
	else
		snprintf(buf, size, "%s.%u", addr, sa->port);
}

static bool
wanted(const struct request *r, const struct soinfo *info)
{
	if (r->family != 0 && info->family != r->family)
		return (false);
	if (r->proto != NULL && strncmp(r->proto, info->proto, strlen(r->proto)) != 0)
		return (false);
	if (r->listeners)
		return (info->listening);
	return (r->all || !info->listening);
}

static void
json_end(const char *name, const struct soinfo_addr *sa)
{
	char addr[64] = "";

	if (sa->family == AF_UNIX)
		strlcpy(addr, sa->path, sizeof(addr));
	else if (sa->family != 0)
		print_addr(addr, sizeof(addr), sa->family, sa->addr);
	printf(", \"%s\": \"%s\", \"%s_port\": %u", name, addr, name, sa->port);
}

static void
show(const struct soinfo *info, void *arg)
{
	struct request *r = arg;
	const char *proto = info->proto;
	char local[80], remote[80];

	if (!wanted(r, info))
		return;
	if (r->json) {
		printf("%s  {\"proto\": \"%s\", \"recvq\": %u, \"sendq\": %u",
		    r->shown++ ? ",\n" : "", proto, info->rcv_bytes,
		    info->snd_bytes);
		json_end("local", &info->local);
		json_end("remote", &info->remote);
		printf(", \"state\": \"%s\", \"pid\": %d, \"command\": \"%s\", "
		    "\"uid\": %u, \"filters\": %u}", info->state, info->pid,
		    info->command, info->uid, info->nfilters);
		return;
	}
	if (r->shown++ == 0)
		printf("%-6s %7s %7s  %-30s %-30s %-12s%s\n", "Proto", "Recv-Q",
		    "Send-Q", "Local Address", "Foreign Address", "(state)",
		    r->owners ? " owner" : "");
	print_end(local, sizeof(local), &info->local);
	print_end(remote, sizeof(remote), &info->remote);
	printf("%-6s %7u %7u  %-30s %-30s %-12s", proto, info->rcv_bytes,
	    info->snd_bytes, local, remote, info->state);
	if (r->owners)
		printf(" %s/%d", info->kernel ? "kernel" : info->command,
		    info->pid);
	printf("\n");
}

static int
family_of(const char *name)
{
	static const struct {
		const char *name;
		int family;
	} names[] = {
		{ "inet", PF_INET }, { "inet6", PF_INET6 }, { "unix", PF_LOCAL },
		{ "local", PF_LOCAL }, { "system", PF_SYSTEM },
		{ "route", PF_ROUTE },
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return (names[i].family);
	return (-1);
}

static int
netstat_main(int argc, char **argv)
{
	struct request r = { 0 };
	int ch;

	while ((ch = getopt(argc, argv, "abf:iI:jlmnp:rs")) != -1) {
		switch (ch) {
		case 'a':
			r.all = true;
			break;
		case 'b':
			r.owners = true;
			break;
		case 'f':
			r.family = family_of(optarg);
			break;
		case 'i':
			r.interfaces = true;
			break;
		case 'I':
			r.interfaces = true;
			r.ifname = optarg;
			break;
		case 'j':
			r.json = true;
			break;
		case 'l':
			r.listeners = true;
			break;
		case 'm':
			r.memory = true;
			break;
		case 'n':
			break;
		case 'p':
			r.proto = optarg;
			break;
		case 'r':
			r.routes = true;
			break;
		case 's':
			r.counters = true;
			break;
		default:
			return (command_usage("netstat"));
		}
	}
	if (r.family < 0)
		return (command_usage("netstat"));
	if (r.counters) {
		list_protocols(r.proto, r.json);
		return (0);
	}
	if (r.memory) {
		list_memory(r.json);
		return (0);
	}
	if (r.routes) {
		list_routes(r.family, r.json);
		return (0);
	}
	if (r.interfaces) {
		list_interfaces(r.ifname, r.json);
		return (0);
	}
	if (r.json)
		printf("[\n");
	soinfo_foreach(show, &r);
	if (r.json)
		printf("%s]\n", r.shown ? "\n" : "");
	return (0);
}
COMMAND(netstat, "netstat [-abjln] [-p proto] [-f family] | -r | -i [-I if] "
    "| -s [-p proto] | -m - sockets, routes, interfaces, counters, buffers", netstat_main);
