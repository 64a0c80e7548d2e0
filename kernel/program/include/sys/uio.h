/* SPDX-License-Identifier: BSD-2-Clause */
/* The vector calls, beside the types that kexts see too. */
#ifndef _PROG_SYS_UIO_H_
#define _PROG_SYS_UIO_H_

#include <ulib_cdefs.h>
#include_next <sys/uio.h>

ssize_t readv(int fd, const struct iovec *iov, int n) __U(readv);
ssize_t writev(int fd, const struct iovec *iov, int n) __U(writev);

#endif /* _PROG_SYS_UIO_H_ */
