/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP addresses of interfaces: the netif's state turned into ifaddrs, routes
 * and events.  See in_addr.h.
 *
 * struct inet_if hangs from if_inet_data while the interface is attached;
 * whoever uses it holds the interface's I/O count.  Events are posted while
 * the comparison goes on, so no lock covers it: one thread at a time compares
 * (ii_busy), everybody else leaves the wish for another round (ii_sync).
 */
#include "net/inet/in_addr_impl.h"

#include <libkern/libkern.h>
#include <net/if.h>
#include <net/net_kev.h>
#include <netinet/in_var.h>
#include <netinet6/in6_var.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/sockio.h>

#include "lwip/dhcp.h"
#include "lwip/ethip6.h"
#include "lwip/netif.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/proto.h"
#include "net/dlil/softnet.h"
#include "net/inet/in_alias.h"
#include "net/inet/inet_var.h"
#include "net/inet/route.h"

static bool in_addr_sync_wanted;	/* a */

/* --- helpers --------------------------------------------------------------- */

static void
sin_set(struct sockaddr_in *sin, uint32_t addr)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = addr;
}

static void
sin6_set(struct sockaddr_in6 *sin6, const void *addr, uint32_t scope)
{
	memset(sin6, 0, sizeof(*sin6));
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, addr, sizeof(sin6->sin6_addr));
	sin6->sin6_scope_id = scope;
}

static uint8_t
mask_bits(uint32_t mask)
{
	return ((uint8_t)__builtin_popcount(mask));
}

/*
 * A family without a plumber: some drivers attach the protocol themselves
 * when they are told of their first address.
 */
static errno_t
self_plumb(ifnet_t ifp, protocol_family_t family)
{
	static const uint8_t none[16];
	struct sockaddr_in6 sin6;
	struct sockaddr_in sin;
	struct if_proto *pr;
	ifaddr_t ifa;

	sin_set(&sin, 0);
	sin6_set(&sin6, none, 0);
	ifa = ifa_alloc(ifp, family == AF_INET6 ? (struct sockaddr *)&sin6 :
	    (struct sockaddr *)&sin, NULL, NULL);
	if (ifa == NULL)
		return (ENOMEM);
	ifnet_ioctl(ifp, family, SIOCSIFADDR, ifa);
	ifaddr_release(ifa);
	pr = if_proto_find(ifp, family);
	if (pr == NULL)
		return (ENXIO);
	if_proto_release(pr);
	return (0);
}

errno_t
inet_plumb(ifnet_t ifp, protocol_family_t family)
{
	struct if_proto *pr = if_proto_find(ifp, family);

	if (pr != NULL) {
		if_proto_release(pr);
		return (0);
	}
	errno_t error = dlil_plumb(ifp, family);
	if (error == ENXIO)
		error = self_plumb(ifp, family);
	return (error == EEXIST ? 0 : error);
}

/* The mask that an address has by its class, in host order. */
static uint32_t
class_mask(uint32_t addr)
{
	return ((addr >> 31) == 0 ? 0xff000000u :
	    (addr >> 30) == 2 ? 0xffff0000u : 0xffffff00u);
}

/* struct kev_in_data: addresses in network order, the four numbers not. */
static void
post_in(ifnet_t ifp, uint32_t code, uint32_t addr, uint32_t mask, uint32_t dst)
{
	uint32_t host = ntohl(addr), submask = ntohl(mask);
	uint32_t netmask = class_mask(host) & submask;
	struct kev_in_data data = {
		.ia_addr.s_addr = addr, .ia_dstaddr.s_addr = dst,
		.ia_net = host & netmask, .ia_netmask = netmask,
		.ia_subnet = host & submask, .ia_subnetmask = submask,
	};

	if ((ifp->if_flags & IFF_BROADCAST) != 0)
		data.ia_netbroadcast.s_addr = htonl(data.ia_net | ~netmask);
	dlil_post_event(ifp, KEV_INET_SUBCLASS, code, &data.ia_addr,
	    sizeof(data) - offsetof(struct kev_in_data, ia_addr));
}

static void
post_in6(ifnet_t ifp, uint32_t code, ifaddr_t ifa)
{
	struct sockaddr_in6 data[4];

	memset(data, 0, sizeof(data));
	memcpy(&data[0], &ifa->ifa_addr, sizeof(data[0]));
	memcpy(&data[3], &ifa->ifa_netmask, sizeof(data[3]));
	dlil_post_event(ifp, KEV_INET6_SUBCLASS, code, data, sizeof(data));
}

