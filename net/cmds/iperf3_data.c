/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data of a test: every stream nonblocking under one poll, so that any
 * number of them in both directions shares a thread.
 *
 * A UDP datagram begins with the sender's clock (seconds, microseconds) and
 * its number, 4 or 8 bytes, all in network order.  Jitter is that of
 * RFC 1889, A.8.
 */
#include "net/cmds/iperf3.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define TURNS 16		/* buffers a stream may move per poll */
#define DRAIN_US 100000		/* silence that means: all has come */
#define DRAIN_MAX_US 2000000

int64_t
iperf_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

struct iperf_stream *
iperf_add_stream(struct iperf *ip, int fd, bool sending)
{
	struct iperf_stream *s = &ip->i_stream[ip->i_nstreams];
	int one = 1;

	memset(s, 0, sizeof(*s));
	s->s_fd = fd;
	s->s_sending = sending;
	/* iperf3 counts 1, 3, 4, 5 ... */
	s->s_id = ip->i_nstreams == 0 ? 1 : ip->i_nstreams + 2;
	ip->i_nstreams++;
	ioctl(fd, FIONBIO, &one);
	return s;
}

void
iperf_close_streams(struct iperf *ip)
{
	while (ip->i_nstreams > 0)
		close(ip->i_stream[--ip->i_nstreams].s_fd);
}

