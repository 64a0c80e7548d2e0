/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's programs, all on the socket layer, without blocking.
 *
 * TCP: a server and clients.  A client sends a header (id, bytes each way) and
 * then its bytes, shuts its side, and reads the server's until the end; both
 * check every byte and the count.  Some clients cut their connection off.
 * UDP: datagrams up to 8 KB that the other side echoes.  ICMP: echoes through
 * a raw socket.  IPv4 and IPv6 alternate.
 */
#include "test/unit/twohosts/host.h"

#include <libkern/libkern.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/mm/kmem.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"
#include "test/unit/host/clib.h"

#define PORT_TCP	5001
#define PORT_UDP	5002
#define MAGIC		0x7432686fu
#define HDR		16
/* In the kernel MSG_DONTWAIT is only about the buffer's lock. */
#define MSG_NB		(MSG_DONTWAIT | MSG_NBIO)
#define MAXCONN		400
#define CHUNK		20000

enum conn_state { C_FREE, C_CONNECTING, C_OPEN };

struct conn {
	enum conn_state	state;
	bool		server, v6, cut, eof, shut;
	struct __socket	*so;
	uint32_t	id;
	uint32_t	up, down;	/* bytes the client, the server sends */
	uint32_t	sent, got;	/* of this side, header included */
	unsigned char	hdr[HDR];
	uint32_t	cut_at;
	uint64_t	since;
};

static struct conn conns[MAXCONN];
static struct __socket *listener[2], *udp_server[2], *udp_client[2], *icmp;
static unsigned to_open, to_udp, to_ping, next_id;
static uint64_t next_open, next_udp, next_ping;
static bool stopped;
static unsigned char buf[CHUNK + 100];
static char state_text[8192];

/* --- helpers -------------------------------------------------------------------- */

static unsigned char
pattern(uint32_t id, bool down, uint32_t off)
{
	uint32_t x = id * 2654435761u + (down ? 0x51ed27u : 0) + off * 2246822519u;

	x ^= x >> 15;
	x *= 2654435761u;
	return (unsigned char)(x >> 24);
}

static void
fill(unsigned char *p, size_t n, uint32_t id, bool down, uint32_t off)
{
	for (size_t i = 0; i < n; i++)
		p[i] = pattern(id, down, off + (uint32_t)i);
}

static bool
check(const unsigned char *p, size_t n, uint32_t id, bool down, uint32_t off)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != pattern(id, down, off + (uint32_t)i)) {
			th_counts.wrong++;
			if (th_cfg.fuzz)
				return false;
			printf("host %u: connection %u, byte %u is wrong\n",
			    th_cfg.host, id, off + (uint32_t)i);
			return false;
		}
	}
	return true;
}

union addr {
	struct sockaddr		sa;
	struct sockaddr_in	sin;
	struct sockaddr_in6	sin6;
};

static void
address(union addr *a, bool v6, bool peer, uint16_t port)
{
	unsigned char last = (unsigned char)((peer ? 1 - th_cfg.host :
	    th_cfg.host) + 1);

	memset(a, 0, sizeof(*a));
	if (v6) {
		a->sin6.sin6_len = sizeof(a->sin6);
		a->sin6.sin6_family = AF_INET6;
		a->sin6.sin6_port = htons(port);
		a->sin6.sin6_addr.s6_addr[0] = 0xfd;
		a->sin6.sin6_addr.s6_addr[15] = last;
	} else {
		a->sin.sin_len = sizeof(a->sin);
		a->sin.sin_family = AF_INET;
		a->sin.sin_port = htons(port);
		a->sin.sin_addr.s_addr = htonl(0x0a090000u | last);
	}
}

static void
any(union addr *a, bool v6, uint16_t port)
{
	address(a, v6, false, port);
	if (v6)
		memset(&a->sin6.sin6_addr, 0, 16);
	else
		a->sin.sin_addr.s_addr = 0;
}

static void
option(struct __socket *so, int level, int name, const void *v, size_t n)
{
	struct __sockopt o = {
		.sopt_dir = sockopt_set, .sopt_level = level, .sopt_name = name,
		.sopt_val = (void *)(uintptr_t)v, .sopt_valsize = n,
	};

	(void)sosetopt(so, &o);
}

