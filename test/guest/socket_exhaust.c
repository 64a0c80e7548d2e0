/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers that are full and buffers that cannot be had: who waits, who is
 * told, what is lost, and that it is over afterwards.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "kernel/file/poll.h"

#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"

static void
pause_ms(int ms)
{
	int rv;

	(void)sys_poll(current_proc(), NULL, 0, ms, &rv);
}

/* Datagrams that find no room are lost and counted; the others are whole. */
CASE(full_datagram_buffer)
{
	static unsigned char buf[8000];
	struct proc *p = current_proc();
	union name na;
	int a = st_new_bound(AF_INET, &na), b, i, got = 0;
	uint64_t full = socket_stats.ss_rcvfull;
	ssize_t n;

	EXPECT(st_setopt(a, SO_RCVBUF, 40000) == 0);
	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	for (i = 0; i < 30; i++) {
		memset(buf, i, sizeof(buf));
		EXPECT(sys_write(p, b, buf, sizeof(buf), &n) == 0);
		pause_ms(1);
	}
	for (i = 0; i < 30000 && socket_stats.ss_rcvfull == full; i++)
		pause_ms(1);
	EXPECT(socket_stats.ss_rcvfull > full);
	/* The first ones, in order. */
	while (sys_recvfrom(p, a, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL,
	    &n) == 0) {
		EXPECT(n == sizeof(buf) && buf[0] == got &&
		    buf[sizeof(buf) - 1] == got);
		got++;
	}
	EXPECT(got >= 3 && got < 30);
	EXPECT(sys_write(p, b, "again", 5, &n) == 0);
	EXPECT(sys_recvfrom(p, a, buf, sizeof(buf), 0, NULL, NULL, &n) == 0 &&
	    n == 5);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

static unsigned char
stream_byte(size_t at)
{
	return ((unsigned char)(at * 7 + (at >> 8)));
}

/* A full stream stops its writer with EAGAIN, and goes on byte for byte. */
CASE(full_stream_buffer)
{
	static unsigned char buf[8000];
	struct proc *p = current_proc();
	size_t total = 600000, sent = 0, got = 0, wrong = 0, i, len;
	unsigned stops = 0;
	int fds[2];
	errno_t error;
	ssize_t n;

	st_connected(AF_INET6, fds);
	EXPECT(st_setopt(fds[1], SO_RCVBUF, 20000) == 0);
	EXPECT(st_setopt(fds[0], SO_SNDBUF, 30000) == 0);
	st_nonblocking(fds[0]);
	while (got < total) {
		len = total - sent < sizeof(buf) ? total - sent : sizeof(buf);
		for (i = 0; i < len; i++)
			buf[i] = stream_byte(sent + i);
		error = len > 0 ? sys_write(p, fds[0], buf, len, &n) :
		    EWOULDBLOCK;
		if (error == 0) {
			sent += (size_t)n;
			continue;
		}
		EXPECT(error == EWOULDBLOCK);
		stops++;
		if (sys_read(p, fds[1], buf, sizeof(buf), &n) != 0 || n <= 0)
			break;
		for (i = 0; i < (size_t)n; i++)
			wrong += buf[i] != stream_byte(got + i);
		got += (size_t)n;
	}
	EXPECT(stops > 5);
	EXPECT(got == total && wrong == 0);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

/*
 * Every ordinary buffer is taken.  Connections are still made, closed and
 * reset, because their segments come out of the reserve; a write without
 * waiting says ENOBUFS or is taken, and what was written arrives when
 * buffers have come back.
 */
CASE(control_without_buffers)
{
	struct proc *p = current_proc();
	struct linger reset = { 1, 0 };
	union name n;
	int l = st_new_listener(AF_INET, &n, 5), old[2], c, s, i;
	mbuf_t hoard = NULL, m;
	size_t taken;
	char buf[8];
	ssize_t got;

	st_connected(AF_INET, old);
	while ((m = m_getcl(M_ORDINARY, MBUF_TYPE_DATA, MBUF_PKTHDR)) != NULL ||
	    (m = m_gethdr(M_ORDINARY, MBUF_TYPE_DATA)) != NULL) {
		m->m_nextpkt = hoard;
		hoard = m;
	}
	taken = mbuf_bytes_inuse();
	EXPECT(mbuf_bytes_free() < MSIZE);
	for (i = 0; i < 20; i++) {
		c = st_new_socket(AF_INET, SOCK_STREAM);
		EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
		EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
		if (i % 2 == 0) {
			EXPECT(sys_shutdown(p, c, SHUT_WR) == 0);
			EXPECT(sys_read(p, s, buf, 8, &got) == 0 && got == 0);
		} else {
			EXPECT(sys_setsockopt(p, c, SOL_SOCKET, SO_LINGER,
			    &reset, sizeof(reset)) == 0);
		}
		EXPECT(sys_close(p, c) == 0);
		if (i % 2 != 0)
			EXPECT(sys_read(p, s, buf, 8, &got) == ECONNRESET);
		EXPECT(sys_close(p, s) == 0);
	}
	/* Nothing of that stayed. */
	EXPECT(mbuf_bytes_inuse() <= taken + 64 * MSIZE);
	mbuf_freem_list(hoard);
	EXPECT(sys_write(p, old[0], "on", 2, &got) == 0 && got == 2);
	EXPECT(sys_read(p, old[1], buf, 8, &got) == 0 && got == 2);
	EXPECT(sys_close(p, old[0]) == 0 && sys_close(p, old[1]) == 0 &&
	    sys_close(p, l) == 0);
	return (0);
}

/*
 * Data that arrives while buffers are short: a socket that holds nothing
 * still gets a little, one that is being filled does not eat the reserve.
 */
CASE(data_without_buffers)
{
	static unsigned char block[16384];
	struct proc *p = current_proc();
	mbuf_t hoard = NULL, m;
	uint64_t nomem = socket_stats.ss_nomem;
	size_t most = mbuf_bytes_limit(), used;
	union name na;
	int a = st_new_bound(AF_INET, &na), b, i;
	ssize_t got;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	EXPECT(sys_write(p, b, "bound", 5, &got) == 0);
	EXPECT(sys_read(p, a, block, sizeof(block), &got) == 0 && got == 5);
	/* All but a few: what the writer needs. */
	while ((m = m_getcl(M_ORDINARY, MBUF_TYPE_DATA, MBUF_PKTHDR)) != NULL ||
	    (m = m_gethdr(M_ORDINARY, MBUF_TYPE_DATA)) != NULL) {
		m->m_nextpkt = hoard;
		hoard = m;
	}
	for (i = 0; i < 40 && (m = hoard) != NULL; i++) {
		hoard = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
	}
	for (i = 0; i < 200 && socket_stats.ss_nomem == nomem; i++) {
		(void)sys_sendto(p, b, block, 1000, MSG_DONTWAIT, NULL, 0,
		    &got);
		/* Filled again as the datagrams take their place. */
		m = m_gethdr(M_ORDINARY, MBUF_TYPE_DATA);
		if (m != NULL) {
			m->m_nextpkt = hoard;
			hoard = m;
		}
		used = mbuf_bytes_inuse();
		EXPECT(used < most - most / 32);
		if (mbuf_bytes_free() < 8 * MSIZE)
			break;
		pause_ms(1);
	}
	EXPECT(sys_recvfrom(p, a, block, sizeof(block), MSG_DONTWAIT, NULL,
	    NULL, &got) == 0 && got == 1000);
	mbuf_freem_list(hoard);
	EXPECT(mbuf_bytes_free() > most / 2);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}
