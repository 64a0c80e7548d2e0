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
 * Tap function the stack hands to an interface through ifnet_set_bpf_tap;
 * driver calls it for each packet; packet stays with the driver.
 */
typedef errno_t (*bpf_packet_func)(ifnet_t interface, mbuf_t data);

/*
 * Transmit one complete frame (one packet unless IFEF_SENDLIST). OWNS data,
 * must free it in every case. 0 or errno (ENOBUFS...). May run concurrently
 * on several threads, may be called from the network thread; must not block
 * long.
 */
typedef errno_t (*ifnet_output_func)(ifnet_t interface, mbuf_t data);

/*
 * Interface ioctl after filters and protocols. EOPNOTSUPP for unknown. data
 * is kernel memory, NULL for the SIOCSIFFLAGS / SIOCADDMULTI / SIOCDELMULTI
 * the stack itself sends: read ifnet_flags or the multicast list. NULL in
 * init params: a stub answering EOPNOTSUPP.
 */
typedef errno_t (*ifnet_ioctl_func)(ifnet_t interface, unsigned long cmd,
    void *data);

/*
 * Enable/disable capture: mode DISABLED/INPUT/OUTPUT/INPUT_OUTPUT with
 * callback. Legacy path used for the first DLT attached by bpfattach. May be
 * NULL.
 */
typedef errno_t (*ifnet_set_bpf_tap)(ifnet_t interface, bpf_tap_mode mode,
    bpf_packet_func callback);

/*
 * Interface fully detached, no more callbacks: softc may be freed and
 * ifnet_release called. Runs on the detach thread.
 */
typedef void (*ifnet_detached_func)(ifnet_t interface);

/*
 * Classify: store the family and return 0; ENOENT unknown; EJUSTRETURN =
 * consumed; other error = as unknown (frame still goes to filters with
 * protocol 0). Interface lock held shared: do not attach/detach protocols
 * here.
 */
typedef errno_t (*ifnet_demux_func)(ifnet_t interface, mbuf_t packet,
    char *frame_header, protocol_family_t *protocol_family);

/*
 * Event on the interface, after filters and protocols.
 */
typedef void (*ifnet_event_func)(ifnet_t interface, const struct kev_msg *msg);

/*
 * Prepend the link header (may replace *packet). dest is the protocol
 * address, dest_linkaddr / frame_type what pre_output produced. Error: stack
 * frees unless EJUSTRETURN (framer owns). NULL allowed for header-less links.
 * An embedded-only form has two more parameters; the desktop form never had.
 */
typedef errno_t (*ifnet_framer_func)(ifnet_t interface, mbuf_t *packet,
    const struct sockaddr *dest, const char *dest_linkaddr,
    const char *frame_type);

/*
 * Protocol being attached; remember demux descriptors. Interface lock held
 * exclusive. Error (EEXIST, EINVAL, ENOSPC) refuses the attach. Required.
 */
typedef errno_t (*ifnet_add_proto_func)(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_demux_desc *demux_array, u_int32_t demux_count);

/*
 * Protocol being detached; result ignored. Required.
 */
typedef errno_t (*ifnet_del_proto_func)(ifnet_t interface,
    protocol_family_t protocol_family);

/*
 * 0 = multicast address acceptable; EADDRNOTAVAIL/EINVAL reject; EOPNOTSUPP.
 */
typedef errno_t (*ifnet_check_multi)(ifnet_t interface,
    const struct sockaddr *mcast);

/*
 * Deliver one packet to the protocol; header = link header pointer. 0 =
 * consumed; EJUSTRETURN = consumed; other error = stack frees it. Required.
 */
typedef errno_t (*proto_media_input)(ifnet_t ifp, protocol_family_t protocol,
    mbuf_t packet, char *header);

/*
 * Same for a packet LIST; link header pointer is in the packet header.
 * Required in the v2 struct.
 */
typedef errno_t (*proto_media_input_v2)(ifnet_t ifp,
    protocol_family_t protocol, mbuf_t packet);

/*
 * Before framing, once per list: resolve dest, fill frame_type and
 * link_layer_dest. 0 go on; EJUSTRETURN: packet kept (e.g. waiting for ARP),
 * caller sees success, next packet tried; else packet and rest of the list
 * freed and error returned. May be NULL.
 */
typedef errno_t (*proto_media_preout)(ifnet_t ifp, protocol_family_t protocol,
    mbuf_t *packet, const struct sockaddr *dest, void *route,
    char *frame_type, char *link_layer_dest);

/*
 * Interface event for the protocol.
 */
