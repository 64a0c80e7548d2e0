/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network interfaces: the structure behind ifnet_t, its addresses and its
 * multicast memberships.
 *
 * States of an interface (if_state):
 *
 *	IFNET_ALLOCATED   made by ifnet_allocate, invisible
 *	IFNET_ATTACHED    has an index, carries packets
 *	IFNET_DETACHING   out of the lists; new input, output and ioctls fail,
 *	                  those already inside (if_io) finish
 *	IFNET_DETACHED    the detach callback has run; the structure may be
 *	                  handed out again by ifnet_allocate
 *
 * A structure is never given back to the heap: a stale handle finds a dead
 * interface, not freed memory.  Two counts exist.  if_refcnt counts plain
 * references and delays nothing; if_io counts threads that are inside the
 * interface (output, input batch, ioctl, event) and delays the detach thread.
 *
 * Locks, outer to inner: plumber mutex, if_proto_lock, if_lock.  The input
 * queues have one spin lock of their own in dlil_input.c.
 * All of them are taken below the net lock where both are held, and none is
 * held while a kext is called, with one exception that the KPI asks for:
 * demux runs with if_proto_lock shared, add_proto and del_proto with it
 * exclusive.
 *
 *	I  immutable while attached	a  atomic
 *	H  the list lock in ifnet.c	L  if_lock
 *	P  if_proto_lock		Q  the input queue lock
 *	N  net lock			o  owner of the slot decides
 */
#ifndef NET_DLIL_IFNET_H
#define NET_DLIL_IFNET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <net/kpi_protocol.h>

#include "kernel/layout.h"
#include "kernel/sync/lock.h"
#include "kernel/kext/gate.h"
#include "net/common/hook_list.h"

struct kern_event_msg;
struct bpf_if;
struct if_proto;
struct kext;

enum ifnet_state {
	IFNET_ALLOCATED,
	IFNET_ATTACHED,
	IFNET_DETACHING,
	IFNET_DETACHED,
};

/*
 * One address of an interface.  The entry with family AF_LINK is made by
 * ifnet_attach; the others belong to the network protocols (net/inet), which
 * link them with ifa_insert and take them out with ifa_remove.
 */
struct __ifaddr {
	TAILQ_ENTRY(__ifaddr) ifa_link;		/* L  if_addrs */
	ifnet_t		ifa_ifp;		/* I  not referenced */
	uint32_t	ifa_refcnt;		/* a */
	bool		ifa_linked;		/* L */
	uint32_t	ifa_flags;		/* L  IFA_* and IN6_IFF_* */
	uint32_t	ifa_prefixlen;		/* L  bits */
	uint64_t	ifa_valid_until;	/* L  seconds since boot, 0 = for ever */
	uint64_t	ifa_preferred_until;	/* L */
	void		*ifa_private;		/* o  the protocol's */
	union ifa_sockaddr {
		struct sockaddr		sa;
		struct sockaddr_dl	sdl;
		uint8_t			bytes[32];
	} ifa_addr, ifa_dstaddr, ifa_netmask;	/* L  sa_len 0 = none */
};
TAILQ_HEAD(ifaddr_head, __ifaddr);

/*
 * One multicast membership.  Protocol memberships (AF_INET, AF_INET6) hold
 * the link-layer entry they map to in ifma_ll.
 */
struct __ifmultiaddr {
	TAILQ_ENTRY(__ifmultiaddr) ifma_link;	/* L  if_multiaddrs */
	ifnet_t		ifma_ifp;		/* L  NULL once unlinked */
	uint32_t	ifma_refcnt;		/* a */
	uint32_t	ifma_joins;		/* L  by ifnet_add_multicast */
	uint32_t	ifma_proto_joins;	/* L  by protocols */
	ifmultiaddr_t	ifma_ll;		/* L  referenced */
	union ifa_sockaddr ifma_addr;		/* I */
};
TAILQ_HEAD(ifmultiaddr_head, __ifmultiaddr);

