/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and connections: bind, listen, connect, accept, shutdown.
 *
 * The order of filter callbacks, protocol calls and events in each of these
 * is the table of the KPI's behaviour contract; the functions below are
 * written so that it can be read off them.  Filters run with no lock held,
 * so each state check is made again after one.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define NANOS	1000000000ull

errno_t
sobind(struct __socket *so, const struct sockaddr *nam)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error;

	if (pru->pru_bind == NULL)
		return (EOPNOTSUPP);
	if ((so->so_state & SS_DEFUNCT) != 0)
		return (EINVAL);
	error = sflt_bind(so, nam);
	if (error != 0)
		return (error == EJUSTRETURN ? 0 : error);
	socket_lock(so);
	error = pru->pru_bind(so, nam);
	socket_unlock(so);
	if (error == 0)
		sflt_notify(so, sock_evt_bound, NULL);
	return (error);
}

/* Gives the socket a local address before an operation that needs one. */
static errno_t
so_autobind(struct __socket *so, const struct sockaddr *to)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool bound = false;
	errno_t error;

	if (pru->pru_autobind == NULL)
		return (0);
	error = pru->pru_autobind(so, to, &bound);
	if (error == 0 && bound)
		so_notify_locked(so, sock_evt_bound, NULL);
	return (error);
}

errno_t
solisten(struct __socket *so, int backlog)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error;

	if (pru->pru_listen == NULL ||
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		return (EOPNOTSUPP);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING |
	    SS_ISDISCONNECTING | SS_ISDISCONNECTED | SS_DEFUNCT)) != 0)
		return (EINVAL);
	if (backlog <= 0 || backlog > SOMAXCONN)
		backlog = SOMAXCONN;
	error = sflt_listen(so);
	if (error != 0)
		return (error == EJUSTRETURN ? 0 : error);
	socket_lock(so);
	so->so_qlimit = backlog;
	error = so_autobind(so, NULL);
	if (error == 0) {
		/* Again on a listener: another backlog. */
		bool first = (so->so_options & SO_ACCEPTCONN) == 0;

		so->so_options |= SO_ACCEPTCONN;
		error = pru->pru_listen(so, backlog);
		if (error != 0 && first)
			so->so_options &= ~SO_ACCEPTCONN;
	}
	socket_unlock(so);
	return (error);
}

/* --- connect ------------------------------------------------------------------- */

/* Lock held; may a connect begin now? */
static errno_t
so_may_connect(struct __socket *so)
{
	if ((so->so_options & SO_ACCEPTCONN) != 0 ||
	    (so->so_state & SS_DEFUNCT) != 0)
		return (EOPNOTSUPP);
	if ((so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		return (0);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISDISCONNECTING)) != 0)
		return (EISCONN);
	if ((so->so_state & SS_ISDISCONNECTED) != 0)
		return (EINVAL);
	return (0);
}

/* Waits for the end of a connect; lock held. */
static errno_t
so_connect_wait(struct __socket *so, uint64_t deadline)
{
	int kind = (so->so_state & SS_NOINTR) != 0 ? WAIT_UNINT :
	    WAIT_INTERRUPTIBLE;
	errno_t error;

	while ((so->so_state & SS_ISCONNECTING) != 0 && so->so_error == 0) {
		switch (waitq_sleep(&so->so_wq, so->so_lock, kind, deadline)) {
		case THREAD_INTERRUPTED:
			return (EINTR);
		case THREAD_TIMED_OUT:
			return (EINPROGRESS);
		default:
			break;
		}
	}
	error = so->so_error;
	so->so_error = 0;
	return (error);
}

/* The dissolving of a datagram socket's association. */
static void
so_dissociate(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;

	if (pru->pru_associated == NULL || !pru->pru_associated(so))
		return;
	if (pru->pru_disconnect(so) == 0)
		so_notify_locked(so, sock_evt_disconnected, NULL);
}

