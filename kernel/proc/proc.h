/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes.
 *
 * A process is what the KPIs need one to be: a name, credentials, a
 * descriptor table, a working directory, signals, a parent, and threads, all
 * in the kernel's address space.  kernproc (pid 0) owns kernel threads.
 *
 * Life: proc_spawn() makes it with one thread that runs main(argc, argv) and
 * then proc_exit(); exit closes the descriptors, gives the children to
 * kernproc (which reaps at once) and leaves a zombie until the parent waits.
 * A child of kernproc with no waiter is reaped at once unless sa_keep is set.
 *
 * Signals: every signal whose action is to terminate ends the process at the
 * next system-call boundary (proc_signal_check) after having interrupted an
 * interruptible sleep with EINTR.  Handlers run at that boundary too, in the
 * program's own thread.  SIGSTOP and SIGCONT are not job control here: they
 * are accepted and ignored.
 */
#ifndef KERNEL_PROC_PROC_H
#define KERNEL_PROC_PROC_H

#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/signal.h>
#include <sys/types.h>

#include <stdbool.h>

#include "kernel/file/select.h"
#include "kernel/layout.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/lock.h"

struct file;
struct filedesc;
struct kext;
struct ucred;
struct vnode;

enum proc_state { PS_NEW, PS_RUNNING, PS_EXITING, PS_ZOMBIE, PS_GONE };

#define PROC_NAME_MAX	MAXCOMLEN	/* without NUL */

typedef void (*proc_sighandler_t)(int);
#define PROC_SIG_DFL	((proc_sighandler_t)0)
#define PROC_SIG_IGN	((proc_sighandler_t)1)

/*
 * For whom a file is looked at (<sys/vnode.h>).  The one inside a process
 * says the process itself, whatever its credential is then.
 */
struct vfs_context {
	struct proc *vc_proc;		/* I: NULL until first asked for */
	struct ucred *vc_ucred;		/* I: NULL: the process's */
	struct kext *vc_kext;		/* I: charged */
};

LIST_HEAD(proc_children, proc);
TAILQ_HEAD(proc_threads, thread);

/*
 * I immutable, p proc_list_lock, m p_lock, s sched_lock, a atomic.
 */
struct proc {
	LAYOUT_PAD
	LIST_ENTRY(proc) p_list;	/* p: all processes, by pid */
	LIST_ENTRY(proc) p_sibling;	/* p */
	struct proc_children p_children; /* p */
	struct proc *p_parent;		/* p */
	pid_t p_pid;			/* I */
	pid_t p_ppid;			/* p */
	pid_t p_oppid;			/* I: parent at creation */
	pid_t p_pgid;			/* p: process group */
	pid_t p_sid;			/* p: session */
	char p_comm[PROC_NAME_MAX + 1];	/* m */
	enum proc_state p_state;	/* p */
	unsigned p_refs;		/* a */
	lck_mtx_t p_lock;
	struct ucred *p_ucred;		/* m */
	struct filedesc *p_fd;		/* I until exit */
	struct vnode *p_cwd;		/* m */
	struct vfs_context p_context;	/* a */
	mode_t p_umask;			/* m */
	int p_status;			/* p: wait status, once a zombie */
	bool p_keep;			/* I: stays a zombie for kernproc's wait */
	bool p_suser;			/* a: used root's rights */
	sigset_t p_siglist;		/* a: pending */
	sigset_t p_sigignore;		/* m */
	sigset_t p_sigcatch;		/* m */
	sigset_t p_sigmask;		/* m: blocked */
	sigset_t p_sigrestart;		/* m */
	proc_sighandler_t p_handler[NSIG]; /* m */
	struct proc_threads p_threads;	/* s */
	unsigned p_nthreads;		/* s */
	struct selq p_sel;		/* EVFILT_PROC notes */
	struct waitq p_wait;		/* p: parent waits for children */
	int (*p_main)(int, char **);	/* I */
	int p_argc;			/* I */
	char **p_argv;			/* I: copied, freed at the end */
	struct kext *p_module;		/* I: program module, or NULL */
	void (*p_module_done)(struct kext *); /* I: at the end of the process */
	uint64_t p_start_ns;		/* I: monotonic */
	uint64_t p_dead_ns;		/* s: CPU time of ended threads */
	void *p_udata;			/* t: for the program's library */
	void (*p_udata_free)(void *);	/* t: called with it by the exit */
};

/* pid 0: owner of kernel threads. */
extern struct proc *kernproc;

