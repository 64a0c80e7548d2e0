/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of interfaces, link-level and protocol, and groups: I17, I18. */
#include "fake.h"

static struct sockaddr_in
sin4(u_int32_t addr)
{
	struct sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(addr);
	return (sin);
}

static ifnet_t
lo0(void)
{
	ifnet_t lo = NULL;

	KPI_EXPECT(ifnet_find_by_name("lo0", &lo) == 0);
	return (lo);
}

/* 127.0.0.1, referenced. */
static ifaddr_t
local(void)
{
	struct sockaddr_in sin = sin4(0x7f000001);

	return (ifaddr_withaddr((struct sockaddr *)&sin));
}

KPI_TEST(ifnet_set_lladdr)
{
	static const u_int8_t mac[6] = { 2, 3, 4, 5, 6, 7 };
	u_int8_t buf[6];
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, mac, 5) == EINVAL);
	trace_clear();
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, mac, 6) == 0);
	KPI_EXPECT(trace_is("if-ev16"));
	KPI_EXPECT(ifnet_lladdr_copy_bytes(f.ifp, buf, 6) == 0 &&
	    memcmp(buf, mac, 6) == 0);
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, NULL, 0) == 0);
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, mac, 6) == 0);
	fake_down(&f);
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, mac, 6) == ENXIO);
}

KPI_TEST(ifnet_lladdr_copy_bytes)
{
	u_int8_t buf[6];
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(ifnet_lladdr_copy_bytes(f.ifp, NULL, 6) == EINVAL);
	memset(buf, 1, sizeof(buf));
	KPI_EXPECT(ifnet_lladdr_copy_bytes(f.ifp, buf, 5) == EMSGSIZE);
	KPI_EXPECT(buf[0] == 0 && buf[4] == 0 && buf[5] == 1);
	KPI_EXPECT(ifnet_lladdr_copy_bytes(f.ifp, buf, 6) == 0);
	KPI_EXPECT(buf[0] == 2 && buf[5] == 1);
	fake_down(&f);
}

KPI_TEST(ifnet_lladdr)
{
	static const u_int8_t other[6] = { 2, 9, 8, 7, 6, 5 };
	struct fake f;

	KPI_EXPECT(ifnet_lladdr(NULL) == NULL);
	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_REQUIRE(ifnet_lladdr(f.ifp) != NULL);
	KPI_EXPECT(((u_int8_t *)ifnet_lladdr(f.ifp))[5] == 1);
	KPI_EXPECT(ifnet_set_lladdr(f.ifp, other, 6) == 0);
	KPI_EXPECT(memcmp(ifnet_lladdr(f.ifp), other, 6) == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_set_fastlane_capable)
{
	boolean_t on = TRUE;
	struct fake f;

	KPI_EXPECT(ifnet_set_fastlane_capable(NULL, TRUE) == EINVAL);
	KPI_REQUIRE(fake_up(&f, 1) == 0);
	KPI_EXPECT(ifnet_get_fastlane_capable(f.ifp, &on) == 0 && !on);
	KPI_EXPECT(ifnet_set_fastlane_capable(f.ifp, TRUE) == 0);
	KPI_EXPECT(ifnet_get_fastlane_capable(f.ifp, &on) == 0 && on);
	fake_down(&f);
}

KPI_TEST(ifnet_get_fastlane_capable)
{
	boolean_t on;

	KPI_EXPECT(ifnet_get_fastlane_capable(NULL, &on) == EINVAL);
}

KPI_TEST(ifnet_llbroadcast_copy_bytes)
{
	u_int8_t buf[8];
	size_t len = 0;
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(ifnet_llbroadcast_copy_bytes(f.ifp, NULL, 6, &len) == EINVAL);
	KPI_EXPECT(ifnet_llbroadcast_copy_bytes(f.ifp, buf, 4, &len) ==
	    EMSGSIZE && len == 6);
	KPI_EXPECT(ifnet_llbroadcast_copy_bytes(f.ifp, buf, 8, &len) == 0 &&
	    len == 6 && buf[0] == 255 && buf[5] == 255);
	fake_down(&f);
}

KPI_TEST(LLADDR)
{
	struct sockaddr_dl sdl;

	sdl.sdl_nlen = 3;
	KPI_EXPECT(LLADDR(&sdl) == sdl.sdl_data + 3);
}

/* --- lists of interfaces and addresses ------------------------------------- */

KPI_TEST(ifnet_find_by_name)
{
	ifnet_t ifp = (ifnet_t)1;

	KPI_EXPECT(ifnet_find_by_name(NULL, &ifp) == EINVAL);
	KPI_EXPECT(ifnet_find_by_name("nope7", &ifp) == ENXIO && ifp == NULL);
	KPI_REQUIRE(ifnet_find_by_name("lo0", &ifp) == 0);
	KPI_EXPECT(ifnet_family(ifp) == IFNET_FAMILY_LOOPBACK);
	ifnet_release(ifp);
}

KPI_TEST(ifnet_list_get)
{
	u_int32_t n = 0, m = 0;
	ifnet_t *list;
	struct fake f;

	KPI_EXPECT(ifnet_list_get(0, NULL, &n) == EINVAL);
	KPI_EXPECT(ifnet_list_get(99999, &list, &n) == ENXIO);
	KPI_REQUIRE(ifnet_list_get(0, &list, &n) == 0);
	KPI_EXPECT(n >= 1 && list[n] == NULL);
	ifnet_list_free(list);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_list_get(FK_FAMILY, &list, &m) == 0);
	KPI_EXPECT(m == 1 && list[0] == f.ifp && list[1] == NULL);
	ifnet_list_free(list);
	fake_down(&f);
}

