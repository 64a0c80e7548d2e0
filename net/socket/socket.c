/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life of a socket: creation, references, state changes, close, the end.
 *
 * A socket has one owner.  The owner's soclose() ends the connection and
 * gives up the owner's reference; what still looks at the socket (work
 * under way, a filter that keeps it) holds its own.  so_rele() of the last
 * one runs so_free(): last events, detach callbacks of the filters, the
 * protocol's detach, memory.
 *
 * sock_retain() is stronger than a reference: while one is held a close is
 * put off altogether (SS_CLOSEPEND) and done by the last sock_release().
 */
#include "net/socket/socketvar.h"

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/time/timer.h"
#include "net/socket/domain.h"

static LOCK_GROUP(socket_grp, "socket");
static LOCK_GROUP(so_list_grp, "socket list");
static lck_mtx_t so_list_lock = LCK_MTX_INITIALIZER(so_list_lock, so_list_grp);
static LIST_HEAD(, __socket) so_list = LIST_HEAD_INITIALIZER(so_list);
static struct kmem_cache *socket_cache;
static uint64_t so_serial;

struct socket_stats socket_stats;

void
socket_init(void)
{
	if (socket_cache == NULL)
		socket_cache = kmem_cache_create("socket",
		    sizeof(struct __socket), 0, 0);
	VERIFY(socket_cache != NULL);
	sockbuf_init();
	sflt_init();
}

/* --- references -------------------------------------------------------------- */

void
so_ref(struct __socket *so)
{
	unsigned old = __atomic_fetch_add(&so->so_refs, 1, __ATOMIC_RELAXED);

	KASSERT(old != 0, ("so_ref: dead socket %p", (void *)so));
	(void)old;
}

