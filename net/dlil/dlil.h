/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data link interface layer: packets in, packets out, events, ioctls.
 *
 * Input:   driver -> ifnet_input (queue) -> softnet -> demux -> interface
 *          filters -> promiscuous drop -> the attached protocol's input.
 * Output:  ifnet_output -> the protocol's pre_output -> framer -> interface
 *          filters -> the driver's output.
 *
 * Drivers show packets to BPF themselves (bpf_tap_in, bpf_tap_out), as the
 * KPI has it; the layer does not tap a second time.
 */
#ifndef NET_DLIL_DLIL_H
#define NET_DLIL_DLIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <net/kpi_interface.h>

struct kern_event_msg;
struct kev_msg;
struct proc;

/*
 * Output.  Consumes the list in every case.  raw skips pre_output and framer.
 * Context: thread, no locks held (drivers and filters run).
 */
errno_t	dlil_output(ifnet_t ifp, protocol_family_t family, mbuf_t list,
    void *route, const struct sockaddr *dest, bool raw);

/*
 * Pre-output, for a caller that resolves under the net lock and sends later:
 * dlil_preout runs only the protocol's pre_output of a built-in protocol;
 * dlil_output_framed goes on with framer, filters and driver for packets that
 * are resolved already.  buffers are DLIL_LLBUF bytes each.
 */
#define DLIL_LLBUF 16
errno_t	dlil_output_framed(ifnet_t ifp, protocol_family_t family, mbuf_t list,
    const struct sockaddr *dest, const char *dst_lladdr, const char *frame_type);

/*
 * Splits a packet that asks for segmentation the interface cannot do, or asks
 * for a checksum it cannot do.  Set by net/inet; called per packet before the
 * framer.  Consumes m; on success *list is what to send.
 */
extern errno_t (*dlil_segment_hook)(ifnet_t ifp, protocol_family_t family,
    mbuf_t m, mbuf_t *list);

/*
 * What devices joined and left open, undone for those who expect packets as
 * they were on the wire (dlil_plain.c): true if anybody on ifp does; the list
 * with joined segments cut and checksums filled in.
 */
bool	dlil_wants_plain(ifnet_t ifp);
mbuf_t	dlil_plain(ifnet_t ifp, mbuf_t list);

/*
 * Events.  dlil_post_event delivers at once to filters, protocols, driver,
 * clients and event sockets: no locks held.  dlil_defer_event queues it for
 * softnet and may be called from anywhere.  data follows struct
 * net_event_data in the message and may be NULL.
 */
errno_t	dlil_post_event(ifnet_t ifp, uint32_t subclass, uint32_t code,
    const void *data, uint32_t len);
void	dlil_defer_event(ifnet_t ifp, uint32_t subclass, uint32_t code,
    const void *data, uint32_t len);

/*
 * Clients inside the stack that follow interfaces (net/inet, net/ndrv).  All
 * calls come in a thread without locks, in the order clients were added;
 * detaching and detached in the reverse order.  detaching runs after in-flight I/O
 * has ended and filters are gone, before protocols are unplumbed: addresses
 * and routes go here.
 */
struct dlil_client {
	TAILQ_ENTRY(dlil_client) dc_link;
	const char	*dc_name;
	void		(*dc_attached)(ifnet_t ifp);
	void		(*dc_detaching)(ifnet_t ifp);
	void		(*dc_detached)(ifnet_t ifp);
	void		(*dc_event)(ifnet_t ifp, const struct kern_event_msg *msg);
	void		(*dc_flags)(ifnet_t ifp, uint32_t old_flags);	/* IFF_* changed */
	void		(*dc_mtu)(ifnet_t ifp);
	void		(*dc_lladdr)(ifnet_t ifp);
};
void	dlil_client_add(struct dlil_client *client);
/* Tells them; for the files of this layer. */
void	dlil_clients_attached(ifnet_t ifp);
void	dlil_clients_detaching(ifnet_t ifp);
void	dlil_clients_detached(ifnet_t ifp);
void	dlil_clients_flags(ifnet_t ifp, uint32_t old_flags);
void	dlil_clients_mtu(ifnet_t ifp);
void	dlil_clients_lladdr(ifnet_t ifp);

/*
 * The interface ioctls that no protocol owns (SIOCGIFFLAGS, SIOCSIFMTU ...).
 * data is kernel memory of the size the command encodes.  EOPNOTSUPP for
 * commands it does not know, after asking ifnet_ioctl.  net/inet's in_control
 * and in6_control come first for their families.
 */
errno_t	ifioctl(unsigned long cmd, void *data, struct proc *p);

/*
 * Merges one answer into the result of an ioctl chain: the first that is not
 * "not mine" counts, EJUSTRETURN always does and means success.  True = stop.
 */
bool	dlil_ioctl_merge(errno_t *result, errno_t answer);

/* Interface side, for ifnet.c. */
void	dlil_input_purge(ifnet_t ifp);
/* Start-up of the pieces; dlil_init calls them in order and attaches lo0. */
void	dlil_input_init(void);
void	dlil_event_init(void);
void	dlil_init(void);

#endif
