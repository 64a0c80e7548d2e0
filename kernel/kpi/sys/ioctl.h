/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/ioctl.h>: all ioctl requests: descriptors and sockets.
 */
#ifndef _SYS_IOCTL_H_
#define _SYS_IOCTL_H_

#include <sys/ioccom.h>
#include <sys/filio.h>
#include <sys/sockio.h>

#endif /* _SYS_IOCTL_H_ */
