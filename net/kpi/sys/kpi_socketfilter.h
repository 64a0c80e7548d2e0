/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_socketfilter.h>: socket filters: callbacks on the calls and data
 * of sockets.
 *
 * A filter is registered for one domain, type and protocol. Global filters
 * attach to every such socket, programmatic ones on request. Results of a
 * callback: 0 = go on, the stack still owns the data; EJUSTRETURN = the
 * filter has taken it over and the caller sees success; any other = stop, the
 * stack frees the data and the caller sees the error.
 */
#ifndef _SYS_KPI_SOCKETFILTER_H_
#define _SYS_KPI_SOCKETFILTER_H_

#include <sys/kpi_socket.h>
#include <sys/kernel_types.h>

#define SFLT_GLOBAL		0x01	/* attach to every socket */
#define SFLT_PROG		0x02	/* attach on request */
#define SFLT_EXTENDED		0x04	/* sf_ext is valid */
#define SFLT_EXTENDED_REGISTRY	0x08	/* attach to existing sockets too */

typedef u_int32_t		sflt_handle;
typedef u_int32_t		sflt_flags;

enum {
	sock_evt_connecting	= 1,
	sock_evt_connected	= 2,
	sock_evt_disconnecting	= 3,
	sock_evt_disconnected	= 4,
	sock_evt_flush_read	= 5,
	sock_evt_shutdown	= 6,	/* param: int *, SHUT_ */
	sock_evt_cantrecvmore	= 7,
	sock_evt_cantsendmore	= 8,
	sock_evt_closing	= 9,
	sock_evt_bound		= 10
};
typedef u_int32_t		sflt_event_t;

enum {
	sock_data_filt_flag_oob		= 1,
	sock_data_filt_flag_record	= 2
};
typedef u_int32_t		sflt_data_flag_t;

enum {
	sockopt_get	= 1,
	sockopt_set	= 2
};
typedef u_int8_t		sockopt_dir;

/*
 * Last callback of a filter, exactly once after sflt_unregister and after
 * every instance was detached. Only now may global filter state be freed /
 * the kext unload. Runs without locks, possibly on another thread, possibly
 * inside sflt_unregister itself.
 */
typedef void (*sf_unregistered_func)(sflt_handle handle);

/*
 * New instance on socket so; *cookie is handed to every later callback. Non-
 * zero return: instance dropped, no sf_detach, the socket itself is created
 * normally. Required. For accepted sockets it runs on the network thread when
 * the SYN arrives: listener locked, addresses of so not set yet; socket
 * unlocked for programmatic attach; locked when SFLT_EXTENDED_REGISTRY
 * attaches to existing sockets. In the reference other callbacks of the
 * instance may already run meanwhile.
 */
typedef errno_t (*sf_attach_func)(void **cookie, socket_t so);

/*
 * Instance is gone: free per-socket state. Exactly once per successful
 * attach; never concurrent with another callback of the same instance.
 * Required. The socket may be in the middle of being freed: compare the
 * pointer only.
 */
typedef void (*sf_detach_func)(void *cookie, socket_t so);

/*
 * Event notification, cannot veto. param is NULL except sock_evt_shutdown
 * (int * with SHUT_*). Runs with the socket unlocked.
 */
typedef void (*sf_notify_func)(void *cookie, socket_t so, sflt_event_t event,
    void *param);

/*
 * After the protocol produced *sa (allocated copy, may be modified in place;
 * a replacement must be allocated with _MALLOC type M_SONAME and the old one
 * freed). 0 or EJUSTRETURN = success, other = error to the caller. Only for
 * the getpeername system call.
 */
typedef int (*sf_getpeername_func)(void *cookie, socket_t so,
    struct sockaddr **sa);

/*
 * Same for getsockname.
 */
typedef int (*sf_getsockname_func)(void *cookie, socket_t so,
    struct sockaddr **sa);

/*
 * Inbound data before it is appended to the receive buffer. *data and
 * *control may be replaced/modified (data may be NULL in rare cases; control
 * itself is NULL for stream data). from is NULL for stream sockets. 0
 * continue; EJUSTRETURN: filter owns *data and *control now; other error:
 * stack frees both and drops the data. Not called for urgent data taken out
 * of line. Datagrams pass here before the room check.
 */
