/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The symbols behind setgid(), signal() and sysctl() of programs.
 */
#ifndef KERNEL_PROGRAM_CALLS_PROC_H
#define KERNEL_PROGRAM_CALLS_PROC_H

#include <sys/types.h>

int u_setgid(gid_t gid);
void (*u_signal(int signum, void (*handler)(int)))(int);
int u_sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen);
int u_sysctl(const int *mib, unsigned n, void *oldp, size_t *oldlenp,
    void *newp, size_t newlen);

#endif /* KERNEL_PROGRAM_CALLS_PROC_H */
