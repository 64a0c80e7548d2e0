/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The net lock: one mutex around the protocol engines.
 *
 * Order, outer to inner: socket lock, net lock, then queue, slab and mbuf
 * locks.  It is not recursive.  Whoever holds it may call the engine; the
 * engine only *produces* work (packets to send, sockets with something new,
 * events), and that work is done when the lock is let go:
 *
 *	net_lock();
 *	... engine ...
 *	net_unlock();		runs the drains, in the order of enum net_drain
 *
 * A drain is registered once and marked as having work with
 * net_drain_pend().  One thread at a time runs a given drain, so what it
 * empties stays in order; a drain that finds itself running already (on this
 * thread further up, or on another) only leaves the mark, and the runner
 * goes round again.  Drains run without any lock and may take the net lock.
 *
 * A caller that holds a socket lock must not run drains: it uses
 * net_unlock_nodrain(), and net_drain() after it let its socket go.
 */
#ifndef NET_COMMON_NET_LOCK_H
#define NET_COMMON_NET_LOCK_H

#include <sys/types.h>
#include <stdbool.h>

enum net_drain {
	NET_DRAIN_OUTPUT,	/* packets out: filters, interfaces */
	NET_DRAIN_INPUT,	/* packets in, waiting for IP filters */
	NET_DRAIN_SOCKET,	/* sockets with data or events */
	NET_DRAIN_EVENT,	/* kernel events, routing messages */
	NET_DRAIN_MBUF,		/* free functions of external buffers */
	NET_DRAIN_COUNT
};

void	net_lock(void);
bool	net_lock_try(void);
void	net_unlock(void);
void	net_unlock_nodrain(void);
bool	net_lock_owned(void);
void	net_lock_assert(void);
void	net_lock_assert_not(void);

/* Registers the function behind a drain; once, at boot. */
void	net_unlock_hook(enum net_drain order, void (*fn)(void));
/* Says that the drain has work.  Any thread, any lock. */
void	net_drain_pend(enum net_drain order);
/* Runs whatever is pending.  No lock held. */
void	net_drain(void);
/*
 * Called just before the lock is released, still under it: flushes what an
 * engine loop gathered (joined segments).  Once, at boot.
 */
void	net_prerelease_hook(void (*fn)(void));

#endif /* NET_COMMON_NET_LOCK_H */
