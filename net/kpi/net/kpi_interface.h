/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/kpi_interface.h>: network interfaces: creating, describing, feeding
 * and using them.
 *
 * An interface is allocated, attached, used and detached; the detached
 * callback is the end. Callbacks of an interface run with no stack lock held
 * unless said otherwise.
 */
#ifndef _NET_KPI_INTERFACE_H_
#define _NET_KPI_INTERFACE_H_

#include <mach/boolean.h>
#include <sys/kernel_types.h>
#include <sys/cdefs.h>
#include <stddef.h>

struct timeval;
struct sockaddr;
struct sockaddr_dl;
struct kern_event_msg;
struct kev_msg;
struct ifnet_demux_desc;

enum {
	IFNET_FAMILY_ANY	= 0,
	IFNET_FAMILY_LOOPBACK	= 1,
	IFNET_FAMILY_ETHERNET	= 2,
	IFNET_FAMILY_SLIP	= 3,
	IFNET_FAMILY_TUN	= 4,
	IFNET_FAMILY_VLAN	= 5,
	IFNET_FAMILY_PPP	= 6,
	IFNET_FAMILY_PVC	= 7,
	IFNET_FAMILY_DISC	= 8,
	IFNET_FAMILY_MDECAP	= 9,
	IFNET_FAMILY_GIF	= 10,
	IFNET_FAMILY_FAITH	= 11,
	IFNET_FAMILY_STF	= 12,
	IFNET_FAMILY_FIREWIRE	= 13,
	IFNET_FAMILY_BOND	= 14,
	IFNET_FAMILY_CELLULAR	= 15,
	IFNET_FAMILY_6LOWPAN	= 16,
	IFNET_FAMILY_UTUN	= 17,
	IFNET_FAMILY_IPSEC	= 18
};
typedef u_int32_t		ifnet_family_t;

enum {
	BPF_MODE_DISABLED	= 0,
	BPF_MODE_INPUT		= 1,
	BPF_MODE_OUTPUT		= 2,
	BPF_MODE_INPUT_OUTPUT	= 3
};
typedef u_int32_t		bpf_tap_mode;

typedef u_int32_t		protocol_family_t;

/* What the interface's hardware does by itself on output. */
enum {
	IFNET_CSUM_IP		= 0x00000001,
	IFNET_CSUM_TCP		= 0x00000002,
	IFNET_CSUM_UDP		= 0x00000004,
	IFNET_CSUM_FRAGMENT	= 0x00000008,
	IFNET_IP_FRAGMENT	= 0x00000010,
	IFNET_CSUM_TCPIPV6	= 0x00000020,
	IFNET_CSUM_UDPIPV6	= 0x00000040,
	IFNET_IPV6_FRAGMENT	= 0x00000080,
	IFNET_VLAN_TAGGING	= 0x00010000,
	IFNET_VLAN_MTU		= 0x00020000,
	IFNET_MULTIPAGES	= 0x00100000,
	IFNET_TSO_IPV4		= 0x00200000,
	IFNET_TSO_IPV6		= 0x00400000,
	IFNET_TX_STATUS		= 0x00800000,
	IFNET_HW_TIMESTAMP	= 0x01000000,
	IFNET_SW_TIMESTAMP	= 0x02000000
};
typedef u_int32_t		ifnet_offload_t;

#define IFNET_WAKE_ON_MAGIC_PACKET	0x01

/* Kinds of demux descriptors. */
#define DLIL_DESC_ETYPE2	4	/* EtherType, 2 bytes, network order */
#define DLIL_DESC_SAP		5	/* 3 bytes */
#define DLIL_DESC_SNAP		6	/* 5 bytes */

/*
 * The tap: the driver shows it each packet.
 * Returns:   0
 * Ownership: borrows data
 * Context:   any thread, must not block
 */
typedef errno_t (*bpf_packet_func)(ifnet_t interface, mbuf_t data);

/*
 * Sends one complete frame.
 * Returns:   0, or ENOBUFS and others, which are counted
 * Ownership: consumes data on success and on failure
 * Context:   any thread, several at once; must not block for long
 * Locks:     none held
 */
typedef errno_t (*ifnet_output_func)(ifnet_t interface, mbuf_t data);