typedef void (*proto_media_event)(ifnet_t ifp, protocol_family_t protocol,
    const struct kev_msg *event);

/*
 * Protocol part of an ioctl; EOPNOTSUPP = not mine.
 */
typedef errno_t (*proto_media_ioctl)(ifnet_t ifp, protocol_family_t protocol,
    unsigned long command, void *argument);

/*
 * Protocol is detached and unreferenced; last callback.
 */
typedef errno_t (*proto_media_detached)(ifnet_t ifp,
    protocol_family_t protocol);

/*
 * Map protocol multicast to link address in out_ll (ll_len bytes); EOPNOTSUPP
 * lets the interface check the protocol address.
 */
typedef errno_t (*proto_media_resolve_multi)(ifnet_t ifp,
    const struct sockaddr *proto_addr, struct sockaddr_dl *out_ll,
    size_t ll_len);

/*
 * Send a resolution request/reply on this medium. arpop ARPOP_REQUEST 1 /
 * REPLY 2; sender/target addresses may be NULL.
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
 * Creates a detached interface with one reference. EINVAL family 0, name NULL
 * or >=16 chars, type 0 or >255, output NULL; EBUSY uniqueid or name+unit in
 * use by an interface of the same family; ENOMEM. An old structure with the
 * same family+uniqueid is recycled (same ifnet_t pointer, same index).
 * uniqueid NULL: name+unit is used. Strings and params are copied.
 */
errno_t ifnet_allocate(const struct ifnet_init_params *init,
    ifnet_t *interface);

/*
 * +1; EINVAL NULL.
 */
errno_t ifnet_reference(ifnet_t interface);

/*
 * -1; EINVAL NULL, panics below 0. A never-attached interface becomes
 * recyclable at 0, an attached one right after its detach callback, whatever
 * references remain; the memory is never freed.
 */
errno_t ifnet_release(ifnet_t interface);

/*
 * Makes it visible: index assigned, link address set from ll_addr (may be
 * NULL), counters zeroed, input thread created, KEV_DL_IF_ATTACHED posted.
 * EINVAL NULL or address length mismatch, EEXIST attached, ENODEV no
 * add_proto/del_proto, ENOBUFS. Not up yet. A detached interface must be
 * allocated anew first (panic).
 */
errno_t ifnet_attach(ifnet_t interface, const struct sockaddr_dl *ll_addr);

/*
 * Starts asynchronous removal: 0 at once. EINVAL never attached or already
 * detaching (ENXIO for the latter up to 10.6). Interface filters and
 * protocols are detached later by a kernel thread; the detach callback is the
 * end; only I/O in progress delays it, not references. Do not free softc
 * before. (10.4: EWOULDBLOCK meant still busy.)
 */
errno_t ifnet_detach(ifnet_t interface);

/*
 * Dynamic interface family number for a string (>=1000).
 */
errno_t ifnet_interface_family_find(const char *module_string,
    ifnet_family_t *family_id);

/*
 * Pointer given at allocation.
 */
void *ifnet_softc(ifnet_t interface);

/*
 * Name without unit ("en"); valid while referenced.
 */
const char *ifnet_name(ifnet_t interface);

/*
 * IFNET_FAMILY_*.
 */
ifnet_family_t ifnet_family(ifnet_t interface);

/*
 * Unit number.
 */
u_int32_t ifnet_unit(ifnet_t interface);

/*
 * Index (>0 after attach); 0xffffffff for NULL.
 */
u_int32_t ifnet_index(ifnet_t interface);

/*
 * flags = (new & mask) | (old & ~mask). IFF_UP in mask toggles the up state
 * (starts routing/multicast actions); IFF_RUNNING is set by the driver.
 * EINVAL NULL. Does not call the driver's ioctl.
 */
errno_t ifnet_set_flags(ifnet_t interface, u_int16_t new_flags, u_int16_t mask);

/*
 * IFF_* as 16 bits.
 */
u_int16_t ifnet_flags(ifnet_t interface);

/*
 * Extended flags: what an interface can do beyond the classic flags, for
 * example IFEF_SENDLIST (0x4): its output function takes packet lists.
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
 * IFCAP_* the hardware can do; EINVAL unknown bits.
 */
errno_t ifnet_set_capabilities_supported(ifnet_t interface,
    u_int32_t new_caps, u_int32_t mask);

/*
 * Read back.
 */
u_int32_t ifnet_capabilities_supported(ifnet_t interface);

/*
 * EINVAL for bits not supported; posts KEV_DL_IFCAP_CHANGED (even on error).
 */
