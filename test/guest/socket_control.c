/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control data of a send, multicast to ourselves, names of our own IPv6
 * address, raw sockets with a header of the program's.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <netinet/ip.h>
#include <netinet6/in6_var.h>
#include <string.h>

#include "kernel/file/poll.h"

#ifndef IPV6_RECVPKTINFO
#define IPV6_RECVPKTINFO	61
#endif
#ifndef IPV6_PKTINFO
#define IPV6_PKTINFO		46
#endif
#ifndef IPV6_HOPLIMIT
#define IPV6_HOPLIMIT		47
#endif
#ifndef IPV6_RECVHOPLIMIT
#define IPV6_RECVHOPLIMIT	37
#endif

static int
set(int fd, int level, int name, int value)
{
	return (sys_setsockopt(current_proc(), fd, level, name, &value,
	    sizeof(value)));
}

/* Sends `text` to `to` with one control message; the call's error. */
static errno_t
send_with(int fd, const union name *to, const char *text, int level, int type,
    const void *data, size_t size)
{
	union {
		struct cmsghdr hdr;
		char bytes[128];
	} ctl = { .bytes = "" };
	struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };
	union name n = *to;
	struct msghdr msg = { .msg_name = &n, .msg_namelen = n.sa.sa_len,
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &ctl,
	    .msg_controllen = (socklen_t)CMSG_LEN(size) };
	ssize_t sent;

	ctl.hdr.cmsg_len = (socklen_t)CMSG_LEN(size);
	ctl.hdr.cmsg_level = level;
	ctl.hdr.cmsg_type = type;
	memcpy(CMSG_DATA(&ctl.hdr), data, size);
	return (sys_sendmsg(current_proc(), fd, &msg, 0, &sent));
}

/* Receives one datagram with its control data; its sender in *from. */
static ssize_t
receive(int fd, struct msghdr *msg, union name *from, char *buf, size_t len)
{
	static union {
		struct cmsghdr hdr;
		char bytes[256];
	} ctl;
	static struct iovec iov;
	ssize_t n = -1;

	iov = (struct iovec){ buf, len };
	*msg = (struct msghdr){ .msg_name = from, .msg_namelen = sizeof(*from),
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &ctl,
	    .msg_controllen = sizeof(ctl) };
	EXPECT(sys_recvmsg(current_proc(), fd, msg, 0, &n) == 0);
	return (n);
}

static const void *
find(struct msghdr *msg, int level, int type)
{
	struct cmsghdr *cm;

	for (cm = CMSG_FIRSTHDR(msg); cm != NULL; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == level && cm->cmsg_type == type)
			return (CMSG_DATA(cm));
	}
	return (NULL);
}

/* Source and interface of one IPv4 message. */
CASE(pktinfo_of_a_send)
{
	struct proc *p = current_proc();
	union name na, from;
	int a = st_new_bound(AF_INET, &na), b, v;
	struct in_pktinfo pi;
	struct in_addr src;
	struct msghdr msg;
	const void *got;
	char buf[16];
	unsigned lo;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(set(a, IPPROTO_IP, IP_PKTINFO, 1) == 0);
	EXPECT(set(a, IPPROTO_IP, IP_RECVTTL, 1) == 0);
	memset(&pi, 0, sizeof(pi));
	pi.ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK);
	EXPECT(send_with(b, &na, "one", IPPROTO_IP, IP_PKTINFO, &pi,
	    sizeof(pi)) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 3);
	EXPECT(from.in.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	got = find(&msg, IPPROTO_IP, IP_PKTINFO);
	if (got == NULL)
		return (1);
	memcpy(&pi, got, sizeof(pi));
	EXPECT(pi.ipi_addr.s_addr == htonl(INADDR_LOOPBACK));
	lo = pi.ipi_ifindex;
	EXPECT(lo != 0);
	/* By its index alone; one that is not there. */
	memset(&pi, 0, sizeof(pi));
	pi.ipi_ifindex = lo;
	EXPECT(send_with(b, &na, "index", IPPROTO_IP, IP_PKTINFO, &pi,
	    sizeof(pi)) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 5);
	pi.ipi_ifindex = 777;
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, IP_PKTINFO, &pi,
	    sizeof(pi)) == ENXIO);
	/* Nobody sends from an address that is not ours. */
	memset(&pi, 0, sizeof(pi));
	pi.ipi_spec_dst.s_addr = htonl(0xc0000299);
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, IP_PKTINFO, &pi,
	    sizeof(pi)) == EADDRNOTAVAIL);
	src = pi.ipi_spec_dst;
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, IP_RECVDSTADDR, &src,
	    sizeof(src)) == EADDRNOTAVAIL);
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, IP_PKTINFO, &pi, 4) ==
	    EINVAL);
	v = 256;
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, IP_TTL, &v, 4) == EINVAL);
	EXPECT(send_with(b, &na, "no", IPPROTO_IP, 111, &v, 4) == EINVAL);
	EXPECT(send_with(b, &na, "no", IPPROTO_IPV6, IPV6_HOPLIMIT, &v, 4) ==
	    EINVAL);
	/* None of those has come. */
	v = 3;
	EXPECT(send_with(b, &na, "last", IPPROTO_IP, IP_TTL, &v, 4) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 4);
	got = find(&msg, IPPROTO_IP, IP_RECVTTL);
	EXPECT(got != NULL && *(const unsigned char *)got == 3);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

