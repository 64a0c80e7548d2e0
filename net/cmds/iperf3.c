/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iperf3: throughput to and from the iperf3 program on another host.
 *
 *   iperf3 -s [-1] [-p port]
 *   iperf3 -c host [-p port] [-u] [-b rate] [-t s | -n bytes] [-P streams]
 *          [-R] [-l length] [-j]
 */
#include "kernel/shell/command.h"
#include "net/cmds/evloop.h"
#include "net/cmds/iperf3.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UDP_CONNECT_MSG	  0x36373839u
#define UDP_CONNECT_REPLY 0x39383736u
#define SETUP_MS 10000		/* for the peer's next step */

static int
complain(const char *what)
{
	fprintf(stderr, "iperf3: %s: %s\n", what, strerror(errno));
	return -1;
}

/* --- report ----------------------------------------------------------------- */

static void
print_rate(uint64_t bytes, int64_t us)
{
	uint64_t bps = us > 0 ? bytes * 8 * 1000000 / (uint64_t)us : 0;

	if (bps >= 1000000000)
		printf("%llu.%02llu Gbits/sec",
		    (unsigned long long)bps / 1000000000,
		    (unsigned long long)bps / 10000000 % 100);
	else if (bps >= 1000000)
		printf("%llu.%02llu Mbits/sec",
		    (unsigned long long)bps / 1000000,
		    (unsigned long long)bps / 10000 % 100);
	else
		printf("%llu bits/sec", (unsigned long long)bps);
}

static void
report(struct iperf *ip)
{
	int64_t us = ip->i_end_us - ip->i_start_us;
	uint64_t sent, got;
	int i;

	if (ip->i_json)
		printf("{\"seconds\": %lld.%06lld, \"streams\": [",
		    (long long)us / 1000000, (long long)us % 1000000);
	for (i = 0; i < ip->i_nstreams; i++) {
		struct iperf_stream *s = &ip->i_stream[i];

		sent = s->s_sending ? s->s_bytes : s->s_peer_bytes;
		got = s->s_sending ? s->s_peer_bytes : s->s_bytes;
		if (ip->i_json) {
			printf("%s{\"id\": %d, \"sent\": %llu, \"received\": "
			       "%llu, \"lost\": %llu}", i > 0 ? ", " : "",
			    s->s_id, (unsigned long long)sent,
			    (unsigned long long)got,
			    (unsigned long long)(s->s_sending
				    ? s->s_peer_errors : s->s_lost));
			continue;
		}
		printf("[%3d] %s %lld.%02lld s  sent %llu  received %llu  ",
		    s->s_id, s->s_sending ? "to peer  " : "from peer",
		    (long long)us / 1000000, (long long)us / 10000 % 100,
		    (unsigned long long)sent, (unsigned long long)got);
		print_rate(got, us);
		if (ip->i_udp)
			printf("  lost %llu of %llu",
			    (unsigned long long)(s->s_sending
				    ? s->s_peer_errors : s->s_lost),
			    (unsigned long long)s->s_packets);
		printf("\n");
	}
	if (ip->i_json)
		printf("]}\n");
	fflush(stdout);
}

/* --- server ----------------------------------------------------------------- */

/* Waits for a descriptor; -1 when the peer takes too long. */
static int
wait_for(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	int n = poll(&p, 1, SETUP_MS);

	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 ? 0 : complain("waiting for the peer");
}

static void
blocking(int fd)
{
	int off = 0;

	ioctl(fd, FIONBIO, &off);
}

/* A TCP data connection: accepted, with the right cookie. */
static int
accept_stream(struct iperf *ip)
{
	char cookie[IPERF_COOKIE];
	int fd;

	if (wait_for(ip->i_listen) != 0)
		return -1;
	fd = ev_accept(ip->i_listen);
	if (fd < 0)
		return complain("accept");
	blocking(fd);
	if (iperf_read_all(fd, cookie, sizeof(cookie)) != 0 ||
	    memcmp(cookie, ip->i_cookie, sizeof(cookie)) != 0) {
		close(fd);
		fprintf(stderr, "iperf3: a connection of another test\n");
		return -1;
	}
	return fd;
}

/*
 * A UDP data connection: the socket that got the greeting becomes the
 * stream, connected to its sender, and a new one takes the port.
 */
static int
accept_datagram(struct iperf *ip)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	uint32_t word = UDP_CONNECT_REPLY;
	int fd = ip->i_udp_listen, one = 1;

	if (wait_for(fd) != 0)
		return -1;
	if (recvfrom(fd, ip->i_buf, IPERF_BUF, 0, (struct sockaddr *)&from,
		&len) < 0)
		return complain("recvfrom");
	if (connect(fd, (struct sockaddr *)&from, len) != 0)
		return complain("connect");
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	ip->i_udp_listen = -1;
	if (ip->i_nstreams + 1 < ip->i_parallel)
		ip->i_udp_listen = ev_listen("iperf3", SOCK_DGRAM,
		    ip->i_port);
	if (send(fd, &word, sizeof(word), 0) < 0)
		return complain("send");
	return fd;
}

