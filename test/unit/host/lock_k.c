/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks on the host: one thread, so a lock that is taken twice, released
 * without being held or destroyed while held is a mistake and aborts.
 */
#include "kernel/sync/lock.h"

#include <kern/debug.h>
#include <string.h>

#include "kernel/mm/kmem.h"

#define HELD	((uintptr_t)0x10)

void
lck_mtx_init(lck_mtx_t *l, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	memset(l, 0, sizeof(*l));
	l->m_grp = grp;
	l->m_magic = MTX_MAGIC;
}

void
lck_mtx_lock(lck_mtx_t *l)
{
	if (l->m_magic != MTX_MAGIC)
		panic("mutex %p is none", (void *)l);
	if (l->m_owner != 0)
		panic("mutex %p (%s) taken twice", (void *)l,
		    l->m_grp != NULL ? l->m_grp->lg_name : "?");
	l->m_owner = HELD;
}

boolean_t
lck_mtx_try_lock(lck_mtx_t *l)
{
	if (l->m_owner != 0)
		return false;
	l->m_owner = HELD;
	return true;
}

void
lck_mtx_unlock(lck_mtx_t *l)
{
	if (l->m_owner == 0)
		panic("mutex %p released but not held", (void *)l);
	l->m_owner = 0;
}

bool
lck_mtx_owned(lck_mtx_t *l)
{
	return l->m_owner != 0;
}

void
lck_mtx_assert(lck_mtx_t *l, unsigned int type)
{
	if ((type == LCK_MTX_ASSERT_OWNED) != (l->m_owner != 0))
		panic("mutex %p: assertion %u", (void *)l, type);
}

void
lck_mtx_destroy(lck_mtx_t *l, lck_grp_t *grp)
{
	(void)grp;
	if (l->m_owner != 0)
		panic("mutex %p destroyed while held", (void *)l);
	l->m_magic = 0;
}

lck_mtx_t *
lck_mtx_alloc_init(lck_grp_t *grp, lck_attr_t *attr)
{
	lck_mtx_t *l = kmalloc(sizeof(*l), M_WAITOK);

	lck_mtx_init(l, grp, attr);
	return l;
}

void
lck_mtx_free(lck_mtx_t *l, lck_grp_t *grp)
{
	lck_mtx_destroy(l, grp);
	kfree(l);
}

void
lck_spin_init(lck_spin_t *l, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	memset(l, 0, sizeof(*l));
	l->ls_grp = grp;
}

void
lck_spin_lock(lck_spin_t *l)
{
	if (l->ls_locked)
		panic("spin lock %p taken twice", (void *)l);
	l->ls_locked = 1;
}

boolean_t
lck_spin_try_lock(lck_spin_t *l)
{
	if (l->ls_locked)
		return false;
	l->ls_locked = 1;
	return true;
}

void
lck_spin_unlock(lck_spin_t *l)
{
	if (!l->ls_locked)
		panic("spin lock %p released but not held", (void *)l);
	l->ls_locked = 0;
}

bool
lck_spin_owned(lck_spin_t *l)
{
	return l->ls_locked != 0;
}

void
lck_spin_destroy(lck_spin_t *l, lck_grp_t *grp)
{
	(void)grp;
	if (l->ls_locked)
		panic("spin lock %p destroyed while held", (void *)l);
}

void
lck_rw_init(lck_rw_t *l, lck_grp_t *grp, lck_attr_t *attr)
{
	(void)attr;
	memset(l, 0, sizeof(*l));
	l->rw_grp = grp;
	l->rw_magic = RW_MAGIC;
}

void
lck_rw_lock_shared(lck_rw_t *l)
{
	if (l->rw_writer != NULL)
		panic("rw lock %p: shared while exclusive", (void *)l);
	l->rw_word++;
}

void
lck_rw_unlock_shared(lck_rw_t *l)
{
	if (l->rw_word == 0)
		panic("rw lock %p: not held shared", (void *)l);
	l->rw_word--;
}

void
lck_rw_lock_exclusive(lck_rw_t *l)
{
	if (l->rw_writer != NULL || l->rw_word != 0)
		panic("rw lock %p taken twice", (void *)l);
	l->rw_writer = (struct thread *)HELD;
}

void
lck_rw_unlock_exclusive(lck_rw_t *l)
{
	if (l->rw_writer == NULL)
		panic("rw lock %p: not held exclusive", (void *)l);
	l->rw_writer = NULL;
}

void
lck_rw_lock(lck_rw_t *l, lck_rw_type_t type)
{
	if (type == LCK_RW_TYPE_SHARED)
		lck_rw_lock_shared(l);
	else
		lck_rw_lock_exclusive(l);
}

void
lck_rw_unlock(lck_rw_t *l, lck_rw_type_t type)
{
	if (type == LCK_RW_TYPE_SHARED)
		lck_rw_unlock_shared(l);
	else
		lck_rw_unlock_exclusive(l);
}

bool
lck_rw_owned_exclusive(lck_rw_t *l)
{
	return l->rw_writer != NULL;
}

void
lck_rw_assert(lck_rw_t *l, unsigned type)
{
	bool shared = l->rw_word > 0, excl = l->rw_writer != NULL;

	if ((type == LCK_RW_ASSERT_SHARED && !shared) ||
	    (type == LCK_RW_ASSERT_EXCLUSIVE && !excl) || !(shared || excl))
		panic("rw lock %p: assertion %u", (void *)l, type);
}

void
lck_rw_destroy(lck_rw_t *l, lck_grp_t *grp)
{
	(void)grp;
	if (l->rw_writer != NULL || l->rw_word != 0)
		panic("rw lock %p destroyed while held", (void *)l);
}

lck_grp_t *
lck_grp_alloc_init(const char *name, lck_grp_attr_t *attr)
{
	lck_grp_t *g = kmalloc(sizeof(*g), M_WAITOK | M_ZERO);

	(void)attr;
	g->lg_name = name;
	return g;
}

void
lck_grp_free(lck_grp_t *g)
{
	kfree(g);
}
