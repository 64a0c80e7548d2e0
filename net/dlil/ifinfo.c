/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces as plain figures: see ifinfo.h. */
#include "net/dlil/ifinfo.h"

#include <libkern/libkern.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <sys/errno.h>
#include <sys/time.h>

#include "kernel/mm/kmem.h"
#include "net/dlil/ifnet.h"

static uint32_t
seconds_left(uint64_t until, uint64_t now)
{
	return (until == 0 ? IFINFO_FOREVER : until <= now ? 0 :
	    (uint32_t)(until - now));
}

static void
copy_ip(uint8_t *to, const union ifa_sockaddr *from)
{
	if (from->sa.sa_family == AF_INET6)
		memcpy(to, &((const struct sockaddr_in6 *)(const void *)from)->
		    sin6_addr, 16);
	else
		memcpy(to, &((const struct sockaddr_in *)(const void *)from)->
		    sin_addr, 4);
}

static void
fill_addr(struct ifinfo_addr *ia, const struct __ifaddr *ifa, uint64_t now)
{
	memset(ia, 0, sizeof(*ia));
	ia->family = ifa->ifa_addr.sa.sa_family;
	ia->plen = (uint8_t)ifa->ifa_prefixlen;
	ia->flags = ifa->ifa_flags & 0xffff;
	ia->valid = seconds_left(ifa->ifa_valid_until, now);
	ia->preferred = seconds_left(ifa->ifa_preferred_until, now);
	copy_ip(ia->addr, &ifa->ifa_addr);
	if (ia->family == AF_INET6)
		ia->scope = ((const struct sockaddr_in6 *)(const void *)
		    &ifa->ifa_addr)->sin6_scope_id;
	if (ifa->ifa_dstaddr.sa.sa_len != 0) {
		ia->has_dst = true;
		copy_ip(ia->dst, &ifa->ifa_dstaddr);
	}
}

static void
fill_lists(struct ifinfo *info, ifnet_t ifp)
{
	ifmultiaddr_t ifma;
	struct timeval now;
	ifaddr_t ifa;

	microuptime(&now);
	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link) {
		sa_family_t family = ifa->ifa_addr.sa.sa_family;
		if ((family == AF_INET || family == AF_INET6) &&
		    info->naddrs < IFINFO_ADDRS)
			fill_addr(&info->addrs[info->naddrs++], ifa,
			    (uint64_t)now.tv_sec);
	}
	TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link)
		info->nmulticasts++;
	info->nprotocols = ifp->if_nprotos;
	if (ifp->if_lladdr != NULL) {
		const struct sockaddr_dl *sdl = &ifp->if_lladdr->ifa_addr.sdl;
		info->lladdr_len = sdl->sdl_alen <= sizeof(info->lladdr) ?
		    sdl->sdl_alen : 0;
		memcpy(info->lladdr, sdl->sdl_data + sdl->sdl_nlen,
		    info->lladdr_len);
	}
	lck_mtx_unlock(&ifp->if_lock);
}

static void
fill(struct ifinfo *info, ifnet_t ifp)
{
	struct ifnet_stats_param st;

	memset(info, 0, sizeof(*info));
	strlcpy(info->name, ifp->if_xname, sizeof(info->name));
	info->index = ifp->if_index;
	info->flags = ifp->if_flags;
	info->mtu = ifp->if_mtu;
	info->metric = ifp->if_metric;
	info->type = ifp->if_type;
	info->baudrate = ifp->if_baudrate;
	info->link_up = ifp->if_link_up;
	info->capabilities = ifp->if_capabilities;
	info->capenable = ifp->if_capenable;
	info->promisc = ifp->if_promisc;
	info->nfilters = ifp->if_filter_live;
	info->nlisteners = ifp->if_bpf_listeners;
	ifnet_stat(ifp, &st);
	info->packets_in = st.packets_in;
	info->bytes_in = st.bytes_in;
	info->errors_in = st.errors_in;
	info->multicasts_in = st.multicasts_in;
	info->packets_out = st.packets_out;
	info->bytes_out = st.bytes_out;
	info->errors_out = st.errors_out;
	info->multicasts_out = st.multicasts_out;
	info->collisions = st.collisions;
	info->dropped = st.dropped;
	info->no_protocol = st.no_protocol;
	fill_lists(info, ifp);
}

void
ifinfo_foreach(void (*fn)(const struct ifinfo *info, void *arg), void *arg)
{
	struct ifinfo *info = kmalloc(sizeof(*info), M_WAITOK);
	ifnet_t *list;
	u_int32_t n;

	if (info == NULL)
		return;
	if (ifnet_list_get(0, &list, &n) == 0) {
		for (uint32_t i = 0; i < n; i++) {
			fill(info, list[i]);
			fn(info, arg);
		}
		ifnet_list_free(list);
	}
	kfree(info);
}

bool
ifinfo_get(const char *name, struct ifinfo *info)
{
	ifnet_t ifp;

	if (ifnet_find_by_name(name, &ifp) != 0)
		return (false);
	fill(info, ifp);
	ifnet_release(ifp);
	return (true);
}

void
ifinfo_multicasts(const char *name, void (*fn)(const uint8_t *addr,
    const uint8_t *lladdr, void *arg), void *arg)
{
	ifmultiaddr_t *list;
	ifnet_t ifp;

	if (ifnet_find_by_name(name, &ifp) != 0)
		return;
	if (ifnet_get_multicast_list(ifp, &list) == 0) {
		for (unsigned i = 0; list[i] != NULL; i++) {
			union ifa_sockaddr ll;
			memset(&ll, 0, sizeof(ll));
			(void)ifmaddr_lladdress(list[i], &ll.sa, sizeof(ll));
			fn(list[i]->ifma_addr.bytes, ll.bytes, arg);
		}
		ifnet_free_multicast_list(list);
	}
	ifnet_release(ifp);
}

int
ifinfo_set_promiscuous(const char *name, bool on)
{
	ifnet_t ifp;
	errno_t error = ifnet_find_by_name(name, &ifp);

	if (error != 0)
		return (error);
	error = ifnet_set_promiscuous(ifp, on);
	ifnet_release(ifp);
	return (error);
}
