/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options of level SOL_SOCKET, and the accessors with which a filter
 * reads and answers any option.
 *
 * The value of an option is in kernel memory already: a system call has
 * checked and copied what a program gave.
 */
#include <sys/errno.h>
#include <string.h>
#include "kernel/kassert.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

/* --- the option's value -------------------------------------------------------- */

errno_t
sooptcopyin(struct __sockopt *sopt, void *buf, size_t len, size_t minlen)
{
	if (sopt->sopt_valsize < minlen)
		return (EINVAL);
	if (sopt->sopt_val == NULL && minlen > 0)
		return (EFAULT);
	if (sopt->sopt_valsize > len)
		sopt->sopt_valsize = len;
	if (sopt->sopt_valsize > 0)
		memcpy(buf, sopt->sopt_val, sopt->sopt_valsize);
	return (0);
}

errno_t
sooptcopyout(struct __sockopt *sopt, const void *buf, size_t len)
{
	size_t n = len < sopt->sopt_valsize ? len : sopt->sopt_valsize;

	sopt->sopt_valsize = n;
	if (sopt->sopt_val != NULL && n > 0)
		memcpy(sopt->sopt_val, buf, n);
	return (0);
}

errno_t
sooptcopyin_int(struct __sockopt *sopt, int *out)
{
	return (sooptcopyin(sopt, out, sizeof(*out), sizeof(*out)));
}

errno_t
sooptcopyout_int(struct __sockopt *sopt, int value)
{
	return (sooptcopyout(sopt, &value, sizeof(value)));
}

/* --- set ------------------------------------------------------------------------- */

static errno_t
opt_set_bit(struct __socket *so, struct __sockopt *sopt)
{
	int on;
	errno_t error = sooptcopyin_int(sopt, &on);

	if (error != 0)
		return (error);
	if (on != 0)
		so->so_options |= sopt->sopt_name;
	else
		so->so_options &= ~sopt->sopt_name;
	if (so->so_proto->pr_usrreqs->pru_options != NULL && so->so_pcb != NULL)
		so->so_proto->pr_usrreqs->pru_options(so);
	return (0);
}

static errno_t
opt_set_state(struct __socket *so, struct __sockopt *sopt, unsigned bit)
{
	int on;
	errno_t error = sooptcopyin_int(sopt, &on);

	if (error != 0)
		return (error);
	if (on != 0)
		so->so_state |= bit;
	else
		so->so_state &= ~bit;
	return (0);
}

static errno_t
opt_set_linger(struct __socket *so, struct __sockopt *sopt)
{
	struct linger l;
	errno_t error = sooptcopyin(sopt, &l, sizeof(l), sizeof(l));

	if (error != 0)
		return (error);
	if (l.l_linger < 0 || l.l_linger > 32767)
		return (EINVAL);
	so->so_linger_ticks = sopt->sopt_name == SO_LINGER_SEC ?
	    l.l_linger * 100 : l.l_linger;
	if (l.l_onoff != 0)
		so->so_options |= SO_LINGER;
	else
		so->so_options &= ~SO_LINGER;
	return (0);
}

static errno_t
opt_set_size(struct __socket *so, struct __sockopt *sopt)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool rcv = sopt->sopt_name == SO_RCVBUF ||
	    sopt->sopt_name == SO_RCVLOWAT;
	struct sockbuf *sb = rcv ? &so->so_rcv : &so->so_snd;
	int val;
	errno_t error = sooptcopyin_int(sopt, &val);

	if (error != 0)
		return (error);
	if (val < 1)
		return (EINVAL);
	if (sopt->sopt_name == SO_SNDLOWAT || sopt->sopt_name == SO_RCVLOWAT) {
		sb->sb_lowat = (size_t)val > sb->sb_hiwat ? sb->sb_hiwat :
		    (size_t)val;
		return (0);
	}
	error = sbreserve(sb, (size_t)val);
	if (error == 0 && pru->pru_resized != NULL && so->so_pcb != NULL)
		pru->pru_resized(so, rcv);
	if (error == 0 && !rcv)
		sowwakeup(so);
	return (error);
}

static errno_t
opt_set_timeo(struct __socket *so, struct __sockopt *sopt)
{
	struct timeval tv;
	errno_t error = sooptcopyin(sopt, &tv, sizeof(tv), sizeof(tv));

	if (error != 0)
		return (error);
	if (tv.tv_sec < 0 || tv.tv_sec > 10000000 || tv.tv_usec < 0 ||
	    tv.tv_usec >= 1000000)
		return (EDOM);
	if (sopt->sopt_name == SO_SNDTIMEO)
		so->so_snd.sb_timeo = tv;
	else
		so->so_rcv.sb_timeo = tv;
	return (0);
}

/* SO_NKE: a program puts a registered filter on its socket; no lock held. */
static errno_t
opt_set_nke(struct __socket *so, struct __sockopt *sopt)
{
	struct so_nke nke;
	errno_t error = sooptcopyin(sopt, &nke, sizeof(nke), sizeof(nke));

	if (error != 0)
		return (error);
	return (sflt_attach(so, nke.nke_handle));
}

