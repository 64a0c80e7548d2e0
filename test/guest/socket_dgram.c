/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams over lo0: names, errors, control data, multicast.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <string.h>

#include "kernel/file/poll.h"

static void
datagrams(int family)
{
	struct proc *p = current_proc();
	union name na, nb, from;
	socklen_t len;
	int a = st_new_socket(family, SOCK_DGRAM), b;
	static char buf[9000];
	ssize_t n;

	b = st_new_socket(family, SOCK_DGRAM);
	len = st_loop(&na, family, 0);
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
	int a = st_new_socket(AF_INET, SOCK_DGRAM), on = 1, seen = 0;
	union name na;
	socklen_t len = st_loop(&na, AF_INET, 0);
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
	EXPECT(st_setopt(a, SO_TIMESTAMP, 1) == 0);
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

CASE(multicast_membership)
{
	struct proc *p = current_proc();
	int a = st_new_socket(AF_INET, SOCK_DGRAM), b, rv;
	struct ip_mreq mreq = { .imr_multiaddr = { htonl(0xe0000137) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	struct pollfd pf = { a, POLLIN, 0 };
	union name n;
	socklen_t len = st_loop(&n, AF_INET, 0);
	char buf[8];
	ssize_t got;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
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
	EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 && rv == 1);
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