static void
put32(char *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

static uint32_t
get32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

/* When a UDP sender may send its next datagram. */
static int64_t
next_send(struct iperf *ip, struct iperf_stream *s)
{
	if (!ip->i_udp || ip->i_rate == 0)
		return 0;
	return ip->i_start_us +
	    (int64_t)(s->s_bytes * 8 * 1000000 / ip->i_rate);
}

static void
fill_datagram(struct iperf *ip, struct iperf_stream *s)
{
	struct timeval tv;
	uint64_t n = s->s_packets + 1;
	char *b = ip->i_buf;

	gettimeofday(&tv, NULL);
	put32(b, (uint32_t)tv.tv_sec);
	put32(b + 4, (uint32_t)tv.tv_usec);
	if (ip->i_counters64) {
		put32(b + 8, (uint32_t)(n >> 32));
		put32(b + 12, (uint32_t)n);
	} else {
		put32(b + 8, (uint32_t)n);
	}
}

static int
send_some(struct iperf *ip, struct iperf_stream *s)
{
	ssize_t k;
	int i;

	for (i = 0; i < TURNS; i++) {
		if (ip->i_udp) {
			if (next_send(ip, s) > iperf_now_us())
				return 0;
			fill_datagram(ip, s);
		}
		k = send(s->s_fd, ip->i_buf, ip->i_len - s->s_partial, 0);
		if (k < 0)
			return errno == EAGAIN || errno == ENOBUFS ? 0 : -1;
		s->s_bytes += (uint64_t)k;
		if (!ip->i_udp)
			s->s_partial = (s->s_partial + (size_t)k) % ip->i_len;
		s->s_packets++;
		/* A server goes on until it is told that it is enough. */
		if (!ip->i_server && ip->i_bytes_wanted > 0 &&
		    s->s_bytes >= ip->i_bytes_wanted)
			return 0;
	}
	return 0;
}

static void
take_datagram(struct iperf *ip, struct iperf_stream *s)
{
	const char *b = ip->i_buf;
	struct timeval tv;
	uint64_t n;
	int64_t transit, d;

	n = ip->i_counters64 ? (uint64_t)get32(b + 8) << 32 | get32(b + 12)
			     : get32(b + 8);
	if (n > s->s_packets) {
		s->s_lost += n - s->s_packets - 1;
		s->s_packets = n;
	} else {
		s->s_outoforder++;
		if (s->s_lost > 0)
			s->s_lost--;
	}
	gettimeofday(&tv, NULL);
	transit = (int64_t)(tv.tv_sec - (time_t)get32(b)) * 1000000 +
	    (int64_t)tv.tv_usec - (int64_t)get32(b + 4);
	d = transit - s->s_transit_us;
	if (s->s_transit_us != 0)
		s->s_jitter_us += ((d < 0 ? -d : d) - s->s_jitter_us) / 16;
	s->s_transit_us = transit;
}

/* 1: the stream has ended. */
static int
receive_some(struct iperf *ip, struct iperf_stream *s)
{
	ssize_t k;
	int i;

	for (i = 0; i < TURNS; i++) {
		k = recv(s->s_fd, ip->i_buf, IPERF_BUF, 0);
		if (k < 0)
			return errno == EAGAIN ? 0 : 1;
		if (k == 0)
			return !ip->i_udp;
		s->s_bytes += (uint64_t)k;
		if (ip->i_udp && k >= 16)
			take_datagram(ip, s);
	}
	return 0;
}

/* Is what this client has to send or wait for done? */
static bool
client_done(struct iperf *ip)
{
	uint64_t total = 0;
	int i;

	if (ip->i_bytes_wanted == 0)
		return iperf_now_us() >=
		    ip->i_start_us + (int64_t)ip->i_time_s * 1000000;
	for (i = 0; i < ip->i_nstreams; i++)
		total += ip->i_stream[i].s_bytes;
	return total >= ip->i_bytes_wanted * (uint64_t)ip->i_nstreams;
}

/*
 * The program iperf3 reads whole blocks, and waits for the rest of one before
 * it looks at anything else: a block begun is sent to its end.  Where its
 * blocks do not begin with ours, as after a read that found less, only the
 * end of the stream lets it go on.
 */
static void
finish_sending(struct iperf *ip, struct iperf_stream *s)
{
	struct pollfd p = { s->s_fd, POLLOUT, 0 };
	ssize_t k;

	while (s->s_partial != 0 && poll(&p, 1, DRAIN_MAX_US / 1000) > 0) {
		k = send(s->s_fd, ip->i_buf, ip->i_len - s->s_partial, 0);
		if (k < 0 && errno != EAGAIN)
			return;
		if (k > 0) {
			s->s_bytes += (uint64_t)k;
			s->s_partial = (s->s_partial + (size_t)k) % ip->i_len;
		}
	}
	if (ip->i_server && !ip->i_udp)
		shutdown(s->s_fd, SHUT_WR);
}

/* What a client has sent must have arrived before it says that it is over. */
static void
wait_acked(struct iperf *ip)
{
	int64_t limit = iperf_now_us() + DRAIN_MAX_US;
	socklen_t len;
	int i, left;

	for (i = 0; i < ip->i_nstreams; i++) {
		do {
			len = sizeof(left);
			left = 0;
			if (!ip->i_stream[i].s_sending ||
			    getsockopt(ip->i_stream[i].s_fd, SOL_SOCKET,
				SO_NWRITE, &left, &len) != 0 || left == 0)
				break;
			usleep(2000);
		} while (iperf_now_us() < limit);
	}
	usleep(DRAIN_US);
}

/* How long poll may wait: the next datagram, the end of the test. */
static int
wait_ms(struct iperf *ip)
{
	int64_t now = iperf_now_us(), us = 100000, t;
	int i;

	for (i = 0; ip->i_udp && i < ip->i_nstreams; i++) {
		if (!ip->i_stream[i].s_sending)
			continue;
		t = next_send(ip, &ip->i_stream[i]) - now;
		if (t < us)
			us = t;
	}
	if (!ip->i_server && ip->i_bytes_wanted == 0) {
		t = ip->i_start_us + (int64_t)ip->i_time_s * 1000000 - now;
		if (t < us)
			us = t;
	}
	return us <= 0 ? 0 : (int)(us / 1000);
}

/* The control connection says something in the middle of the data. */
static int
control_ready(struct iperf *ip, bool *done)
{
	enum iperf_state st;

	if (iperf_recv_state(ip, &st) != 0)
		return -1;
	if (st == TEST_END && ip->i_server) {
		*done = true;
		return 0;
	}
	fprintf(stderr, "iperf3: the peer ended the test (%d)\n", st);
	return -1;
}

/*
 * The end was said on another connection than the data: takes what is still
 * under way, until nothing has come for a while.
 */
static void
drain(struct iperf *ip)
{
	int64_t now = iperf_now_us(), last = now, limit = now + DRAIN_MAX_US;
	uint64_t before;
	int i;

	while (now < last + DRAIN_US && now < limit) {
		for (i = 0; i < ip->i_nstreams; i++) {
			struct iperf_stream *s = &ip->i_stream[i];

			before = s->s_bytes;
			if (!s->s_sending)
				receive_some(ip, s);
			if (s->s_bytes != before)
				last = iperf_now_us();
		}
		usleep(5000);
		now = iperf_now_us();
	}
}

int
iperf_run_data(struct iperf *ip)
{
	struct pollfd p[IPERF_STREAMS + 1];
	bool done = false;
	int i, n;

	ip->i_start_us = iperf_now_us();
	for (i = 0; i < ip->i_nstreams; i++) {
		p[i].fd = ip->i_stream[i].s_fd;
		p[i].events = ip->i_stream[i].s_sending ? POLLOUT : POLLIN;
	}
	p[i].fd = ip->i_ctl;
	p[i].events = POLLIN;
	while (!done) {
		n = poll(p, (nfds_t)ip->i_nstreams + 1, wait_ms(ip));
		if (n < 0)
			return -1;
		for (i = 0; i < ip->i_nstreams; i++) {
			struct iperf_stream *s = &ip->i_stream[i];

			if (s->s_sending && send_some(ip, s) != 0)
				p[i].fd = -1;
			else if (!s->s_sending && p[i].revents != 0 &&
			    receive_some(ip, s) != 0)
				p[i].fd = -1;
		}
		if (p[i].revents != 0 && control_ready(ip, &done) != 0)
			return -1;
		if (!ip->i_server && client_done(ip))
			done = true;
	}
	for (i = 0; i < ip->i_nstreams; i++)
		if (ip->i_stream[i].s_sending)
			finish_sending(ip, &ip->i_stream[i]);
	ip->i_end_us = iperf_now_us();
	if (ip->i_server)
		drain(ip);
	else if (!ip->i_udp)
		wait_acked(ip);
	return 0;
}
