/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Callouts and their thread pool (callout.h).
 *
 * A worker that takes a call first makes sure that another one is idle, so a
 * call that blocks does not hold up the next; surplus idle workers end.
 */
#include "kernel/time/callout.h"

#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/rawspin.h"

#define WORKERS_MAX	32
#define WORKERS_IDLE	2		/* idle ones kept */

TAILQ_HEAD(callout_list, callout);

static struct rawspin co_lock;
static struct callout_list ready = TAILQ_HEAD_INITIALIZER(ready); /* co_lock */
static unsigned nworkers, nidle;	/* co_lock */
static uint64_t ncalls;			/* co_lock */
static struct waitq work_wq = WAITQ_INITIALIZER(work_wq);

/* co_lock held. */
static void
co_queue(struct callout *co)
{
	co->co_state = CO_QUEUED;
	TAILQ_INSERT_TAIL(&ready, co, co_link);
	(void)waitq_wake_one(&work_wq);
}

/* The deadline passed; clock interrupt. */
static void
co_due(void *arg)
{
	struct callout *co = arg;

	raw_lock(&co_lock);
	if (co->co_state == CO_TIMED && !timer_pending(&co->co_timer))
		co_queue(co);
	raw_unlock(&co_lock);
}

void
callout_init(struct callout *co, void (*fn)(struct callout *))
{
	timer_init_hard(&co->co_timer, co_due, co);
	co->co_state = CO_IDLE;
	co->co_running = 0;
	co->co_ended = false;
	co->co_fn = fn;
}

/* co_lock held. */
static bool
co_dequeue(struct callout *co)
{
	enum callout_state was = co->co_state;

	co->co_state = CO_IDLE;
	switch (was) {
	case CO_IDLE:
		return (false);
	case CO_TIMED:
		(void)timer_cancel(&co->co_timer);
		return (true);
	case CO_QUEUED:
		TAILQ_REMOVE(&ready, co, co_link);
		return (true);
	}
	return (false);
}

bool
callout_enter(struct callout *co, uint64_t deadline_ns)
{
	bool was;

	raw_lock(&co_lock);
	was = co_dequeue(co);
	if (deadline_ns == 0) {
		co_queue(co);
	} else {
		co->co_state = CO_TIMED;
		(void)timer_arm(&co->co_timer, deadline_ns);
	}
	raw_unlock(&co_lock);
	return (was);
}

bool
callout_cancel(struct callout *co)
{
	bool was;

	raw_lock(&co_lock);
	was = co_dequeue(co);
	raw_unlock(&co_lock);
	return (was);
}

bool
callout_done(struct callout *co)
{
	bool last;

	raw_lock(&co_lock);
	last = --co->co_running == 0 && co->co_ended;
	raw_unlock(&co_lock);
	return (last);
}

enum callout_end
callout_end(struct callout *co)
{
	enum callout_end end = CO_END_IDLE;

	raw_lock(&co_lock);
	if (co->co_state != CO_IDLE) {
		end = CO_END_PENDING;
	} else if (co->co_running > 0) {
		co->co_ended = true;
		end = CO_END_RUNNING;
	}
	raw_unlock(&co_lock);
	return (end);
}

static void worker(void *arg);

static void
worker_add(void)
{
	raw_lock(&co_lock);
	nworkers++;
	raw_unlock(&co_lock);
	if (thread_create(NULL, "callout", PRI_KERNEL, worker, NULL, NULL) != 0) {
		raw_lock(&co_lock);
		nworkers--;
		raw_unlock(&co_lock);
	}
}

static void
worker(void *arg)
{
	struct callout *co;
	struct waiter w;
	bool more, quit;

	(void)arg;
	for (;;) {
		waitq_assert(&work_wq, &w, WAIT_UNINT, 0);
		raw_lock(&co_lock);
		co = TAILQ_FIRST(&ready);
		if (co != NULL) {
			(void)co_dequeue(co);
			co->co_running++;
			ncalls++;
			more = nidle == 0 && nworkers < WORKERS_MAX;
			raw_unlock(&co_lock);
			(void)waitq_cancel(&w);
			if (more)
				worker_add();
			co->co_fn(co);
			continue;
		}
		quit = nidle >= WORKERS_IDLE;
		if (quit)
			nworkers--;
		else
			nidle++;
		raw_unlock(&co_lock);
		if (quit) {
			(void)waitq_cancel(&w);
			return;
		}
		(void)waitq_block(&w);
		raw_lock(&co_lock);
		nidle--;
		raw_unlock(&co_lock);
	}
}

unsigned
callout_threads(void)
{
	return (nworkers);
}

uint64_t
callout_calls(void)
{
	return (ncalls);
}

static void
callout_start(void)
{
	worker_add();
	VERIFY(nworkers == 1);
}
INITCALL_ORDER(INIT_CORE, 10, callout_start);
