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
 * The last callback of a filter: no instance is left. The kext may go now.
 * Context:   any thread, possibly inside sflt_unregister()
 * Locks:     none held
 */
typedef void (*sf_unregistered_func)(sflt_handle handle);

/*
 * A new instance on a socket; *cookie comes with every later callback.
 * Required.
 * Returns:   0; any other drops the instance, without sf_detach
 * Context:   the thread that makes or attaches; the network thread for
 *            incoming connections
 * Locks:     none held
 */
typedef errno_t (*sf_attach_func)(void **cookie, socket_t so);

/*
 * The instance ends: frees its state. Once for each successful attach, after
 * every other callback. The socket may be going: only compare the pointer.
 * Required.
 * Context:   any thread
 * Locks:     none held
 */
typedef void (*sf_detach_func)(void *cookie, socket_t so);

/*
 * Something happened on the socket; there is no veto. param is NULL but for
 * sock_evt_shutdown.
 * Context:   the thread that acts or the network thread
 * Locks:     none held
 */
typedef void (*sf_notify_func)(void *cookie, socket_t so, sflt_event_t event,
    void *param);

/*
 * May change the peer's address a program gets: in place, or by another made
 * with _MALLOC(M_SONAME) after freeing the old one.
 * Returns:   0 or EJUSTRETURN: go on; any other goes to the program
 * Context:   the program's thread, may block
 * Locks:     none held
 */
typedef int (*sf_getpeername_func)(void *cookie, socket_t so,
    struct sockaddr **sa);

/*
 * May change the local address a program gets, as sf_getpeername_func.
 * Returns:   0 or EJUSTRETURN: go on; any other goes to the program
 * Context:   the program's thread, may block
 * Locks:     none held
 */
typedef int (*sf_getsockname_func)(void *cookie, socket_t so,
    struct sockaddr **sa);

/*
 * Data received, before the receive buffer. from is NULL for streams.
 * Returns:   0: go on; EJUSTRETURN: taken over; any other: freed and dropped
 * Ownership: may replace *data and *control; on EJUSTRETURN both are the
 *            filter's
 * Context:   network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*sf_data_in_func)(void *cookie, socket_t so,
    const struct sockaddr *from, mbuf_t *data, mbuf_t *control,
    sflt_data_flag_t flags);

/*
 * Data sent, before the protocol; *data may be NULL. to is NULL when
 * connected. Any other result than 0 ends the send call.
 * Returns:   0: go on; EJUSTRETURN: taken over, the sender sees success; any
 *            other: freed, the sender sees it
 * Ownership: may replace *data and *control; on EJUSTRETURN both are the
 *            filter's
 * Context:   the sender's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_data_out_func)(void *cookie, socket_t so,
    const struct sockaddr *to, mbuf_t *data, mbuf_t *control,
    sflt_data_flag_t flags);

/*
 * A connection request at a listening socket, before there is a socket for
 * it.
 * Returns:   0: go on; any other refuses in silence
 * Context:   network thread, must not block for long
 * Locks:     none held
 */
typedef errno_t (*sf_connect_in_func)(void *cookie, socket_t so,
    const struct sockaddr *from);

/*
 * A connect, before the protocol; to may be changed in place.
 * Returns:   0: go on; EJUSTRETURN: success without connecting; any other
 *            goes to the caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_connect_out_func)(void *cookie, socket_t so,
    const struct sockaddr *to);

/*
 * A bind, before the protocol; not for implicit ones.
 * Returns:   0: go on; EJUSTRETURN: success without binding; any other goes
 *            to the caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_bind_func)(void *cookie, socket_t so,
    const struct sockaddr *to);

/*
 * An option is set, before it is processed. Unknown ones: 0.
 * Returns:   0: go on; EJUSTRETURN: done, success; any other goes to the
 *            caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_setoption_func)(void *cookie, socket_t so, sockopt_t opt);

/*
 * An option is read, before it is processed; to answer, sockopt_copyout() and
 * EJUSTRETURN.
 * Returns:   0: go on; EJUSTRETURN: answered; any other goes to the caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_getoption_func)(void *cookie, socket_t so, sockopt_t opt);

/*
 * A listen, before the protocol.
 * Returns:   0: go on; EJUSTRETURN: success without listening; any other
 *            goes to the caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_listen_func)(void *cookie, socket_t so);

/*
 * A request on the socket, but for those of interfaces and routes; argp is a
 * copy in the kernel.
 * Returns:   0: go on; EJUSTRETURN: done, success; any other goes to the
 *            caller
 * Context:   the caller's thread, may block
 * Locks:     none held
 */
