/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/icmp6.h>: ICMPv6 and neighbour discovery messages.
 */
#ifndef _NETINET_ICMP6_H_
#define _NETINET_ICMP6_H_

#include <sys/types.h>
#include <netinet6/in6.h>

struct icmp6_hdr {
	u_int8_t	icmp6_type;
	u_int8_t	icmp6_code;
	u_int16_t	icmp6_cksum;
	union {
		u_int32_t	icmp6_un_data32[1];
		u_int16_t	icmp6_un_data16[2];
		u_int8_t	icmp6_un_data8[4];
	} icmp6_dataun;
} __attribute__((__packed__));
#define icmp6_data32		icmp6_dataun.icmp6_un_data32
#define icmp6_data16		icmp6_dataun.icmp6_un_data16
#define icmp6_data8		icmp6_dataun.icmp6_un_data8
#define icmp6_pptr		icmp6_data32[0]
#define icmp6_mtu		icmp6_data32[0]
#define icmp6_id		icmp6_data16[0]
#define icmp6_seq		icmp6_data16[1]
#define icmp6_maxdelay		icmp6_data16[0]

#define ICMP6_DST_UNREACH		1
#define ICMP6_PACKET_TOO_BIG		2
#define ICMP6_TIME_EXCEEDED		3
#define ICMP6_PARAM_PROB		4
#define ICMP6_ECHO_REQUEST		128
#define ICMP6_ECHO_REPLY		129
#define ICMP6_MEMBERSHIP_QUERY		130
#define MLD_LISTENER_QUERY		130
#define ICMP6_MEMBERSHIP_REPORT		131
#define MLD_LISTENER_REPORT		131
#define ICMP6_MEMBERSHIP_REDUCTION	132
#define MLD_LISTENER_DONE		132

#ifndef ND_ROUTER_SOLICIT
#define ND_ROUTER_SOLICIT		133
#define ND_ROUTER_ADVERT		134
#define ND_NEIGHBOR_SOLICIT		135
#define ND_NEIGHBOR_ADVERT		136
#define ND_REDIRECT			137
#endif

#define ICMP6_DST_UNREACH_NOROUTE	0
#define ICMP6_DST_UNREACH_ADMIN		1
#define ICMP6_DST_UNREACH_ADDR		3
#define ICMP6_DST_UNREACH_NOPORT	4
#define ICMP6_TIME_EXCEED_TRANSIT	0
#define ICMP6_TIME_EXCEED_REASSEMBLY	1

struct nd_router_solicit {
	struct icmp6_hdr	nd_rs_hdr;
} __attribute__((__packed__));
#define nd_rs_type		nd_rs_hdr.icmp6_type
#define nd_rs_code		nd_rs_hdr.icmp6_code
#define nd_rs_cksum		nd_rs_hdr.icmp6_cksum

struct nd_router_advert {
	struct icmp6_hdr	nd_ra_hdr;
	u_int32_t		nd_ra_reachable;
	u_int32_t		nd_ra_retransmit;
} __attribute__((__packed__));
#define nd_ra_type		nd_ra_hdr.icmp6_type
#define nd_ra_code		nd_ra_hdr.icmp6_code
#define nd_ra_cksum		nd_ra_hdr.icmp6_cksum
#define nd_ra_curhoplimit	nd_ra_hdr.icmp6_data8[0]
#define nd_ra_flags_reserved	nd_ra_hdr.icmp6_data8[1]
#define nd_ra_router_lifetime	nd_ra_hdr.icmp6_data16[1]

struct nd_neighbor_solicit {
	struct icmp6_hdr	nd_ns_hdr;
	struct in6_addr		nd_ns_target;
} __attribute__((__packed__));
#define nd_ns_type		nd_ns_hdr.icmp6_type
#define nd_ns_code		nd_ns_hdr.icmp6_code
#define nd_ns_cksum		nd_ns_hdr.icmp6_cksum
#define nd_ns_reserved		nd_ns_hdr.icmp6_data32[0]

struct nd_neighbor_advert {
	struct icmp6_hdr	nd_na_hdr;
	struct in6_addr		nd_na_target;
} __attribute__((__packed__));
#define nd_na_type		nd_na_hdr.icmp6_type
#define nd_na_code		nd_na_hdr.icmp6_code
#define nd_na_cksum		nd_na_hdr.icmp6_cksum
#define nd_na_flags_reserved	nd_na_hdr.icmp6_data32[0]

struct nd_redirect {
	struct icmp6_hdr	nd_rd_hdr;
	struct in6_addr		nd_rd_target;
	struct in6_addr		nd_rd_dst;
} __attribute__((__packed__));

struct nd_opt_hdr {
	u_int8_t	nd_opt_type;
	u_int8_t	nd_opt_len;	/* in 8-byte units */
} __attribute__((__packed__));
#define ND_OPT_SOURCE_LINKADDR	1
#define ND_OPT_TARGET_LINKADDR	2
#define ND_OPT_PREFIX_INFORMATION 3
#define ND_OPT_REDIRECTED_HEADER 4
#define ND_OPT_MTU		5

#endif /* _NETINET_ICMP6_H_ */
