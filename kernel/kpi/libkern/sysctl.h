/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/sysctl.h>: asking for a sysctl value inside the kernel.
 */
#ifndef _LIBKERN_SYSCTL_H_
#define _LIBKERN_SYSCTL_H_

#include <sys/types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Reads and sets a value by its name inside the kernel.
 * Returns:   0, ENOENT, ENOMEM when the buffer is short, EINVAL, EPERM for a
 *            value that cannot be set
 * Context:   thread, may block
 * Units:     *oldlenp and newlen in bytes
 */
int sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_SYSCTL_H_ */
