/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads: creation, end, joining, names, figures.
 *
 * A thread cannot free the stack it stands on: the next one to run hands it
 * to the reaper, a thread of its own, which frees the stack, says that the
 * thread has ended and drops its reference.  A few stacks are kept for the
 * next thread.
 */
#include "kernel/sched/thread.h"

#include <string.h>

#include "arch/x86_64/clock.h"
#include "kernel/init.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/sched_priv.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"
#include "kernel/time/timer.h"

#define STACK_CACHE	8		/* stacks of the usual size kept */

static LIST_HEAD(, thread) all_threads;	/* s */
static TAILQ_HEAD(, thread) dead_list;	/* s, by t_runq */
static struct waitq reaper_wq;
static unsigned nthreads;		/* s */
static uint64_t next_tid = 1;		/* s: also the number created */
static struct kmem_cache *thread_cache;
static void *stack_cache[STACK_CACHE];	/* s */
static unsigned nstacks;		/* s */

static void *
stack_alloc(size_t size)
{
	void *stack = NULL;

	if (size == THREAD_STACK_SIZE) {
		sched_lock();
		if (nstacks > 0)
			stack = stack_cache[--nstacks];
		sched_unlock();
	}
	return (stack != NULL ? stack : kva_alloc(size, KVA_STACK));
}

static void
stack_free(void *stack, size_t size)
{
	bool kept = false;

	if (size == THREAD_STACK_SIZE) {
		sched_lock();
		if (nstacks < STACK_CACHE) {
			stack_cache[nstacks++] = stack;
			kept = true;
		}
		sched_unlock();
	}
	if (!kept)
		kva_free(stack);
}

static void
thread_link(struct thread *t)
{
	sched_lock_assert();
	t->t_tid = next_tid++;
	LIST_INSERT_HEAD(&all_threads, t, t_all);
	nthreads++;
	if (t->t_proc != NULL) {
		TAILQ_INSERT_TAIL(&t->t_proc->p_threads, t, t_plink);
		t->t_proc->p_nthreads++;
	}
}

static struct thread *
thread_make(struct proc *p, const char *name, int prio, size_t stack_size,
    void (*fn)(void *), void *arg)
{
	struct thread *t = kmem_cache_alloc(thread_cache, M_WAITOK | M_ZERO);

	if (t == NULL)
		return (NULL);
	t->t_stack_size = (stack_size + 4095) & ~(size_t)4095;
	t->t_stack = stack_alloc(t->t_stack_size);
	if (t->t_stack == NULL) {
		kmem_cache_free(thread_cache, t);
		return (NULL);
	}
	t->t_state = TS_NEW;
	t->t_prio = t->t_base_prio = prio;
	t->t_refs = 2;
	t->t_proc = p != NULL ? p : kernproc;
	strlcpy(t->t_name, name, sizeof(t->t_name));
	t->t_fn = fn;
	t->t_arg = arg;
	waitq_init(&t->t_join);
	TAILQ_INIT(&t->t_waiters);
	LIST_INIT(&t->t_contended);
	sched_prepare(t);
	return (t);
}

errno_t
thread_create_stack(struct proc *p, const char *name, int prio,
    size_t stack_size, void (*fn)(void *), void *arg, struct thread **out)
{
	struct thread *t;

	KASSERT(prio > PRI_IDLE && prio <= PRI_MAX, ("priority %d", prio));
	t = thread_make(p, name, prio, stack_size, fn, arg);
	if (t == NULL)
		return (ENOMEM);
	if (out != NULL)
		*out = t;
	else
		t->t_refs = 1;
	sched_lock();
	thread_link(t);
	sched_ready(t);
	sched_unlock();
	return (0);
}

errno_t
thread_create(struct proc *p, const char *name, int prio, void (*fn)(void *),
    void *arg, struct thread **out)
{
	return (thread_create_stack(p, name, prio, THREAD_STACK_SIZE, fn, arg,
	    out));
}

void
thread_exit(void)
{
	struct thread *t = current_thread();

	KASSERT(can_block(), ("%s ends in the wrong place", t->t_name));
	KASSERT(t->t_nheld == 0, ("%s ends with a lock held", t->t_name));
	KASSERT(TAILQ_EMPTY(&t->t_waiters), ("%s ends waiting", t->t_name));
	sched_exit_current();
}

/* From the switch, s held: t is off the CPU for good. */
void
thread_reap(struct thread *t)
{
	struct waiter *w;

	TAILQ_INSERT_TAIL(&dead_list, t, t_runq);
	w = TAILQ_FIRST(&reaper_wq.wq_head);
	if (w != NULL)
		waiter_wake(w, THREAD_AWAKENED);
}

