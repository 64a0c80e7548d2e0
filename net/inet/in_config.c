/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses at boot.  lo0 gets 127.0.0.1 and ::1.  Ethernet interfaces of
 * built-in drivers follow the kernel command line:
 *
 *	ip=dhcp			(default) DHCP and IPv6 autoconfiguration
 *	ip=a.b.c.d/n[,gw]	en0 gets this address; others DHCP
 *	ip=none			nothing
 *
 * Interfaces made by kexts are left to whoever made them.
 */
#include "net/inet/in_config.h"

#include <libkern/libkern.h>
#include <net/if_types.h>
#include <netinet6/in6_var.h>
#include <sys/errno.h>

#include "lwip/dns.h"
#include "lwip/ip4_addr.h"

#include "kernel/cmdline.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/inet/in_addr.h"
#include "net/inet/inet_var.h"
#include "net/inet/route.h"

struct static_config {
	struct in_addr	addr, mask, gw;
};

/* "a.b.c.d/n[,gw]"; false if it is anything else. */
static bool
parse_static(const char *text, struct static_config *cfg)
{
	char buf[64];
	ip4_addr_t ip;

	memset(cfg, 0, sizeof(*cfg));
	if (strlcpy(buf, text, sizeof(buf)) >= sizeof(buf))
		return (false);
	char *gw = strchr(buf, ',');
	if (gw != NULL)
		*gw++ = '\0';
	char *slash = strchr(buf, '/');
	long plen = 24;
	if (slash != NULL) {
		*slash++ = '\0';
		plen = strtol(slash, NULL, 10);
	}
	if (plen < 0 || plen > 32 || !ip4addr_aton(buf, &ip))
		return (false);
	cfg->addr.s_addr = ip.addr;
	cfg->mask.s_addr = plen == 0 ? 0 : htonl(0xffffffffu << (32 - plen));
	if (gw != NULL) {
		if (!ip4addr_aton(gw, &ip))
			return (false);
		cfg->gw.s_addr = ip.addr;
	}
	return (true);
}

static void
config_static(ifnet_t ifp, const struct static_config *cfg)
{
	struct route_info ri = { .ri_flags = RTF_GATEWAY | RTF_STATIC };
	ip_addr_t server;

	if (inet_addr_set4(ifp, cfg->addr, cfg->mask, (struct in_addr){ 0 }) != 0)
		return;
	if (cfg->gw.s_addr == 0)
		return;
	ip_addr_set_ip4_u32_val(ri.ri_dst, 0);
	ip_addr_set_ip4_u32_val(ri.ri_gateway, cfg->gw.s_addr);
	ip_addr_set_ip4_u32_val(server, cfg->gw.s_addr);
	net_lock();
	(void)route_add(&ri);
	/* Nobody told us a name server: the gateway often is one. */
	dns_setserver(0, &server);
	net_unlock();
}

static void
config_ether(ifnet_t ifp)
{
	const char *ip = cmdline_get("ip");
	struct static_config cfg;

	if (ip != NULL && strcmp(ip, "none") == 0)
		return;
	if (ip != NULL && ifp->if_unit == 0 && parse_static(ip, &cfg)) {
		config_static(ifp, &cfg);
	} else {
		errno_t error = inet_dhcp_start(ifp);
		if (error != 0)
			printf("%s: DHCP does not start: error %d\n",
			    ifp->if_xname, error);
	}
	inet_auto6_start(ifp);
}

static void
config_loopback(ifnet_t ifp)
{
	static const struct in6_addr one = IN6ADDR_LOOPBACK_INIT;

	inet_addr_set4(ifp, (struct in_addr){ htonl(0x7f000001) },
	    (struct in_addr){ htonl(0xff000000) }, (struct in_addr){ 0 });
	inet_addr_set6(ifp, &one, 128, NULL, ND6_INFINITE_LIFETIME,
	    ND6_INFINITE_LIFETIME);
}

static void
config_attached(ifnet_t ifp)
{
	if (!ifnet_io_begin(ifp))
		return;
	if (ifp->if_family == IFNET_FAMILY_LOOPBACK)
		config_loopback(ifp);
	else if (ifp->if_family == IFNET_FAMILY_ETHERNET &&
	    ifp->if_gate.g_kext == NULL && strcmp(ifp->if_name, "en") == 0)
		config_ether(ifp);
	ifnet_io_end(ifp);
}

static struct dlil_client config_client = {
	.dc_name = "boot configuration",
	.dc_attached = config_attached,
};

void
inet_config_init(void)
{
	inet_addr_init();
	dlil_client_add(&config_client);
}
