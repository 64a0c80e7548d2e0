/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/kpi_protocol.h>: protocols: input by family, and plumbers that attach
 * a family to interfaces of a kind.
 */
#ifndef _NET_KPI_PROTOCOL_H_
#define _NET_KPI_PROTOCOL_H_

#include <net/kpi_interface.h>

/*
 * Attach protocol to ifp, normally by ifnet_attach_protocol. Result goes to
 * the caller (SIOCPROTOATTACH / first address assignment). Called with the
 * plumber mutex held: do not call register/unregister from it.
 */
typedef errno_t (*proto_plumb_handler)(ifnet_t ifp, protocol_family_t protocol);

/*
 * Must call ifnet_detach_protocol. Same locking.
 */
typedef void (*proto_unplumb_handler)(ifnet_t ifp, protocol_family_t protocol);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Delivers a packet list synchronously to the family's input (PF_INET,
 * PF_INET6...). -1 when no such input: packets stay with the caller; else 0
 * and consumed. Caller must be on the network thread (takes the domain lock).
 */
errno_t proto_input(protocol_family_t protocol, mbuf_t packet);

/*
 * Queues a packet list for the main network thread, which runs the family's
 * input. ENOENT no such family: packets stay with the caller. Header order
 * must match what the family expects (IPv4: network order).
 */
errno_t proto_inject(protocol_family_t protocol, mbuf_t packet);

/*
 * Registers for (family, interface family). EINVAL no plumb handler, EEXIST
 * already one, ENOMEM. unplumb NULL: stack calls ifnet_detach_protocol
 * itself.
 */
errno_t proto_register_plumber(protocol_family_t proto_fam,
    ifnet_family_t if_fam, proto_plumb_handler plumb,
    proto_unplumb_handler unplumb);

/*
 * Removes the entry (no effect when unknown); does not detach what is
 * attached: unplumbing then detaches without calling the kext.
 */
void proto_unregister_plumber(protocol_family_t proto_fam,
    ifnet_family_t if_fam);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_PROTOCOL_H_ */
