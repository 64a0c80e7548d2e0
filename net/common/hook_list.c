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
	l->hl_kinds = 0;
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

/* With the lock held: e is dead from now on; true: release it now. */
static bool
hook_kill(struct hook_list *l, struct hook_entry *e)
{
	struct hook_entry *p;

	e->he_state = HOOK_DEAD;
	e->he_mask = 0;
	l->hl_live--;
	l->hl_kinds = 0;
	TAILQ_FOREACH(p, &l->hl_head, he_link)
		l->hl_kinds |= p->he_mask;
	return (hook_reap(l, e));
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
		e->he_mask = e->he_kinds != 0 ? e->he_kinds : HOOK_ALL;
		if (where == HOOK_HEAD)
			TAILQ_INSERT_HEAD(&l->hl_head, e, he_link);
		else
			TAILQ_INSERT_TAIL(&l->hl_head, e, he_link);
		l->hl_linked++;
		l->hl_live++;
		l->hl_kinds |= e->he_mask;
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
		gone = hook_kill(l, e);
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
		if (e != NULL)
			gone = hook_kill(l, e);
		arch_spin_unlock(&l->hl_lock, flags);
		if (e == NULL)
			break;
		if (gone)
			hook_release(l, e);
	}
}

/*
 * A walk takes and gives up its references here; these are on the path of
 * every packet.  With the lock held: a reference on the first live entry of
 * the kind at or behind `to`.
 */
static inline struct hook_entry *
hook_take(struct hook_entry *to, uint8_t kind)
{
	while (to != NULL && (to->he_mask & kind) == 0)
		to = TAILQ_NEXT(to, he_link);
	if (to != NULL)
		to->he_busy++;
	return (to);
}

static inline struct hook_entry *
hook_take_reverse(struct hook_entry *to)
{
	while (to != NULL && to->he_state != HOOK_LIVE)
		to = TAILQ_PREV(to, hook_head, he_link);
	if (to != NULL)
		to->he_busy++;
	return (to);
}

/* With the lock held: gives up a reference; true: release it now. */
static inline bool
hook_drop(struct hook_list *l, struct hook_entry *e)
{
	KASSERT(e->he_busy > 0, ("hook %p left twice", (void *)e));
	e->he_busy--;
	return (__builtin_expect(e->he_state == HOOK_DEAD, 0) &&
	    hook_reap(l, e));
}

struct hook_entry *
hook_first_of(struct hook_list *l, uint8_t kind)
{
	uint64_t flags;
	struct hook_entry *to;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_take(TAILQ_FIRST(&l->hl_head), kind);
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_first_reverse(struct hook_list *l)
{
	uint64_t flags;
	struct hook_entry *to;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_take_reverse(TAILQ_LAST(&l->hl_head, hook_head));
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_first_after(struct hook_list *l, const struct hook_entry *e,
    uint8_t kind)
{
	uint64_t flags;
	struct hook_entry *p, *to = NULL;

	flags = arch_spin_lock(&l->hl_lock);
	p = hook_find(l, e);
	if (p != NULL)
		to = hook_take(TAILQ_NEXT(p, he_link), kind);
	arch_spin_unlock(&l->hl_lock, flags);
	return (to);
}

struct hook_entry *
hook_next_of(struct hook_list *l, struct hook_entry *e, uint8_t kind)
{
	uint64_t flags;
	struct hook_entry *to;
	bool gone;

	flags = arch_spin_lock(&l->hl_lock);
	to = hook_take(TAILQ_NEXT(e, he_link), kind);
	gone = hook_drop(l, e);
	arch_spin_unlock(&l->hl_lock, flags);
	if (__builtin_expect(gone, 0))
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
	to = hook_take_reverse(TAILQ_PREV(e, hook_head, he_link));
	gone = hook_drop(l, e);
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
	gone = hook_drop(l, e);
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
	uint8_t kinds = 0;

	flags = arch_spin_lock(&l->hl_lock);
	TAILQ_FOREACH(e, &l->hl_head, he_link) {
		linked++;
		kinds |= e->he_mask;
		if (e->he_state == HOOK_LIVE)
			live++;
		else
			VERIFY(e->he_state == HOOK_DEAD && e->he_busy > 0 &&
			    e->he_mask == 0);
	}
	VERIFY(live == l->hl_live && linked == l->hl_linked &&
	    kinds == l->hl_kinds);
	arch_spin_unlock(&l->hl_lock, flags);
}
