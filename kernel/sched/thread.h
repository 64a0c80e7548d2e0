/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads and the scheduler.
 *
 * A thread is a stack, a context and a priority; it belongs to a process
 * (kernproc for kernel threads).  128 priorities, a higher number runs first,
 * round robin within one; a thread that becomes runnable with a higher
 * priority than the running one preempts it at once, or as soon as the last
 * spin lock or preempt_disable() is gone.  There is no periodic tick: the
 * slice timer is armed only while a thread of the same priority waits.
 *
 * States: NEW -> RUNNABLE <-> RUNNING -> BLOCKED -> RUNNABLE ... -> DEAD.
 * A thread that has asserted a wait but not blocked yet is still RUNNING and
 * may be preempted without losing the wait (kernel/sched/wait.h).
 *
 * References: the creator's (out parameter; thread_join() and
 * thread_deallocate() use it) and the thread's own, dropped by the reaper
 * after the stack is freed.
 */
#ifndef KERNEL_SCHED_THREAD_H
#define KERNEL_SCHED_THREAD_H

#include <sys/queue.h>
#include <sys/types.h>

#include <kern/kern_types.h>
#include <kern/thread.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/cpu.h"
#include "kernel/layout.h"
#include "kernel/sched/wait.h"

struct proc;
struct kthread;
struct __lck_mtx;

/* Priorities by role. */
#define PRI_IDLE	0
#define PRI_USER	31
#define PRI_KERNEL	80
#define PRI_REAPER	85
#define PRI_SOFTNET	90
#define PRI_TIMER	95
#define PRI_MAX		127
#define NPRI		128

#define THREAD_NAME_MAX	32
#define THREAD_STACK_SIZE 32768		/* bytes, guard page below */

enum thread_state {
	TS_NEW,
	TS_RUNNABLE,
	TS_RUNNING,
	TS_BLOCKED,
	TS_DEAD,
};

/* Thread-local slots for other parts of the kernel. */
enum thread_slot {
	TSLOT_GATE,		/* kernel/kext: innermost gate frame */
	TSLOT_NET,		/* net: lock and recursion state */
	TSLOT_SOCKET,		/* net/socket */
	TSLOT_LIBC,		/* programs: errno and friends */
	TSLOT_TEST,		/* the test harness */
	TSLOT_COUNT
};

#define THREAD_HELD_MAX	24		/* locks remembered by lockcheck */

/*
 * Locks: I immutable, s sched_lock, t only the thread itself, a atomic.
 */
struct thread {
	LAYOUT_PAD
	TAILQ_ENTRY(thread) t_runq;	/* s: place in its run queue */
	TAILQ_ENTRY(thread) t_plink;	/* s: in p_threads */
	LIST_ENTRY(thread) t_all;	/* s: in the list of all threads */
	struct arch_context t_ctx;	/* s */
	enum thread_state t_state;	/* s */
	uint8_t t_prio;			/* s: effective, with inheritance */
	uint8_t t_base_prio;		/* s */
	bool t_in_runq;			/* s */
	unsigned t_preempt;		/* t: preempt_disable() depth */
	unsigned t_refs;		/* a */
	uint64_t t_tid;			/* I */
	struct proc *t_proc;		/* I */
	char t_name[THREAD_NAME_MAX];	/* t */

	void (*t_fn)(void *);		/* I: entry */
	void *t_arg;			/* I */
	void *t_stack;			/* I: lowest usable byte, NULL: boot's */
	size_t t_stack_size;		/* I */

	struct waiter *t_blocked;	/* s: what it is blocked on */
	struct waitq_head t_waiters;	/* s: its waits asserted and not over */
	struct waiter t_wait;		/* s: for assert_wait() and msleep() */
	const char *t_wmesg;		/* s: why it sleeps, for ps */
	thread_continue_t t_cont;	/* t: continuation, kernel/sched/kpi_thread.c */
	void *t_cont_arg;		/* t */
	struct kthread *t_kthread;	/* t: of kernel_thread_start() */
	bool t_kpi_sleep;		/* t: its kext called what it sleeps in */
	bool t_exited;			/* s: stack gone, join may return */
	struct waitq t_join;		/* s: joiners */

