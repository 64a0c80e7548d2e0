/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way out of the engine: netif->output, netif->output_ip6, ip4_frag and
 * ip6_frag, which all end in one hook that sees every datagram once, whole.
 *
 * The engine keeps what it sends (a segment until it is acknowledged) and may
 * rewrite its headers at any time.  So the hook makes a clone: one mbuf with
 * a copy of the headers, then mbufs that share the payload's storage; short
 * packets are copied whole, and so is everything when a filter that may edit
 * it is on the way.  Identification, DF and the checksum request are set on
 * the clone, once.
 *
 * Clones join one queue, in order.  Under the net lock they are taken as far
 * as they can go: without IP filters their link address is resolved at once.
 * The drain, without any lock and on one thread at a time, runs filters,
 * cuts what is too long, and gives runs of packets for one destination to the
 * interface layer.
 *
 * A TCP packet that is lost in here is a success for the engine: an error
 * would leave its queues in a state it does not recover from.
 */
#include "net/inet/ip_out.h"

#include <net/if.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/ip4.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6.h"
#include "lwip/ip6_frag.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "netif/ethernet.h"

#include "kernel/kassert.h"
#include "kernel/kext/trace.h"
#include "kernel/lib/rng.h"
#include "kernel/sync/lock.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/iff.h"
#include "net/dlil/ifnet.h"
#include "net/inet/ether_glue.h"
#include "net/inet/gso.h"
#include "net/inet/ip_frag.h"
#include "net/inet/ip_out_clone.h"
#include "net/inet/netif_glue.h"
#include "net/inet/out_watch.h"
#include "net/inet/path_mtu.h"
#include "net/inet/tcp_big.h"
#include "net/inet/tcp_cookie.h"

uint32_t ip_out_filters[2];
errno_t (*ip_out_filter)(mbuf_t *m, bool v6);
const struct ipf_pktopts *inet_out_options;

static inline bool
ip_out_filtered(bool v6)
{
	return __builtin_expect(__atomic_load_n(&ip_out_filters[v6],
	    __ATOMIC_RELAXED) != 0, 0);
}

/*
 * What has to be done with a queued packet, in pkthdr.l4off; acc_if is the
 * interface, mark_data the link destination and type once resolved.
 */
enum out_state {
	OUT_FILTER,		/* IP filters, then as OUT_RESOLVE */
	OUT_RESOLVE,		/* cut if too long, resolve */
	OUT_READY,		/* frame and send */
	OUT_PROTO		/* to the protocol of somebody else */
};
#define OUT_V6		0x100

#define OUTQ_MAX	4096	/* packets; as BSD's interface queues, dropped */

static LOCK_GROUP(outq_grp, "ip output");
static lck_spin_t outq_lock = LCK_SPIN_INITIALIZER(outq_grp);
static mbuf_t outq_head, *outq_tail = &outq_head;	/* Q */
static unsigned outq_len;				/* Q */
/*
 * What was produced in this hold of the net lock.  The engine may still have
 * a count on some of it (the resolver's released queue), so nobody else sees
 * it before the lock is let go.
 */
static mbuf_t fresh_head, *fresh_tail = &fresh_head;	/* N */
static unsigned fresh_len;				/* N */

static void
outq_put(mbuf_t m, enum out_state state, bool v6)
{
	net_lock_assert();
	m->m_pkthdr.l4off = (uint16_t)(state | (v6 ? OUT_V6 : 0));
	m->m_nextpkt = NULL;
	*fresh_tail = m;
	fresh_tail = &m->m_nextpkt;
	fresh_len++;
}

