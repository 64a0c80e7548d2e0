/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/IOLocks.h>: I/O Kit's mutex: the same object as lck_mtx_t.
 */
#ifndef _IOKIT_IOLOCKS_H_
#define _IOKIT_IOLOCKS_H_

#include <IOKit/IOTypes.h>

typedef lck_mtx_t		IOLock;
typedef lck_rw_t		IORWLock;
typedef lck_spin_t		IOSimpleLock;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Makes a mutex.
 * Returns:   the mutex, or NULL without memory
 * Ownership: the caller's, ended with IOLockFree()
 * Context:   thread, may block
 */
IOLock *IOLockAlloc(void);

/*
 * Ends a mutex, which nobody may hold.
 * Context:   thread
 */
void IOLockFree(IOLock *lock);

/*
 * Takes a mutex; a thread that has it already panics.
 * Context:   thread, may block
 * Locks:     returns with lock held
 */
void IOLockLock(IOLock *lock);

/*
 * Takes a mutex if nobody has it.
 * Returns:   TRUE when taken, FALSE when not
 * Context:   thread
 */
boolean_t IOLockTryLock(IOLock *lock);

/*
 * Gives a mutex back.
 * Context:   the thread that has it
 * Locks:     releases lock
 */
void IOLockUnlock(IOLock *lock);

/*
 * Waits for IOLockWakeup() of the event; the mutex is given back meanwhile.
 * Returns:   THREAD_AWAKENED, or THREAD_INTERRUPTED when interType allows it
 * Context:   thread
 * Locks:     the caller has lock, before and after
 */
int IOLockSleep(IOLock *lock, void *event, UInt32 interType);

/*
 * Wakes those that sleep in IOLockSleep() for an event, or one of them.
 * Context:   thread
 * Locks:     the caller has lock
 */
void IOLockWakeup(IOLock *lock, void *event, bool oneThread);

/*
 * Makes a reader/writer lock.
 * Returns:   the lock, or NULL without memory
 * Ownership: the caller's, ended with IORWLockFree()
 * Context:   thread, may block
 */
IORWLock *IORWLockAlloc(void);

/*
 * Ends a reader/writer lock, which nobody may hold.
 * Context:   thread
 */
void IORWLockFree(IORWLock *lock);

/*
 * Makes a spin lock.
 * Returns:   the lock, or NULL without memory
 * Ownership: the caller's, ended with IOSimpleLockFree()
 * Context:   thread, may block
 */
IOSimpleLock *IOSimpleLockAlloc(void);

/*
 * Ends a spin lock, which nobody may hold.
 * Context:   thread
 */
void IOSimpleLockFree(IOSimpleLock *lock);

__END_DECLS

#define IORWLockRead(l)		lck_rw_lock_shared(l)
#define IORWLockWrite(l)	lck_rw_lock_exclusive(l)
#define IORWLockUnlock(l)	((void)lck_rw_done(l))
#define IOSimpleLockLock(l)	lck_spin_lock(l)
#define IOSimpleLockTryLock(l)	lck_spin_try_lock(l)
#define IOSimpleLockUnlock(l)	lck_spin_unlock(l)
#endif /* KERNEL */

#endif /* _IOKIT_IOLOCKS_H_ */
