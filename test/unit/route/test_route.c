/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing table against a plain list: random routes of both versions are
 * added, deleted, changed, asked for and taken away with their interface, and
 * after each step the table must answer as the list does, entry by entry.
 *
 * What the table asks of others is here: interfaces that count references,
 * none of which owns an address.
 */
#include <libkern/libkern.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/errno.h>

#include "lwip/netif.h"

#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/inet/inet_var.h"
#include "net/inet/port/hooks.h"
#include "net/inet/route.h"
#include "test/unit/lib/unit.h"

#define NIFS	5
#define LIST	400

static struct __ifnet interfaces[NIFS];	/* the first is lo0 */
static int references[NIFS];
static unsigned added, deleted, changed;
static bool wrong_announcement;

struct netif *netif_list;
int inet_forward4;

void
net_lock_assert(void)
{
}

errno_t
ifnet_reference(ifnet_t ifp)
{
	references[ifp - interfaces]++;
	return (0);
}

errno_t
ifnet_release(ifnet_t ifp)
{
	references[ifp - interfaces]--;
	return (0);
}

ifnet_t
ifnet_loopback(void)
{
	return (&interfaces[0]);
}

struct netif *
inet_netif(ifnet_t ifp)
{
	return (NULL);
}

ifnet_t
inet_ifnet(const struct netif *netif)
{
	return (NULL);
}

struct netif *
netif_get_by_index(u8_t idx)
{
	return (NULL);
}

s8_t
netif_get_ip6_addr_match(struct netif *netif, const ip6_addr_t *addr)
{
	return (-1);
}

/* --- the list --------------------------------------------------------------- */

struct model {
	bool		used;
	ip_addr_t	dst;
	uint8_t		plen;
	unsigned	ifn;
	uint32_t	gateway;	/* last word, 0 = none */
	uint32_t	mtu;
	unsigned	age;
};
static struct model list[LIST];
static unsigned clock_ticks, live;

static unsigned
bits(const ip_addr_t *a)
{
	return (IP_IS_V6(a) ? 128 : 32);
}

static bool
bit(const ip_addr_t *a, unsigned n)
{
	const uint8_t *b = IP_IS_V6(a) ?
	    (const uint8_t *)ip_2_ip6(a)->addr :
	    (const uint8_t *)&ip_2_ip4(a)->addr;

	return ((b[n / 8] >> (7 - n % 8)) & 1);
}

static bool
within(const ip_addr_t *a, const ip_addr_t *prefix, unsigned plen)
{
	if (IP_IS_V6(a) != IP_IS_V6(prefix))
		return (false);
	for (unsigned i = 0; i < plen; i++)
		if (bit(a, i) != bit(prefix, i))
			return (false);
	return (true);
}

static bool
up(unsigned ifn)
{
	return ((interfaces[ifn].if_flags & IFF_UP) != 0);
}

/* Which of two is taken, being to the same prefix. */
static bool
better(const struct model *a, const struct model *b)
{
	uint32_t am = interfaces[a->ifn].if_metric;
	uint32_t bm = interfaces[b->ifn].if_metric;

	if (up(a->ifn) != up(b->ifn))
		return (up(a->ifn));
	return (am != bm ? am < bm : a->age < b->age);
}

static struct model *
model_lookup(const ip_addr_t *a, int ifn)
{
	struct model *best = NULL;

	for (struct model *m = list; m < list + LIST; m++) {
		if (!m->used || (ifn >= 0 && m->ifn != (unsigned)ifn) ||
		    !within(a, &m->dst, m->plen))
			continue;
		if (best == NULL || m->plen > best->plen ||
		    (m->plen == best->plen && better(m, best)))
			best = m;
	}
	return (best);
}

/* To this prefix, through that interface; -1 is the one that is taken. */
static struct model *
model_find(const ip_addr_t *dst, uint8_t plen, int ifn)
{
	struct model *best = NULL;

	for (struct model *m = list; m < list + LIST; m++)
		if (m->used && m->plen == plen &&
		    bits(&m->dst) == bits(dst) && within(dst, &m->dst, plen) &&
		    (ifn < 0 || m->ifn == (unsigned)ifn) &&
		    (best == NULL || better(m, best)))
			best = m;
	return (best);
}

