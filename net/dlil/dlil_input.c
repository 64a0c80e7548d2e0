/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in.  ifnet_input appends to the interface's queue and wakes softnet;
 * it may be called from interrupts.  Softnet takes a batch off one interface
 * after the other and carries each packet through demux, filters and the
 * protocol's input, in the guide's order.
 */
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "kernel/kassert.h"
#include "kernel/kext/trace.h"
#include "net/dlil/dlil.h"
#include "net/dlil/iff.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/dlil/softnet.h"
#include "net/mbuf/mbuf.h"

#define INPUT_BATCH	64	/* packets of one interface per turn */
#define INPUT_ROUNDS	8	/* turns per call of softnet */

TAILQ_HEAD(inq_head, __ifnet);

static lck_grp_t *inq_grp;
static lck_spin_t inq_lock;	/* Q: all input queues */
static struct inq_head inq_pending = TAILQ_HEAD_INITIALIZER(inq_pending);

static uint64_t	dlil_input_poll(void *arg);

void
dlil_input_init(void)
{
	inq_grp = lck_grp_alloc_init("ifinq", LCK_GRP_ATTR_NULL);
	lck_spin_init(&inq_lock, inq_grp, LCK_ATTR_NULL);
	softnet_source("interface input", dlil_input_poll, NULL);
}

static void
input_count(ifnet_t ifp, const struct ifnet_stat_increment_param *stats,
    uint32_t packets, uint64_t bytes)
{
	struct ifnet_counters *c = &ifp->if_cnt;

	if (stats == NULL) {
		c->packets_in += packets;
		c->bytes_in += bytes;
		return;
	}
	c->packets_in += stats->packets_in;
	c->bytes_in += stats->bytes_in;
	c->errors_in += stats->errors_in;
	c->packets_out += stats->packets_out;
	c->bytes_out += stats->bytes_out;
	c->errors_out += stats->errors_out;
	c->collisions += stats->collisions;
	c->dropped += stats->dropped;
}

errno_t
ifnet_input(ifnet_t ifp, mbuf_t list, const struct ifnet_stat_increment_param *stats)
{
	uint32_t n = 0;
	uint64_t bytes = 0;
	mbuf_t tail = NULL;
	bool queued = false;

	if (list == NULL)
		return (EINVAL);
	if (ifp == NULL || !ifnet_is_attached(ifp)) {
		mbuf_freem_list(list);
		return (EINVAL);
	}
	for (mbuf_t m = list; m != NULL; m = m->m_nextpkt) {
		KASSERT((m->m_flags & MBUF_PKTHDR) != 0,
		    ("ifnet_input: %s: no packet header", ifp->if_xname));
		/* What arrived: the payload and the header in front of it. */
		bytes += m->m_pkthdr.len + ifp->if_hdrlen;
		tail = m;
		n++;
	}
	input_count(ifp, stats, n, bytes);

	lck_spin_lock(&inq_lock);
	if (ifnet_is_attached(ifp) && ifp->if_inq_len < IFNET_INQ_MAX) {
		if (ifp->if_inq_head == NULL)
			ifp->if_inq_head = list;
		else
			ifp->if_inq_tail->m_nextpkt = list;
		ifp->if_inq_tail = tail;
		ifp->if_inq_len += n;
		queued = true;
		if (!ifp->if_inq_pending) {
			ifp->if_inq_pending = true;
			TAILQ_INSERT_TAIL(&inq_pending, ifp, if_inq_link);
		}
	}
	lck_spin_unlock(&inq_lock);
	if (!queued) {
		ifp->if_cnt.inq_drops += n;
		mbuf_freem_list(list);
		return (ifnet_is_attached(ifp) ? 0 : EINVAL);
	}
	softnet_wake();
	return (0);
}

void
dlil_input_purge(ifnet_t ifp)
{
	lck_spin_lock(&inq_lock);
	mbuf_t list = ifp->if_inq_head;
	ifp->if_inq_head = ifp->if_inq_tail = NULL;
	ifp->if_inq_len = 0;
	if (ifp->if_inq_pending) {
		ifp->if_inq_pending = false;
		TAILQ_REMOVE(&inq_pending, ifp, if_inq_link);
	}
	lck_spin_unlock(&inq_lock);
	mbuf_freem_list(list);
}

/* Takes up to INPUT_BATCH packets of the interface that waits longest. */
static mbuf_t
inq_take(ifnet_t *out)
{
	mbuf_t list = NULL, last = NULL;

	lck_spin_lock(&inq_lock);
	ifnet_t ifp = TAILQ_FIRST(&inq_pending);
	if (ifp != NULL) {
		uint32_t n = 0;
		list = ifp->if_inq_head;
		for (mbuf_t m = list; m != NULL && n < INPUT_BATCH; n++) {
			last = m;
			m = m->m_nextpkt;
		}
		ifp->if_inq_head = last != NULL ? last->m_nextpkt : NULL;
		if (last != NULL)
			last->m_nextpkt = NULL;
		ifp->if_inq_len -= n;
		TAILQ_REMOVE(&inq_pending, ifp, if_inq_link);
		if (ifp->if_inq_head != NULL) {
			TAILQ_INSERT_TAIL(&inq_pending, ifp, if_inq_link);
		} else {
			ifp->if_inq_tail = NULL;
			ifp->if_inq_pending = false;
		}
	}
	lck_spin_unlock(&inq_lock);
	*out = ifp;
	return (list);
}

/* One packet between demux and the protocol. */
struct input_slot {
	mbuf_t		is_m;		/* NULL: gone */
	char		*is_header;
	protocol_family_t is_family;	/* 0: nobody claimed it */
};

