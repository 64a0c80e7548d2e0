/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocating, attaching, finding and detaching interfaces.
 */
#include <kpitest.h>

#include "fake.h"

/* A link address of n bytes. */
static struct sockaddr_dl *
link_address(unsigned n)
{
	static struct sockaddr_dl sdl;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_alen = (u_char)n;
	sdl.sdl_data[0] = 0x02;
	sdl.sdl_data[5] = 0x77;
	return (&sdl);
}

KPI_TEST(ifnet_interface_family_find)
{
	ifnet_family_t a = 0, b = 0;

	KPI_EXPECT(ifnet_interface_family_find("org.unikext.kpi", &a) == 0);
	KPI_EXPECT(ifnet_interface_family_find("org.unikext.kpi", &b) == 0);
	KPI_EXPECT(a >= 1000 && a == b);
	KPI_EXPECT(ifnet_interface_family_find(NULL, &a) == EINVAL);
}

KPI_TEST(ifnet_allocate)
{
	struct ifnet_init_params p;
	ifnet_t ifp = NULL, other;

	fake_params(&p, "kpt", 0);
	p.family = 0;
	KPI_EXPECT(ifnet_allocate(&p, &ifp) == EINVAL);
	fake_params(&p, "sixteencharnames", 0);
	KPI_EXPECT(ifnet_allocate(&p, &ifp) == EINVAL);
	fake_params(&p, "kpt", 0);
	p.type = 0;
	KPI_EXPECT(ifnet_allocate(&p, &ifp) == EINVAL);
	p.type = 256;
	KPI_EXPECT(ifnet_allocate(&p, &ifp) == EINVAL);
	fake_params(&p, "kpt", 0);
	p.output = NULL;
	KPI_EXPECT(ifnet_allocate(&p, &ifp) == EINVAL);

	fake_params(&p, "kpt", 0);
	KPI_REQUIRE(ifnet_allocate(&p, &ifp) == 0);
	KPI_EXPECT(ifnet_allocate(&p, &other) == EBUSY);
	/* Not attached yet, so nobody finds it. */
	KPI_EXPECT(ifnet_find_by_name("kpt0", &other) == ENXIO);
	fake.ifp = ifp;
}

KPI_TEST(ifnet_set_addrlen)
{
	KPI_EXPECT(ifnet_set_addrlen(fake.ifp, 6) == 0);
	KPI_EXPECT(ifnet_set_addrlen(NULL, 6) == EINVAL);
}

KPI_TEST(ifnet_addrlen)
{
	KPI_EXPECT(ifnet_addrlen(fake.ifp) == 6);
}

KPI_TEST(ifnet_set_hdrlen)
{
	KPI_EXPECT(ifnet_set_hdrlen(fake.ifp, ETHER_HDR_LEN) == 0);
	KPI_EXPECT(ifnet_set_hdrlen(NULL, 14) == EINVAL);
}

KPI_TEST(ifnet_hdrlen)
{
	KPI_EXPECT(ifnet_hdrlen(fake.ifp) == 14);
}

KPI_TEST(ifnet_set_mtu)
{
	KPI_EXPECT(ifnet_set_mtu(fake.ifp, 1400) == 0);
	KPI_EXPECT(ifnet_set_mtu(NULL, 1400) == EINVAL);
}

KPI_TEST(ifnet_mtu)
{
	KPI_EXPECT(ifnet_mtu(fake.ifp) == 1400 && ifnet_mtu(NULL) == 0);
}

KPI_TEST(ifnet_attach)
{
	struct ifnet_init_params p;
	ifnet_t bare;

	KPI_EXPECT(ifnet_attach(NULL, NULL) == EINVAL);
	KPI_EXPECT(ifnet_attach(fake.ifp, link_address(5)) == EINVAL);
	KPI_EXPECT(ifnet_attach(fake.ifp, link_address(6)) == 0);
	KPI_EXPECT(ifnet_attach(fake.ifp, link_address(6)) == EEXIST);
	KPI_EXPECT(!(ifnet_flags(fake.ifp) & IFF_UP));
	fake_params(&p, "kpt", 5);
	p.add_proto = NULL;
	KPI_REQUIRE(ifnet_allocate(&p, &bare) == 0);
	KPI_EXPECT(ifnet_attach(bare, NULL) == ENODEV);
	ifnet_release(bare);
}

