/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net/inet: where our stack and the protocol engines meet.
 *
 *	in	plumber input -> inet_input4/6 -> engine -> raw_input, which is
 *		ours: IP filters, checksum, raw sockets, ICMP errors, then the
 *		transport's input
 *	out	engine -> netif->output -> ip_out: clone, IP filters, joining
 *		of segments, fragments -> ifnet_output -> preout (resolver)
 *
 * Everything here that is said to need the net lock asserts it.
 */
#ifndef NET_INET_INET_VAR_H
#define NET_INET_INET_VAR_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/kernel_types.h>

#include "lwip/opt.h"
#include "lwip/err.h"
#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"

#include "net/mbuf/mbuf.h"

struct netif;
struct tcp_pcb;
struct tcp_pcb_listen;

/* --- start ---------------------------------------------------------------- */

/* Sizes by memory, engine, switch, timers on softnet.  INIT_NET. */
void	inet_init(void);

/* The engine's error as an errno. */
errno_t	inet_errno(err_t err);

/* --- mbufs and the engine's packet buffers -------------------------------- */

/* One and the same thing; the casts say where the border is. */
static inline struct pbuf *
mtop(mbuf_t m)
{
	return (struct pbuf *)(void *)m;
}

static inline mbuf_t
ptom(struct pbuf *p)
{
	return (mbuf_t)(void *)p;
}

/*
 * Into the engine: drops empty mbufs, sets tot_len everywhere, checks that
 * the chain is exclusively ours and at most 65,535 bytes.
 * Returns:   the packet buffer, or NULL with m freed
 * Ownership: consumes m
 */
struct pbuf *m_to_pbuf(mbuf_t m);
/*
 * Out of the engine, ownership included (a receive callback's chain): one
 * packet header in front, pkthdr.len right.
 */
mbuf_t	m_from_pbuf(struct pbuf *p);

/*
 * Zero-copy send: while a source is set, pbuf_alloc(PBUF_ROM) takes a count on
 * its storage.  Set around a tcp_write() without TCP_WRITE_FLAG_COPY whose
 * data lies in m's cluster, cleared on every way out.
 * Locks:     net lock held
 */
void	pbuf_rom_source(mbuf_t m);
/* What the engine allocates until it is unset may come from the reserve. */
void	pbuf_urgent(bool on);
/*
 * What the engine allocates from now on is for the packet with this id (0: no
 * particular one), so that the trace follows it to the link.
 */
void	pbuf_packet_id(uint32_t id);

/* --- interfaces (netif_glue.c) --------------------------------------------- */

/* The engine's side of an interface and back; NULL when there is none. */
struct netif *inet_netif(ifnet_t ifp);
ifnet_t	inet_ifnet(const struct netif *netif);
/* By the engine's index (netif_get_index), as mbufs carry it. */
ifnet_t	inet_ifnet_byidx(uint8_t idx);

/* --- hooks of the socket layer (net/inet/in_usrreq*.c) ---------------------- */

/*
 * A SYN for a listener, before the engine sees it.  Called with the net lock
 * held; must not sleep nor take a socket lock.  TCP_SYN_HOLD takes p over: it
 * starts at the IP header and comes back through inet_syn_resume() once its
 * filters have agreed.  A SYN that was answered with a cookie is shown a
 * second time as the acknowledgement that completes the handshake.
 */
enum tcp_syn_verdict { TCP_SYN_PASS, TCP_SYN_DROP, TCP_SYN_HOLD,
	TCP_SYN_COOKIE };	/* answered without keeping it (tcp_cookie.h) */
struct tcp_syn {
	struct tcp_pcb_listen *listener;
	ip_addr_t	local, remote;
	uint16_t	lport, rport;		/* host order */
	uint32_t	seq;
	bool		vetted;			/* second sight */
	/* It is an acknowledgement with a cookie, not a SYN; filters agreed. */
	bool		completes, asked;
	uint32_t	window;			/* out, with TCP_SYN_COOKIE */
};
extern enum tcp_syn_verdict (*tcp_syn_hook)(struct tcp_syn *syn, mbuf_t m);
/* Does the connection's socket hold data that nobody has read? */
extern bool (*tcp_unread_hook)(const struct tcp_pcb *pcb);
/* A held SYN goes on, behind raw sockets.  Consumes m.  Net lock held. */
void	inet_syn_resume(mbuf_t m);

