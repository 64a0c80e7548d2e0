/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets through the system calls, over lo0 and between local sockets:
 * connections of both families, names, readiness by select, poll and kqueue,
 * control data, descriptors passed along, timeouts.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/poll.h"
#include "kernel/proc/proc.h"
#include "kernel/time/timer.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/syscalls.h"
#include "test/lib/test.h"

#define MS	1000000ull

static void
as_process(int (*fn)(int, char **))
{
	const struct spawn_attr attr = { .sa_keep = true };
	unsigned files = file_count();
	struct proc *p;
	int status = -1;

	REQUIRE(proc_spawn("socktest", fn, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	EXPECT(file_count() == files);
	(void)proc_rele(p);
}

#define CASE(name)							\
	static int case_##name(int argc, char **argv);			\
	TEST(socket, name) { as_process(case_##name); }			\
	static int case_##name(int argc __attribute__((unused)),	\
	    char **argv __attribute__((unused)))

/* --- helpers -------------------------------------------------------------------- */

union name {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage ss;
};

static socklen_t
loop(union name *n, int family, unsigned short port)
{
	static const struct in6_addr one = IN6ADDR_LOOPBACK_INIT;

	memset(n, 0, sizeof(*n));
	n->sa.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		n->in.sin_len = sizeof(n->in);
		n->in.sin_port = htons(port);
		n->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		n->in6.sin6_len = sizeof(n->in6);
		n->in6.sin6_port = htons(port);
		n->in6.sin6_addr = one;
	}
	return (n->sa.sa_len);
}

static int
new_socket(int family, int type)
{
	int fd = -1;

	EXPECT(sys_socket(current_proc(), family, type, 0, &fd) == 0);
	return (fd);
}

/* A listener and its name. */
static int
new_listener(int family, union name *n, int backlog)
{
	struct proc *p = current_proc();
	int fd = new_socket(family, SOCK_STREAM);
	socklen_t len = loop(n, family, 0);

	EXPECT(sys_bind(p, fd, &n->sa, len) == 0);
	EXPECT(sys_listen(p, fd, backlog) == 0);
	EXPECT(sys_getsockname(p, fd, &n->sa, &len) == 0);
	return (fd);
}

static void
connected(int family, int fds[2])
{
	struct proc *p = current_proc();
	union name n;
	int l = new_listener(family, &n, 5);

	fds[0] = new_socket(family, SOCK_STREAM);
	fds[1] = -1;
	EXPECT(sys_connect(p, fds[0], &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &fds[1]) == 0);
	EXPECT(sys_close(p, l) == 0);
}

static int
setopt(int fd, int name, int value)
{
	return (sys_setsockopt(current_proc(), fd, SOL_SOCKET, name, &value,
	    sizeof(value)));
}

static void
nonblocking(int fd)
{
	int rv;

	EXPECT(sys_fcntl(current_proc(), fd, F_SETFL, O_NONBLOCK, &rv) == 0);
}

/* --- streams ---------------------------------------------------------------------- */

static void
transfer(int family)
{
	static unsigned char out[300000], in[300000];
	struct proc *p = current_proc();
	size_t sent = 0, got = 0, i;
	int fds[2];
	ssize_t n;

	for (i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 13 + (i >> 9));
	memset(in, 0, sizeof(in));
	connected(family, fds);
	nonblocking(fds[0]);
	while (got < sizeof(out)) {
		if (sent < sizeof(out) && sys_write(p, fds[0], out + sent,
		    sizeof(out) - sent, &n) == 0)
			sent += (size_t)n;
		if (sys_read(p, fds[1], in + got, sizeof(in) - got, &n) != 0 ||
		    n == 0)
			break;
		got += (size_t)n;
	}
	EXPECT(got == sizeof(out) && memcmp(in, out, got) == 0);
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
	int l = new_socket(AF_INET6, SOCK_STREAM), c, s;

	loop(&n, AF_INET6, 0);
	n.in6.sin6_addr = any;
	EXPECT(sys_bind(p, l, &n.sa, len) == 0);
	EXPECT(sys_listen(p, l, 5) == 0);
	EXPECT(sys_getsockname(p, l, &n.sa, &len) == 0);
	c = new_socket(AF_INET, SOCK_STREAM);
	loop(&peer, AF_INET, ntohs(n.in6.sin6_port));
	EXPECT(sys_connect(p, c, &peer.sa, peer.sa.sa_len) == 0);
	len = sizeof(peer);
	EXPECT(sys_accept(p, l, &peer.sa, &len, &s) == 0);
	EXPECT(peer.sa.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&peer.in6.sin6_addr));
	/* An IPv6 socket may also call a mapped address. */
	EXPECT(sys_close(p, c) == 0);
	c = new_socket(AF_INET6, SOCK_STREAM);
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
	int l = new_listener(AF_INET, &n, 1), c, err, fds[2];
	struct linger reset = { 1, 0 };
	socklen_t len = sizeof(err);
	char ch;
	ssize_t got;

	EXPECT(sys_close(p, l) == 0);
	c = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == ECONNREFUSED);
	EXPECT(sys_close(p, c) == 0);
	/* The same without waiting: SO_ERROR tells. */
	c = new_socket(AF_INET, SOCK_STREAM);
	nonblocking(c);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == EINPROGRESS);
	{
		struct pollfd pf = { c, POLLOUT, 0 };
		int rv = 0;

		EXPECT(sys_poll(p, &pf, 1, 2000, &rv) == 0 && rv == 1);
	}
	EXPECT(sys_getsockopt(p, c, SOL_SOCKET, SO_ERROR, &err, &len) == 0 &&
	    err == ECONNREFUSED);
	EXPECT(sys_close(p, c) == 0);
	/* Nobody's network. */
	c = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_sendto(p, c, "x", 1, 0, NULL, 0, &got) == ENOTCONN);
	EXPECT(sys_recvfrom(p, c, &ch, 1, 0, NULL, NULL, &got) == ENOTCONN);
	EXPECT(sys_getpeername(p, c, &n.sa, &len) == ENOTCONN);
	EXPECT(sys_close(p, c) == 0);
	/* Reset by the peer. */
	connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_LINGER, &reset,
	    sizeof(reset)) == 0);
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(sys_read(p, fds[1], &ch, 1, &got) == ECONNRESET);
	EXPECT(setopt(fds[1], SO_NOSIGPIPE, 1) == EINVAL);
	EXPECT(sys_read(p, fds[1], &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(bind_rules)
{
	struct proc *p = current_proc();
	union name n, any;
	int l = new_listener(AF_INET, &n, 1), a, b;

	a = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, a, &n.sa, n.sa.sa_len) == EADDRINUSE);
	EXPECT(setopt(a, SO_REUSEADDR, 1) == 0);
	EXPECT(sys_bind(p, a, &n.sa, n.sa.sa_len) == EADDRINUSE);
	/* A wildcard beside a bound address: with SO_REUSEADDR. */
	any = n;
	any.in.sin_addr.s_addr = 0;
	EXPECT(sys_bind(p, a, &any.sa, any.sa.sa_len) == 0);
	b = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, b, &any.sa, any.sa.sa_len) == EADDRINUSE);
	EXPECT(sys_bind(p, b, &any.sa, 1) == EINVAL);
	EXPECT(sys_bind(p, b, NULL, 16) == EFAULT);
	any.sa.sa_family = AF_INET6;
	EXPECT(sys_bind(p, b, &any.sa, any.sa.sa_len) == EAFNOSUPPORT);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0 &&
	    sys_close(p, l) == 0);
	/* SO_REUSEPORT on both. */
	loop(&n, AF_INET, 7654);
	a = new_socket(AF_INET, SOCK_DGRAM);
	b = new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(setopt(a, SO_REUSEPORT, 1) == 0 &&
	    setopt(b, SO_REUSEPORT, 1) == 0);
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
	int l = new_listener(AF_INET, &n, 5), c, s, l2;
	ssize_t got;
	char ch;

	c = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
	EXPECT(sys_close(p, s) == 0);
	EXPECT(sys_read(p, c, &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_close(p, c) == 0 && sys_close(p, l) == 0);
	l2 = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_bind(p, l2, &n.sa, n.sa.sa_len) == EADDRINUSE);
	EXPECT(setopt(l2, SO_REUSEADDR, 1) == 0);
	EXPECT(sys_bind(p, l2, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_listen(p, l2, 1) == 0);
	EXPECT(sys_close(p, l2) == 0);
	return (0);
}

