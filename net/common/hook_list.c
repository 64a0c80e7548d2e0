/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hook lists: see hook_list.h for the rules.
 *
 * Every operation is one critical section of the list's spin lock.  What has
 * to be released is returned out of the critical section and released after
 * it, by hook_release() and nothing else.
 */
#include "net/common/hook_list.h"

#include <kern/debug.h>
#include <sys/errno.h>

#include "kernel/kassert.h"

void
hook_list_init(struct hook_list *l, void (*release)(struct hook_entry *))
{
	l->hl_lock = (struct arch_spin)ARCH_SPIN_INIT;
	TAILQ_INIT(&l->hl_head);
	l->hl_live = 0;
	l->hl_linked = 0;
	l->hl_released = 0;
	l->hl_release = release;
}

void
hook_list_fini(struct hook_list *l)
{
	VERIFY(TAILQ_EMPTY(&l->hl_head) && l->hl_linked == 0);
}

/* With the lock held: e by address, NULL if it is not linked. */
static struct hook_entry *
hook_find(struct hook_list *l, const struct hook_entry *e)
{
	struct hook_entry *p;

	TAILQ_FOREACH(p, &l->hl_head, he_link)
		if (p == e)
			break;
	return (p);
}

/* With the lock held: unlinks e if nobody needs it; true: release it now. */
static bool
hook_reap(struct hook_list *l, struct hook_entry *e)
{
	if (e->he_state != HOOK_DEAD || e->he_busy != 0)
		return (false);
	TAILQ_REMOVE(&l->hl_head, e, he_link);
	e->he_state = HOOK_FREE;
	l->hl_linked--;
	l->hl_released++;
	return (true);
}

/* The one release path; no lock held. */
static void
hook_release(struct hook_list *l, struct hook_entry *e)
{
	l->hl_release(e);
}

errno_t
hook_attach(struct hook_list *l, struct hook_entry *e, enum hook_where where)
{
	uint64_t flags;
	errno_t error = 0;

	flags = arch_spin_lock(&l->hl_lock);
	if (hook_find(l, e) != NULL) {
		error = EEXIST;
	} else {
		e->he_busy = 0;
		e->he_state = HOOK_LIVE;
		if (where == HOOK_HEAD)
			TAILQ_INSERT_HEAD(&l->hl_head, e, he_link);
		else
			TAILQ_INSERT_TAIL(&l->hl_head, e, he_link);
		l->hl_linked++;
		l->hl_live++;
	}
	arch_spin_unlock(&l->hl_lock, flags);
	return (error);
}

errno_t
hook_detach(struct hook_list *l, struct hook_entry *e)
{
	uint64_t flags;
	errno_t error = 0;
	bool gone = false;

	flags = arch_spin_lock(&l->hl_lock);
	if (hook_find(l, e) == NULL || e->he_state != HOOK_LIVE) {
		error = ENOENT;
	} else {
		e->he_state = HOOK_DEAD;
		l->hl_live--;
		gone = hook_reap(l, e);
	}
	arch_spin_unlock(&l->hl_lock, flags);
	if (gone)
		hook_release(l, e);
	return (error);
}

void
hook_detach_all(struct hook_list *l)
{
	uint64_t flags;
	struct hook_entry *e;
	bool gone;

	for (;;) {
		gone = false;
		flags = arch_spin_lock(&l->hl_lock);
		TAILQ_FOREACH(e, &l->hl_head, he_link)
			if (e->he_state == HOOK_LIVE)
				break;
		if (e != NULL) {
			e->he_state = HOOK_DEAD;
			l->hl_live--;
			gone = hook_reap(l, e);
		}
		arch_spin_unlock(&l->hl_lock, flags);
		if (e == NULL)
			break;
		if (gone)
			hook_release(l, e);
	}
}

/*
 * One step of a walk: takes a reference on the first live entry at or behind
 * `to`, in the given direction, and gives up the one on `from`.
 */
static struct hook_entry *
hook_step(struct hook_list *l, struct hook_entry *from, struct hook_entry *to,
    bool reverse, bool *gone)
{
	while (to != NULL && to->he_state != HOOK_LIVE)
		to = reverse ? TAILQ_PREV(to, hook_head, he_link) :
		    TAILQ_NEXT(to, he_link);
	if (to != NULL)
		to->he_busy++;
	if (from != NULL) {
		KASSERT(from->he_busy > 0, ("hook %p left twice",
		    (void *)from));
		from->he_busy--;
		*gone = hook_reap(l, from);
	}
	return (to);
}

struct hook_entry *
hook_first(struct hook_list *l)
{
	uint64_t flags;
	struct hook_entry *to;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_step(l, NULL, TAILQ_FIRST(&l->hl_head), false, NULL);
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_first_reverse(struct hook_list *l)
{
	uint64_t flags;
	struct hook_entry *to;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_step(l, NULL, TAILQ_LAST(&l->hl_head, hook_head), true,
	    NULL);
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_first_after(struct hook_list *l, const struct hook_entry *e)
{
	uint64_t flags;
	struct hook_entry *p, *to = NULL;

	flags = arch_spin_lock(&l->hl_lock);
	p = hook_find(l, e);
	if (p != NULL)
		to = hook_step(l, NULL, TAILQ_NEXT(p, he_link), false, NULL);
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_next(struct hook_list *l, struct hook_entry *e)
{
	uint64_t flags;
	struct hook_entry *to;
	bool gone;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_step(l, e, TAILQ_NEXT(e, he_link), false, &gone);
	arch_spin_unlock(&l->hl_lock, flags);
	if (gone)
		hook_release(l, e);
	return (to);
}

struct hook_entry *
hook_next_reverse(struct hook_list *l, struct hook_entry *e)
{
	uint64_t flags;
	struct hook_entry *to;
	bool gone;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_step(l, e, TAILQ_PREV(e, hook_head, he_link), true, &gone);
	arch_spin_unlock(&l->hl_lock, flags);
	if (gone)
		hook_release(l, e);
	return (to);
}

void
hook_leave(struct hook_list *l, struct hook_entry *e)
{
	uint64_t flags;
	bool gone;

	flags = arch_spin_lock(&l->hl_lock);
	(void)hook_step(l, e, NULL, false, &gone);
	arch_spin_unlock(&l->hl_lock, flags);
	if (gone)
		hook_release(l, e);
}

bool
hook_enter(struct hook_list *l, struct hook_entry *e)
{
	uint64_t flags;
	bool ok;

	flags = arch_spin_lock(&l->hl_lock);
	ok = hook_find(l, e) != NULL && e->he_state == HOOK_LIVE;
	if (ok)
		e->he_busy++;
	arch_spin_unlock(&l->hl_lock, flags);
	return (ok);
}

void
hook_list_check(struct hook_list *l)
{
	uint64_t flags;
	struct hook_entry *e;
	uint32_t live = 0, linked = 0;

	flags = arch_spin_lock(&l->hl_lock);
	TAILQ_FOREACH(e, &l->hl_head, he_link) {
		linked++;
		if (e->he_state == HOOK_LIVE)
			live++;
		else
			VERIFY(e->he_state == HOOK_DEAD && e->he_busy > 0);
	}
	VERIFY(live == l->hl_live && linked == l->hl_linked);
	arch_spin_unlock(&l->hl_lock, flags);
}
