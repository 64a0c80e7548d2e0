/* SPDX-License-Identifier: BSD-2-Clause */
/* Life of an interface and its plain properties: I8 - I11, I17, accessors. */
#include "fake.h"

KPI_TEST(ifnet_allocate_internal)
{
	ifnet_t ifp = NULL;

	KPI_EXPECT(ifnet_allocate_internal(NULL, &ifp) == EINVAL);
	KPI_EXPECT(ifp == NULL);
}

KPI_TEST(ifnet_allocate)
{
	struct ifnet_init_params init, bad;
	struct fake f, g;
	ifnet_t ifp = NULL;

	memset(&f, 0, sizeof(f));
	memset(&g, 0, sizeof(g));
	memset(&init, 0, sizeof(init));
	init.name = "fk";
	init.family = FK_FAMILY;
	init.type = IFT_OTHER;
	init.output = (ifnet_output_func)(void *)fake_packet;
	bad = init, bad.family = 0;
	KPI_EXPECT(ifnet_allocate(&bad, &ifp) == EINVAL);
	bad = init, bad.name = "sixteencharsname";
	KPI_EXPECT(ifnet_allocate(&bad, &ifp) == EINVAL);
	bad = init, bad.type = 0;
	KPI_EXPECT(ifnet_allocate(&bad, &ifp) == EINVAL);
	bad = init, bad.type = 256;
	KPI_EXPECT(ifnet_allocate(&bad, &ifp) == EINVAL);
	bad = init, bad.output = NULL;
	KPI_EXPECT(ifnet_allocate(&bad, &ifp) == EINVAL);

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(fake_allocate(&g, "fk", 0) == EBUSY);
	ifnet_t first = f.ifp;
	u_int32_t index = ifnet_index(f.ifp);
	fake_down(&f);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(f.ifp == first && ifnet_index(f.ifp) == index);
	fake_down(&f);
}

KPI_TEST(ifnet_attach)
{
	struct sockaddr_dl sdl;
	struct fake f;

	memset(&f, 0, sizeof(f));
	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_alen = 5;
	KPI_EXPECT(ifnet_attach(NULL, NULL) == EINVAL);
	KPI_REQUIRE(fake_allocate(&f, "fka", 0) == 0);
	ifnet_set_addrlen(f.ifp, 6);
	KPI_EXPECT(ifnet_attach(f.ifp, &sdl) == EINVAL);
	sdl.sdl_alen = 6;
	trace_clear();
	KPI_EXPECT(ifnet_attach(f.ifp, &sdl) == 0);
	KPI_EXPECT(trace_is("if-ev9"));
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_UP) == 0);
	KPI_EXPECT(ifnet_attach(f.ifp, &sdl) == EEXIST);
	fake_down(&f);
}

KPI_TEST_AS(ifnet_attach, without_add_proto)
{
	struct ifnet_init_params init;
	ifnet_t ifp;

	memset(&init, 0, sizeof(init));
	init.name = "fkn";
	init.family = FK_FAMILY;
	init.type = IFT_OTHER;
	init.output = (ifnet_output_func)(void *)fake_packet;
	KPI_REQUIRE(ifnet_allocate(&init, &ifp) == 0);
	KPI_EXPECT(ifnet_attach(ifp, NULL) == ENODEV);
	KPI_EXPECT(ifnet_release(ifp) == 0);
}

KPI_TEST(ifnet_detach)
{
	struct fake f;

	memset(&f, 0, sizeof(f));
	KPI_EXPECT(ifnet_detach(NULL) == EINVAL);
	KPI_REQUIRE(fake_allocate(&f, "fkd", 0) == 0);
	KPI_EXPECT(ifnet_detach(f.ifp) == EINVAL);
	KPI_REQUIRE(ifnet_attach(f.ifp, NULL) == 0);
	ifnet_reference(f.ifp);
	KPI_EXPECT(ifnet_detach(f.ifp) == 0);
	KPI_EXPECT(ifnet_detach(f.ifp) == EINVAL);
	KPI_EXPECT(becomes(&f.detached, 1));
	ifnet_release(f.ifp);
	ifnet_release(f.ifp);
	nap();
}