bool
so_tryref(struct __socket *so)
{
	unsigned old = __atomic_load_n(&so->so_refs, __ATOMIC_RELAXED);

	while (old != 0) {
		if (__atomic_compare_exchange_n(&so->so_refs, &old, old + 1,
		    true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return (true);
	}
	return (false);
}

/* The last reference is gone: nobody else can see the socket. */
static void
so_free(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	struct __socket *head = so->so_head;

	socket_lock(so);
	so->so_state |= SS_LASTGONE;
	socket_unlock(so);
	KASSERT(TAILQ_EMPTY(&so->so_comp), ("so_free: pending connections"));
	if (sflt_present(&so->so_filt)) {
		sflt_notify(so, sock_evt_flush_read, NULL);
		sflt_notify(so, sock_evt_cantrecvmore, NULL);
	}
	sflt_termsock(so);
	/* A filter's thread may have come to it meanwhile: so_retain. */
	socket_lock(so);
	while (so->so_retained > 0)
		waitq_sleep(&so->so_wq, so->so_lock, WAIT_UNINT, 0);
	socket_unlock(so);
	lck_mtx_lock(&so_list_lock);
	LIST_REMOVE(so, so_all);
	lck_mtx_unlock(&so_list_lock);
	if (so->so_pcb != NULL && pru->pru_detach != NULL)
		pru->pru_detach(so);
	KASSERT(so->so_pcb == NULL, ("so_free: pcb left"));
	so_setupcall(so, NULL, NULL);
	sorcvflush(so);
	sbdestroy(&so->so_rcv);
	sbdestroy(&so->so_snd);
	kext_uncharge(so->so_kext, KRES_SOCKET, 1);
	lck_mtx_destroy(&so->so_mtx, &socket_grp);
	__atomic_fetch_sub(&socket_stats.ss_live, 1, __ATOMIC_RELAXED);
	kmem_cache_free(socket_cache, so);
	if (head != NULL)
		so_rele(head);
}

void
so_rele(struct __socket *so)
{
	unsigned old;

	old = __atomic_fetch_sub(&so->so_refs, 1, __ATOMIC_ACQ_REL);
	KASSERT(old != 0, ("so_rele: dead socket %p", (void *)so));
	if (old == 1)
		so_free(so);
}

/* --- creation ------------------------------------------------------------------ */

static struct __socket *
so_alloc(struct protosw *pp, int how)
{
	struct __socket *so;

	so = kmem_cache_alloc(socket_cache, how | M_ZERO);
	if (so == NULL)
		return (NULL);
	so->so_type = pp->pr_type;
	so->so_proto = pp;
	so->so_refs = 1;
	lck_mtx_init(&so->so_mtx, &socket_grp, LCK_ATTR_NULL);
	so->so_lock = (pp->pr_flags & PR_DOMAINLOCK) != 0 ?
	    &pp->pr_domain->dom_mtx : &so->so_mtx;
	sbinit(&so->so_rcv);
	sbinit(&so->so_snd);
	waitq_init(&so->so_wq);
	TAILQ_INIT(&so->so_comp);
	sflt_initsock(so);
	so->so_serial = __atomic_add_fetch(&so_serial, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&socket_stats.ss_created, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&socket_stats.ss_live, 1, __ATOMIC_RELAXED);
	return (so);
}

static void
so_enlist(struct __socket *so)
{
	lck_mtx_lock(&so_list_lock);
	LIST_INSERT_HEAD(&so_list, so, so_all);
	lck_mtx_unlock(&so_list_lock);
}

static void
so_setowner(struct __socket *so)
{
	struct proc *p = current_proc();

	so->so_pid = p->p_pid;
	so->so_uid = kauth_getuid();
	strlcpy(so->so_comm, p->p_comm, sizeof(so->so_comm));
	if (so->so_uid == 0)
		so->so_state |= SS_PRIV;
}

/* Which protocol, or why not: S1 of the KPI's test vectors. */
static errno_t
so_findproto(int domain, int type, int protocol, struct protosw **out)
{
	struct protosw *pp;
	int t;

	if (pffinddomain(domain) == NULL)
		return (EAFNOSUPPORT);
	if (type < SOCK_STREAM || type > SOCK_SEQPACKET)
		return (EPROTONOSUPPORT);
	pp = protocol != 0 ? pffindproto(domain, protocol, type) :
	    pffindtype(domain, type);
	if (pp != NULL) {
		*out = pp;
		return (0);
	}
	if (protocol == 0)
		return (EPROTONOSUPPORT);
	for (t = SOCK_STREAM; t <= SOCK_SEQPACKET; t++) {
		if (t != SOCK_RAW && pffindproto(domain, protocol, t) != NULL)
			return (EPROTOTYPE);
	}
	return (EPROTONOSUPPORT);
}

errno_t
socreate(int domain, int type, int protocol, unsigned flags,
    struct __socket **out)
{
	struct protosw *pp;
	struct __socket *so;
	errno_t error;

	error = so_findproto(domain, type, protocol, &pp);
	if (error != 0)
		return (error);
	if (pp->pr_usrreqs->pru_attach == NULL)
		return (EPROTONOSUPPORT);
	so = so_alloc(pp, M_WAITOK);
	if (so == NULL)
		return (ENOBUFS);
	so_setowner(so);
	if ((flags & SOCREATE_KERNEL) != 0) {
		so->so_state |= SS_KERNEL;
		so->so_kext = kext_charge(KRES_SOCKET, 1);
	}
	socket_lock(so);
	error = pp->pr_usrreqs->pru_attach(so, protocol);
	socket_unlock(so);
	so_enlist(so);
	if (error != 0) {
		so->so_state |= SS_NOFDREF;
		so_rele(so);
		return (error);
	}
	sflt_attach_globals(so);
	*out = so;
	return (0);
}

struct __socket *
sonew(struct __socket *head, int how)
{
	struct __socket *so = so_alloc(head->so_proto, how);

	if (so == NULL)
		return (NULL);
	so->so_state = (head->so_state & (SS_NBIO | SS_PRIV | SS_NOSIGPIPE)) |
	    SS_NOFDREF | SS_INCOMP;
	so->so_options = head->so_options & ~SO_ACCEPTCONN;
	so->so_linger_ticks = head->so_linger_ticks;
	so->so_traffic_class = head->so_traffic_class;
	so->so_uid = head->so_uid;
	so->so_pid = head->so_pid;
	memcpy(so->so_comm, head->so_comm, sizeof(so->so_comm));
	(void)sbreserve(&so->so_snd, head->so_snd.sb_hiwat);
	(void)sbreserve(&so->so_rcv, head->so_rcv.sb_hiwat);
	so->so_snd.sb_lowat = head->so_snd.sb_lowat;
	so->so_rcv.sb_lowat = head->so_rcv.sb_lowat;
	so->so_snd.sb_timeo = head->so_snd.sb_timeo;
	so->so_rcv.sb_timeo = head->so_rcv.sb_timeo;
	so->so_snd.sb_flags = head->so_snd.sb_flags & SB_ACCOUNT;
	so_ref(head);
	so->so_head = head;
	so_enlist(so);
	return (so);
}

/* --- events ----------------------------------------------------------------------- */

void
so_notify_locked(struct __socket *so, sflt_event_t ev, void *param)
{
	socket_assert_locked(so);
	if (!sflt_present(&so->so_filt))
		return;
	socket_unlock(so);
	sflt_notify(so, ev, param);
	socket_lock(so);
}

bool
so_hooked(struct __socket *so)
{
	struct __socket *head;

	if (sflt_present(&so->so_filt) || so->so_upcall != NULL)
		return (true);
	head = so->so_head;
	return (head != NULL && (so->so_state & SS_INCOMP) != 0 &&
	    head->so_upcall != NULL);
}

static void
so_wakestate(struct __socket *so)
{
	waitq_wake_all(&so->so_wq);
}

void
sorwakeup(struct __socket *so)
{
	waitq_wake_all(&so->so_rcv.sb_wq);
	if (selq_wanted(&so->so_rcv.sb_sel))
		selwakeup_q(&so->so_rcv.sb_sel);
	if (so->so_upcall != NULL) {
		so->so_upcallpend = true;
		sowork_queue(so);
	}
}

void
sowwakeup(struct __socket *so)
{
	waitq_wake_all(&so->so_snd.sb_wq);
	if (selq_wanted(&so->so_snd.sb_sel))
		selwakeup_q(&so->so_snd.sb_sel);
}

void
soisconnecting(struct __socket *so)
{
	so->so_state &= ~(SS_ISCONNECTED | SS_ISDISCONNECTING |
	    SS_ISDISCONNECTED);
	so->so_state |= SS_ISCONNECTING;
}

void
soisconnected(struct __socket *so)
{
	so->so_state &= ~(SS_ISCONNECTING | SS_ISDISCONNECTING |
	    SS_ISDISCONNECTED);
	so->so_state |= SS_ISCONNECTED;
	if ((so->so_state & SS_INCOMP) != 0)
		return;		/* sonewconn_complete tells the listener */
	so_wakestate(so);
	sorwakeup(so);
	sowwakeup(so);
}

void
soisdisconnecting(struct __socket *so)
{
	so->so_state &= ~SS_ISCONNECTING;
	so->so_state |= SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE;
	so_wakestate(so);
	sowwakeup(so);
	sorwakeup(so);
}

void
soisdisconnected(struct __socket *so)
{
	so->so_state &= ~(SS_ISCONNECTING | SS_ISCONNECTED |
	    SS_ISDISCONNECTING);
	so->so_state |= SS_CANTRCVMORE | SS_CANTSENDMORE | SS_ISDISCONNECTED;
	if ((so->so_snd.sb_flags & SB_ACCOUNT) != 0)
		so->so_snd.sb_cc = 0;
	so_wakestate(so);
	sowwakeup(so);
	sorwakeup(so);
}

void
socantsendmore(struct __socket *so)
{
	so->so_state |= SS_CANTSENDMORE;
	sowwakeup(so);
}

void
socantrcvmore(struct __socket *so)
{
	so->so_state |= SS_CANTRCVMORE;
	sorwakeup(so);
}

bool
sonewconn_complete(struct __socket *so)
{
	struct __socket *head = so->so_head;
	bool ok;

	KASSERT(head != NULL, ("sonewconn_complete: no listener"));
	socket_lock(head);
	ok = (head->so_options & SO_ACCEPTCONN) != 0 &&
	    (head->so_state & (SS_CLOSED | SS_CANTRCVMORE)) == 0;
	if (ok) {
		so->so_state &= ~SS_INCOMP;
		so->so_state |= SS_COMP;
		TAILQ_INSERT_TAIL(&head->so_comp, so, so_list);
		head->so_qlen++;
		waitq_wake_one(&head->so_wq);
		sorwakeup(head);
	}
	socket_unlock(head);
	return (ok);
}

/* --- upcall ------------------------------------------------------------------------ */

/*
 * The gate of an upcall function, shared by all sockets that have it: a
 * gate is larger than a socket.
 */
struct upcall_gate {
	LIST_ENTRY(upcall_gate) ug_link;	/* so_list_lock */
	sock_upcall	ug_fn;			/* I */
	unsigned	ug_refs;		/* so_list_lock */
	struct gate	ug_gate;
};
static LIST_HEAD(, upcall_gate) upcall_gates =
    LIST_HEAD_INITIALIZER(upcall_gates);

static struct upcall_gate *
upcall_gate_get(sock_upcall fn)
{
	struct upcall_gate *ug, *fresh;

	fresh = kmalloc(sizeof(*fresh), M_WAITOK | M_ZERO);
	lck_mtx_lock(&so_list_lock);
	LIST_FOREACH(ug, &upcall_gates, ug_link) {
		if (ug->ug_fn == fn)
			break;
	}
	if (ug == NULL && fresh != NULL) {
		ug = fresh;
		fresh = NULL;
		ug->ug_fn = fn;
		gate_init(&ug->ug_gate, GATE_UPCALL, "socket upcall",
		    (const void *)fn);
		LIST_INSERT_HEAD(&upcall_gates, ug, ug_link);
	}
	if (ug != NULL)
		ug->ug_refs++;
	lck_mtx_unlock(&so_list_lock);
	kfree(fresh);
	return (ug);
}

static void
upcall_gate_put(struct upcall_gate *ug)
{
	bool last;

	if (ug == NULL)
		return;
	lck_mtx_lock(&so_list_lock);
	last = --ug->ug_refs == 0;
	if (last)
		LIST_REMOVE(ug, ug_link);
	lck_mtx_unlock(&so_list_lock);
	if (last) {
		gate_fini(&ug->ug_gate);
		kfree(ug);
	}
}

void
so_setupcall(struct __socket *so, sock_upcall fn, void *arg)
{
	struct upcall_gate *ug, *old;

	ug = fn != NULL ? upcall_gate_get(fn) : NULL;
	socket_lock(so);
	old = so->so_upcallgate;
	so->so_upcall = ug != NULL ? fn : NULL;
	so->so_upcallarg = arg;
	so->so_upcallgate = ug;
	if (fn != NULL && (soreadable(so) || so->so_qlen > 0)) {
		so->so_upcallpend = true;
		sowork_queue(so);
	}
	socket_unlock(so);
	upcall_gate_put(old);
}

void
so_upcall_run(struct __socket *so)
{
	struct upcall_gate *ug;
	sock_upcall fn;
	void *arg;

	if (so->so_upcall == NULL)
		return;
	socket_lock(so);
	while (so->so_upcallpend && so->so_upcallthread == NULL &&
	    so->so_upcall != NULL) {
		so->so_upcallpend = false;
		so->so_upcallthread = current_thread();
		fn = so->so_upcall;
		arg = so->so_upcallarg;
		ug = so->so_upcallgate;
		lck_mtx_lock(&so_list_lock);
		ug->ug_refs++;
		lck_mtx_unlock(&so_list_lock);
		socket_unlock(so);
		GATE_VOID(&ug->ug_gate, fn, so, arg, MBUF_DONTWAIT);
		upcall_gate_put(ug);
		socket_lock(so);
		so->so_upcallthread = NULL;
		so_wakestate(so);	/* a close may wait for the end */
	}
	socket_unlock(so);
}

/* --- close -------------------------------------------------------------------------- */

/* Connections nobody accepted: the peer gets a reset. */
static void
so_drop_pending(struct __socket *head)
{
	struct __socket *so;

	for (;;) {
		socket_lock(head);
		so = TAILQ_FIRST(&head->so_comp);
		if (so != NULL) {
			TAILQ_REMOVE(&head->so_comp, so, so_list);
			head->so_qlen--;
		}
		socket_unlock(head);
		if (so == NULL)
			break;
		soabort(so);
	}
}

void
soabort(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool told;

	socket_lock(so);
	so->so_state &= ~(SS_COMP | SS_INCOMP);
	so->so_state |= SS_NOFDREF | SS_CLOSED;
	if (pru->pru_abort != NULL)
		pru->pru_abort(so);
	told = (so->so_state & SS_ISDISCONNECTED) == 0;
	soisdisconnected(so);
	socket_unlock(so);
	if (told)
		sflt_notify(so, sock_evt_disconnected, NULL);
	so_rele(so);
}

void
sodefunct(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool told = false;

	socket_lock(so);
	if ((so->so_state & SS_DEFUNCT) == 0) {
		so->so_state |= SS_DEFUNCT;
		if (pru->pru_abort != NULL)
			pru->pru_abort(so);
		sorcvflush(so);
		told = (so->so_state & SS_ISCONNECTED) != 0;
		soisdisconnected(so);
	}
	socket_unlock(so);
	if (told)
		sflt_notify(so, sock_evt_disconnected, NULL);
}

/* SO_LINGER: wait until the peer has everything, at most so_linger_ticks. */
static void
so_linger(struct __socket *so)
{
	uint64_t deadline = time_now_ns() +
	    (uint64_t)so->so_linger_ticks * 10000000u;

	while ((so->so_state & SS_ISDISCONNECTED) == 0 &&
	    so->so_snd.sb_cc > 0 && so->so_error == 0) {
		if (waitq_sleep(&so->so_snd.sb_wq, so->so_lock,
		    WAIT_INTERRUPTIBLE, deadline) != THREAD_AWAKENED)
			break;
	}
}

/* End of the connection as part of a close; lock held, dropped inside. */
static void
so_close_connection(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool linger;

	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) == 0 ||
	    pru->pru_disconnect == NULL)
		return;
	linger = (so->so_options & SO_LINGER) != 0 && so->so_linger_ticks > 0 &&
	    (so->so_state & (SS_NBIO | SS_ISCONNECTED)) == SS_ISCONNECTED;
	if (linger && pru->pru_shutdown != NULL &&
	    (so->so_state & SS_CANTSENDMORE) == 0) {
		(void)pru->pru_shutdown(so);
		so_linger(so);
	}
	if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
		so_notify_locked(so, sock_evt_disconnecting, NULL);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) != 0)
		(void)pru->pru_disconnect(so);
	soisdisconnected(so);
	so_notify_locked(so, sock_evt_disconnected, NULL);
}

