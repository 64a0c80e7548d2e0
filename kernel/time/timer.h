/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers.
 *
 * A timer is a function to be called at an absolute monotonic time in ns.
 * Ordinary ones run one after the other in the timer thread: they may lock
 * mutexes but should not sleep for long.  Hard ones (timer_init_hard) run in
 * the clock interrupt with interrupts off and may only wake threads; sleep
 * timeouts are made of them.
 *
 * The pending timers form a pairing heap threaded through the timers
 * themselves: arming never allocates, so it works in interrupts and with
 * spin locks held; tens of thousands cost a logarithm each.
 *
 * Life: timer_init, then any number of timer_arm / timer_cancel, then
 * timer_cancel_sync before the memory goes.  A callback may re-arm its own
 * timer or free it.
 */
#ifndef KERNEL_TIME_TIMER_H
#define KERNEL_TIME_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
	struct timer *tm_child;		/* heap links, timer lock */
	struct timer *tm_next;
	struct timer *tm_prev;		/* parent or left sibling */
	uint64_t tm_deadline;		/* ns */
	void (*tm_fn)(void *);		/* I */
	void *tm_arg;			/* I */
	uint8_t tm_pending;		/* in the heap */
	uint8_t tm_hard;		/* I: runs in the interrupt */
	uint8_t tm_draining;		/* timer lock: callers of cancel_sync */
};

void timer_init(struct timer *t, void (*fn)(void *), void *arg);
void timer_init_hard(struct timer *t, void (*fn)(void *), void *arg);

/*
 * Sets the deadline (monotonic ns); an armed timer moves.
 *
 * Returns:   true when it was pending before
 * Context:   any, also interrupt
 */
bool timer_arm(struct timer *t, uint64_t abs_ns);

/*
 * Takes the timer out; does not wait for a running callback.
 *
 * Returns:   true when it was pending and will not run
 * Context:   any, also interrupt
 */
bool timer_cancel(struct timer *t);

/*
 * As timer_cancel(), and waits until a running callback has returned, which
 * cannot arm the timer once more.  In the callback itself it does not wait.
 *
 * Context:   thread, may block; no lock the callback takes
 */
bool timer_cancel_sync(struct timer *t);

bool timer_pending(const struct timer *t);

/* Number of pending timers. */
unsigned timer_count(void);

/* Monotonic time in ns since boot (clock_monotonic_ns of the machine). */
uint64_t time_now_ns(void);

/*
 * The deadline sec seconds and nsec ns from now.  What is further away than
 * TIME_FAR_SEC counts as that far: a program's "for ever" must not wrap.
 */
#define TIME_FAR_SEC	1000000000ull	/* 31 years */

static inline uint64_t
time_deadline(uint64_t sec, uint64_t nsec)
{
	if (sec > TIME_FAR_SEC)
		sec = TIME_FAR_SEC;
	return (time_now_ns() + sec * 1000000000ull + nsec);
}

/* Wall clock minus monotonic, ns; set from the RTC at boot and by `date`. */
int64_t time_wall_offset_ns(void);
void time_set_wall_ns(uint64_t wall_ns);
uint64_t time_wall_ns(void);

/* --- kernel/sched only --------------------------------------------------------- */

void timer_thread_start(void);

/* Earliest deadline of all pending timers, UINT64_MAX when none. */
uint64_t timer_next_deadline(void);

/* Runs due hard timers and wakes the timer thread.  Interrupts off. */
void timer_interrupt(uint64_t now_ns);

#endif /* KERNEL_TIME_TIMER_H */
