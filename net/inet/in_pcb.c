/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internet control blocks: allocation, names, the table of local ports.
 * See in_pcb.h.
 */
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <string.h>
#include <net/kpi_interface.h>
#include <netinet/in.h>
#include "kernel/kassert.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/tcp_demux.h"

#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

#define PORT_BUCKETS	1024

struct inpcb_head inpcbs[3];
static unsigned inpcb_count[3];			/* N */
static struct inpcb_head porthash[3][PORT_BUCKETS];
static struct kmem_cache *inpcb_cache;

static inline struct inpcb_head *
port_bucket(enum inp_kind kind, uint16_t port)
{
	return (&porthash[kind][port % PORT_BUCKETS]);
}

void
in_pcb_init(void)
{
	unsigned k, i;

	for (k = 0; k < 3; k++) {
		LIST_INIT(&inpcbs[k]);
		for (i = 0; i < PORT_BUCKETS; i++)
			LIST_INIT(&porthash[k][i]);
	}
	if (inpcb_cache == NULL)
		inpcb_cache = kmem_cache_create("inpcb", sizeof(struct inpcb),
		    0, 0);
	VERIFY(inpcb_cache != NULL);
}

struct inpcb *
in_pcballoc(struct __socket *so, enum inp_kind kind, uint8_t proto, int how)
{
	struct inpcb *inp;
	bool locked = net_lock_owned();

	inp = kmem_cache_alloc(inpcb_cache, how | M_ZERO);
	if (inp == NULL)
		return (NULL);
	inp->inp_so = so;
	inp->inp_kind = kind;
	inp->inp_proto = proto;
	inp->inp_v6 = so->so_proto->pr_domain->dom_family == PF_INET6;
	ip_addr_set_any_val(inp->inp_v6, inp->inp_laddr);
	ip_addr_set_any_val(inp->inp_v6, inp->inp_faddr);
	TAILQ_INIT(&inp->inp_held);
	inp->inp_ttl = inp->inp_tos = inp->inp_hops6 = inp->inp_tclass = -1;
	inp->inp_mcast_ttl = 1;
	inp->inp_mcast_loop = true;
	inp->inp_cksumoff = -1;
	so->so_pcb = inp;
	if (!locked)
		net_lock();
	LIST_INSERT_HEAD(&inpcbs[kind], inp, inp_link);
	inpcb_count[kind]++;
	if (!locked)
		net_unlock_nodrain();
	return (inp);
}

unsigned
in_pcbcount(enum inp_kind kind)
{
	return (inpcb_count[kind]);
}

void
in_pcbfree(struct inpcb *inp)
{
	net_lock();
	KASSERT(inp->inp_pcb == NULL, ("in_pcbfree: engine PCB left"));
	KASSERT(inp->inp_promised == 0, ("in_pcbfree: window left"));
	in_tcp_syn_flush(inp);
	in_tcp_uncount(inp);
	in_pcbunbind(inp);
	in_freememberships(inp);
	LIST_REMOVE(inp, inp_link);
	inpcb_count[inp->inp_kind]--;
	net_unlock_nodrain();
	in_queue_flush(&inp->inp_inq);
	m_freem(inp->inp_sndq);
	inp->inp_so->so_pcb = NULL;
	kmem_cache_free(inpcb_cache, inp);
}

void
in_pcbevent(struct inpcb *inp, unsigned ev)
{
	net_lock_assert();
	inp->inp_events |= ev;
	sowork_queue(inp->inp_so);
}

/* --- received packets ---------------------------------------------------------- */

void
in_queue_put(struct in_queue *q, mbuf_t m, size_t len)
{
	m->m_nextpkt = NULL;
	if (q->iq_tail != NULL)
		q->iq_tail->m_nextpkt = m;
	else
		q->iq_head = m;
	q->iq_tail = m;
	q->iq_bytes += len;
	q->iq_count++;
}

void
in_queue_flush(struct in_queue *q)
{
	mbuf_t m, next;

	for (m = q->iq_head; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
	}
	memset(q, 0, sizeof(*q));
}

/* --- interfaces ------------------------------------------------------------------ */

