/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/route.h>: routes as programs see them: flags, and the messages of
 * routing sockets (PF_ROUTE).
 *
 * A message is a header and the addresses rtm_addrs names, in the order of
 * the RTA bits, each rounded up to four bytes (an empty one takes four).
 */
#ifndef _NET_ROUTE_H_
#define _NET_ROUTE_H_

#include <sys/types.h>
#include <sys/socket.h>
#include <net/if_var.h>

/* rtm_flags */
#define RTF_UP		0x1
#define RTF_GATEWAY	0x2
#define RTF_HOST	0x4
#define RTF_REJECT	0x8		/* answer with unreachable */
#define RTF_DYNAMIC	0x10
#define RTF_MODIFIED	0x20
#define RTF_DONE	0x40		/* message confirmed */
#define RTF_DELCLONE	0x80
#define RTF_CLONING	0x100
#define RTF_XRESOLVE	0x200
#define RTF_LLINFO	0x400		/* has a link address: ARP, ND */
#define RTF_STATIC	0x800		/* added by hand */
#define RTF_BLACKHOLE	0x1000		/* drop in silence */
#define RTF_PROTO2	0x4000
#define RTF_PROTO1	0x8000
#define RTF_PRCLONING	0x10000
#define RTF_WASCLONED	0x20000
#define RTF_PROTO3	0x40000
#define RTF_PINNED	0x100000	/* not to be changed: connected network */
#define RTF_LOCAL	0x200000	/* an address of ours */
#define RTF_BROADCAST	0x400000
#define RTF_MULTICAST	0x800000
#define RTF_IFSCOPE	0x1000000	/* rtm_index holds the interface */
#define RTF_CONDEMNED	0x2000000
#define RTF_ROUTER	0x10000000

struct rt_metrics {
	u_int32_t	rmx_locks;
	u_int32_t	rmx_mtu;
	u_int32_t	rmx_hopcount;
	int32_t		rmx_expire;	/* seconds */
	u_int32_t	rmx_recvpipe;
	u_int32_t	rmx_sendpipe;
	u_int32_t	rmx_ssthresh;
	u_int32_t	rmx_rtt;
	u_int32_t	rmx_rttvar;
	u_int32_t	rmx_pksent;
	u_int32_t	rmx_filler[4];
};

struct rt_msghdr {
	u_short		rtm_msglen;
	u_char		rtm_version;
	u_char		rtm_type;
	u_short		rtm_index;
	int		rtm_flags;
	int		rtm_addrs;	/* RTA_* */
	pid_t		rtm_pid;
	int		rtm_seq;
	int		rtm_errno;
	int		rtm_use;
	u_int32_t	rtm_inits;	/* RTV_* */
	struct rt_metrics rtm_rmx;
};

#define RTM_VERSION	5

#define RTM_ADD		0x1
#define RTM_DELETE	0x2
#define RTM_CHANGE	0x3
#define RTM_GET		0x4
#define RTM_LOSING	0x5
#define RTM_REDIRECT	0x6
#define RTM_MISS	0x7
#define RTM_LOCK	0x8
#define RTM_NEWADDR	0xc
#define RTM_DELADDR	0xd
#define RTM_IFINFO	0xe
#define RTM_NEWMADDR	0xf
#define RTM_DELMADDR	0x10
#define RTM_GET2	0x14

#define RTV_MTU		0x1
#define RTV_HOPCOUNT	0x2
#define RTV_EXPIRE	0x4

#define RTA_DST		0x1
#define RTA_GATEWAY	0x2
#define RTA_NETMASK	0x4
#define RTA_GENMASK	0x8
#define RTA_IFP		0x10
#define RTA_IFA		0x20
#define RTA_AUTHOR	0x40
#define RTA_BRD		0x80

#define RTAX_DST	0
#define RTAX_GATEWAY	1
#define RTAX_NETMASK	2
#define RTAX_GENMASK	3
#define RTAX_IFP	4
#define RTAX_IFA	5
#define RTAX_AUTHOR	6
#define RTAX_BRD	7
#define RTAX_MAX	8

/* The other messages share the first four members with rt_msghdr. */
struct if_msghdr {
	u_short		ifm_msglen;
	u_char		ifm_version;
	u_char		ifm_type;
	int		ifm_addrs;
	int		ifm_flags;
	u_short		ifm_index;
	struct if_data	ifm_data;
};

struct ifa_msghdr {
	u_short		ifam_msglen;
	u_char		ifam_version;
	u_char		ifam_type;
	int		ifam_addrs;
	int		ifam_flags;
	u_short		ifam_index;
	int		ifam_metric;
};

#endif /* _NET_ROUTE_H_ */
