/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nc: the input to a connection, and the connection to the output.
 *
 *   nc [-4|-6] [-u] [-N] [-w seconds] host port
 *   nc -l [-4|-6] [-u] [-k] port
 *   nc -z host port            only whether it connects
 *
 * At the end of the input the sending side is shut (-N); without -N too when
 * the input is a file, since there the end is the point.  -w gives up after
 * so much silence.
 */
#include "kernel/shell/command.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#define BUFLEN 65536

struct nc {
	int family, type;
	bool listen, keep, zero, shut, verbose;
	int wait_ms;		/* -1: for ever */
	char *buf;
};

static int
connect_to(struct nc *nc, const char *host, const char *port)
{
	struct addrinfo hints = { .ai_family = nc->family,
		.ai_socktype = nc->type }, *list, *ai;
	int fd = -1, error, one = 1;

	error = getaddrinfo(host, port, &hints, &list);
	if (error != 0) {
		fprintf(stderr, "nc: %s: %s\n", host, gai_strerror(error));
		return -1;
	}
	for (ai = list; ai != NULL; ai = ai->ai_next) {
		fd = socket(ai->ai_family, nc->type, 0);
		if (fd < 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof(one));
		if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
			break;
		error = errno;
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	if (fd < 0)
		fprintf(stderr, "nc: %s port %s: %s\n", host, port,
		    strerror(error));
	return fd;
}

static int
listen_on(struct nc *nc, const char *port)
{
	struct sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
		.sin6_family = AF_INET6 };
	struct sockaddr_in sin = { .sin_len = sizeof(sin),
		.sin_family = AF_INET };
	struct sockaddr *sa = (struct sockaddr *)&sin6;
	int fd, one = 1, off = nc->family == AF_INET6;

	if (nc->family == AF_INET)
		sa = (struct sockaddr *)&sin;
	sin.sin_port = sin6.sin6_port = htons((in_port_t)atoi(port));
	fd = socket(sa->sa_family, nc->type, 0);
	if (fd < 0)
		goto fail;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof(one));
	if (sa->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, sa, sa->sa_len) != 0 ||
	    (nc->type == SOCK_STREAM && listen(fd, 16) != 0))
		goto fail;
	return fd;
fail:
	fprintf(stderr, "nc: port %s: %s\n", port, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
send_all(int fd, const char *p, size_t n)
{
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k)
		if ((k = write(fd, p, n)) < 0)
			return false;
	return true;
}

/* Both directions until the peer closes; the exit status. */
static int
shovel(struct nc *nc, int fd)
{
	struct pollfd p[2] = { { 0, POLLIN, 0 }, { fd, POLLIN, 0 } };
	ssize_t n;
	int r;

	for (;;) {
		r = poll(p, 2, nc->wait_ms);
		if (r == 0)
			return 0;
		if (r < 0) {
			if (errno == EINTR)
				return 130;
			perror("nc");
			return 1;
		}
		if (p[1].revents != 0) {
			n = read(fd, nc->buf, BUFLEN);
			if (n < 0) {
				fprintf(stderr, "nc: %s\n", strerror(errno));
				return 1;
			}
			if (n == 0 && nc->type == SOCK_STREAM)
				return 0;
			if (!send_all(1, nc->buf, (size_t)n))
				return 1;
		}
		if (p[0].revents != 0) {
			n = read(0, nc->buf, BUFLEN);
			if (n <= 0) {
				p[0].fd = -1;
				if (nc->shut)
					shutdown(fd, SHUT_WR);
			} else if (!send_all(fd, nc->buf, (size_t)n)) {
				fprintf(stderr, "nc: %s\n", strerror(errno));
				return 1;
			}
		}
	}
}

/* UDP: the first datagram says who the peer is. */
static int
take_peer(struct nc *nc, int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	ssize_t n;

	n = recvfrom(fd, nc->buf, BUFLEN, 0, (struct sockaddr *)&ss, &len);
	if (n < 0 || !send_all(1, nc->buf, (size_t)n) ||
	    connect(fd, (struct sockaddr *)&ss, len) != 0) {
		perror("nc");
		return -1;
	}
	return 0;
}

static int
serve(struct nc *nc, const char *port)
{
	int fd = listen_on(nc, port), s, r;

	if (fd < 0)
		return 1;
	if (nc->type == SOCK_DGRAM)
		return take_peer(nc, fd) != 0 ? 1 : shovel(nc, fd);
	do {
		do
			s = accept(fd, NULL, NULL);
		while (s < 0 && errno == ECONNABORTED);
		if (s < 0) {
			perror("nc: accept");
			return 1;
		}
		r = shovel(nc, s);
		close(s);
	} while (nc->keep && r != 130);
	return r;
}

static int
nc_main(int argc, char **argv)
{
	struct nc nc = { .family = AF_UNSPEC, .type = SOCK_STREAM,
		.wait_ms = -1 };
	int c, fd;

	while ((c = getopt(argc, argv, "46ulkzNvw:")) != -1) {
		switch (c) {
		case '4':
			nc.family = AF_INET;
			break;
		case '6':
			nc.family = AF_INET6;
			break;
		case 'u':
			nc.type = SOCK_DGRAM;
			break;
		case 'l':
			nc.listen = true;
			break;
		case 'k':
			nc.keep = true;
			break;
		case 'z':
			nc.zero = true;
			break;
		case 'N':
			nc.shut = true;
			break;
		case 'v':
			nc.verbose = true;
			break;
		case 'w':
			nc.wait_ms = atoi(optarg) * 1000;
			break;
		default:
			return command_usage("nc");
		}
	}
	if (argc - optind != (nc.listen ? 1 : 2))
		return command_usage("nc");
	if (!isatty(0))
		nc.shut = true;
	nc.buf = malloc(BUFLEN);
	if (nc.buf == NULL) {
		fprintf(stderr, "nc: out of memory\n");
		return 1;
	}
	if (nc.listen)
		return serve(&nc, argv[optind]);
	fd = connect_to(&nc, argv[optind], argv[optind + 1]);
	if (fd < 0)
		return 1;
	if (nc.verbose || nc.zero)
		fprintf(stderr, "nc: connected to %s port %s\n", argv[optind],
		    argv[optind + 1]);
	return nc.zero ? 0 : shovel(&nc, fd);
}
COMMAND(nc, "nc [-46uzNv] [-w s] host port | nc -l [-46uk] port - connect "
    "the input and output to the network", nc_main);
