/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ifconfig: shows and sets up interfaces.
 *
 *   ifconfig [-ajlmv] [interface]
 *   ifconfig interface [inet|inet6] address[/plen] [dest] [netmask m]
 *            [broadcast b] [prefixlen n] [alias | delete]
 *   ifconfig interface up | down | dhcp | -dhcp | auto | promisc | -promisc
 *            | mtu n | metric n | lladdr xx:xx:xx:xx:xx:xx
 *            | tunnel source dest | deletetunnel
 *
 * Several words may follow one another; they are done from left to right.
 * Listing reads net/dlil/ifinfo.h, changes are ioctls on a datagram socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_types.h>
#include <netinet/in_var.h>
#include <netinet6/in6_var.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <unistd.h>

#include "kernel/shell/command.h"
#include "net/cmds/netprint.h"
#include "net/dlil/ifinfo.h"
#include "net/inet/inet_info.h"

/* --- listing --------------------------------------------------------------- */

static const struct bitname if_flag_names[] = {
	{ IFF_UP, "UP" }, { IFF_BROADCAST, "BROADCAST" }, { IFF_DEBUG, "DEBUG" },
	{ IFF_LOOPBACK, "LOOPBACK" }, { IFF_POINTOPOINT, "POINTOPOINT" },
	{ IFF_NOTRAILERS, "NOTRAILERS" }, { IFF_RUNNING, "RUNNING" },
	{ IFF_NOARP, "NOARP" }, { IFF_PROMISC, "PROMISC" },
	{ IFF_ALLMULTI, "ALLMULTI" }, { IFF_OACTIVE, "OACTIVE" },
	{ IFF_SIMPLEX, "SIMPLEX" }, { IFF_LINK0, "LINK0" },
	{ IFF_LINK1, "LINK1" }, { IFF_LINK2, "LINK2" },
	{ IFF_MULTICAST, "MULTICAST" }, { 0, NULL },
};

static const struct bitname if_cap_names[] = {
	{ IFCAP_RXCSUM, "RXCSUM" }, { IFCAP_TXCSUM, "TXCSUM" },
	{ IFCAP_VLAN_MTU, "VLAN_MTU" }, { IFCAP_VLAN_HWTAGGING, "VLAN_HWTAGGING" },
	{ IFCAP_JUMBO_MTU, "JUMBO_MTU" }, { IFCAP_TSO4, "TSO4" },
	{ IFCAP_TSO6, "TSO6" }, { IFCAP_LRO, "LRO" }, { 0, NULL },
};

static const struct bitname in6_flag_names[] = {
	{ IN6_IFF_TENTATIVE, "tentative" }, { IN6_IFF_DUPLICATED, "duplicated" },
	{ IN6_IFF_DETACHED, "detached" }, { IN6_IFF_DEPRECATED, "deprecated" },
	{ IN6_IFF_AUTOCONF, "autoconf" }, { 0, NULL },
};

struct listing {
	bool		json, all, names, verbose;
	const char	*only;		/* one interface */
	unsigned	shown;
};

static uint32_t
plen_mask(unsigned plen)
{
	return (plen == 0 ? 0 : 0xffffffffu << (32 - plen));
}

static void
show_addr(const struct ifinfo *info, const struct ifinfo_addr *ia)
{
	char text[64];

	print_addr(text, sizeof(text), ia->family, ia->addr);
	if (ia->family == AF_INET) {
		printf("\tinet %s", text);
		if ((info->flags & IFF_POINTOPOINT) != 0 && ia->has_dst) {
			print_addr(text, sizeof(text), AF_INET, ia->dst);
			printf(" --> %s", text);
		}
		printf(" netmask 0x%08x", plen_mask(ia->plen));
		if ((info->flags & IFF_BROADCAST) != 0 && ia->has_dst) {
			print_addr(text, sizeof(text), AF_INET, ia->dst);
			printf(" broadcast %s", text);
		}
		printf("\n");
		return;
	}
	printf("\tinet6 %s", text);
	if (ia->scope != 0)
		printf("%%%s", info->name);
	printf(" prefixlen %u", ia->plen);
	for (const struct bitname *b = in6_flag_names; b->name != NULL; b++)
		if ((ia->flags & b->bit) != 0)
			printf(" %s", b->name);
	if (ia->scope != 0)
		printf(" scopeid 0x%x", ia->scope);
	if (ia->valid != IFINFO_FOREVER)
		printf(" vltime %u pltime %u", ia->valid, ia->preferred);
	printf("\n");
}

