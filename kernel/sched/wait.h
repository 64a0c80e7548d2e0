/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wait queues: what every sleep in the kernel stands on.
 *
 * A sleeper first asserts the wait, then lets go of the lock that protects
 * its condition, then blocks.  A wakeup between the two is not lost: blocking
 * returns at once.
 *
 *	lck_mtx_lock(&x->lock);
 *	while (!x->ready) {
 *		struct waiter w;
 *		waitq_assert(&x->wq, &w, WAIT_INTERRUPTIBLE, 0);
 *		lck_mtx_unlock(&x->lock);
 *		res = waitq_block(&w);
 *		lck_mtx_lock(&x->lock);
 *	}
 *
 * waitq_sleep() is that loop's body.  Wakeups come from any context, also
 * from interrupts and with spin locks held; order is first in, first out.
 */
#ifndef KERNEL_SCHED_WAIT_H
#define KERNEL_SCHED_WAIT_H

#include <sys/queue.h>
#include <sys/types.h>

#include <kern/kern_types.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/time/timer.h"

struct proc;
struct thread;
struct waiter;
struct __lck_mtx;

TAILQ_HEAD(waitq_head, waiter);

struct waitq {
	struct waitq_head wq_head;	/* s: sleepers */
};

#define WAITQ_INITIALIZER(wq) { TAILQ_HEAD_INITIALIZER((wq).wq_head) }

/* Kinds of wait; the values are those of the KPI (THREAD_UNINT ...). */
#define WAIT_UNINT		0
#define WAIT_INTERRUPTIBLE	1

/*
 * One sleep of one thread.  Lives on the sleeper's stack or in its thread;
 * must not go away before waitq_block() or waitq_cancel() returned.
 */
struct waiter {
	TAILQ_ENTRY(waiter) w_link;	/* s: in w_queue */
	TAILQ_ENTRY(waiter) w_mine;	/* s: in the thread's t_waiters */
	struct waitq *w_queue;		/* s: NULL = not waiting (any more) */
	struct thread *w_thread;	/* I */
	const void *w_chan;		/* I: event of hashed waits */
	wait_result_t w_result;		/* s */
	bool w_interruptible;		/* I */
	bool w_timed;			/* t: w_timer was armed */
	struct timer w_timer;		/* hard timer of the deadline */
};

void waitq_init(struct waitq *wq);

/*
 * Queues the calling thread.  deadline_ns 0 = none, else absolute monotonic
 * time.  With WAIT_INTERRUPTIBLE and a signal pending the wait is over at
 * once with THREAD_INTERRUPTED.
 *
 * Context:   thread; spin locks may be held
 */
void waitq_assert(struct waitq *wq, struct waiter *w, int kind,
    uint64_t deadline_ns);

/*
 * Blocks until the asserted wait is over.
 *
 * Returns:   THREAD_AWAKENED, THREAD_TIMED_OUT, THREAD_INTERRUPTED, or what
 *            the waker passed
 * Context:   thread, blocks; no spin lock held
 */
wait_result_t waitq_block(struct waiter *w);

/*
 * waitq_block() for functions of the KPI that sleep; caller is where they
 * were called.  A kext's own thread may end here instead of returning, when
 * its kext goes by force (kernel/sched/kpi_thread.c): nothing that has to be
 * given back may be held.
 */
wait_result_t sleep_block(struct waiter *w, const void *caller);

/* Ends an asserted wait without blocking; true when it was still pending. */
bool waitq_cancel(struct waiter *w);

/*
 * Sleeps on wq with mtx (may be NULL) released meanwhile and held again on
 * return.  Returns as waitq_block().
 */
wait_result_t waitq_sleep(struct waitq *wq, struct __lck_mtx *mtx, int kind,
    uint64_t deadline_ns);

/* Wakes the first sleeper / all of them; how many were woken. */
unsigned waitq_wake_one(struct waitq *wq);
unsigned waitq_wake_all(struct waitq *wq);
unsigned waitq_wake_result(struct waitq *wq, bool one, wait_result_t result);

bool waitq_empty(struct waitq *wq);

/* Ends an interruptible wait of t with THREAD_INTERRUPTED. */
void thread_interrupt(struct thread *t);

/* The same for every thread of a process. */
void proc_interrupt_threads(struct proc *p);

/* True when a sleep of the calling thread must end because of a signal. */
bool thread_interrupted(void);

/* --- channels: the same by address (msleep, assert_wait) --------------------- */

void chan_assert(const void *chan, struct waiter *w, int kind,
    uint64_t deadline_ns);
unsigned chan_wake(const void *chan, bool one, wait_result_t result);

#endif /* KERNEL_SCHED_WAIT_H */