typedef errno_t (*sf_data_in_func)(void *cookie, socket_t so,
    const struct sockaddr *from, mbuf_t *data, mbuf_t *control,
    sflt_data_flag_t flags);

/*
 * Outbound data after it left the caller, before the protocol. *data may be
 * NULL (control only). to is NULL when connected. EJUSTRETURN: filter owns
 * both mbufs, sender sees success; other error: both freed, error returned to
 * the sender. Any non-zero result ends the current send: the rest of a large
 * write is not sent (short count).
 */
typedef errno_t (*sf_data_out_func)(void *cookie, socket_t so,
    const struct sockaddr *to, mbuf_t *data, mbuf_t *control,
    sflt_data_flag_t flags);

/*
 * On the LISTENING socket's filters for every incoming connection request
 * (TCP: when the SYN creates a socket). Non-zero (also EJUSTRETURN) silently
 * refuses: SYN dropped, no RST. No new socket exists yet. The reference may
 * call it twice for one refused SYN.
 */
typedef errno_t (*sf_connect_in_func)(void *cookie, socket_t so,
    const struct sockaddr *from);

/*
 * Before the protocol's connect (TCP, UDP). to may be modified in place
 * (pass-back up to its original sa_len, only when all filters return 0) to
 * redirect. EJUSTRETURN: connect reports success without connecting (filter
 * must finish later by injecting a connect); other: returned to the caller.
 */
typedef errno_t (*sf_connect_out_func)(void *cookie, socket_t so,
    const struct sockaddr *to);

/*
 * Before the protocol's bind. EJUSTRETURN swallows (0 to the caller), other
 * error returned. Not called for implicit binds.
 */
typedef errno_t (*sf_bind_func)(void *cookie, socket_t so,
    const struct sockaddr *to);

/*
 * Before every setsockopt processing. 0 continue; EJUSTRETURN: handled,
 * caller sees 0; error to the caller. ENOPROTOOPT must NOT be returned for
 * unknown options: return 0.
 */
typedef errno_t (*sf_setoption_func)(void *cookie, socket_t so, sockopt_t opt);

/*
 * Before getsockopt processing. To answer: sockopt_copyout then EJUSTRETURN.
 * 0 continues.
 */
typedef errno_t (*sf_getoption_func)(void *cookie, socket_t so, sockopt_t opt);

/*
 * Before the protocol's listen; EJUSTRETURN swallows.
 */
typedef errno_t (*sf_listen_func)(void *cookie, socket_t so);

/*
 * For ioctls on the socket except interface ('i') and routing ('r') groups.
 * argp is the kernel copy of the argument. EJUSTRETURN swallows (caller sees
 * 0). Declared but never called in 10.4.0.
 */
typedef errno_t (*sf_ioctl_func)(void *cookie, socket_t so,
    unsigned long request, const char *argp);

/*
 * When a completed connection is taken by accept, before the caller sees it;
 * filters of the NEW socket run. EJUSTRETURN: connection is returned but
 * already disconnected (receive ENOTCONN, send EPIPE); other error:
 * connection closed, error to the accept caller. 10.5+, needs SFLT_EXTENDED
 * and sf_len.
 */
typedef errno_t (*sf_accept_func)(void *cookie, socket_t so_listen,
    socket_t so, const struct sockaddr *local, const struct sockaddr *remote);

/* Read only with SFLT_EXTENDED, sf_len bytes of it. */
struct sflt_filter_ext {
	unsigned int	 sf_ext_len;
	sf_accept_func	 sf_ext_accept;
	void		*sf_ext_rsvd[5];
};

