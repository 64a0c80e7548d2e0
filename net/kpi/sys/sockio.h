/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/sockio.h>: ioctl requests on sockets and interfaces.
 *
 * The structures named in them are in <net/if.h>, <netinet/in_var.h> and
 * <netinet6/in6_var.h>.
 */
#ifndef _SYS_SOCKIO_H_
#define _SYS_SOCKIO_H_

#include <sys/ioccom.h>

#define SIOCSHIWAT	_IOW('s', 0, int)
#define SIOCGHIWAT	_IOR('s', 1, int)
#define SIOCSLOWAT	_IOW('s', 2, int)
#define SIOCGLOWAT	_IOR('s', 3, int)
#define SIOCATMARK	_IOR('s', 7, int)
#define SIOCSPGRP	_IOW('s', 8, int)
#define SIOCGPGRP	_IOR('s', 9, int)

#define SIOCSIFADDR	_IOW('i', 12, struct ifreq)
#define SIOCSIFDSTADDR	_IOW('i', 14, struct ifreq)
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define SIOCSIFBRDADDR	_IOW('i', 19, struct ifreq)
#define SIOCSIFNETMASK	_IOW('i', 22, struct ifreq)
#define SIOCGIFMETRIC	_IOWR('i', 23, struct ifreq)
#define SIOCSIFMETRIC	_IOW('i', 24, struct ifreq)
#define SIOCDIFADDR	_IOW('i', 25, struct ifreq)
#define SIOCAIFADDR	_IOW('i', 26, struct ifaliasreq)
#define SIOCGIFADDR	_IOWR('i', 33, struct ifreq)
#define SIOCGIFDSTADDR	_IOWR('i', 34, struct ifreq)
#define SIOCGIFBRDADDR	_IOWR('i', 35, struct ifreq)
#define SIOCGIFCONF	_IOWR('i', 36, struct ifconf)
#define SIOCGIFNETMASK	_IOWR('i', 37, struct ifreq)
#define SIOCADDMULTI	_IOW('i', 49, struct ifreq)
#define SIOCDELMULTI	_IOW('i', 50, struct ifreq)
#define SIOCGIFMTU	_IOWR('i', 51, struct ifreq)
#define SIOCSIFMTU	_IOW('i', 52, struct ifreq)
#define SIOCGIFPHYS	_IOWR('i', 53, struct ifreq)
#define SIOCSIFPHYS	_IOW('i', 54, struct ifreq)
#define SIOCSIFMEDIA	_IOWR('i', 55, struct ifreq)
#define SIOCGIFMEDIA	_IOWR('i', 56, struct ifmediareq)
#define SIOCSIFGENERIC	_IOW('i', 57, struct ifreq)
#define SIOCGIFGENERIC	_IOWR('i', 58, struct ifreq)
#define SIOCRSLVMULTI	_IOWR('i', 59, struct rslvmulti_req)
#define SIOCSIFLLADDR	_IOW('i', 60, struct ifreq)
#define SIOCGIFSTATUS	_IOWR('i', 61, struct ifstat)
#define SIOCSIFPHYADDR	_IOW('i', 62, struct ifaliasreq)
#define SIOCGIFPSRCADDR	_IOWR('i', 63, struct ifreq)
#define SIOCGIFPDSTADDR	_IOWR('i', 64, struct ifreq)
#define SIOCDIFPHYADDR	_IOW('i', 65, struct ifreq)
#define SIOCGIFDEVMTU	_IOWR('i', 68, struct ifreq)
#define SIOCSIFALTMTU	_IOW('i', 69, struct ifreq)
#define SIOCSIFBOND	_IOW('i', 70, struct ifreq)
#define SIOCGIFBOND	_IOWR('i', 71, struct ifreq)
#define SIOCGIFALTMTU	_IOWR('i', 72, struct ifreq)
#define SIOCPROTOATTACH	_IOWR('i', 80, struct ifreq)
#define SIOCPROTODETACH	_IOWR('i', 81, struct ifreq)
#define SIOCSIFCAP	_IOW('i', 90, struct ifreq)
#define SIOCGIFCAP	_IOWR('i', 91, struct ifreq)
#define SIOCIFCREATE	_IOWR('i', 120, struct ifreq)
#define SIOCIFDESTROY	_IOW('i', 121, struct ifreq)
#define SIOCIFCREATE2	_IOWR('i', 122, struct ifreq)
#define SIOCSDRVSPEC	_IOW('i', 123, struct ifdrv)
#define SIOCGDRVSPEC	_IOWR('i', 123, struct ifdrv)
#define SIOCSIFVLAN	_IOW('i', 126, struct ifreq)
#define SIOCGIFVLAN	_IOWR('i', 127, struct ifreq)
#define SIOCSETVLAN	SIOCSIFVLAN
#define SIOCGETVLAN	SIOCGIFVLAN
#define SIOCSIFKPI	_IOW('i', 134, struct ifreq)
#define SIOCGIFKPI	_IOWR('i', 135, struct ifreq)
#define SIOCGIFWAKEFLAGS _IOWR('i', 136, struct ifreq)

#endif /* _SYS_SOCKIO_H_ */
