/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/ip_icmp.h>: ICMP messages.
 */
#ifndef _NETINET_IP_ICMP_H_
#define _NETINET_IP_ICMP_H_

#include <sys/types.h>
#include <netinet/in_systm.h>
#include <netinet/in.h>
#include <netinet/ip.h>

struct icmp {
	u_char	icmp_type;
	u_char	icmp_code;
	u_short	icmp_cksum;
	union {
		u_char	ih_pptr;
		struct in_addr	ih_gwaddr;
		struct ih_idseq {
			n_short	icd_id;
			n_short	icd_seq;
		} ih_idseq;
		int	ih_void;
		struct ih_pmtu {
			n_short	ipm_void;
			n_short	ipm_nextmtu;
		} ih_pmtu;
		struct ih_rtradv {
			u_char	irt_num_addrs;
			u_char	irt_wpa;
			u_int16_t irt_lifetime;
		} ih_rtradv;
	} icmp_hun;
	union {
		struct id_ts {
			n_time	its_otime;
			n_time	its_rtime;
			n_time	its_ttime;
		} id_ts;
		struct id_ip {
			struct ip	idi_ip;
		} id_ip;
		u_int32_t	id_mask;
		char		id_data[1];
	} icmp_dun;
};
#define icmp_pptr		icmp_hun.ih_pptr
#define icmp_gwaddr		icmp_hun.ih_gwaddr
#define icmp_id			icmp_hun.ih_idseq.icd_id
#define icmp_seq		icmp_hun.ih_idseq.icd_seq
#define icmp_void		icmp_hun.ih_void
#define icmp_pmvoid		icmp_hun.ih_pmtu.ipm_void
#define icmp_nextmtu		icmp_hun.ih_pmtu.ipm_nextmtu
#define icmp_num_addrs		icmp_hun.ih_rtradv.irt_num_addrs
#define icmp_wpa		icmp_hun.ih_rtradv.irt_wpa
#define icmp_lifetime		icmp_hun.ih_rtradv.irt_lifetime
#define icmp_otime		icmp_dun.id_ts.its_otime
#define icmp_rtime		icmp_dun.id_ts.its_rtime
#define icmp_ttime		icmp_dun.id_ts.its_ttime
#define icmp_ip			icmp_dun.id_ip.idi_ip
#define icmp_mask		icmp_dun.id_mask
#define icmp_data		icmp_dun.id_data

#define ICMP_MINLEN		8
#define ICMP_TSLEN		(8 + 3 * sizeof(n_time))
#define ICMP_MASKLEN		12

#define ICMP_ECHOREPLY		0
#define ICMP_UNREACH		3
#define ICMP_UNREACH_NET	0
#define ICMP_UNREACH_HOST	1
#define ICMP_UNREACH_PROTOCOL	2
#define ICMP_UNREACH_PORT	3
#define ICMP_UNREACH_NEEDFRAG	4
#define ICMP_SOURCEQUENCH	4
#define ICMP_REDIRECT		5
#define ICMP_ECHO		8
#define ICMP_ROUTERADVERT	9
#define ICMP_ROUTERSOLICIT	10
#define ICMP_TIMXCEED		11
#define ICMP_TIMXCEED_INTRANS	0
#define ICMP_TIMXCEED_REASS	1
#define ICMP_PARAMPROB		12
#define ICMP_TSTAMP		13
#define ICMP_TSTAMPREPLY	14
#define ICMP_MASKREQ		17
#define ICMP_MASKREPLY		18
#define ICMP_MAXTYPE		18

#endif /* _NETINET_IP_ICMP_H_ */
