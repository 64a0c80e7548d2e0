/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections of both families over lo0: data, half close, names, the backlog,
 * how they fail.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <string.h>

#include "kernel/file/poll.h"

static unsigned char
byte_at(size_t at)
{
	return ((unsigned char)(at * 13 + (at >> 9)));
}

static void
transfer(int family)
{
	static unsigned char out[16000], in[16000];
	struct proc *p = current_proc();
	size_t total = 300000, sent = 0, got = 0, wrong = 0, i, len;
	int fds[2];
	ssize_t n;

	st_connected(family, fds);
	st_nonblocking(fds[0]);
	while (got < total) {
		len = total - sent < sizeof(out) ? total - sent : sizeof(out);
		for (i = 0; i < len; i++)
			out[i] = byte_at(sent + i);
		if (len > 0 && sys_write(p, fds[0], out, len, &n) == 0)
			sent += (size_t)n;
		if (sys_read(p, fds[1], in, sizeof(in), &n) != 0 || n == 0)
			break;
		for (i = 0; i < (size_t)n; i++)
			wrong += in[i] != byte_at(got + i);
		got += (size_t)n;
	}
	EXPECT(got == total && wrong == 0);
	/* Half close: the other direction goes on. */
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	EXPECT(sys_read(p, fds[1], in, 10, &n) == 0 && n == 0);
	EXPECT(sys_write(p, fds[1], "reply", 5, &n) == 0);
	EXPECT(sys_close(p, fds[1]) == 0);
	EXPECT(sys_fcntl(p, fds[0], F_SETFL, 0, &fds[1]) == 0);
	EXPECT(sys_recvfrom(p, fds[0], in, 5, MSG_WAITALL, NULL, NULL, &n) ==
	    0 && n == 5 && memcmp(in, "reply", 5) == 0);
	EXPECT(sys_read(p, fds[0], in, 10, &n) == 0 && n == 0);
	EXPECT(sys_close(p, fds[0]) == 0);
}

CASE(tcp_over_ipv4)
{
	transfer(AF_INET);
	return (0);
}

CASE(tcp_over_ipv6)
{
	transfer(AF_INET6);
	return (0);
}

CASE(dual_stack_listener)
{
	struct proc *p = current_proc();
	static const struct in6_addr any = IN6ADDR_ANY_INIT;
	union name n, peer;
	socklen_t len = sizeof(n.in6);
	int l = st_new_socket(AF_INET6, SOCK_STREAM), c, s;

	st_loop(&n, AF_INET6, 0);
	n.in6.sin6_addr = any;
	EXPECT(sys_bind(p, l, &n.sa, len) == 0);
	EXPECT(sys_listen(p, l, 5) == 0);
	EXPECT(sys_getsockname(p, l, &n.sa, &len) == 0);
	c = st_new_socket(AF_INET, SOCK_STREAM);
	st_loop(&peer, AF_INET, ntohs(n.in6.sin6_port));
	EXPECT(sys_connect(p, c, &peer.sa, peer.sa.sa_len) == 0);
	len = sizeof(peer);
	EXPECT(sys_accept(p, l, &peer.sa, &len, &s) == 0);
	EXPECT(peer.sa.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&peer.in6.sin6_addr));
	/* An IPv6 socket may also call a mapped address. */
	EXPECT(sys_close(p, c) == 0);
	c = st_new_socket(AF_INET6, SOCK_STREAM);
	peer.in6.sin6_port = n.in6.sin6_port;
	EXPECT(sys_connect(p, c, &peer.sa, peer.sa.sa_len) == 0);
	EXPECT(sys_close(p, s) == 0 && sys_close(p, c) == 0 &&
	    sys_close(p, l) == 0);
	return (0);
}

