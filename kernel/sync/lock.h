/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks: the structures behind the KPI's types (<kern/locks.h>).
 *
 * Kernel code embeds them and uses the KPI calls:
 *
 *	lck_mtx_t x_lock;
 *	lck_mtx_init(&x->x_lock, &x_grp, LCK_ATTR_NULL);
 *
 * with a group of its own (LOCK_GROUP below).  Three kinds:
 *
 *   lck_spin  interrupts and preemption off while held; no blocking call.
 *             The only kind an interrupt handler may take.
 *   lck_mtx   blocks; one owner, not recursive; the owner inherits the
 *             priority of the threads that wait.
 *   lck_rw    blocks; many readers or one writer; a waiting writer stops new
 *             readers; up- and downgrade.
 *
 * Debug builds remember what each thread holds and the order of groups, and
 * complain about a reversal, about blocking with a spin lock held, about a
 * lock taken in an interrupt, twice, or released by another thread.
 */
#ifndef KERNEL_SYNC_LOCK_H
#define KERNEL_SYNC_LOCK_H

#include <sys/queue.h>
#include <sys/types.h>

#include <kern/locks.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/layout.h"
#include "kernel/linker_set.h"
#include "kernel/sched/wait.h"
#include "kernel/sync/annotate.h"
#include "kernel/sync/rwstate.h"

struct kext;
struct thread;

#define LCK_GRP_NAME_MAX 64

struct __lck_grp_attr {
	uint32_t ga_flags;		/* LCK_GRP_STAT */
};
#define LCK_GRP_STAT	0x1

struct __lck_attr {
	uint32_t la_flags;
};
#define LCK_ATTR_DEBUG	0x1

struct __lck_grp {
	const char *lg_name;		/* I: points to lg_buf or a literal */
	char lg_buf[LCK_GRP_NAME_MAX];
	unsigned lg_refs;		/* a: creator and each lock */
	unsigned lg_flags;		/* I */
	int lg_class;			/* a: lockcheck's number, 0 = none yet */
	bool lg_static;			/* I: never freed */
	bool lg_listed;			/* g: in the list of groups */
	struct kext *lg_kext;		/* I: charged for it */
	LIST_ENTRY(__lck_grp) lg_link;	/* g */
	uint64_t lg_acquired;		/* a: statistics */
	uint64_t lg_contended;		/* a */
	unsigned lg_mtx, lg_rw, lg_spin; /* a: locks alive by kind */
};

/* A static group: LOCK_GROUP(so_grp, "socket"); */
#define LOCK_GROUP(var, name)						\
	struct __lck_grp var = { .lg_name = (name), .lg_refs = 1,	\
	    .lg_static = true };					\
	LINKER_SET_ADD(lock_groups, struct __lck_grp, &var)

struct CAPABILITY("mutex") __lck_spin {
	volatile uint32_t ls_locked;
	uint32_t ls_flags;
	struct thread *ls_owner;	/* while held */
	lck_grp_t *ls_grp;		/* I */
};
#define LCK_SPIN_INITIALIZER(grp) { .ls_grp = &(grp) }

struct CAPABILITY("mutex") __lck_mtx {
	LAYOUT_PAD
	volatile uintptr_t m_owner;	/* thread, or-ed with MTX_WAITERS */
	struct waitq m_wq;		/* s: sleepers */
	LIST_ENTRY(__lck_mtx) m_contended; /* s: in the owner's t_contended */
	lck_grp_t *m_grp;		/* I */
	uint32_t m_magic;		/* I */
	bool m_listed;			/* s: m_contended is linked */
};
#define MTX_WAITERS	((uintptr_t)1)
#define MTX_MAGIC	0x4d545821u
#define LCK_MTX_INITIALIZER(var, grp)					\
	{ .m_wq = WAITQ_INITIALIZER((var).m_wq), .m_grp = &(grp),	\
	    .m_magic = MTX_MAGIC }

struct CAPABILITY("mutex") __lck_rw {
	LAYOUT_PAD
	volatile uint32_t rw_word;	/* spin bit, protects the rest */
	uint32_t rw_magic;		/* I */
	struct rw_state rw_state;
	struct thread *rw_writer;	/* exclusive holder */
	struct waitq rw_rq;		/* readers waiting */
	struct waitq rw_wq;		/* writers waiting */
	struct waitq rw_uq;		/* the upgrader */
	lck_grp_t *rw_grp;		/* I */
};
#define RW_MAGIC	0x52574c21u
#define LCK_RW_INITIALIZER(var, grp)					\
	{ .rw_magic = RW_MAGIC,						\
	    .rw_rq = WAITQ_INITIALIZER((var).rw_rq),			\
	    .rw_wq = WAITQ_INITIALIZER((var).rw_wq),			\
	    .rw_uq = WAITQ_INITIALIZER((var).rw_uq), .rw_grp = &(grp) }

/* True when the calling thread holds the lock. */
bool lck_mtx_owned(lck_mtx_t *lck);
bool lck_spin_owned(lck_spin_t *lck);
bool lck_rw_owned_exclusive(lck_rw_t *lck);

#define LCK_RW_ASSERT_SHARED	1
#define LCK_RW_ASSERT_EXCLUSIVE	2
#define LCK_RW_ASSERT_HELD	3
void lck_rw_assert(lck_rw_t *lck, unsigned type);

/* Priority t should run with: its own or that of the best thread it holds up. */
int lck_mtx_inherited(struct thread *t);

/* Walks the listed groups, for `lockstat`; fn is called with the list locked. */
void lck_grp_foreach(void (*fn)(lck_grp_t *, void *), void *arg);

/* --- lockcheck (INVARIANTS), called by the lock code -------------------------- */
#ifdef INVARIANTS
void lockcheck_acquire(const void *lock, lck_grp_t *grp, bool blocking);
void lockcheck_release(const void *lock);
void lockcheck_block(const char *what);
bool lockcheck_held(const void *lock);
unsigned lockcheck_reversals(void);
#else
#define lockcheck_acquire(lock, grp, blocking)	((void)0)
#define lockcheck_release(lock)			((void)0)
#define lockcheck_block(what)			((void)0)
#define lockcheck_reversals()			0u
#endif

#endif /* KERNEL_SYNC_LOCK_H */
