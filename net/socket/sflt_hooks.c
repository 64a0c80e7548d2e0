/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The call-outs to socket filters.
 *
 * All of them walk the socket's instances from the one attached last, with
 * no lock held, and stop at the first result that is not 0.  SFLT_WALK is
 * that loop; its body sets `result`.
 */
#include <sys/errno.h>
#include <string.h>
#include "kernel/kassert.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/sflt_internal.h"
#include "net/socket/socketvar.h"

/*
 * For each instance with the callback `member`, of that kind: body, a call
 * through the gate.  f and se name the filter and the instance in it.
 */
#define SFLT_WALK(so, member, result, body)				\
	SFLT_WALK_OF(so, SFK_OTHER, member, result, body)
#define SFLT_WALK_OF(so, kind, member, result, body)			\
	do {								\
		struct hook_list *hl_ = &(so)->so_filt.sl_hooks;	\
		struct hook_entry *he_;					\
									\
		for (he_ = hook_first_of(hl_, kind); he_ != NULL;	\
		    he_ = hook_next_of(hl_, he_, kind)) {		\
			struct sflt_entry *se = hook_to_entry(he_);	\
			struct socket_filter *f = se->se_filter;	\
									\
			if (f->sf.member == NULL)			\
				continue;				\
			body;						\
			if ((result) != 0) {				\
				hook_leave(hl_, he_);			\
				break;					\
			}						\
		}							\
	} while (0)

void
sflt_notify(struct __socket *so, sflt_event_t event, void *param)
{
	int go_on = 0;

	if (!sflt_present(&so->so_filt))
		return;
	SFLT_WALK(so, sf_notify, go_on, GATE_VOID_HELD(&f->sf_gate, 0,
	    f->sf.sf_notify, se->se_cookie, so, event, param));
}

errno_t
sflt_bind(struct __socket *so, const struct sockaddr *nam)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_bind, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_bind, se->se_cookie, so, nam));
	return (result);
}

errno_t
sflt_listen(struct __socket *so)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_listen, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_listen, se->se_cookie, so));
	return (result);
}

errno_t
sflt_accept(struct __socket *head, struct __socket *so,
    const struct sockaddr *local, const struct sockaddr *remote)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_accept, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_accept, se->se_cookie, head, so, local, remote));
	return (result);
}

errno_t
sflt_connectin(struct __socket *head, const struct sockaddr *from)
{
	errno_t result = 0;

	if (!sflt_present(&head->so_filt))
		return (0);
	SFLT_WALK(head, sf_connect_in, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_connect_in, se->se_cookie, head, from));
	return (result);
}

/*
 * Filters see and may change a zeroed buffer of the greatest length; only
 * the original sa_len bytes go back, and only if all of them returned 0.
 */
errno_t
sflt_connectout(struct __socket *so, struct sockaddr *nam)
{
	union {
		struct sockaddr sa;
		char bytes[SOCK_MAXADDRLEN];
	} copy;
	errno_t result = 0;
	uint8_t len = nam->sa_len;

	if (!sflt_present(&so->so_filt))
		return (0);
	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, nam, len);
	SFLT_WALK(so, sf_connect_out, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_connect_out, se->se_cookie, so, &copy.sa));
	if (result == 0)
		memcpy(nam, &copy, len);
	return (result);
}

errno_t
sflt_setsockopt(struct __socket *so, sockopt_t sopt)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_setoption, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_setoption, se->se_cookie, so, sopt));
	return (result);
}

errno_t
sflt_getsockopt(struct __socket *so, sockopt_t sopt)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_getoption, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_getoption, se->se_cookie, so, sopt));
	return (result);
}

errno_t
sflt_ioctl(struct __socket *so, u_long cmd, void *data)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_ioctl, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_ioctl, se->se_cookie, so, cmd, (const char *)data));
	return (result);
}

errno_t
sflt_getsockname(struct __socket *so, struct sockaddr **nam)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_getsockname, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_getsockname, se->se_cookie, so, nam));
	return (result);
}

errno_t
sflt_getpeername(struct __socket *so, struct sockaddr **nam)
{
	errno_t result = 0;

	if (!sflt_present(&so->so_filt))
		return (0);
	SFLT_WALK(so, sf_getpeername, result, result = GATE_CALL_HELD(&f->sf_gate, 0,
	    f->sf.sf_getpeername, se->se_cookie, so, nam));
	return (result);
}

/* After an error that is not "taken over" both chains are ours to free. */
static void
sflt_data_end(errno_t result, mbuf_t *data, mbuf_t *control)
{
	if (result == 0)
		return;
	if (result != EJUSTRETURN) {
		if (data != NULL)
			m_freem(*data);
		if (control != NULL)
			m_freem(*control);
	}
	if (data != NULL)
		*data = NULL;
	if (control != NULL)
		*control = NULL;
}

errno_t
sflt_data_in(struct __socket *so, const struct sockaddr *from, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	errno_t result = 0;

	if (!sflt_wanted(&so->so_filt, SFK_DATA_IN))
		return (0);
	SFLT_WALK_OF(so, SFK_DATA_IN, sf_data_in, result,
	    result = GATE_CALL_HELD(&f->sf_gate,
	    data != NULL ? M_TRACE_ID(*data) : 0, f->sf.sf_data_in,
	    se->se_cookie, so, from, data, control, flags));
	sflt_data_end(result, data, control);
	return (result);
}

errno_t
sflt_data_out(struct __socket *so, const struct sockaddr *to, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	errno_t result = 0;

	if (!sflt_wanted(&so->so_filt, SFK_DATA_OUT))
		return (0);
	SFLT_WALK_OF(so, SFK_DATA_OUT, sf_data_out, result,
	    result = GATE_CALL_HELD(&f->sf_gate,
	    data != NULL ? M_TRACE_ID(*data) : 0, f->sf.sf_data_out,
	    se->se_cookie, so, to, data, control, flags));
	sflt_data_end(result, data, control);
	return (result);
}
