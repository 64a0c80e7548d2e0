/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving.
 *
 * soreceive takes one record of a message socket, or bytes of a stream up
 * to the next record boundary, into a uio (copied) or as the chain itself.
 * One reader at a time holds the I/O lock of so_rcv; the socket lock is let
 * go only to sleep and to tell the protocol what was read.
 */
#include <sys/errno.h>
#include <sys/uio.h>
#include <string.h>
#include "kernel/kassert.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

/* One call's state. */
struct sorecv {
	struct __socket	*r_so;
	struct uio	*r_uio;		/* or the chain: */
	mbuf_t		r_head, r_tail;
	size_t		r_resid;	/* bytes still wanted */
	size_t		r_taken;	/* bytes that left the buffer */
	int		r_flags;	/* MSG_* asked for */
	int		r_out;		/* MSG_* to report */
	bool		r_atomic;
};

static void
so_tell_rcvd(struct __socket *so, size_t len, int flags)
{
	if (len > 0 && (so->so_proto->pr_flags & PR_WANTRCVD) != 0 &&
	    so->so_pcb != NULL && so->so_proto->pr_usrreqs->pru_rcvd != NULL)
		so->so_proto->pr_usrreqs->pru_rcvd(so, len, flags);
}

/* Must the reader wait, with what is there now? */
static bool
so_recv_short(const struct sorecv *r)
{
	const struct sockbuf *sb = &r->r_so->so_rcv;
	size_t avail;

	if (sb->sb_mb == NULL)
		return (true);
	if (r->r_atomic || sb->sb_mb->m_nextpkt != NULL)
		return (false);
	avail = sbavail(sb);
	if (avail >= r->r_resid || (r->r_flags & MSG_DONTWAIT) != 0 ||
	    (r->r_so->so_state & SS_NBIO) != 0)
		return (false);
	if (avail < sb->sb_lowat)
		return (true);
	return ((r->r_flags & MSG_WAITALL) != 0 && r->r_resid <= sb->sb_hiwat);
}

/*
 * Lock held.  0 with *end set: nothing will come (end of stream, or nothing
 * was asked for); 0 otherwise: there is something to take.
 */
static errno_t
so_recv_ready(struct sorecv *r, bool *end)
{
	struct __socket *so = r->r_so;
	errno_t error;

	*end = false;
	for (;;) {
		if ((so->so_state & SS_DEFUNCT) != 0)
			return (ENOTCONN);
		if (!so_recv_short(r))
			return (0);
		if (so->so_error != 0) {
			if (so->so_rcv.sb_mb != NULL)
				return (0);
			error = so->so_error;
			if ((r->r_flags & MSG_PEEK) == 0)
				so->so_error = 0;
			return (error);
		}
		if ((so->so_state & SS_CANTRCVMORE) != 0) {
			*end = so->so_rcv.sb_mb == NULL;
			return (0);
		}
		if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) == 0 &&
		    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
			return (ENOTCONN);
		if (r->r_resid == 0) {
			*end = true;
			return (0);
		}
		if ((so->so_state & SS_NBIO) != 0 ||
		    (r->r_flags & (MSG_DONTWAIT | MSG_NBIO)) != 0)
			return (EWOULDBLOCK);
		error = sbwait(so, &so->so_rcv);
		if (error != 0)
			return (error);
	}
}

/* The name of the record. */
static void
so_recv_name(struct sorecv *r, struct sockaddr_storage *from)
{
	struct sockbuf *sb = &r->r_so->so_rcv;
	mbuf_t m = sb->sb_mb;

	if (m == NULL || m->m_type != MBUF_TYPE_SONAME)
		return;
	if (from != NULL) {
		memset(from, 0, sizeof(*from));
		memcpy(from, m->m_data, m->m_len < sizeof(*from) ? m->m_len :
		    sizeof(*from));
	}
	if ((r->r_flags & MSG_PEEK) == 0)
		m_free(sbtakembuf(sb));
}

