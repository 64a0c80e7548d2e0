/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending.
 *
 * sosend takes the bytes from a uio, in pieces as large as the room in the
 * send buffer allows (a datagram is one piece), or a ready chain, always as
 * one piece.  Each piece goes through the filters and then to the protocol,
 * which consumes it.  One sender at a time: the I/O lock of so_snd is held
 * over the whole call and borrowed by a filter that sends on the same socket
 * from inside its data-out callback.
 */
#include <sys/errno.h>
#include <sys/uio.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/kext/trace.h"
#include <kern/thread.h>
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define SOSEND_HEADROOM	128	/* link, IP and transport headers */
/* Largest piece of a stream: fills four of the largest clusters. */
#define SOSEND_PIECE	(4 * M16KCLBYTES - SOSEND_HEADROOM)

static uint64_t
sb_deadline(const struct sockbuf *sb)
{
	if (sb->sb_timeo.tv_sec == 0 && sb->sb_timeo.tv_usec == 0)
		return (0);
	return (time_now_ns() + (uint64_t)sb->sb_timeo.tv_sec * 1000000000u +
	    (uint64_t)sb->sb_timeo.tv_usec * 1000u);
}

errno_t
sbwait(struct __socket *so, struct sockbuf *sb)
{
	int kind = (so->so_state & SS_NOINTR) != 0 ? WAIT_UNINT :
	    WAIT_INTERRUPTIBLE;

	socket_assert_locked(so);
	switch (waitq_sleep(&sb->sb_wq, so->so_lock, kind, sb_deadline(sb))) {
	case THREAD_INTERRUPTED:
		return (EINTR);
	case THREAD_TIMED_OUT:
		return (EWOULDBLOCK);
	default:
		return (0);
	}
}

errno_t
sblock(struct __socket *so, struct sockbuf *sb, bool wait)
{
	int kind = (so->so_state & SS_NOINTR) != 0 ? WAIT_UNINT :
	    WAIT_INTERRUPTIBLE;

	socket_assert_locked(so);
	while ((sb->sb_flags & SB_LOCKED) != 0) {
		if (!wait)
			return (EWOULDBLOCK);
		if (waitq_sleep(&sb->sb_lockwq, so->so_lock, kind, 0) ==
		    THREAD_INTERRUPTED)
			return (EINTR);
	}
	sb->sb_flags |= SB_LOCKED;
	return (0);
}

void
sbunlock(struct __socket *so, struct sockbuf *sb)
{
	socket_assert_locked(so);
	KASSERT((sb->sb_flags & SB_LOCKED) != 0, ("sbunlock: not locked"));
	sb->sb_flags &= ~SB_LOCKED;
	waitq_wake_one(&sb->sb_lockwq);
}

/* --- what may be sent now ------------------------------------------------------ */

/* Lock held; errors that end the send before room matters. */
static errno_t
so_send_state(struct __socket *so, const struct sockaddr *to, size_t resid,
    size_t clen)
{
	errno_t error;

	if ((so->so_state & (SS_CANTSENDMORE | SS_DEFUNCT)) != 0 &&
	    so->so_error == 0)
		return (EPIPE);
	if (so->so_error != 0) {
		error = so->so_error;
		so->so_error = 0;
		return (error);
	}
	if ((so->so_state & SS_ISCONNECTED) != 0)
		return (0);
	if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0) {
		if (resid == 0 && clen != 0)
			return (0);
		return (ENOTCONN);
	}
	if (to == NULL)
		return (EDESTADDRREQ);
	return (0);
}

/* Lock held; waits for room.  *space is what a stream may send. */
static errno_t
so_send_room(struct __socket *so, const struct sockaddr *to, size_t resid,
    size_t clen, bool atomic, bool nbio, size_t *space)
{
	struct sockbuf *sb = &so->so_snd;
	errno_t error;
	long room;

	for (;;) {
		error = so_send_state(so, to, resid, clen);
		if (error != 0)
			return (error);
		if ((atomic && resid > sb->sb_hiwat) || clen > sb->sb_hiwat)
			return (EMSGSIZE);
		room = sbspace(sb);
		if (room >= (long)(resid + clen))
			break;
		if (!atomic && room >= (long)clen && room > 0 &&
		    (room >= (long)sb->sb_lowat || nbio))
			break;
		if (nbio)
			return (EWOULDBLOCK);
		error = sbwait(so, sb);
		if (error != 0)
			return (error);
	}
	*space = room > (long)clen ? (size_t)room - clen : 0;
	return (0);
}

/* --- copying in ------------------------------------------------------------------- */

static mbuf_t
so_getbuf(size_t len, bool first, int how)
{
	mbuf_t m;

	if (len <= MLEN - (first ? SOSEND_HEADROOM : 0))
		m = m_get(how, MBUF_TYPE_DATA);
	else if (len > MBIGCLBYTES)
		m = m_getjcl(how, MBUF_TYPE_DATA, 0, M16KCLBYTES);
	else
		m = m_getjcl(how, MBUF_TYPE_DATA, 0, len <= MCLBYTES -
		    (first ? SOSEND_HEADROOM : 0) ? MCLBYTES : MBIGCLBYTES);
	if (m != NULL && first)
		m->m_data += SOSEND_HEADROOM;
	return (m);
}