errno_t ifnet_set_capabilities_enabled(ifnet_t interface, u_int32_t new_caps,
    u_int32_t mask);

/*
 * Read back.
 */
u_int32_t ifnet_capabilities_enabled(ifnet_t interface);

/*
 * IFNET_CSUM_* etc. the interface performs on output; replaces; also sets
 * matching IFCAP bits.
 */
errno_t ifnet_set_offload(ifnet_t interface, ifnet_offload_t offload);

/*
 * Read back.
 */
ifnet_offload_t ifnet_offload(ifnet_t interface);

/*
 * Largest TSO frame; EINVAL below mtu or TSO not set; EPROTONOSUPPORT other
 * family.
 */
errno_t ifnet_set_tso_mtu(ifnet_t interface, sa_family_t family,
    u_int32_t mtuLen);

/*
 * Read back, same errors.
 */
errno_t ifnet_get_tso_mtu(ifnet_t interface, sa_family_t family,
    u_int32_t *mtuLen);

/*
 * Wake-on-LAN property bits; EINVAL unknown; posts KEV_DL_WAKEFLAGS_CHANGED.
 */
errno_t ifnet_set_wake_flags(ifnet_t interface, u_int32_t properties,
    u_int32_t mask);

/*
 * Read back.
 */
u_int32_t ifnet_get_wake_flags(ifnet_t interface);

/*
 * Pointer (not copied) served to the link-layer MIB query. EINVAL NULL.
 */
errno_t ifnet_set_link_mib_data(ifnet_t interface, void *mibData,
    u_int32_t mibLen);

/*
 * Copies out; EMSGSIZE buffer small; ENOTSUP none set.
 */
errno_t ifnet_get_link_mib_data(ifnet_t interface, void *mibData,
    u_int32_t *mibLen);

/*
 * 0 when none.
 */
u_int32_t ifnet_get_link_mib_data_length(ifnet_t interface);

/*
 * EINVAL NULL/0; ENXIO interface not attached; EEXIST; ENOMEM; error of
 * add_proto. proto_details copied, demux array only used during the call. On
 * success (every time, 10.13+) the interface is marked IFF_UP and its ioctl
 * gets SIOCSIFFLAGS with data NULL; posts KEV_DL_PROTO_ATTACHED.
 */
errno_t ifnet_attach_protocol(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_attach_proto_param *proto_details);

/*
 * Same with list input. Declared, not exported on x86.
 */
errno_t ifnet_attach_protocol_v2(ifnet_t interface,
    protocol_family_t protocol_family,
    const struct ifnet_attach_proto_param_v2 *proto_details);

/*
 * EINVAL, ENXIO not attached. Calls del_proto, stubs the callbacks at once;
 * detached callback, route removal and KEV_DL_PROTO_DETACHED only after the
 * last packet/ioctl in flight let go. When the last protocol goes IFF_UP is
 * cleared (SIOCSIFFLAGS to the driver, data NULL).
 */
errno_t ifnet_detach_protocol(ifnet_t interface,
    protocol_family_t protocol_family);

/*
 * Protocol output path: pre_output, framer, filters, driver. Packet LIST to
 * one destination accepted: pre_output runs for its first packet only (again
 * for the next when that was parked). Always consumes. EINVAL, ENXIO
 * (interface gone or protocol not attached), else the result of the last
 * packet; EJUSTRETURN becomes 0.
 */
errno_t ifnet_output(ifnet_t interface, protocol_family_t protocol_family,
    mbuf_t packet, void *route, const struct sockaddr *dest);

/*
 * Skips pre_output and framer: complete frames; filters still run. Always
 * consumes.
 */
errno_t ifnet_output_raw(ifnet_t interface, protocol_family_t protocol_family,
    mbuf_t packet);

/*
 * Hand received packets (list via nextpkt) to the stack: queued, processed
 * later on the input thread of the interface. Each packet needs packet
 * header, rcvif and header pointer. stats NULL: the stack counts packets and
 * bytes itself; non-NULL: exactly these numbers are added instead. Always
 * consumes the list; EINVAL (NULL list or interface not attached) frees it.
 */
errno_t ifnet_input(ifnet_t interface, mbuf_t first_packet,
    const struct ifnet_stat_increment_param *stats);

/*
 * Runs filters, protocol, interface in this order (see semantics). EOPNOTSUPP
 * nobody, or interface not attached; EINVAL NULL or code 0.
 */
errno_t ifnet_ioctl(ifnet_t interface, protocol_family_t protocol,
    unsigned long ioctl_code, void *ioctl_arg);

