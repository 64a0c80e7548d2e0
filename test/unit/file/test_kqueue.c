/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue over pipes, timers and user events, select and poll, with virtual
 * time; then random changes with every event compared with what is true.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/time.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/poll.h"
#include "test/unit/host/clib.h"
#include "test/unit/host/proc_k.h"
#include "test/unit/lib/unit.h"

#define P	(&host_proc)

static const struct timespec none = { 0, 0 };

static void
setup(void)
{
	host_proc_init();
	P->p_fd = filedesc_create();
}

static void
finish(size_t live)
{
	filedesc_destroy(P->p_fd);
	P->p_fd = NULL;
	CHECK_EQ(file_count(), 0);
	CHECK_EQ(host_kmem_live(), live);
}

static errno_t
change(int kq, uintptr_t ident, int filter, int flags)
{
	struct kevent ev = { .ident = ident, .filter = (int16_t)filter,
	    .flags = (uint16_t)flags };
	int rv;

	return (sys_kevent(P, kq, &ev, 1, NULL, 0, &none, &rv));
}

static int
collect(int kq, struct kevent *out, int max)
{
	int rv = -1;

	CHECK(sys_kevent(P, kq, NULL, 0, out, max, &none, &rv) == 0);
	return (rv);
}

UNIT_TEST(timers)
{
	size_t live = host_kmem_live();
	struct kevent ev = { .ident = 1, .filter = EVFILT_TIMER,
	    .flags = EV_ADD, .data = 10 }, out[2];
	int kq, rv;

	setup();
	REQUIRE(sys_kqueue(P, &kq) == 0);
	CHECK(sys_kevent(P, kq, &ev, 1, NULL, 0, NULL, &rv) == 0);
	host_advance(9999999);
	CHECK(collect(kq, out, 2) == 0);
	host_advance(1);
	CHECK(collect(kq, out, 2) == 1 && out[0].data == 1);
	host_advance(35000000);
	CHECK(collect(kq, out, 2) == 1 && out[0].data == 3);
	CHECK(collect(kq, out, 2) == 0);
	ev.flags = EV_ADD | EV_ONESHOT;		/* once, in another unit */
	ev.fflags = NOTE_USECONDS;
	CHECK(sys_kevent(P, kq, &ev, 1, NULL, 0, NULL, &rv) == 0);
	host_advance(10000);
	CHECK(collect(kq, out, 2) == 1);
	CHECK(change(kq, 1, EVFILT_TIMER, EV_DELETE) == ENOENT);
	ev.data = -1;
	CHECK(sys_kevent(P, kq, &ev, 1, NULL, 0, NULL, &rv) == EINVAL);
	ev.data = INT64_MAX;
	CHECK(sys_kevent(P, kq, &ev, 1, NULL, 0, NULL, &rv) == ERANGE);
	ev.fflags = 0;
	ev.flags = EV_ADD;
	ev.data = 1;				/* still armed at the close */
	CHECK(sys_kevent(P, kq, &ev, 1, NULL, 0, NULL, &rv) == 0);
	finish(live);
	CHECK(!host_advance(10000000));
}

UNIT_TEST(errors_and_receipts)
{
	size_t live = host_kmem_live();
	struct kevent ev[3], out[3];
	int kq, rv;

	setup();
	REQUIRE(sys_kqueue(P, &kq) == 0);
	CHECK(change(kq, 77, EVFILT_READ, EV_ADD) == EBADF);
	CHECK(change(kq, 1, 99, EV_ADD) == EINVAL);
	CHECK(change(kq, 4711, EVFILT_PROC, EV_ADD) == ESRCH);
	CHECK(change(kq, (uintptr_t)kq, EVFILT_READ, EV_ADD) == EINVAL);
	CHECK(change(99, 1, EVFILT_USER, EV_ADD) == EBADF);
	ev[0] = (struct kevent){ .ident = 1, .filter = EVFILT_USER,
	    .flags = EV_ADD | EV_RECEIPT };
	ev[1] = (struct kevent){ .ident = 2, .filter = 99, .flags = EV_ADD };
	CHECK(sys_kevent(P, kq, ev, 2, out, 3, NULL, &rv) == 0 && rv == 2);
	CHECK((out[0].flags & EV_ERROR) && out[0].data == 0);
	CHECK((out[1].flags & EV_ERROR) && out[1].data == EINVAL);
	CHECK(sys_kevent(P, kq, (struct kevent *)1, 1, NULL, 0, NULL, &rv) ==
	    EFAULT);
	CHECK(sys_kevent(P, kq, NULL, -1, NULL, 0, NULL, &rv) == EINVAL);
	finish(live);
}

