/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See resolver.h.  Each try uses a socket, and so a source port, of its own
 * and a random id; an answer counts only if it comes from the server asked,
 * has the id and repeats the question.  Parsing never leaves the message,
 * and compressed names may only point backwards.
 */
#include "net/cmds/resolver.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/inet/dns_servers.h"

#define DNS_PORT 53
#define DNS_MAX	 1500
#define DNS_HEAD 12
#define TRIES	 3
#define FIRST_WAIT_MS 1000	/* doubled each time: RFC 1035 4.2.1 */

#define TYPE_A	   1
#define TYPE_CNAME 5
#define TYPE_AAAA  28
#define CLASS_IN   1

#define FLAG_QR 0x8000
#define FLAG_TC 0x0200
#define FLAG_RD 0x0100
#define RCODE(f)   ((f) & 0xf)
#define RCODE_NXDOMAIN 3

struct msg {
	const uint8_t *m_p;
	size_t m_n;
};

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* "a.b" as labels; 0 when it is no name. */
static size_t
put_name(uint8_t *p, size_t size, const char *name)
{
	size_t n = 0, len;

	while (*name != '\0') {
		len = strcspn(name, ".");
		if (len == 0 || len > 63 || n + len + 2 > size || n + len > 253)
			return 0;
		p[n++] = (uint8_t)len;
		memcpy(p + n, name, len);
		n += len;
		name += len;
		if (*name == '.')
			name++;
	}
	if (n == 0)
		return 0;
	p[n++] = 0;
	return n;
}

/*
 * The name at `at` as text; returns where the next field begins, or 0 when
 * the message is broken.
 */
static size_t
get_name(const struct msg *m, size_t at, char *out, size_t size)
{
	size_t end = 0, n = 0, len, limit = at;

	for (;;) {
		if (at >= m->m_n)
			return 0;
		len = m->m_p[at];
		if ((len & 0xc0) == 0xc0) {
			if (at + 1 >= m->m_n)
				return 0;
			if (end == 0)
				end = at + 2;
			at = get16(m->m_p + at) & 0x3fff;
			if (at >= limit)	/* backwards only: no loops */
				return 0;
			limit = at;
			continue;
		}
		if (len > 63 || at + 1 + len > m->m_n)
			return 0;
		if (len == 0)
			break;
		if (n + len + 2 > size)
			return 0;
		if (n > 0)
			out[n++] = '.';
		memcpy(out + n, m->m_p + at + 1, len);
		n += len;
		at += 1 + len;
	}
	out[n] = '\0';
	return end != 0 ? end : at + 1;
}

static size_t
make_query(uint8_t *buf, unsigned id, const char *name, unsigned type)
{
	size_t n;

	memset(buf, 0, DNS_HEAD);
	put16(buf, id);
	put16(buf + 2, FLAG_RD);
	put16(buf + 4, 1);
	n = put_name(buf + DNS_HEAD, 256, name);
	if (n == 0)
		return 0;
	n += DNS_HEAD;
	put16(buf + n, type);
	put16(buf + n + 2, CLASS_IN);
	return n + 4;
}

static bool
same_name(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);

	if (k > 0 && b[k - 1] == '.')
		k--;
	return n == k && strncasecmp(a, b, n) == 0;
}

/* The records behind the question. */
static enum res_result
take_records(const struct msg *m, size_t at, unsigned count, unsigned type,
    struct res_answer *out)
{
	size_t alen = type == TYPE_A ? 4 : 16, rdlen;
	char name[256];
	unsigned rtype;
	uint32_t ttl;

	out->ra_ttl = UINT32_MAX;
	for (; count > 0; count--) {
		at = get_name(m, at, name, sizeof(name));
		if (at == 0 || at + 10 > m->m_n)
			return RES_FAIL;
		rtype = get16(m->m_p + at);
		ttl = get32(m->m_p + at + 4);
		rdlen = get16(m->m_p + at + 8);
		at += 10;
		if (at + rdlen > m->m_n)
			return RES_FAIL;
		if (rtype == TYPE_CNAME &&
		    get_name(m, at, out->ra_canon, sizeof(out->ra_canon)) == 0)
			return RES_FAIL;
		if (rtype == type && rdlen == alen && out->ra_n < RES_ADDRS) {
			memcpy(out->ra_addr[out->ra_n++], m->m_p + at, alen);
			if (ttl < out->ra_ttl)
				out->ra_ttl = ttl;
		}
		at += rdlen;
	}
	return out->ra_n > 0 ? RES_OK : RES_NONAME;
}