KPI_TEST(ifnet_detached_func)
{
	struct fake f;
	interface_filter_t a;
	ifnet_t found;

	KPI_REQUIRE(fake_up(&f, 1) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_detach(f.ifp) == 0);
	KPI_EXPECT(ifnet_find_by_name("fk1", &found) == ENXIO);
	/* Filters, protocols, then the interface's own callback. */
	KPI_EXPECT(trace_becomes("evA10 offA del77 gone77 detached"));
	ifnet_release(f.ifp);
	nap();
}

KPI_TEST(ifnet_reference)
{
	struct fake f;

	KPI_EXPECT(ifnet_reference(NULL) == EINVAL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_reference(f.ifp) == 0);
	KPI_EXPECT(ifnet_release(f.ifp) == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_release)
{
	struct fake f;

	memset(&f, 0, sizeof(f));
	KPI_EXPECT(ifnet_release(NULL) == EINVAL);
	/* Never attached: the name is free again at once. */
	KPI_REQUIRE(fake_allocate(&f, "fkr", 0) == 0);
	KPI_EXPECT(ifnet_release(f.ifp) == 0);
	KPI_REQUIRE(fake_allocate(&f, "fkr", 0) == 0);
	KPI_EXPECT(ifnet_release(f.ifp) == 0);
}

KPI_TEST(ifnet_interface_family_find)
{
	ifnet_family_t a = 0, b = 0, c = 0;

	KPI_EXPECT(ifnet_interface_family_find("org.unikext.fam", &a) == 0);
	KPI_EXPECT(ifnet_interface_family_find("org.unikext.fam", &b) == 0);
	KPI_EXPECT(ifnet_interface_family_find("org.unikext.fam2", &c) == 0);
	KPI_EXPECT(a >= 1000 && a == b && c != a);
	KPI_EXPECT(ifnet_interface_family_find(NULL, &a) == EINVAL);
}

/* Getters of one interface, one case each so that each is named. */
#define GETTER(fn, cond)						\
KPI_TEST(fn)								\
{									\
	struct fake f;							\
	KPI_REQUIRE(fake_up(&f, 5) == 0);				\
	KPI_EXPECT(cond);						\
	fake_down(&f);							\
}

GETTER(ifnet_softc, ifnet_softc(f.ifp) == &f && ifnet_softc(NULL) == NULL)
GETTER(ifnet_name, strcmp(ifnet_name(f.ifp), "fk") == 0)
GETTER(ifnet_family, ifnet_family(f.ifp) == FK_FAMILY)
GETTER(ifnet_unit, ifnet_unit(f.ifp) == 5)
GETTER(ifnet_index, ifnet_index(f.ifp) > 0 && ifnet_index(NULL) == 0xffffffff)
GETTER(ifnet_type, ifnet_type(f.ifp) == IFT_OTHER)
GETTER(ifnet_mtu, ifnet_mtu(f.ifp) == 1500 && ifnet_mtu(NULL) == 0)
GETTER(ifnet_hdrlen, ifnet_hdrlen(f.ifp) == FK_HDRLEN)
GETTER(ifnet_addrlen, ifnet_addrlen(f.ifp) == 0)
GETTER(ifnet_metric, ifnet_metric(f.ifp) == 0)
GETTER(ifnet_baudrate, ifnet_baudrate(f.ifp) == 0)
GETTER(ifnet_offload, ifnet_offload(f.ifp) == 0)
GETTER(ifnet_flags, (ifnet_flags(f.ifp) & IFF_MULTICAST) != 0)
GETTER(ifnet_capabilities_supported, ifnet_capabilities_supported(f.ifp) == 0)
GETTER(ifnet_capabilities_enabled, ifnet_capabilities_enabled(f.ifp) == 0)
GETTER(ifnet_get_wake_flags, ifnet_get_wake_flags(f.ifp) == 0)
GETTER(ifnet_get_link_mib_data_length,
    ifnet_get_link_mib_data_length(f.ifp) == 0)

/* Setters: the value comes back, NULL is refused. */
#define SETTER(fn, value, get)						\
KPI_TEST(fn)								\
{									\
	struct fake f;							\
	KPI_REQUIRE(fake_up(&f, 5) == 0);				\
	KPI_EXPECT(fn(NULL, value) == EINVAL);				\
	KPI_EXPECT(fn(f.ifp, value) == 0);				\
	KPI_EXPECT(get(f.ifp) == (value));				\
	fake_down(&f);							\
}

SETTER(ifnet_set_mtu, 900, ifnet_mtu)
SETTER(ifnet_set_hdrlen, 12, ifnet_hdrlen)
SETTER(ifnet_set_addrlen, 6, ifnet_addrlen)
SETTER(ifnet_set_metric, 3, ifnet_metric)
SETTER(ifnet_set_baudrate, 10000000000ull, ifnet_baudrate)

KPI_TEST(ifnet_set_flags)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_flags(NULL, 0, 0) == EINVAL);
	KPI_EXPECT(ifnet_set_flags(f.ifp, IFF_DEBUG | IFF_LINK0, IFF_DEBUG) == 0);
	KPI_EXPECT((ifnet_flags(f.ifp) & (IFF_DEBUG | IFF_LINK0)) == IFF_DEBUG);
	KPI_EXPECT(f.nioctls == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_set_offload)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_offload(NULL, 0) == EINVAL);
	KPI_EXPECT(ifnet_set_offload(f.ifp, IFNET_CSUM_TCP | IFNET_TSO_IPV4) ==
	    0);
	KPI_EXPECT(ifnet_offload(f.ifp) == (IFNET_CSUM_TCP | IFNET_TSO_IPV4));
	KPI_EXPECT(ifnet_capabilities_enabled(f.ifp) ==
	    (IFCAP_HWCSUM | IFCAP_TSO4));
	fake_down(&f);
}