CASE(backlog_holds_back)
{
	struct proc *p = current_proc();
	union name n;
	int l = new_listener(AF_INET, &n, 3), c[6], s, i, rv, now = 0;
	struct pollfd pf;

	for (i = 0; i < 6; i++) {
		c[i] = new_socket(AF_INET, SOCK_STREAM);
		nonblocking(c[i]);
		EXPECT(sys_connect(p, c[i], &n.sa, n.sa.sa_len) ==
		    EINPROGRESS);
	}
	for (i = 0; i < 6; i++) {
		pf = (struct pollfd){ c[i], POLLOUT, 0 };
		EXPECT(sys_poll(p, &pf, 1, 30, &rv) == 0);
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

/* --- datagrams ---------------------------------------------------------------------- */

static void
datagrams(int family)
{
	struct proc *p = current_proc();
	union name na, nb, from;
	socklen_t len;
	int a = new_socket(family, SOCK_DGRAM), b;
	static char buf[9000];
	ssize_t n;

	b = new_socket(family, SOCK_DGRAM);
	len = loop(&na, family, 0);
	EXPECT(sys_bind(p, a, &na.sa, len) == 0);
	EXPECT(sys_getsockname(p, a, &na.sa, &len) == 0);
	EXPECT(sys_sendto(p, b, "x", 1, 0, NULL, 0, &n) == EDESTADDRREQ);
	EXPECT(sys_sendto(p, b, "hello", 5, 0, &na.sa, na.sa.sa_len, &n) ==
	    0 && n == 5);
	len = sizeof(from);
	EXPECT(sys_recvfrom(p, a, buf, 100, 0, &from.sa, &len, &n) == 0 &&
	    n == 5 && memcmp(buf, "hello", 5) == 0);
	EXPECT(len == na.sa.sa_len && from.sa.sa_family == family);
	len = sizeof(nb);
	EXPECT(sys_getsockname(p, b, &nb.sa, &len) == 0);
	EXPECT(nb.in.sin_port == from.in.sin_port);
	/* Several fragments. */
	memset(buf, 'q', sizeof(buf));
	EXPECT(sys_sendto(p, b, buf, 9000, 0, &na.sa, na.sa.sa_len, &n) == 0);
	EXPECT(sys_recvfrom(p, a, buf, 9000, 0, NULL, NULL, &n) == 0 &&
	    n == 9000);
	EXPECT(sys_sendto(p, b, "", 0, 0, &na.sa, na.sa.sa_len, &n) == 0);
	EXPECT(sys_recvfrom(p, a, buf, 10, 0, NULL, NULL, &n) == 0 && n == 0);
	/* An association hears only its peer, and errors of it. */
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	EXPECT(sys_sendto(p, b, "x", 1, 0, &na.sa, na.sa.sa_len, &n) ==
	    EISCONN);
	EXPECT(sys_close(p, a) == 0);
	EXPECT(sys_write(p, b, "nobody", 6, &n) == 0);
	EXPECT(sys_recvfrom(p, b, buf, 10, 0, NULL, NULL, &n) ==
	    ECONNREFUSED);
	EXPECT(sys_close(p, b) == 0);
}

CASE(udp_over_ipv4)
{
	datagrams(AF_INET);
	return (0);
}

CASE(udp_over_ipv6)
{
	datagrams(AF_INET6);
	return (0);
}

CASE(udp_control_data)
{
	struct proc *p = current_proc();
	int a = new_socket(AF_INET, SOCK_DGRAM), on = 1, seen = 0;
	union name na;
	socklen_t len = loop(&na, AF_INET, 0);
	char ctl[256], buf[8];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = ctl, .msg_controllen = sizeof(ctl) };
	struct cmsghdr *cm;
	ssize_t n;

	EXPECT(sys_bind(p, a, &na.sa, len) == 0);
	EXPECT(sys_getsockname(p, a, &na.sa, &len) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_RECVDSTADDR, &on, 4) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_RECVIF, &on, 4) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_RECVTTL, &on, 4) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_PKTINFO, &on, 4) == 0);
	EXPECT(setopt(a, SO_TIMESTAMP, 1) == 0);
	EXPECT(sys_sendto(p, a, "me", 2, 0, &na.sa, len, &n) == 0);
	EXPECT(sys_recvmsg(p, a, &msg, 0, &n) == 0 && n == 2);
	for (cm = CMSG_FIRSTHDR(&msg); cm != NULL; cm = CMSG_NXTHDR(&msg, cm)) {
		if (cm->cmsg_level == SOL_SOCKET &&
		    cm->cmsg_type == SCM_TIMESTAMP)
			seen |= 1;
		if (cm->cmsg_level != IPPROTO_IP)
			continue;
		if (cm->cmsg_type == IP_RECVDSTADDR &&
		    memcmp(CMSG_DATA(cm), &na.in.sin_addr, 4) == 0)
			seen |= 2;
		if (cm->cmsg_type == IP_RECVIF)
			seen |= 4;
		if (cm->cmsg_type == IP_RECVTTL && *CMSG_DATA(cm) == 64)
			seen |= 8;
		if (cm->cmsg_type == IP_PKTINFO)
			seen |= 16;
	}
	EXPECT(seen == 31);
	/* Less room than there is to tell. */
	msg.msg_controllen = 20;
	EXPECT(sys_sendto(p, a, "me", 2, 0, &na.sa, len, &n) == 0);
	EXPECT(sys_recvmsg(p, a, &msg, 0, &n) == 0);
	EXPECT((msg.msg_flags & MSG_CTRUNC) != 0 && msg.msg_controllen <= 20);
	EXPECT(sys_close(p, a) == 0);
	return (0);
}

