/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets and socket buffers, as everything above the protocols sees them.
 *
 * A socket is made by socreate() (or by a protocol for a connection that
 * arrives), belongs to one owner (a descriptor, or a kernel caller through
 * the sock_* KPI), and dies in two steps: soclose() by the owner ends the
 * protocol's work, so_rele() of the last reference runs the filters' detach
 * callbacks and frees the memory.  References are taken by anything that
 * looks at a socket without holding its lock.
 *
 * Locks.  so_lock points at the socket's own mutex, or at the domain's for
 * protocols marked PR_DOMAINLOCK.  It is taken before the net lock, never
 * the other way round: what a protocol engine learns under the net lock it
 * notes in its own control block and hands over with sowork_queue() (see
 * sowork.h).  pru_* functions are entered with so_lock held unless
 * protosw.h says otherwise.  No filter, upcall or other kext code runs with
 * so_lock held.
 *
 * Letters: I immutable after creation, s so_lock, N net lock, a atomic,
 * w the lock of the work list.
 */
#ifndef NET_SOCKET_SOCKETVAR_H
#define NET_SOCKET_SOCKETVAR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/kernel_types.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include "kernel/file/select.h"
#include "kernel/layout.h"
#include "kernel/sched/wait.h"
#include "kernel/sync/lock.h"
#include "net/socket/sflt.h"
#include "net/socket/sowork.h"

struct kext;
struct proc;
struct protosw;
struct uio;

/*
 * A socket buffer is a list of records (linked by nextpkt); a stream is one
 * record.  A record is [name mbuf] [control mbufs] data mbufs.  sb_cc
 * counts every byte, sb_ctl those that are names or control, so that
 * sb_cc - sb_ctl is what a reader gets.
 *
 * Protocols that keep sent data themselves (TCP's engine does) use the
 * send buffer for accounting only: sb_cc moves, sb_mb stays empty.
 */
struct sockbuf {
	mbuf_t		sb_mb;		/* s: first record */
	mbuf_t		sb_lastrecord;	/* s: last record */
	mbuf_t		sb_mbtail;	/* s: last mbuf of the last record */
	size_t		sb_cc;		/* s: bytes, names and control too */
	size_t		sb_ctl;		/* s: of those, not data */
	size_t		sb_hiwat;	/* s: limit of sb_cc */
	size_t		sb_lowat;	/* s: what makes it ready */
	size_t		sb_mbcnt;	/* s: storage held */
	size_t		sb_mbmax;	/* s: limit of that */
	struct timeval	sb_timeo;	/* s: 0 = no limit */
	unsigned	sb_flags;	/* s: SB_* */
	struct waitq	sb_wq;		/* readers or writers */
	struct waitq	sb_lockwq;	/* for the I/O lock */
	struct selq	sb_sel;		/* select, poll, kqueue */
};

#define SB_LOCKED	0x01	/* one reader or writer at a time */
#define SB_ACCOUNT	0x04	/* data is with the protocol, count only */
#define SB_DROP		0x08	/* arriving data is freed */

/*
 * The default and the greatest sizes.  A guest with little memory gets less:
 * sockbuf_init scales them by the memory there is for buffers.
 */
void	sockbuf_init(void);
extern size_t sb_max;			/* ceiling of SO_SNDBUF, SO_RCVBUF */
extern size_t sb_default_snd;
extern size_t sb_default_rcv;

struct __socket {
	LAYOUT_PAD
	/* Identity. */
	short		so_type;	/* I: SOCK_* */
	struct protosw	*so_proto;	/* I */
	void		*so_pcb;	/* I once attached: the protocol's */
	lck_mtx_t	*so_lock;	/* I: own or the domain's */
	lck_mtx_t	so_mtx;		/* the own one */
	uint64_t	so_serial;	/* I: for listings */

	/* State. */
	unsigned	so_state;	/* s: SS_* */
	int		so_options;	/* s: SO_* bits below 0x1000 */
	int		so_error;	/* s: pending, given out once */
	int		so_linger_ticks; /* s: SO_LINGER, in 10 ms */
	int		so_traffic_class; /* s */

	struct sockbuf	so_rcv;
	struct sockbuf	so_snd;
	struct waitq	so_wq;		/* connect, accept, linger */