/* One outer end of a tunnel; false when there is none. */
static bool
tunnel_end(const struct ifinfo *info, unsigned long cmd, char *text, size_t size)
{
	struct ifreq ifr;
	bool got = false;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, info->name, sizeof(ifr.ifr_name));
	if (fd >= 0 && ioctl(fd, cmd, &ifr) == 0 &&
	    ifr.ifr_addr.sa_family == AF_INET) {
		print_addr(text, size, AF_INET, (const uint8_t *)
		    &((struct sockaddr_in *)(void *)&ifr.ifr_addr)->sin_addr);
		got = true;
	}
	if (fd >= 0)
		close(fd);
	return (got);
}

static void
show_tunnel(const struct ifinfo *info)
{
	char src[32], dst[32];

	if ((info->flags & IFF_POINTOPOINT) != 0 &&
	    tunnel_end(info, SIOCGIFPSRCADDR, src, sizeof(src)) &&
	    tunnel_end(info, SIOCGIFPDSTADDR, dst, sizeof(dst)))
		printf("\ttunnel inet %s --> %s\n", src, dst);
}

static void
show_text(const struct ifinfo *info, bool verbose)
{
	char text[160];

	print_bits(text, sizeof(text), info->flags, if_flag_names);
	printf("%s: flags=%x<%s> mtu %u\n", info->name, info->flags, text,
	    info->mtu);
	if (info->capenable != 0) {
		print_bits(text, sizeof(text), info->capenable, if_cap_names);
		printf("\toptions=%x<%s>\n", info->capenable, text);
	}
	if (info->lladdr_len == 6) {
		print_lladdr(text, sizeof(text), info->lladdr);
		printf("\tether %s\n", text);
	}
	show_tunnel(info);
	for (uint32_t i = 0; i < info->naddrs; i++)
		show_addr(info, &info->addrs[i]);
	struct dhcpinfo dhcp;
	if (dhcpinfo_get(info->name, &dhcp) &&
	    strcmp(dhcp.method, "dhcp") == 0)
		printf("\tdhcp: %s, %u seconds left\n", dhcp.state, dhcp.left);
	if ((info->flags & IFF_LOOPBACK) == 0)
		printf("\tstatus: %s\n", info->link_up ? "active" : "inactive");
	if (!verbose)
		return;
	printf("\tindex %u metric %u baudrate %llu\n", info->index, info->metric,
	    info->baudrate);
	printf("\tprotocols %u filters %u captures %u groups %u\n",
	    info->nprotocols, info->nfilters, info->nlisteners,
	    info->nmulticasts);
	printf("\tin: %llu packets %llu bytes %llu errors %llu no protocol\n",
	    info->packets_in, info->bytes_in, info->errors_in,
	    info->no_protocol);
	printf("\tout: %llu packets %llu bytes %llu errors %llu dropped\n",
	    info->packets_out, info->bytes_out, info->errors_out, info->dropped);
}

static void
json_addr(const struct ifinfo *info, const struct ifinfo_addr *ia)
{
	char text[64];

	print_addr(text, sizeof(text), ia->family, ia->addr);
	printf("{\"family\": \"%s\", \"address\": \"%s\", \"prefixlen\": %u",
	    ia->family == AF_INET ? "inet" : "inet6", text, ia->plen);
	if (ia->has_dst) {
		print_addr(text, sizeof(text), ia->family, ia->dst);
		printf(", \"%s\": \"%s\"", (info->flags & IFF_POINTOPOINT) != 0 ?
		    "destination" : "broadcast", text);
	}
	if (ia->family == AF_INET6) {
		print_bits(text, sizeof(text), ia->flags, in6_flag_names);
		printf(", \"flags\": \"%s\"", text);
	}
	printf("}");
}

static void
show_json(const struct ifinfo *info, bool first)
{
	char text[160];

	print_bits(text, sizeof(text), info->flags, if_flag_names);
	printf("%s  {\"name\": \"%s\", \"index\": %u, \"flags\": \"%s\", "
	    "\"up\": %s, \"running\": %s, \"link\": %s, \"mtu\": %u, "
	    "\"metric\": %u, \"baudrate\": %llu", first ? "" : ",\n", info->name,
	    info->index, text, info->flags & IFF_UP ? "true" : "false",
	    info->flags & IFF_RUNNING ? "true" : "false",
	    info->link_up ? "true" : "false", info->mtu, info->metric,
	    info->baudrate);
	if (info->lladdr_len == 6) {
		print_lladdr(text, sizeof(text), info->lladdr);
		printf(", \"ether\": \"%s\"", text);
	}
	print_bits(text, sizeof(text), info->capenable, if_cap_names);
	printf(", \"options\": \"%s\",\n   \"addresses\": [", text);
	for (uint32_t i = 0; i < info->naddrs; i++) {
		if (i != 0)
			printf(", ");
		json_addr(info, &info->addrs[i]);
	}
	printf("],\n   \"packets_in\": %llu, \"bytes_in\": %llu, "
	    "\"errors_in\": %llu, \"packets_out\": %llu, \"bytes_out\": %llu, "
	    "\"errors_out\": %llu, \"dropped\": %llu, \"no_protocol\": %llu}",
	    info->packets_in, info->bytes_in, info->errors_in,
	    info->packets_out, info->bytes_out, info->errors_out, info->dropped,
	    info->no_protocol);
}

