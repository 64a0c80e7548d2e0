/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue on every kind of socket: what is ready, how much, the end, an error,
 * a mark of the note's own.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/time.h>
#include <net/route.h>
#include <string.h>

#include "kernel/file/poll.h"

#ifndef PF_ROUTE
#define PF_ROUTE	17
#endif

static void
change(int kq, int fd, int filter, int flags, unsigned fflags, intptr_t data)
{
	struct kevent kev = { .ident = (uintptr_t)fd,
	    .filter = (int16_t)filter, .flags = (uint16_t)flags,
	    .fflags = fflags, .data = data };
	int rv;

	EXPECT(sys_kevent(current_proc(), kq, &kev, 1, NULL, 0, NULL, &rv) ==
	    0);
}

/* Waits up to `ms` for one event. */
static bool
event(int kq, struct kevent *kev, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
	int rv = 0;

	EXPECT(sys_kevent(current_proc(), kq, NULL, 0, kev, 1, &ts, &rv) ==
	    0);
	return (rv == 1);
}

/* Two joined ends: empty, data, room, taken. */
static void
both_ends(int kq, const int fds[2], bool stream)
{
	struct proc *p = current_proc();
	struct kevent kev;
	char buf[16];
	ssize_t n;

	change(kq, fds[1], EVFILT_READ, EV_ADD, 0, 0);
	EXPECT(!event(kq, &kev, 0));
	EXPECT(sys_write(p, fds[0], "four", 4, &n) == 0 && n == 4);
	EXPECT(event(kq, &kev, 5000) && (int)kev.ident == fds[1] &&
	    kev.filter == EVFILT_READ && kev.data == 4 &&
	    (kev.flags & EV_EOF) == 0);
	/* Level-triggered: again, until it is read. */
	EXPECT(event(kq, &kev, 0) && kev.data == 4);
	EXPECT(sys_read(p, fds[1], buf, sizeof(buf), &n) == 0 && n == 4);
	EXPECT(!event(kq, &kev, 0));
	/* Once a change with EV_CLEAR. */
	change(kq, fds[1], EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0);
	EXPECT(sys_write(p, fds[0], "x", 1, &n) == 0);
	EXPECT(event(kq, &kev, 5000) && kev.data == 1);
	EXPECT(!event(kq, &kev, 0));
	EXPECT(sys_read(p, fds[1], buf, sizeof(buf), &n) == 0);
	if (stream) {
		/* A mark of the note's own. */
		change(kq, fds[1], EVFILT_READ, EV_ADD, NOTE_LOWAT, 6);
		EXPECT(sys_write(p, fds[0], "five5", 5, &n) == 0);
		EXPECT(!event(kq, &kev, 50));
		EXPECT(sys_write(p, fds[0], "6", 1, &n) == 0);
		EXPECT(event(kq, &kev, 5000) && kev.data == 6);
		EXPECT(sys_read(p, fds[1], buf, sizeof(buf), &n) == 0 &&
		    n == 6);
	}
	change(kq, fds[1], EVFILT_READ, EV_DELETE, 0, 0);
	/* Room to write is there at once. */
	change(kq, fds[0], EVFILT_WRITE, EV_ADD | EV_ONESHOT, 0, 0);
	EXPECT(event(kq, &kev, 5000) && kev.filter == EVFILT_WRITE &&
	    kev.data > 0 && (kev.flags & EV_EOF) == 0);
	EXPECT(!event(kq, &kev, 0));
}

/* One end goes: the other is readable and writable, at its end. */
static void
end_of_stream(int kq, const int fds[2])
{
	struct proc *p = current_proc();
	struct kevent kev;

	change(kq, fds[1], EVFILT_READ, EV_ADD, 0, 0);
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(event(kq, &kev, 5000) && (kev.flags & EV_EOF) != 0);
	/* The descriptor goes, and the note with it. */
	EXPECT(sys_close(p, fds[1]) == 0);
	EXPECT(!event(kq, &kev, 0));
}

