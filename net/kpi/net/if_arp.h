/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_arp.h>: address resolution packets.
 */
#ifndef _NET_IF_ARP_H_
#define _NET_IF_ARP_H_

#include <netinet/in.h>

#define ARPHRD_ETHER		1
#define ARPHRD_IEEE802		6
#define ARPHRD_FRELAY		15
#define ARPHRD_IEEE1394		24

#define ARPOP_REQUEST		1
#define ARPOP_REPLY		2
#define ARPOP_REVREQUEST	3
#define ARPOP_REVREPLY		4

struct arphdr {
	u_short	ar_hrd;		/* ARPHRD_ */
	u_short	ar_pro;		/* protocol: an EtherType */
	u_char	ar_hln;		/* bytes of a hardware address */
	u_char	ar_pln;		/* bytes of a protocol address */
	u_short	ar_op;		/* ARPOP_ */
};

#endif /* _NET_IF_ARP_H_ */
