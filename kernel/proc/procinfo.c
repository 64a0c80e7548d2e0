/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots for ps, top and their kind (procinfo.h).
 */
#include "kernel/proc/procinfo.h"

#include <sys/errno.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"
#include "kernel/time/timer.h"

struct plist {
	struct proc_info *pl_info;
	size_t pl_max, pl_n;
};

static void
add_proc(struct proc *p, void *arg)
{
	struct plist *pl = arg;
	struct proc_info *pi = &pl->pl_info[pl->pl_n];

	if (pl->pl_n == pl->pl_max)
		return;
	pl->pl_n++;
	memset(pi, 0, sizeof(*pi));
	pi->pi_pid = p->p_pid;
	pi->pi_ppid = p->p_ppid;
	pi->pi_pgid = p->p_pgid;
	pi->pi_uid = proc_euid(p);
	pi->pi_nthreads = p->p_nthreads;
	/* The table goes after the state has left PS_RUNNING. */
	if (p->p_state == PS_RUNNING && p->p_fd != NULL)
		pi->pi_nfiles = p->p_fd->fd_used;
	pi->pi_state = proc_state_name(p);
	strlcpy(pi->pi_name, p->p_comm, sizeof(pi->pi_name));
	pi->pi_cpu_ns = proc_cpu_ns(p);
	if (p == kernproc)		/* idling is not work */
		pi->pi_cpu_ns -= curcpu()->c_idle->t_run_ns;
	pi->pi_age_ns = time_now_ns() - p->p_start_ns;
}

int
procinfo_list(struct proc_info **out, size_t *n)
{
	struct plist pl = { .pl_max = proc_count() + 8 };

	pl.pl_info = kmalloc(pl.pl_max * sizeof(*pl.pl_info), M_WAITOK);
	if (pl.pl_info == NULL)
		return (ENOMEM);
	proc_foreach(add_proc, &pl);
	*out = pl.pl_info;
	*n = pl.pl_n;
	return (0);
}

struct tlist {
	struct thread_info *tl_info;
	size_t tl_max, tl_n;
};

static void
add_thread(struct thread *t, void *arg)
{
	static const char state[] = { [TS_NEW] = 'N', [TS_RUNNABLE] = 'r',
	    [TS_RUNNING] = 'R', [TS_BLOCKED] = 'S', [TS_DEAD] = 'Z' };
	struct tlist *tl = arg;
	struct thread_info *ti = &tl->tl_info[tl->tl_n];

	if (tl->tl_n == tl->tl_max)
		return;
	tl->tl_n++;
	memset(ti, 0, sizeof(*ti));
	ti->ti_tid = t->t_tid;
	ti->ti_pid = t->t_proc != NULL ? t->t_proc->p_pid : 0;
	ti->ti_prio = t->t_prio;
	ti->ti_base_prio = t->t_base_prio;
	ti->ti_state = state[t->t_state];
	strlcpy(ti->ti_name, t->t_name, sizeof(ti->ti_name));
	if (t->t_state == TS_BLOCKED)
		strlcpy(ti->ti_wmesg, t->t_lock_wait != NULL ? "mutex" :
		    t->t_wmesg != NULL ? t->t_wmesg : "wait",
		    sizeof(ti->ti_wmesg));
	ti->ti_cpu_ns = t->t_run_ns;
	ti->ti_switches = t->t_switches;
}

int
threadinfo_list(struct thread_info **out, size_t *n)
{
	struct tlist tl = { .tl_max = thread_count() + 16 };

	tl.tl_info = kmalloc(tl.tl_max * sizeof(*tl.tl_info), M_WAITOK);
	if (tl.tl_info == NULL)
		return (ENOMEM);
	thread_foreach(add_thread, &tl);
	*out = tl.tl_info;
	*n = tl.tl_n;
	return (0);
}

void
procinfo_free(void *p)
{
	kfree(p);
}

void
cpuinfo(uint64_t *idle_ns, uint64_t *total_ns)
{
	*idle_ns = thread_cpu_ns(curcpu()->c_idle);
	*total_ns = time_now_ns();
}
