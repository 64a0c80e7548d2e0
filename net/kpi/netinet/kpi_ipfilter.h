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
 * Reassembled local IP packet before the transport. *data starts at the IP
 * header (v4: ip_len/ip_off in NETWORK order, full length, header checksum
 * recomputed). offset = bytes to the transport header, protocol = transport
 * number. 0 continue, EJUSTRETURN filter owns *data, other: stack frees it.
 * May replace *data but not change the v4 header length. May run concurrently
 * on several threads; must not block long.
 */
typedef errno_t (*ipf_input_func)(void *cookie, mbuf_t *data, int offset,
    u_int8_t protocol);

/*
 * Locally generated or forwarded packet, v4 after routing (changed
 * destination is not re-routed), v6 before routing; before IPsec and
 * fragmentation; header in network order (v4: identification already set,
 * header checksum not yet; transport checksum may still be pending ->
 * mbuf_outbound_finalize first). options may be NULL; valid only during the
 * call; to be passed to ipf_inject_output. Same return rules.
 */
typedef errno_t (*ipf_output_func)(void *cookie, mbuf_t *data,
    ipf_pktopts_t options);

/*
 * Filter removed and no longer running anywhere; last callback. May be NULL.
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
 * Copies *filter, inserts at the HEAD: newest filter runs first, both
 * directions. EINVAL no name or neither input nor output; ENOMEM. *filter_ref
 * set.
 */
errno_t ipf_addv4(const struct ipf_filter *filter, ipfilter_t *filter_ref);

/*
 * IPv6 list, same rules.
 */
errno_t ipf_addv6(const struct ipf_filter *filter, ipfilter_t *filter_ref);

/*
 * EINVAL NULL/garbage, ENOENT unknown. If any thread is inside the filter
 * lists, the filter is neutralised and physically removed later (detach is
 * called then, on the thread leaving last); otherwise detach runs before the
 * call returns. Callable from inside a callback. A second call must give
 * ENOENT (undefined in the reference).
 */
errno_t ipf_remove(ipfilter_t filter_ref);

/*
 * Queues the packet for the network input thread. With filter_ref only
 * filters BEHIND it in list order see it (v6: for the first header of the
 * chain only, all filters from the second on); NULL: all filters, and when
 * rcvif is NULL the interface owning the destination (else loopback) is
 * filled in, checksum-offload bits cleared and the v4 checksum fixed. Needs
 * complete header in network order in the first mbuf. ENOTSUP bad version,
 * ENOMEM tag: data stays with the caller; ENOENT no input for that family:
 * caller's too; 0: consumed.
 */
errno_t ipf_inject_input(mbuf_t data, ipfilter_t filter_ref);

/*
 * Sends through the IP output path; filters behind filter_ref run, routing
 * done afresh. options from the callback (or NULL). Data ALWAYS consumed.
 * ENOTSUP bad version, ENOMEM, or the routing error (ENETUNREACH,
 * EHOSTUNREACH...). Header in network order and complete (source,
 * identification, ttl); only the v4 header checksum is computed.
 */
errno_t ipf_inject_output(mbuf_t data, ipfilter_t filter_ref,
    ipf_pktopts_t options);

__END_DECLS
#endif /* KERNEL */

#endif /* _NETINET_KPI_IPFILTER_H_ */