KPI_TEST(ifnet_reference)
{
	KPI_EXPECT(ifnet_reference(fake.ifp) == 0);
	KPI_EXPECT(ifnet_release(fake.ifp) == 0);
	KPI_EXPECT(ifnet_reference(NULL) == EINVAL);
}

KPI_TEST(ifnet_release)
{
	KPI_EXPECT(ifnet_release(NULL) == EINVAL);
}

KPI_TEST(ifnet_find_by_name)
{
	ifnet_t ifp = NULL;

	KPI_EXPECT(ifnet_find_by_name("kpt0", &ifp) == 0 && ifp == fake.ifp);
	ifnet_release(ifp);
	KPI_EXPECT(ifnet_find_by_name("kpt7", &ifp) == ENXIO && ifp == NULL);
	KPI_EXPECT(ifnet_find_by_name(NULL, &ifp) == EINVAL);
	KPI_EXPECT(ifnet_find_by_name("lo0", &ifp) == 0);
	KPI_EXPECT(ifnet_family(ifp) == IFNET_FAMILY_LOOPBACK);
	ifnet_release(ifp);
}

KPI_TEST(ifnet_list_get)
{
	u_int32_t n = 0, i, found = 0;
	ifnet_t *list;

	KPI_REQUIRE(ifnet_list_get(0, &list, &n) == 0);
	for (i = 0; i < n; i++)
		found += list[i] == fake.ifp;
	KPI_EXPECT(n >= 2 && found == 1 && list[n] == NULL);
	ifnet_list_free(list);
	KPI_REQUIRE(ifnet_list_get(fake_family(), &list, &n) == 0);
	KPI_EXPECT(n == 1 && list[0] == fake.ifp);
	ifnet_list_free(list);
	KPI_EXPECT(ifnet_list_get(IFNET_FAMILY_CELLULAR, &list, &n) == ENXIO);
}

KPI_TEST(ifnet_list_free)
{
	ifnet_t *list;
	u_int32_t n;
	int i;

	for (i = 0; i < 20; i++) {
		KPI_REQUIRE(ifnet_list_get(0, &list, &n) == 0);
		ifnet_list_free(list);
	}
}

KPI_TEST(ifnet_softc)
{
	KPI_EXPECT(ifnet_softc(fake.ifp) == &fake);
}

KPI_TEST(ifnet_name)
{
	KPI_EXPECT(strcmp(ifnet_name(fake.ifp), "kpt") == 0);
}

KPI_TEST(ifnet_family)
{
	KPI_EXPECT(ifnet_family(fake.ifp) == fake_family());
}

KPI_TEST(ifnet_unit)
{
	KPI_EXPECT(ifnet_unit(fake.ifp) == 0);
}

KPI_TEST(ifnet_index)
{
	KPI_EXPECT(ifnet_index(fake.ifp) > 0);
	KPI_EXPECT(ifnet_index(NULL) == 0xffffffffu);
}

KPI_TEST(ifnet_type)
{
	KPI_EXPECT(ifnet_type(fake.ifp) == IFT_ETHER);
}

KPI_TEST(ifnet_detach)
{
	struct ifnet_init_params p;
	ifnet_t a, b;
	u_int32_t index;

	fake_params(&p, "kpt", 1);
	KPI_REQUIRE(ifnet_allocate(&p, &a) == 0);
	ifnet_set_addrlen(a, 6);
	KPI_EXPECT(ifnet_detach(a) == EINVAL);
	KPI_REQUIRE(ifnet_attach(a, NULL) == 0);
	index = ifnet_index(a);
	/* A foreign reference does not delay the end. */
	ifnet_reference(a);
	KPI_EXPECT(fake_end(a) == 0);
	KPI_EXPECT(ifnet_detach(a) == EINVAL);
	KPI_EXPECT(ifnet_find_by_name("kpt1", &b) == ENXIO);
	ifnet_release(a);
	ifnet_release(a);
	/* The same identity gives the same structure and index again. */
	KPI_REQUIRE(ifnet_allocate(&p, &b) == 0);
	KPI_EXPECT(a == b);
	KPI_REQUIRE(ifnet_attach(b, NULL) == 0);
	KPI_EXPECT(ifnet_index(b) == index);
	KPI_EXPECT(fake_end(b) == 0);
	ifnet_release(b);
}

KPI_TEST(ifnet_detached_func)
{
	KPI_EXPECT(fake.detached == 2);
}
