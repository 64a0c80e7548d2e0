/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout is that of the kernel's struct kstat (kernel/file/file.h). */
#ifndef _PROG_SYS_STAT_H_
#define _PROG_SYS_STAT_H_

#include <ulib_cdefs.h>
#include <sys/time.h>

struct stat {
	dev_t st_dev;
	mode_t st_mode;
	nlink_t st_nlink;
	__uint64_t st_ino;
	uid_t st_uid;
	gid_t st_gid;
	dev_t st_rdev;
	struct timespec st_atimespec;
	struct timespec st_mtimespec;
	struct timespec st_ctimespec;
	off_t st_size;
	__int64_t st_blocks;
	__int32_t st_blksize;
};

#ifndef S_IFMT
#define S_IFMT	 0170000
#define S_IFIFO	 0010000
#define S_IFCHR	 0020000
#define S_IFDIR	 0040000
#define S_IFREG	 0100000
#define S_IFLNK	 0120000
#define S_IFSOCK 0140000
#endif
#define S_ISDIR(m) (((m) & S_IFMT) == S_IFDIR)
#define S_ISREG(m) (((m) & S_IFMT) == S_IFREG)
#define S_ISCHR(m) (((m) & S_IFMT) == S_IFCHR)
#define S_ISLNK(m) (((m) & S_IFMT) == S_IFLNK)
#define S_ISFIFO(m) (((m) & S_IFMT) == S_IFIFO)
#define S_ISSOCK(m) (((m) & S_IFMT) == S_IFSOCK)

int stat(const char *path, struct stat *st) __U(stat);
int lstat(const char *path, struct stat *st) __U(lstat);
int fstat(int fd, struct stat *st) __U(fstat);
int chmod(const char *path, mode_t mode) __U(chmod);
int mkdir(const char *path, mode_t mode) __U(mkdir);

#endif /* _PROG_SYS_STAT_H_ */
