/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Load for an echo service, on the host:
 *
 *	echoload ADDRESS PORT CONNECTIONS BYTES		TCP
 *	echoload -u ADDRESS PORT SOCKETS BYTES		UDP
 *
 * All connections are open before any of them sends, and stay open until the
 * last has everything back; each then half closes and must see the end.  The
 * streams are pieces of one random block, each beginning at a place of its
 * own, and every byte that comes back is compared.  One line tells how it
 * went; status 1 and a line of why if it did not.
 *
 * A datagram is its number and bytes that follow from it.  One that does not
 * come back is sent again, as often as it takes: of UDP only the bytes are
 * judged, and that nothing stays away for good.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK	1048573u	/* a prime: a shift by any buffer is seen */
#define PIECE	131072u
#define DGRAM	1400u
#define FLIGHT	8u		/* datagrams under way on one socket */
#define QUIET_MS 30000		/* nothing at all for so long: it is dead */
#define AGAIN_MS 500

struct conn {
	int		fd;
	unsigned	start;		/* place in the block */
	bool		open, shut, done;
	uint64_t	want, sent, got;
	/* UDP: numbers under way, DGRAM bytes each */
	uint32_t	next, pending[FLIGHT];
	uint64_t	stamp[FLIGHT];
	unsigned	npending;
};

static unsigned char block[BLOCK + PIECE];
static struct conn *conns;
static unsigned nconns;
static uint64_t resent;
static int ep;

static void
die(const char *what, unsigned conn, const char *why)
{
	printf("echoload: connection %u: %s: %s\n", conn, what, why);
	exit(1);
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000);
}

static void
fill_block(void)
{
	uint64_t x = 0x9e3779b97f4a7c15ull;

	for (unsigned i = 0; i < BLOCK; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		block[i] = (unsigned char)(x >> 32);
	}
	memcpy(block + BLOCK, block, PIECE);
}

/* The bytes of a stream at a place; PIECE of them follow each other. */
static const unsigned char *
stream_at(const struct conn *c, uint64_t at)
{
	return (block + (c->start + at) % BLOCK);
}

static void
watch(struct conn *c, unsigned events, int op)
{
	struct epoll_event ev = { .events = events, .data.u32 =
	    (unsigned)(c - conns) };

	if (epoll_ctl(ep, op, c->fd, &ev) != 0)
		die("epoll_ctl", ev.data.u32, strerror(errno));
}

/* --- TCP ---------------------------------------------------------------------- */

static void
tcp_send(struct conn *c)
{
	while (c->sent < c->want) {
		size_t n = c->want - c->sent > PIECE ? PIECE :
		    (size_t)(c->want - c->sent);
		ssize_t k = send(c->fd, stream_at(c, c->sent), n,
		    MSG_NOSIGNAL);

		if (k < 0 && errno == EAGAIN)
			return;
		if (k < 0)
			die("send", (unsigned)(c - conns), strerror(errno));
		c->sent += (uint64_t)k;
	}
	watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

static void
tcp_receive(struct conn *c)
{
	static unsigned char buf[PIECE];
	unsigned id = (unsigned)(c - conns);

	for (;;) {
		ssize_t k = recv(c->fd, buf, sizeof(buf), 0);

		if (k < 0 && errno == EAGAIN)
			return;
		if (k < 0)
			die("receive", id, strerror(errno));
		if (k == 0) {
			if (!c->shut)
				die("receive", id, "closed too early");
			c->done = true;
			watch(c, 0, EPOLL_CTL_DEL);
			return;
		}
		if ((uint64_t)k > c->want - c->got)
			die("receive", id, "more than was sent");
		if (memcmp(buf, stream_at(c, c->got), (size_t)k) != 0)
			die("receive", id, "other bytes than were sent");
		c->got += (uint64_t)k;
	}
}

static void
tcp_ready(struct conn *c, unsigned events)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (!c->open) {
		getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error != 0)
			die("connect", (unsigned)(c - conns), strerror(error));
		c->open = true;
		watch(c, 0, EPOLL_CTL_MOD);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		tcp_send(c);
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		tcp_receive(c);
}

/* --- UDP ---------------------------------------------------------------------- */

static void
udp_send(struct conn *c, unsigned slot)
{
	unsigned char buf[DGRAM];
	uint32_t n = c->pending[slot];

	memcpy(buf, &n, sizeof(n));
	memcpy(buf + 4, stream_at(c, (uint64_t)n * DGRAM), DGRAM - 4);
	c->stamp[slot] = now_ms();
	/* A full queue is a lost datagram. */
	if (send(c->fd, buf, sizeof(buf), 0) < 0 && errno != EAGAIN &&
	    errno != ENOBUFS)
		die("send", (unsigned)(c - conns), strerror(errno));
}

static void
udp_fill(struct conn *c)
{
	while (c->npending < FLIGHT && c->sent < c->want) {
		c->pending[c->npending] = c->next++;
		c->sent += DGRAM;
		udp_send(c, c->npending++);
	}
}

static void
udp_receive(struct conn *c)
{
	unsigned char buf[DGRAM + 1];
	unsigned id = (unsigned)(c - conns), i;
	uint32_t n;
	ssize_t k;

	while ((k = recv(c->fd, buf, sizeof(buf), 0)) >= 0) {
		if (k != DGRAM)
			die("receive", id, "a datagram of another length");
		memcpy(&n, buf, sizeof(n));
		if (n >= c->next || memcmp(buf + 4, stream_at(c,
		    (uint64_t)n * DGRAM), DGRAM - 4) != 0)
			die("receive", id, "other bytes than were sent");
		for (i = 0; i < c->npending && c->pending[i] != n; i++)
			;
		if (i == c->npending)
			continue;	/* the answer to a repetition */
		c->npending--;
		c->pending[i] = c->pending[c->npending];
		c->stamp[i] = c->stamp[c->npending];
		c->got += DGRAM;
	}
	if (errno != EAGAIN)
		die("receive", id, strerror(errno));
	udp_fill(c);
	c->done = c->got >= c->want;
}

