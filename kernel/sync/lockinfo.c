/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshot of the lock groups (lockinfo.h).
 */
#include "kernel/sync/lockinfo.h"

#include <sys/errno.h>
#include <string.h>

#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"

#define GROUPS_MAX	256

struct list {
	struct lock_info *l_info;
	size_t l_n;
};

static void
add_group(lck_grp_t *grp, void *arg)
{
	struct list *l = arg;
	struct lock_info *li = &l->l_info[l->l_n];

	if (l->l_n == GROUPS_MAX)
		return;
	l->l_n++;
	strlcpy(li->li_name, grp->lg_name, sizeof(li->li_name));
	li->li_mtx = grp->lg_mtx;
	li->li_rw = grp->lg_rw;
	li->li_spin = grp->lg_spin;
	li->li_acquired = grp->lg_acquired;
	li->li_contended = grp->lg_contended;
}

int
lockinfo_list(struct lock_info **out, size_t *n)
{
	struct list l = { .l_n = 0 };

	l.l_info = kmalloc(GROUPS_MAX * sizeof(*l.l_info), M_WAITOK | M_ZERO);
	if (l.l_info == NULL)
		return (ENOMEM);
	lck_grp_foreach(add_group, &l);
	*out = l.l_info;
	*n = l.l_n;
	return (0);
}
