/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The services of the Linux guest that Unikext is measured against: the same
 * ports with the same behaviour as Unikext's own (net/cmds/services.c), one
 * process, one epoll loop, linked statically.
 *
 *	TCP  7 echo   9 discard (answers the count)   19 source (8-byte count)
 *	    80 HTTP: a fixed small page, connection kept unless asked otherwise
 *	UDP  7 echo   19 blast ("BLST", count, size)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGE_BODY "hello\n"
static const char page[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    "Content-Length: 6\r\n\r\n" PAGE_BODY;

struct source {
	int		fd, port;
	int		listening, udp;
	uint64_t	count;		/* discard: got; source: left to send */
	unsigned	have;		/* bytes in head */
	int		sending;
	char		head[2048];
};

static char buf[1 << 18];
static int ep;

static void
watch(int fd, int port, int listening, int udp)
{
	struct source *s = calloc(1, sizeof(*s));
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = s };

	s->fd = fd;
	s->port = port;
	s->listening = listening;
	s->udp = udp;
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
}

static void
drop(struct source *s)
{
	close(s->fd);
	free(s);
}

static void
serve(int port, int type)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int one = 1, fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);

	sin.sin_port = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		exit(1);
	if (type == SOCK_STREAM && listen(fd, 1024) != 0)
		exit(1);
	watch(fd, port, type == SOCK_STREAM, type == SOCK_DGRAM);
}

static void
send_source(struct source *s)
{
	struct epoll_event ev = { .events = EPOLLOUT, .data.ptr = s };

	while (s->count != 0) {
		size_t want = s->count < sizeof(buf) ? s->count : sizeof(buf);
		ssize_t n = send(s->fd, buf, want, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			s->sending = 1;
			epoll_ctl(ep, EPOLL_CTL_MOD, s->fd, &ev);
			return;
		}
		if (n <= 0)
			break;
		s->count -= (uint64_t)n;
	}
	drop(s);
}

/* True when the connection is over. */
static int
answer_http(struct source *s)
{
	char *end;

	s->head[s->have] = '\0';
	while ((end = strstr(s->head, "\r\n\r\n")) != NULL) {
		size_t used = (size_t)(end - s->head) + 4;
		int last;

		*end = '\0';
		last = strcasestr(s->head, "connection: close") != NULL;
		if (send(s->fd, page, sizeof(page) - 1, MSG_NOSIGNAL) < 0 ||
		    last)
			return 1;
		s->have -= used;
		memmove(s->head, s->head + used, s->have + 1);
	}
	return s->have == sizeof(s->head) - 1;
}

static void
stream(struct source *s)
{
	for (;;) {
		int keep = s->port == 80 || s->port == 19;
		char *to = keep ? s->head + s->have : buf;
		size_t room = s->port == 80 ? sizeof(s->head) - 1 - s->have :
		    s->port == 19 ? 8 - s->have : sizeof(buf);
		ssize_t n = recv(s->fd, to, room, 0);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			uint64_t be = htobe64(s->count);

			if (n == 0 && s->port == 9)
				send(s->fd, &be, 8, MSG_NOSIGNAL);
			drop(s);
			return;
		}
		if (s->port == 9) {
			s->count += (uint64_t)n;
		} else if (s->port == 7) {
			/* Ping-pong only: a small message always fits. */
			if (send(s->fd, buf, (size_t)n, MSG_NOSIGNAL) != n) {
				drop(s);
				return;
			}
		} else {
			s->have += (unsigned)n;
			if (s->port == 80 && answer_http(s)) {
				drop(s);
				return;
			}
			if (s->port == 19 && s->have == 8) {
				memcpy(&s->count, s->head, 8);
				s->count = be64toh(s->count);
				send_source(s);
				return;
			}
		}
	}
}

static void
datagrams(struct source *s)
{
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(s->fd, buf, sizeof(buf), 0,
		    (struct sockaddr *)&from, &len);
		uint32_t count, size;

		if (n < 0)
			return;
		if (s->port == 7) {
			sendto(s->fd, buf, (size_t)n, 0,
			    (struct sockaddr *)&from, len);
			continue;
		}
		if (n != 12 || memcmp(buf, "BLST", 4) != 0)
			continue;
		memcpy(&count, buf + 4, 4);
		memcpy(&size, buf + 8, 4);
		size = ntohl(size) < 1472 ? ntohl(size) : 1472;
		for (count = ntohl(count); count > 0; count--)
			while (sendto(s->fd, buf, size, 0,
			    (struct sockaddr *)&from, len) < 0 &&
			    errno == EAGAIN)
				usleep(100);
	}
}

static void
welcome(struct source *s)
{
	int fd, one = 1;

	while ((fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		watch(fd, s->port, 0, 0);
	}
}

int
main(void)
{
	static const int tcp[] = { 7, 9, 19, 80 };
	struct epoll_event ev[64];

	signal(SIGPIPE, SIG_IGN);
	ep = epoll_create1(0);
	for (unsigned i = 0; i < sizeof(tcp) / sizeof(tcp[0]); i++)
		serve(tcp[i], SOCK_STREAM);
	serve(7, SOCK_DGRAM);
	serve(19, SOCK_DGRAM);
	for (;;) {
		int n = epoll_wait(ep, ev, 64, -1);

		for (int i = 0; i < n; i++) {
			struct source *s = ev[i].data.ptr;

			if (s->listening)
				welcome(s);
			else if (s->udp)
				datagrams(s);
			else if (s->sending)
				send_source(s);
			else
				stream(s);
		}
	}
}