/* Just before the net lock is released. */
static void
outq_publish(void)
{
	mbuf_t drop = NULL;

	gso_flush();
	if (fresh_head == NULL)
		return;
	lck_spin_lock(&outq_lock);
	if (outq_len + fresh_len > OUTQ_MAX && outq_head != NULL) {
		drop = fresh_head;
	} else {
		*outq_tail = fresh_head;
		outq_tail = fresh_tail;
		outq_len += fresh_len;
	}
	lck_spin_unlock(&outq_lock);
	if (drop != NULL)
		inet_counters.out_qdrops += fresh_len;
	fresh_head = NULL;
	fresh_tail = &fresh_head;
	fresh_len = 0;
	while (drop != NULL) {
		mbuf_t next = drop->m_nextpkt;

		drop->m_nextpkt = NULL;
		pbuf_free(mtop(drop));
		drop = next;
	}
	net_drain_pend(NET_DRAIN_OUTPUT);
}

static mbuf_t
outq_take(void)
{
	mbuf_t list;

	lck_spin_lock(&outq_lock);
	list = outq_head;
	outq_head = NULL;
	outq_tail = &outq_head;
	outq_len = 0;
	lck_spin_unlock(&outq_lock);
	return list;
}

/* --- resolution, under the net lock ---------------------------------------------------- */

static void
set_answer(mbuf_t m, const struct ether_answer *ans)
{
	uint64_t v = 0;

	memcpy(&v, ans->dst, 6);
	memcpy((char *)&v + 6, &ans->type, 2);
	m->m_pkthdr.mark_data = v;
}

/* One packet that fits its link, resolved as its interface wants it. */
static void
out_resolved(mbuf_t m, struct netif *netif, bool v6)
{
	struct netif_glue *ng = netif_glue(netif);
	struct ether_answer ans;
	struct pbuf *p;
	errno_t error;

	net_lock_assert();
	if (ng->ng_kind == NG_LOOP) {
		uint32_t family = v6 ? PF_INET6 : PF_INET;

		m->m_pkthdr.mark_data = (uint64_t)family;
		outq_put(m, OUT_READY, v6);
		return;
	}
	if (ng->ng_kind != NG_ETHER ||
	    (v6 ? ng->ng_plumbed6 : ng->ng_plumbed4) == 0) {
		outq_put(m, OUT_PROTO, v6);
		return;
	}
	p = m_to_pbuf(m);
	if (p == NULL)
		return;
	m = ptom(p);
	error = ether_resolve(netif, m, v6, NULL, &ans);
	if (error == EJUSTRETURN)
		return;
	if (error != 0) {
		ng->ng_ifp->if_cnt.errors_out++;
		m_freem(m);
		return;
	}
	set_answer(m, &ans);
	outq_put(m, OUT_READY, v6);
}

/* What the link carries, and the path behind it as far as we know. */
static size_t
out_mtu(const struct netif *netif, mbuf_t m, bool v6)
{
	const uint8_t *h = mtod(m, const uint8_t *);
	uint32_t dst;

	/* What a path carries is the sender's business. */
	if (m->m_pkthdr.marks & PHM_FORWARD)
		return v6 && netif->mtu6 != 0 ? netif->mtu6 : netif->mtu;
	if (v6)
		return path_mtu6(netif, h + 24, netif->mtu6 != 0 ?
		    netif->mtu6 : netif->mtu);
	memcpy(&dst, h + 16, 4);
	return path_mtu4(dst, netif->mtu);
}

/* Fits the link, or is cut; then resolved.  Net lock held. */
static void
out_fit(mbuf_t m, struct netif *netif, bool v6)
{
	mbuf_t list, next;
	errno_t error;
	size_t mtu;

	if ((m->m_pkthdr.marks & PHM_SUPER) ||
	    (mtu = out_mtu(netif, m, v6)) == 0 || m->m_pkthdr.len <= mtu) {
		out_resolved(m, netif, v6);
		return;
	}
	/* A segment made before we learned of the path: cut it after all. */
	if (!v6 && mtu < netif->mtu && m->m_pkthdr.len <= netif->mtu) {
		mtod(m, uint8_t *)[6] &= (uint8_t)~0x40;
		ip_out_sum4(m);
	}
	/* The datagram's own checksum first, over the whole of it. */
	m_csum_finalize(m, v6 ? PF_INET6 : PF_INET, 0);
	error = v6 ? inet_frag6(m, mtu, rng_u32(), &list) :
	    inet_frag4(m, mtu, &list);
	if (error != 0)
		return;
	inet_counters.out_fragmented++;
	for (; list != NULL; list = next) {
		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		list->m_pkthdr.acc_if = netif_get_index(netif);
		inet_counters.out_fragments++;
		out_resolved(list, netif, v6);
	}
}

