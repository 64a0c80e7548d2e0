/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets as text.  Every read checks what was captured: a short packet ends
 * its line with "[|proto]".
 */
#include "net/cmds/pktprint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/cmds/netprint.h"

static uint32_t
get(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return (v);
}

static bool
need(size_t have, size_t want, const char *proto)
{
	if (have >= want)
		return (true);
	printf("[|%s]", proto);
	return (false);
}

static void
print_ip(int family, const uint8_t *addr)
{
	char text[64];

	print_addr(text, sizeof(text), family, addr);
	printf("%s", text);
}

/* "src.port > dst.port: " */
static void
print_ends(int family, const uint8_t *src, const uint8_t *dst,
    const uint8_t *ports)
{
	print_ip(family, src);
	if (ports != NULL)
		printf(".%u", get(ports, 2));
	printf(" > ");
	print_ip(family, dst);
	if (ports != NULL)
		printf(".%u", get(ports + 2, 2));
	printf(": ");
}

static void
print_tcp(const struct pktprint_opts *o, const uint8_t *p, size_t cap, size_t len)
{
	static const char letters[] = "FSRP.UEW";

	if (!need(cap, 20, "tcp"))
		return;
	size_t hlen = (size_t)(p[12] >> 4) * 4;
	size_t data = len > hlen ? len - hlen : 0;
	if (o->quiet) {
		printf("tcp %zu", data);
		return;
	}
	printf("Flags [");
	if ((p[13] & 0x3f) == 0)
		printf("none");
	for (unsigned i = 0; i < 8; i++)
		if (i != 4 && (p[13] & (1u << i)) != 0)
			printf("%c", letters[i]);
	if ((p[13] & 0x10) != 0)
		printf(".");
	printf("], seq %u", get(p + 4, 4));
	if (data != 0)
		printf(":%u", get(p + 4, 4) + (uint32_t)data);
	if ((p[13] & 0x10) != 0)
		printf(", ack %u", get(p + 8, 4));
	printf(", win %u", get(p + 14, 2));
	if (o->verbose && hlen > 20 && cap >= hlen) {
		printf(", options [");
		for (size_t i = 20; i < hlen && p[i] != 0;) {
			if (i > 20)
				printf(",");
			unsigned n = p[i] == 1 ? 1 : i + 1 < hlen ? p[i + 1] : 0;
			if (p[i] == 1)
				printf("nop");
			else if (p[i] == 2 && i + 4 <= hlen)
				printf("mss %u", get(p + i + 2, 2));
			else if (p[i] == 3 && i + 3 <= hlen)
				printf("wscale %u", p[i + 2]);
			else if (p[i] == 4)
				printf("sackOK");
			else
				printf("%u", p[i]);
			if (n == 0)
				break;
			i += n;
		}
		printf("]");
	}
	printf(", length %zu", data);
}

static void
print_icmp(const uint8_t *p, size_t cap, size_t len)
{
	if (!need(cap, 8, "icmp"))
		return;
	printf("ICMP ");
	switch (p[0]) {
	case 0:
	case 8:
		printf("echo %s, id %u, seq %u", p[0] == 8 ? "request" : "reply",
		    get(p + 4, 2), get(p + 6, 2));
		break;
	case 3:
		printf("unreachable, code %u", p[1]);
		if (p[1] == 4)
			printf(", mtu %u", get(p + 6, 2));
		break;
	case 5:
		printf("redirect");
		break;
	case 11:
		printf("time exceeded");
		break;
	default:
		printf("type %u, code %u", p[0], p[1]);
		break;
	}
	printf(", length %zu", len);
}