/* --- readiness -------------------------------------------------------------------------- */

static void
write_later(void *arg)
{
	struct file *fp = arg;
	struct __socket *so = fp->f_data;

	/* From the timer thread: a kernel send on the same socket. */
	mbuf_t m = NULL;

	if (mbuf_allocpacket(MBUF_WAITOK, 5, NULL, &m) == 0) {
		(void)mbuf_copyback(m, 0, 5, "later", MBUF_WAITOK);
		mbuf_pkthdr_setlen(m, 5);
		(void)sock_sendmbuf((socket_t)so, NULL, m, 0, NULL);
	}
}

CASE(select_poll_kqueue_wait)
{
	struct proc *p = current_proc();
	struct timeval tv = { 2, 0 };
	struct pollfd pf;
	struct kevent kev;
	struct timespec ts = { 2, 0 };
	uint32_t set[32];
	struct file *fp;
	struct timer t;
	int fds[2], rv, kq, way;
	char buf[8];
	ssize_t n;

	connected(AF_INET, fds);
	EXPECT(fget(p, fds[0], &fp) == 0);
	timer_init(&t, write_later, fp);
	for (way = 0; way < 3; way++) {
		(void)timer_arm(&t, time_now_ns() + 20 * MS);
		switch (way) {
		case 0:
			memset(set, 0, sizeof(set));
			set[fds[1] / 32] |= 1u << (fds[1] % 32);
			EXPECT(sys_select(p, fds[1] + 1, set, NULL, NULL, &tv,
			    &rv) == 0 && rv == 1);
			break;
		case 1:
			pf = (struct pollfd){ fds[1], POLLIN, 0 };
			EXPECT(sys_poll(p, &pf, 1, 2000, &rv) == 0 &&
			    rv == 1 && (pf.revents & POLLIN) != 0);
			break;
		case 2:
			EXPECT(sys_kqueue(p, &kq) == 0);
			kev = (struct kevent){ .ident = (uintptr_t)fds[1],
			    .filter = EVFILT_READ, .flags = EV_ADD };
			EXPECT(sys_kevent(p, kq, &kev, 1, &kev, 1, &ts,
			    &rv) == 0 && rv == 1 && kev.data == 5);
			EXPECT(sys_close(p, kq) == 0);
			break;
		}
		EXPECT(sys_read(p, fds[1], buf, 8, &n) == 0 && n == 5);
	}
	(void)timer_cancel_sync(&t);
	fput(fp);
	/* Nothing to read, room to write. */
	pf = (struct pollfd){ fds[1], POLLIN | POLLOUT, 0 };
	EXPECT(sys_poll(p, &pf, 1, 0, &rv) == 0 && rv == 1 &&
	    pf.revents == POLLOUT);
	/* The end of the stream is readable. */
	EXPECT(sys_close(p, fds[0]) == 0);
	pf = (struct pollfd){ fds[1], POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 2000, &rv) == 0 && rv == 1);
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(kqueue_eof_and_listen)
{
	struct proc *p = current_proc();
	union name n;
	int l = new_listener(AF_INET, &n, 5), c, s, kq, rv;
	struct kevent kev;
	struct timespec ts = { 2, 0 };

	EXPECT(sys_kqueue(p, &kq) == 0);
	kev = (struct kevent){ .ident = (uintptr_t)l, .filter = EVFILT_READ,
	    .flags = EV_ADD };
	EXPECT(sys_kevent(p, kq, &kev, 1, NULL, 0, NULL, &rv) == 0);
	c = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_kevent(p, kq, NULL, 0, &kev, 1, &ts, &rv) == 0 &&
	    rv == 1 && kev.data == 1 && (int)kev.ident == l);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
	kev = (struct kevent){ .ident = (uintptr_t)s, .filter = EVFILT_READ,
	    .flags = EV_ADD };
	EXPECT(sys_kevent(p, kq, &kev, 1, NULL, 0, NULL, &rv) == 0);
	EXPECT(sys_close(p, c) == 0);
	EXPECT(sys_kevent(p, kq, NULL, 0, &kev, 1, &ts, &rv) == 0 &&
	    rv == 1 && (kev.flags & EV_EOF) != 0);
	EXPECT(sys_close(p, s) == 0 && sys_close(p, l) == 0 &&
	    sys_close(p, kq) == 0);
	return (0);
}

