/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: who runs, and how the CPU passes from one to the next.
 *
 * One spin lock (sched_lock) covers the run queue, every wait queue and every
 * thread's state; it is held across the switch itself and let go by whoever
 * comes on, so a thread is never made runnable before its context is saved.
 *
 * Spin locks are counted per CPU (c_spin_depth).  The first one saves the
 * interrupt state, the last one restores it and is where a wanted switch
 * (c_resched) happens; so locks need not be released in reverse order, and a
 * wakeup under a spin lock preempts when the lock is let go.
 *
 * The one-shot timer is set for the earliest of the next timer and the end of
 * the slice; the slice counts only while a thread of the same priority waits.
 * Who is preempted within it goes on with the rest (t_slice_ns): with a new
 * one each time, a thread that others wake past often would starve its equals.
 * It is never moved later: an early interrupt finds nothing due and re-arms.
 */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/runq.h"
#include "kernel/sched/sched_priv.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/rawspin.h"
#include "kernel/time/timer.h"
#include "kernel/trap.h"

#define QUANTUM_NS	10000000ull	/* 10 ms, one tick at hz = 100 */

static struct runq runq;
struct rawspin sched_spin;		/* the lock */
static bool running;			/* blocking works */
static bool early_done;

struct thread boot_thread = {
	.t_state = TS_RUNNING,
	.t_prio = PRI_KERNEL,
	.t_base_prio = PRI_KERNEL,
	.t_refs = 2,
	.t_name = "boot",
};

/* --- spin sections --------------------------------------------------------- */

static bool
may_switch(struct cpu *c)
{
	return (running && c->c_spin_depth == 0 && c->c_intr_depth == 0 &&
	    c->c_thread->t_preempt == 0);
}

void
spin_exit_switch(uint64_t flags)
{
	if (arch_irq_flags_on(flags))
		sched_preempt_check();
	arch_irq_restore(flags);
}

void
preempt_disable(void)
{
	current_thread()->t_preempt++;
	__asm__ volatile("" : : : "memory");
}

void
preempt_enable(void)
{
	struct thread *t = current_thread();

	__asm__ volatile("" : : : "memory");
	KASSERT(t->t_preempt > 0, ("preempt_enable without disable"));
	if (--t->t_preempt == 0 && curcpu()->c_resched &&
	    !in_interrupt() && arch_irq_enabled()) {
		spin_enter();
		spin_exit();
	}
}

bool
in_interrupt(void)
{
	return (curcpu()->c_intr_depth != 0);
}

bool
can_block(void)
{
	struct cpu *c = curcpu();

	return (running && c->c_intr_depth == 0 && c->c_spin_depth == 0 &&
	    c->c_thread->t_preempt == 0 && c->c_thread != c->c_idle &&
	    arch_irq_enabled());
}

bool
sched_running(void)
{
	return (running);
}

/* --- the clock ------------------------------------------------------------- */

void
sched_arm_clock(void)
{
	struct cpu *c = curcpu();
	uint64_t next = timer_next_deadline();

	if (!c->c_resched && c->c_quantum_end < next)
		next = c->c_quantum_end;
	if (next < c->c_armed) {
		c->c_armed = next;
		clock_oneshot(next);
	}
}

/* Starts the slice when someone of the same priority waits. */
static void
quantum_start(struct cpu *c, uint64_t now)
{
	if (c->c_quantum_end == UINT64_MAX && c->c_thread != c->c_idle &&
	    runq_best(&runq) == c->c_thread->t_prio) {
		struct thread *t = c->c_thread;

		c->c_quantum_end = now +
		    (t->t_slice_ns != 0 ? t->t_slice_ns : QUANTUM_NS);
		t->t_slice_ns = 0;
		sched_arm_clock();
	}
}

void
clock_interrupt(uint64_t now)
{
	struct cpu *c = curcpu();

	c->c_armed = UINT64_MAX;
	timer_interrupt(now);
	if (c->c_quantum_end <= now)
		c->c_resched = true;	/* sched_preempt() sees the end passed */
	sched_arm_clock();
}