/* -1: not an answer to this question. */
static int
parse(const uint8_t *buf, size_t n, unsigned id, const char *name,
    unsigned type, struct res_answer *out)
{
	struct msg m = { buf, n };
	char asked[256];
	unsigned flags;
	size_t at;

	if (n < DNS_HEAD || get16(buf) != id)
		return -1;
	flags = get16(buf + 2);
	if ((flags & FLAG_QR) == 0 || get16(buf + 4) != 1)
		return -1;
	at = get_name(&m, DNS_HEAD, asked, sizeof(asked));
	if (at == 0 || at + 4 > n || !same_name(asked, name) ||
	    get16(buf + at) != type)
		return -1;
	if (RCODE(flags) == RCODE_NXDOMAIN)
		return RES_NONAME;
	if (RCODE(flags) != 0)
		return RES_FAIL;
	return (int)take_records(&m, at + 4, get16(buf + 6), type, out);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* One question to one server, one answer. */
static enum res_result
ask(const struct sockaddr *server, const char *name, unsigned type,
    int wait_ms, struct res_answer *out)
{
	uint8_t buf[DNS_MAX];
	unsigned id = arc4random() & 0xffff;
	size_t n = make_query(buf, id, name, type);
	int64_t end = now_ms() + wait_ms, left;
	enum res_result result = RES_AGAIN;
	struct pollfd p;
	ssize_t got;
	int fd, r;

	if (n == 0)
		return RES_BADNAME;
	fd = socket(server->sa_family, SOCK_DGRAM, 0);
	if (fd < 0)
		return RES_AGAIN;
	/* Connected: only this server's datagrams arrive, and its errors. */
	if (connect(fd, server, server->sa_len) != 0 ||
	    send(fd, buf, n, 0) < 0)
		goto out;
	p = (struct pollfd){ fd, POLLIN, 0 };
	while ((left = end - now_ms()) > 0 && poll(&p, 1, (int)left) > 0) {
		got = recv(fd, buf, sizeof(buf), 0);
		if (got < 0)
			break;
		r = parse(buf, (size_t)got, id, name, type, out);
		if (r >= 0) {
			result = (enum res_result)r;
			break;
		}
	}
out:
	close(fd);
	return result;
}

static void
set_port(struct sockaddr *sa)
{
	in_port_t *port = sa->sa_family == AF_INET
	    ? &((struct sockaddr_in *)(void *)sa)->sin_port
	    : &((struct sockaddr_in6 *)(void *)sa)->sin6_port;

	if (*port == 0)
		*port = htons(DNS_PORT);
}

enum res_result
res_query(const char *name, int family, const struct sockaddr *server,
    struct res_answer *out)
{
	struct sockaddr_storage known[DNS_SERVERS_MAX];
	unsigned type = family == AF_INET ? TYPE_A : TYPE_AAAA;
	enum res_result r = RES_AGAIN;
	int i, try, n;

	memset(out, 0, sizeof(*out));
	out->ra_family = family;
	if (server != NULL) {
		memcpy(&known[0], server, server->sa_len);
		n = 1;
	} else {
		n = inet_dns_servers(known, DNS_SERVERS_MAX);
	}
	if (n == 0)
		return RES_NOSERVER;
	for (i = 0; i < n; i++)
		set_port((struct sockaddr *)&known[i]);
	for (try = 0; try < TRIES; try++) {
		for (i = 0; i < n; i++) {
			r = ask((struct sockaddr *)&known[i], name, type,
			    FIRST_WAIT_MS << try, out);
			if (r != RES_AGAIN && r != RES_FAIL)
				return r;
		}
	}
	return r;
}

const char *
res_text(enum res_result r)
{
	switch (r) {
	case RES_OK:
		return "ok";
	case RES_NONAME:
		return "no such name";
	case RES_AGAIN:
		return "no answer from the server";
	case RES_FAIL:
		return "the server failed";
	case RES_NOSERVER:
		return "no name server is known";
	case RES_BADNAME:
		return "not a name";
	}
	return "?";
}