/* --- random ones ------------------------------------------------------------ */

/* Few bits vary, so that prefixes nest and collide. */
static ip_addr_t
random_address(bool v6)
{
	ip_addr_t a;

	memset(&a, 0, sizeof(a));
	if (v6) {
		IP_SET_TYPE_VAL(a, IPADDR_TYPE_V6);
		ip_2_ip6(&a)->addr[0] = htonl(0xfd000000 | (unit_random() & 3));
		ip_2_ip6(&a)->addr[1] = htonl(unit_random() & 0x80000001);
		ip_2_ip6(&a)->addr[3] = htonl(unit_random() & 0x80000003);
	} else {
		IP_SET_TYPE_VAL(a, IPADDR_TYPE_V4);
		ip_2_ip4(&a)->addr = htonl(0x0a000000 |
		    (unit_random() & 0x00818181));
	}
	return (a);
}

static uint8_t
random_plen(bool v6)
{
	static const uint8_t four[] = { 0, 1, 7, 8, 9, 16, 17, 24, 31, 32 };
	static const uint8_t six[] = { 0, 8, 31, 32, 33, 64, 96, 127, 128 };

	return (v6 ? six[unit_random() % sizeof(six)] :
	    four[unit_random() % sizeof(four)]);
}

static uint32_t
last_word(const ip_addr_t *a)
{
	return (IP_IS_V6(a) ? ip_2_ip6(a)->addr[3] : ip_2_ip4(a)->addr);
}

static ip_addr_t
gateway_address(bool v6, uint32_t word)
{
	ip_addr_t a = random_address(v6);

	if (v6)
		ip_2_ip6(&a)->addr[3] = word;
	else
		ip_2_ip4(&a)->addr = word;
	return (a);
}

static struct route_info
random_route(void)
{
	bool v6 = unit_random() % 2;
	struct route_info ri;

	memset(&ri, 0, sizeof(ri));
	ri.ri_dst = random_address(v6);
	ri.ri_plen = random_plen(v6);
	ri.ri_ifp = &interfaces[unit_random() % NIFS];
	if (unit_random() % 2) {
		ri.ri_flags = RTF_GATEWAY | RTF_STATIC;
		ri.ri_gateway = gateway_address(v6, 1 + unit_random() % 7);
	}
	return (ri);
}

static uint32_t
gateway_of(const struct route_info *ri)
{
	return ((ri->ri_flags & RTF_GATEWAY) != 0 ? last_word(&ri->ri_gateway) :
	    0);
}

/* --- steps ------------------------------------------------------------------- */

static void
announced(int type, const struct __rtentry *rt)
{
	added += type == RTM_ADD;
	deleted += type == RTM_DELETE;
	changed += type == RTM_CHANGE;
	if (type != RTM_ADD && type != RTM_DELETE && type != RTM_CHANGE)
		wrong_announcement = true;
	if (references[rt->rt_info.ri_ifp - interfaces] <= 0)
		wrong_announcement = true;
}

static void
step_add(void)
{
	struct route_info ri = random_route();
	unsigned before = added;
	struct model *m = list;
	unsigned ifn = (unsigned)(ri.ri_ifp - interfaces);

	if (live == LIST)
		return;
	while (m->used)
		m++;
	bool there = model_find(&ri.ri_dst, ri.ri_plen, (int)ifn) != NULL;
	CHECK_EQ(route_add(&ri), there ? EEXIST : 0);
	CHECK_EQ(added, before + !there);
	if (there)
		return;
	*m = (struct model){ .used = true, .dst = ri.ri_dst,
		.plen = ri.ri_plen, .ifn = ifn, .gateway = gateway_of(&ri),
		.age = clock_ticks };
	live++;
}

/* One that is there, or any; exactly, or by its prefix alone. */
static struct route_info
some_route(void)
{
	struct route_info ri = random_route();
	struct model *m = &list[unit_random() % LIST];

	if (unit_random() % 4 != 0 && m->used) {
		ri.ri_dst = m->dst;
		ri.ri_plen = m->plen;
		ri.ri_ifp = &interfaces[m->ifn];
		ri.ri_flags = 0;
		if (m->gateway != 0 && unit_random() % 2) {
			ri.ri_flags = RTF_GATEWAY;
			ri.ri_gateway = gateway_address(IP_IS_V6(&m->dst),
			    m->gateway);
			if (IP_IS_V6(&m->dst)) {
				route_t rt = route_find(&m->dst, m->plen,
				    ri.ri_ifp);
				if (rt != NULL)
					ri.ri_gateway = rt->rt_info.ri_gateway;
			}
		}
	}
	return (ri);
}

