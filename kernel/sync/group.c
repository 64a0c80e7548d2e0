/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lock groups and attributes: lck_grp_*, lck_grp_attr_*, lck_attr_* of
 * <kern/lock_group.h> and <kern/locks.h>.
 *
 * A group lives while its creator or a lock refers to it.  Static groups
 * (LOCK_GROUP) enter the list of groups with their first lock or when it is
 * first walked.
 */
#include "kernel/sync/group.h"

#include <string.h>

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"

LINKER_SET_DECLARE(lock_groups, struct __lck_grp);

static LIST_HEAD(, __lck_grp) groups;
static struct arch_spin groups_lock = ARCH_SPIN_INIT;

static void
grp_list(lck_grp_t *grp)
{
	uint64_t flags;

	if (grp->lg_listed)
		return;
	flags = arch_spin_lock(&groups_lock);
	if (!grp->lg_listed) {
		grp->lg_listed = true;
		LIST_INSERT_HEAD(&groups, grp, lg_link);
	}
	arch_spin_unlock(&groups_lock, flags);
}

static unsigned *
grp_counter(lck_grp_t *grp, enum lock_kind kind)
{
	switch (kind) {
	case LOCK_MTX:
		return (&grp->lg_mtx);
	case LOCK_RW:
		return (&grp->lg_rw);
	case LOCK_SPIN:
		return (&grp->lg_spin);
	}
	return (NULL);
}

static void
grp_release(lck_grp_t *grp)
{
	uint64_t flags;

	if (__atomic_sub_fetch(&grp->lg_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	VERIFY(!grp->lg_static);
	flags = arch_spin_lock(&groups_lock);
	if (grp->lg_listed)
		LIST_REMOVE(grp, lg_link);
	arch_spin_unlock(&groups_lock, flags);
	kext_uncharge(grp->lg_kext, KRES_LOCK, 1);
	kfree(grp);
}

lck_grp_t *
lck_grp_hold(lck_grp_t *grp, enum lock_kind kind)
{
	if (grp == NULL)
		return (NULL);
	__atomic_add_fetch(&grp->lg_refs, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(grp_counter(grp, kind), 1, __ATOMIC_RELAXED);
	grp_list(grp);
	return (grp);
}

void
lck_grp_drop(lck_grp_t *grp, enum lock_kind kind)
{
	if (grp == NULL)
		return;
	__atomic_sub_fetch(grp_counter(grp, kind), 1, __ATOMIC_RELAXED);
	grp_release(grp);
}

lck_grp_t *
lck_grp_alloc_init(const char *name, lck_grp_attr_t *attr)
{
	lck_grp_t *grp = kmalloc(sizeof(*grp), M_WAITOK | M_ZERO);

	if (grp == NULL)
		return (NULL);
	strlcpy(grp->lg_buf, name != NULL ? name : "", sizeof(grp->lg_buf));
	grp->lg_name = grp->lg_buf;
	grp->lg_refs = 1;
	if (attr != NULL)
		grp->lg_flags = attr->ga_flags;
	grp->lg_kext = kext_charge(KRES_LOCK, 1);
	grp_list(grp);
	return (grp);
}

void
lck_grp_free(lck_grp_t *grp)
{
	if (grp != NULL)
		grp_release(grp);
}

void
lck_grp_foreach(void (*fn)(lck_grp_t *, void *), void *arg)
{
	struct __lck_grp *const *p;
	uint64_t flags;
	lck_grp_t *grp;

	LINKER_SET_FOREACH(p, lock_groups)
		grp_list(*p);
	flags = arch_spin_lock(&groups_lock);
	LIST_FOREACH(grp, &groups, lg_link)
		fn(grp, arg);
	arch_spin_unlock(&groups_lock, flags);
}

/* --- attributes ------------------------------------------------------------------- */

lck_grp_attr_t *
lck_grp_attr_alloc_init(void)
{
	return (kmalloc(sizeof(lck_grp_attr_t), M_WAITOK | M_ZERO));
}

void
lck_grp_attr_setdefault(lck_grp_attr_t *attr)
{
	attr->ga_flags = 0;
}

void
lck_grp_attr_setstat(lck_grp_attr_t *attr)
{
	attr->ga_flags |= LCK_GRP_STAT;
}

void
lck_grp_attr_free(lck_grp_attr_t *attr)
{
	kfree(attr);
}

lck_attr_t *
lck_attr_alloc_init(void)
{
	return (kmalloc(sizeof(lck_attr_t), M_WAITOK | M_ZERO));
}

void
lck_attr_setdefault(lck_attr_t *attr)
{
	attr->la_flags = 0;
}

void
lck_attr_setdebug(lck_attr_t *attr)
{
	attr->la_flags |= LCK_ATTR_DEBUG;
}

void
lck_attr_free(lck_attr_t *attr)
{
	kfree(attr);
}
