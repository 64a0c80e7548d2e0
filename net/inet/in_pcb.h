/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internet protocol control blocks: between a socket and an engine's PCB.
 *
 * struct inpcb is the socket's so_pcb and lives exactly as long as the
 * socket.  The engine's PCB comes and goes on its own: whatever way it dies,
 * its extension argument's destroy callback clears inp_pcb here.  Engine
 * callbacks only note things in the inpcb (all members marked N) and call
 * sowork_queue(); inp_work functions take them from there with no lock held.
 *
 * Local ports are kept in a table of ours: the engine's own checks are
 * linear and know neither SO_REUSEPORT nor wildcards the BSD way.
 *
 * Letters: I immutable once attached, N net lock, s so_lock.
 */
#ifndef NET_INET_IN_PCB_H
#define NET_INET_IN_PCB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/kernel_types.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include "net/inet/inet_var.h"
#include "net/inet/out_watch.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

struct raw_pcb;
struct udp_pcb;
struct held_syn;

enum inp_kind { INP_TCP, INP_UDP, INP_RAW };

/* Packets or mbuf chains linked by nextpkt. */
struct in_queue {
	mbuf_t		iq_head, iq_tail;
	size_t		iq_bytes;
	unsigned	iq_count;
};

struct inpcb {
	struct __socket	*inp_so;		/* I */
	enum inp_kind	inp_kind;		/* I */
	bool		inp_v6;			/* I: PF_INET6 socket */
	bool		inp_v6only;		/* N */
	uint8_t		inp_proto;		/* I: IPPROTO_* */
	union {
		struct tcp_pcb	*inp_tcp;	/* N; a listener's too */
		struct udp_pcb	*inp_udp;	/* N */
		struct raw_pcb	*inp_raw;	/* N */
		void		*inp_pcb;
	};

	/* Names, kept when the engine's PCB is gone.  Ports in host order. */
	ip_addr_t	inp_laddr, inp_faddr;	/* N */
	uint16_t	inp_lport, inp_fport;	/* N */
	LIST_ENTRY(inpcb) inp_porthash;		/* N, while inp_lport != 0 */
	LIST_ENTRY(inpcb) inp_link;		/* N: all of the kind */

	/* What callbacks noted. */
	unsigned	inp_events;		/* N: INP_EV_* */
	errno_t		inp_err;		/* N: with INP_EV_ERROR */
	struct in_queue	inp_inq;		/* N: received */
	size_t		inp_acked;		/* N: sent and acknowledged */

	/* TCP: receive window. */
	size_t		inp_owed;		/* N: received, not credited */
	uint32_t	inp_rcvlimit;		/* N: window granted in all */
	size_t		inp_promised;		/* N: of it, not yet received */

	/* TCP: accepted from the sender, not yet written to the engine. */
	mbuf_t		inp_sndq, inp_sndqtail;	/* N */
	bool		inp_finpending;		/* N: FIN after inp_sndq */
	bool		inp_closing;		/* N: closed, flushing inp_sndq */

	/* TCP listener. */
	unsigned	inp_nqueued;		/* N: children not yet accepted */
	unsigned	inp_nhalf;		/* N: of them without handshake */
	unsigned	inp_qlimit;		/* N */
	TAILQ_HEAD(, held_syn) inp_held;	/* N: SYNs in the filters' hands */
	unsigned	inp_nheld;		/* N */
	struct inpcb	*inp_prepared;		/* N: child for a SYN let through */
	bool		inp_cookie;		/* N: a SYN let through gets one */

	/* TCP child. */
	struct inpcb	*inp_listener;		/* N: while counted there */
	bool		inp_half;		/* N: handshake not over */

	/* Options. */
	unsigned	inp_flags;		/* N: INP_F_* */
	int		inp_keepidle, inp_keepintvl, inp_keepcnt; /* N: s */
	int		inp_maxseg;		/* N: 0 = the engine's */
	int		inp_ttl, inp_tos;	/* N: -1 = default */
	int		inp_hops6, inp_tclass;	/* N */
	unsigned	inp_boundif;		/* N: interface index, 0 none */
	struct in_memberships *inp_members;	/* N */
	unsigned	inp_mcastif;		/* N: interface index */
	int		inp_mcast_ttl;		/* N */
	bool		inp_mcast_loop;		/* N */
	int		inp_cksumoff;		/* N: IPV6_CHECKSUM, -1 none */
	uint32_t	inp_icmp6filt[8];	/* N: ICMP6_FILTER, set = block */
};

