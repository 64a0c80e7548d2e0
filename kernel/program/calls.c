/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a program to the kernel: each call runs the kernel's function, turns
 * its result into the C form (-1 and errno), and is the boundary at which
 * signals take effect.  The socket calls are net/socket/calls.c, in the same
 * way.
 *
 * This file is compiled as a part of the kernel and defines the symbols that
 * programs' headers name.
 */
#include "kernel/program/calls.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <kern/thread.h>
#include <sys/param.h>
#include <time.h>
#include <unistd.h>

#include "kernel/file/file.h"
#include "kernel/file/select.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vfs.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"
#include "kernel/program/fault.h"
#include "kernel/program/ulib.h"
#include "kernel/shell/command.h"
#include "kernel/shell/tty.h"
#include "kernel/time/timer.h"

#include "kernel/program/include/fcntl.h"
#include "kernel/program/include/signal.h"
#include "kernel/program/include/spawn.h"
#include "kernel/program/include/sys/ioctl.h"
#include "kernel/program/include/sys/select.h"
#include "kernel/program/include/sys/stat.h"
#include "kernel/program/include/sys/wait.h"

_Static_assert(sizeof(struct stat) == sizeof(struct kstat) &&
    offsetof(struct stat, st_size) == offsetof(struct kstat, st_size) &&
    offsetof(struct stat, st_mode) == offsetof(struct kstat, st_mode),
    "struct stat is the kernel's");

int *
__error(void)
{
	return &current_thread()->t_errno;
}

int
call_result(errno_t error, int value)
{
	proc_signal_check();
	if (error == 0)
		return value;
	errno = error == ERESTART ? EINTR : error;
	return -1;
}

ssize_t
call_result_size(errno_t error, ssize_t value)
{
	return call_result(error, 0) == 0 ? value : -1;
}

/* --- descriptors ---------------------------------------------------------- */

ssize_t
read(int fd, void *buf, size_t n)
{
	ssize_t rv = 0;
	errno_t error = sys_read(current_proc(), fd, buf, n, &rv);

	return call_result_size(error, rv);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	ssize_t rv = 0;
	errno_t error = sys_write(current_proc(), fd, buf, n, &rv);

	return call_result_size(error, rv);
}

int
close(int fd)
{
	return call_result(sys_close(current_proc(), fd), 0);
}

int
dup(int fd)
{
	int rv = -1;
	errno_t error = sys_dup(current_proc(), fd, &rv);

	return call_result(error, rv);
}

int
dup2(int fd, int to)
{
	int rv = -1;
	errno_t error = sys_dup2(current_proc(), fd, to, &rv);

	return call_result(error, rv);
}

int
pipe(int fds[2])
{
	return call_result(sys_pipe(current_proc(), fds), 0);
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	errno_t error;
	int fd = -1;

	va_start(ap, flags);
	mode = flags & O_CREAT ? (mode_t)va_arg(ap, int) : 0;
	va_end(ap);
	error = sys_open(current_proc(), path, flags, mode, &fd);
	return call_result(error, fd);
}

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	errno_t error;
	long arg;
	int rv = -1;

	va_start(ap, cmd);
	arg = va_arg(ap, long);
	va_end(ap);
	error = sys_fcntl(current_proc(), fd, cmd, arg, &rv);
	return call_result(error, rv);
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	errno_t error;
	void *data;
	int rv = 0;

	va_start(ap, request);
	data = va_arg(ap, void *);
	va_end(ap);
	error = sys_ioctl(current_proc(), fd, request, data, &rv);
	return call_result(error, rv);
}

off_t
lseek(int fd, off_t off, int whence)
{
	off_t rv = -1;
	errno_t error = sys_lseek(current_proc(), fd, off, whence, &rv);

	return call_result(error, 0) == 0 ? rv : -1;
}

int
isatty(int fd)
{
	return ioctl(fd, TIOCISTTY, NULL) == 0;
}

int
select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *tv)
{
	int rv = 0;
	errno_t error = sys_select(current_proc(), n, r, w, e, tv, &rv);

	return call_result(error, rv);
}

int
poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	int rv = 0;
	errno_t error = sys_poll(current_proc(), fds, n, timeout_ms, &rv);

	return call_result(error, rv);
}

int kqueue(void) __U(kqueue);
int kevent(int kq, const struct kevent *changes, int nchanges,
    struct kevent *events, int nevents, const struct timespec *timeout)
    __U(kevent);

int
kqueue(void)
{
	int rv = -1;
	errno_t error = sys_kqueue(current_proc(), &rv);

	return call_result(error, rv);
}

int
kevent(int kq, const struct kevent *changes, int nchanges,
    struct kevent *events, int nevents, const struct timespec *timeout)
{
	int rv = 0;
	errno_t error = sys_kevent(current_proc(), kq, changes, nchanges,
	    events, nevents, timeout, &rv);

	return call_result(error, rv);
}

/* --- files ---------------------------------------------------------------- */

int
unlink(const char *path)
{
	return call_result(sys_unlink(current_proc(), path), 0);
}

int
rmdir(const char *path)
{
	return call_result(sys_rmdir(current_proc(), path), 0);
}

