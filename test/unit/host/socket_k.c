/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the socket layer needs on the host beside the shared shims.  Nothing
 * blocks: a sleep lets host_idle make something happen, and when there is
 * nothing it ends as an interrupted one.  Every function is weak, so that a
 * test with more machinery brings its own.
 */
#include <kern/thread.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/time.h>

#include "kernel/file/file.h"
#include "kernel/file/select.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/wait.h"
#include "kernel/time/timer.h"
#include "test/unit/host/clib.h"

#define WEAK	__attribute__((weak))

static struct proc host_proc = { .p_comm = "test" };

WEAK proc_t
current_proc(void)
{
	host_proc.p_pid = host_pid;
	return (&host_proc);
}

WEAK thread_t
current_thread(void)
{
	return ((thread_t)(void *)&host_proc);
}

WEAK uid_t
kauth_getuid(void)
{
	return (0);
}

WEAK void
proc_signal(int pid, int signum)
{
	(void)pid;
	(void)signum;
}

WEAK void
wakeup(void *chan)
{
	(void)chan;
}

WEAK void
wakeup_one(caddr_t chan)
{
	(void)chan;
}

WEAK wait_result_t
waitq_sleep(struct waitq *wq, struct __lck_mtx *mtx, int kind,
    uint64_t deadline_ns)
{
	bool more;

	(void)wq;
	(void)kind;
	if (mtx != NULL)
		lck_mtx_unlock(mtx);
	more = host_idle != NULL && host_idle();
	if (mtx != NULL)
		lck_mtx_lock(mtx);
	if (more)
		return (THREAD_AWAKENED);
	if (deadline_ns != 0) {
		if (host_now_ns < deadline_ns)
			host_now_ns = deadline_ns;
		return (THREAD_TIMED_OUT);
	}
	return (THREAD_INTERRUPTED);
}

WEAK uint64_t
time_wall_ns(void)
{
	return (host_now_ns);
}

WEAK void
selq_init(struct selq *q)
{
	LIST_INIT(&q->sq_nodes);
	SLIST_INIT(&q->sq_notes);
}

WEAK void
selq_fini(struct selq *q)
{
	(void)q;
}

WEAK void
selrecord_q(struct selq *q, void *wql)
{
	(void)q;
	(void)wql;
}

WEAK void
selwakeup_q(struct selq *q)
{
	(void)q;
}

WEAK void
selq_note(struct selq *q, struct knote *kn)
{
	(void)q;
	(void)kn;
}

WEAK void *
_MALLOC(size_t size, int type, int flags)
{
	(void)type;
	return (kmalloc(size, flags));
}

WEAK void
_FREE(void *p, int type)
{
	(void)type;
	kfree(p);
}

WEAK errno_t
fget(struct proc *p, int fd, struct file **fp)
{
	(void)p;
	(void)fd;
	(void)fp;
	return (EBADF);
}

WEAK void
fput(struct file *fp)
{
	(void)fp;
}

WEAK errno_t
fdinstall(struct proc *p, struct file *fp, int min, int *fd)
{
	(void)p;
	(void)fp;
	(void)min;
	(void)fd;
	return (EMFILE);
}
