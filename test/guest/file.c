/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors, uio, pipes, select, poll, kqueue, device switches.  The calls
 * need a descriptor table, so each test runs as a process.
 */
#include <libkern/libkern.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/ioccom.h>
#include <sys/param.h>
#include <sys/select.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <miscfs/devfs/devfs.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/poll.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vfs.h"
#include "kernel/proc/proc.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

/* Runs fn as a process; its EXPECTs count for the test. */
static void
as_process(int (*fn)(int, char **))
{
	const struct spawn_attr attr = { .sa_keep = true };
	unsigned files = file_count();
	struct proc *p;
	int status = -1;

	REQUIRE(proc_spawn("filetest", fn, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	EXPECT(file_count() == files);
	(void)proc_rele(p);
}

static int
fd_limits(int argc, char **argv)
{
	struct proc *p = current_proc();
	int fd, first = -1, n = 0, rv;
	errno_t error;

	(void)argc;
	(void)argv;
	while ((error = sys_open(p, "/dev/null", O_RDWR, 0, &fd)) == 0) {
		if (first < 0)
			first = fd;
		n++;
	}
	EXPECT(error == EMFILE);
	EXPECT(n == FILE_TABLE_SOFT - first);
	EXPECT(sys_dup(p, first, &rv) == EMFILE);
	EXPECT(sys_close(p, first + 5) == 0);
	EXPECT(sys_close(p, first + 5) == EBADF);
	EXPECT(sys_dup(p, first, &rv) == 0 && rv == first + 5);
	EXPECT(sys_setrlimit_nofile(p, FILE_TABLE_SOFT + 1) == 0);
	EXPECT(sys_dup(p, first, &rv) == 0 && rv == FILE_TABLE_SOFT);
	EXPECT(sys_close(p, -1) == EBADF && sys_close(p, 5000) == EBADF);
	EXPECT(sys_dup2(p, first, 3000, &rv) == EBADF);
	return (0);
}

TEST(file, descriptor_limits)
{
	as_process(fd_limits);
}

static int
fcntl_flags(int argc, char **argv)
{
	struct proc *p = current_proc();
	int fd, rv;

	(void)argc;
	(void)argv;
	EXPECT(sys_open(p, "/dev/null", O_RDWR, 0, &fd) == 0);
	EXPECT(sys_fcntl(p, fd, F_GETFL, 0, &rv) == 0 && rv == O_RDWR);
	EXPECT(sys_fcntl(p, fd, F_SETFL, O_NONBLOCK, &rv) == 0);
	EXPECT(sys_fcntl(p, fd, F_GETFL, 0, &rv) == 0 &&
	    rv == (O_RDWR | O_NONBLOCK));
	EXPECT(sys_fcntl(p, fd, F_SETFD, FD_CLOEXEC, &rv) == 0);
	EXPECT(sys_fcntl(p, fd, F_GETFD, 0, &rv) == 0 && rv == FD_CLOEXEC);
	EXPECT(sys_fcntl(p, fd, F_DUPFD, 77, &rv) == 0 && rv == 77);
	EXPECT(sys_fcntl(p, fd, 999, 0, &rv) == EINVAL);
	EXPECT(sys_ioctl(p, fd, _IO('x', 1), NULL, &rv) == ENOTTY);
	return (0);
}

TEST(file, fcntl_flags)
{
	as_process(fcntl_flags);
}

static int
bad_addresses(int argc, char **argv)
{
	struct proc *p = current_proc();
	ssize_t n;
	int fd;

	(void)argc;
	(void)argv;
	EXPECT(sys_open(p, "/dev/zero", O_RDONLY, 0, &fd) == 0);
	EXPECT(sys_read(p, fd, NULL, 10, &n) == EFAULT);
	EXPECT(sys_read(p, fd, (void *)0x800000000000, 10, &n) == EFAULT);
	EXPECT(sys_read(p, fd, (void *)~0ul, 10, &n) == EFAULT);
	EXPECT(sys_write(p, fd, "x", 1, &n) == EBADF);
	EXPECT(sys_open(p, NULL, O_RDONLY, 0, &fd) == EFAULT);
	return (0);
}

TEST(file, bad_addresses)
{
	as_process(bad_addresses);
}

/* --- uio --------------------------------------------------------------------------- */

/* Where nothing is mapped: EFAULT to kexts as to programs, and nothing moved. */
TEST(file, uio_faults)
{
	static const int spaces[] = { UIO_SYSSPACE, UIO_USERSPACE };
	char buf[600] = "kept";
	struct uio u;

	for (unsigned i = 0; i < 2; i++) {
		for (size_t len = 7; len < sizeof(buf); len += 580) {
			uio_single(&u, (void *)0xffffbffffffff000, len, 0,
			    spaces[i], UIO_READ);
			EXPECT(uiomove(buf, (int)len, &u) == EFAULT);
			EXPECT(uio_resid(&u) == (user_ssize_t)len);
			uio_setrw(&u, UIO_WRITE);
			EXPECT(uiomove(buf, (int)len, &u) == EFAULT);
			EXPECT(strcmp(buf, "kept") == 0);
		}
	}
	EXPECT(copyin(0xffffbffffffff000, buf, 1) == EFAULT);
	EXPECT(copyout(buf, 0x400000, 300) == EFAULT);
	EXPECT(copyinstr(0x400000, buf, sizeof(buf), NULL) == EFAULT);
}

TEST(file, uio_moves)
{
	char a[4], b[6], from[] = "0123456789";
	user_addr_t base;
	user_size_t len;
	uio_t u = uio_create(2, 100, UIO_SYSSPACE, UIO_READ), d;

	REQUIRE(u != NULL);
	EXPECT(uio_addiov(u, (user_addr_t)(uintptr_t)a, 4) == 0);
	EXPECT(uio_addiov(u, (user_addr_t)(uintptr_t)b, 6) == 0);
	EXPECT(uio_addiov(u, 0x5000, 6) == -1);
	EXPECT(uio_resid(u) == 10 && uio_iovcnt(u) == 2 &&
	    uio_offset(u) == 100);
	EXPECT(uiomove(from, 7, u) == 0);
	EXPECT(memcmp(a, "0123", 4) == 0 && memcmp(b, "456", 3) == 0);
	EXPECT(uio_resid(u) == 3 && uio_iovcnt(u) == 1 &&
	    uio_offset(u) == 107);
	EXPECT(uio_curriovlen(u) == 3);
	d = uio_duplicate(u);
	REQUIRE(d != NULL);
	EXPECT(uiomove(from + 7, 100, d) == 0);
	EXPECT(uio_resid(d) == 0 && uio_curriovlen(d) == 0);
	EXPECT(memcmp(b, "456789", 6) == 0);
	EXPECT(uio_getiov(u, 0, &base, &len) == 0 && len == 3);
	EXPECT(uio_getiov(u, 1, &base, &len) == -1);
	EXPECT(uio_rw(u) == UIO_READ && uio_rw(NULL) == -1);
	EXPECT(!uio_isuserspace(u));
	uio_free(d);
	uio_free(u);
	EXPECT(uio_create(1025, 0, UIO_SYSSPACE, UIO_READ) == NULL);
}

/* --- pipes, select, poll -------------------------------------------------------------- */

static int wfd;

static void
write_later(void *arg)
{
	struct proc *p = arg;
	ssize_t n;

	thread_sleep_ns(10 * MS);
	(void)sys_write(p, wfd, "late", 4, &n);
}

static void
close_later(void *arg)
{
	thread_sleep_ns(10 * MS);
	(void)sys_close(arg, wfd);
}

static int
pipes(int argc, char **argv)
{
	struct timespec ts = { 30, 0 };
	struct kevent ev, out;
	struct pollfd pf;
	struct timeval tv = { 0, 1000 };
	struct proc *p = current_proc();
	struct thread *t;
	uint32_t set[8] = { 0 };
	int fds[2], rv, kq;
	char buf[16];
	ssize_t n;

	(void)argc;
	(void)argv;
	EXPECT(sys_pipe(p, fds) == 0);
	wfd = fds[1];
	set[fds[0] / 32] = 1u << (fds[0] % 32);
	EXPECT(sys_select(p, fds[0] + 1, set, NULL, NULL, &tv, &rv) == 0 &&
	    rv == 0 && set[fds[0] / 32] == 0);
	pf = (struct pollfd){ .fd = fds[1], .events = POLLOUT | POLLIN };
	EXPECT(sys_poll(p, &pf, 1, 0, &rv) == 0 && rv == 1 &&
	    pf.revents == POLLOUT);
	/* a waiting select, poll, kevent and read, each woken by a write */
	for (int how = 0; how < 4; how++) {
		EXPECT(thread_create(NULL, "late", PRI_USER, write_later, p,
		    &t) == 0);
		if (how == 0) {
			set[fds[0] / 32] = 1u << (fds[0] % 32);
			EXPECT(sys_select(p, fds[0] + 1, set, NULL, NULL, NULL,
			    &rv) == 0 && rv == 1);
		} else if (how == 1) {
			pf = (struct pollfd){ fds[0], POLLIN, 0 };
			EXPECT(sys_poll(p, &pf, 1, -1, &rv) == 0 && rv == 1 &&
			    pf.revents == POLLIN);
		} else if (how == 2) {
			EXPECT(sys_kqueue(p, &kq) == 0);
			ev = (struct kevent){ .ident = (uintptr_t)fds[0],
			    .filter = EVFILT_READ, .flags = EV_ADD };
			EXPECT(sys_kevent(p, kq, &ev, 1, &out, 1, &ts, &rv) ==
			    0 && rv == 1 && out.data == 4);
			EXPECT(sys_close(p, kq) == 0);
		}
		EXPECT(sys_read(p, fds[0], buf, sizeof(buf), &n) == 0 &&
		    n == 4 && memcmp(buf, "late", 4) == 0);
		(void)thread_join(t, false);
		thread_deallocate(t);
	}
	/* waiting for the other end to go, with something to read there */
	EXPECT(sys_write(p, fds[1], "x", 1, &n) == 0);
	EXPECT(thread_create(NULL, "close", PRI_USER, close_later, p, &t) ==
	    0);
	pf = (struct pollfd){ fds[0], 0, 0 };
	EXPECT(sys_poll(p, &pf, 1, 20000, &rv) == 0 && rv == 1 &&
	    pf.revents == POLLHUP);
	(void)thread_join(t, false);
	thread_deallocate(t);
	EXPECT(sys_read(p, fds[0], buf, sizeof(buf), &n) == 0 && n == 1);
	EXPECT(sys_read(p, fds[0], buf, sizeof(buf), &n) == 0 && n == 0);
	pf = (struct pollfd){ fds[0], POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 0, &rv) == 0 &&
	    pf.revents == (POLLIN | POLLHUP));
	pf = (struct pollfd){ 200, POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 0, &rv) == 0 && pf.revents == POLLNVAL);
	set[0] = 0;
	set[200 / 32] = 1u << (200 % 32);
	EXPECT(sys_select(p, 201, set, NULL, NULL, NULL, &rv) == EBADF);
	return (0);
}

