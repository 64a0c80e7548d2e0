/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol switch: from an accepted, reassembled datagram to its
 * transport.
 *
 * The engine's ip4_input and ip6_input call raw_input when they are done,
 * and ours always says it has eaten the packet.  So this is where IP filters
 * come in (after reassembly, before any transport), where the transport's
 * checksum is looked at, where raw sockets get their copies and ICMP errors
 * their way to sockets.
 *
 * With filters the datagram leaves here with nothing but two interface
 * indices; the filters run without any lock, may rewrite or replace it, and
 * ip_switch_reenter() builds what the engine keeps about the current packet
 * (ip_data) from the header as it then is.
 *
 * The whole IP header including extension headers has to lie in the first
 * mbuf together with the transport's: errors that a transport sends quote it
 * by walking back inside that mbuf.
 */
#include "net/inet/ip_switch.h"

#include <sys/errno.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/igmp.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/udp.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

#include "kernel/kassert.h"
#include "kernel/kext/trace.h"
#include "net/common/net_lock.h"
#include "net/inet/engine.h"
#include "net/inet/icmp_ctl.h"
#include "net/inet/ip_frag.h"

int inet_forward4, inet_forward6;
struct pbuf *inet_passing;

uint32_t ip_switch_diverts[2];
void (*ip_switch_queue)(mbuf_t m, bool v6);
bool (*inet_raw_hook)(mbuf_t m, uint8_t proto, size_t hlen, bool v6);
struct inet_counters inet_counters;

#define NH_NONE		59

/* --- checksums ------------------------------------------------------------------- */

/* What the transport's checksum must be taken over. */
static bool
csum_wrong(struct pbuf *p, bool v6, u8_t proto, size_t hlen)
{
	size_t len = p->tot_len - hlen;
	const u8_t *t = (const u8_t *)p->payload + hlen;
	const u8_t *ip = p->payload;
	u32_t seed = 0;

	switch (proto) {
	case IP_PROTO_TCP:
		break;
	case IP_PROTO_UDP: {
		size_t ulen;

		if (p->len < hlen + UDP_HLEN)
			return true;
		if (t[6] == 0 && t[7] == 0)
			return v6;	/* none: allowed in IPv4 only */
		ulen = (size_t)(t[4] << 8 | t[5]);
		if (ulen < UDP_HLEN || ulen > len)
			return true;
		len = ulen;
		break;
	}
	case IP_PROTO_ICMP:
	case IP_PROTO_IGMP:
		if (v6)
			return false;
		return m_cksum(ptom(p), hlen, len) != 0xffff;
	case IP6_NEXTH_ICMP6:
		if (!v6)
			return false;
		break;
	default:
		return false;
	}
	seed = v6 ? in_pseudo6(ip + 8, ip + 24, (u32_t)len, proto) :
	    in_pseudo4(ip + 12, ip + 16, (u32_t)len, proto);
	return in_cksum_add(m_cksum(ptom(p), hlen, len), seed) != 0xffff;
}

#define DID_ALL		(MBUF_CSUM_DID_DATA | MBUF_CSUM_PSEUDO_HDR)
#define REQ_ANY		(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP | \
	    MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)

static bool
csum_ok(struct pbuf *p, bool v6, u8_t proto, size_t hlen)
{
	struct m_pkthdr *ph = &ptom(p)->m_pkthdr;

	if ((ph->csum_flags & REQ_ANY) != 0) {
		/* Left open by a sender on this machine: nothing to check. */
		inet_counters.in_csum_hw++;
		return true;
	}
	if ((ph->csum_redo & M_REDO_LOST) != 0)
		m_csum_finalize(ptom(p), v6 ? PF_INET6 : PF_INET, 0);
	if ((ph->csum_flags & DID_ALL) == DID_ALL && ph->csum_data == 0xffff &&
	    (proto == IP_PROTO_TCP || proto == IP_PROTO_UDP)) {
		inet_counters.in_csum_hw++;
		return true;
	}
	inet_counters.in_csum_sw++;
	if (!csum_wrong(p, v6, proto, hlen))
		return true;
	inet_counters.in_csum_bad++;
	return false;
}