unsigned
in_index_ofnetif(const struct netif *netif)
{
	ifnet_t ifp = netif != NULL ? inet_ifnet(netif) : NULL;

	return (ifp != NULL ? ifnet_index(ifp) : 0);
}

struct netif *
in_netif_byindex(unsigned ifindex)
{
	struct netif *n;

	NETIF_FOREACH(n) {
		if (in_index_ofnetif(n) == ifindex)
			return (n);
	}
	return (NULL);
}

/* --- names ------------------------------------------------------------------------ */

uint8_t
in_pcbtype(const struct inpcb *inp)
{
	if (!inp->inp_v6)
		return (IPADDR_TYPE_V4);
	return (inp->inp_v6only ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY);
}

static errno_t
in_name_in6(const struct inpcb *inp, const struct sockaddr *sa,
    ip_addr_t *addr, uint16_t *port)
{
	const struct sockaddr_in6 *sin6 = (const void *)sa;
	struct netif *netif;

	if (sa->sa_len < sizeof(*sin6))
		return (EINVAL);
	if (sa->sa_family != AF_INET6)
		return (EAFNOSUPPORT);
	*port = ntohs(sin6->sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
		if (inp->inp_v6only)
			return (EINVAL);
		ip_addr_set_ip4_u32_val(*addr, sin6->sin6_addr.s6_addr32[3]);
		return (0);
	}
	IP_ADDR6(addr, sin6->sin6_addr.s6_addr32[0],
	    sin6->sin6_addr.s6_addr32[1], sin6->sin6_addr.s6_addr32[2],
	    sin6->sin6_addr.s6_addr32[3]);
	ip6_addr_clear_zone(ip_2_ip6(addr));
	if (sin6->sin6_scope_id != 0 &&
	    ip6_addr_has_scope(ip_2_ip6(addr), IP6_UNKNOWN)) {
		netif = in_netif_byindex(sin6->sin6_scope_id);
		if (netif == NULL)
			return (ENXIO);
		ip6_addr_set_zone(ip_2_ip6(addr), netif_get_index(netif));
	}
	return (0);
}

/* Net lock held: the scope is looked up. */
errno_t
in_name_in(const struct inpcb *inp, const struct sockaddr *sa,
    ip_addr_t *addr, uint16_t *port)
{
	const struct sockaddr_in *sin = (const void *)sa;

	if (inp->inp_v6)
		return (in_name_in6(inp, sa, addr, port));
	if (sa->sa_len < sizeof(*sin))
		return (EINVAL);
	if (sa->sa_family != AF_INET)
		return (EAFNOSUPPORT);
	*port = ntohs(sin->sin_port);
	ip_addr_set_ip4_u32_val(*addr, sin->sin_addr.s_addr);
	return (0);
}

void
in_mapaddr6(const ip_addr_t *addr, struct in6_addr *out)
{
	memset(out, 0, sizeof(*out));
	if (IP_IS_V6(addr)) {
		memcpy(out, ip_2_ip6(addr)->addr, sizeof(*out));
	} else if (!ip_addr_isany(addr)) {
		out->s6_addr16[5] = 0xffff;
		out->s6_addr32[3] = ip4_addr_get_u32(ip_2_ip4(addr));
	}
}

void
in_name_out(const struct inpcb *inp, const ip_addr_t *addr, uint16_t port,
    struct sockaddr_storage *out)
{
	struct sockaddr_in *sin = (void *)out;
	struct sockaddr_in6 *sin6 = (void *)out;

	memset(out, 0, sizeof(*sin6));
	if (!inp->inp_v6) {
		sin->sin_len = sizeof(*sin);
		sin->sin_family = AF_INET;
		sin->sin_port = htons(port);
		sin->sin_addr.s_addr = ip_addr_get_ip4_u32(addr);
		return;
	}
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(port);
	in_mapaddr6(addr, &sin6->sin6_addr);
	if (IP_IS_V6(addr) && ip6_addr_has_zone(ip_2_ip6(addr)))
		sin6->sin6_scope_id = in_index_ofnetif(
		    netif_get_by_index(ip6_addr_zone(ip_2_ip6(addr))));
}