/* --- IPv4 ------------------------------------------------------------------ */

static bool
netif_state4(ifnet_t ifp, struct state4 *st)
{
	net_lock();
	struct netif *netif = inet_netif(ifp);
	if (netif != NULL) {
		st->addr = netif_ip4_addr(netif)->addr;
		st->mask = netif_ip4_netmask(netif)->addr;
		st->gw = netif_ip4_gw(netif)->addr;
	}
	net_unlock();
	return (netif != NULL);
}

ifaddr_t
inet_primary4(ifnet_t ifp)
{
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET &&
		    (ifa->ifa_flags & IFA_PRIMARY) != 0)
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

static void
connect4(ifnet_t ifp, uint32_t addr, uint32_t mask, bool on)
{
	ip_addr_t ip;

	ip_addr_set_ip4_u32_val(ip, addr);
	net_lock();
	if (on)
		route_connect(ifp, &ip, mask_bits(mask));
	else
		route_disconnect(ifp, &ip, mask_bits(mask));
	net_unlock();
}

static void
peer_route(ifnet_t ifp, uint32_t dst, bool on)
{
	struct route_info ri = {
		.ri_plen = 32, .ri_flags = RTF_HOST | RTF_PINNED, .ri_ifp = ifp,
	};

	if ((ifp->if_flags & IFF_POINTOPOINT) == 0 || dst == 0)
		return;
	ip_addr_set_ip4_u32_val(ri.ri_dst, dst);
	net_lock();
	if (on)
		route_pin(&ri);
	else
		route_unpin(&ri);
	net_unlock();
}

/* The default route that came with the address. */
static void
default4(ifnet_t ifp, struct inet_if *ii, uint32_t gw)
{
	struct route_info ri = { .ri_ifp = ifp };

	if (ii->ii_gateway.s_addr == gw)
		return;
	ip_addr_set_ip4_u32_val(ri.ri_dst, 0);
	ri.ri_flags = RTF_GATEWAY;
	net_lock();
	if (ii->ii_gateway.s_addr != 0) {
		ip_addr_set_ip4_u32_val(ri.ri_gateway, ii->ii_gateway.s_addr);
		(void)route_delete(&ri);
	}
	if (gw != 0) {
		ip_addr_set_ip4_u32_val(ri.ri_gateway, gw);
		ri.ri_flags |= RTF_DYNAMIC;
		(void)route_add(&ri);
	}
	net_unlock();
	ii->ii_gateway.s_addr = gw;
}

void
inet_remove4(ifnet_t ifp, ifaddr_t ifa)
{
	uint32_t addr = sin_addr(&ifa->ifa_addr);
	uint32_t mask = sin_addr(&ifa->ifa_netmask);

	connect4(ifp, addr, mask, false);
	peer_route(ifp, sin_addr(&ifa->ifa_dstaddr), false);
	ifa_remove(ifa);
	post_in(ifp, KEV_INET_ADDR_DELETED, addr, mask,
	    sin_addr(&ifa->ifa_dstaddr));
}

void
inet_insert4(ifnet_t ifp, const struct state4 *st, uint32_t dst, uint32_t flags)
{
	struct sockaddr_in sin, smask, sdst;

	if (dst == 0 && (ifp->if_flags & IFF_BROADCAST) != 0)
		dst = st->addr | ~st->mask;
	sin_set(&sin, st->addr);
	sin_set(&smask, st->mask);
	sin_set(&sdst, dst);
	ifaddr_t ifa = ifa_alloc(ifp, (struct sockaddr *)&sin, dst != 0 ?
	    (struct sockaddr *)&sdst : NULL, (struct sockaddr *)&smask);
	if (ifa == NULL)
		return;
	ifa->ifa_flags = flags;
	ifa->ifa_prefixlen = mask_bits(st->mask);
	ifa_insert(ifa);
	connect4(ifp, st->addr, st->mask, true);
	peer_route(ifp, dst, true);
	ifnet_ioctl(ifp, AF_INET, SIOCSIFADDR, ifa);
	post_in(ifp, KEV_INET_NEW_ADDR, st->addr, st->mask, dst);
	ifaddr_release(ifa);
}

