/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocols on interfaces: attach and detach, events and ioctls for them.
 *
 * The list is changed with if_proto_lock held exclusively (add_proto and
 * del_proto run inside, as the KPI says) and if_lock around the links.  A
 * detached protocol is off the list at once; its detached callback comes when
 * the last thread inside lets go.
 */
#include "net/dlil/proto.h"

#include <libkern/libkern.h>
#include <net/net_kev.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/sockio.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"

static uint32_t
proto_hash(protocol_family_t family)
{
	return ((family ^ (family >> 8)) % IFNET_NPROTO_HASH);
}

static struct if_proto *
proto_lookup(ifnet_t ifp, protocol_family_t family)
{
	struct if_proto *pr;

	LIST_FOREACH(pr, &ifp->if_protos[proto_hash(family)], pr_link)
		if (pr->pr_family == family)
			break;
	return (pr);
}

struct if_proto *
if_proto_find(ifnet_t ifp, protocol_family_t family)
{
	lck_mtx_lock(&ifp->if_lock);
	struct if_proto *pr = proto_lookup(ifp, family);
	if (pr != NULL)
		__atomic_add_fetch(&pr->pr_refcnt, 1, __ATOMIC_RELAXED);
	lck_mtx_unlock(&ifp->if_lock);
	return (pr);
}

static void
proto_post(ifnet_t ifp, uint32_t code, protocol_family_t family,
    uint32_t remaining)
{
	uint32_t data[2] = { family, remaining };

	dlil_post_event(ifp, KEV_DL_SUBCLASS, code, data, sizeof(data));
}

/* The last user has left: say goodbye once. */
static void
proto_free(struct if_proto *pr)
{
	ifnet_t ifp = pr->pr_ifp;
	protocol_family_t family = pr->pr_family;

	if (pr->pr_v1.detached != NULL)
		(void)GATE_CALL(&pr->pr_gate, pr->pr_v1.detached, ifp, family);
	gate_fini(&pr->pr_gate);
	kext_uncharge(pr->pr_owner, KRES_PROTO, 1);
	kfree(pr);

	uint32_t remaining = ifp->if_nprotos;
	proto_post(ifp, KEV_DL_PROTO_DETACHED, family, remaining);
	if (remaining == 0)
		ifnet_set_up(ifp, false);
	if (__atomic_sub_fetch(&ifp->if_proto_live, 1, __ATOMIC_SEQ_CST) == 0)
		ifnet_wake_detach(ifp);
	ifnet_release(ifp);
}

void
if_proto_release(struct if_proto *pr)
{
	uint32_t left = __atomic_sub_fetch(&pr->pr_refcnt, 1, __ATOMIC_ACQ_REL);
	if (left == 0)
		proto_free(pr);
}

/* Links pr if the interface's driver takes it. */
static errno_t
proto_link(ifnet_t ifp, struct if_proto *pr, const struct ifnet_demux_desc *descs,
    uint32_t count)
{
	errno_t error = 0;

	lck_rw_lock_exclusive(&ifp->if_proto_lock);
	lck_mtx_lock(&ifp->if_lock);
	if (proto_lookup(ifp, pr->pr_family) != NULL)
		error = EEXIST;
	lck_mtx_unlock(&ifp->if_lock);
	if (error == 0)
		error = GATE_CALL(&ifp->if_gate, ifp->if_ops.add_proto, ifp,
		    pr->pr_family, descs, count);
	if (error == 0) {
		lck_mtx_lock(&ifp->if_lock);
		LIST_INSERT_HEAD(&ifp->if_protos[proto_hash(pr->pr_family)], pr,
		    pr_link);
		ifp->if_nprotos++;
		if (pr->pr_gate.g_kext != NULL)
			ifp->if_kext_protos++;
		lck_mtx_unlock(&ifp->if_lock);
	}
	lck_rw_unlock_exclusive(&ifp->if_proto_lock);
	return (error);
}

/* The kernel takes a protocol away on its own: `kextunload -f`. */
static void
proto_revoke(struct gate *g)
{
	struct if_proto *pr = (struct if_proto *)(void *)
	    ((char *)g - offsetof(struct if_proto, pr_gate));

	if (!pr->pr_detached)
		(void)ifnet_detach_protocol(pr->pr_ifp, pr->pr_family);
}

static errno_t
proto_attach(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_attach_proto_param *v1, proto_media_input_v2 input_v2)
{
	struct if_proto *pr = kmalloc(sizeof(*pr), M_WAITOK | M_ZERO);
	if (pr == NULL)
		return (ENOMEM);
	if (!ifnet_io_begin(ifp)) {
		kfree(pr);
		return (ENXIO);
	}
	ifnet_reference(ifp);
	pr->pr_ifp = ifp;
	pr->pr_family = family;
	pr->pr_refcnt = 1;
	pr->pr_v1 = *v1;
	pr->pr_v1.demux_array = NULL;
	pr->pr_v1.demux_count = 0;
	pr->pr_v2 = input_v2 != NULL;
	pr->pr_input_v2 = input_v2;
	gate_init(&pr->pr_gate, GATE_PROTO, ifp->if_xname,
	    input_v2 != NULL ? (const void *)input_v2 : (const void *)v1->input);
	gate_set_revoke(&pr->pr_gate, proto_revoke);
	pr->pr_owner = kext_charge(KRES_PROTO, 1);
	__atomic_add_fetch(&ifp->if_proto_live, 1, __ATOMIC_SEQ_CST);

	errno_t error = proto_link(ifp, pr, v1->demux_array, v1->demux_count);
	if (error != 0) {
		gate_fini(&pr->pr_gate);
		kext_uncharge(pr->pr_owner, KRES_PROTO, 1);
		kfree(pr);
		__atomic_sub_fetch(&ifp->if_proto_live, 1, __ATOMIC_SEQ_CST);
		ifnet_io_end(ifp);
		ifnet_release(ifp);
		return (error);
	}
	if (family <= UINT8_MAX)
		ifma_resolve_again(ifp, (sa_family_t)family);
	ifnet_set_up(ifp, true);
	proto_post(ifp, KEV_DL_PROTO_ATTACHED, family, ifp->if_nprotos);
	ifnet_io_end(ifp);
	return (0);
}

