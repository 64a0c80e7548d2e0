/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The softnet thread.  Everything the stack does on its own runs here: input
 * queues, the engine's timers, deferred events.
 *
 * A source is a function that does a bounded piece of work without locks held
 * on entry and says when it wants to run next, as absolute monotonic
 * nanoseconds: SOFTNET_AGAIN at once, SOFTNET_IDLE only when woken.  Sources
 * run in the order they were added.  They may take the net lock inside.
 *
 * Use, in order of life:
 *	softnet_source("inet timers", inet_poll, NULL);	 once, at INIT_NET
 *	softnet_wake();			 there is work; any context
 *	softnet_start();		 INIT_NET's end makes the thread
 *
 * On the host there is no thread: tests call softnet_run_once().
 */
#ifndef NET_DLIL_SOFTNET_H
#define NET_DLIL_SOFTNET_H

#include <stdbool.h>
#include <stdint.h>

#define SOFTNET_AGAIN	0ull
#define SOFTNET_IDLE	(~0ull)

typedef uint64_t (*softnet_poll_func)(void *arg);

/* Context: thread, during start-up.  There is room for SOFTNET_NSOURCES. */
#define SOFTNET_NSOURCES 16
void	softnet_source(const char *name, softnet_poll_func fn, void *arg);
/* Context: any, interrupt included. */
void	softnet_wake(void);
/* Runs every source once; the earliest wanted time. */
uint64_t softnet_run_once(void);
void	softnet_start(void);
/* True in the softnet thread (on the host: inside softnet_run_once). */
bool	softnet_is_current(void);

#endif
