/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/in_arp.h>: address resolution for IPv4.
 */
#ifndef _NETINET_IN_ARP_H_
#define _NETINET_IN_ARP_H_

#include <sys/kernel_types.h>
#include <sys/cdefs.h>

struct sockaddr_dl;
struct sockaddr_in;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The link address of an IPv4 address on an interface, asked for if need be.
 * Returns:   0; EJUSTRETURN: asked, the packet is kept; ENOTSUP,
 *            EHOSTUNREACH, EINVAL
 * Ownership: consumes packet on EJUSTRETURN; borrows it otherwise
 * Context:   any thread
 * Locks:     none held
 * Units:     ll_dest_len in bytes
 */
errno_t inet_arp_lookup(ifnet_t interface, const struct sockaddr_in *ip_dest,
    struct sockaddr_dl *ll_dest, size_t ll_dest_len, route_t hint,
    mbuf_t packet);

/*
 * Learns from an address resolution packet received, and answers it.
 * Returns:   0, or EINVAL
 * Ownership: borrows the addresses
 * Context:   network thread
 * Locks:     none held
 */
errno_t inet_arp_handle_input(ifnet_t interface, u_int16_t arpop,
    const struct sockaddr_dl *sender_hw, const struct sockaddr_in *sender_ip,
    const struct sockaddr_in *target_ip);

/*
 * Prepares a new IPv4 address: announces it.
 * Context:   thread
 * Locks:     none held
 */
void inet_arp_init_ifaddr(ifnet_t interface, ifaddr_t ipaddr);

__END_DECLS
#endif /* KERNEL */

#endif /* _NETINET_IN_ARP_H_ */