static errno_t
so_setopt_socket(struct __socket *so, struct __sockopt *sopt)
{
	switch (sopt->sopt_name) {
	case SO_DEBUG:
	case SO_KEEPALIVE:
	case SO_DONTROUTE:
	case SO_BROADCAST:
	case SO_USELOOPBACK:
	case SO_OOBINLINE:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_TIMESTAMP:
		return (opt_set_bit(so, sopt));
	case SO_LINGER:
	case SO_LINGER_SEC:
		return (opt_set_linger(so, sopt));
	case SO_SNDBUF:
	case SO_RCVBUF:
	case SO_SNDLOWAT:
	case SO_RCVLOWAT:
		return (opt_set_size(so, sopt));
	case SO_SNDTIMEO:
	case SO_RCVTIMEO:
		return (opt_set_timeo(so, sopt));
	case SO_UPCALLCLOSEWAIT:
		return (opt_set_state(so, sopt, SS_UPCALLCLOSEWAIT));
	case SO_NOSIGPIPE:
		return (opt_set_state(so, sopt, SS_NOSIGPIPE));
	case SO_NOADDRERR:
		return (opt_set_state(so, sopt, SS_NOADDRERR));
	default:
		return (ENOPROTOOPT);
	}
}

errno_t
sosetopt(struct __socket *so, struct __sockopt *sopt)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error;

	sopt->sopt_dir = sockopt_set;
	if ((so->so_state & (SS_CANTRCVMORE | SS_CANTSENDMORE)) ==
	    (SS_CANTRCVMORE | SS_CANTSENDMORE) ||
	    (so->so_state & SS_DEFUNCT) != 0)
		return (EINVAL);
	error = sflt_setsockopt(so, sopt);
	if (error != 0)
		return (error == EJUSTRETURN ? 0 : error);
	if (sopt->sopt_level != SOL_SOCKET) {
		if (pru->pru_ctloutput == NULL)
			return (ENOPROTOOPT);
		error = pru->pru_ctloutput(so, sopt);
		net_drain();
		return (error);
	}
	if (sopt->sopt_name == SO_NKE)
		return (opt_set_nke(so, sopt));
	socket_lock(so);
	error = so_setopt_socket(so, sopt);
	socket_unlock(so);
	net_drain();
	return (error);
}

/* --- get -------------------------------------------------------------------------- */

/* Bytes a reader would get next: of a message socket one message. */
static int
so_nread(struct __socket *so)
{
	const struct __mbuf *m = so->so_rcv.sb_mb;
	size_t n = 0;

	if ((so->so_proto->pr_flags & PR_ATOMIC) == 0)
		return ((int)sbavail(&so->so_rcv));
	for (; m != NULL; m = m->m_next) {
		if (m->m_type != MBUF_TYPE_SONAME &&
		    m->m_type != MBUF_TYPE_CONTROL)
			n += m->m_len;
	}
	return ((int)n);
}

static errno_t
opt_get_linger(struct __socket *so, struct __sockopt *sopt)
{
	struct linger l;

	l.l_onoff = (so->so_options & SO_LINGER) != 0;
	l.l_linger = sopt->sopt_name == SO_LINGER_SEC ?
	    so->so_linger_ticks / 100 : so->so_linger_ticks;
	return (sooptcopyout(sopt, &l, sizeof(l)));
}

static errno_t
so_getopt_socket(struct __socket *so, struct __sockopt *sopt)
{
	int val;

	switch (sopt->sopt_name) {
	case SO_DEBUG:
	case SO_ACCEPTCONN:
	case SO_KEEPALIVE:
	case SO_DONTROUTE:
	case SO_BROADCAST:
	case SO_USELOOPBACK:
	case SO_OOBINLINE:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_TIMESTAMP:
		val = so->so_options & sopt->sopt_name;
		break;
	case SO_LINGER:
	case SO_LINGER_SEC:
		return (opt_get_linger(so, sopt));
	case SO_TYPE:
		val = so->so_type;
		break;
	case SO_ERROR:
		val = so->so_error;
		so->so_error = 0;
		break;
	case SO_SNDBUF:
		val = (int)so->so_snd.sb_hiwat;
		break;
	case SO_RCVBUF:
		val = (int)so->so_rcv.sb_hiwat;
		break;
	case SO_SNDLOWAT:
		val = (int)so->so_snd.sb_lowat;
		break;
	case SO_RCVLOWAT:
		val = (int)so->so_rcv.sb_lowat;
		break;
	case SO_SNDTIMEO:
		return (sooptcopyout(sopt, &so->so_snd.sb_timeo,
		    sizeof(struct timeval)));
	case SO_RCVTIMEO:
		return (sooptcopyout(sopt, &so->so_rcv.sb_timeo,
		    sizeof(struct timeval)));
	case SO_NREAD:
		val = so_nread(so);
		break;
	case SO_NWRITE:
		val = (int)so->so_snd.sb_cc;
		break;
	case SO_UPCALLCLOSEWAIT:
		val = (so->so_state & SS_UPCALLCLOSEWAIT) != 0;
		break;
	case SO_NOSIGPIPE:
		val = (so->so_state & SS_NOSIGPIPE) != 0;
		break;
	case SO_NOADDRERR:
		val = (so->so_state & SS_NOADDRERR) != 0;
		break;
	default:
		return (ENOPROTOOPT);
	}
	return (sooptcopyout_int(sopt, val));
}

errno_t
sogetopt(struct __socket *so, struct __sockopt *sopt)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	errno_t error;

	sopt->sopt_dir = sockopt_get;
	error = sflt_getsockopt(so, sopt);
	if (error != 0)
		return (error == EJUSTRETURN ? 0 : error);
	if (sopt->sopt_level != SOL_SOCKET) {
		if (pru->pru_ctloutput == NULL)
			return (ENOPROTOOPT);
		return (pru->pru_ctloutput(so, sopt));
	}
	socket_lock(so);
	error = so_getopt_socket(so, sopt);
	socket_unlock(so);
	return (error);
}