static void
show_one(const struct ifinfo *info, void *arg)
{
	struct listing *l = arg;

	if (l->only != NULL && strcmp(l->only, info->name) != 0)
		return;
	if (l->names)
		printf("%s%s", l->shown ? " " : "", info->name);
	else if (l->json)
		show_json(info, l->shown == 0);
	else
		show_text(info, l->verbose);
	l->shown++;
}

static int
list(struct listing *l)
{
	if (l->json)
		printf("[\n");
	ifinfo_foreach(show_one, l);
	if (l->json)
		printf("%s]\n", l->shown ? "\n" : "");
	else if (l->names && l->shown)
		printf("\n");
	if (l->only != NULL && l->shown == 0) {
		fprintf(stderr, "ifconfig: interface %s does not exist\n",
		    l->only);
		return (1);
	}
	return (0);
}

/* --- changes --------------------------------------------------------------- */

struct change {
	const char	*name;		/* interface */
	int		family;		/* AF_INET until inet6 is said */
	bool		has_addr, del, alias;
	unsigned	plen;		/* bits */
	bool		has_plen;
	uint8_t		addr[16], dst[16];
	bool		has_dst;
};

static int
fail(const struct change *c, const char *what, int error)
{
	fprintf(stderr, "ifconfig: %s: %s: %s\n", c->name, what,
	    strerror(error));
	return (1);
}

static int
do_ioctl(const struct change *c, int family, unsigned long cmd, void *data,
    const char *what)
{
	int fd = socket(family, SOCK_DGRAM, 0);

	if (fd < 0)
		return (fail(c, "socket", errno));
	int error = ioctl(fd, cmd, data) != 0 ? errno : 0;
	close(fd);
	return (error != 0 ? fail(c, what, error) : 0);
}

static int
set_flags(const struct change *c, int on, int off)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
	if (do_ioctl(c, AF_INET, SIOCGIFFLAGS, &ifr, "flags") != 0)
		return (1);
	ifr.ifr_flags = (short)((ifr.ifr_flags | on) & ~off);
	return (do_ioctl(c, AF_INET, SIOCSIFFLAGS, &ifr, "flags"));
}

static int
set_number(const struct change *c, unsigned long cmd, const char *text,
    const char *what)
{
	struct ifreq ifr;
	char *end;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
	ifr.ifr_mtu = (int)strtol(text, &end, 0);
	if (end == text || *end != '\0')
		return (fail(c, text, EINVAL));
	return (do_ioctl(c, AF_INET, cmd, &ifr, what));
}

static int
set_lladdr(const struct change *c, const char *text)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
	ifr.ifr_addr.sa_len = 6;
	ifr.ifr_addr.sa_family = AF_LINK;
	if (!parse_lladdr(text, (uint8_t *)ifr.ifr_addr.sa_data))
		return (fail(c, text, EINVAL));
	return (do_ioctl(c, AF_INET, SIOCSIFLLADDR, &ifr, "lladdr"));
}

static void
fill_sin(struct sockaddr_in *sin, const uint8_t *addr)
{
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, addr, 4);
}

/* An address without "alias" takes the place of the first one. */
static void
remove_first(const struct change *c)
{
	struct ifreq ifr;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
	if (fd >= 0 && ioctl(fd, SIOCGIFADDR, &ifr) == 0)
		(void)ioctl(fd, SIOCDIFADDR, &ifr);
	if (fd >= 0)
		close(fd);
}

static int
apply4(const struct change *c)
{
	struct in_aliasreq req;
	struct ifreq ifr;

	if (c->del) {
		memset(&ifr, 0, sizeof(ifr));
		strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
		fill_sin((struct sockaddr_in *)(void *)&ifr.ifr_addr, c->addr);
		return (do_ioctl(c, AF_INET, SIOCDIFADDR, &ifr, "delete"));
	}
	if (!c->alias)
		remove_first(c);
	memset(&req, 0, sizeof(req));
	strlcpy(req.ifra_name, c->name, sizeof(req.ifra_name));
	fill_sin(&req.ifra_addr, c->addr);
	if (c->has_dst)
		fill_sin(&req.ifra_broadaddr, c->dst);
	if (c->has_plen) {
		uint32_t mask = htonl(plen_mask(c->plen));
		fill_sin(&req.ifra_mask, (const uint8_t *)&mask);
	}
	return (do_ioctl(c, AF_INET, SIOCAIFADDR, &req, "address"));
}

