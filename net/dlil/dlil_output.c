/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets out, in the steps of the guide: the protocol's pre_output (address
 * resolution), the framer, interface filters, the driver.  Between the first
 * two a packet gets what the interface cannot do itself: segmentation and
 * checksums.
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
#include "net/mbuf/mbuf.h"

errno_t (*dlil_segment_hook)(ifnet_t ifp, protocol_family_t family, mbuf_t m,
    mbuf_t *list);

/* The request bits of an mbuf are the offload bits of an interface. */
#define CSUM_REQUESTS	(MBUF_CSUM_REQ_IP | MBUF_CSUM_REQ_TCP |		\
	MBUF_CSUM_REQ_UDP | MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)
_Static_assert((int)MBUF_CSUM_REQ_IP == (int)IFNET_CSUM_IP &&
    (int)MBUF_CSUM_REQ_TCP == (int)IFNET_CSUM_TCP &&
    (int)MBUF_CSUM_REQ_UDP == (int)IFNET_CSUM_UDP &&
    (int)MBUF_CSUM_REQ_TCPIPV6 == (int)IFNET_CSUM_TCPIPV6 &&
    (int)MBUF_CSUM_REQ_UDPIPV6 == (int)IFNET_CSUM_UDPIPV6, "same bits");

/* Where one list is on its way. */
struct output {
	ifnet_t		o_ifp;
	protocol_family_t o_family;
	const struct sockaddr *o_dest;
	const char	*o_lladdr;
	const char	*o_type;
	bool		o_raw;
	mbuf_t		o_ready, *o_tail;	/* for a driver that takes lists */
	errno_t		o_result;		/* of the last packet */
};

static errno_t
driver_output(ifnet_t ifp, mbuf_t m)
{
	if (__builtin_expect(trace_on, 0))
		trace_point("link output", m->m_id, 0);
	if (ifp->if_gate.g_kext == NULL)
		return (ifp->if_ops.output(ifp, m));
	return (GATE_CALL_ID(&ifp->if_gate, m->m_id, ifp->if_ops.output, ifp,
	    m));
}

static errno_t
framer(struct output *o, mbuf_t *m)
{
	ifnet_t ifp = o->o_ifp;
	ifnet_framer_func fn = ifp->if_ops.framer;

	if (fn == NULL)
		return (0);
	errno_t error = ifp->if_gate.g_kext == NULL ?
	    fn(ifp, m, o->o_dest, o->o_lladdr, o->o_type) :
	    GATE_CALL(&ifp->if_gate, fn, ifp, m, o->o_dest, o->o_lladdr,
	    o->o_type);
	if (error != 0 && error != EJUSTRETURN)
		mbuf_freem(*m);
	return (error);
}

/* One packet: framed, filtered, sent or put on the list for the driver. */
static void
output_one(struct output *o, mbuf_t m)
{
	ifnet_t ifp = o->o_ifp;
	errno_t error = 0;

	if (!o->o_raw) {
		uint32_t missing = m->m_pkthdr.csum_flags & CSUM_REQUESTS &
		    ~ifp->if_offload;
		if (missing != 0)
			m_csum_finalize(m, (int)o->o_family, 0);
		error = framer(o, &m);
	}
	if (error == 0 && iff_wanted(ifp, IFFK_OUT))
		error = iff_output(ifp, o->o_family, &m);
	if (error != 0) {
		o->o_result = error == EJUSTRETURN ? 0 : error;
		return;
	}
	if ((m->m_flags & (MBUF_BCAST | MBUF_MCAST)) != 0)
		ifp->if_cnt.multicasts_out++;
	if ((ifp->if_eflags & IFEF_SENDLIST) != 0) {
		*o->o_tail = m;
		o->o_tail = &m->m_nextpkt;
		return;
	}
	o->o_result = driver_output(ifp, m);
}

/* Segments first what the interface cannot, or what filters will see. */
static void
output_packet(struct output *o, mbuf_t m)
{
	uint32_t flags = m->m_pkthdr.csum_flags;
	mbuf_t list = m;

	bool tso4 = (flags & MBUF_TSO_IPV4) != 0;
	bool tso6 = (flags & MBUF_TSO_IPV6) != 0;
	if (!o->o_raw && (tso4 || tso6) && dlil_segment_hook != NULL &&
	    (iff_wanted(o->o_ifp, IFFK_OUT) ||
	    (tso4 && (o->o_ifp->if_offload & IFNET_TSO_IPV4) == 0) ||
	    (tso6 && (o->o_ifp->if_offload & IFNET_TSO_IPV6) == 0))) {
		errno_t error = dlil_segment_hook(o->o_ifp, o->o_family, m,
		    &list);
		if (error != 0) {
			o->o_result = error;
			return;
		}
	}
	while (list != NULL) {
		mbuf_t next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		output_one(o, list);
		list = next;
	}
}

