/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_FCNTL_H_
#define _PROG_FCNTL_H_

#include <ulib_cdefs.h>
#include <sys/fcntl.h>

int open(const char *path, int flags, ...) __U(open);
int fcntl(int fd, int cmd, ...) __U(fcntl);

#endif /* _PROG_FCNTL_H_ */
