/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Credentials: kauth_cred_* and friends of <sys/kauth.h>.
 */
#include "kernel/proc/ucred.h"

#include <sys/errno.h>
#include <sys/proc.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

struct ucred ucred_root = {
	.cr_refs = 1,
	.cr_ngroups = 1,
};

struct ucred *
ucred_create(uid_t uid, gid_t gid)
{
	struct ucred *cr = kmalloc(sizeof(*cr), M_WAITOK | M_ZERO);

	if (cr == NULL)
		return (NULL);
	cr->cr_refs = 1;
	cr->cr_uid = cr->cr_ruid = cr->cr_svuid = uid;
	cr->cr_gid = cr->cr_rgid = cr->cr_svgid = gid;
	cr->cr_ngroups = 1;
	cr->cr_groups[0] = gid;
	return (cr);
}

struct ucred *
ucred_copy(const struct ucred *from)
{
	struct ucred *cr = kmalloc(sizeof(*cr), M_WAITOK);

	if (cr == NULL)
		return (NULL);
	*cr = *from;
	cr->cr_refs = 1;
	return (cr);
}

bool
ucred_in_group(const struct ucred *cr, gid_t gid)
{
	for (unsigned i = 0; i < cr->cr_ngroups; i++) {
		if (cr->cr_groups[i] == gid)
			return (true);
	}
	return (false);
}

void
kauth_cred_ref(kauth_cred_t cr)
{
	__atomic_add_fetch(&cr->cr_refs, 1, __ATOMIC_RELAXED);
}

void
kauth_cred_unref(kauth_cred_t *crp)
{
	struct ucred *cr = *crp;

	*crp = NULL;
	if (cr == NULL ||
	    __atomic_sub_fetch(&cr->cr_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	VERIFY(cr != &ucred_root);
	kfree(cr);
}

void
kauth_cred_rele(kauth_cred_t cr)
{
	kauth_cred_unref(&cr);
}

kauth_cred_t
kauth_cred_proc_ref(proc_t p)
{
	struct ucred *cr;

	lck_mtx_lock(&p->p_lock);
	cr = p->p_ucred;
	kauth_cred_ref(cr);
	lck_mtx_unlock(&p->p_lock);
	return (cr);
}

uid_t
proc_euid(struct proc *p)
{
	uid_t uid;

	lck_mtx_lock(&p->p_lock);
	uid = p->p_ucred->cr_uid;
	lck_mtx_unlock(&p->p_lock);
	return (uid);
}

uid_t
proc_ruid(struct proc *p)
{
	uid_t uid;

	lck_mtx_lock(&p->p_lock);
	uid = p->p_ucred->cr_ruid;
	lck_mtx_unlock(&p->p_lock);
	return (uid);
}

void
proc_set_ucred(struct proc *p, struct ucred *cr)
{
	struct ucred *old;

	lck_mtx_lock(&p->p_lock);
	old = p->p_ucred;
	p->p_ucred = cr;
	lck_mtx_unlock(&p->p_lock);
	kauth_cred_unref(&old);
}

kauth_cred_t
kauth_cred_get(void)
{
	return (current_proc()->p_ucred);
}

kauth_cred_t
kauth_cred_get_with_ref(void)
{
	return (kauth_cred_proc_ref(current_proc()));
}

uid_t
kauth_cred_getuid(kauth_cred_t cr)
{
	return (cr->cr_uid);
}

uid_t
kauth_cred_getruid(kauth_cred_t cr)
{
	return (cr->cr_ruid);
}

gid_t
kauth_cred_getgid(kauth_cred_t cr)
{
	return (cr->cr_gid);
}

uid_t
kauth_cred_getsvuid(kauth_cred_t cr)
{
	return (cr->cr_svuid);
}

gid_t
kauth_cred_getrgid(kauth_cred_t cr)
{
	return (cr->cr_rgid);
}

gid_t
kauth_cred_getsvgid(kauth_cred_t cr)
{
	return (cr->cr_svgid);
}

int
kauth_cred_ismember_gid(kauth_cred_t cr, gid_t gid, int *resultp)
{
	*resultp = ucred_in_group(cr, gid);
	return (0);
}

int
groupmember(gid_t gid, kauth_cred_t cr)
{
	return (ucred_in_group(cr, gid));
}

int
kauth_cred_issuser(kauth_cred_t cr)
{
	return (cr->cr_uid == 0);
}

uid_t
kauth_getuid(void)
{
	return (kauth_cred_get()->cr_uid);
}

uid_t
kauth_getruid(void)
{
	return (kauth_cred_get()->cr_ruid);
}

gid_t
kauth_getgid(void)
{
	return (kauth_cred_get()->cr_gid);
}

/* --- system calls ---------------------------------------------------------------------- */

errno_t
sys_setuid(struct proc *p, uid_t uid)
{
	struct ucred *old = p->p_ucred, *cr;

	if (old->cr_uid != 0 && uid != old->cr_ruid && uid != old->cr_svuid)
		return (EPERM);
	cr = ucred_copy(old);
	if (cr == NULL)
		return (ENOMEM);
	if (old->cr_uid == 0)
		cr->cr_ruid = cr->cr_svuid = uid;
	cr->cr_uid = uid;
	proc_set_ucred(p, cr);
	return (0);
}

errno_t
sys_setgid(struct proc *p, gid_t gid)
{
	struct ucred *old = p->p_ucred, *cr;

	if (old->cr_uid != 0 && gid != old->cr_rgid && gid != old->cr_svgid)
		return (EPERM);
	cr = ucred_copy(old);
	if (cr == NULL)
		return (ENOMEM);
	if (old->cr_uid == 0)
		cr->cr_rgid = cr->cr_svgid = gid;
	cr->cr_gid = gid;
	cr->cr_groups[0] = gid;
	proc_set_ucred(p, cr);
	return (0);
}