static void
fill_sin6(struct sockaddr_in6 *sin6, const uint8_t *addr)
{
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, addr, 16);
}

static int
apply6(const struct change *c)
{
	struct in6_aliasreq req;
	struct in6_ifreq ifr;
	uint8_t mask[16] = { 0 };

	if (c->del) {
		memset(&ifr, 0, sizeof(ifr));
		strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
		fill_sin6(&ifr.ifr_ifru.ifru_addr, c->addr);
		return (do_ioctl(c, AF_INET6, SIOCDIFADDR_IN6, &ifr, "delete"));
	}
	memset(&req, 0, sizeof(req));
	strlcpy(req.ifra_name, c->name, sizeof(req.ifra_name));
	fill_sin6(&req.ifra_addr, c->addr);
	for (unsigned i = 0; i < (c->has_plen ? c->plen : 64); i++)
		mask[i / 8] |= (uint8_t)(0x80 >> (i % 8));
	fill_sin6(&req.ifra_prefixmask, mask);
	req.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	req.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return (do_ioctl(c, AF_INET6, SIOCAIFADDR_IN6, &req, "address"));
}

/* "a.b.c.d", "0xffffff00": the number of leading one bits, or -1. */
static int
parse_mask(const char *text)
{
	uint32_t mask;
	uint8_t bytes[16];

	if (strncmp(text, "0x", 2) == 0)
		mask = (uint32_t)strtoul(text, NULL, 16);
	else if (inet_pton(AF_INET, text, bytes) == 1)
		mask = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
		    (uint32_t)bytes[2] << 8 | bytes[3];
	else
		return (-1);
	int plen = 0;
	while (plen < 32 && (mask & (0x80000000u >> plen)) != 0)
		plen++;
	return (mask == plen_mask((unsigned)plen) ? plen : -1);
}

static bool
parse_address(struct change *c, const char *text)
{
	char buf[80];

	strlcpy(buf, text, sizeof(buf));
	char *slash = strchr(buf, '/');
	if (slash != NULL) {
		*slash++ = '\0';
		c->plen = (unsigned)strtoul(slash, NULL, 10);
		c->has_plen = true;
	}
	char *zone = strchr(buf, '%');
	if (zone != NULL)
		*zone = '\0';
	int family = strchr(buf, ':') != NULL ? AF_INET6 : AF_INET;
	uint8_t *to = c->has_addr ? c->dst : c->addr;
	if (inet_pton(family, buf, to) != 1)
		return (false);
	if (c->has_addr)
		c->has_dst = true;
	c->has_addr = true;
	c->family = family;
	return (c->plen <= (family == AF_INET6 ? 128 : 32));
}

/* Words with one argument; 0 = not one of them, 1 = done, -1 = failed. */
static int
word_with_argument(struct change *c, const char *word, const char *arg)
{
	int plen;

	if (strcmp(word, "mtu") == 0)
		return (set_number(c, SIOCSIFMTU, arg, "mtu") != 0 ? -1 : 1);
	if (strcmp(word, "metric") == 0)
		return (set_number(c, SIOCSIFMETRIC, arg, "metric") != 0 ? -1 : 1);
	if (strcmp(word, "lladdr") == 0 || strcmp(word, "ether") == 0)
		return (set_lladdr(c, arg) != 0 ? -1 : 1);
	if (strcmp(word, "netmask") == 0) {
		plen = parse_mask(arg);
		if (plen < 0)
			return (fail(c, arg, EINVAL), -1);
		c->plen = (unsigned)plen;
		c->has_plen = true;
		return (1);
	}
	if (strcmp(word, "prefixlen") == 0) {
		c->plen = (unsigned)strtoul(arg, NULL, 10);
		c->has_plen = true;
		return (1);
	}
	if (strcmp(word, "broadcast") == 0) {
		if (inet_pton(AF_INET, arg, c->dst) != 1)
			return (fail(c, arg, EINVAL), -1);
		c->has_dst = true;
		return (1);
	}
	return (0);
}