static void
sync4(ifnet_t ifp, struct inet_if *ii)
{
	struct state4 st;

	if (!netif_state4(ifp, &st))
		return;
	ifaddr_t ifa = inet_primary4(ifp);
	if (ifa != NULL && (sin_addr(&ifa->ifa_addr) != st.addr ||
	    sin_addr(&ifa->ifa_netmask) != st.mask)) {
		default4(ifp, ii, 0);
		inet_remove4(ifp, ifa);
		ifaddr_release(ifa);
		ifa = NULL;
	}
	if (ifa == NULL && st.addr != 0)
		inet_insert4(ifp, &st, ii->ii_dst.s_addr, IFA_PRIMARY);
	default4(ifp, ii, st.addr != 0 ? st.gw : 0);
	if (ifa != NULL)
		ifaddr_release(ifa);
}

/* --- IPv6 ------------------------------------------------------------------ */

struct state6 {
	ip6_addr_t	addr;
	uint8_t		state;		/* IP6_ADDR_* */
	uint32_t	valid, preferred; /* seconds, 0 = for ever */
};

static uint32_t
state6_flags(uint8_t state)
{
	uint32_t flags = 0;

	if (ip6_addr_istentative(state))
		flags |= IN6_IFF_TENTATIVE;
	if (ip6_addr_isduplicated(state))
		flags |= IN6_IFF_DUPLICATED;
	if (ip6_addr_isvalid(state) && !ip6_addr_ispreferred(state))
		flags |= IN6_IFF_DEPRECATED;
	return (flags);
}

static unsigned
netif_state6(ifnet_t ifp, struct state6 st[LWIP_IPV6_NUM_ADDRESSES])
{
	unsigned n = 0;

	net_lock();
	struct netif *netif = inet_netif(ifp);
	for (unsigned i = 0; netif != NULL && i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		uint8_t state = netif_ip6_addr_state(netif, i);
		st[i].state = state;
		if (ip6_addr_isinvalid(state) && !ip6_addr_isduplicated(state))
			continue;
		st[i].addr = *netif_ip6_addr(netif, i);
		st[i].valid = netif_ip6_addr_valid_life(netif, i);
		st[i].preferred = netif_ip6_addr_pref_life(netif, i);
		n = i + 1;
	}
	net_unlock();
	return (n);
}

static ifaddr_t
find6(ifnet_t ifp, const void *addr)
{
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == AF_INET6 &&
		    memcmp(&((struct sockaddr_in6 *)(void *)&ifa->ifa_addr)->
		    sin6_addr, addr, 16) == 0)
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

static void
connect6(ifnet_t ifp, const void *addr, uint8_t plen, bool on)
{
	ip_addr_t ip;

	memset(&ip, 0, sizeof(ip));
	IP_SET_TYPE(&ip, IPADDR_TYPE_V6);
	memcpy(ip_2_ip6(&ip)->addr, addr, 16);
	net_lock();
	if (on)
		route_connect(ifp, &ip, plen);
	else
		route_disconnect(ifp, &ip, plen);
	net_unlock();
}

static void
lifetimes6(ifaddr_t ifa, const struct state6 *st)
{
	struct timeval now;

	microuptime(&now);
	ifa->ifa_valid_until = st->valid != 0 && st->valid != 0xffffffff ?
	    (uint64_t)now.tv_sec + st->valid : 0;
	ifa->ifa_preferred_until = st->preferred != 0 &&
	    st->preferred != 0xffffffff ?
	    (uint64_t)now.tv_sec + st->preferred : 0;
	uint32_t origin = ifa->ifa_flags & IN6_IFF_AUTOCONF;
	ifa->ifa_flags = state6_flags(st->state) | origin;
}

static void
insert6(ifnet_t ifp, const struct state6 *st, uint8_t plen)
{
	struct sockaddr_in6 sin6, smask;
	uint8_t mask[16] = { 0 };
	bool ll = ip6_addr_islinklocal(&st->addr);

	for (unsigned i = 0; i < plen; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> (i % 8));
	sin6_set(&sin6, st->addr.addr, ll ? ifp->if_index : 0);
	sin6_set(&smask, mask, 0);
	ifaddr_t ifa = ifa_alloc(ifp, (struct sockaddr *)&sin6, NULL,
	    (struct sockaddr *)&smask);
	if (ifa == NULL)
		return;
	ifa->ifa_prefixlen = plen;
	if (st->valid != 0)
		ifa->ifa_flags = IN6_IFF_AUTOCONF;
	lifetimes6(ifa, st);
	ifa_insert(ifa);
	connect6(ifp, st->addr.addr, plen, true);
	post_in6(ifp, ll ? KEV_INET6_NEW_LL_ADDR : st->valid != 0 ?
	    KEV_INET6_NEW_RTADV_ADDR : KEV_INET6_NEW_USER_ADDR, ifa);
	ifaddr_release(ifa);
}

