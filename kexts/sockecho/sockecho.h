/* SPDX-License-Identifier: BSD-2-Clause */
/* Between server, client and life of the kext; see sockecho.c. */
#ifndef KEXTS_SOCKECHO_H
#define KEXTS_SOCKECHO_H

#include <kern/clock.h>
#include <kern/locks.h>
#include <kern/thread_call.h>
#include <libkern/OSMalloc.h>
#include <libkern/OSAtomic.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/systm.h>

#define ECHO_PORT	5007
#define ECHO_PIECE	65536	/* bytes taken at once */

/* One connection, of the server or of the client. */
struct echo_conn {
	TAILQ_ENTRY(echo_conn) ec_link;	/* echo_lock */
	socket_t	ec_so;
	void		(*ec_pump)(struct echo_conn *);
	int		ec_busy, ec_again; /* echo_lock: see echo_run */
	int		ec_retry;	/* echo_lock: the timer runs it */
	int		ec_done;	/* echo_lock: closed by itself */
	/* client */
	uint64_t	ec_want, ec_sent, ec_got;
};
TAILQ_HEAD(echo_list, echo_conn);

extern lck_mtx_t *echo_lock;
extern struct echo_list echo_live, echo_dead; /* echo_lock */
extern int echo_conns, echo_failures;	/* sysctl */
extern long echo_bytes, echo_client_bytes, echo_client_finished;

/*
 * A new one is busy, so that upcalls leave it alone, until it has its socket
 * and pump, is on the live list (add), and is let go (begin).
 */
struct echo_conn *echo_conn_alloc(void);
void	echo_conn_add(struct echo_conn *ec);
void	echo_conn_begin(struct echo_conn *ec);
void	echo_conn_drop(struct echo_conn *ec); /* never had a socket */
/* Closes the socket from inside its upcall; the memory goes later. */
void	echo_conn_close(struct echo_conn *ec);
/*
 * Runs the connection's pump: one thread at a time, again if somebody
 * called meanwhile.
 */
void	echo_run(struct echo_conn *ec);
/* Runs it again in a millisecond. */
void	echo_later(struct echo_conn *ec);
errno_t	echo_nonblocking(socket_t so);
/* Bytes that can be sent now without waiting. */
size_t	echo_room(socket_t so);

/* server.c */
errno_t	echo_server_start(void);
void	echo_server_stop(void);

/* client.c: n connections to addr, each sending and checking `bytes`. */
errno_t	echo_client_start(const struct sockaddr_in *to, unsigned n,
	    uint64_t bytes);

#endif /* KEXTS_SOCKECHO_H */