#define INP_EV_CONNECTED	0x01
#define INP_EV_DATA		0x02
#define INP_EV_FIN		0x04
#define INP_EV_SENT		0x08
#define INP_EV_ERROR		0x10	/* inp_err; the PCB is gone */
#define INP_EV_GONE		0x20	/* the PCB is gone */
#define INP_EV_SYN		0x40	/* inp_held has something */
#define INP_EV_SOFT		0x80	/* inp_err to be reported, PCB lives */
#define INP_EV_FLUSHED		0x100	/* closing: everything is written */

#define INP_F_NODELAY		0x0001
#define INP_F_NOPUSH		0x0002
#define INP_F_HDRINCL		0x0004
#define INP_F_RECVDSTADDR	0x0008
#define INP_F_RECVIF		0x0010
#define INP_F_RECVTTL		0x0020
#define INP_F_PKTINFO		0x0040
#define INP_F_RECVTOS		0x0080
#define INP_F_RECVTCLASS	0x0100
#define INP_F_RECVPKTINFO6	0x0200
#define INP_F_RECVHOPLIMIT	0x0400
#define INP_F_STRIPHDR		0x0800
#define INP_F_DONTFRAG		0x1000
#define INP_F_ADDRSET		0x2000	/* bound to an address, not only a port */

#define sotoinpcb(so)	((struct inpcb *)(so)->so_pcb)

LIST_HEAD(inpcb_head, inpcb);
extern struct inpcb_head inpcbs[3];	/* N, by inp_kind */

/* --- in_pcb.c ------------------------------------------------------------------ */

void	in_pcb_init(void);
/* How: M_WAITOK or M_NOWAIT.  Linked to so; NULL when out of memory. */
struct inpcb *in_pcballoc(struct __socket *so, enum inp_kind kind,
	    uint8_t proto, int how);
/* Net lock not held; the engine's PCB must be gone. */
void	in_pcbfree(struct inpcb *inp);
/* Notes ev and queues the socket's work.  Net lock held. */
void	in_pcbevent(struct inpcb *inp, unsigned ev);

/* Names.  in: EAFNOSUPPORT, EINVAL; a mapped address becomes IPv4. */
errno_t	in_name_in(const struct inpcb *inp, const struct sockaddr *sa,
	    ip_addr_t *addr, uint16_t *port);
void	in_name_out(const struct inpcb *inp, const ip_addr_t *addr,
	    uint16_t port, struct sockaddr_storage *out);
void	in_mapaddr6(const ip_addr_t *addr, struct in6_addr *out);
errno_t	in_sockaddr(struct __socket *so, struct sockaddr_storage *out);
errno_t	in_peeraddr(struct __socket *so, struct sockaddr_storage *out);
/* The engine's address type for a socket's PCB (ip_addr.h). */
uint8_t	in_pcbtype(const struct inpcb *inp);

/*
 * Checks and chooses the local name: addr any and port 0 allowed.  On
 * success the name is in the table.  Net lock held.
 */
errno_t	in_pcbbind(struct inpcb *inp, const ip_addr_t *addr, uint16_t port);
void	in_pcbsetport(struct inpcb *inp, uint16_t port);
void	in_pcbunbind(struct inpcb *inp);
/* A free local port towards a peer (NULL: none yet); 0 when there is none. */
uint16_t in_pcbport(struct inpcb *inp, const ip_addr_t *faddr,
	    uint16_t fport);
/* The socket of a packet, for ICMP errors. */
struct inpcb *in_pcblookup(uint8_t proto, const ip_addr_t *laddr,
	    uint16_t lport, const ip_addr_t *faddr, uint16_t fport);
/* How many there are of a kind.  Net lock held. */
unsigned in_pcbcount(enum inp_kind kind);
bool	in_localaddr(const ip_addr_t *addr);
bool	in_own(const ip_addr_t *addr);

/* Interface index (BSD) <-> the engine's interface; NULL, 0 when unknown. */
struct netif *in_netif_byindex(unsigned ifindex);
unsigned in_index_ofnetif(const struct netif *netif);

/* Received packets between callback and work. */
void	in_queue_put(struct in_queue *q, mbuf_t m, size_t len);
void	in_queue_flush(struct in_queue *q);