/* --- the hook ---------------------------------------------------------------------------- */

/* A multicast copy to ourselves, through the input queue. */
static void
loop_copy(mbuf_t m, struct netif *netif, bool v6)
{
	mbuf_t n = m_dup_headroom(m, 0, MBUF_DONTWAIT);

	if (n == NULL)
		return;
	m_csum_finalize(n, v6 ? PF_INET6 : PF_INET, 0);
	if (!v6)
		ip_out_sum4(n);
	n->m_pkthdr.rcvif = inet_ifnet(netif);
	n->m_pkthdr.marks = PHM_LOOPED;
	n->m_pkthdr.csum_redo = 0;
	n->m_flags |= MBUF_LOOP | MBUF_MCAST;
	if (proto_inject(v6 ? PF_INET6 : PF_INET, n) != 0)
		m_freem(n);
}

static bool
is_mcast(const void *header, bool v6)
{
	const uint8_t *h = header;

	return v6 ? h[24] == 0xff : (h[16] & 0xf0) == 0xe0;
}

/* lo0 brings back what it is given, once is enough. */
static void
out_mcast_loop(mbuf_t m, struct netif *netif, bool v6)
{
	if (!(m->m_pkthdr.marks & PHM_MCLOOP))
		return;
	m->m_pkthdr.marks &= (uint16_t)~PHM_MCLOOP;
	if (is_mcast(m->m_data, v6) &&
	    netif != inet_netif(ifnet_loopback()))
		loop_copy(m, netif, v6);
}

void
ip_out_mbuf(mbuf_t m, struct netif *netif, bool v6)
{
	net_lock_assert();
	gso_flush();
	inet_counters.out_packets++;
	m->m_pkthdr.acc_if = netif_get_index(netif);
	m->m_pkthdr.out_ticket = out_ticket;
	if (ip_out_filtered(v6)) {
		outq_put(m, OUT_FILTER, v6);
		return;
	}
	out_mcast_loop(m, netif, v6);
	out_fit(m, netif, v6);
}

/* Joined segments come back here when they are complete. */
void
ip_out_joined(mbuf_t m, struct netif *netif, bool v6)
{
	out_fit(m, netif, v6);
}

/*
 * Resets and ICMP errors, which anybody can make us send, have a rate.  A
 * reset that answers no packet is a connection being aborted here: without
 * it the peer would keep its end.
 */
static bool
out_admit(struct pbuf *p, bool v6)
{
	const u8_t *h = p->payload, *l4;
	size_t hlen = v6 ? IP6_HLEN : (size_t)(h[0] & 0xf) * 4;
	u8_t proto = v6 ? h[6] : h[9];

	if (p->len < hlen + 14)
		return true;
	l4 = h + hlen;
	if (proto == IP_PROTO_TCP)
		return !(l4[13] & 0x04) || ip_current_netif() == NULL ||
		    out_rate_ok(OUT_CLASS_RST);
	if (v6 ? proto == IP6_NEXTH_ICMP6 && l4[0] < 128 :
	    proto == IP_PROTO_ICMP &&
	    (l4[0] == 3 || l4[0] == 11 || l4[0] == 12))
		return out_rate_ok(OUT_CLASS_ICMP_ERROR);
	return true;
}

/*
 * What is for an address of ours does not see the link: lo0 takes it.  A
 * link-local address is ours on its own link only.
 */
static struct netif *
out_ours6(struct netif *netif, const struct pbuf *p)
{
	const uint8_t *dst = (const uint8_t *)p->payload + 24;
	struct netif *lo = inet_netif(ifnet_loopback()), *n;

	if (dst[0] == 0xff || lo == NULL || lo == netif)
		return netif;
	NETIF_FOREACH(n) {
		if (dst[0] == 0xfe && n != netif)
			continue;
		for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
			if (ip6_addr_isvalid(netif_ip6_addr_state(n, i)) &&
			    memcmp(netif_ip6_addr(n, i)->addr, dst, 16) == 0)
				return lo;
		}
	}
	return netif;
}

