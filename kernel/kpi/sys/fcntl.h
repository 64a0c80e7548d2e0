/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/fcntl.h>: flags of open files.
 */
#ifndef _SYS_FCNTL_H_
#define _SYS_FCNTL_H_

#include <sys/types.h>

#define O_RDONLY		0x0000
#define O_WRONLY		0x0001
#define O_RDWR			0x0002
#define O_ACCMODE		0x0003
#define O_NONBLOCK		0x0004
#define O_NDELAY		O_NONBLOCK
#define O_APPEND		0x0008
#define O_SHLOCK		0x0010
#define O_EXLOCK		0x0020
#define O_ASYNC			0x0040
#define O_SYNC			0x0080
#define O_FSYNC			O_SYNC
#define O_NOFOLLOW		0x0100
#define O_CREAT			0x0200
#define O_TRUNC			0x0400
#define O_EXCL			0x0800
#define O_EVTONLY		0x8000
#define O_NOCTTY		0x20000
#define O_DIRECTORY		0x100000
#define O_SYMLINK		0x200000
#define O_CLOEXEC		0x1000000

#ifdef KERNEL
/* What a device's open, read and ioctl see: O_ACCMODE plus one. */
#define FREAD			1
#define FWRITE			2
#define FFLAGS(oflags)		((oflags) + 1)
#define OFLAGS(fflags)		((fflags) - 1)
#endif

#define FAPPEND			O_APPEND
#define FASYNC			O_ASYNC
#define FFSYNC			O_FSYNC
#define FNONBLOCK		O_NONBLOCK
#define FNDELAY			O_NONBLOCK

#define F_DUPFD			0
#define F_GETFD			1
#define F_SETFD			2
#define F_GETFL			3
#define F_SETFL			4
#define F_GETOWN		5
#define F_SETOWN		6
#define F_SETNOSIGPIPE		73
#define F_GETNOSIGPIPE		74
#define FD_CLOEXEC		1

#endif /* _SYS_FCNTL_H_ */