	LIST_HEAD(, __lck_mtx) t_contended; /* s: owned mutexes with waiters */
	struct __lck_mtx *t_lock_wait;	/* s: mutex it waits for */

	uint64_t t_run_ns;		/* s: CPU time, without the current slice */
	uint64_t t_slice_ns;		/* s: left of its slice, 0 for a whole one */
	uint64_t t_switches;		/* s */

	void *t_slot[TSLOT_COUNT];	/* t */
	int t_errno;			/* t: errno of programs */

	const void *t_held[THREAD_HELD_MAX]; /* t: locks held, INVARIANTS */
	uint8_t t_held_class[THREAD_HELD_MAX]; /* t */
	unsigned t_nheld;		/* t */
};

extern struct thread boot_thread;

/*
 * Starts fn(arg) in a new thread of p (NULL = kernproc).  When fn returns the
 * thread ends.  *out (may be NULL) gets a reference.
 *
 * Returns:   0, or ENOMEM
 * Context:   thread, may block
 */
errno_t thread_create(struct proc *p, const char *name, int prio,
    void (*fn)(void *), void *arg, struct thread **out);

/* As thread_create(), with a stack of stack_size bytes. */
errno_t thread_create_stack(struct proc *p, const char *name, int prio,
    size_t stack_size, void (*fn)(void *), void *arg, struct thread **out);

/* Ends the calling thread.  No lock held. */
void thread_exit(void) __attribute__((noreturn));

/*
 * Waits until t has ended and its stack is free; keeps the reference.
 * With interruptible set a signal ends the wait.
 *
 * Returns:   0, or EINTR, EDEADLK for the caller itself
 */
errno_t thread_join(struct thread *t, bool interruptible);

void thread_set_priority(struct thread *t, int prio);
void thread_set_name(struct thread *t, const char *name);

/* CPU time of t in ns, the running slice included. */
uint64_t thread_cpu_ns(struct thread *t);

/* Gives way to threads of the same priority. */
void thread_yield(void);

/* Sleeps for ns nanoseconds, not interruptible. */
void thread_sleep_ns(uint64_t ns);

/*
 * Calls fn for every thread with the scheduler's lock held (no blocking, no
 * printf): copies what it needs.
 */
void thread_foreach(void (*fn)(struct thread *, void *), void *arg);

void preempt_disable(void);
void preempt_enable(void);

/* True while an interrupt handler runs on this CPU. */
bool in_interrupt(void);

/* True where blocking is allowed: thread, no spin lock, preemption on. */
bool can_block(void);

/* True once sched_start() has run: blocking works. */
bool sched_running(void);

void *thread_slot_get(enum thread_slot s);
void thread_slot_set(enum thread_slot s, void *v);

/* --- start-up, in this order, by kernel_main ---------------------------------- */

/*
 * Makes the running code boot_thread: before the first lock, allocation or
 * interrupt.  Locks and wakeups work from here.
 */
void sched_init_early(void);

/*
 * At INIT_SCHED (an initcall of kernel/sched): idle thread, reaper and timer
 * thread exist, blocking works, interrupts may be on.
 */

/* Number of runnable threads, of all threads, of threads ever created. */
unsigned sched_nrunnable(void);
unsigned thread_count(void);
uint64_t thread_created_total(void);

/* --- inside kernel/sched, kernel/sync and kernel/time ------------------------ */

/*
 * The one lock of run queue, wait queues and thread states (kernel/sync/
 * rawspin.h has sched_lock and sched_unlock).  A spin lock: interrupts off
 * while held, innermost of all locks but the timers'.
 */

/* Makes a BLOCKED or NEW thread runnable.  s held. */
void sched_ready(struct thread *t);

/* Blocks the caller on its waiter; s held on entry, released on return. */
void sched_block(struct waiter *w);

/* Changes the effective priority.  s held. */
void sched_set_prio(struct thread *t, int prio);

/* Sets the one-shot for the next deadline or slice end.  Interrupts off. */
void sched_arm_clock(void);

/* The slow end of spin_exit() (kernel/sync/rawspin.h): a switch is wanted. */
void spin_exit_switch(uint64_t flags);

#endif /* KERNEL_SCHED_THREAD_H */