/* --- waiting ---------------------------------------------------------------------------- */

CASE(timeouts)
{
	struct proc *p = current_proc();
	struct timeval tv = { 0, 60000 };
	static char block[65536];
	uint64_t t0;
	int fds[2];
	char ch;
	ssize_t n;

	connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)) == 0);
	t0 = time_now_ns();
	EXPECT(sys_read(p, fds[0], &ch, 1, &n) == EWOULDBLOCK);
	EXPECT(time_now_ns() - t0 >= 55 * MS);
	EXPECT(sys_recvfrom(p, fds[1], &ch, 1, MSG_DONTWAIT, NULL, NULL,
	    &n) == EWOULDBLOCK);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_SNDTIMEO, &tv,
	    sizeof(tv)) == 0);
	/* Full for good once nothing more is acknowledged. */
	while (sys_write(p, fds[0], block, sizeof(block), &n) == 0 ||
	    sys_write(p, fds[0], block, sizeof(block), &n) == 0)
		;
	t0 = time_now_ns();
	EXPECT(sys_write(p, fds[0], block, sizeof(block), &n) == EWOULDBLOCK);
	EXPECT(time_now_ns() - t0 >= 55 * MS);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(linger_waits_for_the_peer)
{
	struct proc *p = current_proc();
	struct linger l = { 1, 30 };	/* 0.3 s */
	static char block[400000];
	uint64_t t0;
	int fds[2], small = 8192;
	ssize_t n;

	connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[1], SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_LINGER, &l,
	    sizeof(l)) == 0);
	nonblocking(fds[0]);
	EXPECT(sys_write(p, fds[0], block, sizeof(block), &n) == 0);
	EXPECT(sys_fcntl(p, fds[0], F_SETFL, 0, &small) == 0);
	t0 = time_now_ns();
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(time_now_ns() - t0 >= 250 * MS &&
	    time_now_ns() - t0 < 2000 * MS);
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}