/*
 * A request on the interface, after filters and protocols. data is kernel
 * memory, or NULL for what the stack itself sends.
 * Returns:   0; EOPNOTSUPP for one unknown
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*ifnet_ioctl_func)(ifnet_t interface, unsigned long cmd,
    void *data);

/*
 * Switches capture on or off; callback is the tap.
 * Returns:   0, or why it failed
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*ifnet_set_bpf_tap)(ifnet_t interface, bpf_tap_mode mode,
    bpf_packet_func callback);

/*
 * The interface is gone: the last callback. Its state may be freed and
 * ifnet_release() called.
 * Context:   the detaching thread, may block
 * Locks:     none held
 */
typedef void (*ifnet_detached_func)(ifnet_t interface);

/*
 * Finds the protocol family of a frame.
 * Returns:   0 with *protocol_family; ENOENT for none; EJUSTRETURN: taken
 *            over
 * Ownership: borrows packet; on EJUSTRETURN it is the interface's
 * Context:   network thread, must not block
 * Locks:     the interface's protocols are locked: attach and detach none
 */
typedef errno_t (*ifnet_demux_func)(ifnet_t interface, mbuf_t packet,
    char *frame_header, protocol_family_t *protocol_family);

/*
 * An event on the interface, after filters and protocols.
 * Context:   any thread, may block
 * Locks:     none held
 */
typedef void (*ifnet_event_func)(ifnet_t interface, const struct kev_msg *msg);

/*
 * Puts the link header in front. dest_linkaddr and frame_type are what
 * pre_output filled in.
 * Returns:   0; EJUSTRETURN: taken over; any other: the stack frees it
 * Ownership: may replace *packet; on EJUSTRETURN it is the framer's
 * Context:   the sender's thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*ifnet_framer_func)(ifnet_t interface, mbuf_t *packet,
    const struct sockaddr *dest, const char *dest_linkaddr,
    const char *frame_type);

/*
 * A protocol is being attached: remembers how its frames look. Required.
 * Returns:   0; EEXIST, EINVAL and others refuse it
 * Context:   thread
 * Locks:     the interface's protocols are locked: attach and detach none
 */
typedef errno_t (*ifnet_add_proto_func)(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_demux_desc *demux_array, u_int32_t demux_count);

/*
 * A protocol is being detached. Required.
 * Returns:   ignored
 * Context:   thread
 * Locks:     the interface's protocols are locked: attach and detach none
 */
typedef errno_t (*ifnet_del_proto_func)(ifnet_t interface,
    protocol_family_t protocol_family);

/*
 * Whether a multicast address suits the interface.
 * Returns:   0; EADDRNOTAVAIL, EINVAL, EOPNOTSUPP
 * Context:   thread
 * Locks:     none held
 */
typedef errno_t (*ifnet_check_multi)(ifnet_t interface,
    const struct sockaddr *mcast);

/*
 * A packet for the protocol; header is its link header. Required.
 * Returns:   0 or EJUSTRETURN: taken; any other: the stack frees it
 * Ownership: consumes packet, unless it returns an error
 * Context:   network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*proto_media_input)(ifnet_t ifp, protocol_family_t protocol,
    mbuf_t packet, char *header);

/*
 * A list of packets for the protocol, each with its link header in the packet
 * header.
 * Returns:   0 or EJUSTRETURN: taken; any other: the stack frees them
 * Ownership: consumes packet, unless it returns an error
 * Context:   network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*proto_media_input_v2)(ifnet_t ifp,
    protocol_family_t protocol, mbuf_t packet);

/*
 * Before framing: resolves dest into frame_type and link_layer_dest, 16 bytes
 * each.
 * Returns:   0: go on; EJUSTRETURN: kept, the caller sees success; any
 *            other: freed, the caller sees it
 * Ownership: may replace *packet; on EJUSTRETURN it is the protocol's
 * Context:   the sender's thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*proto_media_preout)(ifnet_t ifp, protocol_family_t protocol,
    mbuf_t *packet, const struct sockaddr *dest, void *route,
    char *frame_type, char *link_layer_dest);

/*
 * An event of the interface.
 * Context:   any thread, may block
 * Locks:     none held
 */
typedef void (*proto_media_event)(ifnet_t ifp, protocol_family_t protocol,
    const struct kev_msg *event);

/*
 * A request on the interface, for the protocol.
 * Returns:   0; EOPNOTSUPP for one that is not its own
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*proto_media_ioctl)(ifnet_t ifp, protocol_family_t protocol,
    unsigned long command, void *argument);

/*
 * The protocol is off the interface: its last callback.
 * Returns:   ignored
 * Context:   any thread, may block
 * Locks:     none held
 */