/* What proc_spawn() gives the new process; all zero = like the caller. */
struct spawn_attr {
	struct ucred *sa_cred;		/* NULL: the caller's; borrowed */
	struct file *sa_file[3];	/* NULL: the caller's 0, 1, 2; borrowed */
	struct vnode *sa_cwd;		/* NULL: the caller's */
	struct proc *sa_parent;		/* NULL: the caller */
	struct kext *sa_module;		/* owner of the text, opaque here */
	void (*sa_module_done)(struct kext *); /* called once at the end */
	size_t sa_stack_size;		/* 0: PROC_STACK_SIZE */
	bool sa_keep;			/* a child of kernproc stays for proc_wait */
	bool sa_closed_fds;		/* start without descriptors 0, 1, 2 */
	bool sa_newpgrp;		/* leader of a new process group */
	pid_t sa_pgid;			/* != 0: join this group */
	void *sa_udata;			/* becomes p_udata; the caller's on failure */
	void (*sa_udata_free)(void *);	/* becomes p_udata_free */
};
#define PROC_STACK_SIZE	65536

/*
 * Starts main(argc, argv) as a new process; argv is copied.
 *
 * Returns:   0, or ENOMEM, EAGAIN (too many processes), E2BIG
 * Ownership: *out (may be NULL) gets a reference: proc_rele
 * Context:   thread, may block
 */
errno_t proc_spawn(const char *name, int (*fn)(int, char **), int argc,
    char **argv, const struct spawn_attr *attr, struct proc **out);

/*
 * Waits for the end of a child (pid > 0), of any (-1), of one of group -pid;
 * PROC_WNOHANG does not wait (then *donep is 0).  status as in wait(2).
 *
 * Returns:   0, or ECHILD, EINTR
 */
errno_t proc_wait(pid_t pid, int *status);
errno_t proc_wait_options(pid_t pid, int *status, int options, pid_t *donep);
#define PROC_WNOHANG	1

/* Ends the calling process; status as in wait(2): code << 8, or the signal. */
void proc_exit(int status) __attribute__((noreturn));
#define PROC_STATUS(code)	(((code) & 0xff) << 8)

/*
 * At the boundary of every system call: takes pending signals; ends the
 * process when one says so, else runs handlers.
 */
void proc_signal_check(void);

/* True when a signal that is neither ignored nor blocked waits for p. */
bool proc_signal_pending(struct proc *p);

/* True when p ignores the signal by its own choice. */
bool proc_signal_ignored(struct proc *p, int signum);

/* True when the pending signals all have handlers set up to restart calls. */
bool proc_signal_restarts(struct proc *p);

/* Signal by process, by group; as proc_signal() otherwise.  0 or ESRCH. */
errno_t proc_signal_send(struct proc *p, int signum);
errno_t proc_signal_group(pid_t pgid, int signum);

errno_t proc_sigaction(struct proc *p, int signum, proc_sighandler_t h,
    bool restart, proc_sighandler_t *old);
/* How proc_sigmask() changes the set, as sigprocmask(2). */
#define PROC_SIG_BLOCK		1
#define PROC_SIG_UNBLOCK	2
#define PROC_SIG_SETMASK	3
errno_t proc_sigmask(struct proc *p, int how, const sigset_t *set,
    sigset_t *old);

/* The signal whose action ends p and that is due now, 0 when none. */
int proc_signal_fatal(struct proc *p);

/* A reference on p: proc_ref / proc_rele (KPI). */
void proc_ref(struct proc *p);

/* Walks all processes with the list lock held. */
void proc_foreach(void (*fn)(struct proc *, void *), void *arg);

unsigned proc_count(void);
uint64_t proc_cpu_ns(struct proc *p);
const char *proc_state_name(struct proc *p);

/* True when the calling process may do what root may; EPERM otherwise. */
static inline errno_t
proc_check_root(struct proc *p)
{
	return (proc_suser(p));
}

/* --- kernel/sched only ----------------------------------------------------------- */
void proc_init_early(void);
void proc_thread_gone(struct proc *p);

/* --- system calls of this part -------------------------------------------------- */
errno_t sys_kill(struct proc *p, pid_t pid, int signum);
errno_t sys_setuid(struct proc *p, uid_t uid);
errno_t sys_setgid(struct proc *p, gid_t gid);
errno_t sys_setpgid(struct proc *p, pid_t pid, pid_t pgid);
errno_t sys_nanosleep(struct proc *p, const struct timespec *rqt,
    struct timespec *rmt);

#endif /* KERNEL_PROC_PROC_H */
