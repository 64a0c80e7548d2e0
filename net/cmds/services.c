/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * services: the small servers that every test of a network starts with.
 *
 *   echo     7   RFC 862
 *   discard  9   RFC 863; at the end of the stream a TCP client is told how
 *                many bytes came, as 8 bytes in network order
 *   daytime 13   RFC 867
 *   chargen 19   RFC 864; a TCP client that sends 8 bytes, a count in network
 *                order, within a tenth of a second gets that many characters
 *                and the end; others get characters until they close
 *
 * Over UDP discard counts: a datagram "STAT" is answered with the number of
 * datagrams and of bytes since "RSET" (8 bytes each); chargen answers "BLST",
 * count and size (4 bytes each) with that many datagrams, and anything else
 * with one line of characters.
 *
 * One process, one thread, any number of connections.
 */
#include "kernel/shell/command.h"
#include "net/cmds/evloop.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define BUFLEN	 65536
#define BLAST_MAX 1472		/* one Ethernet frame */
#define LINE	 72		/* RFC 864, section "Data syntax" */
#define CHARS	 95
/* The lines repeat after CHARS of them, so the text can start over there. */
#define PERIOD ((size_t)CHARS * (LINE + 2))
#define CHARGEN_WAIT_MS 100	/* for a count, before it just starts */

enum service { ECHO = 7, DISCARD = 9, DAYTIME = 13, CHARGEN = 19 };

struct conn {
	struct evsource c_ev;	/* first: the loop frees it as a whole */
	enum service c_service;
	uint64_t c_count;	/* discard: got; chargen: still to send */
	unsigned c_have;	/* chargen: bytes of the count read */
	uint64_t c_at;		/* chargen: position in the text */
	char c_head[8];
	char *c_pending;	/* echo: what did not fit */
	size_t c_plen, c_poff;
};

struct server {
	struct evsource s_ev;
	enum service s_service;
	char *s_buf;		/* BUFLEN, one for the process */
	uint64_t s_packets, s_bytes;
};

/* Per process: two of them do not share the buffer. */
struct state {
	struct evloop loop;
	char *buf;		/* BUFLEN of room */
	char *text;		/* BUFLEN of chargen's lines */
};

static struct state *
state(struct evsource *ev)
{
	return (struct state *)ev->ev_loop;
}

static uint64_t
be64(uint64_t v)
{
	return __builtin_bswap64(v);
}

/* Line n starts one character after line n-1; the text repeats. */
static void
fill_text(char *text, size_t n)
{
	size_t i, line, col, k;

	for (i = 0; i < n && i < PERIOD; i++) {
		line = i / (LINE + 2);
		col = i % (LINE + 2);
		text[i] = col == LINE	    ? '\r'
		    : col == LINE + 1 ? '\n'
				      : (char)(' ' + (line + col) % CHARS);
	}
	/* from there it repeats; each copy doubles what is done */
	for (; i < n; i += k) {
		k = n - i < i ? n - i : i;
		memcpy(text + i, text, k);
	}
}

static void
close_conn(struct conn *c)
{
	free(c->c_pending);
	c->c_pending = NULL;
	ev_close(&c->c_ev);
}

static void
chargen_send(struct conn *c)
{
	struct state *st = state(&c->c_ev);
	size_t at, n;
	ssize_t k;

	while (c->c_count > 0) {
		at = c->c_at % PERIOD;
		n = BUFLEN - at;
		if (n > c->c_count)
			n = c->c_count;
		k = send(c->c_ev.ev_fd, st->text + at, n, 0);
		if (k < 0 && errno == EAGAIN) {
			ev_want_write(&c->c_ev, true);
			return;
		}
		if (k < 0)
			break;
		c->c_at += (uint64_t)k;
		if (c->c_count != UINT64_MAX)
			c->c_count -= (uint64_t)k;
	}
	close_conn(c);
}