static void
step_delete(void)
{
	struct route_info ri = some_route();
	unsigned before = deleted;
	struct model *m;

	if (unit_random() % 4 == 0 && (ri.ri_flags & RTF_GATEWAY) == 0)
		ri.ri_ifp = NULL;	/* the one that is taken */
	m = model_find(&ri.ri_dst, ri.ri_plen,
	    ri.ri_ifp == NULL ? -1 : (int)(ri.ri_ifp - interfaces));
	if (m != NULL && (ri.ri_flags & RTF_GATEWAY) != 0) {
		/* Gateways of six differ in their first words too. */
		route_t rt = route_find(&ri.ri_dst, ri.ri_plen, ri.ri_ifp);
		REQUIRE(rt != NULL);
		if (m->gateway == 0 || !ip_addr_cmp_zoneless(
		    &rt->rt_info.ri_gateway, &ri.ri_gateway))
			m = NULL;
	}
	CHECK_EQ(route_delete(&ri), m == NULL ? ESRCH : 0);
	CHECK_EQ(deleted, before + (m != NULL));
	if (m != NULL) {
		m->used = false;
		live--;
	}
}

/*
 * The route through the named interface is changed, else the one that is
 * taken, which then moves to that interface.
 */
static void
step_change(void)
{
	struct route_info ri = random_route();
	unsigned before = changed;
	struct model *m = &list[unit_random() % LIST];

	if (m->used && unit_random() % 8 != 0) {
		ri.ri_dst = m->dst;
		ri.ri_plen = m->plen;
		ri.ri_gateway = gateway_address(IP_IS_V6(&m->dst),
		    1 + unit_random() % 7);
	}
	if (unit_random() % 4 == 0) {	/* the MTU alone */
		ri.ri_flags = 0;
		ri.ri_ifp = NULL;
	}
	ri.ri_mtu = unit_random() % 3 == 0 ? 600 + unit_random() % 900 : 0;
	int ifn = ri.ri_ifp == NULL ? -1 : (int)(ri.ri_ifp - interfaces);
	m = model_find(&ri.ri_dst, ri.ri_plen, ifn);
	if (m == NULL)
		m = model_find(&ri.ri_dst, ri.ri_plen, -1);
	CHECK_EQ(route_change(&ri), m == NULL ? ESRCH : 0);
	CHECK_EQ(changed, before + (m != NULL));
	if (m == NULL)
		return;
	if (ifn >= 0) {
		m->ifn = (unsigned)ifn;
		m->gateway = gateway_of(&ri);
	}
	if (ri.ri_mtu != 0)
		m->mtu = ri.ri_mtu;
}

static void
step_purge(void)
{
	unsigned ifn = unit_random() % NIFS, before = deleted, gone = 0;
	int family = unit_random() % 3 == 0 ? 0 :
	    unit_random() % 2 ? AF_INET : AF_INET6;

	route_purge(&interfaces[ifn], family);
	for (struct model *m = list; m < list + LIST; m++) {
		if (!m->used || m->ifn != ifn || (family != 0 &&
		    (family == AF_INET6) != (bits(&m->dst) == 128)))
			continue;
		m->used = false;
		live--;
		gone++;
	}
	CHECK_EQ(deleted, before + gone);
}

static void
check_answer(const ip_addr_t *a, int ifn)
{
	route_t rt = route_lookup(a, ifn < 0 ? NULL : &interfaces[ifn], NULL);
	struct model *m = model_lookup(a, ifn);

	CHECK_EQ(rt != NULL, m != NULL);
	if (rt == NULL || m == NULL)
		return;
	CHECK_EQ(rt->rt_info.ri_plen, m->plen);
	CHECK_EQ(rt->rt_info.ri_ifp - interfaces, m->ifn);
	CHECK_EQ(gateway_of(&rt->rt_info), m->gateway);
	CHECK_EQ(rt->rt_info.ri_mtu, m->mtu);
	CHECK(within(a, &rt->rt_info.ri_dst, m->plen));
	CHECK_EQ((rt->rt_info.ri_flags & RTF_HOST) != 0, m->plen == bits(a));
	CHECK((rt->rt_info.ri_flags & RTF_UP) != 0);
}

