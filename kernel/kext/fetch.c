/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP/1.0 over a socket (RFC 1945): the whole answer is read into one
 * buffer, then its head is taken off.  A Content-Length that does not fit
 * what arrived is an error: half a file must not pass for one.
 */
#include "kernel/kext/fetch.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FETCH_HOST	128
#define FETCH_MAX	(64u << 20)
#define FETCH_WAIT_MS	15000

struct url {
	char	host[FETCH_HOST];
	char	port[8];
	const char *path;
};

/* http://host[:port][/path], the host possibly in brackets. */
static int
url_parse(const char *s, struct url *u)
{
	const char *end;
	size_t n;

	if (strncmp(s, "http://", 7) != 0)
		return (-1);
	s += 7;
	if (*s == '[') {
		end = strchr(++s, ']');
		if (end == NULL)
			return (-1);
		n = (size_t)(end - s);
		end++;
	} else {
		n = strcspn(s, ":/");
		end = s + n;
	}
	if (n == 0 || n >= sizeof(u->host))
		return (-1);
	memcpy(u->host, s, n);
	u->host[n] = '\0';
	strlcpy(u->port, "80", sizeof(u->port));
	if (*end == ':') {
		n = strcspn(++end, "/");
		if (n == 0 || n >= sizeof(u->port))
			return (-1);
		memcpy(u->port, end, n);
		u->port[n] = '\0';
		end += n;
	}
	u->path = *end == '\0' ? "/" : end;
	return (*u->path == '/' ? 0 : -1);
}

static int
fetch_connect(const struct url *u)
{
	struct addrinfo hints, *list, *ai;
	int fd = -1;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	if (getaddrinfo(u->host, u->port, &hints, &list) != 0)
		return (-1);
	for (ai = list; ai != NULL; ai = ai->ai_next) {
		fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
		if (fd < 0)
			continue;
		if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
			break;
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return (fd);
}

static int
fetch_send(int fd, const char *buf, size_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= (size_t)n) {
		n = send(fd, buf, len, 0);
		if (n <= 0)
			return (-1);
	}
	return (0);
}

/* Reads to the end of the stream; NULL with the reason in *why. */
static char *
fetch_all(int fd, size_t *len, const char **why)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t room = 0, n = 0;
	char *buf = NULL, *more;
	ssize_t got;

	for (;;) {
		if (n == room) {
			room = room == 0 ? 16384 : room * 2;
			more = room > FETCH_MAX ? NULL : realloc(buf, room);
			if (more == NULL) {
				*why = "the answer is too large";
				goto fail;
			}
			buf = more;
		}
		if (poll(&pfd, 1, FETCH_WAIT_MS) <= 0) {
			*why = "the server does not answer";
			goto fail;
		}
		got = recv(fd, buf + n, room - n, 0);
		if (got < 0) {
			*why = "the connection broke";
			goto fail;
		}
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*len = n;
	return (buf);
fail:
	free(buf);
	return (NULL);
}

/* The end of the head: behind the first empty line; NULL: none. */
static char *
fetch_body(char *buf, size_t len)
{
	size_t i;

	for (i = 0; i + 4 <= len; i++)
		if (memcmp(buf + i, "\r\n\r\n", 4) == 0)
			return (buf + i + 4);
	return (NULL);
}

/* Content-Length, or -1 if the head does not say. */
static long long
fetch_length(const char *head)
{
	static const char name[] = "content-length:";
	const char *p = head;

	while ((p = strchr(p, '\n')) != NULL) {
		p++;
		if (strncasecmp(p, name, sizeof(name) - 1) == 0)
			return ((long long)strtoul(p + sizeof(name) - 1,
			    NULL, 10));
	}
	return (-1);
}

static int
fetch_answer(char *buf, size_t len, void **data, size_t *size, char *msg,
    size_t msgsize)
{
	char *body = fetch_body(buf, len);
	long long want;
	int status = 0;

	if (body == NULL || strncmp(buf, "HTTP/", 5) != 0) {
		snprintf(msg, msgsize, "the answer is not HTTP");
		return (-1);
	}
	body[-1] = '\0';
	if (strchr(buf, ' ') != NULL)
		status = atoi(strchr(buf, ' ') + 1);
	if (status != 200) {
		snprintf(msg, msgsize, "the server says %d", status);
		return (-1);
	}
	*size = len - (size_t)(body - buf);
	want = fetch_length(buf);
	if (want >= 0 && (size_t)want != *size) {
		snprintf(msg, msgsize, "cut short: %lu of %lld bytes",
		    (unsigned long)*size, want);
		return (-1);
	}
	memmove(buf, body, *size);
	*data = buf;
	return (0);
}

int
fetch_http(const char *url, void **data, size_t *size, char *msg,
    size_t msgsize)
{
	char request[512];
	const char *why = "";
	struct url u;
	size_t len;
	char *buf;
	int fd;

	if (url_parse(url, &u) != 0) {
		snprintf(msg, msgsize, "not an http URL");
		return (-1);
	}
	fd = fetch_connect(&u);
	if (fd < 0) {
		snprintf(msg, msgsize, "no connection to %s port %s", u.host,
		    u.port);
		return (-1);
	}
	snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\nHost: %s\r\n"
	    "Connection: close\r\n\r\n", u.path, u.host);
	if (fetch_send(fd, request, strlen(request)) != 0) {
		snprintf(msg, msgsize, "the connection broke");
		close(fd);
		return (-1);
	}
	buf = fetch_all(fd, &len, &why);
	close(fd);
	if (buf == NULL) {
		snprintf(msg, msgsize, "%s", why);
		return (-1);
	}
	if (fetch_answer(buf, len, data, size, msg, msgsize) == 0)
		return (0);
	free(buf);
	return (-1);
}
