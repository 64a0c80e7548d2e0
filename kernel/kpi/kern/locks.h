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
 * Makes an attribute object for locks, with the defaults.
 * Returns:   the object
 * Ownership: the caller's, ended with lck_attr_free()
 * Context:   thread, may block
 */
lck_attr_t *lck_attr_alloc_init(void);

/*
 * Sets the defaults again.
 * Context:   any thread
 */
void lck_attr_setdefault(lck_attr_t *attr);

/*
 * Asks for checks in locks made with this attribute; every lock has them
 * here.
 * Context:   any thread
 */
void lck_attr_setdebug(lck_attr_t *attr);

/*
 * Ends an attribute object; locks made with it are not affected.
 * Context:   any thread
 */
void lck_attr_free(lck_attr_t *attr);

/*
 * Makes a mutex; attr may be LCK_ATTR_NULL.
 * Returns:   the mutex, or NULL without memory
 * Ownership: the caller's, ended with lck_mtx_free()
 * Context:   thread, may block
 */
lck_mtx_t *lck_mtx_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * Makes a mutex of memory the caller has.
 * Ownership: ended with lck_mtx_destroy()
 * Context:   thread
 */
void lck_mtx_init(lck_mtx_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * Takes a mutex; a thread that has it already panics.
 * Context:   thread, may block
 * Locks:     no spin lock held; returns with lck held
 */
void lck_mtx_lock(lck_mtx_t *lck);

/*
 * Gives a mutex back.
 * Context:   the thread that has it
 * Locks:     releases lck
 */
void lck_mtx_unlock(lck_mtx_t *lck);

/*
 * Takes a mutex if nobody has it.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   thread
 */
boolean_t lck_mtx_try_lock(lck_mtx_t *lck);

/*
 * Takes a mutex for a short section that does not block; convert it before
 * blocking.
 * Context:   thread, may block
 * Locks:     returns with lck held
 */
void lck_mtx_lock_spin(lck_mtx_t *lck);

/*
 * Takes a mutex as lck_mtx_lock_spin() does, if nobody has it.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   thread
 */
boolean_t lck_mtx_try_lock_spin(lck_mtx_t *lck);

/*
 * Makes a mutex taken with lck_mtx_lock_spin() an ordinarily held one.
 * Context:   the thread that has it
 * Locks:     lck held
 */
void lck_mtx_convert_spin(lck_mtx_t *lck);

/*
 * Ends a mutex of lck_mtx_init(), which nobody may hold.
 * Context:   thread
 */
void lck_mtx_destroy(lck_mtx_t *lck, lck_grp_t *grp);

/*
 * Ends a mutex of lck_mtx_alloc_init(), which nobody may hold, and frees it.
 * Context:   thread
 */
void lck_mtx_free(lck_mtx_t *lck, lck_grp_t *grp);

/*
 * Releases a mutex and waits for an event, in one step.
 * Returns:   THREAD_AWAKENED, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 */
wait_result_t lck_mtx_sleep(lck_mtx_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible);

/*
 * lck_mtx_sleep() with an end.
 * Returns:   THREAD_AWAKENED, THREAD_TIMED_OUT, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 * Units:     deadline in absolute time
 */
wait_result_t lck_mtx_sleep_deadline(lck_mtx_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Panics unless the current thread has the mutex, or has it not, as type
 * says.
 * Context:   thread
 */
void lck_mtx_assert(lck_mtx_t *lck, unsigned int type);

/*
 * Makes a reader/writer lock; attr may be LCK_ATTR_NULL.
 * Returns:   the lock, or NULL without memory
 * Ownership: the caller's, ended with lck_rw_free()
 * Context:   thread, may block
 */
lck_rw_t *lck_rw_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * Makes a reader/writer lock of memory the caller has.
 * Ownership: ended with lck_rw_destroy()
 * Context:   thread
 */
void lck_rw_init(lck_rw_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * Takes the lock shared or exclusive.
 * Context:   thread, may block
 * Locks:     no spin lock held; returns with lck held
 */
void lck_rw_lock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Gives the lock back, which was taken in this way.
 * Context:   the thread that has it
 * Locks:     releases lck
 */
void lck_rw_unlock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Takes the lock beside other readers; a waiting writer keeps new readers
 * out.
 * Context:   thread, may block
 * Locks:     no spin lock held; returns with lck held
 */
void lck_rw_lock_shared(lck_rw_t *lck);

/*
 * Gives a lock held shared back.
 * Context:   the thread that has it
 * Locks:     releases lck
 */
void lck_rw_unlock_shared(lck_rw_t *lck);

/*
 * Takes the lock alone; it is not recursive.
 * Context:   thread, may block
 * Locks:     no spin lock held; returns with lck held
 */
void lck_rw_lock_exclusive(lck_rw_t *lck);

/*
 * Gives a lock held exclusive back.
 * Context:   the thread that has it
 * Locks:     releases lck
 */
void lck_rw_unlock_exclusive(lck_rw_t *lck);

/*
 * Turns a shared hold into an exclusive one.
 * Returns:   TRUE when it is exclusive now; FALSE when another thread was
 *            first and the lock was lost altogether
 * Context:   thread, may block
 * Locks:     takes lck held shared
 */
boolean_t lck_rw_lock_shared_to_exclusive(lck_rw_t *lck);

/*
 * Turns an exclusive hold into a shared one, without a moment between.
 * Context:   thread
 * Locks:     takes lck held exclusive
 */
void lck_rw_lock_exclusive_to_shared(lck_rw_t *lck);

/*
 * Takes the lock if that needs no waiting.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   thread
 */
boolean_t lck_rw_try_lock(lck_rw_t *lck, lck_rw_type_t lck_rw_type);

/*
 * Gives the lock back, however it is held.
 * Returns:   how it was held: LCK_RW_TYPE_
 * Context:   the thread that has it
 * Locks:     releases lck
 */
lck_rw_type_t lck_rw_done(lck_rw_t *lck);

/*
 * Ends a lock of lck_rw_init(), which nobody may hold.
 * Context:   thread
 */
void lck_rw_destroy(lck_rw_t *lck, lck_grp_t *grp);

/*
 * Ends a lock of lck_rw_alloc_init(), which nobody may hold, and frees it.
 * Context:   thread
 */
void lck_rw_free(lck_rw_t *lck, lck_grp_t *grp);

/*
 * Releases the lock and waits for an event, in one step.
 * Returns:   THREAD_AWAKENED, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 */
wait_result_t lck_rw_sleep(lck_rw_t *lck, lck_sleep_action_t lck_sleep_action,
    event_t event, wait_interrupt_t interruptible);

/*
 * lck_rw_sleep() with an end.
 * Returns:   THREAD_AWAKENED, THREAD_TIMED_OUT, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 * Units:     deadline in absolute time
 */
wait_result_t lck_rw_sleep_deadline(lck_rw_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Makes a spin lock; attr may be LCK_ATTR_NULL.
 * Returns:   the lock, or NULL without memory
 * Ownership: the caller's, ended with lck_spin_free()
 * Context:   thread, may block
 */
lck_spin_t *lck_spin_alloc_init(lck_grp_t *grp, lck_attr_t *attr);

/*
 * Makes a spin lock of memory the caller has.
 * Ownership: ended with lck_spin_destroy()
 * Context:   thread
 */
void lck_spin_init(lck_spin_t *lck, lck_grp_t *grp, lck_attr_t *attr);

/*
 * Takes a spin lock; until it is released nothing may block, and neither
 * interrupts nor preemption happen.
 * Context:   any, interrupt
 * Locks:     returns with lck held
 */
void lck_spin_lock(lck_spin_t *lck);

/*
 * Gives a spin lock back.
 * Context:   who has it
 * Locks:     releases lck
 */
void lck_spin_unlock(lck_spin_t *lck);

/*
 * Takes a spin lock if nobody has it.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   any, interrupt
 */
boolean_t lck_spin_try_lock(lck_spin_t *lck);

/*
 * lck_spin_lock() for figures by group: the lock counts for its own.
 * Context:   any, interrupt
 * Locks:     returns with lck held
 */
void lck_spin_lock_grp(lck_spin_t *lck, lck_grp_t *grp);

/*
 * lck_spin_try_lock() for figures by group: the lock counts for its own.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   any, interrupt
 */
boolean_t lck_spin_try_lock_grp(lck_spin_t *lck, lck_grp_t *grp);

/*
 * Whether anybody has a spin lock; for debuggers.
 * Returns:   TRUE or FALSE
 * Context:   any, interrupt
 */
boolean_t kdp_lck_spin_is_acquired(lck_spin_t *lck);

/*
 * Releases a spin lock and waits for an event, in one step; no other spin
 * lock may be held.
 * Returns:   THREAD_AWAKENED, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 */
wait_result_t lck_spin_sleep(lck_spin_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible);

/*
 * lck_spin_sleep() with an end.
 * Returns:   THREAD_AWAKENED, THREAD_TIMED_OUT, or THREAD_INTERRUPTED
 * Context:   thread, blocks
 * Locks:     takes lck held; returns as the action says
 * Units:     deadline in absolute time
 */
wait_result_t lck_spin_sleep_deadline(lck_spin_t *lck,
    lck_sleep_action_t lck_sleep_action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline);

/*
 * Ends a lock of lck_spin_init(), which nobody may hold.
 * Context:   thread
 */
void lck_spin_destroy(lck_spin_t *lck, lck_grp_t *grp);

/*
 * Ends a lock of lck_spin_alloc_init(), which nobody may hold, and frees it.
 * Context:   thread
 */
void lck_spin_free(lck_spin_t *lck, lck_grp_t *grp);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_LOCKS_H_ */