CASE(control_of_a_send_over_ipv6)
{
	static const struct in6_addr one = IN6ADDR_LOOPBACK_INIT;
	struct proc *p = current_proc();
	union name na, from;
	int a = st_new_bound(AF_INET6, &na), b, v, w;
	struct in6_pktinfo pi;
	struct msghdr msg;
	const void *got;
	char buf[16];

	b = st_new_socket(AF_INET6, SOCK_DGRAM);
	EXPECT(set(a, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) == 0);
	EXPECT(set(a, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) == 0);
	EXPECT(set(a, IPPROTO_IPV6, IPV6_RECVTCLASS, 1) == 0);
	EXPECT(set(b, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 11) == 0);
	EXPECT(set(b, IPPROTO_IPV6, IPV6_TCLASS, 0x20) == 0);
	v = 5;
	EXPECT(send_with(b, &na, "hops", IPPROTO_IPV6, IPV6_HOPLIMIT, &v,
	    4) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 4);
	got = find(&msg, IPPROTO_IPV6, IPV6_HOPLIMIT);
	EXPECT(got != NULL && memcmp(got, &v, 4) == 0);
	w = 0x20;
	got = find(&msg, IPPROTO_IPV6, IPV6_TCLASS);
	EXPECT(got != NULL && memcmp(got, &w, 4) == 0);
	w = 0x48;
	EXPECT(send_with(b, &na, "class", IPPROTO_IPV6, IPV6_TCLASS, &w,
	    4) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 5);
	got = find(&msg, IPPROTO_IPV6, IPV6_TCLASS);
	EXPECT(got != NULL && memcmp(got, &w, 4) == 0);
	v = 11;
	got = find(&msg, IPPROTO_IPV6, IPV6_HOPLIMIT);
	EXPECT(got != NULL && memcmp(got, &v, 4) == 0);
	got = find(&msg, IPPROTO_IPV6, IPV6_PKTINFO);
	if (got == NULL)
		return (1);
	memcpy(&pi, got, sizeof(pi));
	EXPECT(memcmp(&pi.ipi6_addr, &one, 16) == 0 && pi.ipi6_ifindex != 0);
	/* Back the way it came. */
	EXPECT(send_with(b, &na, "info", IPPROTO_IPV6, IPV6_PKTINFO, &pi,
	    sizeof(pi)) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 4);
	EXPECT(memcmp(&from.in6.sin6_addr, &one, 16) == 0);
	pi.ipi6_ifindex = 777;
	EXPECT(send_with(b, &na, "no", IPPROTO_IPV6, IPV6_PKTINFO, &pi,
	    sizeof(pi)) == ENXIO);
	pi.ipi6_ifindex = 0;
	pi.ipi6_addr.s6_addr[0] = 0x20;
	EXPECT(send_with(b, &na, "no", IPPROTO_IPV6, IPV6_PKTINFO, &pi,
	    sizeof(pi)) == EADDRNOTAVAIL);
	v = 256;
	EXPECT(send_with(b, &na, "no", IPPROTO_IPV6, IPV6_HOPLIMIT, &v, 4) ==
	    EINVAL);
	EXPECT(send_with(b, &na, "no", IPPROTO_IPV6, IPV6_TCLASS, &v, 4) ==
	    EINVAL);
	v = -1;		/* the default, RFC 3542 6.3 */
	EXPECT(send_with(b, &na, "end", IPPROTO_IPV6, IPV6_HOPLIMIT, &v, 4) ==
	    0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 3);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

/* On lo0: what is not looped is heard by nobody; the default is one hop. */
CASE(multicast_loop_on_lo0)
{
	struct proc *p = current_proc();
	struct ip_mreq mreq = { .imr_multiaddr = { htonl(0xe0000143) },
	    .imr_interface = { htonl(INADDR_LOOPBACK) } };
	int a = st_new_socket(AF_INET, SOCK_DGRAM), b;
	union name n, from;
	socklen_t len = st_loop(&n, AF_INET, 0);
	struct msghdr msg;
	const unsigned char *ttl;
	char buf[16];
	ssize_t sent;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	n.in.sin_addr.s_addr = 0;
	EXPECT(sys_bind(p, a, &n.sa, len) == 0);
	EXPECT(sys_getsockname(p, a, &n.sa, &len) == 0);
	EXPECT(set(a, IPPROTO_IP, IP_RECVTTL, 1) == 0);
	EXPECT(sys_setsockopt(p, a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == 0);
	EXPECT(sys_setsockopt(p, b, IPPROTO_IP, IP_MULTICAST_IF,
	    &mreq.imr_interface, sizeof(mreq.imr_interface)) == 0);
	n.in.sin_addr = mreq.imr_multiaddr;
	EXPECT(sys_sendto(p, b, "first", 5, 0, &n.sa, len, &sent) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 5);
	ttl = find(&msg, IPPROTO_IP, IP_RECVTTL);
	EXPECT(ttl != NULL && *ttl == 1);
	EXPECT(set(b, IPPROTO_IP, IP_MULTICAST_LOOP, 0) == 0);
	EXPECT(sys_sendto(p, b, "silent", 6, 0, &n.sa, len, &sent) == 0);
	EXPECT(set(b, IPPROTO_IP, IP_MULTICAST_LOOP, 1) == 0);
	EXPECT(set(b, IPPROTO_IP, IP_MULTICAST_TTL, 9) == 0);
	EXPECT(sys_sendto(p, b, "third", 5, 0, &n.sa, len, &sent) == 0);
	EXPECT(receive(a, &msg, &from, buf, sizeof(buf)) == 5 &&
	    memcmp(buf, "third", 5) == 0);
	ttl = find(&msg, IPPROTO_IP, IP_RECVTTL);
	EXPECT(ttl != NULL && *ttl == 9);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

/* --- raw ----------------------------------------------------------------------- */

#define PROTO	253		/* RFC 3692: for experiments */

/* A header of the program's, lengths in host order or in network order. */
CASE(raw_with_its_own_header)
{
	struct {
		struct ip	ip;
		char		text[4];
	} out, in;
	struct proc *p = current_proc();
	int tx = -1, rx = -1, order;
	union name to;
	socklen_t len = st_loop(&to, AF_INET, 0);
	ssize_t n;

	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, PROTO, &rx) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, IPPROTO_RAW, &tx) == 0);
	for (order = 0; order < 2; order++) {
		memset(&out, 0, sizeof(out));
		out.ip.ip_v = 4;
		out.ip.ip_hl = 5;
		out.ip.ip_tos = 0x10;
		out.ip.ip_len = order ? htons(sizeof(out)) : sizeof(out);
		out.ip.ip_id = order ? htons(4711) : 0;
		out.ip.ip_ttl = 17;
		out.ip.ip_p = PROTO;
		out.ip.ip_dst.s_addr = htonl(INADDR_LOOPBACK);
		memcpy(out.text, "raw", 4);
		/* The header says where, not the call. */
		to.in.sin_addr.s_addr = htonl(0xc0000299);
		EXPECT(sys_sendto(p, tx, &out, sizeof(out), 0, &to.sa, len,
		    &n) == 0 && n == sizeof(out));
		EXPECT(sys_recvfrom(p, rx, &in, sizeof(in), 0, NULL, NULL,
		    &n) == 0 && n == sizeof(in));
		EXPECT(in.ip.ip_len == htons(sizeof(in)) &&
		    in.ip.ip_p == PROTO && in.ip.ip_ttl == 17 &&
		    in.ip.ip_tos == 0x10);
		EXPECT(in.ip.ip_src.s_addr == htonl(INADDR_LOOPBACK) &&
		    in.ip.ip_dst.s_addr == htonl(INADDR_LOOPBACK));
		EXPECT(order ? in.ip.ip_id == htons(4711) : in.ip.ip_id != 0);
		EXPECT(memcmp(in.text, "raw", 4) == 0);
	}
	/* Lengths that lie. */
	out.ip.ip_len = htons(sizeof(out) + 1);
	EXPECT(sys_sendto(p, tx, &out, sizeof(out), 0, &to.sa, len, &n) ==
	    EINVAL);
	out.ip.ip_len = htons(sizeof(out));
	out.ip.ip_hl = 15;
	EXPECT(sys_sendto(p, tx, &out, sizeof(out), 0, &to.sa, len, &n) ==
	    EINVAL);
	EXPECT(sys_sendto(p, tx, &out, 12, 0, &to.sa, len, &n) == EINVAL);
	EXPECT(sys_close(p, tx) == 0 && sys_close(p, rx) == 0);
	return (0);
}