TEST(file, pipe_select_poll_kevent)
{
	as_process(pipes);
}

static int
kqueues(int argc, char **argv)
{
	struct timespec none = { 0, 0 }, sec = { 30, 0 };
	struct kevent ev[2], out[4];
	struct proc *p = current_proc();
	int kq, rv, fds[2];
	ssize_t n;

	(void)argc;
	(void)argv;
	EXPECT(sys_kqueue(p, &kq) == 0);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 && rv == 0);
	/* a timer, periodic, then once */
	ev[0] = (struct kevent){ .ident = 1, .filter = EVFILT_TIMER,
	    .flags = EV_ADD, .data = 3 };
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &sec, &rv) == 0 && rv == 1 &&
	    out[0].ident == 1 && out[0].data >= 1);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &sec, &rv) == 0 && rv == 1);
	ev[0].flags = EV_DELETE;
	EXPECT(sys_kevent(p, kq, ev, 1, NULL, 0, NULL, &rv) == 0);
	EXPECT(sys_kevent(p, kq, ev, 1, NULL, 0, NULL, &rv) == ENOENT);
	/* a period that nobody can keep is counted, and leaves time for us */
	ev[0] = (struct kevent){ .ident = 1, .filter = EVFILT_TIMER,
	    .flags = EV_ADD, .fflags = NOTE_NSECONDS, .data = 1 };
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &sec, &rv) == 0 && rv == 1 &&
	    out[0].data > 1);
	thread_sleep_ns(5 * MS);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 &&
	    rv == 1 && out[0].data > (intptr_t)(5 * MS));
	ev[0].flags = EV_DELETE;
	EXPECT(sys_kevent(p, kq, ev, 1, NULL, 0, NULL, &rv) == 0);
	/* user events */
	ev[0] = (struct kevent){ .ident = 7, .filter = EVFILT_USER,
	    .flags = EV_ADD | EV_CLEAR, .udata = &kq };
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &none, &rv) == 0 && rv == 0);
	ev[0].flags = 0;
	ev[0].fflags = NOTE_TRIGGER | NOTE_FFCOPY | 5;
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &none, &rv) == 0 && rv == 1 &&
	    out[0].fflags == 5 && out[0].udata == &kq);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 && rv == 0);
	/* level and edge, disable, error in the list */
	EXPECT(sys_pipe(p, fds) == 0);
	EXPECT(sys_write(p, fds[1], "ab", 2, &n) == 0);
	ev[0] = (struct kevent){ .ident = (uintptr_t)fds[0],
	    .filter = EVFILT_READ, .flags = EV_ADD };
	ev[1] = (struct kevent){ .ident = 250, .filter = EVFILT_READ,
	    .flags = EV_ADD };
	EXPECT(sys_kevent(p, kq, ev, 2, out, 4, &none, &rv) == 0 && rv == 1 &&
	    (out[0].flags & EV_ERROR) && out[0].data == EBADF);
	for (int i = 0; i < 3; i++)
		EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 &&
		    rv == 1 && out[0].data == 2);
	ev[0].flags = EV_DISABLE;
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &none, &rv) == 0 && rv == 0);
	ev[0].flags = EV_ENABLE;
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &none, &rv) == 0 && rv == 1);
	ev[0].flags = EV_ADD | EV_ONESHOT;
	EXPECT(sys_kevent(p, kq, ev, 1, out, 4, &none, &rv) == 0 && rv == 1);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 && rv == 0);
	/* the writer's end gone: EOF; the descriptor gone: the note too */
	ev[0].flags = EV_ADD;
	EXPECT(sys_kevent(p, kq, ev, 1, NULL, 0, NULL, &rv) == 0);
	EXPECT(sys_close(p, fds[1]) == 0);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 && rv == 1 &&
	    (out[0].flags & EV_EOF));
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 4, &none, &rv) == 0 && rv == 0);
	ev[0].flags = EV_DELETE;
	EXPECT(sys_kevent(p, kq, ev, 1, NULL, 0, NULL, &rv) == ENOENT);
	return (0);
}