static void
output_flush(struct output *o)
{
	mbuf_t list = o->o_ready;

	if (list == NULL)
		return;
	*o->o_tail = NULL;
	o->o_ready = NULL;
	o->o_tail = &o->o_ready;
	o->o_result = driver_output(o->o_ifp, list);
}

static errno_t
preout(struct output *o, struct if_proto *pr, mbuf_t *m, void *route,
    char *type, char *lladdr)
{
	proto_media_preout fn = pr->pr_v1.pre_output;

	if (pr->pr_detached)
		return (ENXIO);
	if (fn == NULL)
		return (0);
	if (pr->pr_gate.g_kext == NULL)
		return (fn(o->o_ifp, o->o_family, m, o->o_dest, route, type,
		    lladdr));
	return (GATE_CALL(&pr->pr_gate, fn, o->o_ifp, o->o_family, m, o->o_dest,
	    route, type, lladdr));
}

static errno_t
output_list(struct output *o, struct if_proto *pr, mbuf_t list, void *route)
{
	char type[DLIL_LLBUF] __attribute__((aligned(8))) = { 0 };
	char lladdr[DLIL_LLBUF] __attribute__((aligned(8))) = { 0 };
	bool resolved = pr == NULL;

	if (pr != NULL) {
		o->o_type = type;
		o->o_lladdr = lladdr;
	}
	while (list != NULL) {
		mbuf_t m = list;
		list = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (!resolved) {
			errno_t error = preout(o, pr, &m, route, type, lladdr);
			if (error == EJUSTRETURN) {
				o->o_result = 0;
				continue;
			}
			if (error != 0) {
				mbuf_freem(m);
				mbuf_freem_list(list);
				output_flush(o);
				return (error);
			}
			resolved = true;
		}
		output_packet(o, m);
	}
	output_flush(o);
	return (o->o_result == EJUSTRETURN ? 0 : o->o_result);
}

errno_t
dlil_output(ifnet_t ifp, protocol_family_t family, mbuf_t list, void *route,
    const struct sockaddr *dest, bool raw)
{
	struct output o = {
		.o_ifp = ifp, .o_family = family, .o_dest = dest, .o_raw = raw,
	};
	struct if_proto *pr = NULL;

	o.o_tail = &o.o_ready;
	if (list == NULL)
		return (EINVAL);
	if (ifp == NULL) {
		mbuf_freem_list(list);
		return (EINVAL);
	}
	if (!ifnet_io_begin(ifp)) {
		mbuf_freem_list(list);
		return (ENXIO);
	}
	if (!raw) {
		pr = if_proto_find(ifp, family);
		if (pr == NULL) {
			ifnet_io_end(ifp);
			mbuf_freem_list(list);
			return (ENXIO);
		}
	}
	errno_t error = output_list(&o, pr, list, route);
	if (pr != NULL)
		if_proto_release(pr);
	ifnet_io_end(ifp);
	return (error);
}

errno_t
dlil_output_framed(ifnet_t ifp, protocol_family_t family, mbuf_t list,
    const struct sockaddr *dest, const char *dst_lladdr, const char *frame_type)
{
	struct output o = {
		.o_ifp = ifp, .o_family = family, .o_dest = dest,
		.o_lladdr = dst_lladdr, .o_type = frame_type,
	};

	o.o_tail = &o.o_ready;
	if (!ifnet_io_begin(ifp)) {
		mbuf_freem_list(list);
		return (ENXIO);
	}
	errno_t error = output_list(&o, NULL, list, NULL);
	ifnet_io_end(ifp);
	return (error);
}

errno_t
ifnet_output(ifnet_t ifp, protocol_family_t family, mbuf_t packet, void *route,
    const struct sockaddr *dest)
{
	return (dlil_output(ifp, family, packet, route, dest, false));
}

errno_t
ifnet_output_raw(ifnet_t ifp, protocol_family_t family, mbuf_t packet)
{
	return (dlil_output(ifp, family, packet, NULL, NULL, true));
}