errno_t
soconnect(struct __socket *so, const struct sockaddr *nam, unsigned flags)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool nbio = (flags & SOCONN_NBIO) != 0 ||
	    (so->so_state & SS_NBIO) != 0;
	bool stream = (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0;
	struct sockaddr_storage copy;
	errno_t error;

	if (pru->pru_connect == NULL)
		return (EOPNOTSUPP);
	if (nam->sa_len > sizeof(copy))
		return (ENAMETOOLONG);
	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, nam, nam->sa_len);

	socket_lock(so);
	error = so_may_connect(so);
	if (error != 0)
		goto out;
	if (stream && (so->so_state & SS_ISCONNECTING) != 0) {
		error = nbio ? EALREADY : EISCONN;
		goto out;
	}
	so_dissociate(so);
	if (sflt_present(&so->so_filt)) {
		socket_unlock(so);
		error = sflt_connectout(so, (struct sockaddr *)&copy);
		socket_lock(so);
		if (error != 0) {
			if (error == EJUSTRETURN)
				error = 0;
			goto out;
		}
		error = so_may_connect(so);
		if (error != 0)
			goto out;
	}
	so->so_error = 0;
	error = so_autobind(so, (struct sockaddr *)&copy);
	if (error != 0)
		goto out;
	if (stream) {
		soisconnecting(so);
		so_notify_locked(so, sock_evt_connecting, NULL);
	}
	error = pru->pru_connect(so, (struct sockaddr *)&copy);
	if (error != 0) {
		so->so_state &= ~SS_ISCONNECTING;
		goto out;
	}
	if ((so->so_state & SS_ISCONNECTED) != 0) {
		so_notify_locked(so, sock_evt_connected, NULL);
		goto out;
	}
	if (!stream || (so->so_state & SS_ISCONNECTING) == 0) {
		/* Over already: the protocol said why. */
		error = so->so_error;
		so->so_error = 0;
		goto out;
	}
	error = EINPROGRESS;
	if (!nbio) {
		socket_unlock(so);
		net_drain();
		socket_lock(so);
		error = so_connect_wait(so, 0);
	}
out:
	socket_unlock(so);
	net_drain();
	return (error);
}

errno_t
soconnectwait(struct __socket *so, const struct timeval *tv)
{
	uint64_t deadline = 0;
	errno_t error;

	if (tv->tv_sec < 0 || tv->tv_sec > 327 || tv->tv_usec < 0 ||
	    tv->tv_usec > 999999)
		error = EDOM;
	else
		error = 0;
	socket_lock(so);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) == 0) {
		if (so->so_error != 0) {
			error = so->so_error;
			so->so_error = 0;
		} else {
			error = EINVAL;
		}
		goto out;
	}
	if (error != 0 || (so->so_state & SS_ISCONNECTED) != 0)
		goto out;
	if (tv->tv_sec != 0 || tv->tv_usec != 0)
		deadline = time_now_ns() + (uint64_t)tv->tv_sec * NANOS +
		    (uint64_t)tv->tv_usec * 1000;
	error = so_connect_wait(so, deadline);
out:
	socket_unlock(so);
	return (error);
}

errno_t
soconnect2(struct __socket *so1, struct __socket *so2)
{
	const struct pr_usrreqs *pru = so1->so_proto->pr_usrreqs;
	errno_t error;

	if (pru->pru_connect2 == NULL)
		return (EOPNOTSUPP);
	/* One domain lock for both: only such protocols have this call. */
	KASSERT(so1->so_lock == so2->so_lock, ("soconnect2: two locks"));
	socket_lock(so1);
	error = pru->pru_connect2(so1, so2);
	socket_unlock(so1);
	return (error);
}

errno_t
sodisconnect(struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error;

	socket_lock(so);
	if ((so->so_state & SS_ISCONNECTED) == 0)
		error = ENOTCONN;
	else if ((so->so_state & SS_ISDISCONNECTING) != 0)
		error = EALREADY;
	else if (pru->pru_disconnect == NULL)
		error = EOPNOTSUPP;
	else
		error = pru->pru_disconnect(so);
	if (error == 0)
		so_notify_locked(so, sock_evt_disconnected, NULL);
	socket_unlock(so);
	net_drain();
	return (error);
}

