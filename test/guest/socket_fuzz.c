/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket calls at random: every kind of socket, calls in any order with
 * arguments that are now and then sensible.  Nothing is expected of a call
 * but that it comes back; at the end nothing is left.
 *
 * Sockets are nonblocking and linger for no time, so that a call that waits
 * is a mistake; a routing socket is only read, so that the routes stay.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/signal.h>
#include <sys/sockio.h>
#include <net/route.h>
#include <netinet/tcp.h>
#include <string.h>

#include "kernel/file/poll.h"
#include "kernel/sched/thread.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"

#define SLOTS	24
#define CALLS	4000
#define FIRST	20000		/* ports */
#define PORTS	6

static uint32_t state;
static int fds[SLOTS];
static bool routing[SLOTS];
static unsigned char data[70000];

static unsigned
rnd(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state % n);
}

/* Of small numbers, limits, and anything. */
static int
number(void)
{
	static const int odd[] = { -1, 0, 1, 2, 127, 128, 255, 256, 65535,
	    65536, 0x7fffffff, (int)0x80000000 };

	switch (rnd(3)) {
	case 0:
		return (odd[rnd(sizeof(odd) / sizeof(odd[0]))]);
	case 1:
		return ((int)rnd(70));
	default:
		return ((int)(rnd(0xffff) << 16 | rnd(0x10000)));
	}
}

static socklen_t
name(union name *n)
{
	static const unsigned char families[] = { AF_INET, AF_INET6, AF_LOCAL,
	    AF_SYSTEM, AF_UNSPEC };
	socklen_t len;

	if (rnd(3) != 0) {
		len = st_loop(n, rnd(2) ? AF_INET : AF_INET6,
		    (unsigned short)(FIRST + rnd(PORTS)));
		if (rnd(4) == 0 && n->sa.sa_family == AF_INET)
			n->in.sin_addr.s_addr = rnd(2) ? 0 :
			    htonl(0xe0000100 + rnd(4));
		return (len);
	}
	memset(n, 0, sizeof(*n));
	for (unsigned i = 2; i < 16; i++)
		((unsigned char *)n)[i] = (unsigned char)rnd(256);
	n->sa.sa_family = families[rnd(5)];
	if (n->sa.sa_family == AF_INET)		/* stays inside */
		n->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + rnd(3));
	if (n->sa.sa_family == AF_INET6)
		n->in6.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	n->sa.sa_len = (unsigned char)rnd(sizeof(*n));
	return (rnd(sizeof(*n) + 20));
}

static void
keep(int fd, bool route)
{
	struct linger none = { 1, 0 };
	unsigned i = rnd(SLOTS);

	if (fd < 0)
		return;
	st_nonblocking(fd);
	if (rnd(2))
		(void)sys_setsockopt(current_proc(), fd, SOL_SOCKET, SO_LINGER,
		    &none, sizeof(none));
	if (fds[i] >= 0)
		(void)sys_close(current_proc(), fds[i]);
	fds[i] = fd;
	routing[i] = route;
}

static void
open_some(struct proc *p)
{
	static const int domains[] = { PF_INET, PF_INET6, PF_LOCAL, PF_ROUTE,
	    PF_SYSTEM, PF_INET, PF_INET6 };
	int domain = domains[rnd(7)], fd = -1, sv[2] = { -1, -1 };

	if (rnd(8) == 0) {
		if (sys_socketpair(p, rnd(4) ? PF_LOCAL : domain,
		    rnd(2) ? SOCK_STREAM : SOCK_DGRAM, 0, sv) == 0) {
			keep(sv[0], false);
			keep(sv[1], false);
		}
		return;
	}
	if (sys_socket(p, domain, rnd(20) ? (int)rnd(4) : number(),
	    rnd(4) ? 0 : number(), &fd) == 0)
		keep(fd, domain == PF_ROUTE);
}

static void
option(struct proc *p, int fd)
{
	static const int levels[] = { SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP,
	    IPPROTO_IPV6, IPPROTO_ICMPV6, 2 };
	int level = levels[rnd(6)], opt = rnd(3) ? (int)rnd(70) :
	    level == SOL_SOCKET && rnd(2) ? 1 << rnd(14) :
	    0x1000 + (int)rnd(0x30);
	int val[16];
	socklen_t len = rnd(3) ? 4 : rnd(sizeof(val) + 1);

	for (unsigned i = 0; i < 16; i++)
		val[i] = number();
	if (level == SOL_SOCKET && (opt == SO_LINGER || opt == SO_LINGER_SEC))
		val[1] = 0;
	if (rnd(2))
		(void)sys_setsockopt(p, fd, level, opt, val, len);
	else
		(void)sys_getsockopt(p, fd, level, opt, val, &len);
}

static int
flags(void)
{
	return (rnd(2) ? 0 : (int)(rnd(0x100000) & ~(unsigned)MSG_WAITALL));
}

