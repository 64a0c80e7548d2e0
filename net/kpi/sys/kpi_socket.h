/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_socket.h>: sockets used by kernel code.
 *
 * The calls behave as their system-call namesakes, with kernel addresses.
 * They may block unless said otherwise and take no lock of the caller's.
 */
#ifndef _SYS_KPI_SOCKET_H_
#define _SYS_KPI_SOCKET_H_

#include <sys/socket.h>
#include <sys/kernel_types.h>

#ifdef KERNEL
struct timeval;

/*
 * Says that a socket has data, room or a new state; it may come without
 * anything new. waitf is MBUF_DONTWAIT.
 * Context:   network thread or the one that acts, must not block for long
 * Locks:     none held
 */
typedef void (*sock_upcall)(socket_t so, void *cookie, int waitf);

__BEGIN_DECLS

/*
 * Takes the first completed connection; callback, if not NULL, becomes its
 * upcall.
 * Returns:   0; EWOULDBLOCK without one (MSG_DONTWAIT or nonblocking),
 *            EINVAL when so does not listen, ENOTSUP for other flags,
 *            ECONNABORTED, EINTR, or a filter's error
 * Ownership: *new_so is the caller's, ended with sock_close()
 * Context:   thread, may block
 * Locks:     none held
 * Units:     fromlen in bytes
 */
errno_t sock_accept(socket_t so, struct sockaddr *from, int fromlen,
    int flags, sock_upcall callback, void *cookie, socket_t *new_so);

/*
 * sock_accept() for the system's own parts; there is no difference here.
 * Returns:   as sock_accept()
 * Ownership: as sock_accept()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_accept_internal(socket_t so, struct sockaddr *from, int fromlen,
    int flags, sock_upcall callback, void *cookie, socket_t *new_so);

/*
 * Gives a socket an address.
 * Returns:   0, or what bind(2) reports: EADDRINUSE, EADDRNOTAVAIL, EACCES,
 *            EINVAL
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_bind(socket_t so, const struct sockaddr *to);

/*
 * Connects a socket; waits unless MSG_DONTWAIT is given or it is nonblocking.
 * Returns:   0; EINPROGRESS, EALREADY, EISCONN, EINVAL, EOPNOTSUPP, or why
 *            it failed
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_connect(socket_t so, const struct sockaddr *to, int flags);

/*
 * Waits for a connect in progress.
 * Returns:   0 when connected; EINPROGRESS when the time was over, EINVAL,
 *            EDOM for a bad interval, or why it failed
 * Context:   thread, may block
 * Locks:     none held
 * Units:     tv relative; zero waits without limit
 */
errno_t sock_connectwait(socket_t so, const struct timeval *tv);

/*
 * Copies the peer's address; filters do not see the call.
 * Returns:   0; ENOTCONN, EINVAL
 * Context:   thread
 * Locks:     none held
 * Units:     peernamelen in bytes; the address is cut to it
 */
errno_t sock_getpeername(socket_t so, struct sockaddr *peername,
    int peernamelen);

/*
 * Copies the local address; filters do not see the call.
 * Returns:   0, or EINVAL
 * Context:   thread
 * Locks:     none held
 * Units:     socknamelen in bytes; the address is cut to it
 */
errno_t sock_getsockname(socket_t so, struct sockaddr *sockname,
    int socknamelen);

/*
 * Reads an option.
 * Returns:   0; ENOPROTOOPT, EINVAL, or a filter's error
 * Context:   thread, may block
 * Locks:     none held
 * Units:     *optlen in bytes: the buffer's in, those stored out
 */
errno_t sock_getsockopt(socket_t so, int level, int optname, void *optval,
    int *optlen);

/*
 * Does a request on a socket; argp is kernel memory.
 * Returns:   0; EOPNOTSUPP or ENOTTY for an unknown request, or why it
 *            failed
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_ioctl(socket_t so, unsigned long request, void *argp);

/*
 * Sets an option; SO_NKE attaches a socket filter.
 * Returns:   0; ENOPROTOOPT, EINVAL, or a filter's error
 * Context:   thread, may block
 * Locks:     none held
 * Units:     optlen in bytes
 */
errno_t sock_setsockopt(socket_t so, int level, int optname,
    const void *optval, int optlen);

