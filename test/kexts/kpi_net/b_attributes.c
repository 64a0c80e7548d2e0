/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is set on an interface and read back: flags, capabilities, counters,
 * addresses, multicast groups.
 */
#include <kpitest.h>

#include "fake.h"

KPI_TEST(ifnet_set_flags)
{
	KPI_EXPECT(ifnet_set_flags(fake.ifp, IFF_BROADCAST | IFF_MULTICAST |
	    IFF_SIMPLEX, 0xffff & ~IFF_UP) == 0);
	KPI_EXPECT(ifnet_set_flags(fake.ifp, IFF_RUNNING, IFF_RUNNING |
	    IFF_SIMPLEX) == 0);
	KPI_EXPECT(ifnet_flags(fake.ifp) == (IFF_BROADCAST | IFF_MULTICAST |
	    IFF_RUNNING));
	KPI_EXPECT(ifnet_set_flags(NULL, 0, 0) == EINVAL);
}

KPI_TEST(ifnet_flags)
{
	KPI_EXPECT(ifnet_flags(fake.ifp) & IFF_RUNNING);
}

KPI_TEST(ifnet_set_capabilities_supported)
{
	KPI_EXPECT(ifnet_set_capabilities_supported(fake.ifp, IFCAP_TXCSUM |
	    IFCAP_VLAN_MTU, 0xffff & (IFCAP_TXCSUM | IFCAP_VLAN_MTU)) == 0);
	KPI_EXPECT(ifnet_set_capabilities_supported(fake.ifp, 0x40000000,
	    0x40000000) == EINVAL);
}

KPI_TEST(ifnet_capabilities_supported)
{
	KPI_EXPECT(ifnet_capabilities_supported(fake.ifp) ==
	    (IFCAP_TXCSUM | IFCAP_VLAN_MTU));
}

KPI_TEST(ifnet_set_capabilities_enabled)
{
	KPI_EXPECT(ifnet_set_capabilities_enabled(fake.ifp, IFCAP_TXCSUM,
	    IFCAP_TXCSUM) == 0);
	KPI_EXPECT(ifnet_set_capabilities_enabled(fake.ifp, IFCAP_LRO,
	    IFCAP_LRO) == EINVAL);
}

KPI_TEST(ifnet_capabilities_enabled)
{
	KPI_EXPECT(ifnet_capabilities_enabled(fake.ifp) == IFCAP_TXCSUM);
	ifnet_set_capabilities_enabled(fake.ifp, 0, IFCAP_TXCSUM);
	KPI_EXPECT(ifnet_capabilities_enabled(fake.ifp) == 0);
}

KPI_TEST(ifnet_set_offload)
{
	KPI_EXPECT(ifnet_set_offload(fake.ifp, IFNET_CSUM_TCP |
	    IFNET_VLAN_MTU) == 0);
	KPI_EXPECT(ifnet_offload(fake.ifp) == (IFNET_CSUM_TCP |
	    IFNET_VLAN_MTU));
	KPI_EXPECT(ifnet_set_offload(NULL, 0) == EINVAL);
}

KPI_TEST(ifnet_offload)
{
	ifnet_set_offload(fake.ifp, 0);
	KPI_EXPECT(ifnet_offload(fake.ifp) == 0);
}

KPI_TEST(ifnet_set_tso_mtu)
{
	KPI_EXPECT(ifnet_set_tso_mtu(fake.ifp, AF_INET, 60000) == EINVAL);
	ifnet_set_offload(fake.ifp, IFNET_TSO_IPV4);
	KPI_EXPECT(ifnet_set_tso_mtu(fake.ifp, AF_INET, 60000) == 0);
	KPI_EXPECT(ifnet_set_tso_mtu(fake.ifp, AF_INET, 100) == EINVAL);
	KPI_EXPECT(ifnet_set_tso_mtu(fake.ifp, AF_APPLETALK, 60000) ==
	    EPROTONOSUPPORT);
}

KPI_TEST(ifnet_get_tso_mtu)
{
	u_int32_t mtu = 0;

	KPI_EXPECT(ifnet_get_tso_mtu(fake.ifp, AF_INET, &mtu) == 0);
	KPI_EXPECT(mtu == 60000);
	KPI_EXPECT(ifnet_get_tso_mtu(fake.ifp, AF_INET6, &mtu) == EINVAL);
	ifnet_set_offload(fake.ifp, 0);
}

