/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program-side calls on files beyond open, read and write: vectors, positions,
 * links, rights, lengths.  As in calls.c, each is the boundary at which
 * signals take effect.
 */
#include "kernel/program/calls.h"

#include <unistd.h>

#include "kernel/file/file.h"
#include "kernel/fs/vfs.h"
#include "kernel/proc/proc.h"

#include "kernel/program/include/sys/stat.h"
#include "kernel/program/include/sys/uio.h"

ssize_t
readv(int fd, const struct iovec *iov, int n)
{
	ssize_t rv = 0;
	errno_t error = sys_readv(current_proc(), fd, iov, n, &rv);

	return call_result_size(error, rv);
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	ssize_t rv = 0;
	errno_t error = sys_writev(current_proc(), fd, iov, n, &rv);

	return call_result_size(error, rv);
}

ssize_t
pread(int fd, void *buf, size_t n, off_t off)
{
	ssize_t rv = 0;
	errno_t error = sys_pread(current_proc(), fd, buf, n, off, &rv);

	return call_result_size(error, rv);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	ssize_t rv = 0;
	errno_t error = sys_pwrite(current_proc(), fd, buf, n, off, &rv);

	return call_result_size(error, rv);
}

int
lstat(const char *path, struct stat *st)
{
	return call_result(sys_lstat(current_proc(), path, (struct kstat *)st),
	    0);
}

int
symlink(const char *target, const char *path)
{
	return call_result(sys_symlink(current_proc(), target, path), 0);
}

ssize_t
readlink(const char *path, char *buf, size_t size)
{
	ssize_t rv = 0;
	errno_t error = sys_readlink(current_proc(), path, buf, size, &rv);

	return call_result_size(error, rv);
}

int
chmod(const char *path, mode_t mode)
{
	return call_result(sys_chmod(current_proc(), path, mode), 0);
}

int
chown(const char *path, uid_t uid, gid_t gid)
{
	return call_result(sys_chown(current_proc(), path, uid, gid), 0);
}

int
truncate(const char *path, off_t len)
{
	return call_result(sys_truncate(current_proc(), path, len), 0);
}

int
ftruncate(int fd, off_t len)
{
	return call_result(sys_ftruncate(current_proc(), fd, len), 0);
}
