/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads and waiting as kexts see them: <kern/thread.h>,
 * <mach/thread_act.h>, <mach/thread_policy.h>, <kern/sched_prim.h>.
 *
 * A kext's thread runs inside a gate of its own from its first instruction
 * to thread_terminate(), so the kext is not unloaded under it.  A
 * continuation starts on an empty stack: the old frames are given up, the
 * gate is left and entered again.
 *
 * `kextunload -f` can not stop a thread in the middle of what it does.  It
 * marks it and wakes it; a marked thread ends where its own kext has called a
 * function that sleeps, if it holds no lock (sleep_block).
 */
#include <kern/sched_prim.h>
#include <kern/task.h>
#include <kern/thread.h>
#include <mach/thread_act.h>
#include <mach/thread_policy.h>
#include <string.h>

#include "arch/x86_64/cpu.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/kext/kext.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/sched_priv.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"

/* The name of a thread that has been given none. */
static const char nameless[] = "kext thread";

/* What a thread of kernel_thread_start() has beside its thread. */
struct kthread {
	thread_continue_t kt_fn;
	void *kt_arg;
	struct gate kt_gate;
	struct kext *kt_kext;
	struct thread *kt_thread;	/* s: once it runs */
	bool kt_ending;			/* a: to end at its next sleep */
	LIST_ENTRY(kthread) kt_link;	/* s */
};

static LIST_HEAD(, kthread) kthreads = LIST_HEAD_INITIALIZER(kthreads);

/*
 * Ends the calling thread if its kext goes by force: when it is in no callback
 * of another kind and holds nothing.
 */
static void
kthread_check(struct kthread *kt)
{
	struct thread *t = current_thread();
	struct gate_frame *gf = gate_top(t);

	if (__atomic_load_n(&kt->kt_ending, __ATOMIC_RELAXED) && gf != NULL &&
	    gf->gf_gate == &kt->kt_gate && gf->gf_prev == NULL &&
	    t->t_nheld == 0) {
#ifndef INVARIANTS
		/* What it holds is not known: it stays a good owner. */
		thread_reference(t);
#endif
		(void)thread_terminate(t);
	}
}

wait_result_t
sleep_block(struct waiter *w, const void *caller)
{
	struct thread *t = current_thread();
	struct kthread *kt = t->t_kthread;
	wait_result_t res;

	if (__builtin_expect(kt == NULL, 1) ||
	    kext_by_addr(caller) != kt->kt_kext)
		return (waitq_block(w));
	t->t_kpi_sleep = true;
	res = waitq_block(w);
	t->t_kpi_sleep = false;
	kthread_check(kt);
	return (res);
}

/* With the scheduler's lock held: the thread record of a gate that lives. */
static struct kthread *
kthread_of(const struct gate *g)
{
	struct kthread *kt;

	LIST_FOREACH(kt, &kthreads, kt_link)
		if (&kt->kt_gate == g)
			break;
	return (kt);
}

/*
 * The kernel ends a thread on its own: `kextunload -f`.  A sleep that the
 * kext itself began (t_kpi_sleep) is over; any other sleep is the kernel's.
 */
static void
kthread_revoke(struct gate *g)
{
	struct kthread *kt;
	struct thread *t;

	sched_lock();
	kt = kthread_of(g);
	if (kt != NULL) {
		kt->kt_ending = true;
		t = kt->kt_thread;
		if (t != NULL && t->t_kpi_sleep && t->t_blocked != NULL)
			waiter_wake(t->t_blocked, THREAD_INTERRUPTED);
	}
	sched_unlock();
}

static void
kthread_end(struct thread *t)
{
	struct kthread *kt = t->t_kthread;

	(void)waitq_cancel(&t->t_wait);
	gate_unwind(t);
	if (kt != NULL) {
		t->t_kthread = NULL;
		sched_lock();
		LIST_REMOVE(kt, kt_link);
		sched_unlock();
		gate_fini(&kt->kt_gate);
		kext_uncharge(kt->kt_kext, KRES_THREAD, 1);
		kfree(kt);
	}
}

static void
kthread_main(void *arg)
{
	struct kthread *kt = arg;
	struct thread *t = current_thread();

	t->t_kthread = kt;
	sched_lock();
	kt->kt_thread = t;
	sched_unlock();
	GATE_VOID(&kt->kt_gate, kt->kt_fn, kt->kt_arg, THREAD_AWAKENED);
	kthread_end(t);
}

kern_return_t
kernel_thread_start(thread_continue_t continuation, void *parameter,
    thread_t *new_thread)
{
	struct kthread *kt;

	if (continuation == NULL || new_thread == NULL)
		return (KERN_INVALID_ARGUMENT);
	kt = kmalloc(sizeof(*kt), M_WAITOK | M_ZERO);
	if (kt == NULL)
		return (KERN_RESOURCE_SHORTAGE);
	kt->kt_fn = continuation;
	kt->kt_arg = parameter;
	gate_init(&kt->kt_gate, GATE_THREAD, "thread",
	    (const void *)continuation);
	gate_set_revoke_again(&kt->kt_gate, kthread_revoke);
	kt->kt_kext = kext_charge_to(kt->kt_gate.g_kext, KRES_THREAD, 1);
	sched_lock();
	LIST_INSERT_HEAD(&kthreads, kt, kt_link);
	sched_unlock();
	if (thread_create(NULL, nameless, PRI_KERNEL, kthread_main, kt,
	    new_thread) != 0) {
		sched_lock();
		LIST_REMOVE(kt, kt_link);
		sched_unlock();
		gate_fini(&kt->kt_gate);
		kext_uncharge(kt->kt_kext, KRES_THREAD, 1);
		kfree(kt);
		return (KERN_RESOURCE_SHORTAGE);
	}
	return (KERN_SUCCESS);
}

