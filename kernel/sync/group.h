/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lock groups, inside kernel/sync: names and figures of the locks of one
 * purpose.
 */
#ifndef KERNEL_SYNC_GROUP_H
#define KERNEL_SYNC_GROUP_H

#include "kernel/sync/lock.h"

enum lock_kind { LOCK_MTX, LOCK_RW, LOCK_SPIN };

/* A lock joins its group / leaves it (grp may be NULL); returns grp. */
lck_grp_t *lck_grp_hold(lck_grp_t *grp, enum lock_kind kind);
void lck_grp_drop(lck_grp_t *grp, enum lock_kind kind);

static inline const char *
lck_grp_name(const lck_grp_t *grp)
{
	return (grp != NULL ? grp->lg_name : "?");
}

/* Figures; the counts are exact on one CPU and good enough on more. */
static inline void
lck_grp_acquired(lck_grp_t *grp)
{
	if (grp != NULL)
		grp->lg_acquired++;
}

static inline void
lck_grp_contended(lck_grp_t *grp)
{
	if (grp != NULL)
		grp->lg_contended++;
}

#endif /* KERNEL_SYNC_GROUP_H */
