/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/kpi_ipfilter.h>: IP filters: packets to and from this host,
 * between IP and transport.
 *
 * The newest filter runs first, in both directions. Results of a callback: 0
 * = go on; EJUSTRETURN = the filter has the packet now; any other = the stack
 * frees it and stops.
 */
#ifndef _NETINET_KPI_IPFILTER_H_
#define _NETINET_KPI_IPFILTER_H_

#include <sys/kernel_types.h>
#include <sys/cdefs.h>

struct ipf_pktopts {
	u_int32_t	ippo_flags;	/* IPPOF_ */
	ifnet_t		ippo_mcast_ifnet;
	int		ippo_mcast_loop;
	u_int8_t	ippo_mcast_ttl;
};
#define IPPOF_MCAST_OPTS	0x1

typedef struct ipf_pktopts	*ipf_pktopts_t;
typedef struct opaque_ipfilter	*ipfilter_t;

/*
 * A packet to this host, reassembled, from the IP header on; all in network
 * order.
 * Returns:   0: go on; EJUSTRETURN: taken over; any other: the stack frees
 *            it
 * Ownership: may replace *data; on EJUSTRETURN it is the filter's
 * Context:   network thread, must not block for long
 * Locks:     none held
 * Units:     offset in bytes: where the transport header starts
 */
typedef errno_t (*ipf_input_func)(void *cookie, mbuf_t *data, int offset,
    u_int8_t protocol);

/*
 * A packet from this host, before fragmentation; in network order, the
 * header's checksum not set, the transport's perhaps pending
 * (mbuf_outbound_finalize). options is valid during the call; its multicast
 * members only with IPPOF_MCAST_OPTS: in IPv4 for groups that are joined here
 * and looped back, in IPv6 for sockets with multicast options. A multicast
 * comes by before the copy that goes back to this host is made of it.
 * Returns:   0: go on; EJUSTRETURN: taken over; any other: the stack frees
 *            it, and the sender of a datagram gets it, unless another thread
 *            was emptying the output queue just then; TCP tries again
 * Ownership: may replace *data; on EJUSTRETURN it is the filter's
 * Context:   the sender's or the network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*ipf_output_func)(void *cookie, mbuf_t *data,
    ipf_pktopts_t options);

/*
 * The filter is gone and runs nowhere: the last callback.
 * Context:   any thread
 * Locks:     none held
 */
typedef void (*ipf_detach_func)(void *cookie);

struct ipf_filter {
	void		*cookie;
	const char	*name;		/* required */
	ipf_input_func	 ipf_input;
	ipf_output_func	 ipf_output;
	ipf_detach_func	 ipf_detach;
};

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Adds an IPv4 filter in front of those there; *filter is copied.
 * Returns:   0; EINVAL without a name or without both functions, ENOMEM
 * Ownership: *filter_ref is ended with ipf_remove()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ipf_addv4(const struct ipf_filter *filter, ipfilter_t *filter_ref);

/*
 * ipf_addv4() for filters of the system; there is no difference here.
 * Returns:   as ipf_addv4()
 * Ownership: as ipf_addv4()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ipf_addv4_internal(const struct ipf_filter *filter,
    ipfilter_t *filter_ref);

/*
 * Adds an IPv6 filter in front of those there; *filter is copied.
 * Returns:   0; EINVAL without a name or without both functions, ENOMEM
 * Ownership: *filter_ref is ended with ipf_remove()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ipf_addv6(const struct ipf_filter *filter, ipfilter_t *filter_ref);

/*
 * ipf_addv6() for filters of the system; there is no difference here.
 * Returns:   as ipf_addv6()
 * Ownership: as ipf_addv6()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ipf_addv6_internal(const struct ipf_filter *filter,
    ipfilter_t *filter_ref);

/*
 * Removes a filter; its detach callback comes when no thread is inside the
 * filters, at the latest when the last leaves.
 * Returns:   0; EINVAL for NULL, ENOENT when it is unknown
 * Ownership: consumes filter_ref on success
 * Context:   thread; from a callback too
 * Locks:     none held
 */
errno_t ipf_remove(ipfilter_t filter_ref);

/*
 * Queues a packet as received; only filters behind filter_ref see it, all for
 * NULL.
 * Returns:   0; ENOTSUP for a bad version, ENOMEM, ENOENT without such a
 *            family
 * Ownership: consumes data on 0; on an error it is the caller's
 * Context:   any thread
 * Locks:     none held
 */
errno_t ipf_inject_input(mbuf_t data, ipfilter_t filter_ref);

/*
 * Sends a packet with complete header; only filters behind filter_ref see it,
 * all for NULL.
 * A multicast goes where options say, and back to this host unless they say no.
 * Returns:   0; ENOTSUP for a bad version, ENOMEM, ELOOP after too many
 *            injections, EHOSTUNREACH, or what a filter behind it said
 * Ownership: consumes data on success and on failure
 * Context:   any thread
 * Locks:     none held
 */
errno_t ipf_inject_output(mbuf_t data, ipfilter_t filter_ref,
    ipf_pktopts_t options);

__END_DECLS
#endif /* KERNEL */

#endif /* _NETINET_KPI_IPFILTER_H_ */
