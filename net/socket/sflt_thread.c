/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clean-up thread of socket filters: runs sf_detach of instances whose
 * last callback has returned, and sf_unregistered of filters without any.
 */
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"
#include "net/socket/sflt_internal.h"

#define SFLT_THREAD_PRIO	80

static void
sflt_thread(void *arg)
{
	struct waiter w;

	for (;;) {
		chan_assert(sflt_cleanup_chan(), &w, WAIT_UNINT, 0);
		if (sflt_cleanup_pending()) {
			waitq_cancel(&w);
			sflt_cleanup_run();
		} else {
			waitq_block(&w);
		}
	}
}

static void
sflt_start(void)
{
	errno_t error = thread_create(NULL, "sflt cleanup", SFLT_THREAD_PRIO,
	    sflt_thread, NULL, NULL);

	VERIFY(error == 0);
}
INITCALL_ORDER(INIT_NET, 50, sflt_start);