/* --- headers we do not take ---------------------------------------------------------- */

/* Source routes: routing header type 0, 2 or RPL with segments left. */
static bool
source_routed6(const u8_t *h, size_t hlen)
{
	u8_t nh = h[6];

	for (size_t off = IP6_HLEN; off + 8 <= hlen; ) {
		if (nh == IP6_NEXTH_ROUTING && h[off + 3] != 0)
			return true;
		if (nh != IP6_NEXTH_HOPBYHOP && nh != IP6_NEXTH_ROUTING &&
		    nh != IP6_NEXTH_DESTOPTS)
			break;
		nh = h[off];
		off += ((size_t)h[off + 1] + 1) * 8;
	}
	return false;
}

/* Neighbour discovery: hop limit, code, and options that stay inside. */
static bool
nd_ok(struct pbuf *p, size_t hlen)
{
	static const u8_t fixed[] = { 8, 16, 24, 24, 40 };	/* 133 - 137 */
	u8_t opt[2], type = pbuf_get_at(p, (u16_t)hlen);
	size_t off;

	if (type < ICMP6_TYPE_RS || type > ICMP6_TYPE_RD)
		return true;
	if (((const u8_t *)p->payload)[7] != 255 ||
	    pbuf_get_at(p, (u16_t)(hlen + 1)) != 0)
		return false;
	off = hlen + fixed[type - ICMP6_TYPE_RS];
	while (off < p->tot_len) {
		if (pbuf_copy_partial(p, opt, 2, (u16_t)off) != 2 ||
		    opt[1] == 0 || off + (size_t)opt[1] * 8 > p->tot_len)
			return false;
		off += (size_t)opt[1] * 8;
	}
	return off == p->tot_len;
}

/* --- delivery --------------------------------------------------------------------------- */

/* Raw sockets, of either kind.  True: one of them took the packet itself. */
static bool
deliver_raw(struct pbuf *p, struct netif *inp, bool v6, u8_t proto, size_t hlen,
    bool *seen)
{
	raw_input_state_t st;
	u8_t saved = 0, *nexth = NULL;

	*seen = inet_raw_hook != NULL &&
	    inet_raw_hook(ptom(p), proto, hlen, v6);
	if (v6) {
		/* The engine compares the fixed header's number. */
		nexth = (u8_t *)p->payload + 6;
		saved = *nexth;
		*nexth = proto;
	}
	st = lwip_raw_input(p, inp);
	if (st == RAW_INPUT_EATEN)
		return true;
	if (nexth != NULL)
		*nexth = saved;
	if (st == RAW_INPUT_DELIVERED)
		*seen = true;
	return false;
}

static void
unknown4(struct pbuf *p, bool seen, size_t hlen)
{
	if (!seen) {
		pbuf_add_header_force(p, hlen);
		if (!ip4_addr_isbroadcast(ip4_current_dest_addr(),
		    ip_current_netif()) &&
		    !ip4_addr_ismulticast(ip4_current_dest_addr()))
			icmp_dest_unreach(p, ICMP_DUR_PROTO);
		inet_counters.in_noproto++;
	}
	pbuf_free(p);
}

static void
unknown6(struct pbuf *p, bool seen, size_t hlen)
{
	if (!seen) {
		u8_t *h;
		size_t link = 6;

		pbuf_add_header_force(p, hlen);
		h = p->payload;
		for (size_t off = IP6_HLEN; off + 8 <= hlen; ) {
			link = off;
			off += ((size_t)h[off + 1] + 1) * 8;
		}
		if (!ip6_addr_ismulticast(ip6_current_dest_addr()))
			icmp6_param_problem(p, ICMP6_PP_HEADER, h + link);
		inet_counters.in_noproto++;
	}
	pbuf_free(p);
}

static void
deliver4(struct pbuf *p, struct netif *inp, u8_t proto, size_t hlen, bool seen)
{
	pbuf_remove_header(p, hlen);
	switch (proto) {
	case IP_PROTO_TCP:
		tcp_input(p, inp);
		break;
	case IP_PROTO_UDP:
		udp_input(p, inp);
		break;
	case IP_PROTO_ICMP:
		icmp_input(p, inp);
		break;
	case IP_PROTO_IGMP:
		igmp_input(p, inp, ip4_current_dest_addr());
		break;
	default:
		unknown4(p, seen, hlen);
		break;
	}
}