/* Without: the kernel makes the header; names choose what is heard. */
CASE(raw_names_and_protocols)
{
	struct proc *p = current_proc();
	int tx = -1, rx = -1, other = -1, all = -1, v = 1;
	union name to, from;
	socklen_t len = st_loop(&to, AF_INET, 0), flen = sizeof(from);
	char buf[64];
	ssize_t n;

	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, PROTO, &tx) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, PROTO, &rx) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, PROTO + 1, &other) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, 0, &all) == 0);
	EXPECT(sys_write(p, tx, "x", 1, &n) == ENOTCONN ||
	    sys_write(p, tx, "x", 1, &n) == EDESTADDRREQ);
	EXPECT(sys_setsockopt(p, rx, IPPROTO_IP, IP_STRIPHDR, &v, 4) == 0);
	EXPECT(sys_bind(p, rx, &to.sa, len) == 0);
	EXPECT(sys_connect(p, tx, &to.sa, len) == 0);
	EXPECT(sys_sendto(p, tx, "x", 1, 0, &to.sa, len, &n) == EISCONN);
	v = 33;
	EXPECT(sys_setsockopt(p, tx, IPPROTO_IP, IP_TTL, &v, 4) == 0);
	EXPECT(sys_write(p, tx, "hello", 5, &n) == 0 && n == 5);
	EXPECT(sys_recvfrom(p, rx, buf, sizeof(buf), 0, &from.sa, &flen,
	    &n) == 0 && n == 5 && memcmp(buf, "hello", 5) == 0);
	EXPECT(from.in.sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
	    flen == sizeof(from.in));
	EXPECT(sys_recvfrom(p, all, buf, sizeof(buf), 0, NULL, NULL, &n) ==
	    0 && n == 25 && buf[8] == 33 && (unsigned char)buf[9] == PROTO);
	/* The other protocol's socket has not heard it. */
	EXPECT(sys_recvfrom(p, other, buf, sizeof(buf), MSG_DONTWAIT, NULL,
	    NULL, &n) == EWOULDBLOCK);
	/* From elsewhere only. */
	to.in.sin_addr.s_addr = htonl(0xc0000299);
	EXPECT(sys_bind(p, other, &to.sa, len) == EADDRNOTAVAIL);
	EXPECT(sys_connect(p, rx, &to.sa, len) == 0);
	EXPECT(sys_write(p, tx, "again", 5, &n) == 0);
	EXPECT(sys_recvfrom(p, all, buf, sizeof(buf), 0, NULL, NULL, &n) ==
	    0 && n == 25);
	EXPECT(sys_recvfrom(p, rx, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL,
	    &n) == EWOULDBLOCK);
	EXPECT(sys_close(p, tx) == 0 && sys_close(p, rx) == 0 &&
	    sys_close(p, other) == 0 && sys_close(p, all) == 0);
	return (0);
}