static void
so_close_now(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;

	sflt_notify(so, sock_evt_closing, NULL);
	/* None begins from here on; one that runs is waited for if asked. */
	so_setupcall(so, NULL, NULL);
	socket_lock(so);
	so->so_state |= SS_CLOSED;
	while ((so->so_state & SS_UPCALLCLOSEWAIT) != 0 &&
	    so->so_upcallthread != NULL)
		waitq_sleep(&so->so_wq, so->so_lock, WAIT_UNINT, 0);
	socket_unlock(so);
	so_drop_pending(so);
	socket_lock(so);
	so_close_connection(so);
	if (pru->pru_closing != NULL)
		pru->pru_closing(so);
	so->so_state |= SS_NOFDREF;
	socket_unlock(so);
	so_rele(so);
}

errno_t
soclose(struct __socket *so)
{
	socket_lock(so);
	VERIFY((so->so_state & (SS_CLOSED | SS_CLOSEPEND)) == 0);
	if (so->so_retained > 0) {
		so->so_state |= SS_CLOSEPEND;
		socket_unlock(so);
		return (0);
	}
	socket_unlock(so);
	so_close_now(so);
	return (0);
}

/*
 * Also while the socket is being freed, as long as the filter that does it
 * has not been detached: the memory then waits for the release.
 */