static void
chargen_ready(struct conn *c, bool writable)
{
	uint64_t count;
	ssize_t n;

	if (writable) {
		chargen_send(c);
		return;
	}
	if (c->c_have == sizeof(c->c_head)) {
		/* What a client sends meanwhile is thrown away. */
		n = recv(c->c_ev.ev_fd, state(&c->c_ev)->buf, BUFLEN, 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			close_conn(c);
		return;
	}
	n = recv(c->c_ev.ev_fd, c->c_head + c->c_have,
	    sizeof(c->c_head) - c->c_have, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close_conn(c);
		return;
	}
	c->c_have += (unsigned)n;
	if (c->c_have == sizeof(c->c_head)) {
		memcpy(&count, c->c_head, sizeof(count));
		c->c_count = be64(count);
		chargen_send(c);
	}
}

static void
echo_ready(struct conn *c, bool writable)
{
	struct state *st = state(&c->c_ev);
	ssize_t n, k;

	if (c->c_plen > 0) {
		k = send(c->c_ev.ev_fd, c->c_pending + c->c_poff,
		    c->c_plen - c->c_poff, 0);
		if (k < 0 && errno != EAGAIN) {
			close_conn(c);
			return;
		}
		if (k > 0)
			c->c_poff += (size_t)k;
		if (c->c_poff < c->c_plen)
			return;
		free(c->c_pending);
		c->c_pending = NULL;
		c->c_plen = 0;
		ev_want_write(&c->c_ev, false);
	}
	n = recv(c->c_ev.ev_fd, st->buf, BUFLEN, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close_conn(c);
		return;
	}
	k = send(c->c_ev.ev_fd, st->buf, (size_t)n, 0);
	if (k == n)
		return;
	if (k < 0 && errno != EAGAIN) {
		close_conn(c);
		return;
	}
	if (k < 0)
		k = 0;
	c->c_plen = (size_t)(n - k);
	c->c_poff = 0;
	c->c_pending = malloc(c->c_plen);
	if (c->c_pending == NULL) {
		close_conn(c);
		return;
	}
	memcpy(c->c_pending, st->buf + k, c->c_plen);
	ev_want_write(&c->c_ev, true);
}

static void
discard_ready(struct conn *c)
{
	uint64_t count;
	ssize_t n;

	n = recv(c->c_ev.ev_fd, state(&c->c_ev)->buf, BUFLEN, 0);
	if (n > 0) {
		c->c_count += (uint64_t)n;
		return;
	}
	if (n < 0 && errno == EAGAIN)
		return;
	if (n == 0) {
		count = be64(c->c_count);
		send(c->c_ev.ev_fd, &count, sizeof(count), 0);
	}
	close_conn(c);
}

/* No count came in time: the endless form. */
static void
conn_timer(struct evsource *ev)
{
	struct conn *c = (struct conn *)ev;

	if (c->c_have > 0)
		return;
	c->c_have = sizeof(c->c_head);
	c->c_count = UINT64_MAX;
	chargen_send(c);
}

static void
conn_ready(struct evsource *ev, bool writable)
{
	struct conn *c = (struct conn *)ev;

	switch (c->c_service) {
	case ECHO:
		/* While something is pending only its room matters. */
		if (writable || c->c_plen == 0)
			echo_ready(c, writable);
		break;
	case DISCARD:
		discard_ready(c);
		break;
	case DAYTIME:
		close_conn(c);
		break;
	case CHARGEN:
		chargen_ready(c, writable);
		break;
	}
}

static size_t
daytime(char *buf, size_t size)
{
	struct tm tm;
	char s[32];
	time_t t = time(NULL);

	asctime_r(gmtime_r(&t, &tm), s);
	return (size_t)snprintf(buf, size, "%.24s\r\n", s);
}

static void
accept_ready(struct evsource *ev, bool writable)
{
	struct server *s = (struct server *)ev;
	struct conn *c;
	char line[40];
	int fd;

	while ((fd = ev_accept(ev->ev_fd)) >= 0) {
		c = calloc(1, sizeof(*c));
		if (c == NULL) {
			close(fd);
			return;
		}
		c->c_ev.ev_fd = fd;
		c->c_ev.ev_ready = conn_ready;
		c->c_ev.ev_timeout = conn_timer;
		c->c_service = s->s_service;
		if (ev_add(ev->ev_loop, &c->c_ev) != 0) {
			close(fd);
			free(c);
			return;
		}
		if (s->s_service == CHARGEN)
			ev_timer(&c->c_ev, CHARGEN_WAIT_MS);
		if (s->s_service == DAYTIME) {
			send(fd, line, daytime(line, sizeof(line)), 0);
			close_conn(c);
		}
	}
}

/* Blocking for the while: a full interface slows the sender down. */
static void
blast(struct server *s, const struct sockaddr *to, socklen_t tolen)
{
	uint32_t n, size;
	int off = 0, on = 1;

	memcpy(&n, s->s_buf + 4, 4);
	memcpy(&size, s->s_buf + 8, 4);
	n = ntohl(n);
	size = ntohl(size);
	if (size > BLAST_MAX)
		size = BLAST_MAX;
	ioctl(s->s_ev.ev_fd, FIONBIO, &off);
	while (n-- > 0)
		sendto(s->s_ev.ev_fd, s->s_buf, size, 0, to, tolen);
	ioctl(s->s_ev.ev_fd, FIONBIO, &on);
}

static void
discard_packet(struct server *s, size_t n, const struct sockaddr *to,
    socklen_t tolen)
{
	uint64_t v[2];

	if (n == 4 && memcmp(s->s_buf, "STAT", 4) == 0) {
		v[0] = be64(s->s_packets);
		v[1] = be64(s->s_bytes);
		sendto(s->s_ev.ev_fd, v, sizeof(v), 0, to, tolen);
	} else if (n == 4 && memcmp(s->s_buf, "RSET", 4) == 0) {
		s->s_packets = s->s_bytes = 0;
		sendto(s->s_ev.ev_fd, "OK", 2, 0, to, tolen);
	} else {
		s->s_packets++;
		s->s_bytes += n;
	}
}

static void
packet_ready(struct evsource *ev, bool writable)
{
	struct server *s = (struct server *)ev;
	struct sockaddr_storage ss;
	struct sockaddr *from = (struct sockaddr *)&ss;
	socklen_t len;
	ssize_t n;
	int i;

	for (i = 0; i < 64; i++) {
		len = sizeof(ss);
		n = recvfrom(ev->ev_fd, s->s_buf, BUFLEN, 0, from, &len);
		if (n < 0)
			return;
		switch (s->s_service) {
		case ECHO:
			sendto(ev->ev_fd, s->s_buf, (size_t)n, 0, from, len);
			break;
		case DISCARD:
			discard_packet(s, (size_t)n, from, len);
			break;
		case DAYTIME:
			n = (ssize_t)daytime(s->s_buf, BUFLEN);
			sendto(ev->ev_fd, s->s_buf, (size_t)n, 0, from, len);
			break;
		case CHARGEN:
			if (n == 12 && memcmp(s->s_buf, "BLST", 4) == 0) {
				blast(s, from, len);
				break;
			}
			fill_text(s->s_buf, LINE + 2);
			sendto(ev->ev_fd, s->s_buf, LINE + 2, 0, from, len);
			break;
		}
	}
}

static int
start(struct state *st, enum service service, int type)
{
	struct server *s = calloc(1, sizeof(*s));
	int fd = ev_listen("services", type, service);

	if (s == NULL || fd < 0)
		return -1;
	s->s_ev.ev_fd = fd;
	s->s_ev.ev_ready = type == SOCK_STREAM ? accept_ready : packet_ready;
	s->s_service = service;
	s->s_buf = st->buf;
	return ev_add(&st->loop, &s->s_ev);
}

static int
services_main(int argc, char **argv)
{
	static const enum service all[] = { ECHO, DISCARD, DAYTIME, CHARGEN };
	struct state *st = calloc(1, sizeof(*st));
	size_t i;

	if (st == NULL || (st->buf = malloc(BUFLEN)) == NULL ||
	    (st->text = malloc(BUFLEN)) == NULL || ev_init(&st->loop) != 0) {
		fprintf(stderr, "services: %s\n", strerror(errno));
		return 1;
	}
	fill_text(st->text, BUFLEN);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (start(st, all[i], SOCK_STREAM) != 0 ||
		    start(st, all[i], SOCK_DGRAM) != 0)
			return 1;
	ev_run(&st->loop);
	perror("services");
	return 1;
}
COMMAND(services, "services - echo, discard, daytime and chargen servers",
    services_main);
