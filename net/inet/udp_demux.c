/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udp_input: from a datagram to its socket.
 *
 * The engine looks along a list of all its UDP PCBs, to the end unless one is
 * connected to the sender.  Here only those of the datagram's port are looked
 * at, in the same order and with the same preferences: who is connected to
 * the sender, else who is bound to the very address, else the newest bound to
 * any.  Broadcasts and multicasts go to all that match.
 *
 * The table.  A PCB is entered when it is bound and taken out when it is
 * removed; its port does not change in between but by another bind.  The
 * engine also binds by itself, a PCB that sends without a port.  It puts new
 * ones in front of its list, so that what is in front of the last head we
 * know (synced) is not in the table yet.  When there is no memory for an
 * entry the list is walked.  Entries know their neighbours in the engine's
 * list, so that one can be taken out of it without a walk.
 *
 * Upstream: lwIP 2.1.3, src/core/udp.c (the rules, not the text).  Deviations:
 * a match is not moved to the front of the list; bytes behind the datagram's
 * own length are cut off.
 */
#include "net/inet/udp_demux.h"

#include <sys/malloc.h>

#include "lwip/icmp.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/stats.h"
#include "lwip/prot/udp.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/inet_var.h"

#define BUCKETS	1024		/* ports are dense: the low bits do */

struct udp_node {
	struct udp_node	*next;		/* newer ones in front */
	struct udp_node	*front, *back;	/* neighbours on the engine's list */
	struct udp_pcb	*pcb;
	u16_t		port;		/* as entered */
};

/* The engine's own, renamed (lwip.mk). */
err_t	lwip_udp_bind(struct udp_pcb *pcb, const ip_addr_t *ipaddr, u16_t port);
void	lwip_udp_remove(struct udp_pcb *pcb);

/* All N. */
static struct udp_node *table[BUCKETS];
static struct udp_pcb *synced;		/* from here on all are in the table */
static struct udp_node *synced_node;	/* its entry */
static unsigned count;

unsigned
udp_demux_count(void)
{
	return count;
}

/* --- the table ---------------------------------------------------------------------- */

static bool
enter(struct udp_pcb *pcb)
{
	struct udp_node *n = kmalloc(sizeof(*n), M_NOWAIT);
	struct udp_node **head = &table[pcb->local_port % BUCKETS];

	if (n == NULL)
		return false;
	n->pcb = pcb;
	n->port = pcb->local_port;
	n->next = *head;
	*head = n;
	n->front = NULL;
	n->back = synced_node;
	if (synced_node != NULL)
		synced_node->front = n;
	synced_node = n;
	synced = pcb;
	count++;
	return true;
}

/* Out of the table; the entry that was in front of it, or NULL. */
static struct udp_node *
leave(const struct udp_pcb *pcb, u16_t port)
{
	struct udp_node **p = &table[port % BUCKETS], *n, *front;

	for (; (n = *p) != NULL; p = &n->next) {
		if (n->pcb == pcb)
			break;
	}
	if (n == NULL)
		return NULL;
	*p = n->next;
	front = n->front;
	if (front != NULL)
		front->back = n->back;
	if (n->back != NULL)
		n->back->front = front;
	if (synced_node == n) {
		synced_node = n->back;
		synced = n->back != NULL ? n->back->pcb : NULL;
	}
	kfree(n);
	count--;
	return front;
}

/* Enters what is in front of `synced`, the oldest first; false: no memory. */
static bool
sync_table(void)
{
	struct udp_pcb *pcb;

	while (udp_pcbs != synced) {
		for (pcb = udp_pcbs; pcb->next != synced; pcb = pcb->next)
			;
		if (!enter(pcb))
			return false;
	}
	return true;
}

/* Off the engine's list and out of the table. */
static void
unlink_pcb(struct udp_pcb *pcb, u16_t port)
{
	struct udp_node *front = leave(pcb, port);
	struct udp_pcb **p = front != NULL ? &front->pcb->next : &udp_pcbs;

	/* Nothing to walk but what is not in the table. */
	while (*p != NULL && *p != pcb)
		p = &(*p)->next;
	if (*p == NULL)
		return;
	*p = pcb->next;
	pcb->next = NULL;
}

/*
 * A PCB without a port is not on the list, and whether the name is free among
 * those that may share is the socket layer's business (in_pcbbind); the engine
 * would walk the list for both.
 */