static void
control_bytes(struct msghdr *msg, unsigned char *ctl, size_t size)
{
	struct cmsghdr *cm = (void *)ctl;

	if (rnd(2))
		return;
	for (unsigned i = 0; i < size; i++)
		ctl[i] = (unsigned char)rnd(256);
	cm->cmsg_len = rnd(4) ? CMSG_LEN(4 * rnd(6)) : (socklen_t)number();
	cm->cmsg_level = rnd(2) ? SOL_SOCKET : IPPROTO_IP;
	cm->cmsg_type = (int)rnd(40);
	for (unsigned i = 0; i < 4; i++)	/* SCM_RIGHTS of ours, mostly */
		((int *)(void *)CMSG_DATA(cm))[i] = rnd(8) ?
		    fds[rnd(SLOTS)] : number();
	msg->msg_control = ctl;
	msg->msg_controllen = rnd(4) ? cm->cmsg_len : rnd((unsigned)size);
	if (msg->msg_controllen > size)
		msg->msg_controllen = (socklen_t)size;
}

static void
send_some(struct proc *p, unsigned slot)
{
	unsigned char ctl[128] __attribute__((aligned(8)));
	struct iovec iov[3];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (int)rnd(4) };
	union name n;
	ssize_t sent;

	if (routing[slot])
		return;
	for (unsigned i = 0; i < 3; i++) {
		iov[i].iov_base = data;
		iov[i].iov_len = rnd(4) ? rnd(2000) : rnd(sizeof(data));
	}
	if (rnd(2)) {
		msg.msg_name = &n;
		msg.msg_namelen = name(&n);
	}
	control_bytes(&msg, ctl, sizeof(ctl));
	(void)sys_sendmsg(p, fds[slot], &msg, flags(), &sent);
}

/* Descriptors that came along are kept, or nobody would close them. */
static void
receive_some(struct proc *p, int fd)
{
	unsigned char ctl[256] __attribute__((aligned(8)));
	struct iovec iov = { data, rnd(sizeof(data)) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = ctl, .msg_controllen = sizeof(ctl) };
	struct cmsghdr *cm;
	ssize_t got;
	int fd2;

	if (sys_recvmsg(p, fd, &msg, flags(), &got) != 0 || (msg.msg_flags &
	    MSG_CTRUNC) != 0)
		return;
	for (cm = CMSG_FIRSTHDR(&msg); cm != NULL;
	    cm = CMSG_NXTHDR(&msg, cm)) {
		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; CMSG_LEN(i + sizeof(int)) <= cm->cmsg_len;
		    i += sizeof(int)) {
			memcpy(&fd2, CMSG_DATA(cm) + i, sizeof(int));
			(void)sys_close(p, fd2);
		}
	}
}

static void
one_call(struct proc *p)
{
	unsigned slot = rnd(SLOTS);
	int fd = fds[slot], v = 1, rv = -1;
	struct pollfd pf = { fd, (short)rnd(0x100), 0 };
	union name n;
	socklen_t len = sizeof(n);
	ssize_t got;

	switch (rnd(17)) {
	case 0:
	case 1:
		open_some(p);
		break;
	case 2:
		if (fd >= 0 && rnd(3) == 0) {
			fds[slot] = -1;
			(void)sys_close(p, fd);
		}
		break;
	case 3:
		len = name(&n);
		(void)sys_bind(p, fd, &n.sa, len);
		break;
	case 4:
		(void)sys_listen(p, fd, number());
		break;
	case 5:
	case 6:
		if (!routing[slot]) {
			len = name(&n);
			(void)sys_connect(p, fd, &n.sa, len);
		}
		break;
	case 7:
		if (sys_accept(p, fd, &n.sa, rnd(2) ? &len : NULL, &rv) == 0)
			keep(rv, false);
		break;
	case 8:
	case 9:
		send_some(p, slot);
		break;
	case 10:
	case 11:
		receive_some(p, fd);
		break;
	case 12:
		option(p, fd);
		break;
	case 13:
		(void)sys_shutdown(p, fd, rnd(4) ? (int)rnd(3) : number());
		break;
	case 14:
		if (rnd(2))
			(void)sys_getsockname(p, fd, &n.sa, &len);
		else
			(void)sys_getpeername(p, fd, &n.sa, &len);
		break;
	case 15:
		(void)sys_ioctl(p, fd, rnd(2) ? FIONREAD : SIOCATMARK, &v,
		    &rv);
		(void)sys_poll(p, &pf, 1, (int)rnd(2), &rv);
		break;
	default:
		(void)sys_read(p, fd, data, rnd(3000), &got);
		break;
	}
}

static int
fuzz(int argc, char **argv)
{
	const sigset_t pipe = sigmask(SIGPIPE);
	struct proc *p = current_proc();
	unsigned i;

	(void)argc;
	(void)argv;
	(void)proc_sigmask(p, PROC_SIG_BLOCK, &pipe, NULL);
	for (i = 0; i < SLOTS; i++)
		fds[i] = -1;
	for (i = 0; i < CALLS; i++)
		one_call(p);
	return (0);		/* the exit closes the rest */
}

TEST(socket, calls_at_random)
{
	uint64_t sockets = socket_stats.ss_live;
	size_t used = mbuf_bytes_inuse();
	unsigned i;

	for (unsigned seed = 1; seed <= 4; seed++) {
		state = seed * 2654435761u;
		st_as_process(fuzz);
	}
	/* What was under way comes to its end. */
	for (i = 0; i < 3000 && (socket_stats.ss_live > sockets ||
	    mbuf_bytes_inuse() > used + 64 * MSIZE); i++)
		thread_sleep_ns(10 * MS);
	EXPECT(socket_stats.ss_live == sockets);
	EXPECT(mbuf_bytes_inuse() <= used + 64 * MSIZE);
}
