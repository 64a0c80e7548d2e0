/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second thread that runs a function once and says when it is done.
 */
#ifndef HELPER_H
#define HELPER_H

#include <libkern/OSAtomic.h>
#include <kern/thread.h>
#include <sys/systm.h>

struct helper {
	void		(*fn)(void *);
	void		*arg;
	volatile SInt32	 done;
};

/* Starts h; 0 when it runs. */
static inline int
helper_start(struct helper *h, thread_continue_t entry)
{
	thread_t t;

	h->done = 0;
	if (kernel_thread_start(entry, h, &t) != KERN_SUCCESS)
		return (-1);
	thread_deallocate(t);
	return (0);
}

static inline void
helper_entry(void *p, wait_result_t r)
{
	struct helper *h = p;

	(void)r;
	h->fn(h->arg);
	OSIncrementAtomic(&h->done);
	wakeup((void *)(uintptr_t)&h->done);
	thread_terminate(current_thread());
}

/* Waits up to twenty seconds for the end of h; 0 when it came. */
static inline int
helper_wait(struct helper *h)
{
	struct timespec ts = { 0, 10000000 };
	int i;

	for (i = 0; i < 2000 && h->done == 0; i++)
		msleep((void *)(uintptr_t)&h->done, NULL, PZERO, "helper",
		    &ts);
	return (h->done ? 0 : -1);
}

/* Lets other threads run for a while. */
static inline void
pause_ms(int ms)
{
	struct timespec ts = { 0, (long)ms * 1000000 };
	int chan;

	msleep(&chan, NULL, PZERO, "pause", &ts);
}

#endif /* HELPER_H */