static void
reap_one(struct thread *t)
{
	struct proc *p = t->t_proc;

	sched_lock();
	LIST_REMOVE(t, t_all);
	nthreads--;
	if (p != NULL) {
		TAILQ_REMOVE(&p->p_threads, t, t_plink);
		p->p_nthreads--;
		p->p_dead_ns += t->t_run_ns;
	}
	sched_unlock();
	if (t->t_stack != NULL)
		stack_free(t->t_stack, t->t_stack_size);
	t->t_stack = NULL;
	if (p != NULL)
		proc_thread_gone(p);
	sched_lock();
	t->t_exited = true;
	sched_unlock();
	(void)waitq_wake_all(&t->t_join);
	thread_deallocate(t);
}

static void
reaper(void *arg)
{
	struct waiter w;
	struct thread *t;

	(void)arg;
	for (;;) {
		sched_lock();
		t = TAILQ_FIRST(&dead_list);
		if (t != NULL)
			TAILQ_REMOVE(&dead_list, t, t_runq);
		else
			waiter_add(&reaper_wq, &w, NULL, WAIT_UNINT, 0);
		sched_unlock();
		if (t != NULL)
			reap_one(t);
		else
			(void)waitq_block(&w);
	}
}

errno_t
thread_join(struct thread *t, bool interruptible)
{
	int kind = interruptible ? WAIT_INTERRUPTIBLE : WAIT_UNINT;
	struct waiter w;

	if (t == current_thread())
		return (EDEADLK);
	for (;;) {
		waitq_assert(&t->t_join, &w, kind, 0);
		if (__atomic_load_n(&t->t_exited, __ATOMIC_ACQUIRE)) {
			(void)waitq_cancel(&w);
			return (0);
		}
		if (waitq_block(&w) == THREAD_INTERRUPTED)
			return (EINTR);
	}
}

void
thread_reference(thread_t t)
{
	__atomic_add_fetch(&t->t_refs, 1, __ATOMIC_RELAXED);
}

void
thread_deallocate(thread_t t)
{
	if (t == NULL)
		return;
	if (__atomic_sub_fetch(&t->t_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	VERIFY(t != &boot_thread && t->t_exited);
	kmem_cache_free(thread_cache, t);
}

thread_t
current_thread(void)
{
	return (arch_curthread());
}

uint64_t
thread_tid(thread_t t)
{
	return (t->t_tid);
}

void
thread_set_priority(struct thread *t, int prio)
{
	sched_lock();
	t->t_base_prio = prio;
	sched_set_prio(t, lck_mtx_inherited(t));
	sched_unlock();
}

void
thread_set_name(struct thread *t, const char *name)
{
	sched_lock();
	strlcpy(t->t_name, name, sizeof(t->t_name));
	sched_unlock();
}

uint64_t
thread_cpu_ns(struct thread *t)
{
	uint64_t ns;

	sched_lock();
	ns = t->t_run_ns;
	if (t->t_state == TS_RUNNING)
		ns += clock_monotonic_ns() - curcpu()->c_switch_ns;
	sched_unlock();
	return (ns);
}

void
thread_sleep_ns(uint64_t ns)
{
	struct waitq wq = WAITQ_INITIALIZER(wq);
	struct waiter w;

	waitq_assert(&wq, &w, WAIT_UNINT, time_now_ns() + ns);
	(void)waitq_block(&w);
}

void
thread_foreach(void (*fn)(struct thread *, void *), void *arg)
{
	struct thread *t;

	sched_lock();
	LIST_FOREACH(t, &all_threads, t_all)
		fn(t, arg);
	sched_unlock();
}

unsigned
thread_count(void)
{
	return (nthreads);
}

uint64_t
thread_created_total(void)
{
	return (next_tid - 1);
}

void *
thread_slot_get(enum thread_slot s)
{
	return (current_thread()->t_slot[s]);
}

void
thread_slot_set(enum thread_slot s, void *v)
{
	current_thread()->t_slot[s] = v;
}

/* --- start ------------------------------------------------------------------------ */

void
thread_init_early(void)
{
	TAILQ_INIT(&dead_list);
	TAILQ_INIT(&boot_thread.t_waiters);
	waitq_init(&reaper_wq);
	proc_init_early();
	boot_thread.t_proc = kernproc;
	sched_lock();
	thread_link(&boot_thread);
	sched_unlock();
}

/* The end of kernel_main(): the boot flow was a thread like any other. */
void
boot_finished(void)
{
	thread_exit();
}

static void
thread_init(void)
{
	struct thread *idle;

	sched_init_early();
	thread_cache = kmem_cache_create("thread", sizeof(struct thread), 0, 0);
	VERIFY(thread_cache != NULL);
	idle = thread_make(NULL, "idle", PRI_IDLE, 16384, idle_loop, NULL);
	VERIFY(idle != NULL);
	sched_lock();
	thread_link(idle);
	sched_unlock();
	sched_start(idle);
	VERIFY(thread_create(NULL, "reaper", PRI_REAPER, reaper, NULL, NULL)
	    == 0);
	timer_thread_start();
}
INITCALL_ORDER(INIT_SCHED, 10, thread_init);
