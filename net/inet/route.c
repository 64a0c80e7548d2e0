/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing table and the engines' questions to it.
 *
 * Entries hang in hash chains by (version, prefix length, prefix); a count
 * per version and prefix length says which lengths are worth a probe, so a
 * lookup costs one probe per length in use.
 */
#include "net/inet/route.h"

#include <libkern/libkern.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/errno.h>

#include "lwip/netif.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/inet/inet_var.h"
#include "net/inet/port/hooks.h"

#define ROUTE_BUCKETS	256	/* power of two */
#define PLEN_MAX	128

LIST_HEAD(route_head, __rtentry);

static struct route_head route_table[ROUTE_BUCKETS];	/* N */
static uint32_t route_lengths[2][PLEN_MAX + 1];		/* N: entries */
static uint32_t route_order;				/* N */

void (*route_changed)(int rtm_type, const struct __rtentry *rt);

/* --- prefixes -------------------------------------------------------------- */

static uint8_t *
addr_bytes(ip_addr_t *a)
{
	return (IP_IS_V6(a) ? (uint8_t *)ip_2_ip6(a)->addr :
	    (uint8_t *)&ip_2_ip4(a)->addr);
}

static unsigned
addr_bits(const ip_addr_t *a)
{
	return (IP_IS_V6(a) ? 128 : 32);
}

void
route_mask(ip_addr_t *addr, uint8_t plen)
{
	uint8_t *b = addr_bytes(addr);
	unsigned len = addr_bits(addr) / 8;

	for (unsigned i = 0; i < len; i++) {
		if (plen >= 8) {
			plen = (uint8_t)(plen - 8);
		} else {
			b[i] &= (uint8_t)(0xff00 >> plen);
			plen = 0;
		}
	}
}

/* Scope matters for link-local prefixes only: there it is the interface. */
static bool
addr_equal(const ip_addr_t *a, const ip_addr_t *b)
{
	if (IP_IS_V6(a) != IP_IS_V6(b))
		return (false);
	if (IP_IS_V6(a))
		return (memcmp(ip_2_ip6(a)->addr, ip_2_ip6(b)->addr, 16) == 0);
	return (ip_2_ip4(a)->addr == ip_2_ip4(b)->addr);
}

static uint32_t
prefix_hash(const ip_addr_t *dst, uint8_t plen)
{
	uint32_t h = plen * 0x9e3779b1u + (IP_IS_V6(dst) ? 77 : 0);

	if (IP_IS_V6(dst)) {
		for (unsigned i = 0; i < 4; i++)
			h = (h ^ ip_2_ip6(dst)->addr[i]) * 0x85ebca6bu;
	} else {
		h = (h ^ ip_2_ip4(dst)->addr) * 0x85ebca6bu;
	}
	return (h ^ (h >> 15));
}

/* --- the table ------------------------------------------------------------- */

static bool
ifp_owns(ifnet_t ifp, const ip_addr_t *src)
{
	struct netif *netif = inet_netif(ifp);

	if (netif == NULL || src == NULL)
		return (false);
	if (IP_IS_V6(src))
		return (netif_get_ip6_addr_match(netif, ip_2_ip6(src)) >= 0);
	NETIF_FOREACH(netif)
		if (inet_ifnet(netif) == ifp &&
		    ip4_addr_cmp(netif_ip4_addr(netif), ip_2_ip4(src)))
			return (true);
	return (false);
}

/* True if a is to be taken before b, to the same prefix. */
static bool
route_better(const struct __rtentry *a, const struct __rtentry *b,
    const ip_addr_t *src)
{
	bool a_up = (a->rt_info.ri_ifp->if_flags & IFF_UP) != 0;
	bool b_up = (b->rt_info.ri_ifp->if_flags & IFF_UP) != 0;
	if (a_up != b_up)
		return (a_up);
	bool a_own = ifp_owns(a->rt_info.ri_ifp, src);
	bool b_own = ifp_owns(b->rt_info.ri_ifp, src);
	if (a_own != b_own)
		return (a_own);
	if (a->rt_info.ri_ifp->if_metric != b->rt_info.ri_ifp->if_metric)
		return (a->rt_info.ri_ifp->if_metric <
		    b->rt_info.ri_ifp->if_metric);
	return (a->rt_order < b->rt_order);
}