CASE(kqueue_on_streams)
{
	struct proc *p = current_proc();
	int kq, fds[2];

	EXPECT(sys_kqueue(p, &kq) == 0);
	st_connected(AF_INET, fds);
	both_ends(kq, fds, true);
	end_of_stream(kq, fds);
	st_connected(AF_INET6, fds);
	both_ends(kq, fds, true);
	end_of_stream(kq, fds);
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, fds) == 0);
	both_ends(kq, fds, true);
	end_of_stream(kq, fds);
	EXPECT(sys_close(p, kq) == 0);
	return (0);
}

CASE(kqueue_on_datagrams)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct proc *p = current_proc();
	int kq, fds[2], i;
	struct kevent kev;
	union name n;
	ssize_t got;

	EXPECT(sys_kqueue(p, &kq) == 0);
	for (i = 0; i < 2; i++) {
		fds[1] = st_new_bound(families[i], &n);
		fds[0] = st_new_socket(families[i], SOCK_DGRAM);
		EXPECT(sys_connect(p, fds[0], &n.sa, n.sa.sa_len) == 0);
		both_ends(kq, fds, false);
		/* An empty one is readable as well. */
		change(kq, fds[1], EVFILT_READ, EV_ADD | EV_ONESHOT, 0, 0);
		EXPECT(sys_write(p, fds[0], "", 0, &got) == 0);
		EXPECT(event(kq, &kev, 5000) && kev.data == 0);
		/* So is an error. */
		EXPECT(sys_close(p, fds[1]) == 0);
		change(kq, fds[0], EVFILT_READ, EV_ADD, 0, 0);
		EXPECT(sys_write(p, fds[0], "x", 1, &got) == 0);
		EXPECT(event(kq, &kev, 5000));
		EXPECT(sys_write(p, fds[0], "x", 1, &got) == ECONNREFUSED);
		EXPECT(sys_close(p, fds[0]) == 0);
	}
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_DGRAM, 0, fds) == 0);
	both_ends(kq, fds, false);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	EXPECT(sys_close(p, kq) == 0);
	return (0);
}

CASE(kqueue_on_raw_and_route)
{
	struct proc *p = current_proc();
	struct {
		struct rt_msghdr rtm;
		struct sockaddr_in dst;
	} get;
	int kq, fds[2], rt;
	struct kevent kev;
	union name n;
	socklen_t len = st_loop(&n, AF_INET, 0);
	char buf[256];
	ssize_t got;

	EXPECT(sys_kqueue(p, &kq) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, 253, &fds[0]) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_RAW, 253, &fds[1]) == 0);
	EXPECT(sys_connect(p, fds[0], &n.sa, len) == 0);
	change(kq, fds[1], EVFILT_READ, EV_ADD, 0, 0);
	EXPECT(!event(kq, &kev, 0));
	EXPECT(sys_write(p, fds[0], "raw!", 4, &got) == 0);
	EXPECT(event(kq, &kev, 5000) && kev.data == 24);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	EXPECT(!event(kq, &kev, 0));
	/* A routing socket hears its own answers. */
	EXPECT(sys_socket(p, PF_ROUTE, SOCK_RAW, 0, &rt) == 0);
	change(kq, rt, EVFILT_WRITE, EV_ADD | EV_ONESHOT, 0, 0);
	EXPECT(event(kq, &kev, 5000) && kev.filter == EVFILT_WRITE);
	change(kq, rt, EVFILT_READ, EV_ADD, 0, 0);
	EXPECT(!event(kq, &kev, 0));
	memset(&get, 0, sizeof(get));
	get.rtm.rtm_msglen = sizeof(get);
	get.rtm.rtm_version = RTM_VERSION;
	get.rtm.rtm_type = RTM_GET;
	get.rtm.rtm_addrs = RTA_DST;
	get.dst = n.in;
	EXPECT(sys_write(p, rt, &get, sizeof(get), &got) == 0);
	EXPECT(event(kq, &kev, 5000) &&
	    kev.data >= (intptr_t)sizeof(get.rtm));
	EXPECT(sys_recvfrom(p, rt, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL,
	    &got) == 0);
	EXPECT(sys_close(p, rt) == 0 && sys_close(p, kq) == 0);
	return (0);
}
