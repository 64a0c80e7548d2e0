/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SYS_SYSCTL_H_
#define _PROG_SYS_SYSCTL_H_

#include <ulib_cdefs.h>

int sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen) __U(sysctlbyname);
int sysctl(const int *mib, unsigned n, void *oldp, size_t *oldlenp,
    void *newp, size_t newlen) __U(sysctl);

#endif /* _PROG_SYS_SYSCTL_H_ */
