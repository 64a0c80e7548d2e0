/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sysctl tree, inside the kernel.
 *
 * A variable of the kernel is defined with the macros of <sys/sysctl.h> and
 * announced with SYSCTL_ADD:
 *
 *	static int soft_limit = 64;
 *	SYSCTL_INT(_net_inet, OID_AUTO, limit, CTLFLAG_RW, &soft_limit, 0, "..")
 *	SYSCTL_ADD(_net_inet_limit)
 *
 * Nodes come before what is below them: SYSCTL_ADD_NODE.  Handlers run with
 * no lock held; unregistering waits for those that run.
 */
#ifndef KERNEL_SYSCTL_SYSCTL_H
#define KERNEL_SYSCTL_SYSCTL_H

#include <sys/sysctl.h>
#include <sys/types.h>

#include <stdbool.h>

#include "kernel/initcall.h"
#include "kernel/proc/procinfo.h"

#define SYSCTL_ADD_ORDER(oid, ord)					\
	static void sysctl_add_##oid(void)				\
	{								\
		sysctl_register_oid(&sysctl_##oid);			\
	}								\
	INITCALL_ORDER(INIT_CORE, ord, sysctl_add_##oid);
#define SYSCTL_ADD_NODE(oid)	SYSCTL_ADD_ORDER(oid, 31)
#define SYSCTL_ADD(oid)		SYSCTL_ADD_ORDER(oid, 32)

struct proc;

#define SYSCTL_NAME_MAX	256

/*
 * Reads and writes the variable of a name ("net.inet.ip.ttl") for p.  old NULL
 * asks for the size only; *oldlen is the size of old, then of the value.
 *
 * Returns:   0, or ENOENT, EISDIR for a node, EPERM, ENOMEM (old too small),
 *            EINVAL, or what the handler returns
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sysctl_by_name(struct proc *p, const char *name, void *old,
    size_t *oldlen, const void *new, size_t newlen);

/* The same by numbers. */
errno_t sysctl_by_mib(struct proc *p, const int *mib, unsigned n, void *old,
    size_t *oldlen, const void *new, size_t newlen);

/*
 * sysctl_list() of kernel/proc/procinfo.h: all variables at or below prefix
 * ("" = all), masked ones left out, as an array to be freed with
 * procinfo_free().  0, or ENOENT, ENOMEM.
 */

/* Checks the tree's order and back pointers (tests). */
bool sysctl_check(void);

/* --- system calls ---------------------------------------------------------------- */
errno_t sys_sysctl(struct proc *p, const int *mib, unsigned n, void *old,
    size_t *oldlen, const void *new, size_t newlen);
errno_t sys_sysctlbyname(struct proc *p, const char *name, void *old,
    size_t *oldlen, const void *new, size_t newlen);

#endif /* KERNEL_SYSCTL_SYSCTL_H */