KPI_TEST(ifnet_set_capabilities_supported)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_capabilities_supported(f.ifp, IFCAP_TSO4,
	    IFCAP_TSO4) == 0);
	KPI_EXPECT(ifnet_capabilities_supported(f.ifp) == IFCAP_TSO4);
	KPI_EXPECT(ifnet_set_capabilities_supported(f.ifp, 0x80000000,
	    0x80000000) == EINVAL);
	fake_down(&f);
}

KPI_TEST(ifnet_set_capabilities_enabled)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_capabilities_supported(f.ifp, IFCAP_TSO4,
	    IFCAP_TSO4) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_set_capabilities_enabled(f.ifp, IFCAP_TSO4,
	    IFCAP_TSO4) == 0);
	KPI_EXPECT(ifnet_set_capabilities_enabled(f.ifp, IFCAP_LRO,
	    IFCAP_LRO) == EINVAL);
	KPI_EXPECT(ifnet_capabilities_enabled(f.ifp) == IFCAP_TSO4);
	KPI_EXPECT(trace_is("if-ev19 if-ev19"));
	fake_down(&f);
}

KPI_TEST(ifnet_set_tso_mtu)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_INET, 9000) == EINVAL);
	ifnet_set_offload(f.ifp, IFNET_TSO_IPV4);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_INET, 100) == EINVAL);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_INET, 9000) == 0);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_INET6, 9000) == EINVAL);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_LINK, 9000) == EPROTONOSUPPORT);
	fake_down(&f);
}

KPI_TEST(ifnet_get_tso_mtu)
{
	u_int32_t mtu = 1;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_get_tso_mtu(f.ifp, AF_INET, &mtu) == EINVAL);
	ifnet_set_offload(f.ifp, IFNET_TSO_IPV4);
	KPI_EXPECT(ifnet_set_tso_mtu(f.ifp, AF_INET, 9000) == 0);
	KPI_EXPECT(ifnet_get_tso_mtu(f.ifp, AF_INET, &mtu) == 0 && mtu == 9000);
	KPI_EXPECT(ifnet_get_tso_mtu(f.ifp, AF_LINK, &mtu) == EPROTONOSUPPORT);
	fake_down(&f);
}

KPI_TEST(ifnet_set_wake_flags)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_set_wake_flags(f.ifp, IFNET_WAKE_ON_MAGIC_PACKET,
	    IFNET_WAKE_ON_MAGIC_PACKET) == 0);
	KPI_EXPECT(ifnet_get_wake_flags(f.ifp) == IFNET_WAKE_ON_MAGIC_PACKET);
	KPI_EXPECT(trace_is("if-ev17"));
	KPI_EXPECT(ifnet_set_wake_flags(f.ifp, 0x80, 0x80) == EINVAL);
	fake_down(&f);
}