/* --- accept --------------------------------------------------------------------- */

/* What the filters of the new socket say; on an error it has been closed. */
static errno_t
so_accept_filters(struct __socket *head, struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	struct sockaddr_storage local, remote;
	errno_t error;

	memset(&local, 0, sizeof(local));
	memset(&remote, 0, sizeof(remote));
	socket_lock(so);
	error = (so->so_state & SS_ISCONNECTED) != 0 ? 0 : ECONNABORTED;
	if (error == 0)
		error = pru->pru_sockaddr(so, &local);
	if (error == 0)
		error = pru->pru_peeraddr(so, &remote);
	socket_unlock(so);
	if (error != 0) {
		(void)soclose(so);
		return (ECONNABORTED);
	}
	error = sflt_accept(head, so, (struct sockaddr *)&local,
	    (struct sockaddr *)&remote);
	if (error == EJUSTRETURN) {
		sodefunct(so);
		error = 0;
	} else if (error != 0) {
		(void)soclose(so);
	}
	return (error);
}

static errno_t
so_accept_wait(struct __socket *head, bool nbio)
{
	int kind = (head->so_state & SS_NOINTR) != 0 ? WAIT_UNINT :
	    WAIT_INTERRUPTIBLE;
	errno_t error;

	if ((head->so_options & SO_ACCEPTCONN) == 0)
		return ((head->so_proto->pr_flags & PR_CONNREQUIRED) != 0 ?
		    EINVAL : EOPNOTSUPP);
	while (TAILQ_EMPTY(&head->so_comp)) {
		if (nbio)
			return (EWOULDBLOCK);
		if (head->so_error != 0) {
			error = head->so_error;
			head->so_error = 0;
			return (error);
		}
		if ((head->so_state & (SS_CANTRCVMORE | SS_CLOSED)) != 0)
			return (ECONNABORTED);
		if (waitq_sleep(&head->so_wq, head->so_lock, kind, 0) ==
		    THREAD_INTERRUPTED)
			return (EINTR);
	}
	if (head->so_error != 0) {
		error = head->so_error;
		head->so_error = 0;
		return (error);
	}
	return (0);
}

errno_t
soaccept(struct __socket *head, bool nbio, struct sockaddr_storage *from,
    struct __socket **out)
{
	const struct pr_usrreqs *pru = head->so_proto->pr_usrreqs;
	struct sockaddr_storage peer;
	struct __socket *so;
	errno_t error;

	socket_lock(head);
	error = so_accept_wait(head, nbio || (head->so_state & SS_NBIO) != 0);
	if (error != 0) {
		socket_unlock(head);
		return (error);
	}
	so = TAILQ_FIRST(&head->so_comp);
	TAILQ_REMOVE(&head->so_comp, so, so_list);
	head->so_qlen--;
	socket_unlock(head);

	/* The queue's reference is now the owner's. */
	memset(&peer, 0, sizeof(peer));
	socket_lock(so);
	so->so_state &= ~(SS_COMP | SS_NOFDREF);
	if (pru->pru_accept != NULL)
		(void)pru->pru_accept(so, &peer);
	so->so_head = NULL;
	socket_unlock(so);
	so_rele(head);		/* the child's reference on it */
	__atomic_fetch_add(&socket_stats.ss_accepted, 1, __ATOMIC_RELAXED);

	if (sflt_present(&so->so_filt)) {
		error = so_accept_filters(head, so);
		if (error != 0) {
			/* An upcall that takes one may have stopped at it. */
			socket_lock(head);
			if (!TAILQ_EMPTY(&head->so_comp))
				sorwakeup(head);
			socket_unlock(head);
			net_drain();
			return (error);
		}
	}
	if (from != NULL)
		*from = peer;
	*out = so;
	return (0);
}

/* --- shutdown -------------------------------------------------------------------- */

