/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Credentials: shared, immutable once published; a change makes a new one.
 */
#ifndef KERNEL_PROC_UCRED_H
#define KERNEL_PROC_UCRED_H

#include <sys/kauth.h>
#include <sys/types.h>

#include <stdbool.h>

#define UCRED_NGROUPS	16

struct ucred {
	unsigned cr_refs;		/* a */
	uid_t cr_uid, cr_ruid, cr_svuid; /* I */
	gid_t cr_gid, cr_rgid, cr_svgid; /* I */
	unsigned cr_ngroups;		/* I */
	gid_t cr_groups[UCRED_NGROUPS];	/* I: the first is cr_gid */
};

/* root's credential, alive for ever. */
extern struct ucred ucred_root;

bool ucred_in_group(const struct ucred *cr, gid_t gid);

/* A new credential with one reference; NULL on no memory. */
struct ucred *ucred_create(uid_t uid, gid_t gid);
struct ucred *ucred_copy(const struct ucred *cr);

/*
 * The effective and the real user of any process, which may be changing them.
 * Locks:     takes p_lock
 */
uid_t proc_euid(struct proc *p);
uid_t proc_ruid(struct proc *p);

/* Replaces p's credential; consumes cr. */
void proc_set_ucred(struct proc *p, struct ucred *cr);

#endif /* KERNEL_PROC_UCRED_H */