/* The outer ends of a tunnel, IPv4. */
static int
set_tunnel(const struct change *c, const char *src, const char *dst)
{
	struct ifaliasreq req;
	uint8_t a[4], b[4];

	memset(&req, 0, sizeof(req));
	strlcpy(req.ifra_name, c->name, sizeof(req.ifra_name));
	if (inet_pton(AF_INET, src, a) != 1 || inet_pton(AF_INET, dst, b) != 1)
		return (fail(c, "tunnel", EINVAL));
	fill_sin((struct sockaddr_in *)(void *)&req.ifra_addr, a);
	fill_sin((struct sockaddr_in *)(void *)&req.ifra_broadaddr, b);
	return (do_ioctl(c, AF_INET, SIOCSIFPHYADDR, &req, "tunnel"));
}

static int
delete_tunnel(const struct change *c)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, c->name, sizeof(ifr.ifr_name));
	return (do_ioctl(c, AF_INET, SIOCDIFPHYADDR, &ifr, "deletetunnel"));
}

static int
change_result(const struct change *c, const char *what, int error)
{
	return (error != 0 ? (fail(c, what, error), -1) : 1);
}

static int
word_alone(struct change *c, const char *word)
{
	if (strcmp(word, "up") == 0)
		return (set_flags(c, IFF_UP, 0) != 0 ? -1 : 1);
	if (strcmp(word, "down") == 0)
		return (set_flags(c, 0, IFF_UP) != 0 ? -1 : 1);
	if (strcmp(word, "dhcp") == 0)
		return (change_result(c, word, dhcpinfo_start(c->name)));
	if (strcmp(word, "-dhcp") == 0)
		return (change_result(c, word, dhcpinfo_stop(c->name)));
	if (strcmp(word, "auto") == 0)
		return (change_result(c, word, auto6_start(c->name)));
	if (strcmp(word, "promisc") == 0)
		return (change_result(c, word,
		    ifinfo_set_promiscuous(c->name, true)));
	if (strcmp(word, "-promisc") == 0)
		return (change_result(c, word,
		    ifinfo_set_promiscuous(c->name, false)));
	if (strcmp(word, "deletetunnel") == 0)
		return (delete_tunnel(c) != 0 ? -1 : 1);
	if (strcmp(word, "inet") == 0 || strcmp(word, "inet6") == 0) {
		c->family = word[4] == '6' ? AF_INET6 : AF_INET;
		return (1);
	}
	if (strcmp(word, "alias") == 0 || strcmp(word, "add") == 0) {
		c->alias = true;
		return (1);
	}
	if (strcmp(word, "delete") == 0 || strcmp(word, "-alias") == 0 ||
	    strcmp(word, "remove") == 0) {
		c->del = true;
		return (1);
	}
	return (0);
}

static int
configure(const char *name, int argc, char **argv)
{
	struct change c = { .name = name, .family = AF_INET };

	if (geteuid() != 0) {
		fprintf(stderr, "ifconfig: permission denied\n");
		return (1);
	}
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "tunnel") == 0 && i + 2 < argc) {
			if (set_tunnel(&c, argv[i + 1], argv[i + 2]) != 0)
				return (1);
			i += 2;
			continue;
		}
		int done = i + 1 < argc ?
		    word_with_argument(&c, argv[i], argv[i + 1]) : 0;
		if (done != 0)
			i++;
		else
			done = word_alone(&c, argv[i]);
		if (done == 0 && parse_address(&c, argv[i]))
			done = 1;
		if (done < 0)
			return (1);
		if (done == 0) {
			fprintf(stderr, "ifconfig: %s: bad value\n", argv[i]);
			return (1);
		}
	}
	if (!c.has_addr && !c.del)
		return (0);
	return (c.family == AF_INET6 ? apply6(&c) : apply4(&c));
}

static int
ifconfig_main(int argc, char **argv)
{
	struct listing l = { 0 };
	int ch;

	while (argc > 1 && (ch = getopt(argc, argv, "ajlmv")) != -1) {
		switch (ch) {
		case 'a':
			l.all = true;
			break;
		case 'j':
			l.json = true;
			break;
		case 'l':
			l.names = true;
			break;
		case 'm':
		case 'v':
			l.verbose = true;
			break;
		default:
			return (command_usage("ifconfig"));
		}
	}
	int first = argc > 1 ? optind : 1;
	if (first >= argc)
		return (list(&l));
	if (first + 1 < argc)
		return (configure(argv[first], argc - first - 1,
		    argv + first + 1));
	l.only = argv[first];
	return (list(&l));
}
COMMAND(ifconfig, "ifconfig [-ajlv] [interface [inet|inet6] [address[/n]] "
    "[up|down|dhcp|mtu n|alias|delete ...]] - network interfaces",
    ifconfig_main);
