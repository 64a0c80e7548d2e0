/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/tcp.h>: the TCP header, its options, and socket options of TCP.
 */
#ifndef _NETINET_TCP_H_
#define _NETINET_TCP_H_

#include <sys/types.h>

typedef u_int32_t	tcp_seq;
typedef u_int32_t	tcp_cc;

struct tcphdr {
	u_short	th_sport;
	u_short	th_dport;
	tcp_seq	th_seq;
	tcp_seq	th_ack;
	u_int	th_x2:4;
	u_int	th_off:4;	/* header length in 4-byte words */
	u_char	th_flags;
#define TH_FIN			0x01
#define TH_SYN			0x02
#define TH_RST			0x04
#define TH_PUSH			0x08
#define TH_ACK			0x10
#define TH_URG			0x20
#define TH_ECE			0x40
#define TH_CWR			0x80
#define TH_FLAGS							\
	(TH_FIN | TH_SYN | TH_RST | TH_ACK | TH_URG | TH_ECE | TH_CWR)
	u_short	th_win;
	u_short	th_sum;
	u_short	th_urp;
};

#define TCPOPT_EOL		0
#define TCPOPT_NOP		1
#define TCPOPT_MAXSEG		2
#define TCPOLEN_MAXSEG		4
#define TCPOPT_WINDOW		3
#define TCPOLEN_WINDOW		3
#define TCPOPT_SACK_PERMITTED	4
#define TCPOLEN_SACK_PERMITTED	2
#define TCPOPT_SACK		5
#define TCPOPT_TIMESTAMP	8
#define TCPOLEN_TIMESTAMP	10

#define TCP_MSS			512
#define TCP_MAXWIN		65535
#define TCP_MAX_WINSHIFT	14

#define TCP_NODELAY		0x01
#define TCP_MAXSEG		0x02
#define TCP_NOPUSH		0x04
#define TCP_NOOPT		0x08
#define TCP_KEEPALIVE		0x10	/* idle seconds before probes */
#define TCP_CONNECTIONTIMEOUT	0x20
#define TCP_RXT_CONNDROPTIME	0x80
#define TCP_RXT_FINDROP		0x100
#define TCP_KEEPINTVL		0x101
#define TCP_KEEPCNT		0x102

#endif /* _NETINET_TCP_H_ */