/*
 * The size of the segments that a packet of the engine stands for; 0 when it
 * is one, or none.  The path has a say that the connection may not know yet.
 */
static size_t
out_segsz(const struct netif *netif, mbuf_t m, bool v6)
{
	const uint8_t *h = mtod(m, const uint8_t *);
	size_t iplen = v6 ? IP6_HLEN : (size_t)(h[0] & 0xf) * 4, hlen, mtu, n;

	if (tcp_big_mss == 0 || m->m_len < iplen + TCP_HLEN ||
	    (v6 && h[6] != IP_PROTO_TCP))
		return 0;
	hlen = iplen + (size_t)(h[iplen + 12] >> 4) * 4;
	if (m->m_pkthdr.len <= hlen + tcp_big_mss)
		return 0;
	mtu = out_mtu(netif, m, v6);
	n = mtu > hlen && mtu - hlen < tcp_big_mss ? mtu - hlen : tcp_big_mss;
	return m->m_pkthdr.len > hlen + n ? n : 0;
}

/* The same packet in bytes of its own.  Consumes m. */
static mbuf_t
out_dup(mbuf_t m, struct netif *netif)
{
	mbuf_t n = m_dup_headroom(m, INET_HEADROOM, MBUF_DONTWAIT);

	m_freem(m);
	if (n == NULL)
		inet_counters.out_nobufs++;
	else
		n->m_pkthdr.acc_if = netif_get_index(netif);
	return n;
}

/*
 * A large segment.  It goes on as one unless filters are on the way, who see
 * what will be on the wire, in bytes of their own.
 */
static void
out_super(mbuf_t m, struct netif *netif, bool v6, size_t segsz, bool filtered,
    bool deep)
{
	mbuf_t list, next;

	gso_flush();
	inet_counters.out_super++;
	if (!deep) {
		m->m_pkthdr.marks |= PHM_SUPER;
		m->m_pkthdr.tso_segsz = (uint16_t)segsz;
		m->m_pkthdr.csum_flags |= v6 ? MBUF_TSO_IPV6 : MBUF_TSO_IPV4;
		if (!v6)
			ip_out_sum4(m);
		out_fit(m, netif, v6);
		return;
	}
	inet_counters.out_split++;
	if (inet_split_tcp(m, v6, segsz, &list) != 0)
		return;
	for (; list != NULL; list = next) {
		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		m = out_dup(list, netif);
		if (m == NULL)
			continue;
		if (filtered) {
			m->m_pkthdr.out_opts = ip_out_pack(inet_out_options);
			outq_put(m, OUT_FILTER, v6);
		} else {
			out_fit(m, netif, v6);
		}
	}
}

