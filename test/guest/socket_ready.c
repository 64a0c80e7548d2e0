/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readiness by select, poll and kqueue, and how long a call waits.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kpi_mbuf.h>
#include <sys/select.h>
#include <sys/time.h>
#include <string.h>

#include "kernel/file/poll.h"
#include "kernel/time/timer.h"

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
	struct timeval tv = { 30, 0 };
	struct pollfd pf;
	struct kevent kev;
	struct timespec ts = { 30, 0 };
	uint32_t set[32];
	struct file *fp;
	struct timer t;
	int fds[2], rv, kq, way;
	char buf[8];
	ssize_t n;

	st_connected(AF_INET, fds);
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
			EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 &&
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
	EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 && rv == 1);
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(kqueue_eof_and_listen)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 5), c, s, kq, rv;
	struct kevent kev;
	struct timespec ts = { 30, 0 };

	EXPECT(sys_kqueue(p, &kq) == 0);
	kev = (struct kevent){ .ident = (uintptr_t)l, .filter = EVFILT_READ,
	    .flags = EV_ADD };
	EXPECT(sys_kevent(p, kq, &kev, 1, NULL, 0, NULL, &rv) == 0);
	c = st_new_socket(AF_INET, SOCK_STREAM);
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

CASE(timeouts)
{
	struct proc *p = current_proc();
	struct timeval tv = { 0, 60000 };
	static char block[65536];
	uint64_t t0;
	int fds[2], error;
	char ch;
	ssize_t n;

	st_connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)) == 0);
	t0 = time_now_ns();
	EXPECT(sys_read(p, fds[0], &ch, 1, &n) == EWOULDBLOCK);
	EXPECT(time_now_ns() - t0 >= 55 * MS);
	EXPECT(sys_recvfrom(p, fds[1], &ch, 1, MSG_DONTWAIT, NULL, NULL,
	    &n) == EWOULDBLOCK);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_SNDTIMEO, &tv,
	    sizeof(tv)) == 0);
	/* What has found room for some of it says how much that was. */
	do {
		t0 = time_now_ns();
		error = sys_write(p, fds[0], block, sizeof(block), &n);
	} while (error == 0);
	EXPECT(error == EWOULDBLOCK);
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

	st_connected(AF_INET, fds);
	EXPECT(sys_setsockopt(p, fds[1], SOL_SOCKET, SO_RCVBUF, &small, 4) ==
	    0);
	EXPECT(sys_setsockopt(p, fds[0], SOL_SOCKET, SO_LINGER, &l,
	    sizeof(l)) == 0);
	st_nonblocking(fds[0]);
	EXPECT(sys_write(p, fds[0], block, sizeof(block), &n) == 0);
	EXPECT(sys_fcntl(p, fds[0], F_SETFL, 0, &small) == 0);
	t0 = time_now_ns();
	EXPECT(sys_close(p, fds[0]) == 0);
	t0 = time_now_ns() - t0;
	EXPECT(t0 >= 250 * MS && t0 < 20000 * MS);	/* not 30 s */
	EXPECT(sys_close(p, fds[1]) == 0);
	return (0);
}