/* prefix is masked. */
static route_t
route_probe(const ip_addr_t *prefix, uint8_t plen, ifnet_t ifp,
    const ip_addr_t *src)
{
	uint32_t hash = prefix_hash(prefix, plen);
	route_t rt, best = NULL;

	LIST_FOREACH(rt, &route_table[hash % ROUTE_BUCKETS], rt_link) {
		if (rt->rt_hash != hash || rt->rt_info.ri_plen != plen ||
		    !addr_equal(&rt->rt_info.ri_dst, prefix))
			continue;
		if (ifp != NULL && rt->rt_info.ri_ifp != ifp)
			continue;
		if (best == NULL || route_better(rt, best, src))
			best = rt;
	}
	return (best);
}

route_t
route_find(const ip_addr_t *dst, uint8_t plen, ifnet_t ifp)
{
	ip_addr_t prefix = *dst;

	net_lock_assert();
	route_mask(&prefix, plen);
	return (route_probe(&prefix, plen, ifp, NULL));
}

route_t
route_lookup(const ip_addr_t *dst, ifnet_t ifp, const ip_addr_t *src)
{
	const uint32_t *lengths = route_lengths[IP_IS_V6(dst) ? 1 : 0];
	ip_addr_t prefix = *dst;

	net_lock_assert();
	for (int plen = (int)addr_bits(dst); plen >= 0; plen--) {
		if (lengths[plen] == 0)
			continue;
		route_mask(&prefix, (uint8_t)plen);
		route_t rt = route_probe(&prefix, (uint8_t)plen, ifp, src);
		if (rt != NULL) {
			rt->rt_use++;
			return (rt);
		}
	}
	return (NULL);
}

static void
route_announce(int type, const struct __rtentry *rt)
{
	if (route_changed != NULL)
		route_changed(type, rt);
}

/* The interface a gateway is reached through, by a route without gateway. */
static ifnet_t
gateway_ifp(const ip_addr_t *gw)
{
	route_t rt = route_lookup(gw, NULL, NULL);

	if (rt == NULL || (rt->rt_info.ri_flags & RTF_GATEWAY) != 0)
		return (NULL);
	return (rt->rt_info.ri_ifp);
}

/* A next hop is of the destination's version. */
static bool
gateway_fits(const struct route_info *info)
{
	return ((info->ri_flags & RTF_GATEWAY) == 0 ||
	    IP_IS_V6(&info->ri_gateway) == IP_IS_V6(&info->ri_dst));
}

errno_t
route_add(const struct route_info *info)
{
	struct route_info ri = *info;
	route_t rt;

	net_lock_assert();
	if (ri.ri_plen > addr_bits(&ri.ri_dst) || !gateway_fits(&ri))
		return (EINVAL);
	route_mask(&ri.ri_dst, ri.ri_plen);
	if (ri.ri_ifp == NULL && (ri.ri_flags & RTF_GATEWAY) != 0)
		ri.ri_ifp = gateway_ifp(&ri.ri_gateway);
	if (ri.ri_ifp == NULL)
		return (ENETUNREACH);
	/* One that goes has been, or will be, purged under this lock. */
	if (!ifnet_is_attached(ri.ri_ifp))
		return (ENXIO);
	uint32_t hash = prefix_hash(&ri.ri_dst, ri.ri_plen);
	struct route_head *head = &route_table[hash % ROUTE_BUCKETS];
	LIST_FOREACH(rt, head, rt_link)
		if (rt->rt_hash == hash && rt->rt_info.ri_plen == ri.ri_plen &&
		    rt->rt_info.ri_ifp == ri.ri_ifp &&
		    addr_equal(&rt->rt_info.ri_dst, &ri.ri_dst))
			return (EEXIST);
	rt = kmalloc(sizeof(*rt), M_NOWAIT | M_ZERO);
	if (rt == NULL)
		return (ENOMEM);
	ri.ri_flags |= RTF_UP;
	if (ri.ri_plen == addr_bits(&ri.ri_dst))
		ri.ri_flags |= RTF_HOST;
	rt->rt_info = ri;
	rt->rt_hash = hash;
	rt->rt_order = route_order++;
	ifnet_reference(ri.ri_ifp);
	LIST_INSERT_HEAD(head, rt, rt_link);
	route_lengths[IP_IS_V6(&ri.ri_dst) ? 1 : 0][ri.ri_plen]++;
	route_announce(RTM_ADD, rt);
	return (0);
}