errno_t
in_sockaddr(struct __socket *so, struct sockaddr_storage *out)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_name_out(inp, &inp->inp_laddr, inp->inp_lport, out);
	net_unlock_nodrain();
	return (0);
}

errno_t
in_peeraddr(struct __socket *so, struct sockaddr_storage *out)
{
	struct inpcb *inp = sotoinpcb(so);

	net_lock();
	in_name_out(inp, &inp->inp_faddr, inp->inp_fport, out);
	net_unlock_nodrain();
	return (0);
}

/* May a socket be bound to it?  Any, multicast, or an interface's. */
bool
in_localaddr(const ip_addr_t *addr)
{
	struct netif *n;

	if (ip_addr_isany(addr) || ip_addr_ismulticast(addr) ||
	    (!IP_IS_V6(addr) &&
	    ip4_addr_get_u32(ip_2_ip4(addr)) == IPADDR_BROADCAST))
		return (true);
	NETIF_FOREACH(n) {
		if (IP_IS_V6(addr)) {
			if (netif_get_ip6_addr_match(n, ip_2_ip6(addr)) >= 0)
				return (true);
			continue;
		}
		if (ip4_addr_cmp(netif_ip4_addr(n), ip_2_ip4(addr)) ||
		    (!ip4_addr_isany_val(*netif_ip4_addr(n)) &&
		    ip4_addr_isbroadcast(ip_2_ip4(addr), n)))
			return (true);
	}
	return (false);
}

/* An address of ours that is not bound to a link. */
bool
in_own(const ip_addr_t *addr)
{
	struct netif *n;

	if (ip_addr_isany(addr) || ip_addr_ismulticast(addr))
		return (false);
	if (IP_IS_V6(addr))
		return (!ip6_addr_has_scope(ip_2_ip6(addr), IP6_UNICAST) &&
		    in_localaddr(addr));
	NETIF_FOREACH(n)
		if (ip4_addr_cmp(netif_ip4_addr(n), ip_2_ip4(addr)))
			return (true);
	return (false);
}

/* --- ports ------------------------------------------------------------------------ */

void
in_pcbsetport(struct inpcb *inp, uint16_t port)
{
	in_pcbunbind(inp);
	inp->inp_lport = port;
	if (port != 0)
		LIST_INSERT_HEAD(port_bucket(inp->inp_kind, port), inp,
		    inp_porthash);
}

void
in_pcbunbind(struct inpcb *inp)
{
	if (inp->inp_lport != 0)
		LIST_REMOVE(inp, inp_porthash);
	inp->inp_lport = 0;
}

/* Do the two sockets' address families have packets in common? */
static bool
in_families_meet(const struct inpcb *a, const struct inpcb *b)
{
	if (a->inp_v6 == b->inp_v6)
		return (true);
	/* A dual one with an IPv6 address of its own takes no IPv4. */
	if (a->inp_v6)
		return (!a->inp_v6only && (ip_addr_isany(&a->inp_laddr) ||
		    !IP_IS_V6(&a->inp_laddr)));
	return (!b->inp_v6only && (ip_addr_isany(&b->inp_laddr) ||
	    !IP_IS_V6(&b->inp_laddr)));
}

/* The BSD rule for a second socket on a port. */
static bool
in_port_conflict(struct inpcb *inp, const ip_addr_t *addr, uint16_t port)
{
	int mine = inp->inp_so->so_options, theirs;
	bool multi = ip_addr_ismulticast(addr);
	struct inpcb *o;

	LIST_FOREACH(o, port_bucket(inp->inp_kind, port), inp_porthash) {
		if (o == inp || o->inp_lport != port ||
		    !in_families_meet(inp, o))
			continue;
		theirs = o->inp_so->so_options;
		if ((mine & theirs & SO_REUSEPORT) != 0)
			continue;
		if (multi && (mine & theirs & (SO_REUSEADDR |
		    SO_REUSEPORT)) != 0)
			continue;
		if ((mine & (SO_REUSEADDR | SO_REUSEPORT)) != 0) {
			/* Only the very same name, and not a connection's. */
			if (!ip_addr_isany(&o->inp_faddr) || o->inp_fport != 0)
				continue;
			if (ip_addr_isany(addr) != ip_addr_isany(&o->inp_laddr))
				continue;
		}
		if (ip_addr_isany(addr) || ip_addr_isany(&o->inp_laddr) ||
		    ip_addr_cmp(addr, &o->inp_laddr))
			return (true);
	}
	return (false);
}

