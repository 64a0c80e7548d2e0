/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface ioctls that belong to no protocol: flags, MTU, metric, media,
 * capabilities, link address, multicast, plumbing, and the list of
 * interfaces.  What is not known here goes down the ioctl chain as it is.
 */
#include <libkern/libkern.h>
#include <net/net_kev.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include "kernel/mm/kmem.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"

/* Flags SIOCSIFFLAGS leaves alone: they are the driver's and the stack's. */
#define IFF_CANTCHANGE	(IFF_BROADCAST | IFF_POINTOPOINT | IFF_RUNNING |	\
	IFF_OACTIVE | IFF_SIMPLEX | IFF_MULTICAST | IFF_ALLMULTI | IFF_PROMISC | \
	IFF_LOOPBACK)

#define IF_MTU_MIN	IF_MINMTU
#define IF_MTU_MAX	IF_MAXMTU

/* --- SIOCGIFCONF ----------------------------------------------------------- */

struct conf_walk {
	char		*cw_buf;
	size_t		cw_left, cw_used;
	bool		cw_count_only;
};

static void
conf_put(struct conf_walk *cw, const char *name, const struct sockaddr *sa)
{
	struct ifreq ifr;
	size_t extra = sa->sa_len > sizeof(ifr.ifr_addr) ?
	    sa->sa_len - sizeof(ifr.ifr_addr) : 0;
	size_t len = sizeof(ifr.ifr_name) + sizeof(ifr.ifr_addr) + extra;

	if (!cw->cw_count_only) {
		if (cw->cw_left < len) {
			cw->cw_left = 0;
			return;
		}
		memset(cw->cw_buf, 0, len);
		strlcpy(cw->cw_buf, name, sizeof(ifr.ifr_name));
		memcpy(cw->cw_buf + sizeof(ifr.ifr_name), sa,
		    sa->sa_len != 0 ? sa->sa_len : 2);
		cw->cw_buf += len;
		cw->cw_left -= len;
	}
	cw->cw_used += len;
}

static void
conf_walk(ifnet_t ifp, void *arg)
{
	struct conf_walk *cw = arg;
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		conf_put(cw, ifp->if_xname, &ifa->ifa_addr.sa);
	lck_mtx_unlock(&ifp->if_lock);
}

/* The buffer is the caller's memory: filled apart from any lock. */
static errno_t
if_conf(struct ifconf *ifc)
{
	struct conf_walk cw = { .cw_count_only = true };
	errno_t error = 0;
	char *buf;

	if (ifc->ifc_len < 0)
		return (EINVAL);
	ifnet_foreach(conf_walk, &cw);
	if (ifc->ifc_buf == NULL) {
		ifc->ifc_len = (int)cw.cw_used;
		return (0);
	}
	size_t size = cw.cw_used < (size_t)ifc->ifc_len ? cw.cw_used :
	    (size_t)ifc->ifc_len;
	buf = kmalloc(size + 1, M_WAITOK);
	if (buf == NULL)
		return (ENOMEM);
	cw = (struct conf_walk){ .cw_buf = buf, .cw_left = size };
	ifnet_foreach(conf_walk, &cw);
	if (cw.cw_used != 0)
		error = copyout(buf, (user_addr_t)(uintptr_t)ifc->ifc_buf,
		    cw.cw_used);
	kfree(buf);
	ifc->ifc_len = (int)cw.cw_used;
	return (error);
}

/* --- one interface --------------------------------------------------------- */

static errno_t
if_set_flags(ifnet_t ifp, struct ifreq *ifr)
{
	uint16_t want = (uint16_t)ifr->ifr_flags;
	uint16_t mask = (uint16_t)~IFF_CANTCHANGE;

	ifnet_set_flags(ifp, want, mask);
	errno_t error = ifnet_ioctl(ifp, 0, SIOCSIFFLAGS, ifr);
	if (error == EOPNOTSUPP)
		error = 0;	/* a driver without switches */
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_SIFFLAGS, NULL, 0);
	return (error);
}

static errno_t
if_set_mtu(ifnet_t ifp, struct ifreq *ifr)
{
	if (ifr->ifr_mtu < IF_MTU_MIN || ifr->ifr_mtu > IF_MTU_MAX)
		return (EINVAL);
	errno_t error = ifnet_ioctl(ifp, 0, SIOCSIFMTU, ifr);
	if (error != 0)
		return (error);
	ifnet_touch_lastchange(ifp);
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_SIFMTU, NULL, 0);
	return (0);
}

