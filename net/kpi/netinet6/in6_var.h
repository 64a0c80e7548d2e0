/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet6/in6_var.h>: IPv6 addresses of interfaces: ioctl arguments.
 *
 * The member ifra_dstaddr of in6_aliasreq is reached through the macro of
 * this name, as that of ifaliasreq is.
 */
#ifndef _NETINET6_IN6_VAR_H_
#define _NETINET6_IN6_VAR_H_

#include <netinet/in.h>
#include <sys/kern_event.h>
#include <net/net_kev.h>
#include <sys/ioccom.h>

struct in6_addrlifetime {
	time_t		ia6t_expire;	/* moment */
	time_t		ia6t_preferred;	/* moment */
	u_int32_t	ia6t_vltime;	/* seconds */
	u_int32_t	ia6t_pltime;	/* seconds */
};

struct in6_ifreq {
	char	ifr_name[16];
	union {
		struct sockaddr_in6	ifru_addr;
		struct sockaddr_in6	ifru_dstaddr;
		int			ifru_flags;
		int			ifru_flags6;
		int			ifru_metric;
		int			ifru_intval;
		caddr_t			ifru_data;
		struct in6_addrlifetime	ifru_lifetime;
		char			ifru_pad_[272];
		u_int32_t		ifru_scope_id[16];
	} ifr_ifru;
};

/* As in <net/if.h>: one name for both, whichever header comes first. */
#ifndef ifra_dstaddr
#define ifra_dstaddr		ifra_broadaddr
#endif
struct in6_aliasreq {
	char			ifra_name[16];
	struct sockaddr_in6	ifra_addr;
	struct sockaddr_in6	ifra_dstaddr;
	struct sockaddr_in6	ifra_prefixmask;
	int			ifra_flags;
	struct in6_addrlifetime	ifra_lifetime;
};

#define IN6_IFF_ANYCAST		0x0001
#define IN6_IFF_TENTATIVE	0x0002
#define IN6_IFF_DUPLICATED	0x0004
#define IN6_IFF_DETACHED	0x0008
#define IN6_IFF_DEPRECATED	0x0010
#define IN6_IFF_NODAD		0x0020
#define IN6_IFF_AUTOCONF	0x0040
#define IN6_IFF_TEMPORARY	0x0080
#define IN6_IFF_DYNAMIC		0x0100

#define ND6_INFINITE_LIFETIME	0xffffffff

#define SIOCSIFADDR_IN6		_IOW('i', 12, struct in6_ifreq)
#define SIOCSIFDSTADDR_IN6	_IOW('i', 14, struct in6_ifreq)
#define SIOCSIFNETMASK_IN6	_IOW('i', 22, struct in6_ifreq)
#define SIOCDIFADDR_IN6		_IOW('i', 25, struct in6_ifreq)
#define SIOCAIFADDR_IN6		_IOW('i', 26, struct in6_aliasreq)
#define SIOCGIFADDR_IN6		_IOWR('i', 33, struct in6_ifreq)
#define SIOCGIFDSTADDR_IN6	_IOWR('i', 34, struct in6_ifreq)
#define SIOCGIFNETMASK_IN6	_IOWR('i', 37, struct in6_ifreq)
#define SIOCSIFPHYADDR_IN6	_IOW('i', 62, struct in6_aliasreq)
#define SIOCGIFPSRCADDR_IN6	_IOWR('i', 63, struct in6_ifreq)
#define SIOCGIFPDSTADDR_IN6	_IOWR('i', 64, struct in6_ifreq)
#define SIOCGIFAFLAG_IN6	_IOWR('i', 73, struct in6_ifreq)
#define SIOCGIFALIFETIME_IN6	_IOWR('i', 81, struct in6_ifreq)

#endif /* _NETINET6_IN6_VAR_H_ */
