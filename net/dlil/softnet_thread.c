/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The threads of the interface layer: softnet and the detach thread.
 *
 * softnet_wake sets a flag and wakes the queue; the thread clears the flag
 * before it looks at the sources, so that a wake during a round makes another
 * one.
 */
#include <kern/thread.h>
#include <sys/errno.h>
#include <sys/types.h>

#include "arch/x86_64/clock.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/softnet.h"

static struct waitq softnet_wq = WAITQ_INITIALIZER(softnet_wq);
static bool softnet_pending;
static struct thread *softnet_thread;

void
softnet_wake(void)
{
	if (__atomic_exchange_n(&softnet_pending, true, __ATOMIC_ACQ_REL))
		return;
	waitq_wake_all(&softnet_wq);
}

bool
softnet_is_current(void)
{
	return (softnet_thread != NULL && current_thread() == softnet_thread);
}

static void
softnet_wait(uint64_t next)
{
	struct waiter w;

	waitq_assert(&softnet_wq, &w, WAIT_UNINT,
	    next == SOFTNET_IDLE ? 0 : next);
	if (__atomic_load_n(&softnet_pending, __ATOMIC_ACQUIRE))
		waitq_cancel(&w);
	else
		waitq_block(&w);
}

static void
softnet_main(void *arg)
{
	for (;;) {
		__atomic_store_n(&softnet_pending, false, __ATOMIC_RELEASE);
		uint64_t next = softnet_run_once();
		if (next == SOFTNET_AGAIN ||
		    __atomic_load_n(&softnet_pending, __ATOMIC_ACQUIRE))
			continue;
		if (next <= clock_monotonic_ns())
			continue;
		softnet_wait(next);
	}
}

static void
detach_main(void *arg)
{
	for (;;) {
		ifnet_detach_wait_work();
		while (ifnet_detach_run())
			;
	}
}

void
softnet_start(void)
{
	if (thread_create(NULL, "softnet", PRI_SOFTNET, softnet_main, NULL,
	    &softnet_thread) != 0 ||
	    thread_create(NULL, "ifdetach", PRI_KERNEL, detach_main, NULL,
	    NULL) != 0)
		panic("no memory for the network threads");
}

/* Interfaces exist before protocols look for them. */
static void
dlil_start(void)
{
	dlil_init();
}
INITCALL_ORDER(INIT_NET, 10, dlil_start);
INITCALL_ORDER(INIT_NET, 1000, softnet_start);