static void
so_shut_read(struct __socket *so)
{
	size_t left;

	so_notify_locked(so, sock_evt_flush_read, NULL);
	left = sbavail(&so->so_rcv);
	so->so_rcv.sb_flags |= SB_DROP;
	sorcvflush(so);
	socantrcvmore(so);
	if (left > 0 && (so->so_proto->pr_flags & PR_WANTRCVD) != 0 &&
	    so->so_proto->pr_usrreqs->pru_rcvd != NULL)
		so->so_proto->pr_usrreqs->pru_rcvd(so, left, 0);
	so_notify_locked(so, sock_evt_cantrecvmore, NULL);
}

errno_t
soshutdown(struct __socket *so, int how)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error = 0;

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return (EINVAL);
	socket_lock(so);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING |
	    SS_ISDISCONNECTING)) == 0) {
		/* A listener is woken up by it, with ECONNABORTED. */
		if ((so->so_options & SO_ACCEPTCONN) != 0 && how != SHUT_WR) {
			socantrcvmore(so);
			waitq_wake_all(&so->so_wq);
		}
		error = ENOTCONN;
		goto out;
	}
	so_notify_locked(so, sock_evt_shutdown, &how);
	if (how != SHUT_WR) {
		if ((so->so_state & SS_CANTRCVMORE) != 0) {
			error = ENOTCONN;
			goto out;
		}
		so_shut_read(so);
	}
	if (how != SHUT_RD) {
		if ((so->so_state & SS_CANTSENDMORE) != 0) {
			error = ENOTCONN;
			goto out;
		}
		if (pru->pru_shutdown != NULL)
			error = pru->pru_shutdown(so);
		socantsendmore(so);
		so_notify_locked(so, sock_evt_cantsendmore, NULL);
	}
out:
	socket_unlock(so);
	net_drain();
	return (error);
}

/* --- names ------------------------------------------------------------------------ */

errno_t
sosockname(struct __socket *so, struct sockaddr_storage *out)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error = EOPNOTSUPP;

	memset(out, 0, sizeof(*out));
	socket_lock(so);
	if (pru->pru_sockaddr != NULL)
		error = pru->pru_sockaddr(so, out);
	socket_unlock(so);
	return (error);
}

errno_t
sopeername(struct __socket *so, struct sockaddr_storage *out)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error = EOPNOTSUPP;

	memset(out, 0, sizeof(*out));
	socket_lock(so);
	if ((so->so_state & (SS_ISCONNECTED | SS_ISDISCONNECTING)) == 0)
		error = ENOTCONN;
	else if (pru->pru_peeraddr != NULL)
		error = pru->pru_peeraddr(so, out);
	socket_unlock(so);
	return (error);
}

/* Filters get a copy they may change or replace, of type M_SONAME. */
static errno_t
so_name_filtered(struct __socket *so, const struct sockaddr_storage *ss,
    errno_t (*filter)(struct __socket *, struct sockaddr **),
    struct sockaddr **out)
{
	struct sockaddr *sa;
	errno_t error;

	sa = _MALLOC(SOCK_MAXADDRLEN, M_SONAME, M_WAITOK | M_ZERO);
	if (sa == NULL)
		return (ENOBUFS);
	memcpy(sa, ss, ss->ss_len);
	error = filter(so, &sa);
	if (error != 0 && error != EJUSTRETURN) {
		_FREE(sa, M_SONAME);
		return (error);
	}
	*out = sa;
	return (0);
}

errno_t
sosockname_filtered(struct __socket *so, struct sockaddr **out)
{
	struct sockaddr_storage ss;
	errno_t error = sosockname(so, &ss);

	if (error != 0)
		return (error);
	return (so_name_filtered(so, &ss, sflt_getsockname, out));
}

errno_t
sopeername_filtered(struct __socket *so, struct sockaddr **out)
{
	struct sockaddr_storage ss;
	errno_t error = sopeername(so, &ss);

	if (error != 0)
		return (error);
	return (so_name_filtered(so, &ss, sflt_getpeername, out));
}