/*
 * Makes a socket accept connections.
 * Returns:   0; EINVAL when connected, EOPNOTSUPP for another type, or a
 *            filter's error
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_listen(socket_t so, int backlog);

/*
 * Receives into the vectors of msg; *recvdlen 0 with result 0 is the end of a
 * stream.
 * Returns:   0; EWOULDBLOCK, ENOTCONN, EINVAL, EINTR, or the socket's error
 * Context:   thread, may block
 * Locks:     none held
 * Units:     *recvdlen in bytes
 */
errno_t sock_receive(socket_t so, struct msghdr *msg, int flags,
    size_t *recvdlen);

/*
 * Receives up to *recvlen bytes as an mbuf chain, one record of a datagram
 * socket; msg, if not NULL, has no vectors.
 * Returns:   0 (*data is NULL at the end of a stream); EWOULDBLOCK,
 *            ENOTCONN, EINVAL, or the socket's error
 * Ownership: *data is the caller's
 * Context:   thread, may block
 * Locks:     none held
 * Units:     *recvlen in bytes
 */
errno_t sock_receivembuf(socket_t so, struct msghdr *msg, mbuf_t *data,
    int flags, size_t *recvlen);

/*
 * Sends from the vectors of msg; what stops it after a part counts as
 * success.
 * Returns:   0; EWOULDBLOCK, EPIPE, ENOTCONN, EDESTADDRREQ, EMSGSIZE,
 *            EOPNOTSUPP, EINVAL, or a filter's error
 * Context:   thread, may block
 * Locks:     none held
 * Units:     *sentlen in bytes
 */
errno_t sock_send(socket_t so, const struct msghdr *msg, int flags,
    size_t *sentlen);

/*
 * Sends a packet; its header must have the right length.
 * Returns:   0; EWOULDBLOCK, EMSGSIZE when larger than the send buffer, or
 *            as sock_send()
 * Ownership: consumes data on success and on failure
 * Context:   thread, may block
 * Locks:     none held
 * Units:     *sentlen in bytes
 */
errno_t sock_sendmbuf(socket_t so, const struct msghdr *msg, mbuf_t data,
    int flags, size_t *sentlen);

/*
 * Ends one or both directions of a connection.
 * Returns:   0; EINVAL for another value, ENOTCONN
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_shutdown(socket_t so, int how);

/*
 * Makes a socket, with the credentials of the current process; callback may
 * be NULL.
 * Returns:   0; EPROTONOSUPPORT, EPROTOTYPE, EAFNOSUPPORT, ENOBUFS, EINVAL
 * Ownership: *new_so is the caller's, ended with sock_close()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_socket(int domain, int type, int protocol, sock_upcall callback,
    void *cookie, socket_t *new_so);

/*
 * sock_socket() for the system's own parts; there is no difference here.
 * Returns:   as sock_socket()
 * Ownership: as sock_socket()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t sock_socket_internal(int domain, int type, int protocol,
    sock_upcall callback, void *cookie, socket_t *new_so);

/*
 * Ends a socket of sock_socket() or sock_accept(); NULL is allowed. It waits
 * for an upcall only with SO_UPCALLCLOSEWAIT. While references of
 * sock_retain() exist the close is put off.
 * Ownership: consumes the caller's hold
 * Context:   thread, may block
 * Locks:     none held
 */
void sock_close(socket_t so);

/*
 * Adds a reference: nobody's close takes effect while it is held. NULL is
 * allowed.
 * Ownership: ended with sock_release()
 * Context:   any thread
 */
void sock_retain(socket_t so);

/*
 * Drops a reference and does a close that was put off; NULL is allowed.
 * Context:   thread, may block
 * Locks:     none held
 */
void sock_release(socket_t so);

/*
 * Makes a socket privileged, or not.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t sock_setpriv(socket_t so, int on);

/*
 * Whether a socket is connected.
 * Returns:   1 or 0
 * Context:   any thread
 */
int sock_isconnected(socket_t so);

/*
 * Whether a socket is in nonblocking mode.
 * Returns:   1 or 0
 * Context:   any thread
 */
int sock_isnonblocking(socket_t so);

/*
 * Reads domain, type and protocol; each pointer may be NULL.
 * Returns:   0
 * Context:   any thread
 */
errno_t sock_gettype(socket_t so, int *domain, int *type, int *protocol);

/*
 * Makes blocking calls on a socket ignore signals, or not.
 * Returns:   0, or EINVAL for NULL
 * Context:   any thread
 */
errno_t sock_nointerrupt(socket_t so, int on);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KPI_SOCKET_H_ */
