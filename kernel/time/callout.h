/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Callouts: functions to be run by a pool of threads, now or at a deadline.
 * What thread calls and timeouts are made of.  Unlike timers they may block
 * for as long as they like: the pool keeps a thread free.
 *
 * IDLE -> TIMED -> QUEUED -> IDLE and then co_fn runs.  co_fn may enter its
 * own callout; it ends with callout_done().  One callout can run in two
 * threads at once if it is entered again while it runs.
 */
#ifndef KERNEL_TIME_CALLOUT_H
#define KERNEL_TIME_CALLOUT_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "kernel/time/timer.h"

enum callout_state { CO_IDLE, CO_TIMED, CO_QUEUED };

struct callout {
	TAILQ_ENTRY(callout) co_link;	/* callout lock: ready list */
	struct timer co_timer;
	enum callout_state co_state;	/* callout lock */
	unsigned co_running;		/* callout lock: co_fn in progress */
	bool co_ended;			/* callout lock: callout_end() said RUNNING */
	void (*co_fn)(struct callout *); /* I */
};

void callout_init(struct callout *co, void (*fn)(struct callout *));

/*
 * Queues for now (deadline_ns 0) or a deadline.  A pending one is moved.
 *
 * Returns:   true when it was pending
 * Context:   any, also interrupt
 */
bool callout_enter(struct callout *co, uint64_t deadline_ns);

/* Takes a pending one out; does not wait for a running one. */
bool callout_cancel(struct callout *co);

/*
 * The last words of co_fn.
 *
 * Returns:   true when callout_end() left it to co_fn to free the callout
 */
bool callout_done(struct callout *co);

/*
 * The owner wants to free the callout.  CO_END_PENDING: nothing happens.
 * CO_END_RUNNING: co_fn will hear from callout_done().  CO_END_IDLE: the owner
 * frees it now.
 */
enum callout_end { CO_END_PENDING, CO_END_RUNNING, CO_END_IDLE };
enum callout_end callout_end(struct callout *co);

/* Figures: threads of the pool, calls run. */
unsigned callout_threads(void);
uint64_t callout_calls(void);

#endif /* KERNEL_TIME_CALLOUT_H */
