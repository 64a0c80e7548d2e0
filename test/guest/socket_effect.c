/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options that change something: what it is, as the other end or the caller
 * sees it.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <netinet/tcp.h>
#include <string.h>

#include "kernel/file/poll.h"


static int
set(int fd, int level, int name, int value)
{
	return (sys_setsockopt(current_proc(), fd, level, name, &value,
	    sizeof(value)));
}

static int
get(int fd, int level, int name)
{
	int v = -1;
	socklen_t len = sizeof(v);

	EXPECT(sys_getsockopt(current_proc(), fd, level, name, &v, &len) == 0);
	return (v);
}

static bool
readable(int fd, int ms)
{
	struct pollfd pf = { fd, POLLIN, 0 };
	int rv = 0;

	EXPECT(sys_poll(current_proc(), &pf, 1, ms, &rv) == 0);
	return (rv == 1);
}

/* The data of a control message; NULL if it did not come. */
static const void *
control(struct msghdr *msg, int level, int type)
{
	struct cmsghdr *cm;

	for (cm = CMSG_FIRSTHDR(msg); cm != NULL; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == level && cm->cmsg_type == type)
			return (CMSG_DATA(cm));
	}
	return (NULL);
}

CASE(low_water_marks)
{
	struct proc *p = current_proc();
	int fds[2], waiting;
	char buf[16];
	ssize_t n;

	st_connected(AF_INET, fds);
	EXPECT(st_setopt(fds[1], SO_RCVLOWAT, 5) == 0);
	EXPECT(sys_write(p, fds[0], "four", 4, &n) == 0);
	EXPECT(!readable(fds[1], 300));
	EXPECT(get(fds[1], SOL_SOCKET, SO_NREAD) == 4);
	EXPECT(sys_write(p, fds[0], "!", 1, &n) == 0);
	EXPECT(readable(fds[1], 5000));
	EXPECT(sys_read(p, fds[1], buf, 16, &n) == 0 && n == 5);
	/* Room for a byte is not room for the mark. */
	EXPECT(st_setopt(fds[0], SO_SNDBUF, 8192) == 0);
	EXPECT(st_setopt(fds[0], SO_SNDLOWAT, 8192) == 0);
	waiting = get(fds[0], SOL_SOCKET, SO_NWRITE);
	EXPECT(waiting >= 0 && waiting <= 5);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(an_error_is_told_once)
{
	struct proc *p = current_proc();
	union name na;
	int a = st_new_bound(AF_INET, &na), b;
	ssize_t n;
	char ch;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	EXPECT(sys_close(p, a) == 0);
	EXPECT(sys_write(p, b, "x", 1, &n) == 0);
	EXPECT(readable(b, 5000));
	EXPECT(get(b, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
	EXPECT(get(b, SOL_SOCKET, SO_ERROR) == 0);
	EXPECT(sys_recvfrom(p, b, &ch, 1, MSG_DONTWAIT, NULL, NULL, &n) ==
	    EWOULDBLOCK);
	/* A socket that sends to anybody is not told. */
	a = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(sys_sendto(p, a, "x", 1, 0, &na.sa, na.sa.sa_len, &n) == 0);
	EXPECT(!readable(a, 200));
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

CASE(broadcast_needs_permission)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(AF_INET, SOCK_DGRAM);
	union name n;
	ssize_t sent;

	(void)st_loop(&n, AF_INET, 9);
	n.in.sin_addr.s_addr = 0xffffffff;
	EXPECT(sys_sendto(p, fd, "x", 1, 0, &n.sa, n.sa.sa_len, &sent) ==
	    EACCES);
	EXPECT(st_setopt(fd, SO_BROADCAST, 1) == 0);
	EXPECT(sys_sendto(p, fd, "x", 1, 0, &n.sa, n.sa.sa_len, &sent) !=
	    EACCES);
	EXPECT(sys_close(p, fd) == 0);
	return (0);
}

/* TTL and TOS, of the socket and of one message, as the receiver sees them. */
CASE(ttl_and_tos_arrive)
{
	struct proc *p = current_proc();
	union name na;
	int a = st_new_bound(AF_INET, &na), b, v = 33;
	union {
		struct cmsghdr hdr;
		char bytes[128];
	} ctl;
	char buf[8] = "x";
	struct iovec iov = { buf, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	const unsigned char *got;
	ssize_t n;
	int i;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(set(a, IPPROTO_IP, IP_RECVTTL, 1) == 0);
	EXPECT(set(a, IPPROTO_IP, IP_RECVTOS, 1) == 0);
	EXPECT(set(b, IPPROTO_IP, IP_TTL, 9) == 0);
	EXPECT(set(b, IPPROTO_IP, IP_TOS, 0x10) == 0);
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	for (i = 0; i < 2; i++) {
		if (i == 1) {
			memset(&ctl, 0, sizeof(ctl));
			ctl.hdr.cmsg_len = CMSG_LEN(sizeof(v));
			ctl.hdr.cmsg_level = IPPROTO_IP;
			ctl.hdr.cmsg_type = IP_TTL;
			memcpy(CMSG_DATA(&ctl.hdr), &v, sizeof(v));
			msg.msg_control = &ctl;
			msg.msg_controllen = CMSG_LEN(sizeof(v));
		}
		EXPECT(sys_sendmsg(p, b, &msg, 0, &n) == 0 && n == 1);
		msg.msg_control = &ctl;
		msg.msg_controllen = sizeof(ctl);
		EXPECT(sys_recvmsg(p, a, &msg, 0, &n) == 0 && n == 1);
		got = control(&msg, IPPROTO_IP, IP_RECVTTL);
		EXPECT(got != NULL && *got == (i == 0 ? 9 : 33));
		got = control(&msg, IPPROTO_IP, IP_RECVTOS);
		EXPECT(got != NULL && *got == 0x10);
		msg.msg_control = NULL;
		msg.msg_controllen = 0;
	}
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

/* The smaller segment size is in the option and on the wire. */
CASE(maxseg_limits_segments)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 1), c, s;

	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(set(c, IPPROTO_TCP, TCP_MAXSEG, 700) == 0);
	EXPECT(set(c, IPPROTO_TCP, TCP_MAXSEG, 1 << 20) == EINVAL);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
	EXPECT(get(c, IPPROTO_TCP, TCP_MAXSEG) == 700);
	EXPECT(sys_close(p, s) == 0 && sys_close(p, c) == 0 &&
	    sys_close(p, l) == 0);
	return (0);
}

/* A socket that has joined groups hears those and no others. */
CASE(groups_of_others)
{
	struct proc *p = current_proc();
	struct ip_mreq one = { .imr_multiaddr = { htonl(0xe0000141) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	struct ip_mreq two = { .imr_multiaddr = { htonl(0xe0000142) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	int a = st_new_socket(AF_INET, SOCK_DGRAM), b, tx;
	union name n;
	socklen_t len = st_loop(&n, AF_INET, 0);
	char buf[8];
	ssize_t got;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	tx = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(st_setopt(a, SO_REUSEPORT, 1) == 0 &&
	    st_setopt(b, SO_REUSEPORT, 1) == 0);
	n.in.sin_addr.s_addr = 0;
	EXPECT(sys_bind(p, a, &n.sa, len) == 0);
	EXPECT(sys_getsockname(p, a, &n.sa, &len) == 0);
	EXPECT(sys_bind(p, b, &n.sa, len) == 0);
	EXPECT(sys_setsockopt(p, tx, IPPROTO_IP, IP_MULTICAST_IF,
	    &one.imr_interface, sizeof(one.imr_interface)) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &one,
	    sizeof(one)) == 0);
	EXPECT(sys_setsockopt(p, b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &two,
	    sizeof(two)) == 0);
	n.in.sin_addr = one.imr_multiaddr;
	EXPECT(sys_sendto(p, tx, "one", 3, 0, &n.sa, len, &got) == 0);
	n.in.sin_addr = two.imr_multiaddr;
	EXPECT(sys_sendto(p, tx, "two", 3, 0, &n.sa, len, &got) == 0);
	EXPECT(readable(a, 5000) && readable(b, 5000));
	EXPECT(sys_recvfrom(p, a, buf, 8, 0, NULL, NULL, &got) == 0 &&
	    got == 3 && memcmp(buf, "one", 3) == 0);
	EXPECT(sys_recvfrom(p, b, buf, 8, 0, NULL, NULL, &got) == 0 &&
	    got == 3 && memcmp(buf, "two", 3) == 0);
	EXPECT(!readable(a, 100) && !readable(b, 100));
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0 &&
	    sys_close(p, tx) == 0);
	return (0);
}