static void
route_remove(route_t rt)
{
	bool v6 = IP_IS_V6(&rt->rt_info.ri_dst);

	LIST_REMOVE(rt, rt_link);
	route_lengths[v6 ? 1 : 0][rt->rt_info.ri_plen]--;
	route_announce(RTM_DELETE, rt);
	ifnet_release(rt->rt_info.ri_ifp);
	kfree(rt);
}

/*
 * The entry a request means: gateway and interface count when given; of
 * several the one that lookups take.
 */
static route_t
route_match(const struct route_info *info)
{
	ip_addr_t prefix = info->ri_dst;
	route_t rt, best = NULL;

	route_mask(&prefix, info->ri_plen);
	uint32_t hash = prefix_hash(&prefix, info->ri_plen);
	LIST_FOREACH(rt, &route_table[hash % ROUTE_BUCKETS], rt_link) {
		if (rt->rt_hash != hash ||
		    rt->rt_info.ri_plen != info->ri_plen ||
		    !addr_equal(&rt->rt_info.ri_dst, &prefix))
			continue;
		if (info->ri_ifp != NULL && rt->rt_info.ri_ifp != info->ri_ifp)
			continue;
		if ((info->ri_flags & RTF_GATEWAY) != 0 &&
		    ((rt->rt_info.ri_flags & RTF_GATEWAY) == 0 ||
		    !addr_equal(&rt->rt_info.ri_gateway, &info->ri_gateway)))
			continue;
		if (best == NULL || route_better(rt, best, NULL))
			best = rt;
	}
	return (best);
}

errno_t
route_delete(const struct route_info *info)
{
	net_lock_assert();
	route_t rt = route_match(info);
	if (rt == NULL)
		return (ESRCH);
	route_remove(rt);
	return (0);
}

/* The entry through ifp, else the one that lookups take. */
static route_t
route_to_change(const struct route_info *info, ifnet_t ifp)
{
	struct route_info any = *info;
	route_t rt = NULL;

	any.ri_flags &= ~(uint32_t)RTF_GATEWAY;
	any.ri_ifp = ifp;
	if (ifp != NULL)
		rt = route_match(&any);
	any.ri_ifp = NULL;
	return (rt != NULL ? rt : route_match(&any));
}

errno_t
route_change(const struct route_info *info)
{
	bool gateway = (info->ri_flags & RTF_GATEWAY) != 0;
	ifnet_t ifp = info->ri_ifp;

	net_lock_assert();
	if (!gateway_fits(info))
		return (EINVAL);
	if (gateway && ifp == NULL)
		ifp = gateway_ifp(&info->ri_gateway);
	route_t rt = route_to_change(info, ifp);
	if (rt == NULL)
		return (ESRCH);
	if (gateway && ifp == NULL)
		return (ENETUNREACH);
	if (ifp != NULL && !ifnet_is_attached(ifp))
		return (ENXIO);
	if (gateway) {
		rt->rt_info.ri_gateway = info->ri_gateway;
		rt->rt_info.ri_flags |= RTF_GATEWAY;
	} else if (ifp != NULL) {
		rt->rt_info.ri_flags &= ~(uint32_t)RTF_GATEWAY;
	}
	if (ifp != NULL && ifp != rt->rt_info.ri_ifp) {
		ifnet_reference(ifp);
		ifnet_release(rt->rt_info.ri_ifp);
		rt->rt_info.ri_ifp = ifp;
	}
	if (info->ri_mtu != 0)
		rt->rt_info.ri_mtu = info->ri_mtu;
	route_announce(RTM_CHANGE, rt);
	return (0);
}

