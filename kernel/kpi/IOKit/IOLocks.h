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
 * Mutex (an lck_mtx_t).
 */
IOLock *IOLockAlloc(void);

/*
 * Standard meaning, no surprises.
 */
void IOLockFree(IOLock *lock);

/*
 * Same as lck_mtx_lock.
 */
void IOLockLock(IOLock *lock);

/*
 * Standard meaning, no surprises.
 */
boolean_t IOLockTryLock(IOLock *lock);

/*
 * Standard meaning, no surprises.
 */
void IOLockUnlock(IOLock *lock);

/*
 * Standard meaning, no surprises.
 */
IORWLock *IORWLockAlloc(void);

/*
 * Standard meaning, no surprises.
 */
void IORWLockFree(IORWLock *lock);

/*
 * Spin lock.
 */
IOSimpleLock *IOSimpleLockAlloc(void);

/*
 * Standard meaning, no surprises.
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
