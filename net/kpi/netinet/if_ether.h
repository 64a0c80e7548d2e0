/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/if_ether.h>: address resolution packets on Ethernet.
 */
#ifndef _NETINET_IF_ETHER_H_
#define _NETINET_IF_ETHER_H_

#include <net/ethernet.h>
#include <net/if_arp.h>

struct ether_arp {
	struct arphdr	ea_hdr;
	u_char		arp_sha[ETHER_ADDR_LEN];
	u_char		arp_spa[4];
	u_char		arp_tha[ETHER_ADDR_LEN];
	u_char		arp_tpa[4];
};
#define arp_hrd			ea_hdr.ar_hrd
#define arp_pro			ea_hdr.ar_pro
#define arp_hln			ea_hdr.ar_hln
#define arp_pln			ea_hdr.ar_pln
#define arp_op			ea_hdr.ar_op

#endif /* _NETINET_IF_ETHER_H_ */
