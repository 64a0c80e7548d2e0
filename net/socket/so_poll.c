/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readiness and ioctl: what select, poll, kqueue and ioctl ask of a socket.
 *
 * soreadable and sowriteable only read, because a knote's event function
 * runs under the select lock, where no socket lock may be taken.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/sockio.h>
#include <string.h>
#include "kernel/file/file.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

bool
soreadable(struct __socket *so)
{
	const struct sockbuf *sb = &so->so_rcv;

	return (sbavail(sb) >= sb->sb_lowat || sb->sb_cc >= sb->sb_lowat ||
	    (so->so_state & SS_CANTRCVMORE) != 0 || so->so_qlen > 0 ||
	    so->so_error != 0 || (sb->sb_mb != NULL &&
	    (so->so_proto->pr_flags & PR_ATOMIC) != 0));
}

bool
sowriteable(struct __socket *so)
{
	const struct sockbuf *sb = &so->so_snd;
	bool connected = (so->so_state & SS_ISCONNECTED) != 0 ||
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0;

	if ((so->so_state & SS_CANTSENDMORE) != 0 || so->so_error != 0)
		return (true);
	return (connected && sbspace(sb) >= (long)sb->sb_lowat);
}

bool
sopoll(struct __socket *so, int which, void *wql)
{
	bool ready = false;

	socket_lock(so);
	switch (which) {
	case FREAD:
		ready = soreadable(so);
		if (!ready)
			selrecord_q(&so->so_rcv.sb_sel, wql);
		break;
	case FWRITE:
		ready = sowriteable(so);
		if (!ready)
			selrecord_q(&so->so_snd.sb_sel, wql);
		break;
	case 0:
		/* Urgent data: there is none. */
		selrecord_q(&so->so_rcv.sb_sel, wql);
		break;
	}
	socket_unlock(so);
	return (ready);
}

/* --- kqueue ------------------------------------------------------------------------ */

static bool
filt_soread(struct knote *kn, long hint)
{
	struct __socket *so = kn->kn_hook;
	size_t avail = sbavail(&so->so_rcv);
	size_t lowat = so->so_rcv.sb_lowat;

	if ((so->so_options & SO_ACCEPTCONN) != 0) {
		kn->kn_data = so->so_qlen;
		return (so->so_qlen > 0 ||
		    (so->so_state & SS_CANTRCVMORE) != 0);
	}
	kn->kn_data = (intptr_t)avail;
	if ((so->so_state & SS_CANTRCVMORE) != 0) {
		kn->kn_flags |= EV_EOF;
		kn->kn_fflags = (uint32_t)so->so_error;
		return (true);
	}
	if (so->so_error != 0)
		return (true);
	if ((kn->kn_sfflags & NOTE_LOWAT) != 0)
		lowat = (size_t)kn->kn_sdata;
	if ((so->so_proto->pr_flags & PR_ATOMIC) != 0)
		return (so->so_rcv.sb_mb != NULL);
	return (avail >= lowat);
}

static bool
filt_sowrite(struct knote *kn, long hint)
{
	struct __socket *so = kn->kn_hook;
	long lowat = (long)so->so_snd.sb_lowat;
	long space = sbspace(&so->so_snd);

	kn->kn_data = space;
	if ((so->so_state & SS_CANTSENDMORE) != 0) {
		kn->kn_flags |= EV_EOF;
		kn->kn_fflags = (uint32_t)so->so_error;
		return (true);
	}
	if (so->so_error != 0)
		return (true);
	if ((so->so_state & SS_ISCONNECTED) == 0 &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
		return (false);
	if ((kn->kn_sfflags & NOTE_LOWAT) != 0)
		lowat = (long)kn->kn_sdata;
	return (space >= lowat);
}

static const struct filterops soread_fop = { .f_event = filt_soread };
static const struct filterops sowrite_fop = { .f_event = filt_sowrite };

errno_t
sokqfilter(struct __socket *so, struct knote *kn)
{
	struct selq *q;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		kn->kn_fop = &soread_fop;
		q = &so->so_rcv.sb_sel;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &sowrite_fop;
		q = &so->so_snd.sb_sel;
		break;
	default:
		return (EINVAL);
	}
	kn->kn_hook = so;
	selq_note(q, kn);
	return (0);
}

/* --- ioctl and stat ----------------------------------------------------------------- */

static errno_t
so_ioctl_own(struct __socket *so, u_long cmd, void *data)
{
	int *val = data;

	switch (cmd) {
	case FIONBIO:
		if (*val != 0)
			so->so_state |= SS_NBIO;
		else
			so->so_state &= ~SS_NBIO;
		return (0);
	case FIOASYNC:
		if (*val != 0)
			so->so_state |= SS_ASYNC;
		else
			so->so_state &= ~SS_ASYNC;
		return (0);
	case FIONREAD:
		*val = (int)sbavail(&so->so_rcv);
		return (0);
	case SIOCATMARK:
		*val = (so->so_state & SS_RCVATMARK) != 0;
		return (0);
	default:
		return (ENOTTY);
	}
}

errno_t
soioctl(struct __socket *so, u_long cmd, void *data)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	unsigned group = IOCGROUP(cmd);
	errno_t error;

	if (group != 'i' && group != 'r') {
		error = sflt_ioctl(so, cmd, data);
		if (error != 0)
			return (error == EJUSTRETURN ? 0 : error);
	}
	socket_lock(so);
	error = so_ioctl_own(so, cmd, data);
	socket_unlock(so);
	if (error != ENOTTY)
		return (error);
	if (pru->pru_control == NULL)
		return (ENOTTY);
	error = pru->pru_control(so, cmd, data);
	net_drain();
	return (error);
}

errno_t
sostat(struct __socket *so, struct kstat *st)
{
	memset(st, 0, sizeof(*st));
	socket_lock(so);
	st->st_mode = S_IFSOCK;
	st->st_size = (off_t)sbavail(&so->so_rcv);
	st->st_blksize = (int32_t)so->so_snd.sb_hiwat;
	st->st_uid = so->so_uid;
	st->st_ino = so->so_serial;
	if (sbavail(&so->so_rcv) > 0 || (so->so_state & SS_CANTRCVMORE) == 0)
		st->st_mode |= 0444;
	if ((so->so_state & SS_CANTSENDMORE) == 0)
		st->st_mode |= 0222;
	socket_unlock(so);
	return (0);
}
