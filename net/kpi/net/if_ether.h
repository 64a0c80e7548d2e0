/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_ether.h>: ready-made parts of an Ethernet-like interface.
 */
#ifndef _NET_IF_ETHER_H_
#define _NET_IF_ETHER_H_

#include <net/kpi_interface.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Ready-made demux for Ethernet-like interfaces: frame header = 14-byte
 * header, data already behind it. Sets MBUF_BCAST/MCAST, MBUF_PROMISC for a
 * foreign unicast address, strips the FCS when MBUF_HASFCS, removes a
 * priority-only VLAN tag, matches EtherType / SAP / SNAP descriptors. ENOENT
 * unknown.
 */
errno_t ether_demux(ifnet_t interface, mbuf_t packet, char *header,
    protocol_family_t *protocol);

/*
 * Ready-made add_proto (descriptor types DLIL_DESC_ETYPE2/SAP/SNAP). EINVAL
 * bad length, ENOTSUP other type, EADDRINUSE value already claimed, ENOMEM.
 */
errno_t ether_add_proto(ifnet_t interface, protocol_family_t protocol,
    const struct ifnet_demux_desc *demux_list, u_int32_t demux_count);

/*
 * Ready-made del_proto.
 */
errno_t ether_del_proto(ifnet_t interface, protocol_family_t protocol);

/*
 * Ready-made framer: prepends destination, source, EtherType. On IFF_SIMPLEX
 * interfaces a broadcast marked MBUF_LOOP is also given to loopback, and a
 * packet marked so for the own address goes to loopback only (EJUSTRETURN).
 * EJUSTRETURN on allocation failure too (packet gone).
 */
errno_t ether_frameout(ifnet_t interface, mbuf_t *packet,
    const struct sockaddr *dest, const char *dest_lladdr,
    const char *frame_type);

/*
 * EOPNOTSUPP.
 */
errno_t ether_ioctl(ifnet_t interface, u_int32_t command, void *data);

/*
 * AF_UNSPEC/AF_LINK: 0 when the group bit is set, else EADDRNOTAVAIL; other
 * families EAFNOSUPPORT.
 */
errno_t ether_check_multi(ifnet_t ifp, const struct sockaddr *multicast);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_IF_ETHER_H_ */