TEST(file, kqueue_filters)
{
	as_process(kqueues);
}

static int
until_killed(int argc, char **argv)
{
	struct timespec far = { INT64_MAX, 999999999 };

	(void)argc;
	(void)argv;
	(void)sys_nanosleep(current_proc(), &far, NULL);
	proc_signal_check();
	return (1);			/* a signal was to end this */
}

/* What a process is told and its end come as one event, its end in time. */
static int
kqueue_proc(int argc, char **argv)
{
	struct timespec none = { 0, 0 }, sec = { 20, 0 };
	const struct spawn_attr attr = { .sa_closed_fds = true };
	struct proc *p = current_proc(), *c;
	struct kevent ev, out[2];
	int kq, rv, status = 0;
	pid_t pid, done = 0;

	(void)argc;
	(void)argv;
	EXPECT(sys_kqueue(p, &kq) == 0);
	EXPECT(proc_spawn("killed", until_killed, 0, NULL, &attr, &c) == 0);
	pid = proc_pid(c);
	ev = (struct kevent){ .ident = (uintptr_t)pid, .filter = EVFILT_PROC,
	    .flags = EV_ADD, .fflags = NOTE_EXIT | NOTE_SIGNAL };
	EXPECT(sys_kevent(p, kq, &ev, 1, out, 2, &none, &rv) == 0 && rv == 0);
	EXPECT(proc_signal_send(c, SIGCHLD) == 0);	/* ignored, but told */
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 2, &none, &rv) == 0 &&
	    rv == 1 && out[0].fflags == NOTE_SIGNAL);
	EXPECT(proc_wait_options(pid, &status, PROC_WNOHANG, &done) == 0 &&
	    done == 0);			/* still asleep */
	EXPECT(proc_signal_send(c, SIGTERM) == 0);
	(void)proc_rele(c);
	for (int i = 0; i < 2000 && proc_wait_options(pid, &status,
	    PROC_WNOHANG, &done) == 0 && done == 0; i++)
		thread_sleep_ns(10 * MS);
	EXPECT(done == pid && status == SIGTERM);
	EXPECT(sys_kevent(p, kq, NULL, 0, out, 2, &sec, &rv) == 0 && rv == 1 &&
	    out[0].fflags == (NOTE_SIGNAL | NOTE_EXIT) &&
	    (out[0].flags & EV_EOF));
	EXPECT(sys_kevent(p, kq, &ev, 1, NULL, 0, NULL, &rv) == ESRCH);
	return (0);
}

