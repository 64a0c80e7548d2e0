/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers' polls as a source of the softnet thread: a received packet is
 * taken off the ring, demultiplexed and delivered by one thread, after one
 * wakeup.  It registers first, so that the input queues are served in the
 * same round.
 */
#include "kernel/dev/poll.h"
#include "kernel/initcall.h"
#include "net/dlil/softnet.h"

static uint64_t
dev_poll_source(void *arg)
{
	return poll_run() ? SOFTNET_AGAIN : SOFTNET_IDLE;
}

static void
dev_poll_init(void)
{
	softnet_source("device polls", dev_poll_source, NULL);
	poll_set_runner(softnet_wake);
}
INITCALL_ORDER(INIT_NET, 5, dev_poll_init);
