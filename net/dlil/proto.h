/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocols attached to interfaces, the plumbers that attach them, and the
 * inputs of protocol families (proto_input, proto_inject).
 */
#ifndef NET_DLIL_PROTO_H
#define NET_DLIL_PROTO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>

#include "kernel/kext/gate.h"

struct kev_msg;

/*
 * An attached protocol.  pr_refcnt counts the attachment and everybody inside
 * a callback; with the last one gone the detached callback runs.
 */
struct if_proto {
	LIST_ENTRY(if_proto) pr_link;		/* if_lock */
	ifnet_t		pr_ifp;			/* referenced */
	protocol_family_t pr_family;
	uint32_t	pr_refcnt;		/* atomic */
	bool		pr_detached;		/* if_lock; no new callbacks */
	bool		pr_v2;			/* input takes lists */
	struct gate	pr_gate;
	struct kext	*pr_owner;		/* charged */
	struct ifnet_attach_proto_param pr_v1;	/* v1 form, all but v2 input */
	proto_media_input_v2 pr_input_v2;
};

/* Referenced, or NULL. */
struct if_proto *if_proto_find(ifnet_t ifp, protocol_family_t family);
void	if_proto_release(struct if_proto *proto);
/* Events and the protocol leg of an ioctl. */
void	if_proto_event(ifnet_t ifp, const struct kev_msg *msg);
errno_t	if_proto_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd,
    void *arg);
/*
 * Asks the attached protocol to send a request or reply; ENXIO: none is
 * attached, ENOTSUP: it has no send_arp.  No locks held; may block.
 */
errno_t	if_proto_send_arp(ifnet_t ifp, protocol_family_t family, u_short op,
    const struct sockaddr_dl *sender_hw, const struct sockaddr *sender_proto,
    const struct sockaddr_dl *target_hw, const struct sockaddr *target_proto);
/* Families attached now; returns how many, at most max. */
uint32_t if_proto_families(ifnet_t ifp, protocol_family_t *out, uint32_t max);

/* Plumbers, as SIOCPROTOATTACH and address assignment use them. */
errno_t	dlil_plumb(ifnet_t ifp, protocol_family_t family);
errno_t	dlil_unplumb(ifnet_t ifp, protocol_family_t family);

/*
 * Inputs of protocol families.  fn gets a list and owns it; it runs on softnet
 * or in proto_input's caller, without locks.  first is called once per batch
 * end so that a family may flush (may be NULL).
 */
errno_t	proto_input_register(protocol_family_t family, void (*fn)(mbuf_t list),
    void (*flush)(void));

void	proto_init(void);

#endif
