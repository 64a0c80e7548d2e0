/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes, DHCP and name servers as plain figures: see inet_info.h. */
#include "net/inet/inet_info.h"

#include <libkern/libkern.h>
#include <sys/errno.h>

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/nd6.h"
#include "lwip/netif.h"
#include "lwip/prot/dhcp.h"
#include "lwip/priv/nd6_priv.h"

#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/inet/in_addr.h"
#include "net/inet/inet_var.h"
#include "net/inet/route.h"

static void
bytes_from_ip(uint8_t *to, const ip_addr_t *ip)
{
	memset(to, 0, 16);
	if (IP_IS_V6(ip))
		memcpy(to, ip_2_ip6(ip)->addr, 16);
	else
		memcpy(to, &ip_2_ip4(ip)->addr, 4);
}

static void
ip_from_bytes(ip_addr_t *ip, int family, const uint8_t *from)
{
	memset(ip, 0, sizeof(*ip));
	if (family == AF_INET6) {
		IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V6);
		memcpy(ip_2_ip6(ip)->addr, from, 16);
	} else {
		IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V4);
		memcpy(&ip_2_ip4(ip)->addr, from, 4);
	}
}

/* --- routes ---------------------------------------------------------------- */

#define ROUTES_AT_ONCE	512	/* more are not listed */

struct route_snapshot {
	struct routeinfo *rs_array;
	unsigned	rs_count;
	int		rs_family;
};

static void
routeinfo_fill(struct routeinfo *info, const struct __rtentry *rt)
{
	memset(info, 0, sizeof(*info));
	info->family = IP_IS_V6(&rt->rt_info.ri_dst) ? AF_INET6 : AF_INET;
	info->plen = rt->rt_info.ri_plen;
	info->flags = rt->rt_info.ri_flags;
	info->mtu = rt->rt_info.ri_mtu;
	info->use = rt->rt_use;
	bytes_from_ip(info->dst, &rt->rt_info.ri_dst);
	if ((info->flags & RTF_GATEWAY) != 0)
		bytes_from_ip(info->gateway, &rt->rt_info.ri_gateway);
	strlcpy(info->ifname, rt->rt_info.ri_ifp->if_xname,
	    sizeof(info->ifname));
}

static bool
snapshot_one(route_t rt, void *arg)
{
	struct route_snapshot *rs = arg;
	int family = IP_IS_V6(&rt->rt_info.ri_dst) ? AF_INET6 : AF_INET;

	if (rs->rs_family == 0 || rs->rs_family == family)
		routeinfo_fill(&rs->rs_array[rs->rs_count++], rt);
	return (rs->rs_count < ROUTES_AT_ONCE);
}

/* Default routers from advertisements live in the engine. */
static void
snapshot_routers(struct route_snapshot *rs)
{
	if (rs->rs_family == AF_INET)
		return;
	for (unsigned i = 0; i < LWIP_ND6_NUM_ROUTERS; i++) {
		const struct nd6_neighbor_cache_entry *n =
		    default_router_list[i].neighbor_entry;
		if (n == NULL || rs->rs_count == ROUTES_AT_ONCE)
			continue;
		struct routeinfo *info = &rs->rs_array[rs->rs_count++];
		memset(info, 0, sizeof(*info));
		info->family = AF_INET6;
		info->flags = RTF_UP | RTF_GATEWAY | RTF_DYNAMIC;
		memcpy(info->gateway, n->next_hop_address.addr, 16);
		ifnet_t ifp = n->netif != NULL ? inet_ifnet(n->netif) : NULL;
		if (ifp != NULL)
			strlcpy(info->ifname, ifp->if_xname,
			    sizeof(info->ifname));
	}
}

/* By version, then default first, then by address. */
static int
routeinfo_order(const struct routeinfo *a, const struct routeinfo *b)
{
	if (a->family != b->family)
		return (a->family < b->family ? -1 : 1);
	int c = memcmp(a->dst, b->dst, sizeof(a->dst));
	if (c != 0)
		return (c);
	return (a->plen - b->plen);
}

