/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/kpi_protocol.h>: protocols: input by family, and plumbers that attach
 * a family to interfaces of a kind.
 */
#ifndef _NET_KPI_PROTOCOL_H_
#define _NET_KPI_PROTOCOL_H_

#include <net/kpi_interface.h>

/*
 * Attaches a protocol to an interface, with ifnet_attach_protocol().
 * Returns:   0, or why not
 * Context:   thread, may block
 * Locks:     the plumbers' mutex: register and unregister none
 */
typedef errno_t (*proto_plumb_handler)(ifnet_t ifp, protocol_family_t protocol);

/*
 * Detaches a protocol from an interface, with ifnet_detach_protocol().
 * Context:   thread, may block
 * Locks:     the plumbers' mutex: register and unregister none
 */
typedef void (*proto_unplumb_handler)(ifnet_t ifp, protocol_family_t protocol);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Hands packets to the input of a family at once.
 * Returns:   0; -1 when there is no such family
 * Ownership: consumes packet on 0; otherwise it is the caller's
 * Context:   network thread
 * Locks:     none held
 */
errno_t proto_input(protocol_family_t protocol, mbuf_t packet);

/*
 * Queues packets for the input of a family.
 * Returns:   0; ENOENT when there is no such family
 * Ownership: consumes packet on 0; otherwise it is the caller's
 * Context:   any thread
 * Locks:     none held
 */
errno_t proto_inject(protocol_family_t protocol, mbuf_t packet);

/*
 * Registers the plumber of a protocol for interfaces of a family; unplumb may
 * be NULL.
 * Returns:   0; EINVAL without plumb, EEXIST, ENOMEM
 * Ownership: ended with proto_unregister_plumber()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t proto_register_plumber(protocol_family_t proto_fam,
    ifnet_family_t if_fam, proto_plumb_handler plumb,
    proto_unplumb_handler unplumb);

/*
 * Removes a plumber; what it attached stays.
 * Context:   thread, may block
 * Locks:     none held
 */
void proto_unregister_plumber(protocol_family_t proto_fam,
    ifnet_family_t if_fam);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_PROTOCOL_H_ */