/* Driver callbacks.  After detach they are the stubs in ifnet.c. */
struct ifnet_ops {
	ifnet_output_func	output;
	ifnet_demux_func	demux;
	ifnet_add_proto_func	add_proto;
	ifnet_del_proto_func	del_proto;
	ifnet_check_multi	check_multi;
	ifnet_framer_func	framer;
	ifnet_ioctl_func	ioctl;
	ifnet_set_bpf_tap	set_bpf_tap;
	ifnet_detached_func	detach;
	ifnet_event_func	event;
};

/* Private bits of if_eflags (ifnet_set_eflags). */
#define IFEF_SENDLIST	0x00000004u	/* output takes packet lists */
#define IFEF_LINKEVENTS	0x00000010u	/* link is down until the driver says */

#define IFNET_NPROTO_HASH 8		/* if_protos buckets */
#define IFNET_INQ_MAX	8192		/* packets waiting for softnet */

/*
 * if_flags shows IFF_UP like every other bit; if_up_users lets "the last
 * protocol went" clear it.  Counters follow struct ifnet_stats_param and are
 * plain adds: one writer at a time is not guaranteed, a lost count is.
 */
struct ifnet_counters {
	uint64_t packets_in, bytes_in, multicasts_in, errors_in;
	uint64_t packets_out, bytes_out, multicasts_out, errors_out;
	uint64_t collisions, dropped, no_protocol;
	uint64_t inq_drops;
};

struct __ifnet {
	LAYOUT_PAD
	TAILQ_ENTRY(__ifnet) if_link;		/* H  attached list */
	TAILQ_ENTRY(__ifnet) if_all;		/* H  every structure */
	TAILQ_ENTRY(__ifnet) if_detaching;	/* H  detach thread's queue */
	TAILQ_ENTRY(__ifnet) if_inq_link;	/* softnet's pending list */

	char		if_name[IFNAMSIZ];	/* I  "en" */
	char		if_xname[IFNAMSIZ + 12]; /* I  "en0" */
	uint32_t	if_unit;		/* I */
	ifnet_family_t	if_family;		/* I */
	uint32_t	if_index;		/* I  0 = never attached */
	uint8_t		if_type;		/* I */
	uint8_t		if_addrlen;		/* I */
	uint8_t		if_hdrlen;		/* I */
	void		*if_uniqueid;		/* I */
	uint32_t	if_uniqueid_len;	/* I */

	uint32_t	if_state;		/* H, read anywhere: enum ifnet_state */
	uint32_t	if_refcnt;		/* a */
	uint32_t	if_io;			/* a */
	uint32_t	if_flags;		/* L  IFF_*; read anywhere */
	uint32_t	if_eflags;		/* L  IFEF_* */
	uint32_t	if_mtu;			/* L */
	uint32_t	if_tso4_mtu, if_tso6_mtu; /* L */
	uint32_t	if_metric;		/* L */
	uint64_t	if_baudrate;		/* L  bits/s */
	uint32_t	if_offload;		/* L  IFNET_CSUM_* ... */
	uint32_t	if_capabilities;	/* L  IFCAP_* supported */
	uint32_t	if_capenable;		/* L  IFCAP_* enabled */
	uint32_t	if_wake_flags;		/* L */
	bool		if_fastlane;		/* a  marks are honoured */
	uint32_t	if_promisc;		/* L  users of promiscuous mode */
	bool		if_link_up;		/* L  last KEV_DL_LINK_ON/OFF */
	struct timeval	if_lastchange;		/* L  wall clock */
	void		*if_link_mib;		/* L */
	uint32_t	if_link_mib_len;	/* L  bytes */
	struct ifnet_counters if_cnt;

	void		*if_softc;		/* I */
	struct ifnet_ops if_ops;		/* I  stubs after detach */
	struct gate	if_gate;		/* I  around if_ops */
	bool		if_gated;		/* H  if_gate is initialised */
	struct kext	*if_owner;		/* I  charged with KRES_IFNET */