TEST(file, kqueue_process)
{
	as_process(kqueue_proc);
}

/* --- a device as a kext makes one --------------------------------------------------------- */

static char dev_data[32];
static int dev_opens, dev_closes, dev_ready, dev_selinfo[8], dev_first;

static int
dev_open(dev_t dev, int flags, int devtype, struct proc *p)
{
	(void)flags;
	(void)devtype;
	if (minor(dev) == 9)
		return (EBUSY);
	if (minor(dev) == 8 && dev_first >= 0) {
		/* The only opening there is ends while this one is refused. */
		EXPECT(sys_close(p, dev_first) == 0);
		return (EBUSY);
	}
	dev_opens++;
	return (0);
}

static int
dev_close(dev_t dev, int flags, int devtype, struct proc *p)
{
	(void)dev;
	(void)flags;
	(void)devtype;
	(void)p;
	dev_closes++;
	return (0);
}

static int
dev_read(dev_t dev, struct uio *uio, int ioflag)
{
	(void)dev;
	(void)ioflag;
	return (uiomove(dev_data, (int)strlen(dev_data), uio));
}

static int
dev_write(dev_t dev, struct uio *uio, int ioflag)
{
	(void)dev;
	(void)ioflag;
	memset(dev_data, 0, sizeof(dev_data));
	return (uiomove(dev_data, sizeof(dev_data) - 1, uio));
}