KPI_TEST(ifnet_set_link_mib_data)
{
	static char mib[8] = "mibdata";
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_link_mib_data(NULL, mib, 8) == EINVAL);
	KPI_EXPECT(ifnet_set_link_mib_data(f.ifp, mib, 8) == 0);
	KPI_EXPECT(ifnet_get_link_mib_data_length(f.ifp) == 8);
	fake_down(&f);
}

KPI_TEST(ifnet_get_link_mib_data)
{
	static char mib[8] = "mibdata";
	u_int32_t len = 4;
	char buf[8] = "";
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_get_link_mib_data(f.ifp, buf, &len) == ENOTSUP);
	ifnet_set_link_mib_data(f.ifp, mib, 8);
	KPI_EXPECT(ifnet_get_link_mib_data(f.ifp, buf, &len) == EMSGSIZE);
	len = 8;
	KPI_EXPECT(ifnet_get_link_mib_data(f.ifp, buf, &len) == 0);
	KPI_EXPECT(strcmp(buf, "mibdata") == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_touch_lastchange)
{
	struct timeval tv = { 0, 0 };
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_touch_lastchange(NULL) == EINVAL);
	KPI_EXPECT(ifnet_touch_lastchange(f.ifp) == 0);
	KPI_EXPECT(ifnet_lastchange(f.ifp, &tv) == 0 && tv.tv_sec > 0);
	fake_down(&f);
}

KPI_TEST(ifnet_lastchange)
{
	struct timeval tv;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_lastchange(f.ifp, NULL) == EINVAL);
	KPI_EXPECT(ifnet_lastchange(f.ifp, &tv) == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_stat_increment)
{
	struct ifnet_stat_increment_param p = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct ifnet_stats_param st;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_stat_increment(f.ifp, NULL) == EINVAL);
	KPI_EXPECT(ifnet_stat_increment(f.ifp, &p) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, &st) == 0);
	KPI_EXPECT(st.packets_in == 1 && st.bytes_in == 2 && st.errors_in == 3 &&
	    st.packets_out == 4 && st.bytes_out == 5 && st.errors_out == 6 &&
	    st.collisions == 7 && st.dropped == 8);
	fake_down(&f);
}

KPI_TEST(ifnet_stat_increment_in)
{
	struct ifnet_stats_param st;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_stat_increment_in(f.ifp, 1, 2, 3) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, &st) == 0 && st.packets_in == 1 &&
	    st.bytes_in == 2 && st.errors_in == 3);
	fake_down(&f);
}

KPI_TEST(ifnet_stat_increment_out)
{
	struct ifnet_stats_param st;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_stat_increment_out(f.ifp, 1, 2, 3) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, &st) == 0 && st.packets_out == 1 &&
	    st.bytes_out == 2 && st.errors_out == 3);
	fake_down(&f);
}

KPI_TEST(ifnet_set_stat)
{
	struct ifnet_stats_param st, got;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	memset(&st, 0, sizeof(st));
	st.packets_in = 1ull << 40;
	st.no_protocol = 9;
	KPI_EXPECT(ifnet_set_stat(f.ifp, &st) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, &got) == 0 &&
	    got.packets_in == 1ull << 40 && got.no_protocol == 9);
	fake_down(&f);
}

KPI_TEST(ifnet_stat)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, NULL) == EINVAL);
	fake_down(&f);
}

KPI_TEST(ifnet_set_promiscuous)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_set_promiscuous(NULL, 1) == EINVAL);
	KPI_EXPECT(ifnet_set_promiscuous(f.ifp, 1) == 0 && f.nioctls == 0);
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_PROMISC) != 0);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	f.nioctls = 0;
	KPI_EXPECT(ifnet_set_promiscuous(f.ifp, 1) == 0);
	KPI_EXPECT(ifnet_set_promiscuous(f.ifp, 0) == 0 && f.nioctls == 0);
	KPI_EXPECT(ifnet_set_promiscuous(f.ifp, 0) == 0 && f.nioctls == 1);
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_PROMISC) == 0);
	f.ioctl_result = EIO;
	KPI_EXPECT(ifnet_set_promiscuous(f.ifp, 1) == EIO);
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_PROMISC) == 0);
	f.ioctl_result = 0;
	fake_down(&f);
}
