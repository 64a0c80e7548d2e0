/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a datagram in the IP filters, told to its sender.
 *
 * Packets pass the filters when the net lock has been let go.  A sender that
 * wants to know puts a watch around its engine call; packets sent meanwhile
 * carry its ticket, and after the drain the watch has the error with which a
 * filter refused one.  Nothing is told when another thread is emptying the
 * queue at that moment: the sender does not wait for it.
 */
#ifndef NET_INET_OUT_WATCH_H
#define NET_INET_OUT_WATCH_H

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

struct out_watch {
	LIST_ENTRY(out_watch) ow_link;	/* N */
	uint32_t	ow_ticket;	/* I */
	errno_t		ow_error;	/* N */
};

/* The ticket of the engine call in progress, or 0.  N */
extern uint32_t out_ticket;

/* Around the engine call; net lock held. */
void	out_watch_begin(struct out_watch *w);
void	out_watch_sent(void);
/* A filter has refused a packet with that ticket; no lock. */
void	out_watch_fail(uint32_t ticket, errno_t error);
/* The end, after net_drain; no lock. */
errno_t	out_watch_end(struct out_watch *w);

#endif /* NET_INET_OUT_WATCH_H */