void
route_walk(bool (*fn)(route_t rt, void *arg), void *arg)
{
	route_t rt, next;

	net_lock_assert();
	for (unsigned i = 0; i < ROUTE_BUCKETS; i++) {
		LIST_FOREACH_SAFE(rt, &route_table[i], rt_link, next)
			if (!fn(rt, arg))
				return;
	}
}

struct route_purge {
	ifnet_t		rp_ifp;
	int		rp_family;
};

static bool
route_purge_one(route_t rt, void *arg)
{
	const struct route_purge *rp = arg;
	int family = IP_IS_V6(&rt->rt_info.ri_dst) ? AF_INET6 : AF_INET;

	if (rt->rt_info.ri_ifp == rp->rp_ifp &&
	    (rp->rp_family == 0 || rp->rp_family == family))
		route_remove(rt);
	return (true);
}

void
route_purge(ifnet_t ifp, int family)
{
	struct route_purge rp = { .rp_ifp = ifp, .rp_family = family };

	route_walk(route_purge_one, &rp);
}

static bool
route_count_one(route_t rt, void *arg)
{
	++*(unsigned *)arg;
	return (true);
}

unsigned
route_count(void)
{
	unsigned n = 0;

	route_walk(route_count_one, &n);
	return (n);
}

/* --- addresses of ours ----------------------------------------------------- */

void
route_pin(const struct route_info *info)
{
	route_t rt = route_find(&info->ri_dst, info->ri_plen, info->ri_ifp);

	if (rt == NULL && route_add(info) == 0)
		rt = route_find(&info->ri_dst, info->ri_plen, info->ri_ifp);
	if (rt != NULL)
		rt->rt_pins++;
}

void
route_unpin(const struct route_info *info)
{
	route_t rt = route_find(&info->ri_dst, info->ri_plen, info->ri_ifp);

	if (rt == NULL || rt->rt_pins == 0 || --rt->rt_pins > 0)
		return;
	if ((rt->rt_info.ri_flags & RTF_PINNED) != 0)
		route_remove(rt);
}

static void
connect_with(void (*fn)(const struct route_info *), ifnet_t ifp,
    const ip_addr_t *addr, uint8_t plen)
{
	struct route_info net = {
		.ri_dst = *addr, .ri_plen = plen, .ri_flags = RTF_PINNED,
		.ri_ifp = ifp,
	};
	struct route_info self = {
		.ri_dst = *addr, .ri_plen = (uint8_t)addr_bits(addr),
		.ri_flags = RTF_LOCAL | RTF_PINNED, .ri_ifp = ifnet_loopback(),
	};

	if (plen < addr_bits(addr))
		fn(&net);
	/* Link-local addresses are per interface and never leave for lo0. */
	if (!ip_addr_islinklocal(addr))
		fn(&self);
}

void
route_connect(ifnet_t ifp, const ip_addr_t *addr, uint8_t plen)
{
	connect_with(route_pin, ifp, addr, plen);
}

void
route_disconnect(ifnet_t ifp, const ip_addr_t *addr, uint8_t plen)
{
	connect_with(route_unpin, ifp, addr, plen);
}

/* --- what the engines ask -------------------------------------------------- */

/* An interface for packets that go to everybody on it. */
static bool
route_default_link(ifnet_t ifp)
{
	return (ifnet_is_attached(ifp) && (ifp->if_flags & IFF_UP) != 0 &&
	    (ifp->if_flags & IFF_LOOPBACK) == 0 &&
	    (ifp->if_flags & (IFF_BROADCAST | IFF_MULTICAST |
	    IFF_POINTOPOINT)) != 0);
}