/* Frees control mbufs, and the files some may stand for. */
static void
so_control_free(struct __socket *so, mbuf_t m)
{
	if (so->so_proto->pr_dispose != NULL) {
		for (mbuf_t n = m; n != NULL; n = n->m_next)
			so->so_proto->pr_dispose(so, n);
	}
	m_freem(m);
}

/*
 * Control mbufs of the record.  A peek gives copies, but none of what stands
 * for files: each of their references is there once.
 */
static void
so_recv_control(struct sorecv *r, mbuf_t *controlp)
{
	struct sockbuf *sb = &r->r_so->so_rcv;
	bool peek = (r->r_flags & MSG_PEEK) != 0;
	bool rights = (r->r_so->so_proto->pr_flags & PR_RIGHTS) != 0;
	mbuf_t m = sb->sb_mb, n;

	if (peek && m != NULL && m->m_type == MBUF_TYPE_SONAME)
		m = m->m_next;
	while (m != NULL && m->m_type == MBUF_TYPE_CONTROL) {
		if (peek) {
			n = controlp == NULL || rights ? NULL :
			    m_get(MBUF_DONTWAIT, MBUF_TYPE_CONTROL);
			if (n != NULL) {
				memcpy(n->m_data, m->m_data, m->m_len);
				n->m_len = m->m_len;
			}
			m = m->m_next;
		} else {
			n = sbtakembuf(sb);
			m = sb->sb_mb;
		}
		if (n == NULL)
			continue;
		if (controlp != NULL) {
			*controlp = n;
			controlp = &n->m_next;
		} else {
			n->m_next = NULL;
			so_control_free(r->r_so, n);
		}
	}
}

static void
so_recv_link(struct sorecv *r, mbuf_t m)
{
	if (m == NULL)
		return;
	if (r->r_tail != NULL)
		r->r_tail->m_next = m;
	else
		r->r_head = m;
	r->r_tail = m_last(m);
}

/* Copies without taking. */
static errno_t
so_recv_peek(struct sorecv *r)
{
	mbuf_t m = r->r_so->so_rcv.sb_mb, n;
	errno_t error = 0;
	size_t len;

	for (; m != NULL && error == 0; m = m->m_next) {
		if (m->m_type == MBUF_TYPE_SONAME ||
		    m->m_type == MBUF_TYPE_CONTROL || m->m_len == 0)
			continue;
		if (r->r_resid < m->m_len && r->r_atomic)
			r->r_out |= MSG_TRUNC;
		if (r->r_resid == 0)
			break;
		len = m->m_len < r->r_resid ? m->m_len : r->r_resid;
		if (r->r_uio != NULL) {
			error = uiomove(m->m_data, (int)len, r->r_uio);
		} else {
			error = mbuf_copym(m, 0, len, MBUF_DONTWAIT, &n);
			if (error == 0)
				so_recv_link(r, n);
		}
		r->r_resid -= len;
	}
	return (error);
}

/* Moves len bytes, at most the first mbuf, out of the buffer. */
static errno_t
so_recv_move(struct sorecv *r, mbuf_t m, size_t len)
{
	struct sockbuf *sb = &r->r_so->so_rcv;
	errno_t error;

	if (r->r_uio == NULL) {
		m = len == m->m_len ? sbtakembuf(sb) : sbtake(sb, len);
		if (m == NULL)
			return (ENOBUFS);
		so_recv_link(r, m);
		return (0);
	}
	error = uiomove(m->m_data, (int)len, r->r_uio);
	if (error != 0)
		return (error);
	if (len == m->m_len)
		m_free(sbtakembuf(sb));
	else
		sbdrop(sb, len);
	return (0);
}

/*
 * Takes data of the first record until it ends or enough was taken; true in
 * *record_end when the record is used up.
 */
static errno_t
so_recv_take(struct sorecv *r, bool *record_end)
{
	struct sockbuf *sb = &r->r_so->so_rcv;
	errno_t error;
	mbuf_t m;
	size_t len;

	*record_end = false;
	while (!*record_end && (m = sb->sb_mb) != NULL) {
		if (m->m_len > 0 && r->r_resid == 0)
			break;
		len = m->m_len < r->r_resid ? m->m_len : r->r_resid;
		if (len == m->m_len) {
			*record_end = m->m_next == NULL &&
			    (r->r_atomic || m->m_nextpkt != NULL);
			if (m->m_next == NULL && (m->m_flags & MBUF_EOR) != 0)
				r->r_out |= MSG_EOR;
		}
		error = so_recv_move(r, m, len);
		if (error != 0)
			return (error);
		r->r_resid -= len;
		r->r_taken += len;
	}
	return (0);
}