/* --- our own IPv6 address ---------------------------------------------------------- */

static void
lo0_address(const struct in6_addr *addr, bool add)
{
	struct proc *p = current_proc();
	struct in6_aliasreq req;
	struct in6_ifreq ifr;
	int fd = st_new_socket(AF_INET6, SOCK_DGRAM), rv;

	memset(&req, 0, sizeof(req));
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(req.ifra_name, "lo0", sizeof(req.ifra_name));
	req.ifra_addr.sin6_len = req.ifra_prefixmask.sin6_len =
	    sizeof(req.ifra_addr);
	req.ifra_addr.sin6_family = req.ifra_prefixmask.sin6_family = AF_INET6;
	req.ifra_addr.sin6_addr = *addr;
	memset(&req.ifra_prefixmask.sin6_addr, 0xff, 16);
	req.ifra_lifetime.ia6t_vltime = req.ifra_lifetime.ia6t_pltime =
	    ND6_INFINITE_LIFETIME;
	strlcpy(ifr.ifr_name, "lo0", sizeof(ifr.ifr_name));
	ifr.ifr_ifru.ifru_addr = req.ifra_addr;
	if (add)
		EXPECT(sys_ioctl(p, fd, SIOCAIFADDR_IN6, &req, &rv) == 0);
	else
		EXPECT(sys_ioctl(p, fd, SIOCDIFADDR_IN6, &ifr, &rv) == 0);
	EXPECT(sys_close(p, fd) == 0);
}