static void
deliver6(struct pbuf *p, struct netif *inp, u8_t proto, size_t hlen, bool seen)
{
	if (proto == IP6_NEXTH_ICMP6 && !nd_ok(p, hlen)) {
		pbuf_free(p);
		return;
	}
	pbuf_remove_header(p, hlen);
	switch (proto) {
	case IP6_NEXTH_TCP:
		tcp_input(p, inp);
		break;
	case IP6_NEXTH_UDP:
		udp_input(p, inp);
		break;
	case IP6_NEXTH_ICMP6:
		icmp6_input(p, inp);
		break;
	case NH_NONE:
		pbuf_free(p);
		break;
	default:
		unknown6(p, seen, hlen);
		break;
	}
}

/* p is at its IP header, ip_data describes it. */
static void
deliver(struct pbuf *p, struct netif *inp, bool v6)
{
	size_t hlen = ip_current_header_tot_len();
	const u8_t *h = p->payload;
	bool vetted = (ptom(p)->m_pkthdr.marks & PHM_VETTED) != 0;
	bool seen = false;
	u8_t proto;

	if (v6) {
		ip_data.current_ip6_header = p->payload;
		if (inet6_headers(h, p->len, &proto) != hlen ||
		    source_routed6(h, hlen))
			goto drop;
	} else {
		proto = h[9];
	}
	if (!vetted) {
		if (!csum_ok(p, v6, proto, hlen))
			goto drop;
		if (deliver_raw(p, inp, v6, proto, hlen, &seen))
			return;
		if (proto == (v6 ? IP6_NEXTH_ICMP6 : IP_PROTO_ICMP))
			icmp_ctl_input(p, v6, hlen);
	}
	if (__builtin_expect(trace_on, 0))
		trace_point(v6 ? "ip6 deliver" : "ip deliver", ptom(p)->m_id,
		    0);
	if (v6)
		deliver6(p, inp, proto, hlen, seen);
	else
		deliver4(p, inp, proto, hlen, seen);
	return;
drop:
	if (__builtin_expect(trace_on, 0))
		trace_point(v6 ? "ip6 drop" : "ip drop", ptom(p)->m_id,
		    EINVAL);
	pbuf_free(p);
}

/*
 * To the filters: what the interface joined is cut again, a checksum left
 * open is filled in.
 */
static void
divert(mbuf_t m, bool v6)
{
	uint32_t tso = m->m_pkthdr.csum_flags & (MBUF_TSO_IPV4 | MBUF_TSO_IPV6);
	mbuf_t list = m, next;

	if (tso != 0 && inet_split_tcp(m, v6, m->m_pkthdr.tso_segsz,
	    &list) != 0) {
		inet_counters.in_nobufs++;
		return;
	}
	for (m = list; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if ((m->m_pkthdr.csum_flags & REQ_ANY) != 0)
			m_csum_complete(m, v6 ? PF_INET6 : PF_INET);
		m->m_pkthdr.in_if = netif_get_index(ip_current_input_netif());
		m->m_pkthdr.acc_if = netif_get_index(ip_current_netif());
		m->m_pkthdr.l4off = ip_current_header_tot_len();
		ip_switch_queue(m, v6);
	}
}

raw_input_state_t
raw_input(struct pbuf *p, struct netif *inp)
{
	bool v6 = IP_HDR_GET_VERSION(p->payload) == 6;

	net_lock_assert();
	inet_passing = NULL;	/* it is ours */
	if (__builtin_expect(__atomic_load_n(&ip_switch_diverts[v6],
	    __ATOMIC_ACQUIRE) != 0, 0)) {
		divert(m_from_pbuf(p), v6);
	} else {
		deliver(p, inp, v6);
	}
	return RAW_INPUT_EATEN;
}

/* --- back in --------------------------------------------------------------------------------- */

