/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals: posting, the pending set, and what is done about it at the
 * boundary of a system call.
 */
#include <sys/errno.h>
#include <sys/signal.h>

#include "kernel/kassert.h"
#include "kernel/proc/kauth.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

#define BIT(sig)	((sigset_t)1 << ((sig) - 1))

/* Signals whose default is to do nothing. */
#define DEFAULT_IGNORED	(BIT(SIGURG) | BIT(SIGCONT) | BIT(SIGCHLD) |	\
	BIT(SIGIO) | BIT(SIGWINCH) | BIT(SIGINFO) | BIT(SIGSTOP) |	\
	BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
#define CANNOT_CATCH	(BIT(SIGKILL) | BIT(SIGSTOP))

static sigset_t
ignored_set(struct proc *p)
{
	return (p->p_sigignore | (DEFAULT_IGNORED & ~p->p_sigcatch));
}

bool
proc_signal_ignored(struct proc *p, int signum)
{
	return ((p->p_sigignore & BIT(signum)) != 0);
}

/* Pending, not ignored, not blocked. */
static sigset_t
due_set(struct proc *p)
{
	sigset_t set = __atomic_load_n(&p->p_siglist, __ATOMIC_RELAXED);

	return (set == 0 ? 0 : set & ~ignored_set(p) & ~p->p_sigmask);
}

bool
proc_signal_pending(struct proc *p)
{
	return (due_set(p) != 0 || p->p_state == PS_EXITING);
}

bool
proc_signal_restarts(struct proc *p)
{
	sigset_t due = due_set(p);

	return (due != 0 && (due & ~p->p_sigrestart) == 0 &&
	    p->p_state != PS_EXITING);
}

int
proc_signal_fatal(struct proc *p)
{
	sigset_t due = due_set(p) & ~p->p_sigcatch;

	return (due != 0 ? __builtin_ctz(due) + 1 : 0);
}

errno_t
proc_signal_send(struct proc *p, int signum)
{
	if (signum < 0 || signum >= NSIG)
		return (EINVAL);
	if (signum == 0 || p == kernproc)
		return (0);
	selwakeup_hint(&p->p_sel, (long)NOTE_SIGNAL);
	if ((ignored_set(p) & BIT(signum)) != 0)
		return (0);
	__atomic_or_fetch(&p->p_siglist, BIT(signum), __ATOMIC_RELEASE);
	if ((p->p_sigmask & BIT(signum)) == 0)
		proc_interrupt_threads(p);
	return (0);
}

void
proc_signal(int pid, int signum)
{
	struct proc *p = proc_find(pid);

	if (p != NULL) {
		(void)proc_signal_send(p, signum);
		(void)proc_rele(p);
	}
}

struct group_signal {
	pid_t gs_pgid;			/* -1: every process */
	int gs_signum;
	struct proc *gs_sender;		/* NULL: the kernel */
	unsigned gs_found, gs_sent;
};

static bool
may_signal(struct proc *from, struct proc *to)
{
	uid_t uid;

	if (from == NULL)
		return (true);
	uid = proc_euid(from);
	return (uid == 0 || uid == proc_ruid(to));
}

static void
signal_one(struct proc *p, void *arg)
{
	struct group_signal *gs = arg;

	if (p == kernproc || p->p_state != PS_RUNNING)
		return;
	if (gs->gs_pgid == -1 ? p == gs->gs_sender : p->p_pgid != gs->gs_pgid)
		return;
	gs->gs_found++;
	if (!may_signal(gs->gs_sender, p))
		return;
	gs->gs_sent++;
	(void)proc_signal_send(p, gs->gs_signum);
}

errno_t
proc_signal_group(pid_t pgid, int signum)
{
	struct group_signal gs = { .gs_pgid = pgid, .gs_signum = signum };

	proc_foreach(signal_one, &gs);
	return (gs.gs_found > 0 ? 0 : ESRCH);
}

