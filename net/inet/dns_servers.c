/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine keeps the name servers (its DHCP client and router discovery
 * set them); programs ask them themselves.
 */
#include "net/inet/dns_servers.h"

#include <net/kpi_interface.h>
#include <netinet/in.h>
#include <string.h>

#include "lwip/dns.h"

#include "net/common/net_lock.h"

void inet_rdnss_setserver(u8_t n, const ip_addr_t *ip);

static void
to_sockaddr(const ip_addr_t *ip, struct sockaddr_storage *ss)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (IP_IS_V6(ip)) {
		sin6->sin6_len = sizeof(*sin6);
		sin6->sin6_family = AF_INET6;
		sin6->sin6_scope_id = ip6_addr_zone(ip_2_ip6(ip));
		memcpy(&sin6->sin6_addr, ip_2_ip6(ip)->addr, 16);
	} else {
		sin->sin_len = sizeof(*sin);
		sin->sin_family = AF_INET;
		sin->sin_addr.s_addr = ip_2_ip4(ip)->addr;
	}
}

/*
 * What nd6.c and dhcp6.c call for dns_setserver: their servers come behind
 * DHCP's.  A removal (NULL) names the place dns_getserver showed.
 */
void
inet_rdnss_setserver(u8_t n, const ip_addr_t *ip)
{
	u8_t at = ip != NULL ? LWIP_DHCP_MAX_DNS_SERVERS + n : n;

	if (at < DNS_MAX_SERVERS)
		dns_setserver(at, ip);
}

int
inet_dns_servers(struct sockaddr_storage *out, int max)
{
	const ip_addr_t *ip;
	int i, n = 0;

	net_lock();
	for (i = 0; i < DNS_MAX_SERVERS && n < max; i++) {
		ip = dns_getserver((u8_t)i);
		if (!ip_addr_isany(ip))
			to_sockaddr(ip, &out[n++]);
	}
	net_unlock();
	return n;
}

unsigned
inet_interface_index(const char *name)
{
	ifnet_t ifp;
	unsigned index;

	if (ifnet_find_by_name(name, &ifp) != 0)
		return 0;
	index = ifnet_index(ifp);
	ifnet_release(ifp);
	return index;
}