/* len bytes of the uio as a packet with room for headers in front. */
static errno_t
so_copyin(struct uio *uio, size_t len, mbuf_t *out)
{
	mbuf_t m, top = NULL, last = NULL;
	size_t total = len, n;
	errno_t error = 0;

	do {
		m = so_getbuf(len, top == NULL, MBUF_WAITOK);
		if (m == NULL) {
			error = ENOBUFS;
			break;
		}
		n = m_tailroom(m);
		if (n > len)
			n = len;
		if (n > 0)
			error = uiomove(m->m_data, (int)n, uio);
		m->m_len = (uint16_t)n;
		len -= n;
		if (last != NULL)
			last->m_next = m;
		else
			top = m;
		last = m;
	} while (len > 0 && error == 0);
	if (error != 0) {
		m_freem(top);
		return (error);
	}
	top->m_flags |= MBUF_PKTHDR;
	top->m_pkthdr.len = (uint32_t)total;
	*out = top;
	return (0);
}

/* --- one piece --------------------------------------------------------------------- */

/*
 * Filters, then the protocol; lock held, dropped inside.  Consumes m and
 * control.  EJUSTRETURN: a filter has taken it.
 */
static errno_t
so_send_piece(struct __socket *so, const struct sockaddr *to, mbuf_t m,
    mbuf_t control, int prus)
{
	struct thread *outer = so->so_send_filt_thread;
	errno_t error;

	if (sflt_wanted(&so->so_filt, SFK_DATA_OUT)) {
		so->so_send_filt_thread = current_thread();
		socket_unlock(so);
		error = sflt_data_out(so, to, &m, &control,
		    (prus & PRUS_OOB) != 0 ? sock_data_filt_flag_oob : 0);
		socket_lock(so);
		so->so_send_filt_thread = outer;
		if (error != 0)
			return (error);
		/* The state may have changed meanwhile. */
		if ((so->so_state & (SS_CANTSENDMORE | SS_DEFUNCT)) != 0) {
			m_freem(m);
			m_freem(control);
			return (EPIPE);
		}
	}
	if (__builtin_expect(trace_on, 0))
		trace_point("socket send", M_TRACE_ID(m), 0);
	return (so->so_proto->pr_usrreqs->pru_send(so, prus, m, to, control));
}

static errno_t
so_send_check(struct __socket *so, int flags, bool stream)
{
	if (so->so_proto->pr_usrreqs->pru_send == NULL)
		return (EOPNOTSUPP);
	if (stream && (flags & MSG_EOR) != 0)
		return (EINVAL);
	/* The engine has no urgent data; controls have. */
	if ((flags & MSG_OOB) != 0 &&
	    (so->so_proto->pr_flags & PR_URGENT) == 0)
		return (EOPNOTSUPP);
	return (0);
}

errno_t
sosend(struct __socket *so, const struct sockaddr *to, struct uio *uio,
    mbuf_t top, mbuf_t control, int flags, size_t *sent)
{
	bool stream = so->so_type == SOCK_STREAM;
	bool atomic = top != NULL ||
	    (so->so_proto->pr_flags & PR_ATOMIC) != 0;
	bool borrowed = false, locked = false, nbio;
	size_t resid, clen, space = 0, n, done = 0;
	mbuf_t m = top;
	errno_t error;

	resid = uio != NULL ? (size_t)uio_resid(uio) :
	    top != NULL ? top->m_pkthdr.len : 0;
	clen = control != NULL ? control->m_len : 0;
	error = so_send_check(so, flags, stream);
	if (error == 0 && (ssize_t)resid < 0)
		error = EINVAL;
	if (error != 0)
		goto fail;

	socket_lock(so);
	borrowed = so->so_send_filt_thread == current_thread() &&
	    so->so_send_filt_thread != NULL;
	nbio = (so->so_state & SS_NBIO) != 0 || (flags & MSG_NBIO) != 0 ||
	    borrowed;
	if (!borrowed) {
		error = sblock(so, &so->so_snd, (flags & MSG_DONTWAIT) == 0);
		if (error != 0)
			goto unlock;
		locked = true;
	}
	do {
		int prus = 0;

		error = so_send_room(so, to, resid, clen, atomic, nbio,
		    &space);
		if (error != 0)
			break;
		n = resid;
		if (stream && resid == 0 && control == NULL && m == NULL)
			break;
		if (uio != NULL) {
			if (!atomic) {
				if (n > space)
					n = space;
				if (n > SOSEND_PIECE)
					n = SOSEND_PIECE;
			}
			socket_unlock(so);
			error = so_copyin(uio, n, &m);
			socket_lock(so);
			if (error != 0)
				break;
			if ((so->so_state & (SS_CANTSENDMORE |
			    SS_DEFUNCT)) != 0 && so->so_error == 0) {
				error = EPIPE;
				break;
			}
		}
		if (resid > n && space > n)
			prus |= PRUS_MORE;
		if (resid > n)
			prus |= PRUS_REST;
		if ((flags & MSG_OOB) != 0)
			prus |= PRUS_OOB;
		if (nbio)
			prus |= PRUS_NBIO;
		error = so_send_piece(so, to, m, control, prus);
		m = NULL;
		control = NULL;
		clen = 0;
		if (error == 0 || error == EJUSTRETURN) {
			done += n;
			resid -= n;
		}
		/* Let what the engine produced go before the next piece. */
		if (error == 0 && resid > 0) {
			socket_unlock(so);
			net_drain();
			socket_lock(so);
		}
	} while (error == 0 && resid > 0);
	if (error == EJUSTRETURN)
		error = 0;
	if (locked)
		sbunlock(so, &so->so_snd);
unlock:
	socket_unlock(so);
	net_drain();
fail:
	m_freem(m);
	m_freem(control);
	if (sent != NULL)
		*sent = done;
	return (error);
}