void
so_retain(struct __socket *so)
{
	bool alive = so_tryref(so);

	socket_lock(so);
	if (!alive)
		so->so_state |= SS_LASTGONE;
	if (so->so_retained++ == 0)
		so->so_retainer = kext_charge(KRES_RETAIN, 1);
	socket_unlock(so);
}

void
so_release(struct __socket *so)
{
	bool close;

	socket_lock(so);
	if (so->so_retained == 0)
		panic("sock_release: socket %p is not retained", (void *)so);
	if (--so->so_retained == 0) {
		kext_uncharge(so->so_retainer, KRES_RETAIN, 1);
		so->so_retainer = NULL;
	}
	if ((so->so_state & SS_LASTGONE) != 0) {
		so_wakestate(so);	/* so_free waits; there is no count */
		socket_unlock(so);
		return;
	}
	close = so->so_retained == 0 && (so->so_state & SS_CLOSEPEND) != 0;
	if (close)
		so->so_state &= ~SS_CLOSEPEND;
	socket_unlock(so);
	if (close)
		so_close_now(so);
	so_rele(so);
}

/* --- by force ---------------------------------------------------------------------------- */

/*
 * One round of taking a kext's sockets away (`kextunload -f`).  First they
 * are of no use any more: no upcall, no connection, and who sleeps in them
 * gets an error.  When no call into the kext is in progress nobody of it is
 * inside them, and they are closed.
 */
