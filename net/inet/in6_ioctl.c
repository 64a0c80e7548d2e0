/* SPDX-License-Identifier: BSD-2-Clause */
/* Address ioctls of PF_INET6: see in_ioctl.h and in_addr.h. */
#include <libkern/libkern.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/time.h>

#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/inet/in_addr.h"
#include "net/inet/in_ioctl.h"

#define IN6_PLEN_DEFAULT 64

static const struct sockaddr_in6 *
sin6_of(const union ifa_sockaddr *u)
{
	return ((const void *)u);
}

/* -1 for a mask with holes. */
static int
mask_plen(const struct sockaddr_in6 *mask)
{
	const uint8_t *b = (const uint8_t *)&mask->sin6_addr;
	int plen = 0;

	if (mask->sin6_len == 0)
		return (IN6_PLEN_DEFAULT);
	while (plen < 128 && (b[plen / 8] & (0x80 >> (plen % 8))) != 0)
		plen++;
	for (int i = plen; i < 128; i++)
		if ((b[i / 8] & (0x80 >> (i % 8))) != 0)
			return (-1);
	return (plen);
}

static ifaddr_t
request_ifa6(ifnet_t ifp, const struct sockaddr_in6 *want)
{
	bool any = want->sin6_family != AF_INET6;
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET6 && (any ||
		    memcmp(&sin6_of(&ifa->ifa_addr)->sin6_addr,
		    &want->sin6_addr, sizeof(want->sin6_addr)) == 0))
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

static uint32_t
seconds_left(uint64_t until, uint64_t now)
{
	return (until == 0 ? ND6_INFINITE_LIFETIME : until <= now ? 0 :
	    (uint32_t)(until - now));
}

static errno_t
in6_lifetime(ifaddr_t ifa, struct in6_addrlifetime *lt)
{
	struct timeval up, wall;

	microuptime(&up);
	microtime(&wall);
	uint64_t now = (uint64_t)up.tv_sec;
	memset(lt, 0, sizeof(*lt));
	lt->ia6t_vltime = seconds_left(ifa->ifa_valid_until, now);
	lt->ia6t_pltime = seconds_left(ifa->ifa_preferred_until, now);
	if (ifa->ifa_valid_until != 0)
		lt->ia6t_expire = wall.tv_sec + lt->ia6t_vltime;
	if (ifa->ifa_preferred_until != 0)
		lt->ia6t_preferred = wall.tv_sec + lt->ia6t_pltime;
	return (0);
}

static errno_t
in6_get(ifnet_t ifp, unsigned long cmd, struct in6_ifreq *ifr)
{
	struct sockaddr *out = (void *)&ifr->ifr_ifru.ifru_addr;
	const uint32_t size = sizeof(ifr->ifr_ifru.ifru_addr);
	errno_t error = 0;

	ifaddr_t ifa = request_ifa6(ifp, &ifr->ifr_ifru.ifru_addr);
	if (ifa == NULL)
		return (EADDRNOTAVAIL);
	switch (cmd) {
	case SIOCGIFADDR_IN6:
		error = ifaddr_address(ifa, out, size);
		break;
	case SIOCGIFDSTADDR_IN6:
		error = (ifp->if_flags & IFF_POINTOPOINT) == 0 ? EINVAL :
		    ifaddr_dstaddress(ifa, out, size);
		break;
	case SIOCGIFNETMASK_IN6:
		error = ifaddr_netmask(ifa, out, size);
		break;
	case SIOCGIFAFLAG_IN6:
		ifr->ifr_ifru.ifru_flags6 = (int)(ifa->ifa_flags & 0xffff);
		break;
	case SIOCGIFALIFETIME_IN6:
		error = in6_lifetime(ifa, &ifr->ifr_ifru.ifru_lifetime);
		break;
	}
	ifaddr_release(ifa);
	return (error);
}

static errno_t
in6_alias(ifnet_t ifp, const struct in6_aliasreq *req)
{
	/* The member's name is a macro for another one; see the header. */
	int plen = mask_plen(&req->ifra_prefixmask);
	uint32_t valid = req->ifra_lifetime.ia6t_vltime;
	uint32_t preferred = req->ifra_lifetime.ia6t_pltime;

	if (req->ifra_addr.sin6_family != AF_INET6 || plen < 0)
		return (EINVAL);
	if (valid == 0 && preferred == 0)
		valid = preferred = ND6_INFINITE_LIFETIME;
	if (preferred > valid)
		return (EINVAL);
	return (inet_addr_set6(ifp, &req->ifra_addr.sin6_addr, (uint8_t)plen,
	    req->ifra_dstaddr.sin6_family == AF_INET6 ?
	    &req->ifra_dstaddr.sin6_addr : NULL, valid, preferred));
}

static errno_t
in6_request(ifnet_t ifp, unsigned long cmd, void *data)
{
	const struct in6_ifreq *ifr = data;

	switch (cmd) {
	case SIOCAIFADDR_IN6:
		return (in6_alias(ifp, data));
	case SIOCDIFADDR_IN6:
		if (ifr->ifr_ifru.ifru_addr.sin6_family != AF_INET6)
			return (EADDRNOTAVAIL);
		return (inet_addr_del6(ifp, &ifr->ifr_ifru.ifru_addr.sin6_addr));
	default:
		return (in6_get(ifp, cmd, data));
	}
}

errno_t
in6_control(unsigned long cmd, void *data, struct proc *p)
{
	char name[IFNAMSIZ];
	ifnet_t ifp;
	errno_t error;

	switch (cmd) {
	case SIOCAIFADDR_IN6:
	case SIOCDIFADDR_IN6:
		if (p != NULL && (error = proc_suser(p)) != 0)
			return (error);
		break;
	case SIOCGIFADDR_IN6:
	case SIOCGIFDSTADDR_IN6:
	case SIOCGIFNETMASK_IN6:
	case SIOCGIFAFLAG_IN6:
	case SIOCGIFALIFETIME_IN6:
		break;
	case SIOCSIFADDR_IN6:
	case SIOCSIFDSTADDR_IN6:
	case SIOCSIFNETMASK_IN6:
		return (EINVAL);	/* only aliases, as in the BSDs */
	default:
		return (ifioctl(cmd, data, p));
	}
	memcpy(name, data, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	error = ifnet_find_by_name(name, &ifp);
	if (error != 0)
		return (error);
	if (ifnet_io_begin(ifp)) {
		error = in6_request(ifp, cmd, data);
		ifnet_io_end(ifp);
	} else {
		error = ENXIO;
	}
	ifnet_release(ifp);
	return (error);
}
