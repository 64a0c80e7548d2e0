/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of processes (proc.h): creation, exit, waiting, look-up.
 *
 * References on a process: one for being in the list of processes (until it
 * is reaped), one per thread (dropped when the thread's stack is gone), and
 * those of callers.  A process becomes a zombie, and its parent is told, when
 * its last thread is gone, so that whoever has waited for it finds its memory
 * back.
 */
#include "kernel/proc/proc.h"

#include <sys/errno.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vfs.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/ucred.h"
#include "kernel/sync/rawspin.h"
#include "kernel/time/timer.h"

#define PROC_MAX	2048
#define PID_MAX		99999
#define ARGS_MAX	65536		/* bytes */

static struct proc proc0;
struct proc *kernproc = &proc0;

static LIST_HEAD(, proc) allproc;	/* p, by pid */
static LOCK_GROUP(proc_grp, "proc");
static LOCK_GROUP(proc_list_grp, "proc list");
static lck_mtx_t proc_list_lock = LCK_MTX_INITIALIZER(proc_list_lock,
    proc_list_grp);			/* before p_lock */
static unsigned nprocs = 1;		/* p */
static pid_t last_pid;			/* p */

void
proc_init_early(void)
{
	struct proc *p = kernproc;

	strlcpy(p->p_comm, "kernel", sizeof(p->p_comm));
	p->p_state = PS_RUNNING;
	p->p_refs = 1;
	p->p_ucred = &ucred_root;
	p->p_umask = 022;
	TAILQ_INIT(&p->p_threads);
	waitq_init(&p->p_wait);
	selq_init(&p->p_sel);
	lck_mtx_init(&p->p_lock, &proc_grp, LCK_ATTR_NULL);
	LIST_INSERT_HEAD(&allproc, p, p_list);
}

/* --- references -------------------------------------------------------------------- */

void
proc_ref(struct proc *p)
{
	__atomic_add_fetch(&p->p_refs, 1, __ATOMIC_RELAXED);
}

int
proc_rele(proc_t p)
{
	if (p == NULL ||
	    __atomic_sub_fetch(&p->p_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return (0);
	VERIFY(p != kernproc && p->p_state == PS_GONE && p->p_nthreads == 0);
	selq_fini(&p->p_sel);
	kauth_cred_unref(&p->p_ucred);
	lck_mtx_destroy(&p->p_lock, &proc_grp);
	kfree(p);
	return (0);
}

proc_t
current_proc(void)
{
	struct thread *t = current_thread();

	return (t != NULL && t->t_proc != NULL ? t->t_proc : kernproc);
}

proc_t
proc_self(void)
{
	struct proc *p = current_proc();

	proc_ref(p);
	return (p);
}

/* p held; zombies included. */
static struct proc *
lookup(pid_t pid)
{
	struct proc *p;

	lck_mtx_assert(&proc_list_lock, LCK_MTX_ASSERT_OWNED);
	LIST_FOREACH(p, &allproc, p_list) {
		if (p->p_pid == pid)
			return (p);
	}
	return (NULL);
}

proc_t
proc_find(int pid)
{
	struct proc *p;

	lck_mtx_lock(&proc_list_lock);
	p = lookup(pid);
	if (p != NULL && p->p_state == PS_RUNNING)
		proc_ref(p);
	else
		p = NULL;
	lck_mtx_unlock(&proc_list_lock);
	return (p);
}

int
proc_isinferior(int pid1, int pid2)
{
	struct proc *p, *q;

	lck_mtx_lock(&proc_list_lock);
	p = lookup(pid1);
	q = lookup(pid2);
	if (p == q || q == NULL)
		p = NULL;
	while (p != NULL && p != q)
		p = p->p_parent;
	lck_mtx_unlock(&proc_list_lock);
	return (p != NULL);
}

void
proc_foreach(void (*fn)(struct proc *, void *), void *arg)
{
	struct proc *p;

	lck_mtx_lock(&proc_list_lock);
	LIST_FOREACH(p, &allproc, p_list)
		fn(p, arg);
	lck_mtx_unlock(&proc_list_lock);
}

unsigned
proc_count(void)
{
	return (nprocs);
}

/* --- creation ------------------------------------------------------------------------ */

/* One block: the vector, then the strings. */
static errno_t
copy_args(int argc, char **argv, char ***out)
{
	size_t size = (size_t)(argc + 1) * sizeof(char *), len;
	char **copy, *s;

	if (argc < 0 || argc > 1024)
		return (E2BIG);
	for (int i = 0; i < argc; i++)
		size += strlen(argv[i]) + 1;
	if (size > ARGS_MAX)
		return (E2BIG);
	copy = kmalloc(size, M_WAITOK);
	if (copy == NULL)
		return (ENOMEM);
	s = (char *)(copy + argc + 1);
	for (int i = 0; i < argc; i++) {
		len = strlen(argv[i]) + 1;
		memcpy(s, argv[i], len);
		copy[i] = s;
		s += len;
	}
	copy[argc] = NULL;
	*out = copy;
	return (0);
}

static errno_t
inherit_files(struct proc *p, struct proc *from, const struct spawn_attr *attr)
{
	struct file *fp;
	errno_t error;

	p->p_fd = filedesc_create();
	if (p->p_fd == NULL)
		return (ENOMEM);
	if (attr->sa_closed_fds)
		return (0);
	for (int i = 0; i < 3; i++) {
		fp = attr->sa_file[i];
		if (fp != NULL)
			file_ref(fp);
		else if (from->p_fd == NULL || fget(from, i, &fp) != 0)
			continue;
		error = filedesc_set(p->p_fd, i, fp);	/* consumes fp */
		if (error != 0)
			return (error);
	}
	return (0);
}

static struct vnode *
inherit_cwd(struct proc *from, const struct spawn_attr *attr)
{
	struct vnode *vp = attr->sa_cwd;

	lck_mtx_lock(&from->p_lock);
	if (vp == NULL)
		vp = from->p_cwd;
	if (vp == NULL)
		vp = rootvnode;
	if (vp != NULL)
		vnode_ref(vp);
	lck_mtx_unlock(&from->p_lock);
	return (vp);
}

/* Gives p a free pid and lists it. */
static errno_t
publish(struct proc *p, struct proc *parent, const struct spawn_attr *attr)
{
	struct proc *q, *after = NULL;
	errno_t error = 0;

	lck_mtx_lock(&proc_list_lock);
	if (nprocs >= PROC_MAX) {
		error = EAGAIN;
		goto out;
	}
	do {
		last_pid = last_pid >= PID_MAX ? 1 : last_pid + 1;
	} while (lookup(last_pid) != NULL);
	p->p_pid = last_pid;
	if (parent->p_state != PS_RUNNING)
		parent = kernproc;
	p->p_parent = parent;
	p->p_ppid = p->p_oppid = parent->p_pid;
	p->p_pgid = attr->sa_newpgrp || parent == kernproc ? p->p_pid :
	    attr->sa_pgid != 0 ? attr->sa_pgid : parent->p_pgid;
	p->p_sid = parent == kernproc ? p->p_pid : parent->p_sid;
	p->p_state = PS_RUNNING;
	LIST_INSERT_HEAD(&parent->p_children, p, p_sibling);
	LIST_FOREACH(q, &allproc, p_list) {
		if (q->p_pid > p->p_pid)
			break;
		after = q;
	}
	LIST_INSERT_AFTER(after, p, p_list);	/* pid 0 is always there */
	nprocs++;
out:
	lck_mtx_unlock(&proc_list_lock);
	return (error);
}

static void
proc_main(void *arg)
{
	struct proc *p = arg;

	proc_exit(PROC_STATUS(p->p_main(p->p_argc, p->p_argv)));
}

/* What exit and a failed spawn have in common. */
static void
release_resources(struct proc *p)
{
	struct filedesc *fdp = p->p_fd;
	struct vnode *cwd;

	if (fdp != NULL) {
		filedesc_destroy(fdp);
		p->p_fd = NULL;
	}
	lck_mtx_lock(&p->p_lock);
	cwd = p->p_cwd;
	p->p_cwd = NULL;
	lck_mtx_unlock(&p->p_lock);
	if (cwd != NULL)
		(void)vnode_put(cwd);
}

static void
unlist(struct proc *p)
{
	lck_mtx_assert(&proc_list_lock, LCK_MTX_ASSERT_OWNED);
	LIST_REMOVE(p, p_list);
	LIST_REMOVE(p, p_sibling);
	p->p_parent = NULL;
	p->p_state = PS_GONE;
	nprocs--;
}

errno_t
proc_spawn(const char *name, int (*fn)(int, char **), int argc, char **argv,
    const struct spawn_attr *attr, struct proc **out)
{
	static const struct spawn_attr none;
	struct proc *p, *from = current_proc(), *parent;
	const char *base;
	errno_t error;

	if (attr == NULL)
		attr = &none;
	parent = attr->sa_parent != NULL ? attr->sa_parent : from;
	p = kmalloc(sizeof(*p), M_WAITOK | M_ZERO);
	if (p == NULL)
		return (ENOMEM);
	base = strrchr(name, '/');
	strlcpy(p->p_comm, base != NULL ? base + 1 : name, sizeof(p->p_comm));
	lck_mtx_init(&p->p_lock, &proc_grp, LCK_ATTR_NULL);
	TAILQ_INIT(&p->p_threads);
	waitq_init(&p->p_wait);
	selq_init(&p->p_sel);
	p->p_refs = 2;			/* the list's and the thread's */
	p->p_ucred = attr->sa_cred;
	if (p->p_ucred != NULL)
		kauth_cred_ref(p->p_ucred);
	else
		p->p_ucred = kauth_cred_proc_ref(from);
	p->p_umask = from->p_umask;
	p->p_sigignore = from->p_sigignore;
	p->p_main = fn;
	p->p_argc = argc;
	p->p_module = attr->sa_module;
	p->p_module_done = attr->sa_module_done;
	p->p_keep = attr->sa_keep;
	p->p_udata = attr->sa_udata;
	p->p_udata_free = attr->sa_udata_free;
	p->p_start_ns = time_now_ns();
	p->p_cwd = inherit_cwd(from, attr);
	error = copy_args(argc, argv, &p->p_argv);
	if (error != 0)
		goto fail;
	error = inherit_files(p, from, attr);
	if (error != 0)
		goto fail;
	error = publish(p, parent, attr);
	if (error != 0)
		goto fail;
	if (out != NULL) {
		proc_ref(p);
		*out = p;
	}
	error = thread_create_stack(p, p->p_comm, PRI_USER,
	    attr->sa_stack_size != 0 ? attr->sa_stack_size : PROC_STACK_SIZE,
	    proc_main, p, NULL);
	if (error == 0)
		return (0);
	if (out != NULL) {
		(void)proc_rele(p);
		*out = NULL;
	}
	lck_mtx_lock(&proc_list_lock);
	unlist(p);
	lck_mtx_unlock(&proc_list_lock);
fail:
	release_resources(p);
	kfree(p->p_argv);
	p->p_argv = NULL;
	p->p_state = PS_GONE;
	(void)proc_rele(p);
	(void)proc_rele(p);
	return (error);
}

/* --- exit ------------------------------------------------------------------------------ */

void
proc_exit(int status)
{
	struct proc *p = current_proc();
	bool first;

	VERIFY(p != kernproc);
	lck_mtx_lock(&proc_list_lock);
	first = p->p_state == PS_RUNNING;
	if (first) {
		p->p_state = PS_EXITING;
		p->p_status = status;
	}
	lck_mtx_unlock(&proc_list_lock);
	if (first) {
		proc_interrupt_threads(p);	/* the others end themselves */
		release_resources(p);
	}
	thread_exit();
}

/* The last thread has gone (reaper): the process is a zombie, or nothing. */
static void
proc_finish(struct proc *p)
{
	struct proc *parent, *c, *next;
	LIST_HEAD(, proc) gone = LIST_HEAD_INITIALIZER(gone);
	pid_t ppid;

	kfree(p->p_argv);
	p->p_argv = NULL;
	if (p->p_udata_free != NULL && p->p_udata != NULL)
		p->p_udata_free(p->p_udata);
	p->p_udata = NULL;
	if (p->p_module_done != NULL)
		p->p_module_done(p->p_module);
	lck_mtx_lock(&proc_list_lock);
	LIST_FOREACH_SAFE(c, &p->p_children, p_sibling, next) {
		if (c->p_state == PS_ZOMBIE) {
			unlist(c);
			LIST_INSERT_HEAD(&gone, c, p_list);
			continue;
		}
		LIST_REMOVE(c, p_sibling);
		c->p_parent = kernproc;
		c->p_ppid = 0;
		LIST_INSERT_HEAD(&kernproc->p_children, c, p_sibling);
	}
	parent = p->p_parent;
	ppid = parent->p_pid;
	if ((parent == kernproc && !p->p_keep) ||
	    (parent != kernproc && proc_signal_ignored(parent, SIGCHLD))) {
		unlist(p);
		LIST_INSERT_HEAD(&gone, p, p_list);
	} else {
		p->p_state = PS_ZOMBIE;
	}
	(void)waitq_wake_all(&parent->p_wait);
	lck_mtx_unlock(&proc_list_lock);
	/* After the state: kqueue.c looks at it behind its selq_note(). */
	selwakeup_hint(&p->p_sel, (long)NOTE_EXIT);
	if (ppid != 0)
		proc_signal(ppid, SIGCHLD);
	LIST_FOREACH_SAFE(c, &gone, p_list, next)
		(void)proc_rele(c);
}

/* A thread's stack is gone (reaper): drop its reference. */
void
proc_thread_gone(struct proc *p)
{
	bool last;

	if (p == kernproc)
		return;
	sched_lock();
	last = p->p_nthreads == 0;
	sched_unlock();
	if (last) {
		proc_finish(p);
		(void)proc_rele(p);
	}
}

/* --- waiting ------------------------------------------------------------------------------ */

static bool
wait_matches(struct proc *c, pid_t pid, struct proc *p)
{
	if (pid == -1)
		return (true);
	if (pid > 0)
		return (c->p_pid == pid);
	return (c->p_pgid == (pid == 0 ? p->p_pgid : -pid));
}

errno_t
proc_wait_options(pid_t pid, int *status, int options, pid_t *donep)
{
	struct proc *p = current_proc(), *c;
	wait_result_t res;
	bool any;

	lck_mtx_lock(&proc_list_lock);
	for (;;) {
		any = false;
		LIST_FOREACH(c, &p->p_children, p_sibling) {
			if (!wait_matches(c, pid, p))
				continue;
			any = true;
			if (c->p_state == PS_ZOMBIE)
				goto found;
		}
		if (!any || (options & PROC_WNOHANG) != 0)
			break;
		res = waitq_sleep(&p->p_wait, &proc_list_lock,
		    WAIT_INTERRUPTIBLE, 0);
		if (res == THREAD_INTERRUPTED) {
			lck_mtx_unlock(&proc_list_lock);
			return (EINTR);
		}
	}
	lck_mtx_unlock(&proc_list_lock);
	if (!any)
		return (ECHILD);
	if (donep != NULL)
		*donep = 0;
	return (0);
found:
	if (status != NULL)
		*status = c->p_status;
	if (donep != NULL)
		*donep = c->p_pid;
	unlist(c);
	lck_mtx_unlock(&proc_list_lock);
	(void)proc_rele(c);
	return (0);
}

errno_t
proc_wait(pid_t pid, int *status)
{
	return (proc_wait_options(pid, status, 0, NULL));
}

uint64_t
proc_cpu_ns(struct proc *p)
{
	uint64_t ns;
	struct thread *t;

	sched_lock();
	ns = p->p_dead_ns;
	TAILQ_FOREACH(t, &p->p_threads, t_plink)
		ns += t->t_run_ns;
	sched_unlock();
	return (ns);
}

const char *
proc_state_name(struct proc *p)
{
	switch (p->p_state) {
	case PS_NEW:
		return ("new");
	case PS_RUNNING:
		return ("running");
	case PS_EXITING:
		return ("exiting");
	case PS_ZOMBIE:
		return ("zombie");
	case PS_GONE:
		break;
	}
	return ("gone");
}

errno_t
sys_setpgid(struct proc *p, pid_t pid, pid_t pgid)
{
	struct proc *q;
	errno_t error = 0;

	if (pgid < 0)
		return (EINVAL);
	lck_mtx_lock(&proc_list_lock);
	q = pid == 0 ? p : lookup(pid);
	if (q == NULL || (q != p && q->p_parent != p))
		error = ESRCH;
	else
		q->p_pgid = pgid != 0 ? pgid : q->p_pid;
	lck_mtx_unlock(&proc_list_lock);
	return (error);
}

errno_t
sys_nanosleep(struct proc *p, const struct timespec *rqt, struct timespec *rmt)
{
	struct waitq wq = WAITQ_INITIALIZER(wq);
	uint64_t until, now, left = 0;
	wait_result_t res;
	struct waiter w;

	(void)p;
	if (!user_readable(rqt, sizeof(*rqt)) ||
	    (rmt != NULL && !user_writable(rmt, sizeof(*rmt))))
		return (EFAULT);
	if (rqt->tv_sec < 0 || rqt->tv_nsec < 0 ||
	    rqt->tv_nsec >= (long)NSEC_PER_SEC)
		return (EINVAL);
	until = time_deadline((uint64_t)rqt->tv_sec, (uint64_t)rqt->tv_nsec);
	waitq_assert(&wq, &w, WAIT_INTERRUPTIBLE, until);
	res = waitq_block(&w);
	if (res != THREAD_INTERRUPTED)
		return (0);
	now = time_now_ns();
	if (now < until)
		left = until - now;
	if (rmt != NULL) {
		rmt->tv_sec = (time_t)(left / NSEC_PER_SEC);
		rmt->tv_nsec = (long)(left % NSEC_PER_SEC);
	}
	return (EINTR);
}
