/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/ip6.h>: the IPv6 header and its extension headers.
 *
 * Masks of multi-byte fields are in network order.
 */
#ifndef _NETINET_IP6_H_
#define _NETINET_IP6_H_

#include <sys/types.h>
#include <netinet6/in6.h>

struct ip6_hdr {
	union {
		struct ip6_hdrctl {
			u_int32_t	ip6_un1_flow;
			u_int16_t	ip6_un1_plen;
			u_int8_t	ip6_un1_nxt;
			u_int8_t	ip6_un1_hlim;
		} ip6_un1;
		u_int8_t	ip6_un2_vfc;
	} ip6_ctlun;
	struct in6_addr	ip6_src;
	struct in6_addr	ip6_dst;
} __attribute__((__packed__));
#define ip6_vfc			ip6_ctlun.ip6_un2_vfc
#define ip6_flow		ip6_ctlun.ip6_un1.ip6_un1_flow
#define ip6_plen		ip6_ctlun.ip6_un1.ip6_un1_plen
#define ip6_nxt			ip6_ctlun.ip6_un1.ip6_un1_nxt
#define ip6_hlim		ip6_ctlun.ip6_un1.ip6_un1_hlim
#define ip6_hops		ip6_ctlun.ip6_un1.ip6_un1_hlim

struct ip6_ext {
	u_int8_t	ip6e_nxt;
	u_int8_t	ip6e_len;
} __attribute__((__packed__));

struct ip6_hbh {
	u_int8_t	ip6h_nxt;
	u_int8_t	ip6h_len;
} __attribute__((__packed__));

struct ip6_dest {
	u_int8_t	ip6d_nxt;
	u_int8_t	ip6d_len;
} __attribute__((__packed__));

struct ip6_opt {
	u_int8_t	ip6o_type;
	u_int8_t	ip6o_len;
} __attribute__((__packed__));

struct ip6_rthdr {
	u_int8_t	ip6r_nxt;
	u_int8_t	ip6r_len;
	u_int8_t	ip6r_type;
	u_int8_t	ip6r_segleft;
} __attribute__((__packed__));

struct ip6_frag {
	u_int8_t	ip6f_nxt;
	u_int8_t	ip6f_reserved;
	u_int16_t	ip6f_offlg;
	u_int32_t	ip6f_ident;
} __attribute__((__packed__));

#define IPV6_VERSION		0x60
#define IPV6_VERSION_MASK	0xf0
#define IPV6_FLOWINFO_MASK	0xffffff0f
#define IPV6_FLOWLABEL_MASK	0xffff0f00
#define IP6F_OFF_MASK		0xf8ff
#define IP6F_RESERVED_MASK	0x0600
#define IP6F_MORE_FRAG		0x0100

#define IPV6_MAXHLIM		255
#define IPV6_DEFHLIM		64
#define IPV6_FRAGTTL		60
#define IPV6_HLIMDEC		1
#define IPV6_MMTU		1280
#define IPV6_MAXPACKET		65535

#define IP6OPT_PAD1		0x00
#define IP6OPT_PADN		0x01
#define IP6OPT_ROUTER_ALERT	0x05
#define IP6OPT_JUMBO		0xC2

#endif /* _NETINET_IP6_H_ */