static bool
bind_new(struct udp_pcb *pcb, const ip_addr_t *addr, u16_t port)
{
	const struct udp_pcb *other;
	struct udp_walk w;

	if (pcb == NULL || addr == NULL || pcb->local_port != 0 || port == 0 ||
	    !ip_get_option(pcb, SOF_REUSEADDR) ||
	    (IP_IS_V6(addr) && ip6_addr_lacks_zone(ip_2_ip6(addr),
	    IP6_UNKNOWN)))
		return false;
	/* The engine's own do not share. */
	for (other = udp_walk_first(&w, port); other != NULL;
	    other = udp_walk_next(&w)) {
		if (!ip_get_option(other, SOF_REUSEADDR))
			return false;
	}
	ip_addr_set_ipaddr(&pcb->local_ip, addr);
	pcb->local_port = port;
	pcb->next = udp_pcbs;
	udp_pcbs = pcb;
	(void)sync_table();
	return true;
}

err_t
udp_bind(struct udp_pcb *pcb, const ip_addr_t *ipaddr, u16_t port)
{
	u16_t old = pcb != NULL ? pcb->local_port : 0;
	err_t err;

	net_lock_assert();
	if (bind_new(pcb, ipaddr, port))
		return ERR_OK;
	err = lwip_udp_bind(pcb, ipaddr, port);
	if (err == ERR_OK && old != 0 && pcb->local_port != old) {
		/* It was in the table under another port: as if new. */
		unlink_pcb(pcb, old);
		pcb->next = udp_pcbs;
		udp_pcbs = pcb;
	}
	(void)sync_table();
	return err;
}

void
udp_remove(struct udp_pcb *pcb)
{
	net_lock_assert();
	if (pcb != NULL && pcb->local_port != 0) {
		unlink_pcb(pcb, pcb->local_port);
		/* In front, where the engine finds it at once. */
		pcb->next = udp_pcbs;
		udp_pcbs = pcb;
	}
	lwip_udp_remove(pcb);
}

struct udp_pcb *
udp_walk_next(struct udp_walk *w)
{
	const struct udp_node *n;
	struct udp_pcb *pcb;

	if (w->w_list) {
		while ((pcb = w->w_pcb) != NULL) {
			w->w_pcb = pcb->next;
			if (pcb->local_port == w->w_port)
				return pcb;
		}
		return NULL;
	}
	while ((n = w->w_node) != NULL) {
		w->w_node = n->next;
		if (n->port == w->w_port)
			return n->pcb;
	}
	return NULL;
}

struct udp_pcb *
udp_walk_first(struct udp_walk *w, u16_t port)
{
	w->w_port = port;
	w->w_list = !sync_table();
	w->w_pcb = udp_pcbs;
	w->w_node = table[port % BUCKETS];
	return udp_walk_next(w);
}

/* --- who gets it ---------------------------------------------------------------------- */

static bool
local_match(const struct udp_pcb *pcb, struct netif *inp, bool broadcast)
{
	const ip_addr_t *dest = ip_current_dest_addr();

	if (pcb->netif_idx != NETIF_NO_INDEX &&
	    pcb->netif_idx != netif_get_index(ip_data.current_input_netif))
		return false;
	if (IP_IS_ANY_TYPE_VAL(pcb->local_ip))
		return true;
	if (!IP_ADDR_PCB_VERSION_MATCH_EXACT(pcb, dest))
		return false;
	if (broadcast)
		return ip4_addr_isany(ip_2_ip4(&pcb->local_ip)) ||
		    ip4_current_dest_addr()->addr == IPADDR_BROADCAST ||
		    ip4_addr_netcmp(ip_2_ip4(&pcb->local_ip),
		    ip4_current_dest_addr(), netif_ip4_netmask(inp));
	return ip_addr_isany(&pcb->local_ip) ||
	    ip_addr_cmp(&pcb->local_ip, dest);
}

static bool
is_netifs_own(const struct udp_pcb *pcb, struct netif *inp)
{
	return IP_IS_V4_VAL(pcb->local_ip) &&
	    ip4_addr_cmp(ip_2_ip4(&pcb->local_ip), netif_ip4_addr(inp));
}

