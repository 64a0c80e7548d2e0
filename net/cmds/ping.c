/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping, ping6: echo requests (RFC 792, RFC 4443 section 4) and what comes
 * back.  The status is 0 when at least one reply arrived.
 *
 * The request carries the time it was sent, so a reply needs no table; a bit
 * a sequence number tells replies from repeats.
 */
#include "kernel/shell/command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DATALEN	 56
#define MAXDATA	 65507
#define BUFLEN	 65536
#define HDRLEN	 8		/* ICMP echo: type code sum id seq */

struct ping {
	int p_fd, p_family;
	struct sockaddr_storage p_to;
	char p_name[INET6_ADDRSTRLEN];
	long p_count;		/* requests to send; -1: until ^C */
	int64_t p_interval_us, p_wait_us;
	size_t p_size;
	uint16_t p_id;
	long p_sent, p_received, p_repeats;
	int64_t p_min, p_max, p_sum;
	bool p_quiet, p_json;
	uint8_t *p_buf;
	uint8_t p_seen[8192];	/* a bit for each of 65536 numbers */
};

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* RFC 1071, over a packet of ours: the length is what we made it. */
static uint16_t
checksum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (; n > 1; n -= 2, p += 2)
		sum += (uint32_t)(p[0] | p[1] << 8);
	if (n > 0)
		sum += p[0];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static int
send_one(struct ping *p)
{
	uint8_t *b = p->p_buf;
	uint16_t seq = htons((uint16_t)p->p_sent), sum;
	int64_t t = now_us();
	size_t i;

	b[0] = p->p_family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	memset(b + 1, 0, 3);
	memcpy(b + 4, &p->p_id, 2);
	memcpy(b + 6, &seq, 2);
	for (i = 0; i < p->p_size; i++)
		b[HDRLEN + i] = (uint8_t)i;
	if (p->p_size >= sizeof(t))
		memcpy(b + HDRLEN, &t, sizeof(t));
	if (p->p_family == AF_INET) {
		sum = checksum(b, HDRLEN + p->p_size);
		memcpy(b + 2, &sum, 2);
	}
	p->p_seen[(uint16_t)p->p_sent / 8] &=
	    (uint8_t)~(1u << (p->p_sent % 8));
	p->p_sent++;
	if (sendto(p->p_fd, b, HDRLEN + p->p_size, 0,
		(struct sockaddr *)&p->p_to, p->p_to.ss_len) >= 0)
		return 0;
	fprintf(stderr, "ping: sendto: %s\n", strerror(errno));
	return -1;
}

static void
count_reply(struct ping *p, unsigned seq, int64_t rtt)
{
	if (p->p_seen[seq / 8] & (1u << (seq % 8))) {
		p->p_repeats++;
		return;
	}
	p->p_seen[seq / 8] |= (uint8_t)(1u << (seq % 8));
	if (p->p_received++ == 0 || rtt < p->p_min)
		p->p_min = rtt;
	if (rtt > p->p_max)
		p->p_max = rtt;
	p->p_sum += rtt;
}

/* One packet from the socket; true when it answers us. */
static bool
receive_one(struct ping *p)
{
	struct sockaddr_storage from;
	socklen_t fromlen = sizeof(from);
	const uint8_t *b = p->p_buf;
	char name[INET6_ADDRSTRLEN] = "?";
	int64_t sent, rtt = 0;
	uint16_t seq;
	ssize_t n;
	int ttl = 0;

	n = recvfrom(p->p_fd, p->p_buf, BUFLEN, 0, (struct sockaddr *)&from,
	    &fromlen);
	if (n < 0)
		return false;
	if (p->p_family == AF_INET) {
		size_t hl = (size_t)(b[0] & 0xf) * 4;

		if ((size_t)n < hl + HDRLEN || b[hl] != ICMP_ECHOREPLY)
			return false;
		ttl = b[8];
		b += hl;
		n -= (ssize_t)hl;
	} else if (n < HDRLEN || b[0] != ICMP6_ECHO_REPLY) {
		return false;
	}
	if (memcmp(b + 4, &p->p_id, 2) != 0)
		return false;
	memcpy(&seq, b + 6, 2);
	seq = ntohs(seq);
	if ((size_t)n >= HDRLEN + sizeof(sent)) {
		memcpy(&sent, b + HDRLEN, sizeof(sent));
		rtt = now_us() - sent;
	}
	count_reply(p, seq, rtt);
	if (p->p_quiet)
		return true;
	if (p->p_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&from)->sin_addr,
		    name, sizeof(name));
	else
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&from)->sin6_addr,
		    name, sizeof(name));
	printf("%zd bytes from %s: icmp_seq=%u", n, name, seq);
	if (p->p_family == AF_INET)
		printf(" ttl=%d", ttl);
	printf(" time=%lld.%03lld ms\n", (long long)rtt / 1000,
	    (long long)rtt % 1000);
	fflush(stdout);
	return true;
}

/* Takes replies until the time is over, all are in, or ^C: then false. */
static bool
receive_until(struct ping *p, int64_t until, bool all)
{
	struct pollfd pfd = { p->p_fd, POLLIN, 0 };
	int64_t left;
	int r;

	while ((left = until - now_us()) > 0) {
		r = poll(&pfd, 1, (int)((left + 999) / 1000));
		if (r < 0)
			return false;
		if (r > 0)
			receive_one(p);
		if (all && p->p_received >= p->p_sent)
			break;
	}
	return true;
}