static bool
count_references(route_t rt, void *arg)
{
	((int *)arg)[rt->rt_info.ri_ifp - interfaces]++;
	return (true);
}

/* Each route holds its interface once. */
static void
check_references(void)
{
	int held[NIFS] = { 0 };

	route_walk(count_references, held);
	for (unsigned i = 0; i < NIFS; i++)
		CHECK_EQ(held[i], references[i]);
	CHECK_EQ(route_count(), live);
}

UNIT_TEST(table_against_list)
{
	unsigned found = 0;

	route_changed = announced;
	for (unsigned i = 0; i < NIFS; i++) {
		interfaces[i].if_state = IFNET_ATTACHED;
		interfaces[i].if_flags = IFF_UP;
	}
	for (clock_ticks = 1; clock_ticks <= 60000; clock_ticks++) {
		switch (unit_random() % 16) {
		case 0: case 1: case 2: case 3: case 4: case 5: case 6:
			step_add();
			break;
		case 7: case 8: case 9: case 10:
			step_delete();
			break;
		case 11: case 12: case 13:
			step_change();
			break;
		case 14:
			if (unit_random() % 8 == 0)
				step_purge();
			break;
		default:
			interfaces[unit_random() % NIFS].if_flags ^= IFF_UP;
			interfaces[unit_random() % NIFS].if_metric =
			    unit_random() % 3;
			break;
		}
		for (unsigned i = 0; i < 4; i++) {
			ip_addr_t a = random_address(i & 1);
			check_answer(&a, unit_random() % 3 ? -1 :
			    (int)(unit_random() % NIFS));
			found += model_lookup(&a, -1) != NULL;
		}
		if (clock_ticks % 64 == 0)
			check_references();
	}
	unit_note("%u added, %u changed, %u deleted, %u of 240000 found\n",
	    added, changed, deleted, found);
	CHECK(!wrong_announcement);
	CHECK(added > 5000 && changed > 2000 && found > 50000);
	for (unsigned i = 0; i < NIFS; i++)
		route_purge(&interfaces[i], 0);
	live = 0;
	memset(list, 0, sizeof(list));
	check_references();
}

static struct route_info
route4(uint32_t dst, uint8_t plen, ifnet_t ifp, uint32_t gw)
{
	struct route_info ri;

	memset(&ri, 0, sizeof(ri));
	ip_addr_set_ip4_u32_val(ri.ri_dst, htonl(dst));
	ri.ri_plen = plen;
	ri.ri_ifp = ifp;
	if (gw != 0) {
		ri.ri_flags = RTF_GATEWAY;
		ip_addr_set_ip4_u32_val(ri.ri_gateway, htonl(gw));
	}
	return (ri);
}

static const struct route_info *
best4(uint32_t dst)
{
	ip_addr_t a;

	memset(&a, 0, sizeof(a));
	ip_addr_set_ip4_u32_val(a, htonl(dst));
	route_t rt = route_lookup(&a, NULL, NULL);
	return (rt == NULL ? NULL : &rt->rt_info);
}