typedef errno_t (*proto_media_detached)(ifnet_t ifp,
    protocol_family_t protocol);

/*
 * The link address of a protocol's multicast address.
 * Returns:   0; EOPNOTSUPP leaves it to the interface
 * Context:   thread
 * Locks:     none held
 * Units:     ll_len in bytes
 */
typedef errno_t (*proto_media_resolve_multi)(ifnet_t ifp,
    const struct sockaddr *proto_addr, struct sockaddr_dl *out_ll,
    size_t ll_len);

/*
 * Sends an address resolution packet; addresses may be NULL.
 * Returns:   0, or why it failed
 * Context:   thread
 * Locks:     none held
 */
typedef errno_t (*proto_media_send_arp)(ifnet_t ifp, u_short arpop,
    const struct sockaddr_dl *sender_hw, const struct sockaddr *sender_proto,
    const struct sockaddr_dl *target_hw, const struct sockaddr *target_proto);

struct ifnet_stat_increment_param {
	u_int32_t	packets_in;
	u_int32_t	bytes_in;
	u_int32_t	errors_in;
	u_int32_t	packets_out;
	u_int32_t	bytes_out;
	u_int32_t	errors_out;
	u_int32_t	collisions;
	u_int32_t	dropped;
};

struct ifnet_init_params {
	/* Identity: the same one gives the same structure again. */
	const void		*uniqueid;
	u_int32_t		 uniqueid_len;
	const char		*name;		/* without unit: "en" */
	u_int32_t		 unit;

	/* Functions; output, add_proto and del_proto are required. */
	ifnet_family_t		 family;
	u_int32_t		 type;		/* IFT_ */
	ifnet_output_func	 output;
	ifnet_demux_func	 demux;
	ifnet_add_proto_func	 add_proto;
	ifnet_del_proto_func	 del_proto;
	ifnet_check_multi	 check_multi;
	ifnet_framer_func	 framer;
	void			*softc;
	ifnet_ioctl_func	 ioctl;
	ifnet_set_bpf_tap	 set_bpf_tap;
	ifnet_detached_func	 detach;
	ifnet_event_func	 event;

	const void		*broadcast_addr;
	u_int32_t		 broadcast_len;
};

struct ifnet_stats_param {
	u_int64_t	packets_in;
	u_int64_t	bytes_in;
	u_int64_t	multicasts_in;
	u_int64_t	errors_in;
	u_int64_t	packets_out;
	u_int64_t	bytes_out;
	u_int64_t	multicasts_out;
	u_int64_t	errors_out;
	u_int64_t	collisions;
	u_int64_t	dropped;
	u_int64_t	no_protocol;
};

/* How a protocol's frames are recognised. */
struct ifnet_demux_desc {
	u_int32_t	 type;		/* DLIL_DESC_ */
	void		*data;
	u_int32_t	 datalen;
};

/* A protocol on an interface; input is required. */
struct ifnet_attach_proto_param {
	struct ifnet_demux_desc		*demux_array;
	u_int32_t			 demux_count;
	proto_media_input		 input;
	proto_media_preout		 pre_output;
	proto_media_event		 event;
	proto_media_ioctl		 ioctl;
	proto_media_detached		 detached;
	proto_media_resolve_multi	 resolve;
	proto_media_send_arp		 send_arp;
};

struct ifnet_attach_proto_param_v2 {
	struct ifnet_demux_desc		*demux_array;
	u_int32_t			 demux_count;
	proto_media_input_v2		 input;
	proto_media_preout		 pre_output;
	proto_media_event		 event;
	proto_media_ioctl		 ioctl;
	proto_media_detached		 detached;
	proto_media_resolve_multi	 resolve;
	proto_media_send_arp		 send_arp;
};

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Makes an interface, not visible yet; strings and parameters are copied. The
 * identity of an interface that is gone gives the same structure again.
 * Returns:   0; EINVAL for a bad parameter, EBUSY when the identity is in
 *            use, ENOMEM
 * Ownership: one reference is the caller's, dropped with ifnet_release()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_allocate(const struct ifnet_init_params *init,
    ifnet_t *interface);

/*
 * ifnet_allocate() for interfaces of the system; there is no difference here.
 * Returns:   as ifnet_allocate()
 * Ownership: as ifnet_allocate()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_allocate_internal(const struct ifnet_init_params *init,
    ifnet_t *interface);

/*
 * Adds a reference to an interface.
 * Returns:   0, or EINVAL for NULL
 * Ownership: the reference is the caller's, dropped with ifnet_release()
 * Context:   any thread
 */