static err_t
ip_out(struct netif *netif, struct pbuf *p, bool v6)
{
	struct netif_glue *ng;
	bool filtered, deep, shallow, tcp;
	size_t segsz;
	mbuf_t m;

	net_lock_assert();
	if (p->len < (v6 ? IP6_HLEN : IP_HLEN))
		return ERR_BUF;
	if (__builtin_expect(tcp_cookie_isn != NULL, 0))
		return ERR_OK;	/* the answer that was sent as a cookie */
	if (v6)
		netif = out_ours6(netif, p);
	ng = netif_glue(netif);
	if (v6 && (ptom(p)->m_pkthdr.marks & PHM_RESOLVING)) {
		/*
		 * Released by the resolver's queue, which drops its count when
		 * we return.  Not resolved here: that queue is being emptied.
		 */
		ptom(p)->m_pkthdr.marks &= (uint16_t)~PHM_RESOLVING;
		ptom(p)->m_pkthdr.acc_if = netif_get_index(netif);
		pbuf_ref(p);
		outq_put(ptom(p), OUT_RESOLVE, true);
		return ERR_OK;
	}
	if (!(p->flags & PBUF_FLAG_MCASTLOOP) && is_mcast(p->payload, v6) &&
	    netif == inet_netif(ifnet_loopback()))
		return ERR_OK;	/* not for us, and there is nobody else */
	if (!out_admit(p, v6)) {
		inet_counters.out_ratelimited++;
		return ERR_OK;
	}
	inet_counters.out_packets++;
	filtered = ip_out_filtered(v6);
	deep = filtered || iff_wanted(ng->ng_ifp, IFFK_OUT);
	/* What may be a large segment is cut before it is copied. */
	shallow = !deep || (tcp_big_mss != 0 && p->tot_len > tcp_big_mss);
	m = ip_out_clone(p, v6, !shallow, &tcp);
	if (m == NULL) {
		inet_counters.out_nobufs++;
		return tcp ? ERR_OK : ERR_MEM;
	}
	if (__builtin_expect(trace_on, 0))
		trace_point(v6 ? "ip6 output" : "ip output", m->m_id, 0);
	m->m_pkthdr.acc_if = netif_get_index(netif);
	if (p->flags & PBUF_FLAG_MCASTLOOP)
		m->m_pkthdr.marks |= PHM_MCLOOP;
	if (!filtered)
		out_mcast_loop(m, netif, v6);
	segsz = tcp ? out_segsz(netif, m, v6) : 0;
	if (segsz != 0) {
		out_super(m, netif, v6, segsz, filtered, deep);
		return ERR_OK;
	}
	if (deep && shallow) {
		m = out_dup(m, netif);
		if (m == NULL)
			return tcp ? ERR_OK : ERR_MEM;
	}
	if (filtered) {
		gso_flush();
		m->m_pkthdr.out_opts = ip_out_pack(inet_out_options);
		m->m_pkthdr.out_ticket = out_ticket;
		outq_put(m, OUT_FILTER, v6);
		return ERR_OK;
	}
	if (tcp && gso_join(m, netif, v6))
		return ERR_OK;
	if (!v6)
		ip_out_sum4(m);
	out_fit(m, netif, v6);
	return ERR_OK;
}

err_t
ip_out4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dest)
{
	(void)dest;
	return ip_out(netif, p, false);
}

err_t
ip_out6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dest)
{
	(void)dest;
	return ip_out(netif, p, true);
}

err_t
ip4_frag(struct pbuf *p, struct netif *netif, const ip4_addr_t *dest)
{
	(void)dest;
	return ip_out(netif, p, false);
}

err_t
ip6_frag(struct pbuf *p, struct netif *netif, const ip6_addr_t *dest)
{
	(void)dest;
	return ip_out(netif, p, true);
}

void
ip_out_frame(struct netif *netif, struct pbuf *p, const uint8_t dst[6],
    uint16_t type)
{
	struct ether_answer ans;
	mbuf_t m = ptom(p);

	memcpy(ans.dst, dst, 6);
	ans.type = type;
	pbuf_ref(p);
	m->m_pkthdr.acc_if = netif_get_index(netif);
	m->m_pkthdr.marks &= (uint16_t)~PHM_RESOLVING;
	set_answer(m, &ans);
	if (dst[0] & 1)
		m->m_flags |= memcmp(dst, ethbroadcast.addr, 6) == 0 ?
		    MBUF_BCAST : MBUF_MCAST;
	outq_put(m, OUT_READY, type == lwip_htons(0x86dd));
}

/* --- the drain ------------------------------------------------------------------------------ */

/* A run of packets for one interface and link destination. */
struct run {
	uint8_t		idx;
	bool		v6;
	uint64_t	answer;
	mbuf_t		head, *tail;
};

