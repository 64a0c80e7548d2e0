/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/locks.h>: mutexes, reader/writer locks and spin locks.
 *
 * A mutex or reader/writer lock may sleep and is not recursive. While a spin
 * lock is held nothing may block. The lock types are incomplete: a kext
 * allocates its locks and keeps pointers.
 */
#ifndef _KERN_LOCKS_H_
#define _KERN_LOCKS_H_

#include <kern/lock_group.h>
#include <kern/kern_types.h>
#include <kern/assert.h>

#define LCK_ATTR_NULL		((lck_attr_t *)0)

typedef unsigned int		lck_sleep_action_t;
typedef unsigned int		lck_rw_type_t;

#define LCK_SLEEP_DEFAULT	0x00	/* take the lock again as it was */
#define LCK_SLEEP_UNLOCK	0x01	/* return with the lock released */
#define LCK_SLEEP_SHARED	0x02	/* take a reader/writer lock shared */
#define LCK_SLEEP_EXCLUSIVE	0x04	/* ... or exclusive */
#define LCK_SLEEP_SPIN		0x08
#define LCK_SLEEP_PROMOTED_PRI	0x10
#define LCK_SLEEP_SPIN_ALWAYS	0x20
#define LCK_SLEEP_MASK		0x3f

#define LCK_RW_TYPE_SHARED	0x01
#define LCK_RW_TYPE_EXCLUSIVE	0x02

#define LCK_MTX_ASSERT_OWNED	0x01
#define LCK_MTX_ASSERT_NOTOWNED	0x02
#define LCK_MTX_ASSERT(lck, type)	lck_mtx_assert((lck), (type))

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Lock attribute object.
 */
lck_attr_t *lck_attr_alloc_init(void);

/*
 * Defaults.
 */
void lck_attr_setdefault(lck_attr_t *attr);

/*
 * Debug checks.
 */
void lck_attr_setdebug(lck_attr_t *attr);

/*
 * Frees.
 */
void lck_attr_free(lck_attr_t *attr);

/*
 * New blocking mutex; grp required, attr may be LCK_ATTR_NULL. NULL on no
 * memory.
 */
lck_mtx_t *lck_mtx_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * In-place.
 */
void lck_mtx_init(lck_mtx_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * Not recursive: relocking by the owner panics. May sleep.
 */
void lck_mtx_lock(lck_mtx_t *lck);

/*
 * By the owner only.
 */
void lck_mtx_unlock(lck_mtx_t *lck);

/*
 * TRUE when taken.
 */
boolean_t lck_mtx_try_lock(lck_mtx_t *lck);

/*
 * Takes it spinning; convert before sleeping.
 */
void lck_mtx_lock_spin(lck_mtx_t *lck);

/*
 * Spin-held to full mutex.
 */
void lck_mtx_convert_spin(lck_mtx_t *lck);

/*
 * In-place end.
 */
void lck_mtx_destroy(lck_mtx_t *lck, lck_grp_t *grp);

/*
 * Destroys and frees; must be unlocked.
 */
void lck_mtx_free(lck_mtx_t *lck, lck_grp_t *grp);

/*
 * Releases and sleeps on event; wait_result.
 */
wait_result_t lck_mtx_sleep(lck_mtx_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible);

/*
 * With absolute deadline: THREAD_TIMED_OUT.
 */
wait_result_t lck_mtx_sleep_deadline(lck_mtx_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Panics when ownership differs (LCK_MTX_ASSERT_OWNED 1 / NOTOWNED 2).
 * unsupported bundle.
 */
void lck_mtx_assert(lck_mtx_t *lck, unsigned int type);

/*
 * Reader/writer lock.
 */
lck_rw_t *lck_rw_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * In-place.
 */
void lck_rw_init(lck_rw_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * type LCK_RW_TYPE_SHARED 1 / EXCLUSIVE 2.
 */
void lck_rw_lock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Same type.
 */
void lck_rw_unlock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Several readers; a waiting writer blocks new readers.
 */
void lck_rw_lock_shared(lck_rw_t *lck);

/*
 * Standard meaning, no surprises.
 */
void lck_rw_unlock_shared(lck_rw_t *lck);

/*
 * Single writer, not recursive.
 */
void lck_rw_lock_exclusive(lck_rw_t *lck);

/*
 * Standard meaning, no surprises.
 */
void lck_rw_unlock_exclusive(lck_rw_t *lck);

/*
 * TRUE upgraded; FALSE: lock was LOST entirely.
 */
boolean_t lck_rw_lock_shared_to_exclusive(lck_rw_t *lck);

/*
 * Downgrade.
 */
void lck_rw_lock_exclusive_to_shared(lck_rw_t *lck);

/*
 * TRUE when taken.
 */
boolean_t lck_rw_try_lock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Releases whichever type is held, returns it. unsupported bundle.
 */
lck_rw_type_t lck_rw_done(lck_rw_t *lck);

/*
 * Standard meaning, no surprises.
 */
void lck_rw_destroy(lck_rw_t *lck, lck_grp_t *grp);

/*
 * Standard meaning, no surprises.
 */
void lck_rw_free(lck_rw_t *lck, lck_grp_t *grp);

/*
 * Sleep dropping it.
 */
wait_result_t lck_rw_sleep(lck_rw_t *lck, lck_sleep_action_t lck_sleep_action,
    event_t event, wait_interrupt_t interruptible);

/*
 * With deadline.
 */
wait_result_t lck_rw_sleep_deadline(lck_rw_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Spin lock: preemption off while held; no blocking call allowed.
 */
lck_spin_t *lck_spin_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * In-place.
 */
void lck_spin_init(lck_spin_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * Standard meaning, no surprises.
 */
void lck_spin_lock(lck_spin_t *lck);

/*
 * Standard meaning, no surprises.
 */
void lck_spin_unlock(lck_spin_t *lck);

/*
 * TRUE when taken.
 */
boolean_t lck_spin_try_lock(lck_spin_t *lck);

/*
 * Standard meaning, no surprises.
 */
void lck_spin_destroy(lck_spin_t *lck, lck_grp_t *grp);

/*
 * Standard meaning, no surprises.
 */
void lck_spin_free(lck_spin_t *lck, lck_grp_t *grp);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_LOCKS_H_ */