errno_t ifnet_reference(ifnet_t interface);

/*
 * Drops a reference to an interface.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_release(ifnet_t interface);

/*
 * Makes an interface visible, with its link address; not up yet.
 * Returns:   0; EINVAL for NULL or a wrong length, EEXIST when attached,
 *            ENODEV without add_proto and del_proto, ENOBUFS
 * Ownership: borrows ll_addr, which may be NULL
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_attach(ifnet_t interface, const struct sockaddr_dl *ll_addr);

/*
 * Begins the removal of an interface; the detached callback is its end.
 * Returns:   0; EINVAL when it is not attached
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_detach(ifnet_t interface);

/*
 * The number of an interface family by its string, made on first use.
 * Returns:   0; EINVAL, ENOMEM
 * Context:   thread, may block
 */
errno_t ifnet_interface_family_find(const char *module_string,
    ifnet_family_t *family_id);

/*
 * The pointer given when the interface was allocated.
 * Returns:   the pointer
 * Context:   any
 */
void *ifnet_softc(ifnet_t interface);

/*
 * The interface's name without its unit: "en".
 * Returns:   the name, valid while a reference is held
 * Context:   any
 */
const char *ifnet_name(ifnet_t interface);

/*
 * The interface's family.
 * Returns:   IFNET_FAMILY_
 * Context:   any
 */
ifnet_family_t ifnet_family(ifnet_t interface);

/*
 * The interface's unit number.
 * Returns:   the number
 * Context:   any
 */
u_int32_t ifnet_unit(ifnet_t interface);

/*
 * The interface's index, given when it is attached.
 * Returns:   the index; 0xffffffff for NULL
 * Context:   any
 */
u_int32_t ifnet_index(ifnet_t interface);

/*
 * Sets the flags in mask; the driver's ioctl is not called.
 * Returns:   0, or EINVAL for NULL
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_set_flags(ifnet_t interface, u_int16_t new_flags, u_int16_t mask);

/*
 * The interface's flags.
 * Returns:   IFF_ bits
 * Context:   any
 */
u_int16_t ifnet_flags(ifnet_t interface);

/*
 * Extended flags: what an interface can do beyond the classic flags, for
 * example IFEF_SENDLIST (0x4): its output function takes packet lists, or
 * IFEF_LINKEVENTS (0x10): its link is down until KEV_DL_LINK_ON.
 *
 * Returns:   0, or EINVAL if interface is NULL
 * Context:   thread
 */
errno_t ifnet_set_eflags(ifnet_t interface, u_int32_t new_flags,
    u_int32_t mask);

/*
 * Returns:   the extended flags; 0 for NULL
 * Context:   any thread
 */
u_int32_t ifnet_eflags(ifnet_t interface);

/*
 * Sets what the hardware can do.
 * Returns:   0, or EINVAL for an unknown bit
 * Context:   any thread
 */
errno_t ifnet_set_capabilities_supported(ifnet_t interface,
    u_int32_t new_caps, u_int32_t mask);

/*
 * What the hardware can do.
 * Returns:   IFCAP_ bits
 * Context:   any
 */
u_int32_t ifnet_capabilities_supported(ifnet_t interface);

/*
 * Sets what of it is in use, and posts KEV_DL_IFCAP_CHANGED.
 * Returns:   0, or EINVAL for a bit not supported
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_set_capabilities_enabled(ifnet_t interface, u_int32_t new_caps,
    u_int32_t mask);

/*
 * What of it is in use.
 * Returns:   IFCAP_ bits
 * Context:   any
 */
u_int32_t ifnet_capabilities_enabled(ifnet_t interface);

/*
 * Sets what the hardware does on output, in place of what was set.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_set_offload(ifnet_t interface, ifnet_offload_t offload);

/*
 * What the hardware does on output.
 * Returns:   IFNET_ bits
 * Context:   any
 */
ifnet_offload_t ifnet_offload(ifnet_t interface);

/*
 * Sets the largest frame hardware cuts.
 * Returns:   0; EINVAL below the MTU or without TSO, EPROTONOSUPPORT for
 *            another family
 * Context:   any thread
 * Units:     mtuLen in bytes
 */
