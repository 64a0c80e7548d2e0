/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.inet.ip.forwarding, net.inet6.ip6.forwarding and fragttl,
 * net.inet.tcp.syncookies.
 */
#include <sys/sysctl.h>

#include "kernel/initcall.h"
#include "net/inet/inet_var.h"
#include "net/inet/ip_frag.h"
#include "net/inet/tcp_cookie.h"

SYSCTL_DECL(_net_inet_tcp);
SYSCTL_DECL(_net_inet6);

SYSCTL_INT(_net_inet_ip, 1, forwarding, CTLFLAG_RW, &inet_forward4, 0,
    "hand on IPv4 packets for others")
SYSCTL_NODE(_net_inet6, 41, ip6, CTLFLAG_RW, NULL, "IPv6")
SYSCTL_INT(_net_inet6_ip6, 1, forwarding, CTLFLAG_RW, &inet_forward6, 0,
    "hand on IPv6 packets for others")
SYSCTL_INT(_net_inet6_ip6, OID_AUTO, fragttl, CTLFLAG_RW, &ip6_fragttl, 0,
    "seconds that fragments wait for the rest of a datagram, 1 to 255")
SYSCTL_INT(_net_inet_tcp, OID_AUTO, syncookies, CTLFLAG_RW, &tcp_syncookies,
    0, "answer connection requests with cookies: 0 no, 1 when crowded, 2 all")

static void
in_sysctl_init(void)
{
	sysctl_register_oid(&sysctl__net_inet_tcp_syncookies);
	sysctl_register_oid(&sysctl__net_inet_ip_forwarding);
	sysctl_register_oid(&sysctl__net_inet6_ip6);
	sysctl_register_oid(&sysctl__net_inet6_ip6_forwarding);
	sysctl_register_oid(&sysctl__net_inet6_ip6_fragttl);
}
INITCALL(INIT_LATE, in_sysctl_init);