/*
 * An ICMP error about a packet of ours.  Addresses and ports are those of the
 * packet quoted in it.  Net lock held.
 */
enum inet_ctl { INET_CTL_UNREACH_NET, INET_CTL_UNREACH_HOST,
	INET_CTL_UNREACH_PROTO, INET_CTL_UNREACH_PORT, INET_CTL_UNREACH_ADMIN,
	INET_CTL_MSGSIZE, INET_CTL_TIMXCEED, INET_CTL_PARAMPROB,
	INET_CTL_QUENCH };
struct inet_ctlinfo {
	enum inet_ctl	cmd;
	uint8_t		proto;			/* IPPROTO_* of the quoted packet */
	ip_addr_t	local, remote;		/* its source and destination */
	uint16_t	lport, rport;		/* host order, 0 without ports */
	uint32_t	mtu;			/* INET_CTL_MSGSIZE, 0 unknown */
	uint32_t	seq;			/* TCP sequence number quoted */
};
extern void (*inet_ctl_hook)(const struct inet_ctlinfo *info);

/*
 * Raw sockets: gets every local datagram behind the IP filters, with its
 * checksum right, before its transport.  m starts at the IP header and is
 * only borrowed.  True: some socket took a copy.  Net lock held.
 */
extern bool (*inet_raw_hook)(mbuf_t m, uint8_t proto, size_t hlen, bool v6);

/*
 * Output options of the packet being built: set by the socket layer around
 * udp_sendto and raw_sendto, seen by IP filters.  NULL: none.  Net lock held.
 */
struct ipf_pktopts;
extern const struct ipf_pktopts *inet_out_options;

/*
 * A packet with a complete IP header goes out (IP_HDRINCL, filters), a
 * multicast through that interface (NULL: as routed), and back to us if
 * mcloop.  m is consumed in every case.  Net lock *not* held.  After 0
 * the caller runs net_drain() when it holds no socket, and out_watch_end().
 */
struct out_watch;
errno_t	inet_output_raw(mbuf_t m, ifnet_t mcastif, bool mcloop,
    struct out_watch *w);

/* --- forwarding (route.c, in_sysctl.c) --------------------------------------- */

extern int inet_forward4, inet_forward6;	/* sysctl: 0 or 1 */
/*
 * The packet the engine has on input, until the protocol switch has it: what
 * leaves meanwhile as the same packet is forwarded.  Net lock.
 */
extern struct pbuf *inet_passing;
/* True if an IPv6 packet is for us, or for a group. */
bool	inet_for_us6(const uint8_t *header);

/* --- figures ---------------------------------------------------------------- */

struct inet_counters {
	uint64_t	in_csum_bad, in_csum_hw, in_csum_sw;
	uint64_t	in_toolong, in_nobufs, in_badopt, in_noproto;
	uint64_t	in_filtered, in_requeued, in_joined;
	uint64_t	out_packets, out_clones, out_copies, out_nobufs;
	uint64_t	out_fragments, out_fragmented, out_joined, out_super;
	uint64_t	out_split, out_filtered, out_qdrops, out_ratelimited;
	uint64_t	reass6_in, reass6_ok, reass6_drops, reass6_timeouts;
	uint64_t	tcp_blind, tcp_challenges;
	uint64_t	tcp_cookies_sent, tcp_cookies_ok, tcp_cookies_bad;
	uint64_t	tcp_syn_drops, tcp_syn_holds, tcp_cut, tcp_shed, tcp_hits,
	    tcp_misses;
	uint64_t	ipf_loops;
};
extern struct inet_counters inet_counters;

#endif /* NET_INET_INET_VAR_H */