static void
input_demux(ifnet_t ifp, struct input_slot *slot)
{
	errno_t error = ENOENT;

	slot->is_family = 0;
	slot->is_header = slot->is_m->m_pkthdr.header;
	slot->is_m->m_pkthdr.header = NULL;
	if (ifp->if_ops.demux != NULL) {
		error = ifp->if_gate.g_kext == NULL ?
		    ifp->if_ops.demux(ifp, slot->is_m, slot->is_header,
		    &slot->is_family) :
		    GATE_CALL(&ifp->if_gate, ifp->if_ops.demux, ifp, slot->is_m,
		    slot->is_header, &slot->is_family);
	}
	if (__builtin_expect(trace_on, 0))
		trace_point("link input", slot->is_m->m_id, error);
	if (error == EJUSTRETURN) {
		slot->is_m = NULL;
		return;
	}
	/* A demux that moved the header left it there. */
	if (slot->is_m->m_pkthdr.header != NULL) {
		slot->is_header = slot->is_m->m_pkthdr.header;
		slot->is_m->m_pkthdr.header = NULL;
	}
	if (error != 0)
		slot->is_family = 0;
}

/* Filters, then the drops of step 6; false when the packet is gone. */
static bool
input_filter(ifnet_t ifp, struct input_slot *slot, bool plain)
{
	mbuf_t m = slot->is_m;

	if (m == NULL)
		return (false);
	if ((m->m_flags & (MBUF_BCAST | MBUF_MCAST)) != 0)
		ifp->if_cnt.multicasts_in++;
	if (plain && iff_wanted(ifp, IFFK_IN)) {
		if (iff_input(ifp, slot->is_family, &slot->is_m,
		    &slot->is_header) != 0)
			return (false);
		m = slot->is_m;
	}
	if ((m->m_flags & MBUF_PROMISC) != 0) {
		mbuf_freem(m);
		return (false);
	}
	if (slot->is_family == 0) {
		ifp->if_cnt.no_protocol++;
		mbuf_freem(m);
		return (false);
	}
	return (true);
}

static void
input_deliver_v2(ifnet_t ifp, struct if_proto *pr, struct input_slot *slot,
    unsigned n)
{
	mbuf_t list = NULL, *tail = &list;

	for (unsigned i = 0; i < n; i++) {
		mbuf_t m = slot[i].is_m;
		m->m_pkthdr.header = slot[i].is_header;
		m->m_nextpkt = NULL;
		*tail = m;
		tail = &m->m_nextpkt;
	}
	errno_t error = pr->pr_gate.g_kext == NULL ?
	    pr->pr_input_v2(ifp, pr->pr_family, list) :
	    GATE_CALL(&pr->pr_gate, pr->pr_input_v2, ifp, pr->pr_family, list);
	if (error != 0 && error != EJUSTRETURN)
		mbuf_freem_list(list);
}

/* A run of packets of one family. */
static void
input_deliver(ifnet_t ifp, struct input_slot *slot, unsigned n)
{
	struct if_proto *pr = if_proto_find(ifp, slot->is_family);

	if (pr == NULL || pr->pr_detached) {
		ifp->if_cnt.no_protocol += n;
		for (unsigned i = 0; i < n; i++)
			mbuf_freem(slot[i].is_m);
		if (pr != NULL)
			if_proto_release(pr);
		return;
	}
	if (pr->pr_v2) {
		input_deliver_v2(ifp, pr, slot, n);
	} else {
		for (unsigned i = 0; i < n; i++) {
			errno_t error = GATE_CALL_ID(&pr->pr_gate,
			    M_TRACE_ID(slot[i].is_m), pr->pr_v1.input, ifp, pr->pr_family, slot[i].is_m, slot[i].is_header);
			if (error != 0 && error != EJUSTRETURN)
				mbuf_freem(slot[i].is_m);
		}
	}
	if_proto_release(pr);
}

/* Up to INPUT_BATCH packets of the list; returns the rest of it. */
static mbuf_t
input_batch(ifnet_t ifp, mbuf_t list, bool plain)
{
	struct input_slot slots[INPUT_BATCH];
	unsigned n = 0, kept = 0;

	lck_rw_lock_shared(&ifp->if_proto_lock);
	while (list != NULL && n < INPUT_BATCH) {
		struct input_slot *slot = &slots[n++];
		slot->is_m = list;
		list = list->m_nextpkt;
		slot->is_m->m_nextpkt = NULL;
		input_demux(ifp, slot);
	}
	lck_rw_unlock_shared(&ifp->if_proto_lock);

	for (unsigned i = 0; i < n; i++)
		if (input_filter(ifp, &slots[i], plain))
			slots[kept++] = slots[i];

	for (unsigned i = 0, run; i < kept; i += run) {
		run = 1;
		while (i + run < kept &&
		    slots[i + run].is_family == slots[i].is_family)
			run++;
		input_deliver(ifp, &slots[i], run);
	}
	return (list);
}

/*
 * Filters that come while a list is under way see the next one: this one may
 * hold packets that are not what they expect.
 */
static void
input_list(ifnet_t ifp, mbuf_t list)
{
	bool plain = dlil_wants_plain(ifp);

	if (plain)
		list = dlil_plain(ifp, list);
	while (list != NULL)
		list = input_batch(ifp, list, plain);
}

static uint64_t
dlil_input_poll(void *arg)
{
	for (unsigned round = 0; round < INPUT_ROUNDS; round++) {
		ifnet_t ifp;
		mbuf_t list = inq_take(&ifp);
		if (list == NULL)
			return (SOFTNET_IDLE);
		if (!ifnet_io_begin(ifp)) {
			mbuf_freem_list(list);
			continue;
		}
		input_list(ifp, list);
		ifnet_io_end(ifp);
	}
	return (SOFTNET_AGAIN);
}
