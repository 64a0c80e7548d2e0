/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The threads that run kext code of sockets: data filters, events, upcalls.
 *
 * There are a few of them, so that one callback that waits (for room in a
 * socket, for memory) does not hold up the others' sockets.
 */
#include "net/socket/sowork.h"

#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"

#define SOWORK_THREADS	3
#define SOWORK_PRIO	86	/* under softnet, over everything else */

static void
sowork_thread(void *arg)
{
	struct waiter w;

	for (;;) {
		chan_assert(sowork_hooked_chan(), &w, WAIT_UNINT, 0);
		if (sowork_hooked_pending()) {
			waitq_cancel(&w);
			sowork_run_hooked();
		} else {
			waitq_block(&w);
		}
	}
}

static void
sowork_start(void)
{
	unsigned i;

	for (i = 0; i < SOWORK_THREADS; i++) {
		errno_t error = thread_create(NULL, "sockwork", SOWORK_PRIO,
		    sowork_thread, NULL, NULL);

		VERIFY(error == 0);
	}
	sowork_have_threads();
}
INITCALL_ORDER(INIT_NET, 50, sowork_start);
