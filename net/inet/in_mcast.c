/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast memberships.  The engine counts members of a group on an
 * interface; a socket's list remembers what it has joined, so that it can
 * leave once, and leaves all at its end.
 */
#include "net/inet/in_mcast.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"

#include "lwip/icmp6.h"
#include "lwip/igmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/ip6.h"
#include "lwip/mld6.h"
#include "lwip/netif.h"
#include "lwip/prot/mld6.h"

#define MEMBERSHIPS_MAX	64	/* of one socket */
#define MLD_HBH_LEN	8	/* bytes: the router alert in front */

struct in_membership {
	LIST_ENTRY(in_membership) im_link;
	ip_addr_t	im_group;
	u8_t		im_netif;	/* the engine's index */
};

struct in_memberships {
	LIST_HEAD(, in_membership) ims_list;
	unsigned	ims_count;
};

struct netif *
in_netif_byaddr4(struct in_addr addr)
{
	struct netif *n;

	NETIF_FOREACH(n) {
		if (ip4_addr_get_u32(netif_ip4_addr(n)) == addr.s_addr)
			return (n);
	}
	return (NULL);
}

/*
 * What the engine's MLD sends.  A Done goes to all routers (RFC 2710, 4); the
 * engine makes it for the group, so its checksum is made again.
 */
err_t
inet_mld_output(struct pbuf *p, const ip6_addr_t *src, const ip6_addr_t *dest,
    u8_t hl, u8_t tc, u8_t nexth, struct netif *netif)
{
	struct mld_header *mld = (void *)((u8_t *)p->payload + MLD_HBH_LEN);
	ip6_addr_t routers;

	if (p->len >= MLD_HBH_LEN + sizeof(*mld) &&
	    mld->type == ICMP6_TYPE_MLD) {
		ip6_addr_set_allrouters_linklocal(&routers);
		ip6_addr_assign_zone(&routers, IP6_MULTICAST, netif);
		(void)pbuf_remove_header(p, MLD_HBH_LEN);
		mld->chksum = 0;
		mld->chksum = ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, p->len,
		    src != NULL ? src : IP6_ADDR_ANY6, &routers);
		(void)pbuf_add_header(p, MLD_HBH_LEN);
		dest = &routers;
	}
	return (ip6_output_if(p, src, dest, hl, tc, nexth, netif));
}

static err_t
group_change(struct netif *n, const ip_addr_t *group, bool join)
{
	if (IP_IS_V6(group))
		return (join ? mld6_joingroup_netif(n, ip_2_ip6(group)) :
		    mld6_leavegroup_netif(n, ip_2_ip6(group)));
	return (join ? igmp_joingroup_netif(n, ip_2_ip4(group)) :
	    igmp_leavegroup_netif(n, ip_2_ip4(group)));
}

static struct in_membership *
member_find(struct inpcb *inp, const ip_addr_t *group, const struct netif *n)
{
	struct in_membership *im;

	if (inp->inp_members == NULL)
		return (NULL);
	LIST_FOREACH(im, &inp->inp_members->ims_list, im_link) {
		if ((n == NULL || im->im_netif == netif_get_index(n)) &&
		    ip_addr_cmp_zoneless(&im->im_group, group))
			return (im);
	}
	return (NULL);
}

bool
in_mcast_wants(struct inpcb *inp, const ip_addr_t *group,
    const struct netif *n)
{
	return (inp->inp_members == NULL || inp->inp_members->ims_count == 0 ||
	    member_find(inp, group, n) != NULL);
}

static errno_t
member_join(struct inpcb *inp, const ip_addr_t *group, struct netif *n)
{
	struct in_membership *im;

	if (member_find(inp, group, n) != NULL)
		return (EADDRINUSE);
	if (inp->inp_members == NULL) {
		inp->inp_members = kmalloc(sizeof(*inp->inp_members),
		    M_NOWAIT | M_ZERO);
		if (inp->inp_members == NULL)
			return (ENOBUFS);
	}
	if (inp->inp_members->ims_count >= MEMBERSHIPS_MAX)
		return (ETOOMANYREFS);
	im = kmalloc(sizeof(*im), M_NOWAIT | M_ZERO);
	if (im == NULL)
		return (ENOBUFS);
	ip_addr_copy(im->im_group, *group);
	im->im_netif = netif_get_index(n);
	if (IP_IS_V6(group) && ip6_addr_lacks_zone(ip_2_ip6(&im->im_group),
	    IP6_MULTICAST))
		ip6_addr_assign_zone(ip_2_ip6(&im->im_group), IP6_MULTICAST,
		    n);
	if (group_change(n, &im->im_group, true) != ERR_OK) {
		kfree(im);
		return (ENOBUFS);
	}
	LIST_INSERT_HEAD(&inp->inp_members->ims_list, im, im_link);
	inp->inp_members->ims_count++;
	return (0);
}