/* --- local sockets ------------------------------------------------------------------------ */

CASE(socketpair_and_descriptors)
{
	struct proc *p = current_proc();
	union {
		struct cmsghdr hdr;
		char bytes[64];
	} ctl;
	char buf[8] = "";
	struct iovec iov = { buf, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &ctl, .msg_controllen = CMSG_LEN(sizeof(int)) };
	int sv[2], pp[2], got = -1;
	ssize_t n;

	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, sv) == 0);
	EXPECT(sys_pipe(p, pp) == 0);
	ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	ctl.hdr.cmsg_level = SOL_SOCKET;
	ctl.hdr.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&ctl.hdr), &pp[1], sizeof(int));
	EXPECT(sys_sendmsg(p, sv[0], &msg, 0, &n) == 0 && n == 1);
	EXPECT(sys_close(p, pp[1]) == 0);
	memset(&ctl, 0, sizeof(ctl));
	/* A look at the data leaves the descriptors where they are. */
	for (int i = 0; i < 2; i++) {
		msg.msg_controllen = sizeof(ctl);
		EXPECT(sys_recvmsg(p, sv[1], &msg, MSG_PEEK, &n) == 0 &&
		    n == 1 && msg.msg_controllen == 0);
	}
	msg.msg_controllen = sizeof(ctl);
	EXPECT(sys_recvmsg(p, sv[1], &msg, 0, &n) == 0 && n == 1);
	EXPECT(msg.msg_controllen == CMSG_LEN(sizeof(int)) &&
	    ctl.hdr.cmsg_type == SCM_RIGHTS);
	memcpy(&got, CMSG_DATA(&ctl.hdr), sizeof(int));
	EXPECT(sys_write(p, got, "pipe", 4, &n) == 0 && n == 4);
	EXPECT(sys_read(p, pp[0], buf, 8, &n) == 0 && n == 4 &&
	    memcmp(buf, "pipe", 4) == 0);
	/* One that nobody takes goes with the sockets. */
	memcpy(CMSG_DATA(&ctl.hdr), &got, sizeof(int));
	ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	msg.msg_controllen = CMSG_LEN(sizeof(int));
	EXPECT(sys_sendmsg(p, sv[0], &msg, 0, &n) == 0);
	EXPECT(sys_close(p, got) == 0);
	EXPECT(sys_close(p, sv[0]) == 0 && sys_close(p, sv[1]) == 0);
	EXPECT(sys_read(p, pp[0], buf, 8, &n) == 0 && n == 0);
	EXPECT(sys_close(p, pp[0]) == 0);
	return (0);
}