struct pbuf *
ip_switch_prepare(mbuf_t m, uint8_t netif_idx)
{
	size_t front = m->m_pkthdr.len;
	struct pbuf *p;

	if (front > IP_SWITCH_FRONT)
		front = IP_SWITCH_FRONT;
	m = m_pullup_write(m, front, MBUF_DONTWAIT);
	if (m == NULL) {
		inet_counters.in_nobufs++;
		return NULL;
	}
	p = m_to_pbuf(m);
	if (p == NULL)
		return NULL;
	p->if_idx = netif_idx;
	p->flags = (ptom(p)->m_flags & MBUF_BCAST ? PBUF_FLAG_LLBCAST : 0) |
	    (ptom(p)->m_flags & MBUF_MCAST ? PBUF_FLAG_LLMCAST : 0);
	return p;
}

static bool
set_current4(struct pbuf *p)
{
	struct ip_hdr *h = p->payload;
	size_t hlen = IPH_HL_BYTES(h);

	if (p->len < IP_HLEN || IPH_V(h) != 4 || hlen < IP_HLEN ||
	    hlen > p->len || lwip_ntohs(IPH_LEN(h)) < hlen ||
	    lwip_ntohs(IPH_LEN(h)) > p->tot_len)
		return false;
	pbuf_realloc(p, lwip_ntohs(IPH_LEN(h)));
	ip_data.current_ip4_header = h;
	ip_data.current_ip_header_tot_len = (u16_t)hlen;
	ip_addr_copy_from_ip4(ip_data.current_iphdr_src, h->src);
	ip_addr_copy_from_ip4(ip_data.current_iphdr_dest, h->dest);
	return true;
}

static bool
set_current6(struct pbuf *p)
{
	struct ip6_hdr *h = p->payload;
	size_t hlen;
	u8_t proto;

	if (p->len < IP6_HLEN || IP6H_V(h) != 6 ||
	    IP6H_PLEN(h) + IP6_HLEN > p->tot_len)
		return false;
	pbuf_realloc(p, (u16_t)(IP6H_PLEN(h) + IP6_HLEN));
	hlen = inet6_headers(p->payload, p->len, &proto);
	if (hlen == 0)
		return false;
	ip_data.current_ip6_header = h;
	ip_data.current_ip_header_tot_len = (u16_t)hlen;
	ip_addr_copy_from_ip6_packed(ip_data.current_iphdr_src, h->src);
	ip_addr_copy_from_ip6_packed(ip_data.current_iphdr_dest, h->dest);
	ip6_addr_assign_zone(ip_2_ip6(&ip_data.current_iphdr_dest),
	    IP6_UNKNOWN, ip_data.current_input_netif);
	ip6_addr_assign_zone(ip_2_ip6(&ip_data.current_iphdr_src),
	    IP6_UNICAST, ip_data.current_input_netif);
	return true;
}

void
ip_switch_reenter(mbuf_t m, bool v6)
{
	u8_t in_if = m->m_pkthdr.in_if, acc_if = m->m_pkthdr.acc_if;
	struct netif *inp, *acc;
	struct pbuf *p;

	net_lock_assert();
	inp = netif_get_by_index(in_if);
	acc = netif_get_by_index(acc_if);
	if (inp == NULL || acc == NULL) {
		m_freem(m);
		return;
	}
	p = ip_switch_prepare(m, in_if);
	if (p == NULL)
		return;
	ip_data.current_netif = acc;
	ip_data.current_input_netif = inp;
	if (v6 ? set_current6(p) : set_current4(p))
		deliver(p, inp, v6);
	else
		pbuf_free(p);
	ip_data.current_netif = NULL;
	ip_data.current_input_netif = NULL;
	ip_data.current_ip4_header = NULL;
	ip_data.current_ip6_header = NULL;
	ip_data.current_ip_header_tot_len = 0;
	ip_addr_set_any(false, &ip_data.current_iphdr_src);
	ip_addr_set_any(false, &ip_data.current_iphdr_dest);
}

void
inet_syn_resume(mbuf_t m)
{
	m->m_pkthdr.marks |= PHM_VETTED;
	ip_switch_reenter(m, (mtod(m, const u8_t *)[0] >> 4) == 6);
}