/*
 * Broadcast event_ptr (header+data, total_size right) to filters, attached
 * protocols, interface, then event sockets. event_ptr stays with the caller.
 * EINVAL.
 */
errno_t ifnet_event(ifnet_t interface, struct kern_event_msg *event_ptr);

/*
 * Stores; does not call the driver. EINVAL.
 */
errno_t ifnet_set_mtu(ifnet_t interface, u_int32_t mtu);

/*
 * 0 for NULL.
 */
u_int32_t ifnet_mtu(ifnet_t interface);

/*
 * IFT_*.
 */
u_int8_t ifnet_type(ifnet_t interface);

/*
 * Link address length; before attach.
 */
errno_t ifnet_set_addrlen(ifnet_t interface, u_int8_t addrlen);

/*
 * Length.
 */
u_int8_t ifnet_addrlen(ifnet_t interface);

/*
 * Link header length (max frame header).
 */
errno_t ifnet_set_hdrlen(ifnet_t interface, u_int8_t hdrlen);

/*
 * Length.
 */
u_int8_t ifnet_hdrlen(ifnet_t interface);

/*
 * Routing metric.
 */
errno_t ifnet_set_metric(ifnet_t interface, u_int32_t metric);

/*
 * Value.
 */
u_int32_t ifnet_metric(ifnet_t interface);

/*
 * bits/s (32-bit clipped in public counter).
 */
errno_t ifnet_set_baudrate(ifnet_t interface, u_int64_t baudrate);

/*
 * Value.
 */
u_int64_t ifnet_baudrate(ifnet_t interface);

/*
 * Adds all eight counters. EINVAL.
 */
errno_t ifnet_stat_increment(ifnet_t interface,
    const struct ifnet_stat_increment_param *counts);

/*
 * Adds input counters.
 */
errno_t ifnet_stat_increment_in(ifnet_t interface, u_int32_t packets_in,
    u_int32_t bytes_in, u_int32_t errors_in);

/*
 * Adds output counters.
 */
errno_t ifnet_stat_increment_out(ifnet_t interface, u_int32_t packets_out,
    u_int32_t bytes_out, u_int32_t errors_out);

/*
 * Overwrites all counters.
 */
errno_t ifnet_set_stat(ifnet_t interface,
    const struct ifnet_stats_param *stats);

/*
 * Reads all counters.
 */
errno_t ifnet_stat(ifnet_t interface, struct ifnet_stats_param *out_stats);

/*
 * Counted: first on sets IFF_PROMISC, last off clears it; when the interface
 * is up SIOCSIFFLAGS goes down the ioctl path, and its error is returned
 * after undoing the count. Down interface: only recorded.
 */
errno_t ifnet_set_promiscuous(ifnet_t interface, int on);

/*
 * Timestamp = now.
 */
errno_t ifnet_touch_lastchange(ifnet_t interface);

/*
 * Reads timestamp (wall clock).
 */
errno_t ifnet_lastchange(ifnet_t interface, struct timeval *last_change);

/*
 * NULL-terminated array of referenced ifaddr_t of one interface (NULL = all).
 * Free with ifnet_free_address_list. ENXIO none, ENOMEM, EINVAL.
 */
errno_t ifnet_get_address_list(ifnet_t interface, ifaddr_t **addresses);

/*
 * Same restricted to one family (0 = any).
 */
errno_t ifnet_get_address_list_family(ifnet_t interface, ifaddr_t **addresses,
    sa_family_t family);

/*
 * Drops references and the array.
 */
void ifnet_free_address_list(ifaddr_t *addresses);

/*
 * Changes link address; len 0 clears; EINVAL wrong length; ENXIO not
 * attached. Posts KEV_DL_LINK_ADDRESS_CHANGED. Does not call the driver.
 */
errno_t ifnet_set_lladdr(ifnet_t interface, const void *lladdr,
    size_t lladdr_len);

/*
 * Copies the link address; EINVAL NULL; EMSGSIZE when length is not exactly
 * the address length (buffer zeroed).
 */
errno_t ifnet_lladdr_copy_bytes(ifnet_t interface, void *lladdr, size_t length);

/*
 * Broadcast link address; *out_len = needed; EINVAL NULL, EMSGSIZE buffer
 * small, ENXIO none.
 */
errno_t ifnet_llbroadcast_copy_bytes(ifnet_t interface, void *addr,
    size_t bufferlen, size_t *out_len);

/*
 * Protocol multicast -> link address through the attached protocol;
 * EOPNOTSUPP; EADDRNOTAVAIL.
 */