errno_t ifnet_set_tso_mtu(ifnet_t interface, sa_family_t family,
    u_int32_t mtuLen);

/*
 * The largest frame hardware cuts.
 * Returns:   0; EINVAL without TSO, EPROTONOSUPPORT for another family
 * Context:   any thread
 * Units:     *mtuLen in bytes
 */
errno_t ifnet_get_tso_mtu(ifnet_t interface, sa_family_t family,
    u_int32_t *mtuLen);

/*
 * Sets what wakes the machine, and posts KEV_DL_WAKEFLAGS_CHANGED.
 * Returns:   0, or EINVAL for an unknown bit
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_set_wake_flags(ifnet_t interface, u_int32_t properties,
    u_int32_t mask);

/*
 * What wakes the machine.
 * Returns:   IFNET_WAKE_ bits
 * Context:   any
 */
u_int32_t ifnet_get_wake_flags(ifnet_t interface);

/*
 * Says whether the network honours marks of the quality of service wanted;
 * the stack only remembers it.
 * Returns:   0, EINVAL
 * Context:   any thread
 */
errno_t ifnet_set_fastlane_capable(ifnet_t interface, boolean_t capable);

/*
 * What ifnet_set_fastlane_capable() said; FALSE at first.
 * Returns:   0, EINVAL
 * Context:   any thread
 */
errno_t ifnet_get_fastlane_capable(ifnet_t interface, boolean_t *capable);

/*
 * Sets the data that queries of the link layer get.
 * Returns:   0, or EINVAL for NULL
 * Ownership: mibData stays the caller's and in use
 * Context:   any thread
 * Units:     mibLen in bytes
 */
errno_t ifnet_set_link_mib_data(ifnet_t interface, void *mibData,
    u_int32_t mibLen);

/*
 * Copies the data for queries of the link layer.
 * Returns:   0; EMSGSIZE when the buffer is small, ENOTSUP when none is set
 * Context:   any thread
 * Units:     *mibLen in bytes
 */
errno_t ifnet_get_link_mib_data(ifnet_t interface, void *mibData,
    u_int32_t *mibLen);

/*
 * The length of the data for queries of the link layer.
 * Returns:   bytes; 0 when none is set
 * Context:   any
 */
u_int32_t ifnet_get_link_mib_data_length(ifnet_t interface);

/*
 * Attaches a protocol to an interface and marks the interface up; the
 * parameters are copied.
 * Returns:   0; EINVAL, ENXIO when the interface is not attached, EEXIST,
 *            ENOMEM, or add_proto's error
 * Ownership: ended with ifnet_detach_protocol()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_attach_protocol(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_attach_proto_param *proto_details);

/*
 * ifnet_attach_protocol() with an input function for lists; declared for
 * sources, not exported.
 * Returns:   as ifnet_attach_protocol()
 * Ownership: ended with ifnet_detach_protocol()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_attach_protocol_v2(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_attach_proto_param_v2 *proto_details);

/*
 * Detaches a protocol; its detached callback comes when the last packet has
 * let go.
 * Returns:   0; EINVAL, ENXIO when it is not attached
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_detach_protocol(ifnet_t interface,
    protocol_family_t protocol_family);

/*
 * Sends a list of packets to one destination: pre_output, framer, filters,
 * driver.
 * Returns:   0; EINVAL, ENXIO, or the result of the last packet
 * Ownership: consumes packet on success and on failure
 * Context:   any thread, may block
 * Locks:     none held
 */
errno_t ifnet_output(ifnet_t interface, protocol_family_t protocol_family,
    mbuf_t packet, void *route, const struct sockaddr *dest);

/*
 * Sends complete frames; filters see them.
 * Returns:   0; EINVAL, ENXIO, or the result of the last packet
 * Ownership: consumes packet on success and on failure
 * Context:   any thread, may block
 * Locks:     none held
 */
errno_t ifnet_output_raw(ifnet_t interface, protocol_family_t protocol_family,
    mbuf_t packet);

/*
 * Hands received packets to the stack, each with rcvif and link header set;
 * stats, if not NULL, is counted instead of what the stack would.
 * Returns:   0, or EINVAL
 * Ownership: consumes first_packet and its list on success and on failure
 * Context:   any thread, interrupt
 * Locks:     none held
 */
errno_t ifnet_input(ifnet_t interface, mbuf_t first_packet,
    const struct ifnet_stat_increment_param *stats);