struct socket_force {
	struct kext *sf_kext;
	bool sf_idle;
};

static bool
socket_force_one(struct __socket *so, void *arg)
{
	const struct socket_force *sf = arg;
	bool close;

	if (so->so_retainer == sf->sf_kext && sf->sf_idle) {
		while (so->so_retainer == sf->sf_kext)
			so_release(so);
	}
	if (so->so_kext != sf->sf_kext)
		return (true);
	so_setupcall(so, NULL, NULL);
	sodefunct(so);
	socket_lock(so);
	close = sf->sf_idle && so->so_retained == 0 &&
	    (so->so_state & (SS_CLOSED | SS_CLOSEPEND | SS_NOFDREF)) == 0;
	socket_unlock(so);
	if (close)
		(void)soclose(so);
	return (true);
}

static void
socket_revoke(struct kext *k, bool idle)
{
	struct socket_force sf = { .sf_kext = k, .sf_idle = idle };

	so_foreach(socket_force_one, &sf);
}
KEXT_REVOKER(socket_revoke);

/* --- walking -------------------------------------------------------------------------- */

void
so_foreach(bool (*fn)(struct __socket *so, void *arg), void *arg)
{
	struct __socket *so, *prev = NULL;
	bool go = true;

	lck_mtx_lock(&so_list_lock);
	so = LIST_FIRST(&so_list);
	while (so != NULL && go) {
		if (!so_tryref(so)) {
			so = LIST_NEXT(so, so_all);
			continue;
		}
		lck_mtx_unlock(&so_list_lock);
		if (prev != NULL)
			so_rele(prev);
		go = fn(so, arg);
		prev = so;
		lck_mtx_lock(&so_list_lock);
		/* prev is referenced, so still linked. */
		so = LIST_NEXT(prev, so_all);
	}
	lck_mtx_unlock(&so_list_lock);
	if (prev != NULL)
		so_rele(prev);
}
