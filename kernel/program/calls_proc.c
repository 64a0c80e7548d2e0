/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program-side calls about processes and variables: setgid, signal, sysctl.
 * The names carry the programs' prefix because the kernel has some of its own.
 */
#include "kernel/program/calls_proc.h"

#include <stdint.h>
#include <sys/errno.h>

#include "kernel/proc/proc.h"
#include "kernel/program/calls.h"
#include "kernel/sysctl/sysctl.h"

int
u_setgid(gid_t gid)
{
	return (call_result(sys_setgid(current_proc(), gid), 0));
}

void (*u_signal(int signum, void (*handler)(int)))(int)
{
	proc_sighandler_t old = PROC_SIG_DFL;

	if (call_result(proc_sigaction(current_proc(), signum, handler, true,
	    &old), 0) != 0)
		return ((proc_sighandler_t)(intptr_t)-1);
	return (old);
}

int
u_sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen)
{
	return (call_result(sys_sysctlbyname(current_proc(), name, oldp,
	    oldlenp, newp, newlen), 0));
}

int
u_sysctl(const int *mib, unsigned n, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen)
{
	return (call_result(sys_sysctl(current_proc(), mib, n, oldp, oldlenp,
	    newp, newlen), 0));
}