/* Both match and are not connected: does the later one get it? */
static bool
better(const struct udp_pcb *pcb, const struct udp_pcb *than,
    struct netif *inp, bool broadcast)
{
	if (broadcast && ip4_current_dest_addr()->addr == IPADDR_BROADCAST)
		return !is_netifs_own(than, inp) && is_netifs_own(pcb, inp);
	return !ip_addr_isany(&pcb->local_ip);
}

struct udp_pcb *
udp_demux_find(u16_t dest, u16_t src, struct netif *inp, bool broadcast)
{
	struct udp_pcb *pcb, *open = NULL;
	struct udp_walk w;

	for (pcb = udp_walk_first(&w, dest); pcb != NULL;
	    pcb = udp_walk_next(&w)) {
		if (!local_match(pcb, inp, broadcast))
			continue;
		if ((pcb->flags & UDP_FLAGS_CONNECTED) == 0 &&
		    (open == NULL || better(pcb, open, inp, broadcast)))
			open = pcb;
		if (pcb->remote_port == src &&
		    (ip_addr_isany_val(pcb->remote_ip) ||
		    ip_addr_cmp(&pcb->remote_ip, ip_current_src_addr())))
			return pcb;
	}
	return open;
}

/* --- one datagram ---------------------------------------------------------------------- */

/* Copies for all others that match. */
static void
deliver_rest(struct pbuf *p, struct netif *inp, bool broadcast, u16_t dest,
    u16_t src, const struct udp_pcb *got)
{
	struct udp_pcb *pcb;
	struct udp_walk w;
	struct pbuf *q;

	for (pcb = udp_walk_first(&w, dest); pcb != NULL;
	    pcb = udp_walk_next(&w)) {
		if (pcb == got || pcb->recv == NULL ||
		    !local_match(pcb, inp, broadcast))
			continue;
		q = pbuf_clone(PBUF_RAW, PBUF_POOL, p);
		if (q != NULL)
			pcb->recv(pcb->recv_arg, pcb, q,
			    ip_current_src_addr(), src);
	}
}

static bool
is_for_us(struct netif *inp)
{
#if LWIP_IPV6
	if (ip_current_is_v6())
		return netif_get_ip6_addr_match(inp,
		    ip6_current_dest_addr()) >= 0;
#endif
	return ip4_addr_cmp(netif_ip4_addr(inp), ip4_current_dest_addr());
}

static void
nobody(struct pbuf *p, struct netif *inp, bool broadcast)
{
	if (is_for_us(inp)) {
		if (!broadcast && !ip_addr_ismulticast(ip_current_dest_addr())) {
			pbuf_header_force(p,
			    (s16_t)ip_current_header_tot_len());
			icmp_port_unreach(ip_current_is_v6(), p);
		}
		UDP_STATS_INC(udp.proterr);
		UDP_STATS_INC(udp.drop);
		MIB2_STATS_INC(mib2.udpnoports);
	}
	pbuf_free(p);
}

/* The checksum has been looked at by the protocol switch. */
void
udp_input(struct pbuf *p, struct netif *inp)
{
	struct udp_hdr *h = p->payload;
	bool broadcast = ip_addr_isbroadcast(ip_current_dest_addr(),
	    ip_current_netif());
	struct udp_pcb *pcb;
	u16_t src, dest, len;

	net_lock_assert();
	UDP_STATS_INC(udp.recv);
	if (p->len < UDP_HLEN) {
		UDP_STATS_INC(udp.lenerr);
		UDP_STATS_INC(udp.drop);
		MIB2_STATS_INC(mib2.udpinerrors);
		pbuf_free(p);
		return;
	}
	src = lwip_ntohs(h->src);
	dest = lwip_ntohs(h->dest);
	len = lwip_ntohs(h->len);
	pcb = udp_demux_find(dest, src, inp, broadcast);
	if (pcb == NULL) {
		nobody(p, inp, broadcast);
		return;
	}
	if (len >= UDP_HLEN && len < p->tot_len)
		pbuf_realloc(p, len);
	pbuf_remove_header(p, UDP_HLEN);
	MIB2_STATS_INC(mib2.udpindatagrams);
	if (ip_get_option(pcb, SOF_REUSEADDR) &&
	    (broadcast || ip_addr_ismulticast(ip_current_dest_addr())))
		deliver_rest(p, inp, broadcast, dest, src, pcb);
	if (pcb->recv != NULL)
		pcb->recv(pcb->recv_arg, pcb, p, ip_current_src_addr(), src);
	else
		pbuf_free(p);
}