/* --- switching ---------------------------------------------------------------- */

static void
after_switch(struct cpu *c)
{
	struct thread *dead = c->c_dead;

	if (dead != NULL) {
		c->c_dead = NULL;
		thread_reap(dead);
	}
}

/*
 * Gives the CPU to the best runnable thread.  The caller has set the state of
 * the current one and queued it if it is still runnable.  s held, also on
 * return.
 */
static void
sched_switch(void)
{
	struct cpu *c = curcpu();
	struct thread *prev = c->c_thread, *next;
	uint64_t now = clock_monotonic_ns(), flags = c->c_spin_flags;

	KASSERT(c->c_spin_depth == 1, ("%s blocks with %u spin locks held",
	    prev->t_name, c->c_spin_depth - 1));
	next = runq_pop(&runq);
	if (next == NULL)
		next = c->c_idle;
	prev->t_run_ns += now - c->c_switch_ns;
	c->c_switch_ns = now;
	c->c_resched = false;
	c->c_quantum_end = UINT64_MAX;
	next->t_state = TS_RUNNING;
	c->c_thread = next;
	quantum_start(c, now);
	if (next == prev)
		return;
	c->c_switches++;
	next->t_switches++;
	arch_switch(&prev->t_ctx, &next->t_ctx);
	c = curcpu();
	c->c_spin_flags = flags;
	after_switch(c);
}

/* First code of every thread: interrupts off, s held by the one before. */
static void
thread_start(void *arg)
{
	struct thread *t = arg;
	struct cpu *c = curcpu();

	after_switch(c);
	__atomic_store_n(&sched_spin.rs_word, 0, __ATOMIC_RELEASE);
	c->c_spin_depth = 0;
	sched_preempt_check();
	arch_irq_enable();
	t->t_fn(t->t_arg);
	thread_exit();
}

void
sched_prepare(struct thread *t)
{
	arch_thread_init(&t->t_ctx, thread_start, t,
	    (char *)t->t_stack + t->t_stack_size);
}

/*
 * The running thread gives up all its frames and continues in fn(t) at the
 * base of its stack, interrupts off.
 */
void
sched_restart(struct thread *t, void (*fn)(void *))
{
	static struct arch_context old;	/* never continued */

	arch_irq_disable();
	arch_thread_init(&t->t_ctx, fn, t,
	    (char *)t->t_stack + t->t_stack_size);
	arch_switch(&old, &t->t_ctx);
	arch_halt();
}

/* Another thread is due; interrupts are off, no spin lock held. */
static void
sched_preempt(struct cpu *c)
{
	struct thread *t = c->c_thread;
	int best;

	sched_lock();
	c->c_resched = false;
	best = runq_best(&runq);
	if (t != c->c_idle && t->t_state == TS_RUNNING) {
		uint64_t now = clock_monotonic_ns();
		bool expired = now >= c->c_quantum_end;

		if (expired)
			c->c_quantum_end = UINT64_MAX;
		if (best < t->t_prio || (best == t->t_prio && !expired)) {
			quantum_start(c, now);
			sched_arm_clock();
			goto out;
		}
		if (c->c_quantum_end != UINT64_MAX)
			t->t_slice_ns = c->c_quantum_end - now;
		t->t_state = TS_RUNNABLE;
		runq_add(&runq, t, best > t->t_prio && !expired);
	} else if (best < 0) {
		goto out;
	} else if (t == c->c_idle) {
		t->t_state = TS_RUNNABLE;
	}
	c->c_preemptions++;
	sched_switch();
out:
	/* Not sched_unlock(): this is where it would have come to. */
	__atomic_store_n(&sched_spin.rs_word, 0, __ATOMIC_RELEASE);
	curcpu()->c_spin_depth--;
}