static void
run_send(struct run *r)
{
	char lladdr[DLIL_LLBUF] = { 0 }, type[DLIL_LLBUF] = { 0 };
	mbuf_t list = r->head;
	const struct netif_glue *ng;
	bool plumbed = true;
	ifnet_t ifp;

	if (list == NULL)
		return;
	r->head = NULL;
	net_lock();
	ifp = inet_ifnet_byidx(r->idx);
	if (ifp != NULL) {
		ifnet_reference(ifp);
		ng = ifp->if_netif;
		plumbed = ng != NULL && ng->ng_plumbed4 != 0;
	}
	net_unlock_nodrain();
	if (ifp == NULL) {
		mbuf_freem_list(list);
		return;
	}
	if (ifp->if_family == IFNET_FAMILY_LOOPBACK) {
		uint32_t family = (uint32_t)r->answer;

		memcpy(type, &family, 4);
	} else {
		memcpy(lladdr, &r->answer, 6);
		memcpy(type, (const char *)&r->answer + 6, 2);
		if (!plumbed && !r->v6)
			list = in_arp_send(ifp, type, list);
	}
	(void)dlil_output_framed(ifp, r->v6 ? PF_INET6 : PF_INET, list, NULL,
	    lladdr, type);
	ifnet_release(ifp);
}

static void
run_add(struct run *r, mbuf_t m, bool v6)
{
	if (r->head != NULL && (r->idx != m->m_pkthdr.acc_if || r->v6 != v6 ||
	    r->answer != m->m_pkthdr.mark_data))
		run_send(r);
	if (r->head == NULL) {
		r->idx = m->m_pkthdr.acc_if;
		r->v6 = v6;
		r->answer = m->m_pkthdr.mark_data;
		r->tail = &r->head;
	}
	m->m_pkthdr.mark_data = 0;
	*r->tail = m;
	r->tail = &m->m_nextpkt;
}

/* The protocol that somebody else attached resolves and frames. */
static void
send_proto(mbuf_t m, bool v6)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;
	} dst;
	ifnet_t ifp;

	memset(&dst, 0, sizeof(dst));
	if (v6) {
		dst.sin6.sin6_len = sizeof(dst.sin6);
		dst.sin6.sin6_family = AF_INET6;
		(void)mbuf_copydata(m, 24, 16, &dst.sin6.sin6_addr);
	} else {
		dst.sin.sin_len = sizeof(dst.sin);
		dst.sin.sin_family = AF_INET;
		(void)mbuf_copydata(m, 16, 4, &dst.sin.sin_addr);
	}
	net_lock();
	ifp = inet_ifnet_byidx(m->m_pkthdr.acc_if);
	if (ifp != NULL)
		ifnet_reference(ifp);
	net_unlock_nodrain();
	if (ifp == NULL) {
		m_freem(m);
		return;
	}
	(void)ifnet_output(ifp, v6 ? PF_INET6 : PF_INET, m, NULL, &dst.sa);
	ifnet_release(ifp);
}

/* IPv6 is routed behind its filters. */
static struct netif *
reroute6(mbuf_t m, struct netif *netif)
{
	const struct ip6_hdr *h = mtod(m, const struct ip6_hdr *);
	struct netif *n;
	ip6_addr_t src, dst;

	ip6_addr_copy_from_packed(src, h->src);
	ip6_addr_copy_from_packed(dst, h->dest);
	ip6_addr_assign_zone(&dst, IP6_UNKNOWN, netif);
	if (ip6_addr_ismulticast(&dst) || ip6_addr_islinklocal(&dst))
		return netif;
	n = ip6_route(&src, &dst);
	return n != NULL ? n : netif;
}

static void
drain_filter(mbuf_t m, bool v6)
{
	uint32_t ticket = m->m_pkthdr.out_ticket;
	bool mcloop = (m->m_pkthdr.marks & PHM_MCLOOP) != 0;
	errno_t error = ip_out_filter != NULL ? ip_out_filter(&m, v6) : 0;
	struct netif *netif;

	if (error != 0) {
		if (error != EJUSTRETURN)
			out_watch_fail(ticket, error);
		return;
	}
	m = m_pullup(m, v6 ? IP6_HLEN : IP_HLEN, MBUF_DONTWAIT);
	if (m == NULL)
		return;
	if (!v6)
		ip_out_sum4(m);
	net_lock();
	netif = netif_get_by_index(m->m_pkthdr.acc_if);
	if (netif != NULL && v6)
		netif = reroute6(m, netif);
	if (netif != NULL) {
		if (mcloop)
			m->m_pkthdr.marks |= PHM_MCLOOP;
		out_mcast_loop(m, netif, v6);
		out_fit(m, netif, v6);
	} else {
		m_freem(m);
	}
	net_unlock_nodrain();
}

