/* SPDX-License-Identifier: BSD-2-Clause */
/* Address ioctls of PF_INET: see in_ioctl.h and in_addr.h. */
#include "net/inet/in_ioctl.h"

#include <libkern/libkern.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/sockio.h>

#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/inet/in_addr.h"

/* The mask an address has by its class, for callers that give none. */
static struct in_addr
class_mask(struct in_addr addr)
{
	uint32_t a = ntohl(addr.s_addr);
	uint32_t mask = (a >> 31) == 0 ? 0xff000000u :
	    (a >> 30) == 2 ? 0xffff0000u : 0xffffff00u;

	return ((struct in_addr){ htonl(mask) });
}

static struct in_addr
sa_in(const struct sockaddr *sa)
{
	if (sa->sa_len < 8 || sa->sa_family != AF_INET)
		return ((struct in_addr){ 0 });
	return (((const struct sockaddr_in *)(const void *)sa)->sin_addr);
}

/* The address a request names, or the first of the interface; referenced. */
static ifaddr_t
request_ifa(ifnet_t ifp, const struct sockaddr *sa)
{
	struct in_addr want = sa_in(sa);
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET &&
		    (want.s_addr == 0 ||
		    sa_in(&ifa->ifa_addr.sa).s_addr == want.s_addr))
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

static errno_t
in_get(ifnet_t ifp, unsigned long cmd, struct ifreq *ifr)
{
	static const struct sockaddr none;
	errno_t error = 0;
	ifaddr_t ifa;

	ifa = request_ifa(ifp, cmd == SIOCGIFADDR ? &none : &ifr->ifr_addr);
	if (ifa == NULL)
		ifa = request_ifa(ifp, &none);
	if (ifa == NULL)
		return (EADDRNOTAVAIL);
	switch (cmd) {
	case SIOCGIFADDR:
		error = ifaddr_address(ifa, &ifr->ifr_addr,
		    sizeof(ifr->ifr_addr));
		break;
	case SIOCGIFNETMASK:
		error = ifaddr_netmask(ifa, &ifr->ifr_addr,
		    sizeof(ifr->ifr_addr));
		break;
	case SIOCGIFBRDADDR:
		error = (ifp->if_flags & IFF_BROADCAST) == 0 ? EINVAL :
		    ifaddr_dstaddress(ifa, &ifr->ifr_addr,
		    sizeof(ifr->ifr_addr));
		break;
	case SIOCGIFDSTADDR:
		error = (ifp->if_flags & IFF_POINTOPOINT) == 0 ? EINVAL :
		    ifaddr_dstaddress(ifa, &ifr->ifr_addr,
		    sizeof(ifr->ifr_addr));
		break;
	}
	ifaddr_release(ifa);
	return (error);
}

/* Changes one of the three parts of the first address. */
static errno_t
in_set_part(ifnet_t ifp, unsigned long cmd, const struct ifreq *ifr)
{
	static const struct sockaddr none;
	struct in_addr value = sa_in(&ifr->ifr_addr);

	ifaddr_t ifa = request_ifa(ifp, &none);
	if (ifa == NULL)
		return (EADDRNOTAVAIL);
	struct in_addr addr = sa_in(&ifa->ifa_addr.sa);
	struct in_addr mask = sa_in(&ifa->ifa_netmask.sa);
	struct in_addr dst = sa_in(&ifa->ifa_dstaddr.sa);
	ifaddr_release(ifa);
	if (cmd == SIOCSIFNETMASK) {
		mask = value;
		if ((ifp->if_flags & IFF_BROADCAST) != 0)
			dst.s_addr = 0;		/* follows the mask */
	} else {
		dst = value;
	}
	inet_addr_del4(ifp, addr);
	return (inet_addr_set4(ifp, addr, mask, dst));
}

static errno_t
in_alias(ifnet_t ifp, const struct in_aliasreq *ifra)
{
	struct in_addr addr = sa_in((const void *)&ifra->ifra_addr);
	struct in_addr dst = sa_in((const void *)&ifra->ifra_broadaddr);
	struct in_addr mask;

	if (ifra->ifra_addr.sin_family != AF_INET)
		return (EINVAL);
	/* Masks have no family in classic callers: the length counts. */
	if (ifra->ifra_mask.sin_len >= 8)
		mask = ifra->ifra_mask.sin_addr;
	else
		mask = class_mask(addr);
	return (inet_addr_add4(ifp, addr, mask, dst));
}

static errno_t
in_delete(ifnet_t ifp, const struct ifreq *ifr)
{
	ifaddr_t ifa = request_ifa(ifp, &ifr->ifr_addr);

	if (ifa == NULL)
		return (EADDRNOTAVAIL);
	struct in_addr addr = sa_in(&ifa->ifa_addr.sa);
	ifaddr_release(ifa);
	return (inet_addr_del4(ifp, addr));
}

static errno_t
in_request(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
	case SIOCGIFDSTADDR:
		return (in_get(ifp, cmd, ifr));
	case SIOCSIFADDR:
		if (ifr->ifr_addr.sa_family != AF_INET)
			return (EINVAL);
		return (inet_addr_set4(ifp, sa_in(&ifr->ifr_addr),
		    class_mask(sa_in(&ifr->ifr_addr)), (struct in_addr){ 0 }));
	case SIOCAIFADDR:
		return (in_alias(ifp, data));
	case SIOCDIFADDR:
		return (in_delete(ifp, ifr));
	case SIOCSIFNETMASK:
	case SIOCSIFBRDADDR:
	case SIOCSIFDSTADDR:
		return (in_set_part(ifp, cmd, ifr));
	default:
		return (EOPNOTSUPP);
	}
}

errno_t
in_control(unsigned long cmd, void *data, struct proc *p)
{
	char name[IFNAMSIZ];
	ifnet_t ifp;
	errno_t error;

	switch (cmd) {
	case SIOCSIFADDR:
	case SIOCAIFADDR:
	case SIOCDIFADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFBRDADDR:
	case SIOCSIFDSTADDR:
		if (p != NULL && (error = proc_suser(p)) != 0)
			return (error);
		break;
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
	case SIOCGIFDSTADDR:
		break;
	default:
		return (ifioctl(cmd, data, p));
	}
	memcpy(name, data, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	error = ifnet_find_by_name(name, &ifp);
	if (error != 0)
		return (error);
	if (ifnet_io_begin(ifp)) {
		error = in_request(ifp, cmd, data);
		ifnet_io_end(ifp);
	} else {
		error = ENXIO;
	}
	ifnet_release(ifp);
	return (error);
}
