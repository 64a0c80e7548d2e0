/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One process and its thread on the host and timers under virtual time: for
 * the file and file-system tests.
 */
#include "test/unit/host/proc_k.h"

#include <kern/debug.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <string.h>

#include "kernel/kext/gate.h"
#include "kernel/proc/kauth.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"
#include "kernel/sched/thread.h"
#include "kernel/time/timer_heap.h"
#include "test/unit/host/clib.h"

static struct thread host_thread;
struct ucred ucred_root = { .cr_refs = 1, .cr_ngroups = 1 };
struct proc host_proc = { .p_pid = 1, .p_ucred = &ucred_root, .p_umask = 022,
    .p_state = PS_RUNNING };
struct proc *kernproc = &host_proc;
struct cpu unit_cpu = { .c_self = &unit_cpu, .c_thread = &host_thread };
static struct timer_heap heap;
unsigned host_signals;

void
host_proc_init(void)
{
	if (host_proc.p_lock.m_magic != MTX_MAGIC) {
		lck_mtx_init(&host_proc.p_lock, NULL, LCK_ATTR_NULL);
		TAILQ_INIT(&host_proc.p_threads);
		selq_init(&host_proc.p_sel);
		host_thread.t_proc = &host_proc;
	}
}

proc_t
current_proc(void)
{
	return (&host_proc);
}

thread_t
current_thread(void)
{
	return (&host_thread);
}

proc_t
proc_find(int pid)
{
	return (pid == 1 ? &host_proc : NULL);
}

int
proc_rele(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_suser(proc_t p)
{
	return (p->p_ucred->cr_uid == 0 ? 0 : EPERM);
}

errno_t
proc_signal_send(struct proc *p, int signum)
{
	(void)p;
	host_signals |= 1u << signum;
	return (0);
}

bool
ucred_in_group(const struct ucred *cr, gid_t gid)
{
	return (cr->cr_ngroups != 0 && cr->cr_groups[0] == gid);
}

uid_t
kauth_cred_getuid(kauth_cred_t cr)
{
	return (cr->cr_uid);
}

bool
kauth_listened(enum kauth_scope_id scope)
{
	(void)scope;
	return (false);
}

errno_t
kauth_ask(enum kauth_scope_id scope, kauth_cred_t cred, int action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3, errno_t dflt)
{
	(void)scope;
	(void)cred;
	(void)action;
	(void)a0;
	(void)a1;
	(void)a2;
	(void)a3;
	return (dflt);
}

/* --- time ------------------------------------------------------------------------ */

void
timer_init(struct timer *t, void (*fn)(void *), void *arg)
{
	memset(t, 0, sizeof(*t));
	t->tm_fn = fn;
	t->tm_arg = arg;
}

bool
timer_arm(struct timer *t, uint64_t abs_ns)
{
	bool was = t->tm_pending;

	if (was)
		timer_heap_remove(&heap, t);
	t->tm_deadline = abs_ns;
	timer_heap_insert(&heap, t);
	return (was);
}

bool
timer_cancel_sync(struct timer *t)
{
	bool was = t->tm_pending;

	if (was)
		timer_heap_remove(&heap, t);
	return (was);
}

bool
host_advance(uint64_t ns)
{
	uint64_t until = host_now_ns + ns;
	struct timer *t;
	bool any = false;

	while ((t = timer_heap_pop(&heap, until)) != NULL) {
		if (t->tm_deadline > host_now_ns)
			host_now_ns = t->tm_deadline;
		t->tm_fn(t->tm_arg);
		any = true;
	}
	host_now_ns = until;
	return (any);
}

int64_t
time_wall_offset_ns(void)
{
	return (0);
}

void
nanotime(struct timespec *ts)
{
	ts->tv_sec = (time_t)(host_now_ns / 1000000000);
	ts->tv_nsec = (long)(host_now_ns % 1000000000);
}

/* Nothing wakes it but time: a deadline passes at once. */
wait_result_t
waitq_sleep(struct waitq *wq, struct __lck_mtx *mtx, int kind,
    uint64_t deadline_ns)
{
	(void)wq;
	(void)kind;
	if (deadline_ns == 0)
		panic("a thread would wait for ever");
	lck_mtx_unlock(mtx);
	(void)host_advance(deadline_ns - host_now_ns);
	lck_mtx_lock(mtx);
	return (THREAD_TIMED_OUT);
}

int
msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts)
{
	(void)chan;
	(void)mtx;
	(void)pri;
	(void)ts;
	panic("%s: a thread would wait for ever", wmesg);
	return (0);
}

void
wakeup(void *chan)
{
	(void)chan;
}
