/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * httpd [-p port] [-d directory]: HTTP/1.1 over the files of a directory
 * (RFC 9112), GET and HEAD, persistent connections, no pipelining limits
 * beyond the size of one request.
 *
 * One process on an event loop.  An answer is a header and a file: what the
 * socket does not take at once is sent when there is room, read from the file
 * piece by piece, so that a slow client costs one piece of memory.
 */
#include "kernel/shell/command.h"
#include "net/cmds/evloop.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REQUEST_MAX 4096
#define PIECE	    65536
#define PATH_LEN    512

struct httpd {
	struct evloop h_loop;	/* first: found through ev_loop */
	const char *h_root;
	char *h_piece;		/* PIECE bytes, shared: nothing stays in it */
};

struct conn {
	struct evsource c_ev;
	size_t c_have;
	char c_req[REQUEST_MAX + 1];
	char c_head[256];	/* answer's header still to be sent */
	size_t c_hlen, c_hoff;
	int c_file;		/* body, or -1 */
	off_t c_left;
	bool c_close;		/* after this answer */
};

static struct httpd *
httpd(struct conn *c)
{
	return (struct httpd *)c->c_ev.ev_loop;
}

static void
end(struct conn *c)
{
	if (c->c_file >= 0)
		close(c->c_file);
	c->c_file = -1;
	ev_close(&c->c_ev);
}

