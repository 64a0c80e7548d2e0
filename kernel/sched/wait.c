/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wait queues and channels (wait.h).
 *
 * A channel is an address; sleepers on channels share a table of queues by
 * its hash and are told apart by w_chan.
 */
#include "kernel/sched/wait.h"

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/sched_priv.h"
#include "kernel/sync/lock.h"
#include "kernel/sync/rawspin.h"

#define CHAN_BUCKETS	128		/* power of two */

static struct waitq chan_table[CHAN_BUCKETS];

static struct waitq *
chan_queue(const void *chan)
{
	uintptr_t a = (uintptr_t)chan;

	a = (a >> 4) * 0x9e3779b97f4a7c15ull;
	return (&chan_table[a >> 57]);
}
_Static_assert(CHAN_BUCKETS == 1u << (64 - 57), "hash shift");

void
waitq_init(struct waitq *wq)
{
	TAILQ_INIT(&wq->wq_head);
}

void
waiter_wake(struct waiter *w, wait_result_t result)
{
	struct thread *t = w->w_thread;

	sched_lock_assert();
	TAILQ_REMOVE(&w->w_queue->wq_head, w, w_link);
	TAILQ_REMOVE(&t->t_waiters, w, w_mine);
	w->w_queue = NULL;
	w->w_result = result;
	if (t->t_blocked == w) {
		t->t_blocked = NULL;
		sched_ready(t);
	}
}

/* The deadline of a wait passed; clock interrupt. */
static void
wait_timeout(void *arg)
{
	struct waiter *w = arg;

	sched_lock();
	if (w->w_queue != NULL)
		waiter_wake(w, THREAD_TIMED_OUT);
	sched_unlock();
}

void
waiter_add(struct waitq *wq, struct waiter *w, const void *chan, int kind,
    uint64_t deadline_ns)
{
	struct thread *t = current_thread();

	w->w_thread = t;
	w->w_chan = chan;
	w->w_result = THREAD_WAITING;
	w->w_interruptible = (kind != WAIT_UNINT);
	w->w_timed = false;
	w->w_queue = NULL;
	if (w->w_interruptible && thread_interrupted()) {
		w->w_result = THREAD_INTERRUPTED;
		return;
	}
	w->w_queue = wq;
	TAILQ_INSERT_TAIL(&wq->wq_head, w, w_link);
	TAILQ_INSERT_TAIL(&t->t_waiters, w, w_mine);
	if (deadline_ns != 0) {
		w->w_timed = true;
		timer_init_hard(&w->w_timer, wait_timeout, w);
		(void)timer_arm(&w->w_timer, deadline_ns);
	}
}

void
waitq_assert(struct waitq *wq, struct waiter *w, int kind,
    uint64_t deadline_ns)
{
	sched_lock();
	waiter_add(wq, w, NULL, kind, deadline_ns);
	sched_unlock();
}

wait_result_t
waitq_block(struct waiter *w)
{
	lockcheck_block("sleep");
	sched_lock();
	sched_block(w);
	if (w->w_timed)
		(void)timer_cancel(&w->w_timer);
	return (w->w_result);
}

bool
waitq_cancel(struct waiter *w)
{
	bool pending;

	sched_lock();
	pending = w->w_queue != NULL;
	if (pending)
		waiter_wake(w, THREAD_NOT_WAITING);
	sched_unlock();
	if (w->w_timed)
		(void)timer_cancel(&w->w_timer);
	return (pending);
}

wait_result_t
waitq_sleep(struct waitq *wq, lck_mtx_t *mtx, int kind, uint64_t deadline_ns)
{
	struct waiter w;
	wait_result_t res;

	waitq_assert(wq, &w, kind, deadline_ns);
	if (mtx != NULL)
		lck_mtx_unlock(mtx);
	res = waitq_block(&w);
	if (mtx != NULL)
		lck_mtx_lock(mtx);
	return (res);
}

unsigned
waitq_wake_result(struct waitq *wq, bool one, wait_result_t result)
{
	unsigned n = 0;
	struct waiter *w;

	/* A sleeper asserts its wait before it looks at its condition again. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (TAILQ_EMPTY(&wq->wq_head))
		return (0);
	sched_lock();
	while ((w = TAILQ_FIRST(&wq->wq_head)) != NULL) {
		waiter_wake(w, result);
		n++;
		if (one)
			break;
	}
	sched_unlock();
	return (n);
}

unsigned
waitq_wake_one(struct waitq *wq)
{
	return (waitq_wake_result(wq, true, THREAD_AWAKENED));
}

unsigned
waitq_wake_all(struct waitq *wq)
{
	return (waitq_wake_result(wq, false, THREAD_AWAKENED));
}

bool
waitq_empty(struct waitq *wq)
{
	return (TAILQ_EMPTY(&wq->wq_head));
}

void
chan_assert(const void *chan, struct waiter *w, int kind, uint64_t deadline_ns)
{
	struct waitq *wq = chan_queue(chan);

	sched_lock();
	if (wq->wq_head.tqh_last == NULL)	/* first use */
		TAILQ_INIT(&wq->wq_head);
	waiter_add(wq, w, chan, kind, deadline_ns);
	sched_unlock();
}

unsigned
chan_wake(const void *chan, bool one, wait_result_t result)
{
	struct waitq *wq = chan_queue(chan);
	struct waiter *w, *next;
	unsigned n = 0;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (wq->wq_head.tqh_first == NULL)
		return (0);
	sched_lock();
	TAILQ_FOREACH_SAFE(w, &wq->wq_head, w_link, next) {
		if (w->w_chan != chan)
			continue;
		waiter_wake(w, result);
		n++;
		if (one)
			break;
	}
	sched_unlock();
	return (n);
}

/* s held. */
static void
interrupt_waits(struct thread *t)
{
	struct waiter *w, *next;

	TAILQ_FOREACH_SAFE(w, &t->t_waiters, w_mine, next) {
		if (w->w_interruptible)
			waiter_wake(w, THREAD_INTERRUPTED);
	}
}

void
thread_interrupt(struct thread *t)
{
	sched_lock();
	interrupt_waits(t);
	sched_unlock();
}

void
proc_interrupt_threads(struct proc *p)
{
	struct thread *t;

	sched_lock();
	TAILQ_FOREACH(t, &p->p_threads, t_plink)
		interrupt_waits(t);
	sched_unlock();
}

bool
thread_interrupted(void)
{
	struct proc *p = current_thread()->t_proc;

	return (p != kernproc && proc_signal_pending(p));
}
