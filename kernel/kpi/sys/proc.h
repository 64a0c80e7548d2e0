/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/proc.h>: processes, and sleeping on an address.
 *
 * A process is a named group of threads with credentials and descriptors;
 * kernel threads belong to pid 0.
 */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/param.h>
#include <sys/lock.h>
#include <sys/select.h>
#include <sys/kernel_types.h>
#include <kern/kern_types.h>
#include <uuid/uuid.h>

#ifdef KERNEL
struct proc;

__BEGIN_DECLS

/*
 * Current process with a reference: pair with proc_rele. In a kernel thread:
 * the kernel process (pid 0).
 */
proc_t proc_self(void);

/*
 * Drops a reference; 0.
 */
int proc_rele(proc_t p);

/*
 * Process by pid with a reference, NULL when absent or exiting.
 */
proc_t proc_find(int pid);

/*
 * pid; -1 for NULL.
 */
int proc_pid(proc_t);

/*
 * Parent pid.
 */
int proc_ppid(proc_t);

/*
 * pid of the current process.
 */
int proc_selfpid(void);

/*
 * Parent pid of the current process.
 */
int proc_selfppid(void);

/*
 * Copies the short name (at most 16 characters) of the current process, NUL
 * terminated.
 */
void proc_selfname(char *buf, int size);

/*
 * Short name by pid, NUL terminated and truncated to size; buffer all zero
 * when the pid is unknown; size <= 0: nothing happens.
 */
void proc_name(int pid, char *buf, int size);

/*
 * 1 when exiting, else 0.
 */
int proc_exiting(proc_t);

/*
 * 1 for a 64-bit process, else 0.
 */
int proc_is64bit(proc_t);

/*
 * 0 when the effective uid is root, else EPERM (sets the accounting flag on
 * success). Note: 0 means YES.
 */
int proc_suser(proc_t p);

/*
 * Posts a signal by pid; nothing when absent.
 */
void proc_signal(int pid, int signum);

/*
 * Pending signals masked by mask.
 */
int proc_issignal(int pid, sigset_t mask);

/*
 * Process group of the current process.
 */
pid_t proc_selfpgrpid(void);

/*
 * Process group.
 */
pid_t proc_pgrpid(proc_t p);

/*
 * Credential without a reference; exported by unsupported/private only in
 * later systems.
 */
kauth_cred_t proc_ucred(proc_t p);

/*
 * Current process, no reference.
 */
proc_t current_proc(void);

/*
 * Atomically releases mtx (must be held) and sleeps on chan. ts NULL or zero
 * = no timeout, relative otherwise. 0 = wakeup; EWOULDBLOCK timeout; EINTR /
 * ERESTART only with PCATCH. mtx re-acquired on return unless PDROP. mtx may
 * be NULL. Spurious wake-ups possible: re-test the condition.
 */
int msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts);

/*
 * As msleep but absolute deadline in mach time units, 0 = none.
 * com.apple.kpi.unsupported.
 */
int msleep1(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    u_int64_t timo);

/*
 * Sleep without mutex; timo in ticks (hz = 100), 0 forever. Legacy,
 * unsupported bundle.
 */
int tsleep(void *chan, int pri, const char *wmesg, int timo);

/*
 * Wakes every thread sleeping on chan. No memory: nobody sleeping = no
 * effect.
 */
void wakeup(void *chan);

/*
 * Wakes one thread. (Header type is caddr_t; the seed shows void *.)
 */
void wakeup_one(caddr_t chan);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_PROC_H_ */
