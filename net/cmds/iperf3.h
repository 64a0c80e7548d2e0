/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of iperf3 (as spoken by its versions 3.1 to 3.18), both ends.
 *
 * A control connection carries one-byte states from the server and JSON
 * texts with a 4-byte length in both directions; data connections present
 * the cookie of the control connection first.  For UDP a data "connection"
 * is a four-byte datagram and its answer.
 *
 *   server             client
 *                      cookie (37 bytes)
 *   PARAM_EXCHANGE     parameters (JSON)
 *   CREATE_STREAMS     data connections, each with the cookie
 *   TEST_START, TEST_RUNNING
 *                      data; TEST_END when it is over
 *   EXCHANGE_RESULTS   results (JSON); the server's follow
 *   DISPLAY_RESULTS    IPERF_DONE
 */
#ifndef _NET_CMDS_IPERF3_H_
#define _NET_CMDS_IPERF3_H_

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/socket.h>

#define IPERF_PORT	5201
#define IPERF_COOKIE	37
#define IPERF_STREAMS	64
#define IPERF_JSON_MAX	16384
#define IPERF_BUF	(128 * 1024)
#define IPERF_UDP_LEN	1448

enum iperf_state {
	TEST_START = 1,
	TEST_RUNNING = 2,
	TEST_END = 4,
	PARAM_EXCHANGE = 9,
	CREATE_STREAMS = 10,
	SERVER_TERMINATE = 11,
	CLIENT_TERMINATE = 12,
	EXCHANGE_RESULTS = 13,
	DISPLAY_RESULTS = 14,
	IPERF_START = 15,
	IPERF_DONE = 16,
	ACCESS_DENIED = -1,
	SERVER_ERROR = -2,
};

struct iperf_stream {
	int s_fd, s_id;
	bool s_sending;
	size_t s_partial;	/* bytes sent of the block in hand */
	uint64_t s_bytes;
	uint64_t s_packets, s_lost, s_outoforder; /* UDP */
	int64_t s_transit_us, s_jitter_us;
	uint64_t s_peer_bytes;	/* what the other end counted */
	uint64_t s_peer_packets, s_peer_errors;
	int64_t s_peer_jitter_us;
};

struct iperf {
	bool i_server, i_udp, i_reverse, i_bidir, i_json, i_counters64;
	int i_family, i_ctl, i_listen, i_udp_listen, i_port;
	int i_parallel, i_time_s;
	uint64_t i_bytes_wanted;	/* 0: by time */
	uint64_t i_rate;		/* bits a second of a UDP sender */
	size_t i_len;
	char i_cookie[IPERF_COOKIE];
	struct iperf_stream i_stream[IPERF_STREAMS];
	int i_nstreams;
	int64_t i_start_us, i_end_us;
	char *i_buf, *i_text;
	const char *i_host;
};

int64_t iperf_now_us(void);

/* iperf3_proto.c: 0, or -1 after a message on stderr */
int iperf_read_all(int fd, void *buf, size_t n);
int iperf_write_all(int fd, const void *buf, size_t n);
int iperf_send_state(struct iperf *ip, enum iperf_state st);
int iperf_recv_state(struct iperf *ip, enum iperf_state *st);
int iperf_send_params(struct iperf *ip);
int iperf_recv_params(struct iperf *ip);
int iperf_send_results(struct iperf *ip);
int iperf_recv_results(struct iperf *ip);

/* iperf3_data.c */
struct iperf_stream *iperf_add_stream(struct iperf *ip, int fd, bool sending);
/*
 * Moves data until the test is over: a server until TEST_END arrives, a
 * client until its time or amount is used up.
 */
int iperf_run_data(struct iperf *ip);
void iperf_close_streams(struct iperf *ip);

#endif /* _NET_CMDS_IPERF3_H_ */
