/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface ioctls of PF_INET and PF_INET6 sockets.
 *
 * in_control and in6_control know the address requests of their family and
 * give everything else to ifioctl, so a protocol's pru_control is one call.
 * data is kernel memory of the size the command encodes; p is the caller, or
 * NULL for the kernel itself.
 * Returns:   0; EOPNOTSUPP unknown; ENXIO no such interface; EPERM;
 *            EADDRNOTAVAIL no such address; EINVAL
 * Context:   thread, may block
 * Locks:     none held
 */
#ifndef NET_INET_IN_IOCTL_H
#define NET_INET_IN_IOCTL_H

#include <sys/types.h>

struct proc;
struct __socket;

errno_t	in_control(unsigned long cmd, void *data, struct proc *p);
errno_t	in6_control(unsigned long cmd, void *data, struct proc *p);
/* The pru_control of every PF_INET and PF_INET6 protocol. */
errno_t	in_pru_control(struct __socket *so, unsigned long cmd, void *data);

#endif /* NET_INET_IN_IOCTL_H */
