/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kevmon: kernel events as they happen, with the names of what the kernel
 * itself posts.
 *
 *   kevmon [-j] [-c count] [-w seconds] [-v vendor] [class [subclass]]
 *
 * -v takes a number or a vendor's string; without it events of everybody are
 * shown.  -c ends after so many, -w after so many seconds of silence.
 */
#include "kernel/shell/command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/net_kev.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/kern_event.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <unistd.h>

struct name {
	unsigned n_subclass, n_code;
	const char *n_text;
};

#define DL(x)	{ KEV_DL_SUBCLASS, KEV_DL_##x, #x }
#define INET(x)	{ KEV_INET_SUBCLASS, KEV_INET_##x, #x }
#define INET6(x) { KEV_INET6_SUBCLASS, KEV_INET6_##x, #x }

static const struct name names[] = {
	DL(SIFFLAGS), DL(SIFMETRICS), DL(SIFMTU), DL(SIFPHYS), DL(SIFMEDIA),
	DL(SIFGENERIC), DL(ADDMULTI), DL(DELMULTI), DL(IF_ATTACHED),
	DL(IF_DETACHING), DL(IF_DETACHED), DL(LINK_OFF), DL(LINK_ON),
	DL(PROTO_ATTACHED), DL(PROTO_DETACHED), DL(LINK_ADDRESS_CHANGED),
	DL(WAKEFLAGS_CHANGED), DL(IFCAP_CHANGED),
	INET(NEW_ADDR), INET(CHANGED_ADDR), INET(ADDR_DELETED),
	INET(SIFDSTADDR), INET(SIFBRDADDR), INET(SIFNETMASK),
	INET(ARPCOLLISION), INET(PORTINUSE), INET(ARPRTRFAILURE),
	INET(ARPRTRALIVE),
	INET6(NEW_USER_ADDR), INET6(CHANGED_ADDR), INET6(ADDR_DELETED),
	INET6(NEW_LL_ADDR), INET6(NEW_RTADV_ADDR), INET6(DEFROUTER),
};

static const char *
subclass_name(unsigned subclass)
{
	switch (subclass) {
	case KEV_INET_SUBCLASS:
		return "INET";
	case KEV_DL_SUBCLASS:
		return "DL";
	case KEV_INET6_SUBCLASS:
		return "INET6";
	}
	return NULL;
}

/* The event's name, "" where it is not one of the network's. */
static void
event_name(const struct kern_event_msg *m, char *buf, size_t size)
{
	size_t i;

	buf[0] = '\0';
	if (m->vendor_code != KEV_VENDOR_APPLE)
		return;
	if (m->kev_class == KEV_SYSTEM_CLASS && m->kev_subclass == 2) {
		snprintf(buf, size, "KEV_CTL_%s", m->event_code == 1
			? "REGISTERED" : "DEREGISTERED");
		return;
	}
	if (m->kev_class != KEV_NETWORK_CLASS)
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].n_subclass == m->kev_subclass &&
		    names[i].n_code == m->event_code)
			snprintf(buf, size, "KEV_%s_%s",
			    subclass_name(m->kev_subclass), names[i].n_text);
}

/* Network events begin with their interface. */
static void
interface(const struct kern_event_msg *m, size_t data, char *buf, size_t size)
{
	struct net_event_data ev;

	buf[0] = '\0';
	if (m->vendor_code != KEV_VENDOR_APPLE ||
	    m->kev_class != KEV_NETWORK_CLASS || data < sizeof(ev))
		return;
	memcpy(&ev, m->event_data, sizeof(ev));
	ev.if_name[IFNAMSIZ - 1] = '\0';
	snprintf(buf, size, "%s%u", ev.if_name, ev.if_unit);
}

static void
show(const struct kern_event_msg *m, bool json)
{
	size_t data = m->total_size - KEV_MSG_HEADER_SIZE, i;
	const unsigned char *p = (const unsigned char *)m->event_data;
	char name[48], ifname[40];

	event_name(m, name, sizeof(name));
	interface(m, data, ifname, sizeof(ifname));
	if (json)
		printf("{\"id\": %u, \"vendor\": %u, \"class\": %u, "
		       "\"subclass\": %u, \"code\": %u, \"name\": \"%s\", "
		       "\"interface\": \"%s\", \"data\": \"", m->id,
		    m->vendor_code, m->kev_class, m->kev_subclass,
		    m->event_code, name, ifname);
	else
		printf("%u vendor %u class %u subclass %u code %u%s%s%s%s"
		       "  data", m->id, m->vendor_code, m->kev_class,
		    m->kev_subclass, m->event_code, name[0] ? " " : "", name,
		    ifname[0] ? " " : "", ifname);
	if (!json)
		printf(" ");
	for (i = 0; i < data && i < 128; i++)
		printf("%02x", p[i]);
	printf(json ? "\"}\n" : "\n");
	fflush(stdout);
}

static int
set_filter(int fd, const char *vendor, int argc, char **argv)
{
	struct kev_request req = { KEV_ANY_VENDOR, KEV_ANY_CLASS,
		KEV_ANY_SUBCLASS };
	struct kev_vendor_code vc;
	char *end;

	if (vendor != NULL) {
		req.vendor_code = (u_int32_t)strtoul(vendor, &end, 0);
		if (*end != '\0') {
			memset(&vc, 0, sizeof(vc));
			strlcpy(vc.vendor_string, vendor,
			    sizeof(vc.vendor_string));
			if (ioctl(fd, SIOCGKEVVENDOR, &vc) != 0) {
				fprintf(stderr, "kevmon: %s: no such vendor\n",
				    vendor);
				return -1;
			}
			req.vendor_code = vc.vendor_code;
		}
	}
	if (argc > 0)
		req.kev_class = (u_int32_t)atoi(argv[0]);
	if (argc > 1)
		req.kev_subclass = (u_int32_t)atoi(argv[1]);
	if (argc > 0 && req.vendor_code == KEV_ANY_VENDOR)
		req.vendor_code = KEV_VENDOR_APPLE;
	if (ioctl(fd, SIOCSKEVFILT, &req) == 0)
		return 0;
	perror("kevmon: SIOCSKEVFILT");
	return -1;
}

static int
kevmon_main(int argc, char **argv)
{
	union {
		struct kern_event_msg msg;
		char bytes[4096];
	} buf;
	const char *vendor = NULL;
	bool json = false;
	long count = -1;
	int wait_ms = -1, c, fd;
	struct pollfd p;
	ssize_t n;

	while ((c = getopt(argc, argv, "jc:w:v:")) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 'c':
			count = strtol(optarg, NULL, 10);
			break;
		case 'w':
			wait_ms = atoi(optarg) * 1000;
			break;
		case 'v':
			vendor = optarg;
			break;
		default:
			return command_usage("kevmon");
		}
	}
	if (argc - optind > 2)
		return command_usage("kevmon");
	fd = socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT);
	if (fd < 0) {
		fprintf(stderr, "kevmon: socket: %s\n", strerror(errno));
		return 1;
	}
	if (set_filter(fd, vendor, argc - optind, argv + optind) != 0)
		return 1;
	p = (struct pollfd){ fd, POLLIN, 0 };
	while (count != 0 && poll(&p, 1, wait_ms) > 0) {
		n = recv(fd, &buf, sizeof(buf), 0);
		if (n < (ssize_t)KEV_MSG_HEADER_SIZE)
			break;
		show(&buf.msg, json);
		if (count > 0)
			count--;
	}
	return 0;
}
COMMAND(kevmon, "kevmon [-j] [-c count] [-w s] [-v vendor] [class [subclass]]"
    " - watch kernel events", kevmon_main);