KPI_TEST(ifnet_set_wake_flags)
{
	KPI_EXPECT(ifnet_set_wake_flags(fake.ifp, IFNET_WAKE_ON_MAGIC_PACKET,
	    IFNET_WAKE_ON_MAGIC_PACKET) == 0);
	KPI_EXPECT(ifnet_set_wake_flags(fake.ifp, 0x80, 0x80) == EINVAL);
}

KPI_TEST(ifnet_get_wake_flags)
{
	KPI_EXPECT(ifnet_get_wake_flags(fake.ifp) ==
	    IFNET_WAKE_ON_MAGIC_PACKET);
}

static char mib[10] = "mib data";

KPI_TEST(ifnet_set_link_mib_data)
{
	KPI_EXPECT(ifnet_set_link_mib_data(NULL, mib, 10) == EINVAL);
	KPI_EXPECT(ifnet_get_link_mib_data_length(fake.ifp) == 0);
	KPI_EXPECT(ifnet_set_link_mib_data(fake.ifp, mib, 10) == 0);
}

KPI_TEST(ifnet_get_link_mib_data)
{
	char buf[16];
	u_int32_t len = 4;

	KPI_EXPECT(ifnet_get_link_mib_data(fake.ifp, buf, &len) == EMSGSIZE);
	len = sizeof(buf);
	KPI_EXPECT(ifnet_get_link_mib_data(fake.ifp, buf, &len) == 0);
	KPI_EXPECT(len == 10 && strcmp(buf, "mib data") == 0);
}

KPI_TEST(ifnet_get_link_mib_data_length)
{
	KPI_EXPECT(ifnet_get_link_mib_data_length(fake.ifp) == 10);
}

KPI_TEST(ifnet_set_metric)
{
	KPI_EXPECT(ifnet_set_metric(fake.ifp, 3) == 0);
	KPI_EXPECT(ifnet_set_metric(NULL, 3) == EINVAL);
}

KPI_TEST(ifnet_metric)
{
	KPI_EXPECT(ifnet_metric(fake.ifp) == 3);
}

KPI_TEST(ifnet_set_baudrate)
{
	KPI_EXPECT(ifnet_set_baudrate(fake.ifp, 10000000000ull) == 0);
}

KPI_TEST(ifnet_baudrate)
{
	ifnet_set_baudrate(fake.ifp, 100000000);
	KPI_EXPECT(ifnet_baudrate(fake.ifp) == 100000000);
}

/* --- counters ----------------------------------------------------------------- */

KPI_TEST(ifnet_set_stat)
{
	struct ifnet_stats_param s;

	memset(&s, 0, sizeof(s));
	s.packets_in = 5;
	s.bytes_out = 1ull << 40;
	KPI_EXPECT(ifnet_set_stat(fake.ifp, &s) == 0);
	KPI_EXPECT(ifnet_set_stat(NULL, &s) == EINVAL);
}

KPI_TEST(ifnet_stat)
{
	struct ifnet_stats_param s;

	KPI_EXPECT(ifnet_stat(fake.ifp, &s) == 0);
	KPI_EXPECT(s.packets_in == 5 && s.bytes_out == 1ull << 40);
	KPI_EXPECT(s.packets_out == 0);
}

KPI_TEST(ifnet_stat_increment)
{
	struct ifnet_stat_increment_param i = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct ifnet_stats_param s;

	KPI_EXPECT(ifnet_stat_increment(fake.ifp, &i) == 0);
	ifnet_stat(fake.ifp, &s);
	KPI_EXPECT(s.packets_in == 6 && s.bytes_in == 2 && s.errors_in == 3);
	KPI_EXPECT(s.packets_out == 4 && s.errors_out == 6);
	KPI_EXPECT(s.collisions == 7 && s.dropped == 8);
	KPI_EXPECT(ifnet_stat_increment(NULL, &i) == EINVAL);
}

KPI_TEST(ifnet_stat_increment_in)
{
	struct ifnet_stats_param a, b;

	ifnet_stat(fake.ifp, &a);
	KPI_EXPECT(ifnet_stat_increment_in(fake.ifp, 1, 60, 2) == 0);
	ifnet_stat(fake.ifp, &b);
	KPI_EXPECT(b.packets_in == a.packets_in + 1);
	KPI_EXPECT(b.bytes_in == a.bytes_in + 60);
	KPI_EXPECT(b.errors_in == a.errors_in + 2);
}

