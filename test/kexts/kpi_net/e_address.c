/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol addresses, seen on the loopback interface.
 */
#include <kpitest.h>

#include "fake.h"

static ifnet_t lo;
static ifaddr_t loopback;		/* 127.0.0.1, referenced */

static struct sockaddr_in *
inet(u_int32_t host)
{
	static struct sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(host);
	return (&sin);
}

KPI_TEST(ifnet_get_address_list)
{
	struct sockaddr_in sin;
	ifaddr_t *list;
	int i;

	KPI_REQUIRE(ifnet_find_by_name("lo0", &lo) == 0);
	KPI_REQUIRE(ifnet_get_address_list(lo, &list) == 0);
	for (i = 0; list[i] != NULL; i++) {
		if (ifaddr_address_family(list[i]) != AF_INET ||
		    ifaddr_address(list[i], (struct sockaddr *)&sin,
		    sizeof(sin)) != 0)
			continue;
		if (sin.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
			loopback = list[i];
			ifaddr_reference(loopback);
		}
	}
	KPI_EXPECT(i > 0 && loopback != NULL);
	ifnet_free_address_list(list);
}

KPI_TEST(ifnet_get_address_list_family)
{
	ifaddr_t *list;
	int i;

	KPI_REQUIRE(ifnet_get_address_list_family(lo, &list, AF_INET) == 0);
	for (i = 0; list[i] != NULL; i++)
		KPI_EXPECT(ifaddr_address_family(list[i]) == AF_INET);
	KPI_EXPECT(i >= 1);
	ifnet_free_address_list(list);
	KPI_EXPECT(ifnet_get_address_list_family(lo, &list, AF_APPLETALK) ==
	    ENXIO);
}

KPI_TEST(ifnet_free_address_list)
{
	ifaddr_t *list;
	int i;

	for (i = 0; i < 20; i++) {
		KPI_REQUIRE(ifnet_get_address_list(NULL, &list) == 0);
		ifnet_free_address_list(list);
	}
}

KPI_TEST(ifaddr_reference)
{
	KPI_REQUIRE(loopback != NULL);
	KPI_EXPECT(ifaddr_reference(loopback) == 0);
	KPI_EXPECT(ifaddr_release(loopback) == 0);
	KPI_EXPECT(ifaddr_reference(NULL) == EINVAL);
}

KPI_TEST(ifaddr_address)
{
	struct sockaddr_in sin;

	KPI_REQUIRE(loopback != NULL);
	KPI_EXPECT(ifaddr_address(loopback, (struct sockaddr *)&sin,
	    sizeof(sin)) == 0);
	KPI_EXPECT(sin.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	KPI_EXPECT(ifaddr_address(loopback, (struct sockaddr *)&sin, 4) ==
	    EMSGSIZE);
	KPI_EXPECT(ifaddr_address(NULL, (struct sockaddr *)&sin, 16) ==
	    EINVAL);
}

KPI_TEST(ifaddr_address_family)
{
	KPI_REQUIRE(loopback != NULL);
	KPI_EXPECT(ifaddr_address_family(loopback) == AF_INET);
	KPI_EXPECT(ifaddr_address_family(NULL) == 0);
}

KPI_TEST(ifaddr_dstaddress)
{
	struct sockaddr_in sin;
	errno_t error;

	KPI_REQUIRE(loopback != NULL);
	error = ifaddr_dstaddress(loopback, (struct sockaddr *)&sin,
	    sizeof(sin));
	KPI_EXPECT(error == 0 || error == ENOTSUP);
	KPI_EXPECT(ifaddr_dstaddress(NULL, (struct sockaddr *)&sin, 16) ==
	    EINVAL);
}

KPI_TEST(ifaddr_netmask)
{
	struct sockaddr_in sin;

	KPI_REQUIRE(loopback != NULL);
	KPI_EXPECT(ifaddr_netmask(loopback, (struct sockaddr *)&sin,
	    sizeof(sin)) == 0);
	KPI_EXPECT(sin.sin_addr.s_addr == htonl(0xff000000));
}

KPI_TEST(ifaddr_ifnet)
{
	KPI_REQUIRE(loopback != NULL);
	KPI_EXPECT(ifaddr_ifnet(loopback) == lo);
	KPI_EXPECT(ifaddr_ifnet(NULL) == NULL);
}

KPI_TEST(ifaddr_withaddr)
{
	ifaddr_t a = ifaddr_withaddr((struct sockaddr *)
	    inet(INADDR_LOOPBACK));

	KPI_EXPECT(a != NULL && a == loopback);
	if (a != NULL)
		ifaddr_release(a);
	KPI_EXPECT(ifaddr_withaddr((struct sockaddr *)inet(0x01020304)) ==
	    NULL);
}

KPI_TEST(ifaddr_withdstaddr)
{
	KPI_EXPECT(ifaddr_withdstaddr((struct sockaddr *)inet(0x01020304)) ==
	    NULL);
}

KPI_TEST(ifaddr_withnet)
{
	ifaddr_t a = ifaddr_withnet((struct sockaddr *)inet(0x7f000055));

	KPI_EXPECT(a != NULL && a == loopback);
	if (a != NULL)
		ifaddr_release(a);
}

KPI_TEST(ifaddr_withroute)
{
	ifaddr_t a = ifaddr_withroute(0, (struct sockaddr *)
	    inet(INADDR_LOOPBACK), (struct sockaddr *)inet(INADDR_LOOPBACK));

	KPI_EXPECT(a != NULL);
	if (a != NULL)
		ifaddr_release(a);
}

KPI_TEST(ifaddr_findbestforaddr)
{
	ifaddr_t a = ifaddr_findbestforaddr((struct sockaddr *)
	    inet(0x7f000005), lo);

	KPI_EXPECT(a != NULL && a == loopback);
	if (a != NULL)
		ifaddr_release(a);
}

KPI_TEST(ifaddr_release)
{
	KPI_EXPECT(ifaddr_release(NULL) == EINVAL);
	if (loopback != NULL)
		KPI_EXPECT(ifaddr_release(loopback) == 0);
	if (lo != NULL)
		ifnet_release(lo);
}