static void
remove6(ifnet_t ifp, ifaddr_t ifa)
{
	connect6(ifp, &((struct sockaddr_in6 *)(void *)&ifa->ifa_addr)->sin6_addr,
	    (uint8_t)ifa->ifa_prefixlen, false);
	ifa_remove(ifa);
	post_in6(ifp, KEV_INET6_ADDR_DELETED, ifa);
}

static bool
state6_has(const struct state6 *st, unsigned n, const void *addr)
{
	for (unsigned i = 0; i < n; i++)
		if ((!ip6_addr_isinvalid(st[i].state) ||
		    ip6_addr_isduplicated(st[i].state)) &&
		    memcmp(st[i].addr.addr, addr, 16) == 0)
			return (true);
	return (false);
}

/* Takes away what the netif no longer has. */
static void
prune6(ifnet_t ifp, const struct state6 *st, unsigned n)
{
	ifaddr_t ifa;

	for (;;) {
		lck_mtx_lock(&ifp->if_lock);
		TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
			if (ifa->ifa_addr.sa.sa_family == AF_INET6 &&
			    !state6_has(st, n, &((struct sockaddr_in6 *)
			    (void *)&ifa->ifa_addr)->sin6_addr))
				break;
		if (ifa != NULL)
			ifaddr_reference(ifa);
		lck_mtx_unlock(&ifp->if_lock);
		if (ifa == NULL)
			return;
		remove6(ifp, ifa);
		ifaddr_release(ifa);
	}
}

static void
sync6(ifnet_t ifp, struct inet_if *ii)
{
	struct state6 st[LWIP_IPV6_NUM_ADDRESSES];

	memset(st, 0, sizeof(st));
	unsigned n = netif_state6(ifp, st);
	prune6(ifp, st, n);
	for (unsigned i = 0; i < n; i++) {
		if (ip6_addr_isinvalid(st[i].state) &&
		    !ip6_addr_isduplicated(st[i].state))
			continue;
		ifaddr_t ifa = find6(ifp, st[i].addr.addr);
		if (ifa == NULL) {
			insert6(ifp, &st[i], ii->ii_plen6[i] != 0 ?
			    ii->ii_plen6[i] : 64);
			continue;
		}
		uint32_t old = ifa->ifa_flags;
		lifetimes6(ifa, &st[i]);
		if (old != ifa->ifa_flags)
			post_in6(ifp, KEV_INET6_CHANGED_ADDR, ifa);
		ifaddr_release(ifa);
	}
}

/* --- sync ------------------------------------------------------------------ */

void
inet_addr_sync(ifnet_t ifp)
{
	if (!ifnet_io_begin(ifp))
		return;
	struct inet_if *ii = inet_if(ifp);
	if (ii != NULL) {
		__atomic_store_n(&ii->ii_sync, true, __ATOMIC_SEQ_CST);
		while (__atomic_load_n(&ii->ii_sync, __ATOMIC_SEQ_CST) &&
		    !__atomic_exchange_n(&ii->ii_busy, true, __ATOMIC_SEQ_CST)) {
			__atomic_store_n(&ii->ii_sync, false, __ATOMIC_SEQ_CST);
			sync4(ifp, ii);
			sync6(ifp, ii);
			__atomic_store_n(&ii->ii_busy, false, __ATOMIC_SEQ_CST);
		}
	}
	ifnet_io_end(ifp);
}

void
inet_addr_sync_later(ifnet_t ifp)
{
	struct inet_if *ii = inet_if(ifp);

	if (ii == NULL)
		return;
	__atomic_store_n(&ii->ii_sync, true, __ATOMIC_RELEASE);
	__atomic_store_n(&in_addr_sync_wanted, true, __ATOMIC_RELEASE);
	softnet_wake();
}

static void
sync_wanted(ifnet_t ifp, void *arg)
{
	bool wanted = false;

	if (!ifnet_io_begin(ifp))
		return;
	struct inet_if *ii = inet_if(ifp);
	if (ii != NULL)
		wanted = __atomic_load_n(&ii->ii_sync, __ATOMIC_ACQUIRE);
	ifnet_io_end(ifp);
	if (wanted)
		inet_addr_sync(ifp);
}

static uint64_t
sync_poll(void *arg)
{
	if (__atomic_exchange_n(&in_addr_sync_wanted, false, __ATOMIC_ACQ_REL))
		ifnet_foreach(sync_wanted, NULL);
	return (SOFTNET_IDLE);
}

