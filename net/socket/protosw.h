/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol switch: one entry a (type, protocol) of a domain, with what
 * the socket layer asks of a protocol.
 *
 * Unless noted every pru_* function runs in a thread with so_lock held and
 * may drop and retake it; it takes the net lock itself.  Address results go
 * to a struct sockaddr_storage.  An entry a protocol does not fill is
 * answered by the socket layer with EOPNOTSUPP (or 0 where nothing is to be
 * done).
 */
#ifndef NET_SOCKET_PROTOSW_H
#define NET_SOCKET_PROTOSW_H

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/kernel_types.h>
#include <sys/kpi_mbuf.h>
#include "net/socket/sflt.h"

struct __socket;
struct __sockopt;
struct proc;
struct domain;

/* flags of pru_send */
#define PRUS_MORE	0x1	/* another piece follows at once */
#define PRUS_OOB	0x2
#define PRUS_EOF	0x4	/* shut the write side after this */
#define PRUS_NBIO	0x8	/* do not wait for memory */
#define PRUS_REST	0x10	/* another piece follows, maybe not at once */

struct pr_usrreqs {
	/* Makes so_pcb and reserves the buffers. */
	errno_t	(*pru_attach)(struct __socket *so, int proto);
	/*
	 * Last reference: free so_pcb and whatever the engine still has.
	 * No lock held, nobody else knows the socket.
	 */
	void	(*pru_detach)(struct __socket *so);
	errno_t	(*pru_bind)(struct __socket *so, const struct sockaddr *nam);
	errno_t	(*pru_listen)(struct __socket *so, int backlog);
	/* Starts a connection; 0 when begun or done (soisconnect*). */
	errno_t	(*pru_connect)(struct __socket *so, const struct sockaddr *nam);
	errno_t	(*pru_connect2)(struct __socket *so1, struct __socket *so2);
	/* A child was taken from the queue: give the peer's address. */
	errno_t	(*pru_accept)(struct __socket *so, struct sockaddr_storage *out);
	/* Ends the connection in order (TCP: FIN or what SO_LINGER says). */
	errno_t	(*pru_disconnect)(struct __socket *so);
	/* At once (TCP: RST). */
	void	(*pru_abort)(struct __socket *so);
	errno_t	(*pru_shutdown)(struct __socket *so);	/* write side */
	/* len bytes have left so_rcv. */
	void	(*pru_rcvd)(struct __socket *so, size_t len, int flags);
	/* Consumes m and control in every case. */
	errno_t	(*pru_send)(struct __socket *so, int flags, mbuf_t m,
		    const struct sockaddr *to, mbuf_t control);
	/* No lock held. */
	errno_t	(*pru_control)(struct __socket *so, u_long cmd, void *data);
	errno_t	(*pru_sockaddr)(struct __socket *so,
		    struct sockaddr_storage *out);
	errno_t	(*pru_peeraddr)(struct __socket *so,
		    struct sockaddr_storage *out);
	/* Levels other than SOL_SOCKET; no lock held. */
	errno_t	(*pru_ctloutput)(struct __socket *so, struct __sockopt *sopt);
	/* SO_SNDBUF or SO_RCVBUF changed. */
	void	(*pru_resized)(struct __socket *so, bool rcv);
	/* SOL_SOCKET bit options changed (SO_KEEPALIVE, SO_REUSE*...). */
	void	(*pru_options)(struct __socket *so);
	/* Would a connect be a rewrite of an association (UDP)? */
	bool	(*pru_associated)(struct __socket *so);
	/* Close begins: the owner is gone (no lock drop). */
	void	(*pru_closing)(struct __socket *so);
	/* Bind to any port now, for an implicit bind; false if bound. */
	errno_t	(*pru_autobind)(struct __socket *so,
		    const struct sockaddr *to, bool *bound);
	/*
	 * Work noted under the net lock (sowork_queue): no lock held, one
	 * thread at a time for one socket.
	 */
	void	(*pru_work)(struct __socket *so);
	/*
	 * The part of it that never calls a kext (room in the send buffer),
	 * done at once even if the rest waits for its thread.  No lock held.
	 */
	void	(*pru_space)(struct __socket *so);
	/* A line for listings: state of the connection, "" if none. */
	const char *(*pru_statename)(struct __socket *so);
};

struct protosw {
	short			pr_type;	/* SOCK_* */
	short			pr_protocol;	/* 0 = any (raw) */
	unsigned		pr_flags;	/* PR_* */
	const char		*pr_name;	/* "tcp", for listings */
	const struct pr_usrreqs	*pr_usrreqs;
	/*
	 * PR_RIGHTS: gives a control mbuf's descriptors their numbers in p
	 * if `room` bytes are enough for it; frees what it passes (dispose).
	 */
	void			(*pr_externalize)(mbuf_t m, struct proc *p,
				    size_t room);
	void			(*pr_dispose)(struct __socket *so, mbuf_t m);
	/* Set by the socket layer. */
	struct domain		*pr_domain;
	struct sflt_filter_head	pr_filters;	/* sflt lock: global ones */
	unsigned		pr_nfilters;	/* a */
	TAILQ_ENTRY(protosw)	pr_link;
};

#define PR_ATOMIC	0x01	/* a send is one message */
#define PR_ADDR		0x02	/* addresses come with messages */
#define PR_CONNREQUIRED	0x04	/* listen, accept, connect before send */
#define PR_WANTRCVD	0x08	/* tell me of reads (pru_rcvd) */
#define PR_IMPLOPCL	0x10	/* a send may connect */
#define PR_RIGHTS	0x20	/* may pass descriptors */
#define PR_DOMAINLOCK	0x40	/* one lock for all sockets of the domain */
#define PR_LASTHDR	0x80	/* raw: raw entry for unknown protocols */
#define PR_URGENT	0x200	/* takes urgent data (MSG_OOB) */
#define PR_PROTOLISTEN	0x100	/* connection oriented: may listen */

#endif /* NET_SOCKET_PROTOSW_H */