static void
print_icmp6(const uint8_t *p, size_t cap, size_t len)
{
	if (!need(cap, 8, "icmp6"))
		return;
	printf("ICMP6, ");
	switch (p[0]) {
	case 1:
		printf("destination unreachable, code %u", p[1]);
		break;
	case 2:
		printf("packet too big, mtu %u", get(p + 4, 4));
		break;
	case 3:
		printf("time exceeded");
		break;
	case 128:
	case 129:
		printf("echo %s, id %u, seq %u", p[0] == 128 ? "request" :
		    "reply", get(p + 4, 2), get(p + 6, 2));
		break;
	case 130:
	case 131:
	case 132:
	case 143:
		printf("multicast listener %s", p[0] == 130 ? "query" :
		    p[0] == 132 ? "done" : "report");
		break;
	case 133:
		printf("router solicitation");
		break;
	case 134:
		printf("router advertisement");
		break;
	case 135:
	case 136:
		printf("neighbor %s", p[0] == 135 ? "solicitation, who has " :
		    "advertisement, tgt is ");
		if (cap >= 24)
			print_ip(AF_INET6, p + 8);
		break;
	default:
		printf("type %u, code %u", p[0], p[1]);
		break;
	}
	printf(", length %zu", len);
}

static void
print_transport(const struct pktprint_opts *o, int family, unsigned proto,
    const uint8_t *src, const uint8_t *dst, const uint8_t *p, size_t cap,
    size_t len)
{
	bool ports = (proto == IPPROTO_TCP || proto == IPPROTO_UDP) && cap >= 4;

	print_ends(family, src, dst, ports ? p : NULL);
	switch (proto) {
	case IPPROTO_TCP:
		print_tcp(o, p, cap, len);
		break;
	case IPPROTO_UDP:
		if (need(cap, 8, "udp"))
			printf("UDP, length %u", get(p + 4, 2) >= 8 ?
			    get(p + 4, 2) - 8 : 0);
		break;
	case IPPROTO_ICMP:
		print_icmp(p, cap, len);
		break;
	case IPPROTO_ICMPV6:
		print_icmp6(p, cap, len);
		break;
	case IPPROTO_IGMP:
		printf("igmp, length %zu", len);
		break;
	default:
		printf("ip-proto-%u %zu", proto, len);
		break;
	}
}

static void
print_ip4(const struct pktprint_opts *o, const uint8_t *p, size_t cap)
{
	if (!need(cap, 20, "ip"))
		return;
	size_t hlen = (size_t)(p[0] & 15) * 4, total = get(p + 2, 2);
	unsigned frag = get(p + 6, 2);

	printf("IP ");
	if (o->verbose)
		printf("(tos 0x%x, ttl %u, id %u, offset %u, flags [%s%s], "
		    "proto %u, length %zu) ", p[1], p[8], get(p + 4, 2),
		    (frag & 0x1fff) * 8, frag & 0x4000 ? "DF" : "",
		    frag & 0x2000 ? "+" : "", p[9], total);
	if (hlen < 20 || hlen > cap) {
		printf("[|ip]");
		return;
	}
	if (total < cap)
		cap = total;
	if (cap < hlen)
		return;
	if ((frag & 0x1fff) != 0) {
		print_ends(AF_INET, p + 12, p + 16, NULL);
		printf("ip-proto-%u, fragment offset %u", p[9],
		    (frag & 0x1fff) * 8);
		return;
	}
	print_transport(o, AF_INET, p[9], p + 12, p + 16, p + hlen, cap - hlen,
	    total > hlen ? total - hlen : 0);
}

static void
print_ip6(const struct pktprint_opts *o, const uint8_t *p, size_t cap)
{
	if (!need(cap, 40, "ip6"))
		return;
	size_t len = get(p + 4, 2), off = 40;
	unsigned next = p[6];

	printf("IP6 ");
	if (o->verbose)
		printf("(hlim %u, next-header %u, payload length %zu) ", p[7],
		    next, len);
	if (len + 40 < cap)
		cap = len + 40;
	while ((next == 0 || next == 43 || next == 44 || next == 60) &&
	    off + 8 <= cap) {
		size_t size = next == 44 ? 8 : ((size_t)p[off + 1] + 1) * 8;
		if (next == 44)
			printf("frag ");
		next = p[off];
		off += size;
	}
	if (off > cap)
		off = cap;
	print_transport(o, AF_INET6, next, p + 8, p + 24, p + off, cap - off,
	    len + 40 > off ? len + 40 - off : 0);
}

