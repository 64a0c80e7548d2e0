/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/in_var.h>: IPv4 addresses of interfaces: ioctl arguments and
 * events.
 */
#ifndef _NETINET_IN_VAR_H_
#define _NETINET_IN_VAR_H_

#include <net/if.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <sys/queue.h>
#include <sys/kern_event.h>
#include <net/ethernet.h>

struct in_aliasreq {
	char			ifra_name[IFNAMSIZ];
	struct sockaddr_in	ifra_addr;
	struct sockaddr_in	ifra_broadaddr;
	struct sockaddr_in	ifra_mask;
};

struct kev_in_data {
	struct net_event_data	link_data;
	struct in_addr		ia_addr;
	u_int32_t		ia_net;
	u_int32_t		ia_netmask;
	u_int32_t		ia_subnet;
	u_int32_t		ia_subnetmask;
	struct in_addr		ia_netbroadcast;
	struct in_addr		ia_dstaddr;
};

#endif /* _NETINET_IN_VAR_H_ */