/* Host, network and default route by hand; a gateway finds its interface. */
UNIT_TEST(longest_prefix_first)
{
	struct route_info net = route4(0x0a000000, 8, &interfaces[1], 0);
	struct route_info host = route4(0x0a000005, 32, NULL, 0x0a000009);
	struct route_info any = route4(0, 0, NULL, 0x0a000001);
	struct route_info far = route4(0x0b000000, 8, NULL, 0x0b000001);

	CHECK_EQ(route_add(&any), ENETUNREACH);	/* no network leads there */
	CHECK_EQ(route_add(&net), 0);
	CHECK_EQ(route_add(&any), 0);
	CHECK_EQ(route_add(&host), 0);
	CHECK_EQ(route_add(&far), ENETUNREACH);	/* by a gateway, to a gateway */
	REQUIRE(best4(0x0a000005) != NULL && best4(0x0a000006) != NULL &&
	    best4(0x7f000001) != NULL);
	CHECK_EQ(best4(0x0a000005)->ri_plen, 32);
	CHECK_EQ(best4(0x0a000006)->ri_plen, 8);
	CHECK_EQ(best4(0x0b000006)->ri_plen, 0);
	CHECK(best4(0x0b000006)->ri_ifp == &interfaces[1]);
	/* The network alone goes; host and default stay as they are. */
	CHECK_EQ(route_delete(&net), 0);
	CHECK_EQ(route_delete(&net), ESRCH);
	CHECK_EQ(best4(0x0a000005)->ri_plen, 32);
	CHECK_EQ(best4(0x0a000006)->ri_plen, 0);
	net.ri_plen = 33;
	CHECK_EQ(route_add(&net), EINVAL);
	route_purge(&interfaces[1], AF_INET6);
	CHECK_EQ(route_count(), 2);
	route_purge(&interfaces[1], AF_INET);
	CHECK_EQ(route_count(), 0);
	CHECK(best4(0x0a000005) == NULL);
	check_references();
}

/* A gateway is of its route's version, and an interface that goes takes none. */
UNIT_TEST(refused)
{
	struct route_info ri = route4(0x0a000000, 8, &interfaces[2], 0);

	ri.ri_flags = RTF_GATEWAY;
	IP_SET_TYPE_VAL(ri.ri_gateway, IPADDR_TYPE_V6);
	CHECK_EQ(route_add(&ri), EINVAL);
	ri.ri_flags = 0;
	CHECK_EQ(route_add(&ri), 0);
	ri.ri_flags = RTF_GATEWAY;
	CHECK_EQ(route_change(&ri), EINVAL);
	route_purge(&interfaces[2], 0);
	interfaces[2].if_state = IFNET_DETACHING;
	ri.ri_flags = 0;
	CHECK_EQ(route_add(&ri), ENXIO);
	interfaces[2].if_state = IFNET_ATTACHED;
	CHECK_EQ(route_count(), 0);
	check_references();
}

/* A network stays as long as an address in it does. */
UNIT_TEST(addresses_share_a_network)
{
	struct route_info fixed = route4(0x0b000000, 8, &interfaces[1], 0);
	ip_addr_t a = random_address(false), b = a, c = a, six;

	ip_addr_set_ip4_u32_val(a, htonl(0x0a000001));
	ip_addr_set_ip4_u32_val(b, htonl(0x0a000002));
	ip_addr_set_ip4_u32_val(c, htonl(0x0b000002));
	route_connect(&interfaces[1], &a, 24);
	route_connect(&interfaces[1], &b, 24);
	route_connect(&interfaces[2], &b, 24);
	CHECK_EQ(route_count(), 4);	/* two networks, two of ours */
	route_disconnect(&interfaces[1], &b, 24);
	REQUIRE(best4(0x0a000009) != NULL && best4(0x0a000002) != NULL);
	CHECK(best4(0x0a000009)->ri_ifp == &interfaces[1]);
	CHECK(best4(0x0a000002)->ri_ifp == &interfaces[0]);
	route_disconnect(&interfaces[2], &b, 24);
	CHECK_EQ(route_count(), 2);
	route_disconnect(&interfaces[1], &a, 24);
	CHECK_EQ(route_count(), 0);
	route_disconnect(&interfaces[1], &a, 24);
	/* One that somebody made is not the address's to take away. */
	CHECK_EQ(route_add(&fixed), 0);
	route_connect(&interfaces[1], &c, 8);
	route_disconnect(&interfaces[1], &c, 8);
	CHECK_EQ(route_count(), 1);
	CHECK_EQ(route_delete(&fixed), 0);
	/* A link-local address is no route to lo0. */
	six = random_address(true);
	ip_2_ip6(&six)->addr[0] = htonl(0xfe800000);
	route_connect(&interfaces[1], &six, 64);
	CHECK_EQ(route_count(), 1);
	route_disconnect(&interfaces[1], &six, 64);
	CHECK_EQ(route_count(), 0);
	check_references();
}
