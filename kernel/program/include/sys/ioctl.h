/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SYS_IOCTL_H_
#define _PROG_SYS_IOCTL_H_

#include <ulib_cdefs.h>
#include_next <sys/ioctl.h>

int ioctl(int fd, unsigned long request, ...) __U(ioctl);

#endif /* _PROG_SYS_IOCTL_H_ */
