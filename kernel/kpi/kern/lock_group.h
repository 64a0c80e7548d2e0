/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/lock_group.h>: lock groups: a name and the statistics of the locks
 * that belong together.
 *
 * A lock belongs to one group for its life.
 */
#ifndef _KERN_LOCK_GROUP_H_
#define _KERN_LOCK_GROUP_H_

#include <mach/mach_types.h>
#include <string.h>
#include <kern/kern_types.h>

#define LCK_GRP_NULL		((lck_grp_t *)0)
#define LCK_GRP_ATTR_NULL	((lck_grp_attr_t *)0)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Attribute object with defaults.
 */
lck_grp_attr_t *lck_grp_attr_alloc_init(void);

/*
 * Back to defaults.
 */
void lck_grp_attr_setdefault(lck_grp_attr_t *attr);

/*
 * Enables statistics.
 */
void lck_grp_attr_setstat(lck_grp_attr_t *attr);

/*
 * Frees.
 */
void lck_grp_attr_free(lck_grp_attr_t *attr);

/*
 * Named lock group, one reference.
 */
lck_grp_t *lck_grp_alloc_init(const char *grp_name, lck_grp_attr_t *attr);

/*
 * Drops a reference (locks hold their own).
 */
void lck_grp_free(lck_grp_t *grp);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_LOCK_GROUP_H_ */