static errno_t
if_multi(ifnet_t ifp, unsigned long cmd, const struct ifreq *ifr)
{
	union {
		struct sockaddr sa;
		uint8_t bytes[32];
	} addr;

	if ((ifp->if_flags & IFF_MULTICAST) == 0)
		return (EOPNOTSUPP);
	if (ifr->ifr_addr.sa_family != AF_LINK &&
	    ifr->ifr_addr.sa_family != AF_UNSPEC)
		return (EINVAL);
	memset(&addr, 0, sizeof(addr));
	memcpy(&addr, &ifr->ifr_addr, sizeof(ifr->ifr_addr));
	if (addr.sa.sa_len > sizeof(ifr->ifr_addr))
		addr.sa.sa_len = sizeof(ifr->ifr_addr);
	errno_t error = cmd == SIOCADDMULTI ? ifma_join(ifp, &addr.sa) :
	    ifma_leave(ifp, &addr.sa);
	if (error == 0)
		dlil_post_event(ifp, KEV_DL_SUBCLASS, cmd == SIOCADDMULTI ?
		    KEV_DL_ADDMULTI : KEV_DL_DELMULTI, NULL, 0);
	return (error);
}

/* Forwards to the chain and tells the world when it worked. */
static errno_t
if_forward(ifnet_t ifp, unsigned long cmd, void *data, uint32_t event)
{
	errno_t error = ifnet_ioctl(ifp, 0, cmd, data);

	if (error == 0 && event != 0)
		dlil_post_event(ifp, KEV_DL_SUBCLASS, event, NULL, 0);
	return (error);
}

static errno_t
if_set_cap(ifnet_t ifp, struct ifreq *ifr)
{
	if ((ifr->ifr_reqcap & ~(int)ifp->if_capabilities) != 0)
		return (EINVAL);
	errno_t error = ifnet_ioctl(ifp, 0, SIOCSIFCAP, ifr);
	if (error == 0)
		ifnet_touch_lastchange(ifp);
	return (error);
}

static errno_t
if_plumb(ifnet_t ifp, unsigned long cmd, const struct ifreq *ifr)
{
	protocol_family_t family = (protocol_family_t)ifr->ifr_intval;

	return (cmd == SIOCPROTOATTACH ? dlil_plumb(ifp, family) :
	    dlil_unplumb(ifp, family));
}

/* Reading; true if cmd was one of these. */
static bool
if_get(ifnet_t ifp, unsigned long cmd, struct ifreq *ifr)
{
	switch (cmd) {
	case SIOCGIFFLAGS:
		ifr->ifr_flags = (short)ifp->if_flags;
		return (true);
	case SIOCGIFMETRIC:
		ifr->ifr_metric = (int)ifp->if_metric;
		return (true);
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)ifp->if_mtu;
		return (true);
	case SIOCGIFPHYS:
		ifr->ifr_phys = 0;
		return (true);
	case SIOCGIFCAP:
		ifr->ifr_reqcap = (int)ifp->if_capabilities;
		ifr->ifr_curcap = (int)ifp->if_capenable;
		return (true);
	case SIOCGIFWAKEFLAGS:
		ifr->ifr_wake_flags = ifp->if_wake_flags;
		return (true);
	default:
		return (false);
	}
}

static errno_t
if_set(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
		return (if_set_flags(ifp, ifr));
	case SIOCSIFMTU:
		return (if_set_mtu(ifp, ifr));
	case SIOCSIFMETRIC:
		ifnet_set_metric(ifp, (u_int32_t)ifr->ifr_metric);
		ifnet_touch_lastchange(ifp);
		return (0);
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return (if_multi(ifp, cmd, ifr));
	case SIOCSIFPHYS:
		return (if_forward(ifp, cmd, data, KEV_DL_SIFPHYS));
	case SIOCSIFMEDIA:
		return (if_forward(ifp, cmd, data, KEV_DL_SIFMEDIA));
	case SIOCSIFGENERIC:
		return (if_forward(ifp, cmd, data, KEV_DL_SIFGENERIC));
	case SIOCSIFCAP:
		return (if_set_cap(ifp, ifr));
	case SIOCPROTOATTACH:
	case SIOCPROTODETACH:
		return (if_plumb(ifp, cmd, ifr));
	default:
		return (ifnet_ioctl(ifp, 0, cmd, data));
	}
}

/* Requests anybody may make. */
static bool
if_cmd_reads(unsigned long cmd)
{
	switch (cmd) {
	case SIOCGIFMEDIA:
	case SIOCGIFSTATUS:
	case SIOCGIFGENERIC:
	case SIOCGIFDEVMTU:
	case SIOCGIFPSRCADDR:
	case SIOCGIFPDSTADDR:
	case SIOCGIFVLAN:
	case SIOCGIFBOND:
	case SIOCGIFKPI:
	case SIOCGDRVSPEC:
		return (true);
	default:
		return (false);
	}
}

errno_t
ifioctl(unsigned long cmd, void *data, struct proc *p)
{
	char name[IFNAMSIZ];
	errno_t error;
	ifnet_t ifp;

	if (cmd == SIOCGIFCONF)
		return (if_conf(data));
	if (IOCPARM_LEN(cmd) < IFNAMSIZ)
		return (EOPNOTSUPP);
	memcpy(name, data, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	error = ifnet_find_by_name(name, &ifp);
	if (error != 0)
		return (error);
	if (!if_get(ifp, cmd, data)) {
		if (!if_cmd_reads(cmd) && p != NULL)
			error = proc_suser(p);
		if (error == 0)
			error = if_set(ifp, cmd, data);
	}
	ifnet_release(ifp);
	return (error);
}