KPI_TEST(ifnet_list_free)
{
	u_int32_t n;
	ifnet_t *list;

	ifnet_list_free(NULL);
	KPI_REQUIRE(ifnet_list_get(0, &list, &n) == 0);
	ifnet_list_free(list);
}

KPI_TEST(ifnet_get_address_list)
{
	ifaddr_t *list;
	ifnet_t lo = lo0();
	int inet = 0, link = 0;

	KPI_EXPECT(ifnet_get_address_list(lo, NULL) == EINVAL);
	KPI_REQUIRE(ifnet_get_address_list(lo, &list) == 0);
	for (ifaddr_t *p = list; *p != NULL; p++) {
		inet += ifaddr_address_family(*p) == AF_INET;
		link += ifaddr_address_family(*p) == AF_LINK;
	}
	KPI_EXPECT(inet == 1 && link == 1);
	ifnet_free_address_list(list);
	KPI_REQUIRE(ifnet_get_address_list(NULL, &list) == 0);
	ifnet_free_address_list(list);
	ifnet_release(lo);
}

KPI_TEST(ifnet_get_address_list_family)
{
	ifaddr_t *list;
	ifnet_t lo = lo0();
	struct fake f;

	KPI_REQUIRE(ifnet_get_address_list_family(lo, &list, AF_INET) == 0);
	KPI_EXPECT(list[0] != NULL && list[1] == NULL);
	ifnet_free_address_list(list);
	KPI_EXPECT(ifnet_get_address_list_family(lo, &list, AF_APPLETALK) ==
	    ENXIO);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_get_address_list_family(f.ifp, &list, AF_INET) ==
	    ENXIO);
	fake_down(&f);
	ifnet_release(lo);
}

KPI_TEST(ifnet_free_address_list)
{
	ifaddr_t *list;

	ifnet_free_address_list(NULL);
	KPI_REQUIRE(ifnet_get_address_list(NULL, &list) == 0);
	ifnet_free_address_list(list);
}

KPI_TEST(ifaddr_reference)
{
	ifaddr_t ifa = local();

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_reference(NULL) == EINVAL);
	KPI_EXPECT(ifaddr_reference(ifa) == 0);
	KPI_EXPECT(ifaddr_release(ifa) == 0);
	KPI_EXPECT(ifaddr_release(ifa) == 0);
}

KPI_TEST(ifaddr_release)
{
	KPI_EXPECT(ifaddr_release(NULL) == EINVAL);
}

KPI_TEST(ifaddr_address)
{
	ifaddr_t ifa = local();
	struct sockaddr_in sin;

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_address(ifa, NULL, 16) == EINVAL);
	memset(&sin, 0, sizeof(sin));
	KPI_EXPECT(ifaddr_address(ifa, (struct sockaddr *)&sin, 4) == EMSGSIZE);
	KPI_EXPECT(sin.sin_len == 16 && sin.sin_addr.s_addr == 0);
	KPI_EXPECT(ifaddr_address(ifa, (struct sockaddr *)&sin, sizeof(sin)) ==
	    0);
	KPI_EXPECT(sin.sin_addr.s_addr == htonl(0x7f000001));
	ifaddr_release(ifa);
}

KPI_TEST(ifaddr_address_family)
{
	ifaddr_t ifa = local();

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_address_family(ifa) == AF_INET);
	KPI_EXPECT(ifaddr_address_family(NULL) == 0);
	ifaddr_release(ifa);
}

KPI_TEST(ifaddr_dstaddress)
{
	ifaddr_t ifa = local();
	struct sockaddr_in sin;

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_dstaddress(ifa, (struct sockaddr *)&sin,
	    sizeof(sin)) == ENOTSUP);
	KPI_EXPECT(ifaddr_dstaddress(NULL, (struct sockaddr *)&sin,
	    sizeof(sin)) == EINVAL);
	ifaddr_release(ifa);
}

