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
 * In-kernel query by name.
 */
int sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_SYSCTL_H_ */