static errno_t
so_recv_data(struct sorecv *r)
{
	struct __socket *so = r->r_so;
	bool record_end;
	size_t told = 0;
	errno_t error;

	if ((r->r_flags & MSG_PEEK) != 0)
		return (so_recv_peek(r));
	for (;;) {
		error = so_recv_take(r, &record_end);
		if (error != 0)
			break;
		if (r->r_atomic) {
			/* What does not fit of a message is lost. */
			if (!record_end && so->so_rcv.sb_mb != NULL) {
				r->r_out |= MSG_TRUNC;
				sbdroprecord(&so->so_rcv);
			}
			break;
		}
		if ((r->r_flags & MSG_WAITALL) == 0 || r->r_resid == 0 ||
		    record_end || so->so_rcv.sb_mb != NULL ||
		    so->so_error != 0 || (so->so_state & (SS_CANTRCVMORE |
		    SS_NBIO)) != 0 || (r->r_flags & MSG_DONTWAIT) != 0)
			break;
		so_tell_rcvd(so, r->r_taken - told, r->r_flags);
		told = r->r_taken;
		if (so->so_rcv.sb_mb == NULL && sbwait(so, &so->so_rcv) != 0)
			break;
	}
	so_tell_rcvd(so, r->r_taken - told, r->r_flags);
	return (error);
}

static void
so_recv_finish(struct sorecv *r, mbuf_t *mp)
{
	if (mp == NULL)
		return;
	if (r->r_head != NULL) {
		if ((r->r_head->m_flags & MBUF_PKTHDR) == 0) {
			memset(&r->r_head->m_pkthdr, 0,
			    sizeof(r->r_head->m_pkthdr));
			r->r_head->m_flags |= MBUF_PKTHDR;
		}
		m_fixhdr(r->r_head);
	}
	*mp = r->r_head;
}

errno_t
soreceive(struct __socket *so, struct sockaddr_storage *from,
    struct uio *uio, mbuf_t *mp, mbuf_t *controlp, int *flagsp, size_t *len)
{
	struct sorecv r = {
		.r_so = so, .r_uio = uio,
		.r_flags = flagsp != NULL ? *flagsp : 0,
		.r_atomic = (so->so_proto->pr_flags & PR_ATOMIC) != 0,
	};
	size_t want = uio != NULL ? (size_t)uio_resid(uio) : *len;
	bool end = false;
	errno_t error;

	r.r_resid = want;
	if (mp != NULL)
		*mp = NULL;
	if (controlp != NULL)
		*controlp = NULL;
	if ((r.r_flags & MSG_OOB) != 0)
		return (EOPNOTSUPP);
	socket_lock(so);
	error = sblock(so, &so->so_rcv, (r.r_flags & MSG_DONTWAIT) == 0 &&
	    (so->so_state & SS_NBIO) == 0);
	if (error != 0)
		goto unlock;
	error = so_recv_ready(&r, &end);
	if (error == 0 && !end) {
		so_recv_name(&r, from);
		so_recv_control(&r, controlp);
		/* A record of a name or control alone is over with it. */
		error = so_recv_data(&r);
	}
	if (error != 0 && r.r_taken > 0)
		error = 0;
	sbunlock(so, &so->so_rcv);
unlock:
	socket_unlock(so);
	net_drain();
	if (error != 0) {
		m_freem(r.r_head);
		if (controlp != NULL) {
			so_control_free(so, *controlp);
			*controlp = NULL;
		}
		if (len != NULL)
			*len = 0;
		return (error);
	}
	so_recv_finish(&r, mp);
	if (len != NULL)
		*len = want - r.r_resid;
	if (flagsp != NULL)
		*flagsp = r.r_out;
	return (0);
}