static void
udp_again(void)
{
	uint64_t now = now_ms();

	for (unsigned i = 0; i < nconns; i++) {
		for (unsigned k = 0; k < conns[i].npending; k++) {
			if (now - conns[i].stamp[k] < AGAIN_MS)
				continue;
			resent++;
			udp_send(&conns[i], k);
		}
	}
}

/* --- the run ------------------------------------------------------------------ */

/* Handles events until `done` holds for all; a silence of QUIET_MS ends it. */
static void
run(bool udp, bool (*done)(const struct conn *))
{
	struct epoll_event ev[256];
	uint64_t heard = now_ms(), looked = heard;
	unsigned left = 0;

	for (unsigned i = 0; i < nconns; i++)
		left += !done(&conns[i]);
	while (left > 0) {
		int n = epoll_wait(ep, ev, 256, 100);
		uint64_t now = now_ms();

		if (n > 0)
			heard = now;
		for (int i = 0; i < n; i++) {
			struct conn *c = &conns[ev[i].data.u32];
			bool before = done(c);

			if (udp)
				udp_receive(c);
			else
				tcp_ready(c, ev[i].events);
			if (!before && done(c))
				left--;
		}
		if (udp && now - looked >= AGAIN_MS / 2) {
			looked = now;
			udp_again();
		}
		if (now - heard > QUIET_MS) {
			printf("echoload: %u of %u connections stand still\n",
			    left, nconns);
			exit(1);
		}
	}
}

static bool
is_open(const struct conn *c)
{
	return (c->open);
}

static bool
is_back(const struct conn *c)
{
	return (c->got >= c->want);
}

static bool
is_done(const struct conn *c)
{
	return (c->done);
}

/* A listener has a queue of 128: no more than half of that knock at once. */
static void
open_all(const struct sockaddr *to, socklen_t len, uint64_t total, bool udp)
{
	unsigned all = nconns;
	int big = 1 << 20;

	for (unsigned i = 0; i < all; i++) {
		struct conn *c = &conns[i];

		c->fd = socket(to->sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) |
		    SOCK_NONBLOCK, 0);
		if (c->fd < 0)
			die("socket", i, strerror(errno));
		if (udp)
			setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &big,
			    sizeof(big));
		c->start = i * 7919u % BLOCK;
		c->want = total / all + (i < total % all);
		if (connect(c->fd, to, len) != 0 && errno != EINPROGRESS)
			die("connect", i, strerror(errno));
		watch(c, udp ? EPOLLIN : EPOLLOUT, EPOLL_CTL_ADD);
		nconns = i + 1;
		if (!udp && (i % 64 == 63 || i + 1 == all))
			run(false, is_open);
	}
}

static void
tcp_all(void)
{
	unsigned i;

	for (i = 0; i < nconns; i++)
		watch(&conns[i], EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	run(false, is_back);
	for (i = 0; i < nconns; i++) {
		conns[i].shut = true;
		shutdown(conns[i].fd, SHUT_WR);
	}
	run(false, is_done);
}

int
main(int argc, char **argv)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} to = { 0 };
	bool udp = argc > 1 && strcmp(argv[1], "-u") == 0;
	struct rlimit rl = { 65536, 65536 };
	uint64_t total, t0, got = 0;
	socklen_t len;

	argv += udp;
	if (argc - udp != 5) {
		fprintf(stderr, "usage: echoload [-u] address port connections "
		    "bytes\n");
		return (2);
	}
	if (inet_pton(AF_INET, argv[1], &to.in.sin_addr) == 1) {
		to.in.sin_family = AF_INET;
		to.in.sin_port = htons((uint16_t)atoi(argv[2]));
		len = sizeof(to.in);
	} else if (inet_pton(AF_INET6, argv[1], &to.in6.sin6_addr) == 1) {
		to.in6.sin6_family = AF_INET6;
		to.in6.sin6_port = htons((uint16_t)atoi(argv[2]));
		len = sizeof(to.in6);
	} else {
		fprintf(stderr, "echoload: %s: not an address\n", argv[1]);
		return (2);
	}
	nconns = (unsigned)atoi(argv[3]);
	total = strtoull(argv[4], NULL, 0);
	conns = calloc(nconns, sizeof(*conns));
	ep = epoll_create1(0);
	if (nconns == 0 || conns == NULL || ep < 0) {
		fprintf(stderr, "echoload: cannot start\n");
		return (2);
	}
	(void)setrlimit(RLIMIT_NOFILE, &rl);
	fill_block();
	t0 = now_ms();
	open_all(&to.sa, len, total, udp);
	if (udp) {
		for (unsigned i = 0; i < nconns; i++)
			udp_fill(&conns[i]);
		run(true, is_done);
	} else {
		tcp_all();
	}
	for (unsigned i = 0; i < nconns; i++)
		got += conns[i].got;
	printf("echoload: %u connections, %llu bytes back, %llu sent again, "
	    "%llu ms\n", nconns, (unsigned long long)got,
	    (unsigned long long)resent, (unsigned long long)(now_ms() - t0));
	return (0);
}
