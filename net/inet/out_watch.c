/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Senders that wait for the verdict of IP filters; see out_watch.h.
 */
#include "net/inet/out_watch.h"

#include "net/common/net_lock.h"

uint32_t out_ticket;
static uint32_t last_ticket;				/* N */
static LIST_HEAD(, out_watch) watches = LIST_HEAD_INITIALIZER(watches);	/* N */

void
out_watch_begin(struct out_watch *w)
{
	net_lock_assert();
	if (++last_ticket == 0)
		last_ticket = 1;
	w->ow_ticket = out_ticket = last_ticket;
	w->ow_error = 0;
	LIST_INSERT_HEAD(&watches, w, ow_link);
}

void
out_watch_sent(void)
{
	net_lock_assert();
	out_ticket = 0;
}

void
out_watch_fail(uint32_t ticket, errno_t error)
{
	struct out_watch *w;

	if (ticket == 0)
		return;
	net_lock();
	LIST_FOREACH(w, &watches, ow_link) {
		if (w->ow_ticket == ticket)
			w->ow_error = error;
	}
	net_unlock_nodrain();
}

errno_t
out_watch_end(struct out_watch *w)
{
	net_lock();
	LIST_REMOVE(w, ow_link);
	net_unlock_nodrain();
	return w->ow_error;
}
