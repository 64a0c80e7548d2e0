/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the program that joins two hosts (main.c, host flags) and a host
 * (the shared object, kernel flags).
 */
#ifndef TEST_UNIT_TWOHOSTS_API_H
#define TEST_UNIT_TWOHOSTS_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One run's choices, made by main.c from the seed. */
struct th_config {
	uint64_t	seed;
	unsigned	host;		/* 0 or 1: addresses, roles */
	unsigned	mtu;
	unsigned	offload;	/* TH_OFF_* */
	unsigned	conns;		/* TCP connections to open */
	unsigned	maxbytes;	/* at most in one direction of one */
	unsigned	udp, pings;	/* datagrams to send */
	unsigned	filters;	/* TH_F_* */
	unsigned	swallow;	/* of 1000: taken by filters, put back later */
	unsigned	defer;		/* of 1000: deferred work put off */
	unsigned	mbuf_fail, kmem_fail; /* one in n, 0: none */
	unsigned	flush_ms;	/* resolver tables emptied every so often */
	int		syncookies;	/* net.inet.tcp.syncookies */
	unsigned	abort;		/* of 1000: connections cut off */
	bool		small_buffers;	/* socket buffers from 2 segments up */
	bool		fuzz;		/* asks servers for names and addresses */
	bool		verbose;
};
#define TH_OFF_CSUM	1u
#define TH_OFF_TSO	2u
#define TH_F_IPF	1u	/* IP filters that look */
#define TH_F_IPF_EDIT	2u	/* ... that scramble and unscramble payloads */
#define TH_F_IFF	4u	/* an interface filter */

struct th_counts {
	uint64_t	conns_ok, conns_cut, conns_failed, accepted;
	uint64_t	bytes_in, bytes_out;
	uint64_t	udp_sent, udp_ok, udp_bad;
	uint64_t	pings_sent, pings_ok;
	uint64_t	filter_calls, swallowed, injected, deferred;
	uint64_t	frames_in, frames_out;
	uint64_t	wrong;		/* bytes that were not what they should be */
};

/* What the host asks of the outside. */
struct th_env {
	void		*cookie;
	void		(*transmit)(void *cookie, const void *frame, size_t len);
};

struct th_api {
	void		(*init)(const struct th_config *cfg,
			    const struct th_env *env);
	void		(*receive)(const void *frame, size_t len, bool verified);
	/* Works until nothing is left to do at `now`; the next time wanted. */
	uint64_t	(*run)(uint64_t now);
	bool		(*traffic_done)(void);
	void		(*stop_traffic)(void);
	/* After everything has been closed: what is still there, as text. */
	const char	*(*leftovers)(void);
	/* Tears filters down; the resolver's tables too. */
	void		(*quiesce)(void);
	const struct th_counts *(*counts)(void);
	const char	*(*state)(void);	/* for a run that hangs */
};

const struct th_api *th_get_api(void);

#endif /* TEST_UNIT_TWOHOSTS_API_H */