KPI_TEST(ifnet_stat_increment_out)
{
	struct ifnet_stats_param a, b;

	ifnet_stat(fake.ifp, &a);
	KPI_EXPECT(ifnet_stat_increment_out(fake.ifp, 3, 180, 1) == 0);
	ifnet_stat(fake.ifp, &b);
	KPI_EXPECT(b.packets_out == a.packets_out + 3);
	KPI_EXPECT(b.bytes_out == a.bytes_out + 180);
}

KPI_TEST(ifnet_touch_lastchange)
{
	struct timeval now, last;

	KPI_EXPECT(ifnet_touch_lastchange(fake.ifp) == 0);
	microtime(&now);
	KPI_EXPECT(ifnet_lastchange(fake.ifp, &last) == 0);
	KPI_EXPECT(now.tv_sec - last.tv_sec <= 1);
	KPI_EXPECT(now.tv_sec >= last.tv_sec);
}

KPI_TEST(ifnet_lastchange)
{
	struct timeval last;

	KPI_EXPECT(ifnet_lastchange(NULL, &last) == EINVAL);
}

/* --- link addresses -------------------------------------------------------------- */

KPI_TEST(ifnet_lladdr_copy_bytes)
{
	unsigned char b[6] = { 9, 9, 9, 9, 9, 9 };

	KPI_EXPECT(ifnet_lladdr_copy_bytes(fake.ifp, b, 6) == 0);
	KPI_EXPECT(b[0] == 0x02 && b[5] == 0x77);
	KPI_EXPECT(ifnet_lladdr_copy_bytes(fake.ifp, b, 5) == EMSGSIZE);
	KPI_EXPECT(b[0] == 0);
	KPI_EXPECT(ifnet_lladdr_copy_bytes(NULL, b, 6) == EINVAL);
}

KPI_TEST(ifnet_set_lladdr)
{
	static const unsigned char a[6] = { 0x02, 1, 2, 3, 4, 5 };
	static const unsigned char old[6] = { 0x02, 0, 0, 0, 0, 0x77 };
	unsigned char b[6];

	KPI_EXPECT(ifnet_set_lladdr(fake.ifp, a, 5) == EINVAL);
	KPI_EXPECT(ifnet_set_lladdr(fake.ifp, a, 6) == 0);
	KPI_EXPECT(ifnet_lladdr_copy_bytes(fake.ifp, b, 6) == 0);
	KPI_EXPECT(memcmp(a, b, 6) == 0);
	KPI_EXPECT(ifnet_set_lladdr(fake.ifp, NULL, 0) == 0);
	KPI_EXPECT(ifnet_set_lladdr(fake.ifp, old, 6) == 0);
}

KPI_TEST(ifnet_llbroadcast_copy_bytes)
{
	unsigned char b[6] = "";
	size_t len = 0;

	KPI_EXPECT(ifnet_llbroadcast_copy_bytes(fake.ifp, b, 6, &len) == 0);
	KPI_EXPECT(len == 6 && b[0] == 0xff && b[5] == 0xff);
	KPI_EXPECT(ifnet_llbroadcast_copy_bytes(fake.ifp, b, 5, &len) ==
	    EMSGSIZE && len == 6);
}

KPI_TEST(ifnet_set_promiscuous)
{
	KPI_EXPECT(ifnet_set_promiscuous(fake.ifp, 1) == 0);
	KPI_EXPECT(ifnet_set_promiscuous(fake.ifp, 1) == 0);
	KPI_EXPECT(ifnet_flags(fake.ifp) & IFF_PROMISC);
	KPI_EXPECT(ifnet_set_promiscuous(fake.ifp, 0) == 0);
	KPI_EXPECT(ifnet_flags(fake.ifp) & IFF_PROMISC);
	KPI_EXPECT(ifnet_set_promiscuous(fake.ifp, 0) == 0);
	KPI_EXPECT(!(ifnet_flags(fake.ifp) & IFF_PROMISC));
}

/* --- multicast groups -------------------------------------------------------------- */

static struct sockaddr_dl *
group(unsigned char last)
{
	static struct sockaddr_dl sdl;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_alen = 6;
	sdl.sdl_data[0] = 0x01;
	sdl.sdl_data[5] = (char)last;
	return (&sdl);
}

static ifmultiaddr_t membership;