KPI_TEST(ifaddr_netmask)
{
	ifaddr_t ifa = local();
	struct sockaddr_in sin;

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_netmask(ifa, (struct sockaddr *)&sin, sizeof(sin)) ==
	    0);
	KPI_EXPECT(sin.sin_addr.s_addr == htonl(0xff000000));
	ifaddr_release(ifa);
}

KPI_TEST(ifaddr_ifnet)
{
	ifaddr_t ifa = local();
	ifnet_t lo = lo0();

	KPI_REQUIRE(ifa != NULL);
	KPI_EXPECT(ifaddr_ifnet(ifa) == lo && ifaddr_ifnet(NULL) == NULL);
	ifaddr_release(ifa);
	ifnet_release(lo);
}

KPI_TEST(ifaddr_withaddr)
{
	struct sockaddr_in sin = sin4(0x7f000002);

	KPI_EXPECT(ifaddr_withaddr((struct sockaddr *)&sin) == NULL);
	KPI_EXPECT(ifaddr_withaddr(NULL) == NULL);
	ifaddr_t ifa = local();
	KPI_EXPECT(ifa != NULL);
	ifaddr_release(ifa);
}

KPI_TEST(ifaddr_withdstaddr)
{
	struct sockaddr_in sin = sin4(0x7f000001);

	KPI_EXPECT(ifaddr_withdstaddr((struct sockaddr *)&sin) == NULL);
}

KPI_TEST(ifaddr_withnet)
{
	struct sockaddr_in sin = sin4(0x7f000009);
	ifaddr_t ifa = ifaddr_withnet((struct sockaddr *)&sin);
	ifnet_t lo = lo0();

	KPI_EXPECT(ifa != NULL && ifaddr_ifnet(ifa) == lo);
	ifaddr_release(ifa);
	ifnet_release(lo);
}

KPI_TEST(ifaddr_withroute)
{
	struct sockaddr_in dst = sin4(0x01020304), gw = sin4(0x7f000001);
	ifaddr_t ifa = ifaddr_withroute(0, (struct sockaddr *)&dst,
	    (struct sockaddr *)&gw);

	KPI_EXPECT(ifa != NULL);
	if (ifa != NULL)
		ifaddr_release(ifa);
}

KPI_TEST(ifaddr_findbestforaddr)
{
	struct sockaddr_in sin = sin4(0x7f000009);
	ifnet_t lo = lo0();
	ifaddr_t ifa = ifaddr_findbestforaddr((struct sockaddr *)&sin, lo);

	KPI_EXPECT(ifa != NULL && ifaddr_address_family(ifa) == AF_INET);
	ifaddr_release(ifa);
	KPI_EXPECT(ifaddr_findbestforaddr((struct sockaddr *)&sin, NULL) == NULL);
	ifnet_release(lo);
}

/* --- groups ---------------------------------------------------------------- */

static const struct sockaddr_dl group = {
	.sdl_len = sizeof(struct sockaddr_dl), .sdl_family = AF_LINK,
	.sdl_alen = 6, .sdl_data = { 1, 0, 0x5e, 0, 0, 9 }
};
#define GROUP ((const struct sockaddr *)&group)

KPI_TEST(ifnet_add_multicast)
{
	struct sockaddr_in in = sin4(0xe0000001);
	ifmultiaddr_t m1 = NULL, m2 = NULL;
	struct sockaddr_dl unicast = group;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_add_multicast(f.ifp, (struct sockaddr *)&in, &m1) ==
	    EINVAL);
	ifnet_set_flags(f.ifp, 0, IFF_MULTICAST);
	KPI_EXPECT(ifnet_add_multicast(f.ifp, GROUP, &m1) == EADDRNOTAVAIL);
	ifnet_set_flags(f.ifp, IFF_MULTICAST, IFF_MULTICAST);
	KPI_EXPECT(ifnet_add_multicast(f.ifp, GROUP, &m1) == 0);
	KPI_EXPECT(f.nioctls == 1 && f.ioctls[0] == SIOCADDMULTI && f.ioctl_null);
	KPI_EXPECT(ifnet_add_multicast(f.ifp, GROUP, &m2) == 0 && m1 == m2);
	KPI_EXPECT(f.nioctls == 1);
	KPI_EXPECT(ifnet_remove_multicast(m1) == 0);
	KPI_EXPECT(ifnet_remove_multicast(m1) == 0);
	ifmaddr_release(m1);
	ifmaddr_release(m2);
	fake_down(&f);

	/* check_multi of Ethernet wants the group bit. */
	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	unicast.sdl_data[0] = 2;
	KPI_EXPECT(ifnet_add_multicast(f.ifp, (struct sockaddr *)&unicast,
	    NULL) == EADDRNOTAVAIL);
	fake_down(&f);
}