/* Of one received datagram, in front of its name mbuf's data. */
struct in_rcvinfo {
	ip_addr_t	ri_from, ri_to;
	uint16_t	ri_fport;
	uint16_t	ri_ifindex;
	uint8_t		ri_ttl, ri_tos;
	bool		ri_v6;
	uint64_t	ri_stamp_ns;	/* wall clock */
};
/* Room for another datagram?  Counts it as lost if not.  Net lock held. */
bool	in_rcvroom(const struct inpcb *inp);
mbuf_t	in_rcvinfo_get(const ip_addr_t *from, uint16_t fport, mbuf_t data);
/* Ancillary data the socket's options ask for; NULL: none. */
mbuf_t	in_savecontrol(struct inpcb *inp, const struct in_rcvinfo *ri);
/* The common end of UDP and raw input: filters, then the buffer. */
void	in_datagram_work(struct __socket *so);

/* --- options (in_pcbopt.c) ------------------------------------------------------ */

errno_t	in_ctloutput(struct __socket *so, struct __sockopt *sopt);
void	in_options(struct __socket *so);	/* pru_options */
/* Puts the socket's options into a new engine PCB.  Net lock held. */
void	in_pcbapply(struct inpcb *inp);
void	in_freememberships(struct inpcb *inp);
/* Control data of a send: source address, interface, TTL, TOS. */
struct in_sndinfo {
	ip_addr_t	si_src;
	bool		si_srcset;
	unsigned	si_ifindex;
	int		si_ttl, si_tos;		/* -1: the socket's */
};
errno_t	in_sndcontrol(struct inpcb *inp, mbuf_t control,
	    struct in_sndinfo *si);
/* To an address of ours: from there as well, if nothing else is said. */
void	in_sndown(const struct inpcb *inp, const ip_addr_t *dst,
	    struct in_sndinfo *si);
/* Around a datagram's way into the engine (in_output.c); net lock held. */
struct in_output {
	bool		o_watched;
	struct out_watch o_watch;
	struct ipf_pktopts o_opts;
};
void	in_output_begin(struct in_output *o, const struct inpcb *inp,
	    const ip_addr_t *dst);
void	in_output_sent(struct in_output *o);
/* Socket locked, which is let go in between: what a filter said, or 0. */
errno_t	in_output_end(struct __socket *so, struct in_output *o);

/* --- protocols -------------------------------------------------------------------- */

extern const struct pr_usrreqs tcp_usrreqs, udp_usrreqs, rip_usrreqs;

/* in_tcp_cb.c: the engine's side of TCP.  Net lock held in all of them. */
void	in_tcp_setup(struct inpcb *inp, struct tcp_pcb *pcb);
void	in_tcp_forget(struct inpcb *inp);	/* cuts socket and PCB apart */
void	in_tcp_push(struct inpcb *inp, bool more);
void	in_tcp_credit(struct inpcb *inp, size_t len);
void	in_tcp_window(struct inpcb *inp);	/* limit -> rcv_wnd, at the start */
uint32_t in_tcp_window_ahead(const struct inpcb *linp);
void	in_tcp_widen(struct inpcb *inp);	/* SO_RCVBUF has changed */
bool	in_tcp_unread(const struct tcp_pcb *pcb);
void	in_tcp_finish(struct inpcb *inp, bool unread); /* close in order */
err_t	in_tcp_accept(void *arg, struct tcp_pcb *pcb, err_t err);
err_t	in_tcp_connected(void *arg, struct tcp_pcb *pcb, err_t err);
void	in_tcp_init(void);
/* in_tcp_syn.c */
enum tcp_syn_verdict in_tcp_syn(struct tcp_syn *syn, mbuf_t m);
err_t	in_tcp_passive_open(uint8_t id, struct tcp_pcb_listen *lpcb,
	    struct tcp_pcb *pcb);
void	in_tcp_syn_work(struct __socket *so);
void	in_tcp_syn_flush(struct inpcb *inp);
void	in_tcp_uncount(struct inpcb *inp);
/* Its handshake is over. */
void	in_tcp_settled(struct inpcb *inp);
void	in_tcp_work(struct __socket *so);

/* in_usrreq_raw.c */
bool	rip_input(mbuf_t m, uint8_t proto, size_t hlen, bool v6);
/* in_proto.c: the hooks of inet_var.h; INIT_NET, after inet_init. */
void	in_proto_init(void);

#endif /* NET_INET_IN_PCB_H */