CASE(connection_errors)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 1), c, err, fds[2];
	struct linger reset = { 1, 0 };
	socklen_t len = sizeof(err);
	char ch;
	ssize_t got;

	EXPECT(sys_close(p, l) == 0);
	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == ECONNREFUSED);
	EXPECT(sys_close(p, c) == 0);
	/* The same without waiting: SO_ERROR tells. */
	c = st_new_socket(AF_INET, SOCK_STREAM);
	st_nonblocking(c);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == EINPROGRESS);
	{
		struct pollfd pf = { c, POLLOUT, 0 };
		int rv = 0;

		EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 && rv == 1);
	}
	EXPECT(sys_getsockopt(p, c, SOL_SOCKET, SO_ERROR, &err, &len) == 0 &&
	    err == ECONNREFUSED);
	EXPECT(sys_close(p, c) == 0);
	/* Nobody's network. */
	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_sendto(p, c, "x", 1, 0, NULL, 0, &got) == ENOTCONN);
	EXPECT(sys_recvfrom(p, c, &ch, 1, 0, NULL, NULL, &got) == ENOTCONN);
	EXPECT(sys_getpeername(p, c, &n.sa, &len) == ENOTCONN);
	EXPECT(sys_close(p, c) == 0);
	/* Reset by the peer. */
	st_connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_LINGER, &reset,
	    sizeof(reset)) == 0);
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(sys_read(p, fds[1], &ch, 1, &got) == ECONNRESET);
	EXPECT(st_setopt(fds[1], SO_NOSIGPIPE, 1) == EINVAL);
	EXPECT(sys_read(p, fds[1], &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(bind_rules)
{
	struct proc *p = current_proc();
	union name n, any;
	int l = st_new_listener(AF_INET, &n, 1), a, b;

	a = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, a, &n.sa, n.sa.sa_len) == EADDRINUSE);
	EXPECT(st_setopt(a, SO_REUSEADDR, 1) == 0);
	EXPECT(sys_bind(p, a, &n.sa, n.sa.sa_len) == EADDRINUSE);
	/* A wildcard beside a bound address: with SO_REUSEADDR. */
	any = n;
	any.in.sin_addr.s_addr = 0;
	EXPECT(sys_bind(p, a, &any.sa, any.sa.sa_len) == 0);
	b = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, b, &any.sa, any.sa.sa_len) == EADDRINUSE);
	EXPECT(sys_bind(p, b, &any.sa, 1) == EINVAL);
	EXPECT(sys_bind(p, b, NULL, 16) == EFAULT);
	any.sa.sa_family = AF_INET6;
	EXPECT(sys_bind(p, b, &any.sa, any.sa.sa_len) == EAFNOSUPPORT);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0 &&
	    sys_close(p, l) == 0);
	/* SO_REUSEPORT on both. */
	st_loop(&n, AF_INET, 7654);
	a = st_new_socket(AF_INET, SOCK_DGRAM);
	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(st_setopt(a, SO_REUSEPORT, 1) == 0 &&
	    st_setopt(b, SO_REUSEPORT, 1) == 0);
	EXPECT(sys_bind(p, a, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_bind(p, b, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

/* A server that restarts finds its port although old connections linger. */
CASE(rebind_after_time_wait)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 5), c, s, l2;
	ssize_t got;
	char ch;

	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
	EXPECT(sys_close(p, s) == 0);
	EXPECT(sys_read(p, c, &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_close(p, c) == 0 && sys_close(p, l) == 0);
	l2 = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, l2, &n.sa, n.sa.sa_len) == EADDRINUSE);
	EXPECT(st_setopt(l2, SO_REUSEADDR, 1) == 0);
	EXPECT(sys_bind(p, l2, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_listen(p, l2, 1) == 0);
	EXPECT(sys_close(p, l2) == 0);
	return (0);
}

CASE(backlog_holds_back)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 3), c[6], s, i, rv, now = 0;
	struct pollfd pf;

	for (i = 0; i < 6; i++) {
		c[i] = st_new_socket(AF_INET, SOCK_STREAM);
		st_nonblocking(c[i]);
		EXPECT(sys_connect(p, c[i], &n.sa, n.sa.sa_len) ==
		    EINPROGRESS);
	}
	for (i = 0; i < 6; i++) {
		/* The first three come in, whenever; the others do not. */
		pf = (struct pollfd){ c[i], POLLOUT, 0 };
		EXPECT(sys_poll(p, &pf, 1, i < 3 ? 30000 : 30, &rv) == 0);
		now += rv;
	}
	EXPECT(now == 3);
	/* The rest comes in by its own repetition once there is room. */
	for (i = 0; i < 6; i++) {
		EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
		EXPECT(sys_close(p, s) == 0);
	}
	for (i = 0; i < 6; i++)
		EXPECT(sys_close(p, c[i]) == 0);
	EXPECT(sys_close(p, l) == 0);
	return (0);
}

/* Odd but legal: a second listen, records put into a stream. */
CASE(listen_again_and_records)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 1), c[3], i, rv, now = 0, fds[2];
	struct pollfd pf;
	struct file *fp;
	char buf[16];
	ssize_t got;
	mbuf_t m;

	EXPECT(sys_listen(p, l, 3) == 0);
	for (i = 0; i < 3; i++) {
		c[i] = st_new_socket(AF_INET, SOCK_STREAM);
		st_nonblocking(c[i]);
		(void)sys_connect(p, c[i], &n.sa, n.sa.sa_len);
		pf = (struct pollfd){ c[i], POLLOUT, 0 };
		EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0);
		now += rv;
	}
	EXPECT(now == 3);
	for (i = 0; i < 3; i++)
		EXPECT(sys_close(p, c[i]) == 0);
	EXPECT(sys_close(p, l) == 0);

	st_connected(AF_INET, fds);
	EXPECT(fget(p, fds[1], &fp) == 0);
	EXPECT(sys_write(p, fds[0], "one", 3, &got) == 0);
	pf = (struct pollfd){ fds[1], POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 && rv == 1);
	EXPECT(mbuf_allocpacket(MBUF_WAITOK, 3, NULL, &m) == 0);
	EXPECT(mbuf_copyback(m, 0, 3, "two", MBUF_WAITOK) == 0);
	EXPECT(sock_inject_data_in((socket_t)fp->f_data, NULL, m, NULL,
	    sock_data_filt_flag_record) == 0);
	EXPECT(sys_write(p, fds[0], "three", 5, &got) == 0);
	/* Until it is there: it may wait for a delayed ACK of the first. */
	EXPECT(WAIT_UNTIL(sys_ioctl(p, fds[1], FIONREAD, &now, &rv) != 0 ||
	    now == 11));
	EXPECT(sys_read(p, fds[1], buf, 16, &got) == 0 && got == 3 &&
	    memcmp(buf, "one", 3) == 0);
	EXPECT(sys_read(p, fds[1], buf, 16, &got) == 0 && got == 8 &&
	    memcmp(buf, "twothree", 8) == 0);
	fput(fp);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}
