/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket work: what a protocol engine learned under the net lock, done
 * after that lock is released.
 *
 * The engine's callbacks note what happened in the protocol's control block
 * and call sowork_queue(); nothing else.  When the net lock is released the
 * list is drained (NET_DRAIN_SOCKET) and pru_work() of each socket runs
 * with no lock held, by one thread at a time for one socket, again if more
 * was noted meanwhile.
 *
 * Sockets with filters or an upcall are not worked on by the thread that
 * released the net lock, which may be softnet or may hold another socket's
 * lock: a thread of their own does it, so that a kext that sleeps in a
 * callback never stops the stack.  Where there are no threads (host tests)
 * everything is done by the drain.
 */
#ifndef NET_SOCKET_SOWORK_H
#define NET_SOCKET_SOWORK_H

#include <stdbool.h>
#include <sys/queue.h>

struct __socket;

struct sowork {
	TAILQ_ENTRY(sowork) sw_link;	/* w */
	unsigned	sw_state;	/* w: SW_* */
};

#define SW_QUEUED	0x1
#define SW_RUNNING	0x2
#define SW_AGAIN	0x4		/* noted while running */

/*
 * Note that so has work.  Takes a reference that the worker drops.  Any lock
 * may be held.
 */
void	sowork_queue(struct __socket *so);
/* The drain; no lock of a socket held. */
void	sowork_drain(void);
/* Run everything, also hooked work; for hosts without threads. */
void	sowork_run_all(void);
void	sowork_init(void);	/* registers the drain */

/* Between sowork_thread.c, which hosts leave out, and the list. */
void	sowork_have_threads(void);
bool	sowork_hooked_pending(void);
void	*sowork_hooked_chan(void);
void	sowork_run_hooked(void);

#endif /* NET_SOCKET_SOWORK_H */