/*
 * Does a request on an interface: filters, protocol, driver.
 * Returns:   0; EOPNOTSUPP when nobody knew it, EINVAL, or why it failed
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_ioctl(ifnet_t interface, protocol_family_t protocol,
    unsigned long ioctl_code, void *ioctl_arg);

/*
 * Posts an event of an interface to filters, protocols, driver and event
 * sockets.
 * Returns:   0, or EINVAL
 * Ownership: borrows event_ptr
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_event(ifnet_t interface, struct kern_event_msg *event_ptr);

/*
 * Sets the largest packet; the driver is not told.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 * Units:     mtu in bytes
 */
errno_t ifnet_set_mtu(ifnet_t interface, u_int32_t mtu);

/*
 * The largest packet.
 * Returns:   bytes; 0 for NULL
 * Context:   any
 */
u_int32_t ifnet_mtu(ifnet_t interface);

/*
 * The interface's type.
 * Returns:   IFT_
 * Context:   any
 */
u_int8_t ifnet_type(ifnet_t interface);

/*
 * Sets the length of link addresses, before the interface is attached.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 * Units:     addrlen in bytes
 */
errno_t ifnet_set_addrlen(ifnet_t interface, u_int8_t addrlen);

/*
 * The length of link addresses.
 * Returns:   bytes
 * Context:   any
 */
u_int8_t ifnet_addrlen(ifnet_t interface);

/*
 * Sets the length of the link header.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 * Units:     hdrlen in bytes
 */
errno_t ifnet_set_hdrlen(ifnet_t interface, u_int8_t hdrlen);

/*
 * The length of the link header.
 * Returns:   bytes
 * Context:   any
 */
u_int8_t ifnet_hdrlen(ifnet_t interface);

/*
 * Sets the routing metric.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_set_metric(ifnet_t interface, u_int32_t metric);

/*
 * The routing metric.
 * Returns:   the metric
 * Context:   any
 */
u_int32_t ifnet_metric(ifnet_t interface);

/*
 * Sets the speed of the link.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 * Units:     baudrate in bits a second
 */
errno_t ifnet_set_baudrate(ifnet_t interface, u_int64_t baudrate);

/*
 * The speed of the link.
 * Returns:   bits a second
 * Context:   any
 */
u_int64_t ifnet_baudrate(ifnet_t interface);

/*
 * Adds to the counters.
 * Returns:   0, or EINVAL for NULL
 * Context:   any
 */
errno_t ifnet_stat_increment(ifnet_t interface,
    const struct ifnet_stat_increment_param *counts);

/*
 * Adds to the counters of input.
 * Returns:   0, or EINVAL for NULL
 * Context:   any
 */
errno_t ifnet_stat_increment_in(ifnet_t interface, u_int32_t packets_in,
    u_int32_t bytes_in, u_int32_t errors_in);

/*
 * Adds to the counters of output.
 * Returns:   0, or EINVAL for NULL
 * Context:   any
 */
errno_t ifnet_stat_increment_out(ifnet_t interface, u_int32_t packets_out,
    u_int32_t bytes_out, u_int32_t errors_out);

/*
 * Sets all counters.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_set_stat(ifnet_t interface,
    const struct ifnet_stats_param *stats);

/*
 * Reads all counters.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_stat(ifnet_t interface, struct ifnet_stats_param *out_stats);

/*
 * Counts a wish for every frame of the link, or takes one back; the first and
 * last change IFF_PROMISC.
 * Returns:   0, or the driver's error, and then nothing is counted
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_set_promiscuous(ifnet_t interface, int on);

/*
 * Sets the time of the last change to now.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifnet_touch_lastchange(ifnet_t interface);

/*
 * The time of the last change.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 * Units:     calendar time
 */
errno_t ifnet_lastchange(ifnet_t interface, struct timeval *last_change);

/*
 * The addresses of an interface, or of all for NULL, as an array that ends
 * with NULL.
 * Returns:   0; ENXIO when there are none, ENOMEM, EINVAL
 * Ownership: each is referenced; ended with ifnet_free_address_list()
 * Context:   thread, may block
 */
errno_t ifnet_get_address_list(ifnet_t interface, ifaddr_t **addresses);

/*
 * ifnet_get_address_list() of one family, 0 for any.
 * Returns:   0; ENXIO when there are none, ENOMEM, EINVAL
 * Ownership: each is referenced; ended with ifnet_free_address_list()
 * Context:   thread, may block
 */