static void
member_drop(struct inpcb *inp, struct in_membership *im)
{
	struct netif *n = netif_get_by_index(im->im_netif);

	if (n != NULL)
		(void)group_change(n, &im->im_group, false);
	LIST_REMOVE(im, im_link);
	inp->inp_members->ims_count--;
	kfree(im);
}

static errno_t
member_leave(struct inpcb *inp, const ip_addr_t *group, struct netif *n)
{
	struct in_membership *im = member_find(inp, group, n);

	if (im == NULL)
		return (EADDRNOTAVAIL);
	member_drop(inp, im);
	return (0);
}

void
in_freememberships(struct inpcb *inp)
{
	struct in_membership *im;

	if (inp->inp_members == NULL)
		return;
	while ((im = LIST_FIRST(&inp->inp_members->ims_list)) != NULL)
		member_drop(inp, im);
	kfree(inp->inp_members);
	inp->inp_members = NULL;
}

/* The interface a join without one means. */
static struct netif *
member_default(struct inpcb *inp, const ip_addr_t *group)
{
	struct netif *n = NULL;

	if (inp->inp_mcastif != 0)
		n = in_netif_byindex(inp->inp_mcastif);
	if (n == NULL)
		n = ip_route(IP_IS_V6(group) ? IP6_ADDR_ANY : IP4_ADDR_ANY,
		    group);
	if (n == NULL)
		n = netif_default;
	return (n);
}

errno_t
in_mcast_option4(struct inpcb *inp, struct __sockopt *sopt)
{
	struct ip_mreq mreq;
	struct netif *n;
	ip_addr_t group;
	errno_t error;

	net_lock_assert();
	if (sopt->sopt_dir == sockopt_get)
		return (EOPNOTSUPP);
	error = sooptcopyin(sopt, &mreq, sizeof(mreq), sizeof(mreq));
	if (error != 0)
		return (error);
	if (!IN_MULTICAST(ntohl(mreq.imr_multiaddr.s_addr)))
		return (EINVAL);
	ip_addr_set_ip4_u32_val(group, mreq.imr_multiaddr.s_addr);
	if (mreq.imr_interface.s_addr != 0) {
		n = in_netif_byaddr4(mreq.imr_interface);
	} else {
		n = sopt->sopt_name == IP_ADD_MEMBERSHIP ?
		    member_default(inp, &group) : NULL;
		if (sopt->sopt_name == IP_DROP_MEMBERSHIP)
			return (member_leave(inp, &group, NULL));
	}
	if (n == NULL)
		return (EADDRNOTAVAIL);
	return (sopt->sopt_name == IP_ADD_MEMBERSHIP ?
	    member_join(inp, &group, n) : member_leave(inp, &group, n));
}

errno_t
in_mcast_option6(struct inpcb *inp, struct __sockopt *sopt)
{
	struct ipv6_mreq mreq;
	struct netif *n = NULL;
	ip_addr_t group;
	errno_t error;

	net_lock_assert();
	if (sopt->sopt_dir == sockopt_get)
		return (EOPNOTSUPP);
	error = sooptcopyin(sopt, &mreq, sizeof(mreq), sizeof(mreq));
	if (error != 0)
		return (error);
	if (!IN6_IS_ADDR_MULTICAST(&mreq.ipv6mr_multiaddr))
		return (EINVAL);
	IP_ADDR6(&group, mreq.ipv6mr_multiaddr.s6_addr32[0],
	    mreq.ipv6mr_multiaddr.s6_addr32[1],
	    mreq.ipv6mr_multiaddr.s6_addr32[2],
	    mreq.ipv6mr_multiaddr.s6_addr32[3]);
	ip6_addr_clear_zone(ip_2_ip6(&group));
	if (mreq.ipv6mr_interface != 0) {
		n = in_netif_byindex(mreq.ipv6mr_interface);
		if (n == NULL)
			return (ENXIO);
	}
	if (sopt->sopt_name == IPV6_LEAVE_GROUP)
		return (member_leave(inp, &group, n));
	if (n == NULL)
		n = member_default(inp, &group);
	return (n == NULL ? EADDRNOTAVAIL : member_join(inp, &group, n));
}
