/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/kpi_interfacefilter.h>: interface filters: every packet, event and
 * ioctl of one interface.
 *
 * Filters run in the order of attachment in both directions. Results of a
 * callback: 0 = go on; EJUSTRETURN = the filter has the packet now; any other
 * = the stack frees it and stops.
 */
#ifndef _NET_KPI_INTERFACEFILTER_H_
#define _NET_KPI_INTERFACEFILTER_H_

#include <net/kpi_interface.h>

/*
 * A frame received, after demux and before the protocol; protocol is 0 when
 * nobody claimed it. *frame_ptr is the link header.
 * Returns:   0: go on; EJUSTRETURN: taken over; any other: the stack frees
 *            it
 * Ownership: may replace *data; on EJUSTRETURN it is the filter's
 * Context:   network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*iff_input_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, mbuf_t *data, char **frame_ptr);

/*
 * A frame about to be sent, complete.
 * Returns:   0: go on; EJUSTRETURN: taken over; any other: the stack frees
 *            it
 * Ownership: may replace *data; on EJUSTRETURN it is the filter's
 * Context:   the sender's thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*iff_output_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, mbuf_t *data);

/*
 * An event of the interface; there is no veto.
 * Context:   any thread, may block
 * Locks:     none held
 */
typedef void (*iff_event_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, const struct kev_msg *event_msg);

/*
 * A request on the interface.
 * Returns:   EOPNOTSUPP: not its own, go on; 0: handled, go on; EJUSTRETURN:
 *            handled, stop, the caller gets 0; any other: stop with it
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*iff_ioctl_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, unsigned long ioctl_cmd, void *ioctl_arg);

/*
 * The filter is off the interface: its last callback.
 * Context:   any thread
 * Locks:     none held
 */
typedef void (*iff_detached_func)(void *cookie, ifnet_t interface);

struct iff_filter {
	void			*iff_cookie;
	const char		*iff_name;	/* kept by reference */
	protocol_family_t	 iff_protocol;	/* 0: all */
	iff_input_func		 iff_input;
	iff_output_func		 iff_output;
	iff_event_func		 iff_event;
	iff_ioctl_func		 iff_ioctl;
	iff_detached_func	 iff_detached;
};

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Attaches a filter to an interface behind those there; *filter is copied,
 * its name kept by reference.
 * Returns:   0; ENOENT for NULL, ENXIO when the interface is not attached,
 *            EDEADLK from a filter of the same interface, ENOMEM
 * Ownership: *filter_ref is ended with iflt_detach()
 * Context:   thread, may block; not from a filter of the same interface
 * Locks:     none held
 */
errno_t iflt_attach(ifnet_t interface, const struct iff_filter *filter,
    interface_filter_t *filter_ref);

/*
 * iflt_attach() for filters of the system, which see frames with a VLAN tag
 * as well; here every filter does.
 * Returns:   as iflt_attach()
 * Ownership: as iflt_attach()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t iflt_attach_internal(ifnet_t interface,
    const struct iff_filter *filter, interface_filter_t *filter_ref);

/*
 * Waits for running callbacks, removes a filter and calls iff_detached before
 * it returns; NULL is allowed.
 * Ownership: consumes filter_ref
 * Context:   thread, may block; not from a filter of the same interface
 * Locks:     none held
 */
void iflt_detach(interface_filter_t filter_ref);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_INTERFACEFILTER_H_ */