/* The engine changed something about an address; net lock held. */
static void
netif_changed(struct netif *netif, netif_nsc_reason_t reason,
    const netif_ext_callback_args_t *args)
{
	const netif_nsc_reason_t ours = LWIP_NSC_IPV4_ADDRESS_CHANGED |
	    LWIP_NSC_IPV4_NETMASK_CHANGED | LWIP_NSC_IPV4_GATEWAY_CHANGED |
	    LWIP_NSC_IPV4_SETTINGS_CHANGED | LWIP_NSC_IPV6_SET |
	    LWIP_NSC_IPV6_ADDR_STATE_CHANGED;

	if ((reason & ours) == 0)
		return;
	ifnet_t ifp = inet_ifnet(netif);
	if (ifp != NULL)
		inet_addr_sync_later(ifp);
}

/* --- interfaces come and go ------------------------------------------------ */

void
inet_addr_purge(ifnet_t ifp)
{
	struct inet_if *ii = inet_if(ifp);
	ifaddr_t ifa;

	if (ii == NULL)
		return;
	if (ii->ii_method == INET_METHOD_DHCP) {
		net_lock();
		struct netif *netif = inet_netif(ifp);
		if (netif != NULL) {
			dhcp_stop(netif);
			dhcp_cleanup(netif);
		}
		net_unlock();
	}
	in_alias_purge(ifp);
	while ((ifa = ifa_first(ifp, AF_INET)) != NULL) {
		inet_remove4(ifp, ifa);
		ifaddr_release(ifa);
	}
	while ((ifa = ifa_first(ifp, AF_INET6)) != NULL) {
		remove6(ifp, ifa);
		ifaddr_release(ifa);
	}
	ii->ii_method = INET_METHOD_NONE;
	ii->ii_gateway.s_addr = 0;
	net_lock();
	route_purge(ifp, 0);
	net_unlock();
}

static void
inet_if_attached(ifnet_t ifp)
{
	if (ifp->if_inet_data == NULL)
		ifp->if_inet_data = kmalloc(sizeof(struct inet_if),
		    M_WAITOK | M_ZERO);
}

static void
inet_if_detaching(ifnet_t ifp)
{
	inet_addr_purge(ifp);
}

static void
inet_if_detached(ifnet_t ifp)
{
	net_lock();
	void *data = ifp->if_inet_data;
	ifp->if_inet_data = NULL;
	net_unlock();
	kfree(data);
}

/*
 * All systems, all nodes: the engine listens to them without a membership,
 * or joined when there was no protocol that knows the link address.
 */
static void
everybody(ifnet_t ifp, int family, bool attached)
{
	static const uint8_t all[16] = { 0xff, 2, [15] = 1 };
	union {
		struct sockaddr sa;
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;
	} group;

	if (family == AF_INET)
		sin_set(&group.sin, htonl(INADDR_ALLHOSTS_GROUP));
	else
		sin6_set(&group.sin6, all, 0);
	if (attached)
		(void)ifma_join(ifp, &group.sa);
	else
		(void)ifma_leave(ifp, &group.sa);
}

/* Routes of a protocol go when it does. */
static void
inet_if_event(ifnet_t ifp, const struct kern_event_msg *msg)
{
	if (msg->vendor_code != KEV_VENDOR_APPLE ||
	    msg->kev_class != KEV_NETWORK_CLASS ||
	    msg->kev_subclass != KEV_DL_SUBCLASS ||
	    (msg->event_code != KEV_DL_PROTO_ATTACHED &&
	    msg->event_code != KEV_DL_PROTO_DETACHED))
		return;
	const struct kev_dl_proto_data *data = (const void *)msg->event_data;
	if (data->proto_family != AF_INET && data->proto_family != AF_INET6)
		return;
	int family = (int)data->proto_family;
	everybody(ifp, family, msg->event_code == KEV_DL_PROTO_ATTACHED);
	if (msg->event_code == KEV_DL_PROTO_ATTACHED)
		return;
	net_lock();
	route_purge(ifp, family);
	net_unlock();
}

static struct dlil_client inet_addr_client = {
	.dc_name = "inet addresses",
	.dc_attached = inet_if_attached,
	.dc_detaching = inet_if_detaching,
	.dc_detached = inet_if_detached,
	.dc_event = inet_if_event,
};

NETIF_DECLARE_EXT_CALLBACK(inet_addr_callback)

void
inet_addr_init(void)
{
	dlil_client_add(&inet_addr_client);
	softnet_source("address changes", sync_poll, NULL);
	net_lock();
	netif_add_ext_callback(&inet_addr_callback, netif_changed);
	net_unlock();
}
