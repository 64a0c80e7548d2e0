/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_var.h>: interface names, families and counters.
 */
#ifndef _NET_IF_VAR_H_
#define _NET_IF_VAR_H_

#include <net/kpi_interface.h>
#include <sys/queue.h>
#include <sys/time.h>

#define APPLE_IF_FAM_LOOPBACK	1
#define APPLE_IF_FAM_ETHERNET	2
#define APPLE_IF_FAM_SLIP	3
#define APPLE_IF_FAM_TUN	4
#define APPLE_IF_FAM_VLAN	5
#define APPLE_IF_FAM_PPP	6
#define APPLE_IF_FAM_PVC	7
#define APPLE_IF_FAM_DISC	8
#define APPLE_IF_FAM_MDECAP	9
#define APPLE_IF_FAM_GIF	10
#define APPLE_IF_FAM_FAITH	11
#define APPLE_IF_FAM_STF	12
#define APPLE_IF_FAM_FIREWIRE	13
#define APPLE_IF_FAM_BOND	14
#define APPLE_IF_FAM_CELLULAR	15
#define APPLE_IF_FAM_6LOWPAN	16
#define APPLE_IF_FAM_UTUN	17
#define APPLE_IF_FAM_IPSEC	18

#define IFNAMSIZ		16
#define IF_MINMTU		72
#define IF_MAXMTU		65535

struct if_data {
	u_char		ifi_type;
	u_char		ifi_typelen;
	u_char		ifi_physical;
	u_char		ifi_addrlen;
	u_char		ifi_hdrlen;
	u_char		ifi_recvquota;
	u_char		ifi_xmitquota;
	u_char		ifi_unused1;
	u_int32_t	ifi_mtu;
	u_int32_t	ifi_metric;
	u_int32_t	ifi_baudrate;
	u_int32_t	ifi_ipackets;
	u_int32_t	ifi_ierrors;
	u_int32_t	ifi_opackets;
	u_int32_t	ifi_oerrors;
	u_int32_t	ifi_collisions;
	u_int32_t	ifi_ibytes;
	u_int32_t	ifi_obytes;
	u_int32_t	ifi_imcasts;
	u_int32_t	ifi_omcasts;
	u_int32_t	ifi_iqdrops;
	u_int32_t	ifi_noproto;
	u_int32_t	ifi_recvtiming;
	u_int32_t	ifi_xmittiming;
	struct timeval32 ifi_lastchange;
	u_int32_t	ifi_unused2;
	u_int32_t	ifi_hwassist;
	u_int32_t	ifi_reserved1;
	u_int32_t	ifi_reserved2;
};

struct ifnet;
struct ifaddr;
struct ifmultiaddr;

#endif /* _NET_IF_VAR_H_ */
