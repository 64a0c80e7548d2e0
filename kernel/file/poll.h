/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll(2): the structure and bits programs see in <poll.h>.
 */
#ifndef KERNEL_FILE_POLL_H
#define KERNEL_FILE_POLL_H

struct pollfd {
	int fd;
	short events;
	short revents;
};

#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
#define POLLRDNORM	0x0040
#define POLLWRNORM	POLLOUT
#define POLLRDBAND	0x0080

#endif /* KERNEL_FILE_POLL_H */