	/* References. */
	unsigned	so_refs;	/* a: memory */
	unsigned	so_retained;	/* s: sock_retain */
	struct kext	*so_retainer;	/* s: the kext that began it, charged */

	/* Accept queue.  A child holds a reference on its head. */
	struct __socket	*so_head;	/* s: listener, until accepted */
	TAILQ_HEAD(, __socket) so_comp;	/* s: completed connections */
	TAILQ_ENTRY(__socket) so_list;	/* s (of the head) */
	int		so_qlen;	/* s: length of so_comp */
	int		so_qlimit;	/* s: backlog */

	/* Upcall of a kernel socket. */
	sock_upcall	so_upcall;	/* s */
	void		*so_upcallarg;	/* s */
	struct upcall_gate *so_upcallgate; /* s: shared by the function's users */
	bool		so_upcallpend;	/* s: an event was not told yet */
	struct thread	*so_upcallthread; /* s: who is inside it */

	/* Filters. */
	struct sflt_list so_filt;	/* see sflt.h */
	struct thread	*so_send_filt_thread; /* s: inside sf_data_out */

	/* Work handed over from under the net lock. */
	struct sowork	so_work;

	/* Ownership, for listings, charging and credentials. */
	uid_t		so_uid;		/* I */
	pid_t		so_pid;		/* s: creator or last owner */
	struct kext	*so_kext;	/* I: charged kext or NULL */
	char		so_comm[17];	/* s: name of that process */

	LIST_ENTRY(__socket) so_all;	/* so_list_lock: every socket */
};

/* so_state */
#define SS_NOFDREF		0x0001	/* the owner has closed it */
#define SS_ISCONNECTED		0x0002
#define SS_ISCONNECTING		0x0004
#define SS_ISDISCONNECTING	0x0008
#define SS_CANTSENDMORE		0x0010	/* write side shut */
#define SS_CANTRCVMORE		0x0020	/* read side shut, or FIN seen */
#define SS_RCVATMARK		0x0040
#define SS_PRIV			0x0080	/* low ports and raw sockets */
#define SS_NBIO			0x0100
#define SS_ASYNC		0x0200
#define SS_ISDISCONNECTED	0x0800	/* was connected, is no longer */
#define SS_INCOMP		0x1000	/* child, not yet complete */
#define SS_COMP			0x2000	/* child on so_comp */
#define SS_DEFUNCT		0x4000	/* taken away by a filter */
#define SS_NOINTR		0x8000	/* signals do not wake it */
#define SS_CLOSEPEND		0x10000	/* close waits for sock_release */
#define SS_KERNEL		0x20000	/* made by sock_socket */
#define SS_DETACHED		0x40000	/* protocol control block is gone */
#define SS_UPCALLCLOSEWAIT	0x80000	/* SO_UPCALLCLOSEWAIT */
#define SS_NOSIGPIPE		0x100000
#define SS_NOADDRERR		0x200000
#define SS_CLOSED		0x400000 /* soclose went through */
#define SS_LASTGONE		0x800000 /* final free has begun */

/* --- life (socket.c) ------------------------------------------------------ */
#define SOCREATE_KERNEL	0x1	/* no process owns it */

errno_t	socreate(int domain, int type, int protocol, unsigned flags,
	    struct __socket **out);
/*
 * For protocols: the socket of a connection that arrives at `head`.  It has
 * the listener's buffers, options and owner, one reference, no protocol
 * control block and no filters yet (sflt_attach_globals); may be called with
 * the net lock held when how is M_NOWAIT.
 */
struct __socket *sonew(struct __socket *head, int how);
void	so_ref(struct __socket *so);
bool	so_tryref(struct __socket *so);	/* false: it is being freed */
void	so_rele(struct __socket *so);		/* no lock held */
/* Stronger: puts off a close (sock_retain, sock_release). */
void	so_retain(struct __socket *so);
void	so_release(struct __socket *so);
errno_t	soclose(struct __socket *so);
void	soabort(struct __socket *so);		/* a child nobody accepted */
/* A filter or the system takes the connection away: reads and writes fail. */
void	sodefunct(struct __socket *so);