KPI_TEST(ifnet_check_multi)
{
	struct sockaddr_dl *sdl = group(1);

	KPI_EXPECT(ether_check_multi(fake.ifp, (struct sockaddr *)sdl) == 0);
	sdl->sdl_data[0] = 0x02;
	KPI_EXPECT(ether_check_multi(fake.ifp, (struct sockaddr *)sdl) ==
	    EADDRNOTAVAIL);
}

KPI_TEST(ether_check_multi)
{
	struct sockaddr sa = { 16, AF_APPLETALK, "" };

	KPI_EXPECT(ether_check_multi(fake.ifp, &sa) == EAFNOSUPPORT);
}

KPI_TEST(ifnet_add_multicast)
{
	struct sockaddr_in sin;
	int checks = fake.multi_checks;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	KPI_EXPECT(ifnet_add_multicast(fake.ifp, (struct sockaddr *)&sin,
	    NULL) == EINVAL);
	ifnet_set_flags(fake.ifp, 0, IFF_MULTICAST);
	KPI_EXPECT(ifnet_add_multicast(fake.ifp, (struct sockaddr *)group(1),
	    NULL) == EADDRNOTAVAIL);
	ifnet_set_flags(fake.ifp, IFF_MULTICAST, IFF_MULTICAST);
	KPI_REQUIRE(ifnet_add_multicast(fake.ifp, (struct sockaddr *)group(1),
	    &membership) == 0);
	KPI_EXPECT(fake.multi_checks > checks);
	KPI_EXPECT(fake.last_ioctl == SIOCADDMULTI);
	KPI_EXPECT(fake.last_ioctl_data == NULL);
}

KPI_TEST(ifnet_get_multicast_list)
{
	ifmultiaddr_t *list;
	int i, found = 0;

	KPI_REQUIRE(ifnet_get_multicast_list(fake.ifp, &list) == 0);
	for (i = 0; list[i] != NULL; i++)
		found += list[i] == membership;
	KPI_EXPECT(found == 1);
	ifnet_free_multicast_list(list);
}

KPI_TEST(ifnet_free_multicast_list)
{
	ifmultiaddr_t *list;
	int i;

	for (i = 0; i < 20; i++) {
		KPI_REQUIRE(ifnet_get_multicast_list(fake.ifp, &list) == 0);
		ifnet_free_multicast_list(list);
	}
}

KPI_TEST(ifmaddr_reference)
{
	KPI_EXPECT(ifmaddr_reference(membership) == 0);
	KPI_EXPECT(ifmaddr_release(membership) == 0);
	KPI_EXPECT(ifmaddr_reference(NULL) == EINVAL);
}

KPI_TEST(ifmaddr_address)
{
	struct sockaddr_dl sdl;

	KPI_EXPECT(ifmaddr_address(membership, (struct sockaddr *)&sdl,
	    sizeof(sdl)) == 0);
	KPI_EXPECT(sdl.sdl_family == AF_LINK);
	KPI_EXPECT((unsigned char)LLADDR(&sdl)[0] == 0x01);
	KPI_EXPECT(ifmaddr_address(membership, (struct sockaddr *)&sdl, 4) ==
	    EMSGSIZE);
}

KPI_TEST(ifmaddr_lladdress)
{
	struct sockaddr_dl sdl;
	errno_t error;

	/* A link-layer group has no other form. */
	error = ifmaddr_lladdress(membership, (struct sockaddr *)&sdl,
	    sizeof(sdl));
	KPI_EXPECT(error == ENOTSUP);
	KPI_EXPECT(ifmaddr_lladdress(NULL, (struct sockaddr *)&sdl,
	    sizeof(sdl)) == EINVAL);
}

KPI_TEST(ifmaddr_ifnet)
{
	KPI_EXPECT(ifmaddr_ifnet(membership) == fake.ifp);
	KPI_EXPECT(ifmaddr_ifnet(NULL) == NULL);
}

KPI_TEST(ifnet_remove_multicast)
{
	KPI_EXPECT(ifnet_remove_multicast(membership) == 0);
	KPI_EXPECT(fake.last_ioctl == SIOCDELMULTI);
	KPI_EXPECT(ifnet_remove_multicast(membership) == ENOENT);
	KPI_EXPECT(ifnet_remove_multicast(NULL) == EINVAL);
}

KPI_TEST(ifmaddr_release)
{
	KPI_EXPECT(ifmaddr_release(membership) == 0);
	KPI_EXPECT(ifmaddr_release(NULL) == EINVAL);
}