errno_t
sys_kill(struct proc *p, pid_t pid, int signum)
{
	struct group_signal gs = { .gs_signum = signum, .gs_sender = p };
	errno_t error;
	struct proc *q;

	if (signum < 0 || signum >= NSIG)
		return (EINVAL);
	if (pid > 0) {
		q = proc_find(pid);
		if (q == NULL)
			return (ESRCH);
		error = may_signal(p, q) ? 0 : EPERM;
		if (error == 0)
			error = kauth_ask(KSCOPE_PROCESS, p->p_ucred,
			    KAUTH_PROCESS_CANSIGNAL, (uintptr_t)q,
			    (uintptr_t)signum, 0, 0, 0);
		if (error == 0)
			error = proc_signal_send(q, signum);
		(void)proc_rele(q);
		return (error);
	}
	gs.gs_pgid = pid == 0 ? p->p_pgid : pid == -1 ? -1 : -pid;
	proc_foreach(signal_one, &gs);
	if (gs.gs_found == 0)
		return (ESRCH);
	return (gs.gs_sent > 0 ? 0 : EPERM);
}

/* --- the boundary --------------------------------------------------------------------- */

void
proc_signal_check(void)
{
	struct proc *p = current_proc();
	proc_sighandler_t handler;
	sigset_t due, old;
	int sig;

	if (__builtin_expect(p->p_siglist == 0 && p->p_state == PS_RUNNING, 1))
		return;
	if (p == kernproc)
		return;
	if (p->p_state == PS_EXITING)
		thread_exit();
	while ((due = due_set(p)) != 0) {
		sig = __builtin_ctz(due) + 1;
		__atomic_and_fetch(&p->p_siglist, ~BIT(sig), __ATOMIC_ACQ_REL);
		lck_mtx_lock(&p->p_lock);
		handler = p->p_handler[sig];
		old = p->p_sigmask;
		if (handler != PROC_SIG_DFL)
			p->p_sigmask |= BIT(sig);
		lck_mtx_unlock(&p->p_lock);
		if (handler == PROC_SIG_DFL)
			proc_exit(sig);
		handler(sig);
		lck_mtx_lock(&p->p_lock);
		p->p_sigmask = old;
		lck_mtx_unlock(&p->p_lock);
	}
}

errno_t
proc_sigaction(struct proc *p, int signum, proc_sighandler_t h, bool restart,
    proc_sighandler_t *old)
{
	sigset_t bit;

	if (signum <= 0 || signum >= NSIG)
		return (EINVAL);
	bit = BIT(signum);
	if ((bit & CANNOT_CATCH) != 0)
		return (EINVAL);
	lck_mtx_lock(&p->p_lock);
	if (old != NULL)
		*old = (p->p_sigignore & bit) != 0 ? PROC_SIG_IGN :
		    p->p_handler[signum];
	p->p_sigignore &= ~bit;
	p->p_sigcatch &= ~bit;
	p->p_sigrestart &= ~bit;
	p->p_handler[signum] = PROC_SIG_DFL;
	if (h == PROC_SIG_IGN) {
		p->p_sigignore |= bit;
		__atomic_and_fetch(&p->p_siglist, ~bit, __ATOMIC_ACQ_REL);
	} else if (h != PROC_SIG_DFL) {
		p->p_handler[signum] = h;
		p->p_sigcatch |= bit;
		if (restart)
			p->p_sigrestart |= bit;
	}
	lck_mtx_unlock(&p->p_lock);
	return (0);
}

errno_t
proc_sigmask(struct proc *p, int how, const sigset_t *set, sigset_t *old)
{
	errno_t error = 0;

	lck_mtx_lock(&p->p_lock);
	if (old != NULL)
		*old = p->p_sigmask;
	if (set != NULL) {
		switch (how) {
		case PROC_SIG_BLOCK:
			p->p_sigmask |= *set & ~CANNOT_CATCH;
			break;
		case PROC_SIG_UNBLOCK:
			p->p_sigmask &= ~*set;
			break;
		case PROC_SIG_SETMASK:
			p->p_sigmask = *set & ~CANNOT_CATCH;
			break;
		default:
			error = EINVAL;
			break;
		}
	}
	lck_mtx_unlock(&p->p_lock);
	return (error);
}