static void
drain_resolve(mbuf_t m, bool v6)
{
	struct netif *netif;

	net_lock();
	netif = netif_get_by_index(m->m_pkthdr.acc_if);
	if (netif != NULL)
		out_fit(m, netif, v6);
	else
		m_freem(m);
	net_unlock_nodrain();
}

static void
outq_drain(void)
{
	struct run run = { .head = NULL };
	mbuf_t list = outq_take(), next;

	for (; list != NULL; list = next) {
		enum out_state state = list->m_pkthdr.l4off & 0xff;
		bool v6 = (list->m_pkthdr.l4off & OUT_V6) != 0;

		next = list->m_nextpkt;
		list->m_nextpkt = NULL;
		KASSERT(list->m_ref == 1, ("output: packet %p has %u users",
		    (void *)list, list->m_ref));
		list->m_flags |= MBUF_PKTHDR;
		m_fixhdr(list);
		if (state == OUT_READY) {
			run_add(&run, list, v6);
			continue;
		}
		run_send(&run);
		switch (state) {
		case OUT_FILTER:
			drain_filter(list, v6);
			break;
		case OUT_RESOLVE:
			drain_resolve(list, v6);
			break;
		case OUT_PROTO:
			send_proto(list, v6);
			break;
		case OUT_READY:
			break;
		}
	}
	run_send(&run);
}

/* --- packets with complete headers -------------------------------------------------------------- */

/* Where it goes: a multicast through its sender's interface. */
static struct netif *
raw_route(mbuf_t m, bool v6, struct netif *mcast)
{
	ip6_addr_t src6, dst6;
	ip4_addr_t src4, dst4;

	if (mcast != NULL && is_mcast(m->m_data, v6))
		return mcast;
	if (v6) {
		const struct ip6_hdr *h = mtod(m, const struct ip6_hdr *);

		ip6_addr_copy_from_packed(src6, h->src);
		ip6_addr_copy_from_packed(dst6, h->dest);
		return ip6_route(&src6, &dst6);
	}
	const struct ip_hdr *h = mtod(m, const struct ip_hdr *);

	ip4_addr_copy(src4, h->src);
	ip4_addr_copy(dst4, h->dest);
	return ip4_route_src(&src4, &dst4);
}

errno_t
inet_output_raw(mbuf_t m, ifnet_t mcastif, bool mcloop, struct out_watch *w)
{
	struct netif *netif;
	bool v6;

	m = m_pullup(m, 1, MBUF_WAITOK);
	if (m == NULL)
		return EINVAL;
	v6 = (mtod(m, uint8_t *)[0] >> 4) == 6;
	m = m_pullup_write(m, v6 ? IP6_HLEN : IP_HLEN, MBUF_WAITOK);
	if (m == NULL)
		return EINVAL;
	m->m_pkthdr.len = (uint32_t)m_length(m);
	m->m_pkthdr.marks &= (uint16_t)~PHM_MCLOOP;
	if (mcloop)
		m->m_pkthdr.marks |= PHM_MCLOOP;
	net_lock();
	netif = raw_route(m, v6, mcastif != NULL ? inet_netif(mcastif) : NULL);
	if (netif == NULL) {
		net_unlock_nodrain();
		m_freem(m);
		return EHOSTUNREACH;
	}
	if (!v6)
		ip_out_sum4(m);
	out_watch_begin(w);
	ip_out_mbuf(m, netif, v6);
	out_watch_sent();
	net_unlock_nodrain();
	return 0;
}

void
ip_out_init(void)
{
	net_unlock_hook(NET_DRAIN_OUTPUT, outq_drain);
	net_prerelease_hook(outq_publish);
}