static void
buffers(struct __socket *so)
{
	int n;

	if (!th_cfg.small_buffers || th_chance(500))
		return;
	n = 3000 + (int)th_below(th_chance(500) ? 5000 : 60000);
	option(so, SOL_SOCKET, SO_RCVBUF, &n, sizeof(n));
	n = 3000 + (int)th_below(60000);
	option(so, SOL_SOCKET, SO_SNDBUF, &n, sizeof(n));
}

/* A client that cut its connection off may not have been heard. */
static void
keepalive(struct __socket *so)
{
	int on = 1, idle = 60, intvl = 10, cnt = 5;

	option(so, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	option(so, IPPROTO_TCP, TCP_KEEPALIVE, &idle, sizeof(idle));
	option(so, IPPROTO_TCP, TCP_KEEPINTVL, &intvl, sizeof(intvl));
	option(so, IPPROTO_TCP, TCP_KEEPCNT, &cnt, sizeof(cnt));
}

static struct conn *
free_conn(void)
{
	for (int i = 0; i < MAXCONN; i++) {
		if (conns[i].state == C_FREE)
			return &conns[i];
	}
	return NULL;
}

static void
finish(struct conn *c, errno_t error)
{
	if (c->cut || stopped || (c->server && th_cfg.abort != 0 &&
	    (error == ECONNRESET || error == ETIMEDOUT)))
		th_counts.conns_cut++;
	else if (error != 0)
		th_counts.conns_failed++;
	else
		th_counts.conns_ok++;
	if (error != 0 && th_cfg.verbose)
		printf("host %u: %s %u ends with error %d, %u of %u sent, %u "
		    "of %u got\n", th_cfg.host, c->server ? "server" : "client",
		    c->id, error, c->sent, c->server ? c->down : c->up + HDR,
		    c->got, c->server ? c->up + HDR : c->down);
	(void)soclose(c->so);
	memset(c, 0, sizeof(*c));
}

static void
cut_off(struct conn *c)
{
	struct linger l = { .l_onoff = 1, .l_linger = 0 };

	c->cut = true;
	option(c->so, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	finish(c, ECONNABORTED);
}

/* --- TCP --------------------------------------------------------------------------- */

static void
client_open(void)
{
	struct conn *c = free_conn();
	union addr a;
	errno_t error;

	if (c == NULL)
		return;
	memset(c, 0, sizeof(*c));
	c->v6 = th_rand() & 1;
	if (socreate(c->v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0,
	    SOCREATE_KERNEL, &c->so) != 0)
		return;
	c->id = next_id++ * 2 + th_cfg.host;
	c->up = th_below(4) == 0 ? th_below(100) : th_below(th_cfg.maxbytes);
	c->down = th_below(4) == 0 ? th_below(100) : th_below(th_cfg.maxbytes);
	c->since = host_now_ns;
	if (th_chance(th_cfg.abort))
		c->cut_at = 1 + th_below(c->up + HDR);
	buffers(c->so);
	keepalive(c->so);
	address(&a, c->v6, true, PORT_TCP);
	c->state = C_CONNECTING;
	to_open--;
	error = soconnect(c->so, &a.sa, SOCONN_NBIO);
	if (error == ENOBUFS || error == ENOMEM)
		c->cut = true;		/* refused at once, nothing began */
	if (error != 0 && error != EINPROGRESS)
		finish(c, error);
}

/* Sends what it may; an error other than "not now" ends the connection. */
static errno_t
conn_send(struct conn *c)
{
	uint32_t total = c->server ? c->down : c->up + HDR;

	while (c->sent < total) {
		size_t n = 1 + th_below(th_chance(300) ? 100 : CHUNK), done = 0;
		uint32_t skip = c->server ? 0 : HDR;
		errno_t error;

		if (n > total - c->sent)
			n = total - c->sent;
		if (n > c->so->so_snd.sb_hiwat)	/* a chain goes whole */
			n = c->so->so_snd.sb_hiwat;
		if (!c->server && c->sent < HDR) {
			uint32_t h[4] = { MAGIC, c->id, c->up, c->down };

			n = HDR - c->sent;
			memcpy(buf, (char *)h + c->sent, n);
		} else {
			fill(buf, n, c->id, c->server, c->sent - skip);
		}
		if (th_chance(500)) {
			struct uio uio;

			uio_single(&uio, buf, n, 0, UIO_SYSSPACE, UIO_WRITE);
			error = sosend(c->so, NULL, &uio, NULL, NULL,
			    MSG_NB, &done);
		} else {
			mbuf_t m = NULL;

			if (mbuf_allocpacket(MBUF_DONTWAIT, n, NULL, &m) != 0)
				return 0;
			if (mbuf_copyback(m, 0, n, buf, MBUF_DONTWAIT) != 0) {
				mbuf_freem(m);
				return 0;
			}
			error = sosend(c->so, NULL, NULL, m, NULL, MSG_NB,
			    &done);
		}
		c->sent += (uint32_t)done;
		if (error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM)
			return 0;
		if (error != 0)
			return error;
		if (c->cut_at != 0 && c->sent >= c->cut_at)
			return ECANCELED;
		if (done == 0)
			return 0;
	}
	if (!c->shut && !c->server) {
		c->shut = true;
		return soshutdown(c->so, SHUT_WR);
	}
	return 0;
}

static errno_t
take(struct conn *c, const unsigned char *p, size_t n)
{
	uint32_t skip = c->server ? HDR : 0;

	while (n > 0 && c->server && c->got < HDR) {
		uint32_t h[4];

		c->hdr[c->got++] = *p++;
		n--;
		if (c->got < HDR)
			continue;
		memcpy(h, c->hdr, HDR);
		if (h[0] != MAGIC) {
			th_counts.wrong++;
			return EPROTO;
		}
		c->id = h[1];
		c->up = h[2];
		c->down = h[3];
	}
	if (n == 0)
		return 0;
	if (!check(p, n, c->id, !c->server, c->got - skip))
		return EPROTO;
	c->got += (uint32_t)n;
	th_counts.bytes_in += n;
	return 0;
}

static errno_t
conn_receive(struct conn *c)
{
	while (!c->eof) {
		size_t n = 1 + th_below(th_chance(200) ? 200 : CHUNK);
		int flags = MSG_NB;
		errno_t error;
		mbuf_t m = NULL;

		/* A reader that is not always there. */
		if (th_chance(100))
			return 0;
		error = soreceive(c->so, NULL, NULL, &m, NULL, &flags, &n);
		if (error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM)
			return 0;
		if (error != 0)
			return error;
		if (m == NULL || n == 0) {
			mbuf_freem(m);
			c->eof = true;
			break;
		}
		for (mbuf_t q = m; q != NULL && error == 0; q = mbuf_next(q))
			error = take(c, mbuf_data(q), mbuf_len(q));
		mbuf_freem(m);
		if (error != 0)
			return error;
	}
	return 0;
}

static void
conn_run(struct conn *c)
{
	errno_t error;

	if (c->state == C_CONNECTING) {
		if (c->so->so_error != 0) {
			finish(c, c->so->so_error);
			return;
		}
		if (!(c->so->so_state & SS_ISCONNECTED)) {
			if (c->so->so_state & SS_CANTRCVMORE)
				finish(c, ECONNREFUSED);
			return;
		}
		c->state = C_OPEN;
	}
	error = conn_send(c);
	if (error == ECANCELED) {
		cut_off(c);
		return;
	}
	if (error == 0)
		error = conn_receive(c);
	if (error == EPROTO || error != 0) {
		finish(c, error);
		return;
	}
	if (!c->eof)
		return;
	if (c->server && c->got < HDR) {
		c->cut = true;		/* cut off before it said anything */
		finish(c, ECONNRESET);
	} else if (c->got != (c->server ? c->up + HDR : c->down)) {
		printf("host %u: connection %u ends after %u of %u bytes\n",
		    th_cfg.host, c->id, c->got, c->server ? c->up + HDR :
		    c->down);
		th_counts.wrong++;
		finish(c, EPROTO);
	} else if (!c->server || c->sent == c->down) {
		finish(c, 0);
	}
}

static void
accept_all(struct __socket *l, bool v6)
{
	for (;;) {
		struct __socket *so;
		struct conn *c = free_conn();

		if (c == NULL || soaccept(l, true, NULL, &so) != 0)
			return;
		memset(c, 0, sizeof(*c));
		c->so = so;
		c->v6 = v6;
		c->server = true;
		c->state = C_OPEN;
		c->since = host_now_ns;
		th_counts.accepted++;
		buffers(so);
		keepalive(so);
	}
}

/* --- UDP and ICMP ---------------------------------------------------------------------- */

static void
udp_send(void)
{
	bool v6 = th_rand() & 1;
	size_t n = 8 + (th_chance(200) ? th_below(8000) : th_below(1400));
	uint32_t h[2] = { next_id++, (uint32_t)n };
	struct uio uio;
	union addr a;
	size_t done;

	memcpy(buf, h, 8);
	fill(buf + 8, n - 8, h[0], false, 0);
	address(&a, v6, true, PORT_UDP);
	uio_single(&uio, buf, n, 0, UIO_SYSSPACE, UIO_WRITE);
	to_udp--;
	if (sosend(udp_client[v6], &a.sa, &uio, NULL, NULL, MSG_NB,
	    &done) == 0)
		th_counts.udp_sent++;
}

/* One datagram into buf; its length, or 0. */
static size_t
datagram(struct __socket *so, struct sockaddr_storage *from)
{
	int flags = MSG_NB;
	size_t n = CHUNK;
	mbuf_t m = NULL;

	if (soreceive(so, from, NULL, &m, NULL, &flags, &n) != 0 || m == NULL)
		return 0;
	n = m_length(m);
	mbuf_copydata(m, 0, n, buf);
	mbuf_freem(m);
	return n;
}

static void
udp_run(void)
{
	struct sockaddr_storage from;
	struct uio uio;
	uint32_t h[2];
	size_t n, done;

	for (int v6 = 0; v6 < 2; v6++) {
		while ((n = datagram(udp_server[v6], &from)) > 0) {
			uio_single(&uio, buf, n, 0, UIO_SYSSPACE, UIO_WRITE);
			(void)sosend(udp_server[v6], (struct sockaddr *)&from,
			    &uio, NULL, NULL, MSG_NB, &done);
		}
		while ((n = datagram(udp_client[v6], NULL)) > 0) {
			bool good = n >= 8;

			memcpy(h, buf, 8);
			good = good && h[1] == n;
			for (size_t i = 8; good && i < n; i++)
				good = buf[i] == pattern(h[0], false,
				    (uint32_t)i - 8);
			th_counts.udp_ok += good;
			th_counts.udp_bad += !good;
		}
	}
}

static void
ping(void)
{
	size_t n = 8 + th_below(3000), done;
	struct uio uio;
	union addr a;
	uint16_t sum;

	memset(buf, 0, 8);
	buf[0] = 8;
	buf[4] = (unsigned char)th_cfg.host;
	fill(buf + 8, n - 8, 7, false, 0);
	sum = (uint16_t)~in_cksum_buf(buf, n);
	memcpy(buf + 2, &sum, 2);
	address(&a, false, true, 0);
	uio_single(&uio, buf, n, 0, UIO_SYSSPACE, UIO_WRITE);
	to_ping--;
	if (sosend(icmp, &a.sa, &uio, NULL, NULL, MSG_NB, &done) == 0)
		th_counts.pings_sent++;
}

static void
icmp_run(void)
{
	size_t n;

	while ((n = datagram(icmp, NULL)) > 0) {
		if (n < 28 || buf[20] != 0 || buf[24] != th_cfg.host)
			continue;
		if (check(buf + 28, n - 28, 7, false, 0))
			th_counts.pings_ok++;
	}
}

/* --- start, loop, end ---------------------------------------------------------------------- */

void
traffic_init(void)
{
	union addr a;

	for (int v6 = 0; v6 < 2; v6++) {
		int af = v6 ? AF_INET6 : AF_INET;

		if (socreate(af, SOCK_STREAM, 0, SOCREATE_KERNEL,
		    &listener[v6]) != 0 || socreate(af, SOCK_DGRAM, 0,
		    SOCREATE_KERNEL, &udp_server[v6]) != 0 ||
		    socreate(af, SOCK_DGRAM, 0, SOCREATE_KERNEL,
		    &udp_client[v6]) != 0)
			panic("socreate");
		if (v6) {
			int on = 1;

			option(listener[1], IPPROTO_IPV6, IPV6_V6ONLY, &on,
			    sizeof(on));
			option(udp_server[1], IPPROTO_IPV6, IPV6_V6ONLY, &on,
			    sizeof(on));
		}
		any(&a, v6, PORT_TCP);
		if (sobind(listener[v6], &a.sa) != 0 ||
		    solisten(listener[v6], 64) != 0)
			panic("listener");
		any(&a, v6, PORT_UDP);
		if (sobind(udp_server[v6], &a.sa) != 0)
			panic("udp");
	}
	if (socreate(AF_INET, SOCK_RAW, IPPROTO_ICMP, SOCREATE_KERNEL, &icmp) != 0)
		panic("icmp");
	to_open = th_cfg.conns;
	to_udp = th_cfg.udp;
	to_ping = th_cfg.pings;
}

uint64_t
traffic_run(uint64_t now)
{
	uint64_t next = HOST_NEVER;
	bool busy = false;

	if (listener[0] == NULL)
		return HOST_NEVER;
	if (next_open == 0)
		next_open = next_udp = next_ping = now + 1000000000;
	for (int v6 = 0; v6 < 2; v6++)
		accept_all(listener[v6], v6);
	while (to_open > 0 && next_open <= now && free_conn() != NULL) {
		client_open();
		next_open += th_below(100) * 1000000ull;
	}
	while (to_udp > 0 && next_udp <= now) {
		udp_send();
		next_udp += th_below(20) * 1000000ull;
	}
	while (to_ping > 0 && next_ping <= now) {
		ping();
		next_ping += th_below(50) * 1000000ull;
	}
	udp_run();
	icmp_run();
	for (int i = 0; i < MAXCONN; i++) {
		if (conns[i].state != C_FREE) {
			conn_run(&conns[i]);
			busy = true;
		}
	}
	if (to_open > 0 && next_open > now && next_open < next)
		next = next_open;
	if (to_udp > 0 && next_udp < next)
		next = next_udp;
	if (to_ping > 0 && next_ping < next)
		next = next_ping;
	/* The programs look again every so often. */
	if (busy && now + 10000000 < next)
		next = now + 10000000;
	return next;
}

bool
traffic_done(void)
{
	if (to_open > 0 || to_udp > 0 || to_ping > 0)
		return false;
	for (int i = 0; i < MAXCONN; i++) {
		if (conns[i].state != C_FREE)
			return false;
	}
	return true;
}

void
traffic_stop(void)
{
	stopped = true;
	to_open = to_udp = to_ping = 0;
	for (int i = 0; i < MAXCONN; i++) {
		if (conns[i].state != C_FREE)
			cut_off(&conns[i]);
	}
	for (int v6 = 0; v6 < 2; v6++) {
		(void)soclose(listener[v6]);
		(void)soclose(udp_server[v6]);
		(void)soclose(udp_client[v6]);
		listener[v6] = NULL;
	}
	(void)soclose(icmp);
}

const char *
traffic_state(void)
{
	size_t at = 0;

	state_text[0] = '\0';
	for (int i = 0; i < MAXCONN && at < sizeof(state_text) - 300; i++) {
		struct conn *c = &conns[i];

		if (c->state == C_FREE)
			continue;
		at += (size_t)snprintf(state_text + at, sizeof(state_text) - at,
		    "  %s %u v%d state %d so_state %#x error %d: sent %u of %u"
		    ", got %u of %u, eof %d, %llu ms old, rcv %zu snd %zu\n",
		    c->server ? "server" : "client", c->id, c->v6 ? 6 : 4,
		    c->state, c->so->so_state, c->so->so_error, c->sent,
		    c->server ? c->down : c->up + HDR, c->got,
		    c->server ? c->up + HDR : c->down, c->eof,
		    (host_now_ns - c->since) / 1000000, c->so->so_rcv.sb_cc,
		    c->so->so_snd.sb_cc);
	}
	return state_text;
}