	lck_mtx_t	if_lock;
	lck_rw_t	if_proto_lock;

	LIST_HEAD(, if_proto) if_protos[IFNET_NPROTO_HASH]; /* L */
	uint32_t	if_nprotos;		/* L  attached */
	uint32_t	if_kext_protos;		/* L  of them, protocols of kexts */
	uint32_t	if_proto_live;		/* a  attached or winding up */
	uint32_t	if_filter_live;		/* a  likewise */
	void		*if_demux_data;		/* P  ether.c: descriptors */
	struct hook_list if_filters;		/* iff.c */

	struct ifaddr_head if_addrs;		/* L  first: the AF_LINK one */
	ifaddr_t	if_lladdr;		/* L */
	struct ifmultiaddr_head if_multiaddrs;	/* L */
	uint8_t		if_broadcast[32];	/* I */
	uint32_t	if_broadcast_len;	/* I */

	mbuf_t		if_inq_head, if_inq_tail; /* Q  through nextpkt */
	uint32_t	if_inq_len;		/* Q  packets */
	bool		if_inq_pending;		/* on softnet's list */

	struct bpf_if	*if_bpf;		/* bpf_if.c; first = primary */
	uint32_t	if_bpf_listeners;	/* bpf_if.c; read anywhere */

	void		*if_netif;		/* N  net/inet: the engine's side */
	void		*if_inet_data;		/* N  net/inet: ioctl, DHCP state */
};

/*
 * References.  ifnet_io_begin returns false when the interface is not
 * attached; after true the driver's callbacks stay valid until ifnet_io_end.
 * Context: thread.  Locks: none needed.
 */
bool	ifnet_io_begin(ifnet_t ifp);
void	ifnet_io_end(ifnet_t ifp);

static inline bool
ifnet_is_attached(const struct __ifnet *ifp)
{
	return ifp->if_state == IFNET_ATTACHED;
}

/* The attached interface with this index, referenced; NULL when none. */
ifnet_t	ifnet_byindex(uint32_t index);
/* The same without a reference, for code that runs under the net lock. */
ifnet_t	ifnet_byindex_borrow(uint32_t index);
/* Calls fn for each attached interface, referenced, no lock held. */
void	ifnet_foreach(void (*fn)(ifnet_t ifp, void *arg), void *arg);
/* lo0; never NULL once INIT_NET has run. */
ifnet_t	ifnet_loopback(void);

/*
 * Addresses.  ifa_alloc returns one reference; ifa_insert takes another for
 * the list, ifa_remove drops it.
 */
ifaddr_t ifa_alloc(ifnet_t ifp, const struct sockaddr *addr,
    const struct sockaddr *dst, const struct sockaddr *mask);
errno_t	ifa_insert(ifaddr_t ifa);
errno_t	ifa_remove(ifaddr_t ifa);
/* First address of that family on ifp, referenced; NULL when none. */
ifaddr_t ifa_first(ifnet_t ifp, sa_family_t family);
void	ifa_set_lladdr(ifnet_t ifp, const void *lladdr, size_t len);

/*
 * Multicast on behalf of a protocol: proto_addr is AF_INET, AF_INET6 or
 * AF_LINK.  Joins are counted.  Context: thread, no locks held (the driver's
 * ioctl runs).
 */
errno_t	ifma_join(ifnet_t ifp, const struct sockaddr *proto_addr);
errno_t	ifma_leave(ifnet_t ifp, const struct sockaddr *proto_addr);

/* After a protocol was attached: its older memberships get link addresses. */
void	ifma_resolve_again(ifnet_t ifp, sa_family_t family);

/* Stack-internal pieces of the life cycle. */
void	ifnet_set_up(ifnet_t ifp, bool up);	/* flag + SIOCSIFFLAGS, data NULL */
void	ifnet_init(void);

#endif