errno_t ifnet_resolve_multicast(ifnet_t ifp,
    const struct sockaddr *proto_addr, struct sockaddr *ll_addr,
    size_t ll_len);

/*
 * Joins a link-layer (AF_LINK or AF_UNSPEC) multicast; refcounted; *multicast
 * gets a reference (pointer may be NULL). EINVAL other family or malformed,
 * EADDRNOTAVAIL without IFF_MULTICAST, error of check_multi. Calls driver
 * ioctl SIOCADDMULTI (data NULL, result ignored) on first join.
 */
errno_t ifnet_add_multicast(ifnet_t interface, const struct sockaddr *maddr,
    ifmultiaddr_t *multicast);

/*
 * Leaves once; EINVAL; ENOENT when not joined through ifnet_add_multicast.
 * Reference still must be released with ifmaddr_release.
 */
errno_t ifnet_remove_multicast(ifmultiaddr_t multicast);

/*
 * NULL-terminated array of referenced entries; may be empty. ENOMEM, EINVAL.
 */
errno_t ifnet_get_multicast_list(ifnet_t interface, ifmultiaddr_t **addresses);

/*
 * Frees it.
 */
void ifnet_free_multicast_list(ifmultiaddr_t *multicasts);

/*
 * "en0"; referenced result, release it. ENXIO (result NULL; detaching
 * interfaces are not found); EINVAL name NULL.
 */
errno_t ifnet_find_by_name(const char *ifname, ifnet_t *interface);

/*
 * Referenced NULL-terminated array of attached interfaces of a family (0
 * any), count. ENXIO none, ENOMEM, EINVAL.
 */
errno_t ifnet_list_get(ifnet_family_t family, ifnet_t **interfaces,
    u_int32_t *count);

/*
 * Releases all and the array.
 */
void ifnet_list_free(ifnet_t *interfaces);

/*
 * +1.
 */
errno_t ifaddr_reference(ifaddr_t ifaddr);

/*
 * -1.
 */
errno_t ifaddr_release(ifaddr_t ifaddr);

/*
 * Copies the address; EMSGSIZE truncated (partial copied), ENOTSUP none,
 * EINVAL.
 */
errno_t ifaddr_address(ifaddr_t ifaddr, struct sockaddr *out_addr,
    u_int32_t addr_size);

/*
 * AF_*; 0 for NULL.
 */
sa_family_t ifaddr_address_family(ifaddr_t ifaddr);

/*
 * Peer or broadcast address, same errors.
 */
errno_t ifaddr_dstaddress(ifaddr_t ifaddr, struct sockaddr *out_dstaddr,
    u_int32_t dstaddr_size);

/*
 * Netmask, same errors.
 */
errno_t ifaddr_netmask(ifaddr_t ifaddr, struct sockaddr *out_netmask,
    u_int32_t netmask_size);

/*
 * Owning interface, not referenced.
 */
ifnet_t ifaddr_ifnet(ifaddr_t ifaddr);

/*
 * Exact local address; referenced or NULL.
 */
ifaddr_t ifaddr_withaddr(const struct sockaddr *address);

/*
 * Point-to-point peer; referenced or NULL.
 */
ifaddr_t ifaddr_withdstaddr(const struct sockaddr *destination);

/*
 * Address on the network containing net; referenced or NULL.
 */
ifaddr_t ifaddr_withnet(const struct sockaddr *net);

/*
 * Best for a route (flags RTF_*); referenced or NULL.
 */
ifaddr_t ifaddr_withroute(int flags, const struct sockaddr *destination,
    const struct sockaddr *gateway);

/*
 * Best source on interface for addr; referenced or NULL.
 */
ifaddr_t ifaddr_findbestforaddr(const struct sockaddr *addr, ifnet_t interface);

/*
 * +1.
 */
errno_t ifmaddr_reference(ifmultiaddr_t ifmaddr);

/*
 * -1.
 */
errno_t ifmaddr_release(ifmultiaddr_t ifmaddr);

/*
 * Copies the multicast address; EMSGSIZE, ENOTSUP, EINVAL.
 */
errno_t ifmaddr_address(ifmultiaddr_t ifmaddr, struct sockaddr *out_multicast,
    u_int32_t addr_size);

/*
 * Link-layer form; ENOTSUP when none.
 */
errno_t ifmaddr_lladdress(ifmultiaddr_t ifmaddr,
    struct sockaddr *out_link_layer_multicast, u_int32_t addr_size);

/*
 * Interface or NULL, not referenced.
 */
ifnet_t ifmaddr_ifnet(ifmultiaddr_t ifmaddr);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_KPI_INTERFACE_H_ */
