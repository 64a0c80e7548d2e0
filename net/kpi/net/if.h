/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if.h>: interface flags, and the arguments of the interface ioctls.
 */
#ifndef _NET_IF_H_
#define _NET_IF_H_

#include <net/if_var.h>
#include <sys/socket.h>

#define IF_NAMESIZE		IFNAMSIZ
#define IFSTATMAX		800
#define IFQ_MAXLEN		128

#define IFF_UP			0x0001
#define IFF_BROADCAST		0x0002
#define IFF_DEBUG		0x0004
#define IFF_LOOPBACK		0x0008
#define IFF_POINTOPOINT		0x0010
#define IFF_NOTRAILERS		0x0020
#define IFF_RUNNING		0x0040
#define IFF_NOARP		0x0080
#define IFF_PROMISC		0x0100
#define IFF_ALLMULTI		0x0200
#define IFF_OACTIVE		0x0400
#define IFF_SIMPLEX		0x0800	/* does not hear itself */
#define IFF_LINK0		0x1000
#define IFF_LINK1		0x2000
#define IFF_LINK2		0x4000
#define IFF_ALTPHYS		IFF_LINK2
#define IFF_MULTICAST		0x8000

#define IFCAP_RXCSUM		0x00001
#define IFCAP_TXCSUM		0x00002
#define IFCAP_VLAN_MTU		0x00004
#define IFCAP_VLAN_HWTAGGING	0x00008
#define IFCAP_JUMBO_MTU		0x00010
#define IFCAP_TSO4		0x00020
#define IFCAP_TSO6		0x00040
#define IFCAP_LRO		0x00080
#define IFCAP_AV		0x00100
#define IFCAP_TXSTATUS		0x00200
#define IFCAP_HW_TIMESTAMP	0x00800
#define IFCAP_SW_TIMESTAMP	0x01000
#define IFCAP_HWCSUM		(IFCAP_RXCSUM | IFCAP_TXCSUM)
#define IFCAP_TSO		(IFCAP_TSO4 | IFCAP_TSO6)
#define IFCAP_VALID		0x01bff

struct ifdevmtu {
	int	ifdm_current;
	int	ifdm_min;
	int	ifdm_max;
};

#pragma pack(push, 4)
struct ifkpi {
	unsigned int	ifk_module_id;
	unsigned int	ifk_type;
	union {
		void	*ifk_ptr;
		int	 ifk_value;
	} ifk_data;
};
#pragma pack(pop)

struct ifreq {
	char	ifr_name[IFNAMSIZ];
	union {
		struct sockaddr	ifru_addr;
		struct sockaddr	ifru_dstaddr;
		struct sockaddr	ifru_broadaddr;
		short		ifru_flags;
		int		ifru_metric;
		int		ifru_mtu;
		int		ifru_phys;
		int		ifru_media;
		int		ifru_intval;
		caddr_t		ifru_data;
		struct ifdevmtu	ifru_devmtu;
		struct ifkpi	ifru_kpi;
		u_int32_t	ifru_wake_flags;
		u_int32_t	ifru_route_refcnt;
		int		ifru_cap[2];
	} ifr_ifru;
};
#define ifr_addr		ifr_ifru.ifru_addr
#define ifr_dstaddr		ifr_ifru.ifru_dstaddr
#define ifr_broadaddr		ifr_ifru.ifru_broadaddr
#define ifr_flags		ifr_ifru.ifru_flags
#define ifr_metric		ifr_ifru.ifru_metric
#define ifr_mtu			ifr_ifru.ifru_mtu
#define ifr_phys		ifr_ifru.ifru_phys
#define ifr_media		ifr_ifru.ifru_media
#define ifr_data		ifr_ifru.ifru_data
#define ifr_devmtu		ifr_ifru.ifru_devmtu
#define ifr_intval		ifr_ifru.ifru_intval
#define ifr_kpi			ifr_ifru.ifru_kpi
#define ifr_wake_flags		ifr_ifru.ifru_wake_flags
#define ifr_route_refcnt	ifr_ifru.ifru_route_refcnt
#define ifr_reqcap		ifr_ifru.ifru_cap[0]
#define ifr_curcap		ifr_ifru.ifru_cap[1]

struct ifaliasreq {
	char		ifra_name[IFNAMSIZ];
	struct sockaddr	ifra_addr;
	struct sockaddr	ifra_broadaddr;
	struct sockaddr	ifra_mask;
};
#ifndef ifra_dstaddr
#define ifra_dstaddr		ifra_broadaddr
#endif

struct rslvmulti_req {
	struct sockaddr	 *sa;
	struct sockaddr	**llsa;
};

struct ifstat {
	char	ifs_name[IFNAMSIZ];
	char	ascii[IFSTATMAX + 1];
};

struct ifdrv {
	char		 ifd_name[IFNAMSIZ];
	unsigned long	 ifd_cmd;
	size_t		 ifd_len;
	void		*ifd_data;
};

#pragma pack(push, 4)
struct ifconf {
	int	ifc_len;
	union {
		caddr_t		 ifcu_buf;
		struct ifreq	*ifcu_req;
	} ifc_ifcu;
};

struct ifmediareq {
	char	 ifm_name[IFNAMSIZ];
	int	 ifm_current;
	int	 ifm_mask;
	int	 ifm_status;
	int	 ifm_active;
	int	 ifm_count;
	int	*ifm_ulist;
};
#pragma pack(pop)
#define ifc_buf			ifc_ifcu.ifcu_buf
#define ifc_req			ifc_ifcu.ifcu_req

/* What an interface event begins with. */
struct net_event_data {
	u_int32_t	if_family;
	u_int32_t	if_unit;
	char		if_name[IFNAMSIZ];
};

struct kev_dl_proto_data {
	struct net_event_data	link_data;
	u_int32_t		proto_family;
	u_int32_t		proto_remaining_count;
};

#endif /* _NET_IF_H_ */