static int
create_streams(struct iperf *ip)
{
	int i, fd, total = ip->i_parallel * (ip->i_bidir ? 2 : 1);

	if (ip->i_udp) {
		ip->i_udp_listen = ev_listen("iperf3", SOCK_DGRAM,
		    ip->i_port);
		if (ip->i_udp_listen < 0)
			return -1;
	}
	if (iperf_send_state(ip, CREATE_STREAMS) != 0)
		return -1;
	for (i = 0; i < total; i++) {
		fd = ip->i_udp ? accept_datagram(ip) : accept_stream(ip);
		if (fd < 0)
			return -1;
		/* The first half of a two-way test is the client's. */
		iperf_add_stream(ip, fd, ip->i_bidir ? i >= ip->i_parallel
						     : ip->i_reverse);
	}
	return 0;
}

static int
serve_one(struct iperf *ip)
{
	enum iperf_state st;

	if (iperf_read_all(ip->i_ctl, ip->i_cookie, IPERF_COOKIE) != 0 ||
	    iperf_send_state(ip, PARAM_EXCHANGE) != 0 ||
	    iperf_recv_params(ip) != 0 || create_streams(ip) != 0 ||
	    iperf_send_state(ip, TEST_START) != 0 ||
	    iperf_send_state(ip, TEST_RUNNING) != 0 ||
	    iperf_run_data(ip) != 0 ||
	    iperf_send_state(ip, EXCHANGE_RESULTS) != 0 ||
	    iperf_recv_results(ip) != 0 || iperf_send_results(ip) != 0 ||
	    iperf_send_state(ip, DISPLAY_RESULTS) != 0)
		return -1;
	report(ip);
	return iperf_recv_state(ip, &st);
}

static int
server(struct iperf *ip, bool once)
{
	struct pollfd p;
	int r = 0;

	ip->i_listen = ev_listen("iperf3", SOCK_STREAM, ip->i_port);
	if (ip->i_listen < 0)
		return 1;
	do {
		p = (struct pollfd){ ip->i_listen, POLLIN, 0 };
		if (poll(&p, 1, -1) < 0)
			return 1;
		ip->i_ctl = ev_accept(ip->i_listen);
		if (ip->i_ctl < 0)
			continue;
		blocking(ip->i_ctl);
		ip->i_udp_listen = -1;
		r = serve_one(ip);
		iperf_close_streams(ip);
		close(ip->i_ctl);
		if (ip->i_udp_listen >= 0)
			close(ip->i_udp_listen);
	} while (!once);
	return r != 0;
}

/* --- client ----------------------------------------------------------------- */

static int
dial(struct iperf *ip, int type)
{
	struct addrinfo hints = { .ai_family = ip->i_family,
		.ai_socktype = type }, *list, *ai;
	char port[8];
	int fd = -1, error, one = 1;

	snprintf(port, sizeof(port), "%d", ip->i_port);
	error = getaddrinfo(ip->i_host, port, &hints, &list);
	if (error != 0) {
		fprintf(stderr, "iperf3: %s: %s\n", ip->i_host,
		    gai_strerror(error));
		return -1;
	}
	for (ai = list; ai != NULL && fd < 0; ai = ai->ai_next) {
		fd = socket(ai->ai_family, type, 0);
		if (fd >= 0 &&
		    connect(fd, ai->ai_addr, ai->ai_addrlen) != 0) {
			error = errno;
			close(fd);
			errno = error;
			fd = -1;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		return complain(ip->i_host);
	setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof(one));
	return fd;
}

static int
connect_stream(struct iperf *ip, bool sending)
{
	uint32_t word = UDP_CONNECT_MSG;
	int fd = dial(ip, ip->i_udp ? SOCK_DGRAM : SOCK_STREAM);

	if (fd < 0)
		return -1;
	if (ip->i_udp) {
		if (send(fd, &word, sizeof(word), 0) < 0 ||
		    wait_for(fd) != 0 ||
		    recv(fd, &word, sizeof(word), 0) < 0)
			goto fail;
	} else if (iperf_write_all(fd, ip->i_cookie, IPERF_COOKIE) != 0) {
		goto fail;
	}
	iperf_add_stream(ip, fd, sending);
	return 0;
fail:
	close(fd);
	return -1;
}

static int
connect_streams(struct iperf *ip)
{
	int i;

	for (i = 0; i < ip->i_parallel; i++)
		if (connect_stream(ip, !ip->i_reverse) != 0)
			return -1;
	for (i = 0; ip->i_bidir && i < ip->i_parallel; i++)
		if (connect_stream(ip, false) != 0)
			return -1;
	return 0;
}

/* Does what the server's states ask for; 1 when all is done. */
static int
client_step(struct iperf *ip, enum iperf_state st)
{
	switch ((int)st) {
	case PARAM_EXCHANGE:
		return iperf_send_params(ip);
	case CREATE_STREAMS:
		return connect_streams(ip);
	case TEST_START:
		return 0;
	case TEST_RUNNING:
		if (iperf_run_data(ip) != 0)
			return -1;
		return iperf_send_state(ip, TEST_END);
	case EXCHANGE_RESULTS:
		if (iperf_send_results(ip) != 0)
			return -1;
		return iperf_recv_results(ip);
	case DISPLAY_RESULTS:
		report(ip);
		return iperf_send_state(ip, IPERF_DONE) != 0 ? -1 : 1;
	case ACCESS_DENIED:
		fprintf(stderr, "iperf3: the server is busy\n");
		return -1;
	}
	fprintf(stderr, "iperf3: the server said %d\n", (int)st);
	return -1;
}

static int
client(struct iperf *ip)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	enum iperf_state st;
	int i, r = 0;

	for (i = 0; i < IPERF_COOKIE - 1; i++)
		ip->i_cookie[i] = alphabet[arc4random() % 32];
	ip->i_cookie[i] = '\0';
	ip->i_ctl = dial(ip, SOCK_STREAM);
	if (ip->i_ctl < 0 ||
	    iperf_write_all(ip->i_ctl, ip->i_cookie, IPERF_COOKIE) != 0)
		return 1;
	while (r == 0)
		r = iperf_recv_state(ip, &st) != 0 ? -1 : client_step(ip, st);
	iperf_close_streams(ip);
	return r < 0;
}

