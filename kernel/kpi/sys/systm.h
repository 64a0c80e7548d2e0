/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/systm.h>: the header that brings in nearly everything a kext of the
 * BSD side wants.
 */
#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_

#include <sys/proc.h>
#include <sys/malloc.h>
#include <sys/ioctl.h>
#include <kern/thread.h>
#include <kern/debug.h>
#include <kern/sched_prim.h>
#include <libkern/libkern.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#ifdef KERNEL
/* BSD sources' assertions and start-up hooks compile to nothing. */
#ifndef KASSERT
#define KASSERT(exp, msg)
#endif
#ifndef SYSINIT
#define SYSINIT(uniquifier, subsystem, order, func, ident)
#endif
#define getenv_int(name, var)	(*(var) = 0)

#ifndef B_READ
#define B_READ			0x00000001	/* for useracc() */
#define B_WRITE			0x00000000
#endif

typedef void (*timeout_fcn_t)(void *);

__BEGIN_DECLS

/*
 * Calls fn(arg) once, after an interval; several calls of the same pair may
 * be pending.
 * Context:   any thread; fn runs in a thread and may block
 * Units:     ts relative
 */
void bsd_timeout(void (*)(void *), void *arg, struct timespec *ts);

/*
 * Takes back the first pending call of fn(arg); one that runs is not waited
 * for.
 * Context:   any thread
 */
void bsd_untimeout(void (*)(void *), void *arg);

/*
 * Makes a table of list heads, a power of two and not more than count.
 * Returns:   the table, NULL without memory; *hashmask is its size less one
 * Ownership: the caller's, ended with FREE(table, type)
 * Context:   thread, may block
 */
void *hashinit(int count, int type, u_long *hashmask);

/*
 * Select entry of a device that is always ready.
 * Returns:   1
 */
int seltrue(dev_t dev, int which, struct proc *p);

/* Does nothing.  Returns:   0 */
int nulldev(void);

/* Does nothing.  Returns:   0 */
int nullop(void);

/* Returns:   ENOSYS */
int enosys(void);

/* Returns:   ENXIO */
int enxio(void);

/* Returns:   EOPNOTSUPP */
int eopnotsupp(void);

/*
 * The ioctl entry of what has no ioctls.
 * Returns:   ENOTTY
 * Context:   any thread
 */
int enoioctl(void);

/*
 * Converts a time interval.
 * Returns:   ticks of the monotonic clock
 * Context:   any
 */
uint64_t tvtoabstime(struct timeval *);

/*
 * A byte of a program's memory.
 * Returns:   the byte, or -1 when it cannot be read
 * Context:   any thread
 */
int fubyte(user_addr_t addr);

/*
 * Stores a byte to a program's memory.
 * Returns:   0, or -1 when it cannot be written
 * Context:   any thread
 */
int subyte(user_addr_t addr, int byte);

/*
 * A long of a program's memory.
 * Returns:   the value, or -1 when it cannot be read
 * Context:   any thread
 */
long fuword(user_addr_t addr);

/*
 * Stores a long to a program's memory.
 * Returns:   0, or -1 when it cannot be written
 * Context:   any thread
 */
int suword(user_addr_t addr, long word);

/*
 * Whether a program has memory in all of a range: for prot B_WRITE memory
 * that can be read (and written to a device), for B_READ also written.
 * Returns:   1 or 0
 * Context:   any thread
 */
int useracc(user_addr_t addr, user_size_t len, int prot);

/*
 * Copies len bytes between overlapping blocks, as bcopy() does.
 * Context:   any
 */
void ovbcopy(const void *from, void *to, size_t len);
__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_SYSTM_H_ */
