/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list of hooks: filters, protocols, controls.
 *
 * Anybody may walk the list, sleep inside a hook, attach and detach (also the
 * hook that is running) at the same time.  The rules that make it work:
 *
 *   - A walker holds a busy reference on the entry it stands at, and no lock.
 *     A busy entry stays linked, so its successor can always be found.
 *   - Detaching makes an entry dead: no walker enters it any more.  It is
 *     unlinked and released when its last walker has left, or at once.
 *   - There is one release path: hl_release(entry), called exactly once per
 *     entry, with no lock held, by the detaching thread or the last leaver.
 *     What it does (detach callback, freeing) is the user's business.
 *
 * Entries are compared by address before they are touched, so a handle that a
 * kext kept too long gives ENOENT and not a crash.
 *
 * Walking:
 *
 *	for (e = hook_first(l); e != NULL; e = hook_next(l, e)) {
 *		... call through the entry's gate ...
 *		if (done) {
 *			hook_leave(l, e);
 *			break;
 *		}
 *	}
 *
 * hook_first_reverse and hook_next_reverse walk from the tail.  An entry
 * attached during a walk may or may not be seen by it; one that stays
 * attached is seen exactly once.
 *
 * hook_list_empty() or hook_list_wanted() is the branch an unhooked path pays.
 */
#ifndef NET_COMMON_HOOK_LIST_H
#define NET_COMMON_HOOK_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "arch/x86_64/cpu.h"

struct hook_list;

enum hook_where {
	HOOK_HEAD,
	HOOK_TAIL
};

enum hook_state {
	HOOK_FREE,		/* not on a list */
	HOOK_LIVE,
	HOOK_DEAD		/* detached, a walker is still inside */
};

/*
 * A hook may want only some of the kinds of calls its list is for (packets
 * in, packets out): bits of the list's user.  A walk for one kind steps over
 * the others under the lock, and hook_list_wanted() says whether there is
 * anybody at all.
 */
#define HOOK_ALL	0xff

/* I set by the owner before it attaches, l the list's lock */
struct hook_entry {
	TAILQ_ENTRY(hook_entry) he_link;	/* l */
	uint32_t	he_busy;		/* l: walkers inside */
	uint8_t		he_state;		/* l: enum hook_state */
	uint8_t		he_kinds;		/* I: wanted; 0: HOOK_ALL */
	uint8_t		he_mask;		/* l: the same, 0 unless live */
};

TAILQ_HEAD(hook_head, hook_entry);

struct hook_list {
	struct arch_spin hl_lock;		/* a leaf lock */
	struct hook_head hl_head;		/* l */
	uint32_t	hl_live;		/* l */
	uint8_t		hl_kinds;		/* l, read without: wanted */
	uint32_t	hl_linked;		/* l: live and dead */
	uint64_t	hl_released;		/* l */
	void		(*hl_release)(struct hook_entry *e);	/* I */
};

void hook_list_init(struct hook_list *l, void (*release)(struct hook_entry *));

/* The list must have no entry left, dead ones included. */
void hook_list_fini(struct hook_list *l);

/*
 * Puts e on the list; it is seen by walks from now on.
 * Returns:   0, or EEXIST if e is on this list already
 * Locks:     takes the list's lock
 */
errno_t hook_attach(struct hook_list *l, struct hook_entry *e,
    enum hook_where where);

/*
 * Makes e dead.  No walk enters it afterwards.  Released at once if no walker
 * is inside, otherwise by the last one.
 * Returns:   0, or ENOENT if e is not on the list or already dead; e is only
 *            compared then, never read
 * Context:   any thread, also from inside the hook; hl_release may run
 * Locks:     none held; takes the list's lock
 */
errno_t hook_detach(struct hook_list *l, struct hook_entry *e);

/* Detaches everything; entries with walkers inside go with the last leaver. */
void hook_detach_all(struct hook_list *l);

/*
 * Walking.  Each returns an entry with a busy reference, or NULL; next gives
 * up the reference on e.  hook_first_after starts behind e, which is not
 * entered, and finds nothing if e has left the list.
 */
struct hook_entry *hook_first_of(struct hook_list *l, uint8_t kind);
struct hook_entry *hook_first_after(struct hook_list *l,
    const struct hook_entry *e, uint8_t kind);
struct hook_entry *hook_next_of(struct hook_list *l, struct hook_entry *e,
    uint8_t kind);
struct hook_entry *hook_first_reverse(struct hook_list *l);
struct hook_entry *hook_next_reverse(struct hook_list *l,
    struct hook_entry *e);
void hook_leave(struct hook_list *l, struct hook_entry *e);

static inline struct hook_entry *
hook_first(struct hook_list *l)
{
	return (hook_first_of(l, HOOK_ALL));
}

static inline struct hook_entry *
hook_next(struct hook_list *l, struct hook_entry *e)
{
	return (hook_next_of(l, e, HOOK_ALL));
}

/*
 * Takes a busy reference on one entry; for users that find entries otherwise.
 * Returns:   false if e is not on the list or dead
 */
bool hook_enter(struct hook_list *l, struct hook_entry *e);

/* Walkers inside e now; a hint unless the caller keeps new ones out. */
static inline uint32_t
hook_busy(const struct hook_entry *e)
{
	return (__atomic_load_n(&e->he_busy, __ATOMIC_RELAXED));
}

static inline bool
hook_dead(const struct hook_entry *e)
{
	return (__atomic_load_n(&e->he_state, __ATOMIC_RELAXED) == HOOK_DEAD);
}

static inline bool
hook_list_wanted(const struct hook_list *l, uint8_t kind)
{
	return (__builtin_expect((__atomic_load_n(&l->hl_kinds,
	    __ATOMIC_RELAXED) & kind) != 0, 0));
}

static inline bool
hook_list_empty(const struct hook_list *l)
{
	return (!hook_list_wanted(l, HOOK_ALL));
}

/* Debug builds: panics if the list contradicts itself. */
void hook_list_check(struct hook_list *l);

#endif