static inline void
socket_lock(struct __socket *so)
{
	lck_mtx_lock(so->so_lock);
}

static inline void
socket_unlock(struct __socket *so)
{
	lck_mtx_unlock(so->so_lock);
}

#define socket_assert_locked(so) \
	lck_mtx_assert((so)->so_lock, LCK_MTX_ASSERT_OWNED)

/* --- operations (so_*.c); no lock held on entry --------------------------- */
errno_t	sobind(struct __socket *so, const struct sockaddr *nam);
errno_t	solisten(struct __socket *so, int backlog);
#define SOCONN_NBIO	0x1
errno_t	soconnect(struct __socket *so, const struct sockaddr *nam,
	    unsigned flags);
errno_t	soconnectwait(struct __socket *so, const struct timeval *tv);
errno_t	soconnect2(struct __socket *so1, struct __socket *so2);
errno_t	sodisconnect(struct __socket *so);
errno_t	soaccept(struct __socket *head, bool nbio, struct sockaddr_storage *from,
	    struct __socket **out);
errno_t	soshutdown(struct __socket *so, int how);
errno_t	sosockname(struct __socket *so, struct sockaddr_storage *out);
errno_t	sopeername(struct __socket *so, struct sockaddr_storage *out);
/* The system calls' forms: filters may change or replace the address. */
errno_t	sosockname_filtered(struct __socket *so, struct sockaddr **out);
errno_t	sopeername_filtered(struct __socket *so, struct sockaddr **out);

/*
 * Send from `uio` (copied) or `top` (consumed, one atomic call); control is
 * consumed.  `to` may be NULL.  *sent counts bytes taken, also with an
 * error of a later piece.
 */
errno_t	sosend(struct __socket *so, const struct sockaddr *to,
	    struct uio *uio, mbuf_t top, mbuf_t control, int flags,
	    size_t *sent);
/*
 * Receive into `uio`, or as a chain through mp when uio is NULL (then at
 * most *len bytes).  *len returns the bytes taken.  from and controlp may be
 * NULL; *flagsp in: MSG_PEEK..., out: MSG_TRUNC, MSG_EOR, MSG_CTRUNC.
 */
errno_t	soreceive(struct __socket *so, struct sockaddr_storage *from,
	    struct uio *uio, mbuf_t *mp, mbuf_t *controlp, int *flagsp,
	    size_t *len);
errno_t	soioctl(struct __socket *so, u_long cmd, void *data);
struct kstat;
errno_t	sostat(struct __socket *so, struct kstat *sb);

/* Readiness; only read, so with or without the lock. */
bool	soreadable(struct __socket *so);
bool	sowriteable(struct __socket *so);
/* FREAD, FWRITE or 0 (exceptions): ready now?  Records wql when not. */
bool	sopoll(struct __socket *so, int which, void *wql);
struct knote;
errno_t	sokqfilter(struct __socket *so, struct knote *kn);

/* --- options (sockopt.c) --------------------------------------------------- */
struct __sockopt {
	int		sopt_dir;	/* sockopt_get, sockopt_set */
	int		sopt_level;
	int		sopt_name;
	void		*sopt_val;
	size_t		sopt_valsize;
};

errno_t	sosetopt(struct __socket *so, struct __sockopt *sopt);
errno_t	sogetopt(struct __socket *so, struct __sockopt *sopt);
/* Takes up to len bytes, at least minlen; the rest of buf is untouched. */
errno_t	sooptcopyin(struct __sockopt *sopt, void *buf, size_t len,
	    size_t minlen);
errno_t	sooptcopyout(struct __sockopt *sopt, const void *buf, size_t len);
errno_t	sooptcopyin_int(struct __sockopt *sopt, int *out);
errno_t	sooptcopyout_int(struct __sockopt *sopt, int value);

/* --- state changes, called by protocols with so_lock held ------------------ */
/*
 * Each of these only changes the state and wakes; events for filters are
 * posted by the caller with so_notify() once the lock is released, or with
 * so_notify_locked(), which drops and takes it.
 */