/* 10M, 1g, 500k: powers of `step`. */
static uint64_t
amount(const char *s, uint64_t step)
{
	char *end;
	uint64_t v = strtoull(s, &end, 10);

	switch (*end | 0x20) {
	case 'g':
		v *= step;
		/* FALLTHROUGH */
	case 'm':
		v *= step;
		/* FALLTHROUGH */
	case 'k':
		v *= step;
	}
	return v;
}

static int
iperf3_main(int argc, char **argv)
{
	struct iperf *ip = calloc(1, sizeof(*ip));
	bool once = false;
	int c;

	if (ip == NULL || (ip->i_buf = calloc(1, IPERF_BUF)) == NULL ||
	    (ip->i_text = malloc(IPERF_JSON_MAX)) == NULL) {
		fprintf(stderr, "iperf3: out of memory\n");
		return 1;
	}
	ip->i_port = IPERF_PORT;
	ip->i_parallel = 1;
	ip->i_time_s = 10;
	ip->i_udp_listen = -1;
	ip->i_counters64 = true;
	while ((c = getopt(argc, argv, "s1c:p:ub:t:n:P:Rl:j46")) != -1) {
		switch (c) {
		case 's':
			ip->i_server = true;
			break;
		case '1':
			once = true;
			break;
		case 'c':
			ip->i_host = optarg;
			break;
		case 'p':
			ip->i_port = atoi(optarg);
			break;
		case 'u':
			ip->i_udp = true;
			break;
		case 'b':
			ip->i_rate = amount(optarg, 1000);
			break;
		case 't':
			ip->i_time_s = atoi(optarg);
			break;
		case 'n':
			ip->i_bytes_wanted = amount(optarg, 1024);
			break;
		case 'P':
			ip->i_parallel = atoi(optarg);
			break;
		case 'R':
			ip->i_reverse = true;
			break;
		case 'l':
			ip->i_len = amount(optarg, 1024);
			break;
		case 'j':
			ip->i_json = true;
			break;
		case '4':
			ip->i_family = AF_INET;
			break;
		case '6':
			ip->i_family = AF_INET6;
			break;
		default:
			return command_usage("iperf3");
		}
	}
	if (optind != argc || ip->i_server == (ip->i_host != NULL) ||
	    ip->i_parallel < 1 || ip->i_parallel > IPERF_STREAMS)
		return command_usage("iperf3");
	if (ip->i_len < 16 || ip->i_len > IPERF_BUF)
		ip->i_len = ip->i_udp ? IPERF_UDP_LEN : IPERF_BUF;
	if (ip->i_udp && ip->i_rate == 0)
		ip->i_rate = 1000000;
	return ip->i_server ? server(ip, once) : client(ip);
}
COMMAND(iperf3, "iperf3 -s [-1] [-p port] | iperf3 -c host [-uRj] [-b rate] "
    "[-t s] [-n bytes] [-P n] [-l len] [-p port] - measure throughput",
    iperf3_main);