errno_t ifnet_get_address_list_family(ifnet_t interface, ifaddr_t **addresses,
    sa_family_t family);

/*
 * Drops the references of an address list and frees it.
 * Ownership: consumes addresses
 * Context:   any thread
 */
void ifnet_free_address_list(ifaddr_t *addresses);

/*
 * Changes the link address, and posts KEV_DL_LINK_ADDRESS_CHANGED; the driver
 * is not told.
 * Returns:   0; EINVAL for a wrong length, ENXIO when the interface is not
 *            attached
 * Context:   thread, may block
 * Locks:     none held
 * Units:     lladdr_len in bytes; 0 clears it
 */
errno_t ifnet_set_lladdr(ifnet_t interface, const void *lladdr,
    size_t lladdr_len);

/*
 * Copies the link address.
 * Returns:   0; EINVAL for NULL, EMSGSIZE when length is not its length
 * Context:   any thread
 * Units:     length in bytes
 */
errno_t ifnet_lladdr_copy_bytes(ifnet_t interface, void *lladdr, size_t length);

/*
 * The bytes of the link address where they are kept; prefer
 * ifnet_lladdr_copy_bytes().
 * Returns:   the address; NULL for NULL and an interface never attached
 * Ownership: the interface's, valid while it is; changes when the address
 *            does
 * Context:   any thread
 */
void *ifnet_lladdr(ifnet_t interface);

/*
 * Copies the broadcast address of the link.
 * Returns:   0; EINVAL for NULL, EMSGSIZE when the buffer is small, ENXIO
 *            when there is none
 * Context:   any thread
 * Units:     bufferlen and *out_len in bytes
 */
errno_t ifnet_llbroadcast_copy_bytes(ifnet_t interface, void *addr,
    size_t bufferlen, size_t *out_len);

/*
 * The link address of a protocol's multicast address.
 * Returns:   0; EOPNOTSUPP, EADDRNOTAVAIL
 * Context:   thread, may block
 * Locks:     none held
 * Units:     ll_len in bytes
 */
errno_t ifnet_resolve_multicast(ifnet_t ifp,
    const struct sockaddr *proto_addr, struct sockaddr *ll_addr,
    size_t ll_len);

/*
 * Joins a multicast group of the link; the driver's ioctl SIOCADDMULTI
 * follows on the first join.
 * Returns:   0; EINVAL for another family, EADDRNOTAVAIL, or check_multi's
 *            error
 * Ownership: *multicast, if wanted, carries a reference, dropped with
 *            ifmaddr_release()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_add_multicast(ifnet_t interface, const struct sockaddr *maddr,
    ifmultiaddr_t *multicast);

/*
 * Leaves a multicast group of the link once.
 * Returns:   0; EINVAL, ENOENT when it was not joined
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ifnet_remove_multicast(ifmultiaddr_t multicast);

/*
 * The multicast groups of an interface, as an array that ends with NULL.
 * Returns:   0; ENOMEM, EINVAL
 * Ownership: each is referenced; ended with ifnet_free_multicast_list()
 * Context:   thread, may block
 */
errno_t ifnet_get_multicast_list(ifnet_t interface, ifmultiaddr_t **addresses);

/*
 * Drops the references of a multicast list and frees it.
 * Ownership: consumes multicasts
 * Context:   any thread
 */
void ifnet_free_multicast_list(ifmultiaddr_t *multicasts);

/*
 * Finds an attached interface: "en0".
 * Returns:   0; ENXIO with *interface NULL, EINVAL for NULL
 * Ownership: *interface carries a reference, dropped with ifnet_release()
 * Context:   any thread
 */
errno_t ifnet_find_by_name(const char *ifname, ifnet_t *interface);

/*
 * The attached interfaces of a family, 0 for any, as an array that ends with
 * NULL.
 * Returns:   0; ENXIO when there are none, ENOMEM, EINVAL
 * Ownership: each is referenced; ended with ifnet_list_free()
 * Context:   thread, may block
 */
errno_t ifnet_list_get(ifnet_family_t family, ifnet_t **interfaces,
    u_int32_t *count);

/*
 * Drops the references of an interface list and frees it.
 * Ownership: consumes interfaces
 * Context:   any thread
 */
void ifnet_list_free(ifnet_t *interfaces);

/*
 * Adds a reference to an address.
 * Returns:   0, or EINVAL for NULL
 * Ownership: the reference is the caller's, dropped with ifaddr_release()
 * Context:   any thread
 */
