/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time, waiting and who runs, on the host.  Time is virtual.  There is
 * one thread: one that would block calls host_idle, which may let something
 * happen and returns true, or there is nothing that could wake it.
 */
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"
#include "kernel/time/timer.h"

#include <kern/debug.h>
#include <libkern/libkern.h>
#include <sys/proc.h>

#include "test/unit/host/clib.h"

uint64_t host_now_ns = 1000000000ull;
bool (*host_idle)(void);
int host_pid;
static void *host_slots[TSLOT_COUNT];

uint64_t
time_now_ns(void)
{
	return host_now_ns;
}

int
proc_selfpid(void)
{
	return host_pid;
}

bool
can_block(void)
{
	return true;
}

bool
in_interrupt(void)
{
	return false;
}

bool
sched_running(void)
{
	return true;
}

void *
thread_slot_get(enum thread_slot s)
{
	return host_slots[s];
}

void
thread_slot_set(enum thread_slot s, void *v)
{
	host_slots[s] = v;
}

void
waitq_init(struct waitq *wq)
{
	TAILQ_INIT(&wq->wq_head);
}

void
waitq_assert(struct waitq *wq, struct waiter *w, int kind, uint64_t deadline)
{
	(void)kind;
	w->w_timed = deadline != 0;
	w->w_queue = wq;
	TAILQ_INSERT_TAIL(&wq->wq_head, w, w_link);
}

bool
waitq_cancel(struct waiter *w)
{
	if (w->w_queue == NULL)
		return false;
	TAILQ_REMOVE(&w->w_queue->wq_head, w, w_link);
	w->w_queue = NULL;
	return true;
}

wait_result_t
waitq_block(struct waiter *w)
{
	while (w->w_queue != NULL) {
		if (host_idle != NULL && host_idle())
			continue;
		if (!w->w_timed)
			panic("a thread would wait for ever");
		waitq_cancel(w);
		return THREAD_TIMED_OUT;
	}
	return THREAD_AWAKENED;
}

unsigned
waitq_wake_all(struct waitq *wq)
{
	struct waiter *w;
	unsigned n = 0;

	while ((w = TAILQ_FIRST(&wq->wq_head)) != NULL) {
		waitq_cancel(w);
		n++;
	}
	return n;
}

unsigned
waitq_wake_one(struct waitq *wq)
{
	struct waiter *w = TAILQ_FIRST(&wq->wq_head);

	if (w == NULL)
		return 0;
	waitq_cancel(w);
	return 1;
}

bool
waitq_empty(struct waitq *wq)
{
	return TAILQ_EMPTY(&wq->wq_head);
}