struct sflt_filter {
	sflt_handle		 sf_handle;	/* unique, not 0 */
	int			 sf_flags;
	char			*sf_name;	/* required, kept */
	sf_unregistered_func	 sf_unregistered;
	sf_attach_func		 sf_attach;	/* required */
	sf_detach_func		 sf_detach;	/* required */
	sf_notify_func		 sf_notify;
	sf_getpeername_func	 sf_getpeername;
	sf_getsockname_func	 sf_getsockname;
	sf_data_in_func		 sf_data_in;
	sf_data_out_func	 sf_data_out;
	sf_connect_in_func	 sf_connect_in;
	sf_connect_out_func	 sf_connect_out;
	sf_bind_func		 sf_bind;
	sf_setoption_func	 sf_setoption;
	sf_getoption_func	 sf_getoption;
	sf_listen_func		 sf_listen;
	sf_ioctl_func		 sf_ioctl;
	struct sflt_filter_ext	 sf_ext;
};
#define sf_len			sf_ext.sf_ext_len
#define sf_accept		sf_ext.sf_ext_accept

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Copies *filter (name pointer is kept by reference). Checks in this order:
 * ENOTSUP when domain is neither PF_INET nor PF_INET6 (10.11+); ENOENT no
 * such protocol family+type+protocol (0 is no wildcard for stream/datagram);
 * EINVAL no attach/detach/handle/name; ENOBUFS; EEXIST handle in use.
 * SFLT_GLOBAL: attaches to sockets created later (existing TCP/UDP ones too
 * with SFLT_EXTENDED_REGISTRY, before the call returns). A filter is bound to
 * ONE domain/type/protocol; register v4 and v6 with different handles.
 */
errno_t sflt_register(const struct sflt_filter *filter, int domain, int type,
    int protocol);

/*
 * ENOENT unknown handle. Returns at once; instances detach as soon as no
 * callback is running on them; sf_unregistered reports the end. The handle is
 * free for re-use immediately.
 */
errno_t sflt_unregister(sflt_handle handle);

/*
 * Attaches a registered (global or programmatic) filter to one socket. EINVAL
 * for handle 0 (NULL socket: EINVAL up to 10.6, crash later; return EINVAL)
 * and - 10.7+ - for an unknown handle (ENOENT before); EEXIST already
 * attached (10.7+; also shortly after sflt_detach until the clean-up ran);
 * ENOMEM; else what sf_attach returned. Calls sf_attach synchronously. The
 * filter's registered protocol is not compared with the socket's.
 */
errno_t sflt_attach(socket_t socket, sflt_handle handle);

/*
 * Detaches; sf_detach runs asynchronously once no callback of the instance is
 * active. EINVAL args. Not attached: ENOENT up to 10.6, 0 from 10.7.
 */
errno_t sflt_detach(socket_t socket, sflt_handle handle);

/*
 * Appends to the receive buffer as if received: from!=NULL -> address record
 * (data must have a packet header); control -> control record;
 * sock_data_filt_flag_record -> new record; else stream append. ALL data_in
 * filters (also the caller's) run again. EINVAL NULL so/data, ENOTSUP for
 * oob: then data stays with the caller; otherwise data and control are
 * consumed, and 0 is returned even if a filter, a full buffer (not tested for
 * stream append) or a shut read side dropped them.
 */
errno_t sock_inject_data_in(socket_t so, const struct sockaddr *from,
    mbuf_t data, mbuf_t control, sflt_data_flag_t flags);

/*
 * Sends as if the owner had: all data_out filters run again. data and control
 * are ALWAYS consumed. Returns the send error (EWOULDBLOCK when called from a
 * data_out callback and the buffer is full; otherwise it may block). data
 * needs a packet header with correct length. oob flag -> urgent.
 */
errno_t sock_inject_data_out(socket_t so, const struct sockaddr *to,
    mbuf_t data, mbuf_t control, sflt_data_flag_t flags);

/*
 * sockopt_get or sockopt_set.
 */
sockopt_dir sockopt_direction(sockopt_t sopt);

/*
 * Option level.
 */
int sockopt_level(sockopt_t sopt);

/*
 * Option name.
 */
int sockopt_name(sockopt_t sopt);

/*
 * Size of the caller's value buffer.
 */
size_t sockopt_valsize(sockopt_t sopt);

/*
 * Reads exactly length bytes of the value. EINVAL when the caller gave fewer;
 * EFAULT. On success the recorded size shrinks to length (a later handler
 * sees the smaller size).
 */
errno_t sockopt_copyin(sockopt_t sopt, void *data, size_t length);

/*
 * Writes min(length, buffer) bytes and records that size; EFAULT.
 */
errno_t sockopt_copyout(sockopt_t sopt, void *data, size_t length);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KPI_SOCKETFILTER_H_ */