typedef errno_t (*sf_ioctl_func)(void *cookie, socket_t so,
    unsigned long request, const char *argp);

/*
 * A connection is about to be accepted; filters of the new socket are called.
 * Needs SFLT_EXTENDED.
 * Returns:   0: go on; EJUSTRETURN: returned, but disconnected; any other
 *            closes it and goes to the caller
 * Context:   the accepting thread, may block
 * Locks:     none held
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
 * Registers a filter for one domain, type and protocol; *filter is copied,
 * its name kept by reference.
 * Returns:   0; ENOTSUP for another domain than PF_INET and PF_INET6, ENOENT
 *            without such a protocol, EINVAL without attach, detach, handle
 *            or name, ENOBUFS, EEXIST
 * Ownership: ended with sflt_unregister(); callbacks come until
 *            sf_unregistered
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sflt_register(const struct sflt_filter *filter, int domain, int type,
    int protocol);

/*
 * sflt_register() for filters of the system; there is no difference here.
 * Returns:   as sflt_register()
 * Ownership: as sflt_register()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sflt_register_internal(const struct sflt_filter *filter, int domain,
    int type, int protocol);

/*
 * Ends a filter; its instances go as soon as no callback runs, and
 * sf_unregistered tells the end.
 * Returns:   0, or ENOENT
 * Context:   thread, may block; from a callback too
 * Locks:     none held
 */
errno_t sflt_unregister(sflt_handle handle);

/*
 * Attaches a registered filter to one socket.
 * Returns:   0; EINVAL for an unknown handle or NULL, EEXIST, ENOMEM, or
 *            what sf_attach returned
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sflt_attach(socket_t socket, sflt_handle handle);

/*
 * Detaches a filter from one socket; sf_detach comes when no callback runs.
 * Returns:   0, or EINVAL
 * Context:   thread, may block; from a callback too
 * Locks:     none held
 */
errno_t sflt_detach(socket_t socket, sflt_handle handle);

/*
 * Puts data into the receive buffer as if received, through every data_in
 * filter.
 * Returns:   0, also when a filter dropped it; EINVAL, ENOTSUP for out-of-
 *            band data
 * Ownership: consumes data and control on 0; on an error they are the
 *            caller's
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_inject_data_in(socket_t so, const struct sockaddr *from,
    mbuf_t data, mbuf_t control, sflt_data_flag_t flags);

/*
 * Sends data as if the owner had, through every data_out filter.
 * Returns:   0, or the error of the send
 * Ownership: consumes data and control on success and on failure
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_inject_data_out(socket_t so, const struct sockaddr *to,
    mbuf_t data, mbuf_t control, sflt_data_flag_t flags);

/*
 * Whether an option is read or set.
 * Returns:   sockopt_get or sockopt_set
 * Context:   in an option callback
 */
sockopt_dir sockopt_direction(sockopt_t sopt);

/*
 * The level of an option.
 * Returns:   the level
 * Context:   in an option callback
 */
int sockopt_level(sockopt_t sopt);

/*
 * The name of an option.
 * Returns:   the name
 * Context:   in an option callback
 */
int sockopt_name(sockopt_t sopt);

/*
 * The size of the caller's value.
 * Returns:   bytes
 * Context:   in an option callback
 */
size_t sockopt_valsize(sockopt_t sopt);

/*
 * Copies the caller's value; its recorded size becomes length.
 * Returns:   0; EINVAL when it is shorter, EFAULT
 * Context:   in an option callback, may block
 * Units:     length in bytes
 */
errno_t sockopt_copyin(sockopt_t sopt, void *data, size_t length);

/*
 * Copies an answer to the caller, cut to the caller's buffer.
 * Returns:   0, or EFAULT
 * Context:   in an option callback, may block
 * Units:     length in bytes
 */
errno_t sockopt_copyout(sockopt_t sopt, void *data, size_t length);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KPI_SOCKETFILTER_H_ */
