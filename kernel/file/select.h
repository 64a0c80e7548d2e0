/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readiness: select, poll and kqueue over one kind of queue.
 *
 * Whatever can become ready embeds a `struct selq` for each direction (a
 * socket: one in each sockbuf).  Its fo_select says whether it is ready now,
 * and if not calls selrecord_q(q, wql); its fo_kqfilter sets kn->kn_fop and
 * calls selq_note(q, kn).  When the state changes it calls selwakeup_q(q):
 * selecting threads wake, notes are activated.  Both may be called with the
 * object's own lock held; selwakeup_q also from interrupts.  What f_event
 * reads must therefore be readable with or without the object's lock.
 *
 * The object calls selq_fini(q) before it goes: whoever still waits is woken,
 * notes are cut off.
 */
#ifndef KERNEL_FILE_SELECT_H
#define KERNEL_FILE_SELECT_H

#include <sys/queue.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

struct file;
struct knote;
struct kqueue;
struct proc;
struct selnode;
struct timer;

LIST_HEAD(selq_nodes, selnode);
SLIST_HEAD(selq_notes, knote);

struct selq {
	struct selq_nodes sq_nodes;	/* select lock: selecting threads */
	struct selq_notes sq_notes;	/* select lock: knotes */
};

void selq_init(struct selq *q);
void selq_fini(struct selq *q);

/*
 * Remembers the caller of select or poll; wql is what fo_select was given
 * (NULL: nobody waits, nothing happens).
 */
void selrecord_q(struct selq *q, void *wql);

/* Wakes selecting threads and activates notes. */
void selwakeup_q(struct selq *q);
void selwakeup_hint(struct selq *q, long hint);

/* True when somebody would notice selwakeup_q(). */
static inline bool
selq_wanted(const struct selq *q)
{
	return (!LIST_EMPTY(&q->sq_nodes) || !SLIST_EMPTY(&q->sq_notes));
}

/* --- kqueue ------------------------------------------------------------------------ */

#define EVFILT_READ	(-1)
#define EVFILT_WRITE	(-2)
#define EVFILT_PROC	(-5)
#define EVFILT_TIMER	(-7)
#define EVFILT_USER	(-10)
#define EVFILT_EXCEPT	(-15)

#define EV_ADD		0x0001
#define EV_DELETE	0x0002
#define EV_ENABLE	0x0004
#define EV_DISABLE	0x0008
#define EV_ONESHOT	0x0010
#define EV_CLEAR	0x0020
#define EV_RECEIPT	0x0040
#define EV_DISPATCH	0x0080
#define EV_ERROR	0x4000
#define EV_EOF		0x8000

#define NOTE_LOWAT	0x00000001
#define NOTE_EXIT	0x80000000u
#define NOTE_SIGNAL	0x08000000u
#define NOTE_SECONDS	0x00000001
#define NOTE_USECONDS	0x00000002
#define NOTE_NSECONDS	0x00000004
#define NOTE_ABSOLUTE	0x00000008
#define NOTE_TRIGGER	0x01000000
#define NOTE_FFNOP	0x00000000
#define NOTE_FFAND	0x40000000
#define NOTE_FFOR	0x80000000u
#define NOTE_FFCOPY	0xc0000000u
#define NOTE_FFCTRLMASK	0xc0000000u
#define NOTE_FFLAGSMASK	0x00ffffff

struct kevent {
	uintptr_t ident;
	int16_t filter;
	uint16_t flags;
	uint32_t fflags;
	intptr_t data;
	void *udata;
};

/*
 * What a note watches.  f_event: true when active now; may set kn_data,
 * kn_flags (EV_EOF) and kn_fflags; called with the select lock (a spin lock)
 * held: it reads and does not block.  hint is that of selwakeup_hint, 0 when
 * the kqueue itself looks; with a hint an active note is asked too.
 */
struct filterops {
	bool (*f_event)(struct knote *kn, long hint);
};

struct knote {
	SLIST_ENTRY(knote) kn_selnext;	/* select lock: in a selq */
	TAILQ_ENTRY(knote) kn_alink;	/* select lock: on the active list */
	LIST_ENTRY(knote) kn_link;	/* kqueue lock: all of the kqueue */
	struct kqueue *kn_kq;		/* I */
	struct selq *kn_selq;		/* select lock: where it hangs */
	const struct filterops *kn_fop;	/* set by fo_kqfilter */
	struct file *kn_fp;		/* I: of file filters, no reference */
	void *kn_hook;			/* for the filter */
	struct kevent kn_ev;		/* ident, filter, flags, fflags, udata */
	uint32_t kn_sfflags;		/* wanted fflags */
	intptr_t kn_sdata;		/* data given: NOTE_LOWAT bytes, period */
	bool kn_active;			/* select lock: on the active list */
	bool kn_disabled;		/* select lock */
	struct timer *kn_timer;		/* EVFILT_TIMER */
	uint64_t kn_base;		/* of a periodic one: counted up to, ns */
};
#define kn_ident	kn_ev.ident
#define kn_filter	kn_ev.filter
#define kn_flags	kn_ev.flags
#define kn_fflags	kn_ev.fflags
#define kn_data		kn_ev.data

/* In fo_kqfilter: hangs kn into q. */
void selq_note(struct selq *q, struct knote *kn);

/* A descriptor of p goes: its notes in p's kqueues go with it. */
void kqueue_fd_closed(struct proc *p, int fd, struct file *fp);

/* --- system calls --------------------------------------------------------------- */

#ifndef FD_SETSIZE
#define FD_SETSIZE	1024
#endif

struct pollfd;
struct timeval;
struct timespec;

/* Bit sets of 32-bit words as in fd_set; nd up to the table's size. */
errno_t sys_select(struct proc *p, int nd, void *in, void *ou, void *ex,
    struct timeval *tv, int *retval);
errno_t sys_poll(struct proc *p, struct pollfd *fds, unsigned nfds,
    int timeout_ms, int *retval);
errno_t sys_kqueue(struct proc *p, int *retval);
errno_t sys_kevent(struct proc *p, int kqfd, const struct kevent *changes,
    int nchanges, struct kevent *events, int nevents,
    const struct timespec *timeout, int *retval);

#endif /* KERNEL_FILE_SELECT_H */