static void
summary(struct ping *p)
{
	long lost = p->p_sent - p->p_received;
	int64_t avg = p->p_received > 0 ? p->p_sum / p->p_received : 0;

	if (p->p_json) {
		printf("{\"host\": \"%s\", \"sent\": %ld, \"received\": %ld, "
		       "\"duplicates\": %ld, \"min_us\": %lld, \"avg_us\": "
		       "%lld, \"max_us\": %lld}\n", p->p_name, p->p_sent,
		    p->p_received, p->p_repeats, (long long)p->p_min,
		    (long long)avg, (long long)p->p_max);
		return;
	}
	printf("--- %s ping statistics ---\n", p->p_name);
	printf("%ld packets transmitted, %ld packets received, ", p->p_sent,
	    p->p_received);
	if (p->p_repeats > 0)
		printf("+%ld duplicates, ", p->p_repeats);
	printf("%ld%% packet loss\n",
	    p->p_sent > 0 ? lost * 100 / p->p_sent : 0);
	if (p->p_received > 0)
		printf("round-trip min/avg/max = %lld.%03lld/%lld.%03lld/"
		       "%lld.%03lld ms\n", (long long)p->p_min / 1000,
		    (long long)p->p_min % 1000, (long long)avg / 1000,
		    (long long)avg % 1000, (long long)p->p_max / 1000,
		    (long long)p->p_max % 1000);
}

static int
resolve(struct ping *p, const char *host)
{
	struct addrinfo hints = { .ai_family = p->p_family,
		.ai_socktype = SOCK_RAW }, *ai;
	int error = getaddrinfo(host, NULL, &hints, &ai);

	if (error != 0) {
		fprintf(stderr, "ping: %s: %s\n", host, gai_strerror(error));
		return -1;
	}
	memcpy(&p->p_to, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(ai);
	if (p->p_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&p->p_to)->sin_addr,
		    p->p_name, sizeof(p->p_name));
	else
		inet_ntop(AF_INET6,
		    &((struct sockaddr_in6 *)&p->p_to)->sin6_addr, p->p_name,
		    sizeof(p->p_name));
	return 0;
}

static int
run(struct ping *p)
{
	int64_t next = now_us();

	if (!p->p_json)
		printf("PING %s: %zu data bytes\n", p->p_name, p->p_size);
	fflush(stdout);
	while (p->p_count < 0 || p->p_sent < p->p_count) {
		send_one(p);
		next += p->p_interval_us;
		if (p->p_sent == p->p_count)
			next = now_us() + p->p_wait_us;
		if (!receive_until(p, next, p->p_sent == p->p_count))
			break;
	}
	summary(p);
	return p->p_received > 0 ? 0 : 2;
}

/* "0.2" seconds in microseconds. */
static int64_t
seconds(const char *s)
{
	char *end;
	int64_t us = (int64_t)strtoul(s, &end, 10) * 1000000, unit = 100000;

	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			us += (*end - '0') * unit;
	return us;
}

static int
ping_family(int argc, char **argv, int family)
{
	struct ping *p = calloc(1, sizeof(*p));
	int c, ttl = 0;

	if (p == NULL || (p->p_buf = malloc(BUFLEN)) == NULL) {
		fprintf(stderr, "ping: out of memory\n");
		return 1;
	}
	p->p_family = family;
	p->p_count = -1;
	p->p_interval_us = p->p_wait_us = 1000000;
	p->p_size = DATALEN;
	p->p_id = (uint16_t)getpid();
	while ((c = getopt(argc, argv, "c:i:s:t:W:qj")) != -1) {
		switch (c) {
		case 'c':
			p->p_count = strtol(optarg, NULL, 10);
			break;
		case 'i':
			p->p_interval_us = seconds(optarg);
			break;
		case 's':
			p->p_size = strtoul(optarg, NULL, 10);
			break;
		case 't':
			ttl = atoi(optarg);
			break;
		case 'W':
			p->p_wait_us = seconds(optarg);
			break;
		case 'q':
			p->p_quiet = true;
			break;
		case 'j':
			p->p_json = p->p_quiet = true;
			break;
		default:
			return command_usage(argv[0]);
		}
	}
	if (argc - optind != 1 || p->p_size > MAXDATA)
		return command_usage(argv[0]);
	if (resolve(p, argv[optind]) != 0)
		return 68;	/* no such host, as BSD's sysexits say */
	p->p_fd = socket(family, SOCK_RAW,
	    family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (p->p_fd < 0) {
		fprintf(stderr, "ping: socket: %s\n", strerror(errno));
		return 71;
	}
	if (ttl > 0)
		setsockopt(p->p_fd,
		    family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    family == AF_INET ? IP_TTL : IPV6_UNICAST_HOPS, &ttl,
		    sizeof(ttl));
	return run(p);
}

static int
ping_main(int argc, char **argv)
{
	bool v6 = argc > 1 && strchr(argv[argc - 1], ':') != NULL;

	return ping_family(argc, argv, v6 ? AF_INET6 : AF_INET);
}
COMMAND(ping, "ping [-jq] [-c count] [-i s] [-s bytes] [-t ttl] [-W s] host "
    "- ask for echoes", ping_main);

static int
ping6_main(int argc, char **argv)
{
	return ping_family(argc, argv, AF_INET6);
}
COMMAND(ping6, "ping6 [-jq] [-c count] [-i s] [-s bytes] [-t hops] [-W s] "
    "host - ask for echoes, IPv6", ping6_main);