/* --- names through a filter ----------------------------------------------------------------- */

static errno_t
names_attach(void **cookie, socket_t so)
{
	*cookie = so;
	return (0);
}

static void
names_detach(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
}

/* Changed in place. */
static int
names_sock(void *cookie, socket_t so, struct sockaddr **sa)
{
	(void)cookie;
	(void)so;
	((struct sockaddr_in *)(void *)*sa)->sin_port = htons(1111);
	return (0);
}

/* Replaced; EJUSTRETURN counts as success. */
static int
names_peer(void *cookie, socket_t so, struct sockaddr **sa)
{
	struct sockaddr_in *n = _MALLOC(sizeof(*n), M_SONAME, M_WAITOK);

	(void)cookie;
	(void)so;
	memcpy(n, *sa, sizeof(*n));
	n->sin_addr.s_addr = htonl(0x01020304);
	_FREE(*sa, M_SONAME);
	*sa = (struct sockaddr *)n;
	return (EJUSTRETURN);
}

static volatile unsigned names_gone;

static void
names_unregistered(sflt_handle handle)
{
	(void)handle;
	names_gone = 1;
}

CASE(names_through_a_filter)
{
	static const struct sflt_filter f = {
		.sf_handle = 0x6e616d65, .sf_flags = SFLT_PROG,
		.sf_name = "names", .sf_attach = names_attach,
		.sf_detach = names_detach, .sf_getsockname = names_sock,
		.sf_getpeername = names_peer,
		.sf_unregistered = names_unregistered,
	};
	struct proc *p = current_proc();
	struct so_nke nke = { 0x6e616d65, 0, 0 };
	struct sockaddr_in in;
	struct file *fp;
	union name n;
	socklen_t len = sizeof(n);
	int fds[2], i, rv;

	names_gone = 0;
	EXPECT(sflt_register(&f, PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_NKE, &nke,
	    sizeof(nke)) == 0);
	EXPECT(sys_getsockname(p, fds[0], &n.sa, &len) == 0 &&
	    n.in.sin_port == htons(1111));
	EXPECT(sys_getpeername(p, fds[0], &n.sa, &len) == 0 &&
	    n.in.sin_addr.s_addr == htonl(0x01020304));
	/* The kernel's calls do not ask the filters. */
	EXPECT(fget(p, fds[0], &fp) == 0);
	EXPECT(sock_getpeername((socket_t)fp->f_data, (struct sockaddr *)&in,
	    sizeof(in)) == 0 && in.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	fput(fp);
	EXPECT(sflt_unregister(0x6e616d65) == 0);
	for (i = 0; i < 100 && names_gone == 0; i++)
		(void)sys_poll(p, NULL, 0, 10, &rv);
	EXPECT(names_gone == 1);
	return (0);
}

/* --- limits ------------------------------------------------------------------------------- */

CASE(descriptor_limit)
{
	struct proc *p = current_proc();
	union name n;
	int l = new_listener(AF_INET, &n, 5), c, s, fd, last = -1, sv[2];
	errno_t error;

	c = new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	while ((error = sys_socket(p, AF_INET, SOCK_DGRAM, 0, &fd)) == 0)
		last = fd;
	EXPECT(error == EMFILE);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == EMFILE);
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, sv) == EMFILE);
	EXPECT(sys_close(p, last) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_STREAM, 0, &fd) == 0);
	return (0);		/* the exit closes the rest */
}