UNIT_TEST(a_kqueue_in_a_kqueue_and_in_poll)
{
	size_t live = host_kmem_live();
	struct kevent ev = { .ident = 3, .filter = EVFILT_USER,
	    .fflags = NOTE_TRIGGER }, out[2];
	struct pollfd pf;
	int in, outer, rv;

	setup();
	REQUIRE(sys_kqueue(P, &in) == 0 && sys_kqueue(P, &outer) == 0);
	CHECK(change(outer, (uintptr_t)in, EVFILT_READ, EV_ADD) == 0);
	CHECK(change(in, 3, EVFILT_USER, EV_ADD | EV_CLEAR) == 0);
	pf = (struct pollfd){ outer, POLLIN, 0 };
	CHECK(sys_poll(P, &pf, 1, 0, &rv) == 0 && rv == 0);
	CHECK(sys_kevent(P, in, &ev, 1, NULL, 0, NULL, &rv) == 0);
	CHECK(sys_poll(P, &pf, 1, 0, &rv) == 0 && rv == 1);
	CHECK(collect(outer, out, 2) == 1 && out[0].ident == (uintptr_t)in);
	CHECK(collect(in, out, 2) == 1 && out[0].ident == 3);
	CHECK(collect(outer, out, 2) == 0);
	/* the inner one closes first */
	CHECK(sys_close(P, in) == 0);
	CHECK(collect(outer, out, 2) == 0);
	finish(live);
}

#define PIPES	20

/*
 * Bytes go in and out, ends close, notes come and go; after each step the
 * events of a level-triggered kqueue are exactly the ends that are ready.
 */
UNIT_TEST(events_equal_the_truth)
{
	size_t live = host_kmem_live();
	static char buf[20000];
	struct kevent out[2 * PIPES];
	int fds[PIPES][2], used[PIPES], kq, rv, n;
	bool noted[PIPES], closed[PIPES];
	ssize_t done;

	setup();
	REQUIRE(sys_kqueue(P, &kq) == 0);
	for (int i = 0; i < PIPES; i++) {
		REQUIRE(sys_pipe(P, fds[i]) == 0);
		for (int e = 0; e < 2; e++)
			(void)sys_fcntl(P, fds[i][e], F_SETFL, O_NONBLOCK, &rv);
		used[i] = 0;
		noted[i] = closed[i] = false;
	}
	for (int step = 0; step < 20000; step++) {
		int i = (int)(unit_random() % PIPES);
		int want = 0;

		switch (unit_random() % 6) {
		case 0:
			noted[i] = !noted[i];
			REQUIRE(change(kq, (uintptr_t)fds[i][0], EVFILT_READ,
			    noted[i] ? EV_ADD : EV_DELETE) == 0);
			break;
		case 1:
			if (!closed[i] && step % 50 == 0) {
				REQUIRE(sys_close(P, fds[i][1]) == 0);
				closed[i] = true;
			}
			break;
		case 2:
		case 3:
			if (sys_read(P, fds[i][0], buf, unit_random() % 5000,
			    &done) == 0)
				used[i] -= (int)done;
			break;
		default:
			if (!closed[i] && sys_write(P, fds[i][1], buf,
			    1 + unit_random() % 3000, &done) == 0)
				used[i] += (int)done;
			break;
		}
		n = collect(kq, out, 2 * PIPES);
		for (int k = 0; k < PIPES; k++)
			want += noted[k] && (used[k] > 0 || closed[k]);
		REQUIRE(n == want);
		for (int k = 0; k < n; k++) {
			int at;

			for (at = 0; fds[at][0] != (int)out[k].ident; at++)
				;
			REQUIRE(out[k].data == used[at]);
			REQUIRE(!(out[k].flags & EV_EOF) == !closed[at]);
		}
	}
	finish(live);
}

UNIT_TEST(select_says_the_same_as_poll)
{
	size_t live = host_kmem_live();
	struct timeval tv = { 0, 0 };
	uint32_t in[2] = { 0 }, ou[2] = { 0 };
	struct pollfd pf[2];
	int fds[2], rv;
	ssize_t n;

	setup();
	REQUIRE(sys_pipe(P, fds) == 0);
	for (int full = 0; full < 2; full++) {
		in[0] = 1u << fds[0];
		ou[0] = 1u << fds[1];
		CHECK(sys_select(P, 40, in, ou, NULL, &tv, &rv) == 0);
		CHECK(rv == 1 + full && in[0] == (full ? 1u << fds[0] : 0) &&
		    ou[0] == 1u << fds[1]);
		pf[0] = (struct pollfd){ fds[0], POLLIN, 0 };
		pf[1] = (struct pollfd){ fds[1], POLLOUT, 0 };
		CHECK(sys_poll(P, pf, 2, 0, &rv) == 0 && rv == 1 + full);
		CHECK(sys_write(P, fds[1], "x", 1, &n) == 0);
	}
	in[0] = 1u << 20;
	CHECK(sys_select(P, 21, in, NULL, NULL, &tv, &rv) == EBADF);
	CHECK(sys_select(P, -1, in, NULL, NULL, &tv, &rv) == EINVAL);
	CHECK(sys_select(P, 21, (void *)8, NULL, NULL, &tv, &rv) == EFAULT);
	tv.tv_usec = 1000000;
	CHECK(sys_select(P, 0, NULL, NULL, NULL, &tv, &rv) == EINVAL);
	finish(live);
}