static const char *
content_type(const char *path)
{
	static const char *const types[][2] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".css", "text/css" },
		{ ".js", "text/javascript" },
		{ ".json", "application/json" },
		{ ".txt", "text/plain; charset=utf-8" },
		{ ".png", "image/png" },
		{ ".pcap", "application/vnd.tcpdump.pcap" },
	};
	const char *dot = strrchr(path, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static void
answer(struct conn *c, const char *status, const char *type, off_t len)
{
	c->c_hlen = (size_t)snprintf(c->c_head, sizeof(c->c_head),
	    "HTTP/1.1 %s\r\nServer: unikext\r\nContent-Type: %s\r\n"
	    "Content-Length: %lld\r\n%s\r\n",
	    status, type, (long long)len,
	    c->c_close ? "Connection: close\r\n" : "");
	c->c_hoff = 0;
	c->c_left = len;
}

/* A header with its own reason as the body. */
static void
refuse(struct conn *c, const char *status, bool head)
{
	size_t n;

	answer(c, status, "text/plain", (off_t)strlen(status) + 1);
	c->c_left = 0;
	n = c->c_hlen;
	if (!head)
		c->c_hlen += (size_t)snprintf(c->c_head + n,
		    sizeof(c->c_head) - n, "%s\n", status);
}

/* %xx and the query off; false for a path that leaves the directory. */
static bool
clean_path(const char *url, char *out, size_t size)
{
	size_t n = 0;
	char hex[3] = "";
	int ch;

	if (url[0] != '/')
		return false;
	while (*url != '\0' && *url != '?' && *url != '#') {
		ch = (unsigned char)*url++;
		if (ch == '%' && isxdigit(url[0]) && isxdigit(url[1])) {
			hex[0] = url[0];
			hex[1] = url[1];
			ch = (int)strtoul(hex, NULL, 16);
			url += 2;
		}
		if (ch == '\0' || n + 1 >= size)
			return false;
		out[n++] = (char)ch;
	}
	out[n] = '\0';
	return strstr(out, "/../") == NULL &&
	    (n < 3 || strcmp(out + n - 3, "/..") != 0);
}

static void
serve(struct conn *c, const char *url, bool head)
{
	char path[PATH_LEN], full[2 * PATH_LEN];
	struct stat st;
	int fd;

	if (!clean_path(url, path, sizeof(path))) {
		refuse(c, "400 Bad Request", head);
		return;
	}
	snprintf(full, sizeof(full), "%s%s%s", httpd(c)->h_root, path,
	    path[strlen(path) - 1] == '/' ? "index.html" : "");
	fd = open(full, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		refuse(c, "404 Not Found", head);
		return;
	}
	answer(c, "200 OK", content_type(full), st.st_size);
	if (head || st.st_size == 0) {
		c->c_left = 0;
		close(fd);
	} else {
		c->c_file = fd;
	}
}

/* Has this header a value that begins so?  Names and values in any case. */
static bool
header_is(const char *headers, const char *name, const char *value)
{
	size_t n = strlen(name);
	const char *p = headers;

	while (p != NULL && *p != '\0') {
		if (strncasecmp(p, name, n) == 0 && p[n] == ':') {
			for (p += n + 1; *p == ' ' || *p == '\t'; p++)
				;
			return strncasecmp(p, value, strlen(value)) == 0;
		}
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return false;
}

/* One request, its last character replaced by a NUL. */
static void
request(struct conn *c, char *req)
{
	char *line_end = strchr(req, '\n'), *url, *version;
	const char *headers = line_end == NULL ? "" : line_end + 1;
	bool head;

	if (line_end != NULL)
		*line_end = '\0';
	url = strchr(req, ' ');
	version = url == NULL ? NULL : strchr(url + 1, ' ');
	if (version == NULL || strncmp(version + 1, "HTTP/1.", 7) != 0) {
		c->c_close = true;
		refuse(c, "400 Bad Request", false);
		return;
	}
	*url++ = '\0';
	*version++ = '\0';
	c->c_close = strncmp(version, "HTTP/1.0", 8) == 0
	    ? !header_is(headers, "Connection", "keep-alive")
	    : header_is(headers, "Connection", "close");
	head = strcmp(req, "HEAD") == 0;
	if (!head && strcmp(req, "GET") != 0) {
		c->c_close = true;	/* its body is not read */
		refuse(c, "405 Method Not Allowed", false);
		return;
	}
	serve(c, url, head);
}

/*
 * Sends the answer in hand; true when all of it is gone.  Header and first
 * piece of the body leave in one call, so that a small answer is one segment.
 */
static bool
send_answer(struct conn *c)
{
	char *buf = httpd(c)->h_piece;
	size_t hleft, n;
	ssize_t got, k;
	off_t at;

	while ((hleft = c->c_hlen - c->c_hoff) > 0 || c->c_left > 0) {
		memcpy(buf, c->c_head + c->c_hoff, hleft);
		n = hleft;
		at = 0;
		if (c->c_left > 0) {
			at = lseek(c->c_file, 0, SEEK_CUR);
			got = read(c->c_file, buf + n, PIECE - n);
			if (got <= 0) {
				end(c);
				return false;
			}
			if (got > c->c_left)
				got = (ssize_t)c->c_left;
			n += (size_t)got;
		}
		k = send(c->c_ev.ev_fd, buf, n, 0);
		if (k < 0 && errno == EAGAIN)
			k = 0;
		else if (k < 0) {
			end(c);
			return false;
		}
		if ((size_t)k < hleft) {
			c->c_hoff += (size_t)k;
			k = 0;
		} else {
			c->c_hoff = c->c_hlen;
			k -= (ssize_t)hleft;
		}
		if (c->c_left > 0) {
			lseek(c->c_file, at + k, SEEK_SET);
			c->c_left -= k;
		}
		if ((size_t)k + hleft < n) {
			ev_want_write(&c->c_ev, true);
			return false;
		}
	}
	if (c->c_file >= 0)
		close(c->c_file);
	c->c_file = -1;
	c->c_hlen = c->c_hoff = 0;
	ev_want_write(&c->c_ev, false);
	if (c->c_close) {
		end(c);
		return false;
	}
	return true;
}

/*
 * The length of a request with its blank line, 0 while it is incomplete.
 * A bare line feed ends a line too (RFC 9112, section 2.2).
 */
static size_t
request_length(const char *req)
{
	const char *p = req;

	while ((p = strchr(p, '\n')) != NULL) {
		p++;
		if (p[0] == '\n')
			return (size_t)(p + 1 - req);
		if (p[0] == '\r' && p[1] == '\n')
			return (size_t)(p + 2 - req);
	}
	return 0;
}

/* Answers what has arrived whole, as long as answers can be sent. */
static void
work(struct conn *c)
{
	size_t n;

	while ((n = request_length(c->c_req)) > 0) {
		c->c_req[n - 1] = '\0';
		request(c, c->c_req);
		c->c_have -= n;
		memmove(c->c_req, c->c_req + n, c->c_have + 1);
		if (!send_answer(c))
			return;
	}
	if (c->c_have == REQUEST_MAX) {
		c->c_close = true;
		c->c_have = 0;
		refuse(c, "431 Request Header Fields Too Large", false);
		send_answer(c);
	}
}

static void
conn_ready(struct evsource *ev, bool writable)
{
	struct conn *c = (struct conn *)ev;
	ssize_t n;

	if (writable) {
		if (send_answer(c))
			work(c);
		return;
	}
	if (c->c_hlen > 0)
		return;		/* busy with an answer: the rest waits */
	n = recv(ev->ev_fd, c->c_req + c->c_have, REQUEST_MAX - c->c_have, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		end(c);
		return;
	}
	c->c_have += (size_t)n;
	c->c_req[c->c_have] = '\0';
	work(c);
}

static void
accept_ready(struct evsource *ev, bool writable)
{
	struct conn *c;
	int fd;

	while ((fd = ev_accept(ev->ev_fd)) >= 0) {
		c = calloc(1, sizeof(*c));
		if (c == NULL) {
			close(fd);
			return;
		}
		c->c_ev.ev_fd = fd;
		c->c_ev.ev_ready = conn_ready;
		c->c_file = -1;
		if (ev_add(ev->ev_loop, &c->c_ev) != 0) {
			close(fd);
			free(c);
			return;
		}
	}
}

static int
httpd_main(int argc, char **argv)
{
	struct httpd *h = calloc(1, sizeof(*h));
	struct evsource *ev = calloc(1, sizeof(*ev));
	int c, port = 80;

	if (h == NULL || ev == NULL || (h->h_piece = malloc(PIECE)) == NULL) {
		fprintf(stderr, "httpd: out of memory\n");
		return 1;
	}
	h->h_root = "/www";
	while ((c = getopt(argc, argv, "p:d:")) != -1) {
		if (c == 'p')
			port = atoi(optarg);
		else if (c == 'd')
			h->h_root = optarg;
		else
			return command_usage("httpd");
	}
	if (optind != argc || port <= 0 || port > 65535)
		return command_usage("httpd");
	if (ev_init(&h->h_loop) != 0) {
		perror("httpd");
		return 1;
	}
	ev->ev_fd = ev_listen("httpd", SOCK_STREAM, port);
	ev->ev_ready = accept_ready;
	if (ev->ev_fd < 0 || ev_add(&h->h_loop, ev) != 0)
		return 1;
	ev_run(&h->h_loop);
	perror("httpd");
	return 1;
}
COMMAND(httpd, "httpd [-p port] [-d directory] - serve files over HTTP",
    httpd_main);
