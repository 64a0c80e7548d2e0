/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route: shows and changes the routing table.
 *
 *   route [-j] [show]
 *   route [-n] add|change [-inet|-inet6] [-net|-host] dest[/n] gateway
 *         [-netmask m] [-interface if] [-ifscope if] [-mtu n]
 *         [-reject] [-blackhole]
 *   route [-n] delete [-inet|-inet6] [-net|-host] dest[/n] [gateway]
 *   route [-jn] get dest
 *   route flush [-inet|-inet6]
 *   route monitor			messages of a routing socket
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/route.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/shell/command.h"
#include "net/cmds/netprint.h"
#include "net/inet/inet_info.h"

struct request {
	int		family;
	bool		json, host, net;
	const char	*words[2];	/* destination, gateway */
	unsigned	nwords;
	const char	*ifname;
	bool		interface;	/* gateway is an interface */
	int		plen;
	uint32_t	flags, mtu;
};

static int
bad(const char *what)
{
	fprintf(stderr, "route: bad argument: %s\n", what);
	return (64);
}

static bool
parse_option(struct request *r, int argc, char **argv, int *i)
{
	const char *w = argv[*i];
	const char *arg = *i + 1 < argc ? argv[*i + 1] : NULL;
	uint8_t mask[16];
	int plen;

	if (strcmp(w, "-inet") == 0) {
		r->family = AF_INET;
	} else if (strcmp(w, "-inet6") == 0) {
		r->family = AF_INET6;
	} else if (strcmp(w, "-host") == 0) {
		r->host = true;
	} else if (strcmp(w, "-net") == 0) {
		r->net = true;
	} else if (strcmp(w, "-reject") == 0) {
		r->flags |= RTF_REJECT;
	} else if (strcmp(w, "-blackhole") == 0) {
		r->flags |= RTF_BLACKHOLE;
	} else if (strcmp(w, "-nj") == 0 || strcmp(w, "-jn") == 0) {
		r->json = true;
	} else if (strcmp(w, "-static") == 0 || strcmp(w, "-n") == 0 ||
	    strcmp(w, "-q") == 0) {
		;
	} else if (strcmp(w, "-j") == 0) {
		r->json = true;
	} else if (arg == NULL) {
		return (false);
	} else if (strcmp(w, "-interface") == 0 || strcmp(w, "-iface") == 0) {
		r->interface = true;
		r->ifname = arg;
		++*i;
	} else if (strcmp(w, "-ifscope") == 0) {
		r->ifname = arg;
		++*i;
	} else if (strcmp(w, "-mtu") == 0) {
		r->mtu = (uint32_t)strtoul(arg, NULL, 10);
		++*i;
	} else if (strcmp(w, "-prefixlen") == 0) {
		r->plen = atoi(arg);
		++*i;
	} else if (strcmp(w, "-netmask") == 0) {
		if (parse_prefix(arg, AF_INET, mask, &plen) == 0)
			return (false);
		for (r->plen = 0; r->plen < 32 && (mask[r->plen / 8] &
		    (0x80 >> (r->plen % 8))) != 0; r->plen++)
			;
		++*i;
	} else {
		return (false);
	}
	return (true);
}

/* A network without a length has the one of its trailing zeroes' class. */
static int
default_plen(const struct request *r, int family, const uint8_t *addr)
{
	if (family == AF_INET6)
		return (r->net ? 64 : 128);
	if (!r->net)
		return (32);
	return (addr[0] < 128 ? 8 : addr[0] < 192 ? 16 : 24);
}

