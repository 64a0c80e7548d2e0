/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rest of <sys/kpi_socketfilter.h>: injection and the accessors of an
 * option in a filter's hands.  Registration is in sflt.c.
 */
#include <sys/kpi_socketfilter.h>

#include <sys/errno.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

/*
 * Appends what passed the filters; lock held.  True when it is in the
 * buffer, false when the mbufs are still the caller's.
 */
static bool
inject_append(struct __socket *so, const struct sockaddr *from, mbuf_t data,
    mbuf_t control, sflt_data_flag_t flags)
{
	struct sockbuf *sb = &so->so_rcv;

	/*
	 * Shut by the owner, or dead.  Not after the peer's end alone: a
	 * filter that kept data back may still deliver it.
	 */
	if ((sb->sb_flags & SB_DROP) != 0 ||
	    (so->so_state & (SS_CLOSED | SS_DEFUNCT)) != 0)
		return (false);
	if (from != NULL)
		return (sbappendaddr(sb, from, data, control));
	if (control != NULL)
		return (sbappendcontrol(sb, data, control));
	if ((flags & sock_data_filt_flag_record) != 0 ||
	    (so->so_proto->pr_flags & PR_ATOMIC) != 0) {
		if (sbspace(sb) < (long)m_length(data))
			return (false);
		sbappendrecord(sb, data);
		return (true);
	}
	sbappendstream(sb, data);
	return (true);
}

errno_t
sock_inject_data_in(socket_t so, const struct sockaddr *from, mbuf_t data,
    mbuf_t control, sflt_data_flag_t flags)
{
	if (so == NULL || data == NULL)
		return (EINVAL);
	if ((flags & sock_data_filt_flag_oob) != 0)
		return (ENOTSUP);
	gate_count_inject();
	/* A dying socket: taken and dropped, as a shut one does. */
	if (!so_tryref(so)) {
		m_freem(data);
		m_freem(control);
		return (0);
	}
	if (sflt_data_in(so, from, &data, control != NULL ? &control : NULL,
	    flags) == 0) {
		socket_lock(so);
		if (inject_append(so, from, data, control, flags)) {
			data = control = NULL;
			sorwakeup(so);
		}
		socket_unlock(so);
		m_freem(data);
		m_freem(control);
	}
	so_rele(so);
	net_drain();
	return (0);
}

errno_t
sock_inject_data_out(socket_t so, const struct sockaddr *to, mbuf_t data,
    mbuf_t control, sflt_data_flag_t flags)
{
	errno_t error;

	if (so == NULL || data == NULL) {
		m_freem(data);
		m_freem(control);
		return (EINVAL);
	}
	gate_count_inject();
	if ((data->m_flags & MBUF_PKTHDR) == 0) {
		memset(&data->m_pkthdr, 0, sizeof(data->m_pkthdr));
		data->m_flags |= MBUF_PKTHDR;
		data->m_pkthdr.len = (uint32_t)m_length(data);
	}
	if (!so_tryref(so)) {
		m_freem(data);
		m_freem(control);
		return (EPIPE);
	}
	error = sosend(so, to, NULL, data, control,
	    (flags & sock_data_filt_flag_oob) != 0 ? MSG_OOB : 0, NULL);
	so_rele(so);
	return (error);
}

/* --- options ---------------------------------------------------------------------- */

sockopt_dir
sockopt_direction(sockopt_t sopt)
{
	return ((sockopt_dir)sopt->sopt_dir);
}

int
sockopt_level(sockopt_t sopt)
{
	return (sopt->sopt_level);
}

int
sockopt_name(sockopt_t sopt)
{
	return (sopt->sopt_name);
}

size_t
sockopt_valsize(sockopt_t sopt)
{
	return (sopt->sopt_valsize);
}

errno_t
sockopt_copyin(sockopt_t sopt, void *data, size_t length)
{
	return (sooptcopyin(sopt, data, length, length));
}

errno_t
sockopt_copyout(sockopt_t sopt, void *data, size_t length)
{
	return (sooptcopyout(sopt, data, length));
}