static void
print_arp(const uint8_t *p, size_t cap)
{
	char mac[20];

	printf("ARP, ");
	if (!need(cap, 28, "arp"))
		return;
	print_lladdr(mac, sizeof(mac), p + 8);
	switch (get(p + 6, 2)) {
	case 1:
		printf("Request who-has ");
		print_ip(AF_INET, p + 24);
		printf(" tell ");
		print_ip(AF_INET, p + 14);
		break;
	case 2:
		printf("Reply ");
		print_ip(AF_INET, p + 14);
		printf(" is-at %s", mac);
		break;
	default:
		printf("op %u", get(p + 6, 2));
		break;
	}
}

static void
print_network(const struct pktprint_opts *o, unsigned type, const uint8_t *p,
    size_t cap, size_t len)
{
	switch (type) {
	case ETHERTYPE_IP:
		print_ip4(o, p, cap);
		break;
	case ETHERTYPE_IPV6:
		print_ip6(o, p, cap);
		break;
	case ETHERTYPE_ARP:
		print_arp(p, cap);
		break;
	case ETHERTYPE_VLAN:
		if (!need(cap, 4, "vlan"))
			break;
		printf("vlan %u, ", get(p, 2) & 0xfff);
		print_network(o, get(p + 2, 2), p + 4, cap - 4, len - 4);
		break;
	default:
		printf("ethertype 0x%04x, length %zu", type, len);
		break;
	}
}

static void
print_hex(const struct pktprint_opts *o, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i += 16) {
		printf("\n\t0x%04zx: ", i);
		for (size_t j = i; j < i + 16; j++) {
			if (j % 2 == 0)
				printf(" ");
			if (j < n)
				printf("%02x", p[j]);
			else if (o->hex > 1)
				printf("  ");
		}
		if (o->hex < 2)
			continue;
		printf("  ");
		for (size_t j = i; j < i + 16 && j < n; j++)
			printf("%c", isprint(p[j]) ? p[j] : '.');
	}
}

void
print_packet(const struct pktprint_opts *o, unsigned dlt, const uint8_t *p,
    size_t caplen, size_t len)
{
	size_t hlen = 0;
	unsigned type = 0;
	char src[20], dst[20];

	switch (dlt) {
	case DLT_EN10MB:
		if (!need(caplen, 14, "ether"))
			return;
		hlen = 14;
		type = get(p + 12, 2);
		if (o->link) {
			print_lladdr(src, sizeof(src), p + 6);
			print_lladdr(dst, sizeof(dst), p);
			printf("%s > %s, ethertype 0x%04x, length %zu: ", src,
			    dst, type, len);
		}
		break;
	case DLT_NULL:
	case DLT_LOOP:
		if (!need(caplen, 4, "null"))
			return;
		hlen = 4;
		type = dlt == DLT_LOOP ? get(p, 4) : p[0];
		type = type == AF_INET ? ETHERTYPE_IP : type == AF_INET6 ?
		    ETHERTYPE_IPV6 : 0;
		break;
	case DLT_RAW:
		type = caplen > 0 && p[0] >> 4 == 6 ? ETHERTYPE_IPV6 :
		    ETHERTYPE_IP;
		break;
	default:
		printf("link type %u, length %zu", dlt, len);
		hlen = caplen;
		break;
	}
	if (hlen < caplen)
		print_network(o, type, p + hlen, caplen - hlen, len - hlen);
	if (o->hex != 0)
		print_hex(o, p + (o->link ? 0 : hlen),
		    caplen - (o->link ? 0 : hlen));
}
