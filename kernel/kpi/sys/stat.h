/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/stat.h>: file modes.
 */
#ifndef _SYS_STAT_H_
#define _SYS_STAT_H_

#include <sys/types.h>
#include <sys/time.h>

#define S_IFMT			0170000
#define S_IFIFO			0010000
#define S_IFCHR			0020000
#define S_IFDIR			0040000
#define S_IFBLK			0060000
#define S_IFREG			0100000
#define S_IFLNK			0120000
#define S_IFSOCK		0140000
#define S_ISUID			0004000
#define S_ISGID			0002000
#define S_ISVTX			0001000
#define S_IRWXU			0000700
#define S_IRUSR			0000400
#define S_IWUSR			0000200
#define S_IXUSR			0000100
#define S_IRWXG			0000070
#define S_IRGRP			0000040
#define S_IWGRP			0000020
#define S_IXGRP			0000010
#define S_IRWXO			0000007
#define S_IROTH			0000004
#define S_IWOTH			0000002
#define S_IXOTH			0000001

#define S_ISDIR(m)		(((m) & S_IFMT) == S_IFDIR)
#define S_ISREG(m)		(((m) & S_IFMT) == S_IFREG)
#define S_ISCHR(m)		(((m) & S_IFMT) == S_IFCHR)
#define S_ISSOCK(m)		(((m) & S_IFMT) == S_IFSOCK)

#endif /* _SYS_STAT_H_ */