static int
dev_ioctl(dev_t dev, u_long cmd, caddr_t data, int fflag, struct proc *p)
{
	(void)dev;
	(void)fflag;
	(void)p;
	if (cmd != _IOWR('t', 1, int))
		return (ENOTTY);
	*(int *)(void *)data += 1;
	return (0);
}

static int
dev_select(dev_t dev, int which, void *wql, struct proc *p)
{
	(void)dev;
	if (which == FWRITE || dev_ready)
		return (1);
	selrecord(p, (struct selinfo *)(void *)dev_selinfo, wql);
	return (0);
}

static struct cdevsw test_cdevsw = {
	dev_open, dev_close, dev_read, dev_write, dev_ioctl, eno_stop,
	eno_reset, NULL, dev_select, eno_mmap, eno_strat, eno_getc, eno_putc, 0
};

static void
ready_later(void *arg)
{
	(void)arg;
	thread_sleep_ns(10 * MS);
	dev_ready = 1;
	selwakeup((struct selinfo *)(void *)dev_selinfo);
}

static int
devices(int argc, char **argv)
{
	struct proc *p = current_proc();
	int major, fd, fd2, v = 41, rv;
	struct pollfd pf;
	struct thread *t;
	void *node, *busy, *one;
	char buf[16];
	ssize_t n;

	(void)argc;
	(void)argv;
	dev_opens = dev_closes = dev_ready = 0;
	dev_first = -1;
	EXPECT(cdevsw_add(INT_MIN, &test_cdevsw) == -1);
	EXPECT(cdevsw_add(1000, &test_cdevsw) == -1);
	major = cdevsw_add(-1, &test_cdevsw);
	EXPECT(major >= 0);
	EXPECT(cdevsw_add(major, &test_cdevsw) == -1);
	node = devfs_make_node(makedev(major, 3), DEVFS_CHAR, 0, 0, 0600,
	    "test/dev%d", 3);
	busy = devfs_make_node(makedev(major, 9), DEVFS_CHAR, 0, 0, 0600,
	    "busy");
	EXPECT(node != NULL && busy != NULL);
	EXPECT(sys_open(p, "/dev/busy", O_RDWR, 0, &fd) == EBUSY);
	EXPECT(sys_open(p, "/dev/test/dev3", O_RDWR, 0, &fd) == 0);
	EXPECT(sys_open(p, "/dev/test/dev3", O_RDWR, 0, &fd2) == 0);
	EXPECT(dev_opens == 2);
	EXPECT(sys_write(p, fd, "hello", 5, &n) == 0 && n == 5);
	EXPECT(sys_read(p, fd, buf, sizeof(buf), &n) == 0 && n == 5 &&
	    memcmp(buf, "hello", 5) == 0);
	EXPECT(sys_ioctl(p, fd, _IOWR('t', 1, int), &v, &rv) == 0 && v == 42);
	EXPECT(sys_ioctl(p, fd, _IO('t', 2), NULL, &rv) == ENOTTY);
	EXPECT(thread_create(NULL, "ready", PRI_USER, ready_later, NULL, &t) ==
	    0);
	pf = (struct pollfd){ fd, POLLIN, 0 };
	EXPECT(sys_poll(p, &pf, 1, 30000, &rv) == 0 && rv == 1);
	(void)thread_join(t, false);
	thread_deallocate(t);
	EXPECT(sys_close(p, fd2) == 0);
	EXPECT(dev_closes == 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(dev_closes == 1);
	one = devfs_make_node(makedev(major, 8), DEVFS_CHAR, 0, 0, 0600,
	    "one");
	EXPECT(sys_open(p, "/dev/one", O_RDWR, 0, &fd) == 0);
	dev_first = fd;
	EXPECT(sys_open(p, "/dev/one", O_RDWR, 0, &fd2) == EBUSY);
	EXPECT(dev_closes == 2);
	devfs_remove(one);
	EXPECT(sys_open(p, "/dev/test/dev3", O_RDWR, 0, &fd) == 0);
	EXPECT(cdevsw_remove(major, &test_cdevsw) == major);
	EXPECT(cdevsw_remove(major, &test_cdevsw) == -1);
	EXPECT(sys_read(p, fd, buf, sizeof(buf), &n) == ENXIO);
	devfs_remove(node);
	devfs_remove(busy);
	EXPECT(sys_open(p, "/dev/test/dev3", O_RDWR, 0, &fd2) == ENOENT);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(dev_closes == 2);
	return (0);
}

TEST(file, device_switch)
{
	as_process(devices);
}

/* --- nodes that clone ------------------------------------------------------------- */

static struct {
	void *node;
	int next, taken, freed;
	dev_t opened, last_freed;
} clones;

static int
clone_open(dev_t dev, int flags, int devtype, struct proc *p)
{
	(void)flags;
	(void)devtype;
	(void)p;
	clones.opened = dev;
	return (minor(dev) == 13 ? EIO : 0);
}

static struct cdevsw clone_cdevsw = {
	clone_open, dev_close, dev_read, dev_write, dev_ioctl, eno_stop,
	eno_reset, NULL, dev_select, eno_mmap, eno_strat, eno_getc, eno_putc, 0
};

static int
clone(dev_t dev, int action)
{
	if (action == DEVFS_CLONE_FREE) {
		clones.freed++;
		clones.last_freed = dev;
		return (0);
	}
	EXPECT(minor(dev) == 0);
	if (clones.next < 0) {
		/* Its own node goes while it is being opened. */
		devfs_remove(clones.node);
		return (-1);
	}
	clones.taken++;
	return (clones.next);
}

TEST(file, device_clones)
{
	int major = cdevsw_add(-1, &clone_cdevsw);
	struct file *a, *b;

	REQUIRE(major >= 0);
	memset(&clones, 0, sizeof(clones));
	clones.node = devfs_make_node_clone(makedev(major, 0), DEVFS_CHAR, 0,
	    0, 0600, clone, "clone");
	REQUIRE(clones.node != NULL);
	clones.next = 5;
	REQUIRE(vfs_open(kernproc, "/dev/clone", O_RDWR, 0, &a) == 0);
	EXPECT(clones.opened == makedev(major, 5));
	clones.next = 6;
	REQUIRE(vfs_open(kernproc, "/dev/clone", O_RDWR, 0, &b) == 0);
	EXPECT(clones.opened == makedev(major, 6));
	EXPECT(clones.taken == 2 && clones.freed == 0);
	fput(a);
	EXPECT(clones.freed == 1 && clones.last_freed == makedev(major, 5));
	/* What is refused is given back. */
	clones.next = 13;
	EXPECT(vfs_open(kernproc, "/dev/clone", O_RDWR, 0, &a) == EIO);
	EXPECT(clones.freed == 2 && clones.last_freed == makedev(major, 13));
	/* Nobody is told of a close after the end of the node. */
	clones.next = -1;
	EXPECT(vfs_open(kernproc, "/dev/clone", O_RDWR, 0, &a) == ENXIO);
	EXPECT(vfs_open(kernproc, "/dev/clone", O_RDWR, 0, &a) == ENOENT);
	fput(b);
	EXPECT(clones.freed == 2);
	EXPECT(cdevsw_remove(major, &clone_cdevsw) == major);
}

/* --- removal while a reader sleeps in the device ------------------------------------------ */

static int sleep_chan;
static volatile int sleepy_reads;

static int
sleepy_read(dev_t dev, struct uio *uio, int ioflag)
{
	(void)dev;
	(void)uio;
	(void)ioflag;
	sleepy_reads++;
	return (tsleep(&sleep_chan, PZERO, "sleepy", 0));
}

static struct cdevsw sleepy_cdevsw = {
	dev_open, dev_close, sleepy_read, eno_rdwrt, eno_ioctl, eno_stop,
	eno_reset, NULL, dev_select, eno_mmap, eno_strat, eno_getc, eno_putc, 0
};

static void
sleepy_reader(void *arg)
{
	struct file *fp = arg;
	struct uio uio;
	char c;

	uio_single(&uio, &c, 1, 0, UIO_SYSSPACE, UIO_READ);
	for (int i = 0; i < 2; i++)
		EXPECT(fp->f_ops->fo_read(fp, &uio, kernproc) == 0);
}

TEST(file, device_in_use_is_not_removed)
{
	int major = cdevsw_add(-1, &sleepy_cdevsw);
	struct thread *t;
	struct file *fp;
	void *node;

	REQUIRE(major >= 0);
	sleepy_reads = 0;
	node = devfs_make_node(makedev(major, 0), DEVFS_CHAR, 0, 0, 0600,
	    "sleepy");
	REQUIRE(vfs_open(kernproc, "/dev/sleepy", O_RDONLY, 0, &fp) == 0);
	REQUIRE(thread_create(NULL, "sleepy", PRI_KERNEL, sleepy_reader, fp,
	    &t) == 0);
	EXPECT(WAIT_UNTIL(test_asleep(t, "sleepy")));
	EXPECT(cdevsw_remove(major, &sleepy_cdevsw) == -1);
	wakeup(&sleep_chan);
	/* it reads again, as the device has stayed */
	EXPECT(WAIT_UNTIL(sleepy_reads == 2 && test_asleep(t, "sleepy")));
	wakeup(&sleep_chan);
	EXPECT(thread_join(t, false) == 0);
	thread_deallocate(t);
	EXPECT(cdevsw_remove(major, &sleepy_cdevsw) == major);
	fput(fp);
	devfs_remove(node);
}
