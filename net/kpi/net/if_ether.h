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
 * The demux function of an Ethernet-like interface: sets the flags of the
 * destination, strips a frame check sequence, finds the protocol by
 * EtherType, SAP or SNAP.
 * Returns:   0 with *protocol, or ENOENT
 * Ownership: borrows packet
 * Context:   as ifnet_demux_func
 * Locks:     as ifnet_demux_func
 */
errno_t ether_demux(ifnet_t interface, mbuf_t packet, char *header,
    protocol_family_t *protocol);

/*
 * The add_proto function of an Ethernet-like interface.
 * Returns:   0; EINVAL for a bad length, ENOTSUP for another kind,
 *            EADDRINUSE, ENOMEM
 * Context:   as ifnet_add_proto_func
 * Locks:     as ifnet_add_proto_func
 */
errno_t ether_add_proto(ifnet_t interface, protocol_family_t protocol,
    const struct ifnet_demux_desc *demux_list, u_int32_t demux_count);

/*
 * The del_proto function of an Ethernet-like interface.
 * Returns:   0
 * Context:   as ifnet_del_proto_func
 * Locks:     as ifnet_del_proto_func
 */
errno_t ether_del_proto(ifnet_t interface, protocol_family_t protocol);

/*
 * The framer of an Ethernet-like interface: destination, source, EtherType.
 * Returns:   0; EJUSTRETURN when the packet went to loopback only, or is
 *            gone for lack of memory
 * Ownership: may replace *packet; on EJUSTRETURN it is consumed
 * Context:   as ifnet_framer_func
 * Locks:     as ifnet_framer_func
 */
errno_t ether_frameout(ifnet_t interface, mbuf_t *packet,
    const struct sockaddr *dest, const char *dest_lladdr,
    const char *frame_type);

/*
 * The ioctl function of an Ethernet-like interface without requests of its
 * own.
 * Returns:   EOPNOTSUPP
 * Context:   thread
 * Locks:     none held
 */
errno_t ether_ioctl(ifnet_t interface, u_int32_t command, void *data);

/*
 * The check_multi function of an Ethernet-like interface.
 * Returns:   0 when the group bit is set, EADDRNOTAVAIL when not,
 *            EAFNOSUPPORT for another family
 * Context:   any thread
 * Locks:     none held
 */
errno_t ether_check_multi(ifnet_t ifp, const struct sockaddr *multicast);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_IF_ETHER_H_ */