errno_t ifaddr_reference(ifaddr_t ifaddr);

/*
 * Drops a reference to an address.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifaddr_release(ifaddr_t ifaddr);

/*
 * Copies the address.
 * Returns:   0; EMSGSIZE when it was cut, ENOTSUP when there is none, EINVAL
 * Context:   any thread
 * Units:     addr_size in bytes
 */
errno_t ifaddr_address(ifaddr_t ifaddr, struct sockaddr *out_addr,
    u_int32_t addr_size);

/*
 * The family of an address.
 * Returns:   AF_; 0 for NULL
 * Context:   any
 */
sa_family_t ifaddr_address_family(ifaddr_t ifaddr);

/*
 * Copies the address of the peer, or the broadcast address.
 * Returns:   0; EMSGSIZE when it was cut, ENOTSUP when there is none, EINVAL
 * Context:   any thread
 * Units:     dstaddr_size in bytes
 */
errno_t ifaddr_dstaddress(ifaddr_t ifaddr, struct sockaddr *out_dstaddr,
    u_int32_t dstaddr_size);

/*
 * Copies the mask of the network.
 * Returns:   0; EMSGSIZE when it was cut, ENOTSUP when there is none, EINVAL
 * Context:   any thread
 * Units:     netmask_size in bytes
 */
errno_t ifaddr_netmask(ifaddr_t ifaddr, struct sockaddr *out_netmask,
    u_int32_t netmask_size);

/*
 * The interface of an address.
 * Returns:   the interface, without a reference, or NULL
 * Context:   any thread
 */
ifnet_t ifaddr_ifnet(ifaddr_t ifaddr);

/*
 * Finds a local address.
 * Returns:   the address, or NULL
 * Ownership: referenced, dropped with ifaddr_release()
 * Context:   any thread
 */
ifaddr_t ifaddr_withaddr(const struct sockaddr *address);

/*
 * Finds the address whose point-to-point peer this is.
 * Returns:   the address, or NULL
 * Ownership: referenced, dropped with ifaddr_release()
 * Context:   any thread
 */
ifaddr_t ifaddr_withdstaddr(const struct sockaddr *destination);

/*
 * Finds an address on the network of this one.
 * Returns:   the address, or NULL
 * Ownership: referenced, dropped with ifaddr_release()
 * Context:   any thread
 */
ifaddr_t ifaddr_withnet(const struct sockaddr *net);

/*
 * Finds the address for a route.
 * Returns:   the address, or NULL
 * Ownership: referenced, dropped with ifaddr_release()
 * Context:   any thread
 */
ifaddr_t ifaddr_withroute(int flags, const struct sockaddr *destination,
    const struct sockaddr *gateway);

/*
 * Finds the best source address of an interface for a destination.
 * Returns:   the address, or NULL
 * Ownership: referenced, dropped with ifaddr_release()
 * Context:   any thread
 */
ifaddr_t ifaddr_findbestforaddr(const struct sockaddr *addr, ifnet_t interface);

/*
 * Adds a reference to a multicast group.
 * Returns:   0, or EINVAL for NULL
 * Ownership: the reference is the caller's, dropped with ifmaddr_release()
 * Context:   any thread
 */
errno_t ifmaddr_reference(ifmultiaddr_t ifmaddr);

/*
 * Drops a reference to a multicast group.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t ifmaddr_release(ifmultiaddr_t ifmaddr);

/*
 * Copies the address of a multicast group.
 * Returns:   0; EMSGSIZE when it was cut, ENOTSUP when there is none, EINVAL
 * Context:   any thread
 * Units:     addr_size in bytes
 */
errno_t ifmaddr_address(ifmultiaddr_t ifmaddr, struct sockaddr *out_multicast,
    u_int32_t addr_size);

/*
 * Copies the link address of a multicast group.
 * Returns:   0; EMSGSIZE when it was cut, ENOTSUP when there is none, EINVAL
 * Context:   any thread
 * Units:     addr_size in bytes
 */
errno_t ifmaddr_lladdress(ifmultiaddr_t ifmaddr,
    struct sockaddr *out_link_layer_multicast, u_int32_t addr_size);

/*
 * The interface of a multicast group.
 * Returns:   the interface, without a reference, or NULL
 * Context:   any thread
 */
ifnet_t ifmaddr_ifnet(ifmultiaddr_t ifmaddr);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_INTERFACE_H_ */
