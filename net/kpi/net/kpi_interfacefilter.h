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
 * After demux, before the protocol. *frame_ptr is the link-layer header
 * (usually just in front of the data), may be re-pointed. protocol is what
 * demux found, 0 when nobody claimed the frame. 0 continue; EJUSTRETURN
 * filter owns *data; else stack frees. packet-header header pointer is NULL
 * here: set it before re-injecting.
 */
typedef errno_t (*iff_input_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, mbuf_t *data, char **frame_ptr);

/*
 * Complete frame after framing (raw output: as given). 0 / EJUSTRETURN /
 * error as above.
 */
typedef errno_t (*iff_output_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, mbuf_t *data);

/*
 * Interface event; cannot veto. Filters see it before protocols and before
 * the interface. protocol argument is the filter's own registered family;
 * every filter gets every event.
 */
typedef void (*iff_event_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, const struct kev_msg *event_msg);

/*
 * EOPNOTSUPP (or ENOTSUP) = not mine, go on; 0 = handled but others still
 * run; EJUSTRETURN = handled, stop, caller gets 0; other = stop with that
 * error.
 */
typedef errno_t (*iff_ioctl_func)(void *cookie, ifnet_t interface,
    protocol_family_t protocol, unsigned long ioctl_cmd, void *ioctl_arg);

/*
 * Filter removed (iflt_detach or interface going away); last callback; free
 * the cookie. Not NULL-required but strongly advised.
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
 * Copies *filter (name by reference), appends at the TAIL: first attached
 * runs first, both directions. iff_protocol 0 = all families. ENOENT NULL
 * interface, ENXIO interface not attached, ENOMEM. Waits until no filter is
 * running on that interface.
 */
errno_t iflt_attach(ifnet_t interface, const struct iff_filter *filter,
    interface_filter_t *filter_ref);

/*
 * Waits for running callbacks on that interface, removes, calls iff_detached
 * before returning. Must NOT be called from a callback of a filter on the
 * same interface (deadlock). NULL: nothing. Unknown reference, or interface
 * already detaching: logged, no effect.
 */
void iflt_detach(interface_filter_t filter_ref);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_INTERFACEFILTER_H_ */
