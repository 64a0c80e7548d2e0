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
 * Makes an attribute object for lock groups, with the defaults.
 * Returns:   the object
 * Ownership: the caller's, ended with lck_grp_attr_free()
 * Context:   thread, may block
 */
lck_grp_attr_t *lck_grp_attr_alloc_init(void);

/*
 * Sets the defaults again.
 * Context:   any thread
 */
void lck_grp_attr_setdefault(lck_grp_attr_t *attr);

/*
 * Makes groups with this attribute keep statistics.
 * Context:   any thread
 */
void lck_grp_attr_setstat(lck_grp_attr_t *attr);

/*
 * Ends an attribute object; groups made with it are not affected.
 * Context:   any thread
 */
void lck_grp_attr_free(lck_grp_attr_t *attr);

/*
 * Makes a lock group; attr may be LCK_GRP_ATTR_NULL.
 * Returns:   the group
 * Ownership: one reference is the caller's, dropped with lck_grp_free();
 *            each lock holds its own; the name is copied
 * Context:   thread, may block
 */
lck_grp_t *lck_grp_alloc_init(const char *grp_name, lck_grp_attr_t *attr);

/*
 * Drops the caller's reference to a group.
 * Context:   any thread
 */
void lck_grp_free(lck_grp_t *grp);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_LOCK_GROUP_H_ */