/* More than once: the switch back here may have woken the reaper. */
void
sched_preempt_check(void)
{
	while (curcpu()->c_resched && may_switch(curcpu()))
		sched_preempt(curcpu());
}

void
sched_ready(struct thread *t)
{
	struct cpu *c = curcpu();

	sched_lock_assert();
	KASSERT(t->t_state == TS_BLOCKED || t->t_state == TS_NEW,
	    ("sched_ready(%s) in state %d", t->t_name, t->t_state));
	t->t_state = TS_RUNNABLE;
	runq_add(&runq, t, false);
	if (c->c_thread == c->c_idle || t->t_prio > c->c_thread->t_prio)
		c->c_resched = true;
	else if (t->t_prio == c->c_thread->t_prio &&
	    c->c_quantum_end == UINT64_MAX)
		quantum_start(c, clock_monotonic_ns());
}

void
sched_block(struct waiter *w)
{
	struct thread *t = current_thread();

	KASSERT(w->w_thread == t, ("blocking on another thread's wait"));
	if (w->w_queue != NULL) {
		KASSERT(running && t != curcpu()->c_idle && !in_interrupt() &&
		    t->t_preempt == 0, ("%s may not block", t->t_name));
		t->t_blocked = w;
		t->t_state = TS_BLOCKED;
		sched_switch();
	}
	sched_unlock();
}

void
sched_set_prio(struct thread *t, int prio)
{
	sched_lock_assert();
	if (t->t_prio == prio)
		return;
	if (t->t_in_runq) {
		runq_remove(&runq, t);
		t->t_prio = prio;
		runq_add(&runq, t, false);
		if (prio > curcpu()->c_thread->t_prio)
			curcpu()->c_resched = true;
	} else {
		bool lower = prio < t->t_prio;

		t->t_prio = prio;
		if (lower && t == curcpu()->c_thread &&
		    runq_best(&runq) > prio)
			curcpu()->c_resched = true;
	}
}

void
thread_yield(void)
{
	struct thread *t = current_thread();

	if (!can_block() && t != curcpu()->c_idle)
		return;
	sched_lock();
	if (t == curcpu()->c_idle) {
		curcpu()->c_resched = false;
		if (runq.rq_count > 0) {
			t->t_state = TS_RUNNABLE;
			sched_switch();
		}
	} else if (runq_best(&runq) >= t->t_prio) {
		t->t_state = TS_RUNNABLE;
		runq_add(&runq, t, false);
		sched_switch();
	}
	sched_unlock();
}

void
sched_exit_current(void)
{
	struct thread *t = current_thread();

	sched_lock();
	t->t_state = TS_DEAD;
	curcpu()->c_dead = t;
	sched_switch();
	panic("a dead thread runs: %s", t->t_name);
	arch_halt();
}

unsigned
sched_nrunnable(void)
{
	return (runq.rq_count);
}

/* --- start ------------------------------------------------------------------------ */

void
idle_loop(void *arg)
{
	(void)arg;
	for (;;) {
		arch_irq_disable();
		if (runq.rq_count == 0 && !curcpu()->c_resched) {
			arch_idle();
			continue;
		}
		arch_irq_enable();
		thread_yield();
	}
}

void
sched_init_early(void)
{
	struct cpu *c = curcpu();

	if (early_done)
		return;
	early_done = true;
	runq_init(&runq);
	waitq_init(&boot_thread.t_join);
	c->c_quantum_end = UINT64_MAX;
	c->c_armed = UINT64_MAX;
	if (c->c_thread == NULL)
		c->c_thread = &boot_thread;
	thread_init_early();
}

/* Called by thread_init() once the idle thread exists. */
void
sched_start(struct thread *idle)
{
	struct cpu *c = curcpu();

	c->c_idle = idle;
	c->c_switch_ns = clock_monotonic_ns();
	idle->t_prio = idle->t_base_prio = PRI_IDLE;
	idle->t_state = TS_RUNNABLE;
	running = true;
}