static struct netif *
route_any_link(const ip_addr_t *src)
{
	struct netif *netif, *any = NULL;

	NETIF_FOREACH(netif) {
		ifnet_t ifp = inet_ifnet(netif);
		if (ifp == NULL || !route_default_link(ifp))
			continue;
		if (src != NULL && ifp_owns(ifp, src))
			return (netif);
		if (any == NULL)
			any = netif;
	}
	return (any);
}

static struct netif *
route_netif(route_t rt)
{
	if (rt == NULL ||
	    (rt->rt_info.ri_flags & (RTF_REJECT | RTF_BLACKHOLE)) != 0)
		return (NULL);
	return (inet_netif(rt->rt_info.ri_ifp));
}

struct netif *
inet_route4(const ip4_addr_t *src, const ip4_addr_t *dest)
{
	ip_addr_t s, d;
	const ip_addr_t *sp = NULL;

	ip_addr_copy_from_ip4(d, *dest);
	if (src != NULL && !ip4_addr_isany_val(*src)) {
		ip_addr_copy_from_ip4(s, *src);
		sp = &s;
	}
	if (ip4_addr_ismulticast(dest) || dest->addr == IPADDR_BROADCAST) {
		if (sp != NULL) {
			struct netif *netif = route_any_link(sp);
			if (netif != NULL && ifp_owns(inet_ifnet(netif), sp))
				return (netif);
		}
		struct netif *netif = route_netif(route_lookup(&d, NULL, sp));
		return (netif != NULL ? netif : route_any_link(NULL));
	}
	return (route_netif(route_lookup(&d, NULL, sp)));
}

struct netif *
inet_route6(const ip6_addr_t *src, const ip6_addr_t *dest)
{
	ip_addr_t s, d;
	const ip_addr_t *sp = NULL;

	/* A zone names the interface. */
	if (ip6_addr_has_zone(dest))
		return (netif_get_by_index(ip6_addr_zone(dest)));
	ip_addr_copy_from_ip6(d, *dest);
	if (src != NULL && !ip6_addr_isany(src)) {
		if (ip6_addr_has_zone(src))
			return (netif_get_by_index(ip6_addr_zone(src)));
		ip_addr_copy_from_ip6(s, *src);
		sp = &s;
	}
	struct netif *netif = route_netif(route_lookup(&d, NULL, sp));
	if (netif != NULL)
		return (netif);
	if (ip6_addr_ismulticast(dest) || ip6_addr_islinklocal(dest))
		return (route_any_link(sp));
	return (NULL);		/* routers learned from advertisements */
}

int
inet_canforward4(void)
{
	return (inet_forward4 ? -1 : 0);
}

bool
inet_for_us6(const uint8_t *header)
{
	const uint8_t *dst = header + 24;
	struct netif *netif;

	if (dst[0] == 0xff)
		return (true);
	NETIF_FOREACH(netif)
		for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
			if (!ip6_addr_isinvalid(netif_ip6_addr_state(netif, i)) &&
			    memcmp(netif_ip6_addr(netif, i)->addr, dst, 16) == 0)
				return (true);
	return (false);
}

const ip4_addr_t *
inet_gw4(struct netif *netif, const ip4_addr_t *dest)
{
	ip_addr_t d;

	ip_addr_copy_from_ip4(d, *dest);
	route_t rt = route_lookup(&d, inet_ifnet(netif), NULL);
	if (rt == NULL)
		return (NULL);
	if ((rt->rt_info.ri_flags & RTF_GATEWAY) == 0)
		return (dest);	/* on the link, though not in its network */
	return (ip_2_ip4(&rt->rt_info.ri_gateway));
}

const ip6_addr_t *
inet_gw6(struct netif *netif, const ip6_addr_t *dest)
{
	ip_addr_t d;

	ip_addr_copy_from_ip6(d, *dest);
	route_t rt = route_lookup(&d, inet_ifnet(netif), NULL);
	if (rt == NULL)
		return (NULL);
	if ((rt->rt_info.ri_flags & RTF_GATEWAY) == 0)
		return (dest);
	return (ip_2_ip6(&rt->rt_info.ri_gateway));
}
