/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device polls: the second half of a network interrupt.
 *
 * A driver's interrupt handler does nothing but silence its device and call
 * poll_schedule(); the thread that does the network's input work (the
 * runner) then calls the driver's poll function in thread context, without
 * locks, until the device has no more work.  So a packet costs one wakeup,
 * not two, and a busy device is polled, not interrupted.
 *
 * The kernel knows the runner only as a wake function: the network registers
 * it at INIT_NET and calls poll_run() from that thread.
 *
 * In order of life: poll_attach; poll_schedule any number of times, from any
 * context; poll_detach, after which the function does not run any more.
 */
#ifndef KERNEL_DEV_POLL_H
#define KERNEL_DEV_POLL_H

#include <sys/queue.h>
#include <sys/types.h>

#include <stdbool.h>

struct thread;

struct poll_source {
	TAILQ_ENTRY(poll_source) ps_link;	/* p: on the pending list */
	/*
	 * One bounded piece of work; true when there is more to do at once.
	 * Context: the runner's thread, no locks.
	 */
	bool		(*ps_fn)(void *);	/* I */
	void		*ps_arg;		/* I */
	bool		ps_pending;		/* p: on the list */
	bool		ps_running;		/* p */
	bool		ps_detached;		/* p */
};

void	poll_attach(struct poll_source *ps, bool (*fn)(void *), void *arg);

/* Context: any, interrupts included. */
void	poll_schedule(struct poll_source *ps);

/* Returns when fn is not running and never will.  Context: thread. */
void	poll_detach(struct poll_source *ps);

/* wake is called, from any context, when poll_run has something to do. */
void	poll_set_runner(void (*wake)(void));

/*
 * Runs each pending source once.
 * Returns:   true when some want to run again at once
 * Context:   the runner's thread, no locks
 */
bool	poll_run(void);

#endif /* KERNEL_DEV_POLL_H */