void	soisconnecting(struct __socket *so);
void	soisconnected(struct __socket *so);
void	soisdisconnecting(struct __socket *so);
void	soisdisconnected(struct __socket *so);
void	socantsendmore(struct __socket *so);
void	socantrcvmore(struct __socket *so);
/*
 * A completed child goes to its listener's queue, and the reference of its
 * creation with it; no lock held.  False: the listener is gone, and the
 * caller calls soabort(), which drops that reference.
 */
bool	sonewconn_complete(struct __socket *so);
/* Wake readers or writers, select, kqueue; the upcall follows at unlock. */
void	sorwakeup(struct __socket *so);
void	sowwakeup(struct __socket *so);
/*
 * The upcall of a kernel socket.  sorwakeup leaves it pending and queues
 * the socket's work; the worker runs it with no lock held.
 */
void	so_setupcall(struct __socket *so, sock_upcall fn, void *arg);
void	so_upcall_run(struct __socket *so);
/* True when kext code hangs on the socket. */
bool	so_hooked(struct __socket *so);
/* sflt_notify with the lock held: dropped and taken again. */
void	so_notify_locked(struct __socket *so, sflt_event_t ev, void *param);

/* --- socket buffers (sockbuf.c); so_lock held ------------------------------ */
errno_t	soreserve(struct __socket *so, size_t snd, size_t rcv);
errno_t	sbreserve(struct sockbuf *sb, size_t hiwat);
void	sbinit(struct sockbuf *sb);
void	sbdestroy(struct sockbuf *sb);
static inline size_t
sbavail(const struct sockbuf *sb)
{
	return (sb->sb_cc - sb->sb_ctl);
}
static inline long
sbspace(const struct sockbuf *sb)
{
	long bytes = (long)sb->sb_hiwat - (long)sb->sb_cc;
	long store = (long)sb->sb_mbmax - (long)sb->sb_mbcnt;

	return (bytes < store ? bytes : store);
}
void	sbappend(struct sockbuf *sb, mbuf_t m);		/* to the last record */
void	sbappendstream(struct sockbuf *sb, mbuf_t m);
void	sbappendrecord(struct sockbuf *sb, mbuf_t m);
/* Consume m and control on success; on failure (no room) the caller's. */
bool	sbappendaddr(struct sockbuf *sb, const struct sockaddr *nam, mbuf_t m,
	    mbuf_t control);
bool	sbappendcontrol(struct sockbuf *sb, mbuf_t m, mbuf_t control);
void	sbdrop(struct sockbuf *sb, size_t len);
void	sbdroprecord(struct sockbuf *sb);
void	sbflush(struct sockbuf *sb);
/* sbflush of so_rcv, with the descriptors that lie in it. */
void	sorcvflush(struct __socket *so);
errno_t	sbwait(struct __socket *so, struct sockbuf *sb);
errno_t	sblock(struct __socket *so, struct sockbuf *sb, bool wait);
void	sbunlock(struct __socket *so, struct sockbuf *sb);
void	sbcheck(const struct sockbuf *sb);
/* Moves what protocols that keep the data count: + queued, - gone. */
void	sbaccount(struct sockbuf *sb, long delta);
/*
 * Takes the next len bytes of data (not names or control) off the front of
 * the first record as a chain; NULL when there is no memory for a split.
 */
mbuf_t	sbtake(struct sockbuf *sb, size_t len);
/* Takes the first mbuf off. */
mbuf_t	sbtakembuf(struct sockbuf *sb);
/* One control message as a control mbuf; NULL when there is no memory. */
mbuf_t	sbcreatecontrol(const void *p, size_t size, int type, int level);

/* --- walking, for listings -------------------------------------------------- */
/* Calls fn with a reference held and no lock; stops when fn returns false. */
void	so_foreach(bool (*fn)(struct __socket *so, void *arg), void *arg);
struct socket_stats {
	uint64_t	ss_created;
	uint64_t	ss_live;
	uint64_t	ss_accepted;
	uint64_t	ss_qdrops;	/* accept queue full */
	uint64_t	ss_rcvfull;	/* datagrams without room */
	uint64_t	ss_nomem;	/* ... while buffers were short */
};
extern struct socket_stats socket_stats;

void	socket_init(void);	/* caches, lock groups; before any domain */

#endif /* NET_SOCKET_SOCKETVAR_H */
