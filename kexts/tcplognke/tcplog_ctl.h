/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conversation between tcplognke and the program tcplog, over a datagram
 * kernel control.  Options are set and read at the level SYSPROTO_CONTROL;
 * each message from the kext is one struct tcplog_msg.
 */
#ifndef TCPLOG_CTL_H
#define TCPLOG_CTL_H

#include <sys/types.h>

#define TCPLOG_CONTROL	"org.unikext.tcplognke"

/* setsockopt and getsockopt, an int each */
#define TCPLOG_OPT_ENABLE	1	/* keep records; 1 at first */
#define TCPLOG_OPT_VERBOSE	2	/* print a line a connection */
#define TCPLOG_OPT_SWALLOW	3	/* take and put back, for new sockets */
#define TCPLOG_OPT_STREAM	4	/* 1: records kept, then new ones */
/* setsockopt and getsockopt, a struct tcplog_criteria */
#define TCPLOG_OPT_CRITERIA	5
/* getsockopt, a struct tcplog_stats */
#define TCPLOG_OPT_STATS	6

/* What a connection has to be like to leave a record; zero: anything. */
struct tcplog_criteria {
	int32_t		tc_pid;
	u_int16_t	tc_port;	/* host order, at either end */
	u_int8_t	tc_direction;	/* 1 in, 2 out */
	u_int8_t	tc_family;	/* of tc_remote; 0: any address */
	u_int8_t	tc_prefix;	/* bits of tc_remote that count */
	u_int8_t	tc_pad[7];
	u_int64_t	tc_min_bytes;	/* both directions together */
	u_int8_t	tc_remote[16];
};

struct tcplog_stats {
	u_int32_t	ts_open;	/* connections now */
	u_int32_t	ts_clients;	/* that get records */
	u_int64_t	ts_total;	/* connections that are over */
	u_int64_t	ts_kept;	/* of those, kept as records */
	u_int64_t	ts_overwritten;	/* records nobody read in time */
	u_int64_t	ts_lost;	/* records a client had no room for */
};

/* One finished connection. */
struct tcplog_msg {
	u_int32_t	tm_size;	/* of the structure */
	u_int32_t	tm_pid;
	u_int8_t	tm_inbound;
	u_int8_t	tm_family;	/* AF_INET, AF_INET6 */
	u_int16_t	tm_lport, tm_rport;	/* host order */
	u_int16_t	tm_open;	/* was still open at the end */
	u_int8_t	tm_laddr[16], tm_raddr[16];
	u_int64_t	tm_begin_us, tm_end_us;	/* since boot */
	u_int64_t	tm_rx_bytes, tm_rx_packets;
	u_int64_t	tm_tx_bytes, tm_tx_packets;
	char		tm_name[24];	/* of the process */
};

#endif /* TCPLOG_CTL_H */