static void
routeinfo_sort(struct routeinfo *v, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		struct routeinfo x = v[i];
		unsigned j = i;
		for (; j > 0 && routeinfo_order(&x, &v[j - 1]) < 0; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

void
routeinfo_foreach(int family, void (*fn)(const struct routeinfo *info,
    void *arg), void *arg)
{
	struct route_snapshot rs = { .rs_family = family };

	rs.rs_array = kmalloc(ROUTES_AT_ONCE * sizeof(*rs.rs_array), M_WAITOK);
	if (rs.rs_array == NULL)
		return;
	net_lock();
	route_walk(snapshot_one, &rs);
	snapshot_routers(&rs);
	net_unlock();
	routeinfo_sort(rs.rs_array, rs.rs_count);
	for (unsigned i = 0; i < rs.rs_count; i++)
		fn(&rs.rs_array[i], arg);
	kfree(rs.rs_array);
}

/* The table's form of a request; *ifp is referenced when named. */
static errno_t
routeinfo_parse(const struct routeinfo *info, struct route_info *ri, ifnet_t *ifp)
{
	memset(ri, 0, sizeof(*ri));
	*ifp = NULL;
	if (info->ifname[0] != '\0') {
		errno_t error = ifnet_find_by_name(info->ifname, ifp);
		if (error != 0)
			return (error);
	}
	ip_from_bytes(&ri->ri_dst, info->family, info->dst);
	ip_from_bytes(&ri->ri_gateway, info->family, info->gateway);
	ri->ri_plen = info->plen;
	ri->ri_flags = info->flags;
	ri->ri_mtu = info->mtu;
	ri->ri_ifp = *ifp;
	/* A link-local gateway means one on that interface. */
	if (*ifp != NULL && info->family == AF_INET6 &&
	    ip_addr_islinklocal(&ri->ri_gateway)) {
		struct netif *netif = inet_netif(*ifp);
		if (netif != NULL)
			ip6_addr_assign_zone(ip_2_ip6(&ri->ri_gateway),
			    IP6_UNICAST, netif);
	}
	return (0);
}

static int
routeinfo_do(const struct routeinfo *info,
    errno_t (*fn)(const struct route_info *ri))
{
	struct route_info ri;
	ifnet_t ifp;

	net_lock();
	errno_t error = routeinfo_parse(info, &ri, &ifp);
	if (error == 0)
		error = fn(&ri);
	net_unlock();
	if (ifp != NULL)
		ifnet_release(ifp);
	return (error);
}

int
routeinfo_add(const struct routeinfo *info)
{
	return (routeinfo_do(info, route_add));
}

int
routeinfo_delete(const struct routeinfo *info)
{
	return (routeinfo_do(info, route_delete));
}

int
routeinfo_change(const struct routeinfo *info)
{
	return (routeinfo_do(info, route_change));
}

int
routeinfo_get(int family, const uint8_t *dst, struct routeinfo *info)
{
	errno_t error = 0;
	ip_addr_t ip;

	ip_from_bytes(&ip, family, dst);
	net_lock();
	route_t rt = route_lookup(&ip, NULL, NULL);
	if (rt != NULL)
		routeinfo_fill(info, rt);
	else
		error = ENETUNREACH;
	net_unlock();
	return (error);
}

static bool
flush_one(route_t rt, void *arg)
{
	struct route_info *victim = arg;

	if ((rt->rt_info.ri_flags & RTF_GATEWAY) == 0)
		return (true);
	if (victim->ri_mtu != 0 &&
	    (victim->ri_mtu == AF_INET6) != IP_IS_V6(&rt->rt_info.ri_dst))
		return (true);
	*victim = rt->rt_info;
	return (false);
}

int
routeinfo_flush(int family)
{
	int n = 0;

	net_lock();
	for (;;) {
		struct route_info victim;
		memset(&victim, 0, sizeof(victim));
		victim.ri_mtu = (uint32_t)family;
		route_walk(flush_one, &victim);
		if (victim.ri_ifp == NULL || route_delete(&victim) != 0)
			break;
		n++;
	}
	net_unlock();
	return (n);
}

/* --- DHCP ------------------------------------------------------------------ */

static const char *
dhcp_state_name(uint8_t state)
{
	switch (state) {
	case DHCP_STATE_REQUESTING:
		return ("requesting");
	case DHCP_STATE_INIT:
		return ("init");
	case DHCP_STATE_REBOOTING:
		return ("rebooting");
	case DHCP_STATE_REBINDING:
		return ("rebinding");
	case DHCP_STATE_RENEWING:
		return ("renewing");
	case DHCP_STATE_SELECTING:
		return ("selecting");
	case DHCP_STATE_INFORMING:
		return ("informing");
	case DHCP_STATE_CHECKING:
		return ("checking");
	case DHCP_STATE_BOUND:
		return ("bound");
	case DHCP_STATE_BACKING_OFF:
		return ("backing off");
	default:
		return ("off");
	}
}

bool
dhcpinfo_get(const char *ifname, struct dhcpinfo *info)
{
	static const char *const methods[] = { "none", "static", "dhcp" };
	ifnet_t ifp;

	memset(info, 0, sizeof(*info));
	info->state = "off";
	if (ifnet_find_by_name(ifname, &ifp) != 0)
		return (false);
	if (ifnet_io_begin(ifp)) {
		info->method = methods[inet_if_method(ifp)];
		net_lock();
		struct netif *netif = inet_netif(ifp);
		struct dhcp *dhcp = netif != NULL ? netif_dhcp_data(netif) : NULL;
		if (dhcp != NULL) {
			info->state = dhcp_state_name(dhcp->state);
			memcpy(info->server, &ip_2_ip4(&dhcp->server_ip_addr)->
			    addr, 4);
			info->lease = dhcp->offered_t0_lease;
			info->left = dhcp->lease_used <= dhcp->t0_timeout ?
			    (uint32_t)(dhcp->t0_timeout - dhcp->lease_used) *
			    DHCP_COARSE_TIMER_SECS : 0;
		}
		net_unlock();
		ifnet_io_end(ifp);
	}
	ifnet_release(ifp);
	return (info->method != NULL);
}

static int
on_interface(const char *ifname, errno_t (*fn)(ifnet_t ifp))
{
	ifnet_t ifp;
	errno_t error = ifnet_find_by_name(ifname, &ifp);

	if (error != 0)
		return (error);
	error = ENXIO;
	if (ifnet_io_begin(ifp)) {
		error = fn(ifp);
		ifnet_io_end(ifp);
	}
	ifnet_release(ifp);
	return (error);
}

int
dhcpinfo_start(const char *ifname)
{
	return (on_interface(ifname, inet_dhcp_start));
}

int
dhcpinfo_stop(const char *ifname)
{
	return (on_interface(ifname, inet_dhcp_stop));
}

int
auto6_start(const char *ifname)
{
	return (on_interface(ifname, inet_auto6_start));
}

/* --- name servers ---------------------------------------------------------- */

unsigned
dnsinfo_get(struct dnsinfo *servers, unsigned max)
{
	unsigned n = 0;

	net_lock();
	for (u8_t i = 0; i < DNS_MAX_SERVERS && n < max; i++) {
		const ip_addr_t *ip = dns_getserver(i);
		if (ip_addr_isany(ip))
			continue;
		servers[n].family = IP_IS_V6(ip) ? AF_INET6 : AF_INET;
		bytes_from_ip(servers[n].addr, ip);
		n++;
	}
	net_unlock();
	return (n);
}

int
dnsinfo_set(unsigned index, int family, const uint8_t *addr)
{
	ip_addr_t ip;

	if (index >= DNS_MAX_SERVERS)
		return (EINVAL);
	ip_from_bytes(&ip, family, addr);
	net_lock();
	dns_setserver((u8_t)index, &ip);
	net_unlock();
	return (0);
}