/* Buffers that cannot be had: calls fail or wait, no byte is lost. */
CASE(buffer_failures)
{
	static unsigned char out[100000], in[100000];
	struct proc *p = current_proc();
	size_t sent = 0, got = 0, i;
	unsigned failed = 0;
	union name na;
	socklen_t len = loop(&na, AF_INET, 0);
	int fds[2], rv, u = new_socket(AF_INET, SOCK_DGRAM);
	errno_t error;
	ssize_t n;

	for (i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 5 + (i >> 8));
	connected(AF_INET, fds);
	nonblocking(fds[0]);
	nonblocking(fds[1]);
	EXPECT(sys_bind(p, u, &na.sa, len) == 0);
	EXPECT(sys_getsockname(p, u, &na.sa, &len) == 0);
	mbuf_fail_every(50, 12345);
	for (i = 0; i < 30000 && got < sizeof(out); i++) {
		if (sent < sizeof(out)) {
			error = sys_write(p, fds[0], out + sent,
			    sizeof(out) - sent > 1000 ? 1000 :
			    sizeof(out) - sent, &n);
			if (error == 0)
				sent += (size_t)n;
			else if (error == ENOBUFS)
				failed++;
			else
				EXPECT(error == EWOULDBLOCK);
		}
		if (sys_read(p, fds[1], in + got, sizeof(in) - got, &n) == 0 &&
		    n > 0)
			got += (size_t)n;
		else
			(void)sys_poll(p, NULL, 0, 1, &rv);
	}
	for (i = 0; i < 200; i++) {
		error = sys_sendto(p, u, "x", 1, 0, &na.sa, len, &n);
		failed += error == ENOBUFS;
	}
	mbuf_fail_every(0, 0);
	EXPECT(failed > 0);
	EXPECT(got == sizeof(out) && memcmp(in, out, got) == 0);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0 &&
	    sys_close(p, u) == 0);
	return (0);
}

CASE(bad_arguments)
{
	struct proc *p = current_proc();
	int fd = new_socket(AF_INET, SOCK_STREAM), pp[2], v;
	socklen_t len = sizeof(v);
	union name n;
	ssize_t got;

	EXPECT(sys_socket(p, 99, SOCK_STREAM, 0, &v) == EAFNOSUPPORT);
	EXPECT(sys_socket(p, AF_INET, 9, 0, &v) == EPROTONOSUPPORT);
	EXPECT(sys_pipe(p, pp) == 0);
	EXPECT(sys_listen(p, pp[0], 1) == ENOTSOCK);
	EXPECT(sys_listen(p, 900, 1) == EBADF);
	loop(&n, AF_INET, 1);
	EXPECT(sys_connect(p, fd, NULL, 16) == EFAULT);
	EXPECT(sys_accept(p, fd, NULL, NULL, &v) == EINVAL);
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_SNDBUF, NULL, 4) ==
	    EFAULT);
	v = 1 << 30;
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_SNDBUF, &v, 4) ==
	    ENOBUFS);
	EXPECT(sys_getsockopt(p, fd, SOL_SOCKET, SO_TYPE, &v, &len) == 0 &&
	    v == SOCK_STREAM);
	EXPECT(sys_getsockopt(p, fd, 77, 1, &v, &len) == ENOPROTOOPT);
	EXPECT(sys_sendto(p, fd, NULL, 5, 0, NULL, 0, &got) != 0);
	EXPECT(sys_close(p, fd) == 0 && sys_close(p, pp[0]) == 0 &&
	    sys_close(p, pp[1]) == 0);
	return (0);
}

/* Odd but legal: a second listen, records put into a stream. */
CASE(listen_again_and_records)
{
	struct proc *p = current_proc();
	union name n;
	int l = new_listener(AF_INET, &n, 1), c[3], i, rv, now = 0, fds[2];
	struct pollfd pf;
	struct file *fp;
	char buf[16];
	ssize_t got;
	mbuf_t m;

	EXPECT(sys_listen(p, l, 3) == 0);
	for (i = 0; i < 3; i++) {
		c[i] = new_socket(AF_INET, SOCK_STREAM);
		nonblocking(c[i]);
		(void)sys_connect(p, c[i], &n.sa, n.sa.sa_len);
		pf = (struct pollfd){ c[i], POLLOUT, 0 };
		EXPECT(sys_poll(p, &pf, 1, 500, &rv) == 0);
		now += rv;
	}
	EXPECT(now == 3);
	for (i = 0; i < 3; i++)
		EXPECT(sys_close(p, c[i]) == 0);
	EXPECT(sys_close(p, l) == 0);

	connected(AF_INET, fds);
	EXPECT(fget(p, fds[1], &fp) == 0);
	EXPECT(sys_write(p, fds[0], "one", 3, &got) == 0);
	pf = (struct pollfd){ fds[1], POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 500, &rv) == 0 && rv == 1);
	EXPECT(mbuf_allocpacket(MBUF_WAITOK, 3, NULL, &m) == 0);
	EXPECT(mbuf_copyback(m, 0, 3, "two", MBUF_WAITOK) == 0);
	EXPECT(sock_inject_data_in((socket_t)fp->f_data, NULL, m, NULL,
	    sock_data_filt_flag_record) == 0);
	EXPECT(sys_write(p, fds[0], "three", 5, &got) == 0);
	/* Until it is there: it may wait for a delayed ACK of the first. */
	(void)sys_poll(p, NULL, 0, 1500, &rv);
	EXPECT(sys_read(p, fds[1], buf, 16, &got) == 0 && got == 3 &&
	    memcmp(buf, "one", 3) == 0);
	EXPECT(sys_read(p, fds[1], buf, 16, &got) == 0 && got == 8 &&
	    memcmp(buf, "twothree", 8) == 0);
	fput(fp);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

