/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/ip.h>: the IPv4 header.
 */
#ifndef _NETINET_IP_H_
#define _NETINET_IP_H_

#include <netinet/in.h>
#include <netinet/in_systm.h>

#define IPVERSION		4
#define IP_MAXPACKET		65535
#define IP_MSS			576
#define MAXTTL			255
#define IPDEFTTL		64
#define IPFRAGTTL		30
#define IPTTLDEC		1

/* Multi-byte fields are in network order on the wire. */
struct ip {
	u_int		ip_hl:4;	/* header length in 4-byte words */
	u_int		ip_v:4;
	u_char		ip_tos;
	u_short		ip_len;		/* header and data */
	u_short		ip_id;
	u_short		ip_off;		/* flags; offset in 8-byte units */
#define IP_RF			0x8000
#define IP_DF			0x4000
#define IP_MF			0x2000
#define IP_OFFMASK		0x1fff
	u_char		ip_ttl;
	u_char		ip_p;
	u_short		ip_sum;
	struct in_addr	ip_src;
	struct in_addr	ip_dst;
};

#define IPTOS_LOWDELAY		0x10
#define IPTOS_THROUGHPUT	0x08
#define IPTOS_RELIABILITY	0x04
#define IPTOS_MINCOST		0x02
#define IPTOS_CE		0x01
#define IPTOS_ECT		0x02
#define IPTOS_ECN_NOTECT	0x00
#define IPTOS_ECN_ECT1		0x01
#define IPTOS_ECN_ECT0		0x02
#define IPTOS_ECN_CE		0x03
#define IPTOS_ECN_MASK		0x03

#define IPOPT_EOL		0
#define IPOPT_NOP		1
#define IPOPT_RR		7
#define IPOPT_TS		68
#define IPOPT_LSRR		131
#define IPOPT_SSRR		137
#define IPOPT_RA		148
#define IPOPT_OPTVAL		0
#define IPOPT_OLEN		1
#define IPOPT_OFFSET		2
#define IPOPT_MINOFF		4

#endif /* _NETINET_IP_H_ */