/* Connections the engine still has although their socket is gone. */
static bool
in_port_lingers(const struct inpcb *inp, uint16_t port)
{
	struct tcp_pcb *pcb;

	if (inp->inp_kind != INP_TCP ||
	    (inp->inp_so->so_options & (SO_REUSEADDR | SO_REUSEPORT)) != 0)
		return (false);
	for (pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->local_port == port)
			return (true);
	}
	for (pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->local_port == port)
			return (true);
	}
	return (false);
}

/* Is the whole name of a connection free? */
static bool
in_tuple_free(struct inpcb *inp, uint16_t port, const ip_addr_t *faddr,
    uint16_t fport)
{
	struct inpcb *o;

	LIST_FOREACH(o, port_bucket(inp->inp_kind, port), inp_porthash) {
		if (o == inp || o->inp_lport != port)
			continue;
		if (faddr == NULL || (ip_addr_isany(&o->inp_faddr) &&
		    o->inp_fport == 0))
			return (false);
		if (o->inp_fport == fport && ip_addr_cmp(&o->inp_faddr, faddr))
			return (false);
	}
	if (inp->inp_kind != INP_TCP)
		return (true);
	if (faddr != NULL)
		return (tcp_demux_find(&inp->inp_laddr, port, faddr, fport) ==
		    NULL);
	return (!in_port_lingers(inp, port));
}

/*
 * Random, then upwards: an observer cannot tell the next one (RFC 6056), and
 * a full range is found out in one round.
 */
uint16_t
in_pcbport(struct inpcb *inp, const ip_addr_t *faddr, uint16_t fport)
{
	unsigned range = IPPORT_HILASTAUTO - IPPORT_HIFIRSTAUTO + 1;
	unsigned i, tries = faddr != NULL ? 512 : range;
	uint16_t start, port;

	rng_bytes(&start, sizeof(start));
	for (i = 0; i < tries; i++) {
		port = (uint16_t)(IPPORT_HIFIRSTAUTO +
		    (start + i) % range);
		if (in_tuple_free(inp, port, faddr, fport))
			return (port);
	}
	return (0);
}

errno_t
in_pcbbind(struct inpcb *inp, const ip_addr_t *addr, uint16_t port)
{
	net_lock_assert();
	if (inp->inp_lport != 0)
		return (EINVAL);
	if (!in_localaddr(addr))
		return (EADDRNOTAVAIL);
	if (port != 0) {
		if (port < IPPORT_RESERVED &&
		    (inp->inp_so->so_state & SS_PRIV) == 0)
			return (EACCES);
		if (in_port_conflict(inp, addr, port) ||
		    in_port_lingers(inp, port))
			return (EADDRINUSE);
	} else {
		port = in_pcbport(inp, NULL, 0);
		if (port == 0)
			return (EADDRNOTAVAIL);
	}
	ip_addr_copy(inp->inp_laddr, *addr);
	if (!ip_addr_isany(addr))
		inp->inp_flags |= INP_F_ADDRSET;
	in_pcbsetport(inp, port);
	return (0);
}

struct inpcb *
in_pcblookup(uint8_t proto, const ip_addr_t *laddr, uint16_t lport,
    const ip_addr_t *faddr, uint16_t fport)
{
	enum inp_kind kind = proto == IPPROTO_TCP ? INP_TCP : INP_UDP;
	struct inpcb *inp, *wild = NULL;

	LIST_FOREACH(inp, port_bucket(kind, lport), inp_porthash) {
		if (inp->inp_lport != lport)
			continue;
		if (!ip_addr_isany(&inp->inp_laddr) &&
		    !ip_addr_cmp(&inp->inp_laddr, laddr))
			continue;
		if (inp->inp_fport == fport &&
		    ip_addr_cmp(&inp->inp_faddr, faddr))
			return (inp);
		if (inp->inp_fport == 0 && ip_addr_isany(&inp->inp_faddr))
			wild = inp;
	}
	return (wild);
}