/* To an address of ours we come from it, and not from ::1. */
CASE(from_our_own_ipv6_address)
{
	static const struct in6_addr ours = { { { 0xfd, 0x99, [15] = 7 } } };
	struct proc *p = current_proc();
	int l, c, s, u, i, rv;
	union name n, from;
	socklen_t len;
	char buf[8];
	ssize_t got;

	lo0_address(&ours, true);
	l = st_new_socket(AF_INET6, SOCK_STREAM);
	len = st_loop(&n, AF_INET6, 0);
	n.in6.sin6_addr = ours;
	/* Once duplicate address detection has let it. */
	for (i = 0; i < 200 && sys_bind(p, l, &n.sa, len) != 0; i++)
		(void)sys_poll(p, NULL, 0, 50, &rv);
	EXPECT(sys_listen(p, l, 5) == 0);
	EXPECT(sys_getsockname(p, l, &n.sa, &len) == 0);
	c = st_new_socket(AF_INET6, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, len) == 0);
	len = sizeof(from);
	EXPECT(sys_accept(p, l, &from.sa, &len, &s) == 0);
	EXPECT(memcmp(&from.in6.sin6_addr, &ours, 16) == 0);
	len = sizeof(from);
	EXPECT(sys_getsockname(p, c, &from.sa, &len) == 0);
	EXPECT(memcmp(&from.in6.sin6_addr, &ours, 16) == 0);
	EXPECT(sys_close(p, c) == 0 && sys_close(p, s) == 0 &&
	    sys_close(p, l) == 0);
	/* Datagrams: of an association, and without. */
	u = st_new_socket(AF_INET6, SOCK_DGRAM);
	len = st_loop(&n, AF_INET6, 0);
	n.in6.sin6_addr = ours;
	EXPECT(sys_bind(p, u, &n.sa, len) == 0);
	EXPECT(sys_getsockname(p, u, &n.sa, &len) == 0);
	for (i = 0; i < 2; i++) {
		c = st_new_socket(AF_INET6, SOCK_DGRAM);
		if (i == 0)
			EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
		EXPECT(sys_sendto(p, c, "x", 1, 0, i == 0 ? NULL : &n.sa,
		    i == 0 ? 0 : n.sa.sa_len, &got) == 0);
		len = sizeof(from);
		EXPECT(sys_recvfrom(p, u, buf, 8, 0, &from.sa, &len, &got) ==
		    0 && got == 1);
		EXPECT(memcmp(&from.in6.sin6_addr, &ours, 16) == 0);
		EXPECT(sys_close(p, c) == 0);
	}
	EXPECT(sys_close(p, u) == 0);
	lo0_address(&ours, false);
	return (0);
}
