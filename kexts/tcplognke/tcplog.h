/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of tcplognke share: the entry of a connection.
 */
#ifndef TCPLOG_H
#define TCPLOG_H

#include <kern/locks.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "tcplog_ctl.h"

#define TCPLOG_NAME	20	/* of a process */
#define TCPLOG_RECORDS	64	/* finished connections remembered */
#define TCPLOG_LINE	224

union tcplog_addr {
	struct sockaddr		sa;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
};

/* What is known about one connection; all that is kept when it is over. */
struct tcplog_record {
	union tcplog_addr tr_local, tr_remote;
	struct timeval	tr_begin, tr_end;	/* since boot */
	u_int64_t	tr_rx_bytes, tr_rx_packets;
	u_int64_t	tr_tx_bytes, tr_tx_packets;
	pid_t		tr_pid;
	char		tr_name[TCPLOG_NAME];
	bool		tr_inbound;
	bool		tr_connected;
	bool		tr_open;		/* still open at unload */
};

/* A packet taken out of what is sent, waiting to be put back. */
struct tcplog_packet {
	STAILQ_ENTRY(tcplog_packet) tp_link;
	mbuf_t		tp_data;
	sflt_data_flag_t tp_flags;
};

/* A connection of now: the cookie of the filter's instance. */
struct tcplog_entry {
	TAILQ_ENTRY(tcplog_entry) te_link;	/* tcplog_lock */
	socket_t	te_so;
	struct tcplog_record te_record;		/* tcplog_lock */
	int		te_swallow;		/* fixed when attached */
	STAILQ_HEAD(, tcplog_packet) te_queue;	/* tcplog_lock */
	bool		te_injecting;		/* tcplog_lock: by the thread */
};

TAILQ_HEAD(tcplog_list, tcplog_entry);

/* Ways of te_swallow. */
#define TCPLOG_PASS	0
#define TCPLOG_INLINE	1	/* inbound, put back from the callback */
#define TCPLOG_THREAD	2	/* and outbound, put back by a thread */

extern lck_mtx_t *tcplog_lock;
extern int tcplog_way, tcplog_verbose, tcplog_enabled;
extern int tcplog_open, tcplog_total;		/* tcplog_lock */
extern struct tcplog_stats tcplog_figures;	/* tcplog_lock */
extern struct tcplog_list tcplog_entries;

/* format.c: one line about a record, as long as fits. */
void tcplog_format(const struct tcplog_record *tr, char *buf, size_t size);

/* tcplognke.c */
bool tcplog_ring_get(unsigned i, struct tcplog_record *tr);

/* control.c: the kernel control; tcplog_matches with tcplog_lock held. */
errno_t tcplog_control_start(void);
errno_t tcplog_control_stop(void);
void tcplog_publish(const struct tcplog_record *tr);
bool tcplog_matches(const struct tcplog_record *tr);

/* inject.c: swallowing and putting back. */
errno_t tcplog_inject_start(void);
kern_return_t tcplog_inject_stop(void);
errno_t tcplog_swallow(struct tcplog_entry *te, mbuf_t *data, bool out,
    sflt_data_flag_t flags);
bool tcplog_was_injected(mbuf_t m);
void tcplog_drop_queue(struct tcplog_entry *te);
void tcplog_drain(struct tcplog_entry *te);

#endif