KPI_TEST(ifnet_remove_multicast)
{
	ifmultiaddr_t m;
	struct fake f;

	KPI_EXPECT(ifnet_remove_multicast(NULL) == EINVAL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(ifnet_remove_multicast(m) == 0);
	KPI_EXPECT(f.nioctls == 2 && f.ioctls[1] == SIOCDELMULTI);
	KPI_EXPECT(ifnet_remove_multicast(m) == ENOENT);
	ifmaddr_release(m);
	fake_down(&f);
}

KPI_TEST(ifnet_get_multicast_list)
{
	ifmultiaddr_t *list, m;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_get_multicast_list(f.ifp, NULL) == EINVAL);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_REQUIRE(ifnet_get_multicast_list(f.ifp, &list) == 0);
	/* The stack's own protocols may have joined something, too. */
	int found = 0;
	for (int i = 0; list[i] != NULL; i++)
		found += list[i] == m;
	KPI_EXPECT(found == 1);
	ifnet_free_multicast_list(list);
	ifnet_remove_multicast(m);
	ifmaddr_release(m);
	fake_down(&f);
}

KPI_TEST(ifnet_free_multicast_list)
{
	ifnet_free_multicast_list(NULL);
}

KPI_TEST(ifmaddr_reference)
{
	ifmultiaddr_t m;
	struct fake f;

	KPI_EXPECT(ifmaddr_reference(NULL) == EINVAL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(ifmaddr_reference(m) == 0);
	ifnet_remove_multicast(m);
	KPI_EXPECT(ifmaddr_release(m) == 0);
	KPI_EXPECT(ifmaddr_ifnet(m) == NULL);
	KPI_EXPECT(ifmaddr_release(m) == 0);
	fake_down(&f);
}

KPI_TEST(ifmaddr_release)
{
	KPI_EXPECT(ifmaddr_release(NULL) == EINVAL);
}

KPI_TEST(ifmaddr_address)
{
	struct sockaddr_dl sdl;
	ifmultiaddr_t m;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(ifmaddr_address(m, NULL, 20) == EINVAL);
	KPI_EXPECT(ifmaddr_address(m, (struct sockaddr *)&sdl, 4) == EMSGSIZE);
	KPI_EXPECT(ifmaddr_address(m, (struct sockaddr *)&sdl, sizeof(sdl)) ==
	    0);
	KPI_EXPECT(memcmp(LLADDR(&sdl), group.sdl_data, 6) == 0);
	ifnet_remove_multicast(m);
	ifmaddr_release(m);
	fake_down(&f);
}

KPI_TEST(ifmaddr_lladdress)
{
	struct sockaddr_dl sdl;
	ifmultiaddr_t m;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(ifmaddr_lladdress(m, NULL, 20) == EINVAL);
	/* A link-level membership has no other form. */
	KPI_EXPECT(ifmaddr_lladdress(m, (struct sockaddr *)&sdl, sizeof(sdl)) ==
	    ENOTSUP);
	ifnet_remove_multicast(m);
	ifmaddr_release(m);
	fake_down(&f);
}

KPI_TEST(ifmaddr_ifnet)
{
	ifmultiaddr_t m;
	struct fake f;

	KPI_EXPECT(ifmaddr_ifnet(NULL) == NULL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(ifmaddr_ifnet(m) == f.ifp);
	ifnet_remove_multicast(m);
	ifmaddr_release(m);
	fake_down(&f);
}

KPI_TEST(ifnet_resolve_multicast)
{
	struct sockaddr_in in = sin4(0xe0000001);
	struct sockaddr_dl ll;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_resolve_multicast(f.ifp, NULL, (struct sockaddr *)&ll,
	    sizeof(ll)) == EINVAL);
	KPI_EXPECT(ifnet_resolve_multicast(f.ifp, (struct sockaddr *)&in,
	    (struct sockaddr *)&ll, sizeof(ll)) == EOPNOTSUPP);
	fake_down(&f);
}

KPI_TEST(proto_media_resolve_multi)
{
	struct sockaddr sa = { 16, FK_PROTO, { 0 } };
	struct sockaddr_dl ll;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_resolve_multicast(f.ifp, &sa, (struct sockaddr *)&ll,
	    sizeof(ll)) == 0);
	KPI_EXPECT(trace_is("resolve check"));
	KPI_EXPECT(ll.sdl_alen == 6 && LLADDR(&ll)[0] == 0x11);
	fake_down(&f);
}

KPI_TEST(ifnet_check_multi)
{
	ifmultiaddr_t m;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_add_multicast(f.ifp, GROUP, &m) == 0);
	KPI_EXPECT(trace_is("check"));
	ifnet_remove_multicast(m);
	ifmaddr_release(m);
	fake_down(&f);
}