static int
fill(const struct request *r, struct routeinfo *info)
{
	int plen, unused, family;

	memset(info, 0, sizeof(*info));
	if (r->nwords == 0)
		return (bad("no destination"));
	family = parse_prefix(r->words[0], r->family, info->dst, &plen);
	if (family == 0)
		return (bad(r->words[0]));
	/* "default" alone takes the gateway's version. */
	if (plen == 0 && r->family == 0 && r->nwords == 2 &&
	    strchr(r->words[1], ':') != NULL)
		family = AF_INET6;
	if (r->host)
		plen = -1;
	info->family = (uint8_t)family;
	info->plen = (uint8_t)(r->plen >= 0 ? r->plen : plen >= 0 ? plen :
	    default_plen(r, family, info->dst));
	info->flags = r->flags | RTF_STATIC;
	info->mtu = r->mtu;
	if (r->ifname != NULL)
		strlcpy(info->ifname, r->ifname, sizeof(info->ifname));
	if (r->nwords < 2)
		return (0);
	const char *zone = strchr(r->words[1], '%');
	if (zone != NULL)
		strlcpy(info->ifname, zone + 1, sizeof(info->ifname));
	if (parse_prefix(r->words[1], family, info->gateway, &unused) == 0)
		return (bad(r->words[1]));
	info->flags |= RTF_GATEWAY;
	return (0);
}

static int
report(const struct request *r, const char *verb, int error)
{
	if (error == 0) {
		printf("%s %s%s%s\n", verb, r->words[0], r->nwords > 1 ?
		    ": gateway " : "", r->nwords > 1 ? r->words[1] : "");
		return (0);
	}
	fprintf(stderr, "route: %s %s: %s\n", verb, r->words[0],
	    error == ESRCH ? "not in table" : strerror(error));
	return (1);
}

static int
change(const struct request *r, const char *verb)
{
	struct routeinfo info;
	int status = fill(r, &info);

	if (status != 0)
		return (status);
	if (geteuid() != 0) {
		fprintf(stderr, "route: must be root to alter routing table\n");
		return (77);
	}
	if (strcmp(verb, "delete") == 0)
		return (report(r, verb, routeinfo_delete(&info)));
	if (r->nwords < 2 && !r->interface &&
	    (info.flags & (RTF_REJECT | RTF_BLACKHOLE)) == 0)
		return (bad("no gateway"));
	if ((info.flags & (RTF_REJECT | RTF_BLACKHOLE)) != 0 &&
	    info.ifname[0] == '\0')
		strlcpy(info.ifname, "lo0", sizeof(info.ifname));
	return (report(r, verb, strcmp(verb, "add") == 0 ?
	    routeinfo_add(&info) : routeinfo_change(&info)));
}

static int
get(const struct request *r)
{
	char dst[72], gw[64], flags[16], want[64];
	struct routeinfo info;
	uint8_t addr[16];
	int plen;

	if (r->nwords == 0)
		return (bad("no destination"));
	int family = parse_prefix(r->words[0], r->family, addr, &plen);
	if (family == 0)
		return (bad(r->words[0]));
	int error = routeinfo_get(family, addr, &info);
	if (error != 0)
		return (report(r, "get", error == ENETUNREACH ? ESRCH : error));
	print_addr(want, sizeof(want), family, addr);
	print_prefix(dst, sizeof(dst), family, info.dst, info.plen);
	gw[0] = '\0';
	if ((info.flags & RTF_GATEWAY) != 0)
		print_addr(gw, sizeof(gw), family, info.gateway);
	print_route_flags(flags, sizeof(flags), info.flags);
	if (r->json) {
		printf("{\"to\": \"%s\", \"destination\": \"%s\", "
		    "\"gateway\": \"%s\", \"interface\": \"%s\", "
		    "\"flags\": \"%s\", \"mtu\": %u}\n", want, dst, gw,
		    info.ifname, flags, info.mtu);
		return (0);
	}
	printf("   route to: %s\ndestination: %s\n", want, dst);
	if (gw[0] != '\0')
		printf("    gateway: %s\n", gw);
	printf("  interface: %s\n      flags: %s\n", info.ifname, flags);
	return (0);
}

/* --- monitor --------------------------------------------------------------- */

static const char *
message_name(unsigned type)
{
	switch (type) {
	case RTM_ADD:
		return ("RTM_ADD");
	case RTM_DELETE:
		return ("RTM_DELETE");
	case RTM_CHANGE:
		return ("RTM_CHANGE");
	case RTM_GET:
		return ("RTM_GET");
	case RTM_NEWADDR:
		return ("RTM_NEWADDR");
	case RTM_DELADDR:
		return ("RTM_DELADDR");
	case RTM_IFINFO:
		return ("RTM_IFINFO");
	default:
		return ("RTM_?");
	}
}