errno_t
ifnet_attach_protocol(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_attach_proto_param *details)
{
	if (ifp == NULL || family == 0 || details == NULL ||
	    details->input == NULL)
		return (EINVAL);
	return (proto_attach(ifp, family, details, NULL));
}

errno_t
ifnet_attach_protocol_v2(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_attach_proto_param_v2 *details)
{
	if (ifp == NULL || family == 0 || details == NULL ||
	    details->input == NULL)
		return (EINVAL);
	struct ifnet_attach_proto_param v1 = {
		.demux_array = details->demux_array,
		.demux_count = details->demux_count,
		.pre_output = details->pre_output,
		.event = details->event,
		.ioctl = details->ioctl,
		.detached = details->detached,
		.resolve = details->resolve,
		.send_arp = details->send_arp,
	};
	return (proto_attach(ifp, family, &v1, details->input));
}

errno_t
ifnet_detach_protocol(ifnet_t ifp, protocol_family_t family)
{
	if (ifp == NULL || family == 0)
		return (EINVAL);
	lck_rw_lock_exclusive(&ifp->if_proto_lock);
	lck_mtx_lock(&ifp->if_lock);
	struct if_proto *pr = proto_lookup(ifp, family);
	if (pr != NULL) {
		LIST_REMOVE(pr, pr_link);
		pr->pr_detached = true;
		ifp->if_nprotos--;
		if (pr->pr_gate.g_kext != NULL)
			ifp->if_kext_protos--;
	}
	lck_mtx_unlock(&ifp->if_lock);
	if (pr != NULL)
		(void)GATE_CALL(&ifp->if_gate, ifp->if_ops.del_proto, ifp,
		    family);
	lck_rw_unlock_exclusive(&ifp->if_proto_lock);
	if (pr == NULL)
		return (ENXIO);
	if_proto_release(pr);
	return (0);
}

uint32_t
if_proto_families(ifnet_t ifp, protocol_family_t *out, uint32_t max)
{
	struct if_proto *pr;
	uint32_t n = 0;

	lck_mtx_lock(&ifp->if_lock);
	for (uint32_t i = 0; i < IFNET_NPROTO_HASH; i++)
		LIST_FOREACH(pr, &ifp->if_protos[i], pr_link)
			if (n < max)
				out[n++] = pr->pr_family;
	lck_mtx_unlock(&ifp->if_lock);
	return (n);
}

#define PROTO_WALK_MAX 16	/* protocols an event reaches */

void
if_proto_event(ifnet_t ifp, const struct kev_msg *msg)
{
	protocol_family_t families[PROTO_WALK_MAX];
	uint32_t n = if_proto_families(ifp, families, PROTO_WALK_MAX);

	for (uint32_t i = 0; i < n; i++) {
		struct if_proto *pr = if_proto_find(ifp, families[i]);
		if (pr == NULL)
			continue;
		if (pr->pr_v1.event != NULL && !pr->pr_detached)
			GATE_VOID(&pr->pr_gate, pr->pr_v1.event, ifp,
			    pr->pr_family, msg);
		if_proto_release(pr);
	}
}

errno_t
if_proto_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd,
    void *arg)
{
	errno_t error = EOPNOTSUPP;

	struct if_proto *pr = if_proto_find(ifp, family);
	if (pr == NULL)
		return (error);
	if (pr->pr_v1.ioctl != NULL && !pr->pr_detached)
		error = GATE_CALL(&pr->pr_gate, pr->pr_v1.ioctl, ifp, family,
		    cmd, arg);
	if_proto_release(pr);
	return (error);
}

errno_t
if_proto_send_arp(ifnet_t ifp, protocol_family_t family, u_short op,
    const struct sockaddr_dl *sender_hw, const struct sockaddr *sender_proto,
    const struct sockaddr_dl *target_hw, const struct sockaddr *target_proto)
{
	errno_t error = ENOTSUP;

	struct if_proto *pr = if_proto_find(ifp, family);
	if (pr == NULL)
		return (ENXIO);
	if (pr->pr_detached)
		error = ENXIO;
	else if (pr->pr_v1.send_arp != NULL)
		error = GATE_CALL(&pr->pr_gate, pr->pr_v1.send_arp, ifp, op,
		    sender_hw, sender_proto, target_hw, target_proto);
	if_proto_release(pr);
	return (error);
}

void
if_proto_unplumb_all(ifnet_t ifp)
{
	protocol_family_t family;

	while (if_proto_families(ifp, &family, 1) != 0) {
		errno_t error = dlil_unplumb(ifp, family);
		/* A handler that forgot to detach does not keep it alive. */
		struct if_proto *pr = if_proto_find(ifp, family);
		if (pr == NULL)
			continue;
		if (error != 0 || !pr->pr_detached)
			ifnet_detach_protocol(ifp, family);
		if_proto_release(pr);
	}
}
