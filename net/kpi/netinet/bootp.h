/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/bootp.h>: BOOTP and DHCP messages (RFC 951, RFC 2131).
 */
#ifndef _NETINET_BOOTP_H_
#define _NETINET_BOOTP_H_

#include <sys/types.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

struct bootp {
	u_char		bp_op;
	u_char		bp_htype;
	u_char		bp_hlen;
	u_char		bp_hops;
	u_int32_t	bp_xid;
	u_short		bp_secs;
	u_short		bp_unused;
	struct in_addr	bp_ciaddr;
	struct in_addr	bp_yiaddr;
	struct in_addr	bp_siaddr;
	struct in_addr	bp_giaddr;
	u_char		bp_chaddr[16];
	u_char		bp_sname[64];
	u_char		bp_file[128];
	u_char		bp_vend[64];
};

#define BOOTREQUEST		1
#define BOOTREPLY		2
#define IPPORT_BOOTPS		67
#define IPPORT_BOOTPC		68

#endif /* _NETINET_BOOTP_H_ */