kern_return_t
thread_terminate(thread_t target)
{
	if (target == NULL)
		return (KERN_INVALID_ARGUMENT);
	if (target != current_thread())
		return (KERN_FAILURE);	/* only a thread itself knows when */
	if (target->t_proc != kernproc) {
		gate_unwind(target);
		proc_exit(PROC_STATUS(0));
	}
	kthread_end(target);
	thread_exit();
}

kern_return_t
thread_policy_set(thread_t thread, thread_policy_flavor_t flavor,
    thread_policy_t info, mach_msg_type_number_t count)
{
	int prio = PRI_KERNEL;

	if (thread == NULL)
		return (KERN_INVALID_ARGUMENT);
	switch (flavor) {
	case THREAD_EXTENDED_POLICY:	/* the same number as the standard one */
		break;
	case THREAD_TIME_CONSTRAINT_POLICY:
		if (info == NULL || count < THREAD_TIME_CONSTRAINT_POLICY_COUNT)
			return (KERN_INVALID_ARGUMENT);
		prio = PRI_TIMER - 1;
		break;
	case THREAD_PRECEDENCE_POLICY:
		if (info == NULL || count < THREAD_PRECEDENCE_POLICY_COUNT)
			return (KERN_INVALID_ARGUMENT);
		prio += ((thread_precedence_policy_t)info)->importance;
		if (prio < PRI_USER)
			prio = PRI_USER;
		if (prio > PRI_TIMER - 1)
			prio = PRI_TIMER - 1;
		break;
	default:
		return (KERN_INVALID_ARGUMENT);
	}
	thread_set_priority(thread, prio);
	return (KERN_SUCCESS);
}

boolean_t
thread_has_thread_name(thread_t th)
{
	return (th != NULL && th->t_name[0] != '\0' &&
	    strcmp(th->t_name, nameless) != 0);
}

void
thread_set_thread_name(thread_t th, const char *name)
{
	if (th != NULL && name != NULL)
		thread_set_name(th, name);
}

/* --- tasks: a task is the process ------------------------------------------------------- */

task_t kernel_task;

static void
kernel_task_init(void)
{
	kernel_task = (task_t)kernproc;
}
INITCALL(INIT_CORE, kernel_task_init);

task_t
current_task(void)
{
	return ((task_t)current_proc());
}

void
task_reference(task_t task)
{
	if (task != NULL)
		proc_ref((struct proc *)task);
}

void
task_deallocate(task_t task)
{
	(void)proc_rele((struct proc *)task);
}

/* --- waiting --------------------------------------------------------------------------- */

wait_result_t
assert_wait_deadline(event_t event, wait_interrupt_t interruptible,
    uint64_t deadline)
{
	struct waiter *w = &current_thread()->t_wait;

	KASSERT(w->w_queue == NULL, ("assert_wait: already waiting for %p",
	    w->w_chan));
	/* Woken before it blocked: its deadline may still be armed. */
	(void)waitq_cancel(w);
	chan_assert(event, w, interruptible, deadline);
	/* It may be over by now: thread_block() tells. */
	return (w->w_result == THREAD_INTERRUPTED ? THREAD_INTERRUPTED :
	    THREAD_WAITING);
}

wait_result_t
assert_wait(event_t event, wait_interrupt_t interruptible)
{
	return (assert_wait_deadline(event, interruptible, 0));
}

wait_result_t
assert_wait_timeout(event_t event, wait_interrupt_t interruptible,
    uint32_t interval, uint32_t scale_factor)
{
	uint64_t deadline;

	clock_interval_to_deadline(interval, scale_factor, &deadline);
	return (assert_wait_deadline(event, interruptible, deadline));
}

boolean_t
preemption_enabled(void)
{
	struct cpu *c = curcpu();

	return (c->c_intr_depth == 0 && c->c_spin_depth == 0 &&
	    c->c_thread->t_preempt == 0 && arch_irq_enabled());
}

/* First code after a continued wait: empty stack, interrupts off. */
static void
continuation_start(void *arg)
{
	struct thread *t = arg;
	struct kthread *kt = t->t_kthread;

	arch_irq_enable();
	if (kt != NULL)
		GATE_VOID(&kt->kt_gate, t->t_cont, t->t_cont_arg,
		    t->t_wait.w_result);
	else
		t->t_cont(t->t_cont_arg, t->t_wait.w_result);
	kthread_end(t);
	thread_exit();
}

static wait_result_t
block(thread_continue_t continuation, void *parameter, const void *caller)
{
	struct thread *t = current_thread();
	struct waiter *w = &t->t_wait;

	if (w->w_thread == NULL) {		/* nothing was ever asserted */
		w->w_result = THREAD_AWAKENED;
		thread_yield();
	} else {
		(void)sleep_block(w, caller);
	}
	if (continuation == THREAD_CONTINUE_NULL || t->t_stack == NULL)
		return (w->w_result);
	gate_unwind(t);
	t->t_cont = continuation;
	t->t_cont_arg = parameter;
	sched_restart(t, continuation_start);
}

wait_result_t
thread_block(thread_continue_t continuation)
{
	struct kthread *kt = current_thread()->t_kthread;

	return (block(continuation, kt != NULL ? kt->kt_arg : NULL,
	    __builtin_return_address(0)));
}

wait_result_t
thread_block_parameter(thread_continue_t continuation, void *parameter)
{
	return (block(continuation, parameter, __builtin_return_address(0)));
}

kern_return_t
thread_wakeup_prim(event_t event, boolean_t one_thread, wait_result_t result)
{
	return (chan_wake(event, one_thread, result) > 0 ? KERN_SUCCESS :
	    KERN_NOT_WAITING);
}