/* --- options --------------------------------------------------------------------------------- */

CASE(options_of_the_protocols)
{
	static const struct {
		int family, type, level, name, value;
	} opts[] = {
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 1 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPALIVE, 30 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 5 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPCNT, 3 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_MAXSEG, 1000 },
		{ AF_INET, SOCK_STREAM, IPPROTO_IP, IP_TTL, 9 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_TOS, 0x10 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_TTL, 4 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_LOOP, 0 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVDSTADDR, 1 },
		{ AF_INET, SOCK_RAW, IPPROTO_IP, IP_HDRINCL, 1 },
		{ AF_INET6, SOCK_STREAM, IPPROTO_IPV6, IPV6_V6ONLY, 1 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 3 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_TCLASS, 0x20 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVLOWAT, 77 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_SNDLOWAT, 4096 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVBUF, 33333 },
		{ AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_SNDBUF, 22222 },
	};
	struct proc *p = current_proc();
	unsigned i;
	int fd, v;
	socklen_t len;

	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		fd = new_socket(opts[i].family, opts[i].type);
		v = opts[i].value;
		EXPECT(sys_setsockopt(p, fd, opts[i].level, opts[i].name, &v,
		    sizeof(v)) == 0);
		v = -1;
		len = sizeof(v);
		EXPECT(sys_getsockopt(p, fd, opts[i].level, opts[i].name, &v,
		    &len) == 0 && v == opts[i].value);
		EXPECT(sys_close(p, fd) == 0);
	}
	fd = new_socket(AF_INET, SOCK_DGRAM);
	v = 1;
	EXPECT(sys_setsockopt(p, fd, IPPROTO_TCP, TCP_NODELAY, &v, 4) ==
	    ENOPROTOOPT);
	EXPECT(sys_setsockopt(p, fd, IPPROTO_IP, 200, &v, 4) == ENOPROTOOPT);
	v = 300;
	EXPECT(sys_setsockopt(p, fd, IPPROTO_IP, IP_TTL, &v, 4) == EINVAL);
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_RCVLOWAT, &v, 2) ==
	    EINVAL);
	EXPECT(sys_close(p, fd) == 0);
	return (0);
}

CASE(multicast_membership)
{
	struct proc *p = current_proc();
	int a = new_socket(AF_INET, SOCK_DGRAM), b, rv;
	struct ip_mreq mreq = { .imr_multiaddr = { htonl(0xe0000137) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	struct pollfd pf = { a, POLLIN, 0 };
	union name n;
	socklen_t len = loop(&n, AF_INET, 0);
	char buf[8];
	ssize_t got;

	b = new_socket(AF_INET, SOCK_DGRAM);
	n.in.sin_addr.s_addr = 0;
	EXPECT(sys_bind(p, a, &n.sa, len) == 0);
	EXPECT(sys_getsockname(p, a, &n.sa, &len) == 0);
	EXPECT(sys_setsockopt(p, b, IPPROTO_IP, IP_MULTICAST_IF,
	    &mreq.imr_interface, sizeof(mreq.imr_interface)) == 0);
	n.in.sin_addr = mreq.imr_multiaddr;
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == EADDRNOTAVAIL);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == EADDRINUSE);
	EXPECT(sys_sendto(p, b, "all", 3, 0, &n.sa, len, &got) == 0);
	EXPECT(sys_poll(p, &pf, 1, 1000, &rv) == 0 && rv == 1);
	EXPECT(sys_recvfrom(p, a, buf, 8, MSG_DONTWAIT, NULL, NULL, &got) ==
	    0 && got == 3);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == 0);
	(void)sys_poll(p, &pf, 1, 50, &rv);
	while (sys_recvfrom(p, a, buf, 8, MSG_DONTWAIT, NULL, NULL, &got) == 0)
		;
	EXPECT(sys_sendto(p, b, "none", 4, 0, &n.sa, len, &got) == 0);
	EXPECT(sys_poll(p, &pf, 1, 50, &rv) == 0 && rv == 0);
	mreq.imr_multiaddr.s_addr = htonl(0x0a000001);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == EINVAL);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}