/* The addresses behind a header, by their bits. */
static void
print_addrs(const uint8_t *p, const uint8_t *end, int addrs)
{
	static const char *const names[RTAX_MAX] = {
		"dst", "gateway", "mask", "genmask", "ifp", "ifa", "author", "brd"
	};
	char text[64];

	for (int i = 0; i < RTAX_MAX && p + 4 <= end; i++) {
		if ((addrs & (1 << i)) == 0)
			continue;
		if (p[1] == AF_INET && p[0] >= 8)
			print_addr(text, sizeof(text), AF_INET, p + 4);
		else if (p[1] == AF_INET6 && p[0] >= 24)
			print_addr(text, sizeof(text), AF_INET6, p + 8);
		else if (p[1] == AF_LINK && p[0] >= 4)
			snprintf(text, sizeof(text), "link#%u",
			    p[2] | (unsigned)p[3] << 8);
		else
			strlcpy(text, "-", sizeof(text));
		printf(" %s %s", names[i], text);
		p += p[0] > 0 ? (p[0] + 3) & ~3 : 4;
	}
}

static void
print_message(const uint8_t *buf, size_t len)
{
	const struct rt_msghdr *rtm = (const void *)buf;
	const struct ifa_msghdr *ifam = (const void *)buf;
	const struct if_msghdr *ifm = (const void *)buf;
	char flags[16];

	printf("%s:", message_name(rtm->rtm_type));
	switch (rtm->rtm_type) {
	case RTM_IFINFO:
		printf(" if %u flags %x mtu %u", ifm->ifm_index, ifm->ifm_flags,
		    ifm->ifm_data.ifi_mtu);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		print_addrs(buf + sizeof(*ifam), buf + len, ifam->ifam_addrs);
		break;
	default:
		print_route_flags(flags, sizeof(flags),
		    (uint32_t)rtm->rtm_flags);
		print_addrs(buf + sizeof(*rtm), buf + len, rtm->rtm_addrs);
		printf(" flags %s errno %d pid %d", flags, rtm->rtm_errno,
		    rtm->rtm_pid);
		break;
	}
	printf("\n");
	fflush(stdout);
}

static int
monitor(void)
{
	uint8_t buf[2048] __attribute__((aligned(8)));
	int fd = socket(PF_ROUTE, SOCK_RAW, 0);
	ssize_t n;

	if (fd < 0) {
		fprintf(stderr, "route: socket: %s\n", strerror(errno));
		return (71);
	}
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		print_message(buf, (size_t)n);
	close(fd);
	return (0);
}

static int
route_main(int argc, char **argv)
{
	struct request r = { .plen = -1 };
	const char *verb = NULL;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			if (!parse_option(&r, argc, argv, &i)) {
				fprintf(stderr, "route: unknown option %s\n",
				    argv[i]);
				return (command_usage("route"));
			}
		} else if (verb == NULL) {
			verb = argv[i];
		} else if (r.nwords < 2) {
			r.words[r.nwords++] = argv[i];
		} else {
			return (bad(argv[i]));
		}
	}
	if (verb == NULL || strcmp(verb, "show") == 0) {
		list_routes(r.family, r.json);
		return (0);
	}
	if (strcmp(verb, "add") == 0 || strcmp(verb, "change") == 0 ||
	    strcmp(verb, "delete") == 0)
		return (change(&r, verb));
	if (strcmp(verb, "get") == 0)
		return (get(&r));
	if (strcmp(verb, "monitor") == 0)
		return (monitor());
	if (strcmp(verb, "flush") == 0) {
		if (geteuid() != 0)
			return (77);
		printf("%d routes flushed\n", routeinfo_flush(r.family));
		return (0);
	}
	return (command_usage("route"));
}
COMMAND(route, "route [-jn] [show | add dest gateway | delete dest | "
    "change dest gateway | get dest | flush | monitor] - the routing table", route_main);
