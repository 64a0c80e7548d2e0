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

/* The process of the kernel's own threads: pid 0. */
extern proc_t kernproc;

/*
 * The current process, with a reference; kernel threads belong to pid 0.
 * Returns:   the process
 * Ownership: the reference is the caller's, dropped with proc_rele()
 * Context:   any thread
 */
proc_t proc_self(void);

/*
 * Drops a reference of proc_self() or proc_find().
 * Returns:   0
 * Context:   any thread
 */
int proc_rele(proc_t p);

/*
 * Finds a process by its pid.
 * Returns:   the process with a reference; NULL when there is none or it is
 *            exiting
 * Ownership: the reference is the caller's, dropped with proc_rele()
 * Context:   any thread
 */
proc_t proc_find(int pid);

/*
 * The identifier of a process.
 * Returns:   the pid; -1 for NULL
 * Context:   any thread
 */
int proc_pid(proc_t);

/*
 * The pid of the parent.
 * Returns:   the pid
 * Context:   any thread
 */
int proc_ppid(proc_t);

/*
 * The pid of the current process.
 * Returns:   the pid
 * Context:   any thread
 */
int proc_selfpid(void);

/*
 * The pid of the current process's parent.
 * Returns:   the pid
 * Context:   any thread
 */
int proc_selfppid(void);

/*
 * Copies the short name of the current process, always terminated.
 * Context:   any thread
 * Units:     size in bytes; 16 characters at most are copied
 */
void proc_selfname(char *buf, int size);

/*
 * Copies the short name of the process pid, always terminated; all zero when
 * there is none.
 * Context:   any thread
 * Units:     size in bytes; 0 or less: nothing happens
 */
void proc_name(int pid, char *buf, int size);

/*
 * Whether the process is on its way out.
 * Returns:   1 or 0
 * Context:   any thread
 */
int proc_exiting(proc_t);

/*
 * Whether the process is a 64-bit one; here every process is.
 * Returns:   1 or 0
 * Context:   any thread
 */
int proc_is64bit(proc_t);

/*
 * Whether the data model of a process is a 64-bit one.
 * Returns:   1: every process is
 * Context:   any thread
 */
int proc_is64bit_data(proc_t);

/*
 * Whether a process runs translated PowerPC code.
 * Returns:   0: none does
 * Context:   any thread
 */
int proc_is_classic(proc_t p);

/*
 * Whether a process runs in the other byte order.
 * Returns:   0: none does
 * Context:   any thread
 */
int proc_tbe(proc_t p);

/*
 * Whether a process is a descendant of another one.
 * Returns:   1 when pid1 descends from pid2; 0 when not, for the same pid
 *            and when there is no such process
 * Context:   thread, may block
 */
int proc_isinferior(int pid1, int pid2);

/*
 * Whether a process gives up on file servers that do not answer.
 * Returns:   0: no process is marked so
 * Context:   any thread
 */
int proc_noremotehang(proc_t);

/*
 * Whether quotas apply to a process that could ignore them.
 * Returns:   0: no process is marked so
 * Context:   any thread
 */
int proc_forcequota(proc_t);

/*
 * Whether the root directory of a process is not the system's.
 * Returns:   0: all have the same one
 * Context:   any thread
 */
int proc_chrooted(proc_t);

/*
 * The parent that made a process, which may have ended since.
 * Returns:   the pid; -1 for NULL
 * Context:   any thread
 */
int proc_original_ppid(proc_t);

/*
 * The session of a process.
 * Returns:   the session id; -1 for NULL
 * Context:   any thread
 */
pid_t proc_sessionid(proc_t p);

/*
 * Whether the process may do what root may.
 * Returns:   0 when it may, EPERM when not
 * Context:   any thread
 */
int proc_suser(proc_t p);

/*
 * Sends a signal to the process pid; nothing happens when there is none.
 * Context:   any thread
 */
void proc_signal(int pid, int signum);

/*
 * Which signals of mask are pending for the process pid.
 * Returns:   the signals, as sigmask() bits
 * Context:   any thread
 */
int proc_issignal(int pid, sigset_t mask);

/*
 * Which of these signals are pending for a thread: signals are the process's,
 * so all its threads have the same ones.
 * Returns:   those of mask that are pending
 * Context:   any thread
 */
int thread_issignal(proc_t p, thread_t th, sigset_t mask);

/*
 * The process group of the current process.
 * Returns:   the group
 * Context:   any thread
 */
pid_t proc_selfpgrpid(void);

/*
 * The process group of a process.
 * Returns:   the group
 * Context:   any thread
 */
pid_t proc_pgrpid(proc_t p);

/*
 * The credential of a process, without a reference.
 * Returns:   the credential
 * Ownership: the process's; valid while its reference is held
 * Context:   any thread
 */
kauth_cred_t proc_ucred(proc_t p);

/*
 * The current process, without a reference.
 * Returns:   the process; that of pid 0 in a kernel thread
 * Context:   any thread
 */
proc_t current_proc(void);

/*
 * Releases mtx and sleeps on chan until wakeup(), a signal with PCATCH, or
 * the time is over; one step, no wakeup is lost. Test the condition again
 * afterwards: a wake-up may be spurious.
 * Returns:   0 when woken; EWOULDBLOCK when the time was over; EINTR or
 *            ERESTART after a signal
 * Context:   thread, blocks
 * Locks:     takes mtx held (or NULL) and gives it back held, released with
 *            PDROP
 * Units:     ts relative; NULL or zero sleeps without limit
 */
int msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts);

/*
 * msleep() with a moment instead of an interval.
 * Returns:   as msleep()
 * Context:   thread, blocks
 * Locks:     as msleep()
 * Units:     timo in absolute time; 0 sleeps without limit
 */
int msleep1(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    u_int64_t timo);

/*
 * Sleeps on chan, with no mutex to release.
 * Returns:   as msleep()
 * Context:   thread, blocks
 * Locks:     none held
 * Units:     timo in ticks of 10 ms; 0 sleeps without limit
 */
int tsleep(void *chan, int pri, const char *wmesg, int timo);

#ifdef KEXT		/* the C library has another function of the name */
/*
 * The oldest form of sleeping: tsleep() without a name and without an end.
 * Returns:   as tsleep()
 * Context:   thread, blocks
 * Locks:     none held
 */
int sleep(void *chan, int pri);
#endif

/*
 * Wakes every thread that sleeps on chan; without one, nothing is remembered.
 * Context:   any thread, interrupt
 */
void wakeup(void *chan);

/*
 * Wakes one thread that sleeps on chan.
 * Context:   any thread, interrupt
 */
void wakeup_one(caddr_t chan);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_PROC_H_ */