int
mkdir(const char *path, mode_t mode)
{
	return call_result(sys_mkdir(current_proc(), path, mode), 0);
}

int
rename(const char *from, const char *to)
{
	return call_result(sys_rename(current_proc(), from, to), 0);
}

int
chdir(const char *path)
{
	return call_result(sys_chdir(current_proc(), path), 0);
}

char *
getcwd(char *buf, size_t n)
{
	errno_t error = sys_getcwd(current_proc(), buf, n);

	return call_result(error, 0) == 0 ? buf : NULL;
}

int
stat(const char *path, struct stat *st)
{
	return call_result(sys_stat(current_proc(), path, (struct kstat *)st),
	    0);
}

int
fstat(int fd, struct stat *st)
{
	return call_result(sys_fstat(current_proc(), fd, (struct kstat *)st),
	    0);
}

struct __dir {
	int d_fd;
	struct kdirent d_entry;
	struct dirent d_out;
};

DIR *
opendir(const char *path)
{
	DIR *d;
	int fd = open(path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return NULL;
	d = malloc(sizeof(*d));
	if (d == NULL)
		close(fd);
	else
		d->d_fd = fd;
	return d;
}

struct dirent *
readdir(DIR *d)
{
	int got = 0;
	errno_t error;

	if (!user_writable(d, sizeof(*d)))
		program_fault(d);
	error = sys_readdir(current_proc(), d->d_fd, &d->d_entry, &got);
	if (call_result(error, 0) != 0 || got == 0)
		return NULL;
	d->d_out.d_ino = d->d_entry.d_ino;
	d->d_out.d_type = d->d_entry.d_type;
	d->d_out.d_namlen = d->d_entry.d_namlen;
	strlcpy(d->d_out.d_name, d->d_entry.d_name, sizeof(d->d_out.d_name));
	return &d->d_out;
}

int
closedir(DIR *d)
{
	int r;

	if (!user_writable(d, sizeof(*d)))
		program_fault(d);
	r = close(d->d_fd);
	free(d);
	return r;
}

/* --- processes and time --------------------------------------------------- */

pid_t
getpid(void)
{
	return current_proc()->p_pid;
}

pid_t
getppid(void)
{
	return current_proc()->p_ppid;
}

uid_t
getuid(void)
{
	return current_proc()->p_ucred->cr_ruid;
}

uid_t
geteuid(void)
{
	return current_proc()->p_ucred->cr_uid;
}

gid_t
getgid(void)
{
	return current_proc()->p_ucred->cr_rgid;
}

int
setuid(uid_t uid)
{
	return call_result(sys_setuid(current_proc(), uid), 0);
}

int
kill(pid_t pid, int sig)
{
	return call_result(sys_kill(current_proc(), pid, sig), 0);
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	pid_t done = 0;
	int st = 0;
	errno_t error;

	if (status != NULL && !user_writable(status, sizeof(*status)))
		return call_result(EFAULT, -1);
	error = proc_wait_options(pid, &st, options, &done);
	if (error == 0 && done != 0 && status != NULL)
		*status = st;
	return call_result(error, done);
}

void
exit(int status)
{
	fflush(NULL);
	proc_exit(PROC_STATUS(status));
}

int
nanosleep(const struct timespec *ts, struct timespec *left)
{
	return call_result(sys_nanosleep(current_proc(), ts, left), 0);
}

unsigned
sleep(unsigned seconds)
{
	struct timespec ts = { .tv_sec = seconds }, left = { 0 };

	return nanosleep(&ts, &left) == 0 ? 0 : (unsigned)left.tv_sec;
}

int
usleep(useconds_t us)
{
	struct timespec ts = { .tv_sec = us / 1000000,
		.tv_nsec = (long)(us % 1000000) * 1000 };

	return nanosleep(&ts, NULL);
}

int
clock_gettime(int clock, struct timespec *ts)
{
	if (!user_writable(ts, sizeof(*ts)))
		return call_result(EFAULT, -1);
	if (clock == CLOCK_REALTIME)
		nanotime(ts);
	else
		nanouptime(ts);
	return 0;
}

int
gettimeofday(struct timeval *tv, void *tz)
{
	if (!user_writable(tv, sizeof(*tv)))
		return call_result(EFAULT, -1);
	microtime(tv);
	return 0;
}

int
settimeofday(const struct timeval *tv, const void *tz)
{
	struct proc *p = current_proc();
	errno_t error = proc_check_root(p);

	if (error == 0 && !user_readable(tv, sizeof(*tv)))
		error = EFAULT;
	if (error == 0 && (tv->tv_sec < 0 || tv->tv_usec < 0 ||
	    tv->tv_usec >= 1000000))
		error = EINVAL;
	if (error == 0)
		time_set_wall_ns((uint64_t)tv->tv_sec * 1000000000 +
		    (uint64_t)tv->tv_usec * 1000);
	return call_result(error, 0);
}

u_int32_t
arc4random(void)
{
	u_int32_t v;

	rng_bytes(&v, sizeof(v));
	return v;
}

void
arc4random_buf(void *buf, size_t n)
{
	if (!user_writable(buf, n))
		program_fault(buf);
	rng_bytes(buf, n);
}
