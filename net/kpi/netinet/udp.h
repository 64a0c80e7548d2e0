/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/udp.h>: the UDP header.
 */
#ifndef _NETINET_UDP_H_
#define _NETINET_UDP_H_

#include <sys/types.h>

struct udphdr {
	u_short	uh_sport;
	u_short	uh_dport;
	u_short	uh_ulen;	/* header and data */
	u_short	uh_sum;
};

#endif /* _NETINET_UDP_H_ */
