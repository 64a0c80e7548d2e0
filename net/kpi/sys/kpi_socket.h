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
 * Runs when data/connection/state arrives on a kernel socket. Called with the
 * socket unlocked, waitf always MBUF_DONTWAIT, on the thread that produced
 * the event (network thread): must not block for long. Fires on every receive
 * wake-up including EOF, error and connect completion; a spurious call
 * (nothing to read) is legal. Neither replacing the callback nor sock_close
 * waits for a running upcall unless the socket has the option
 * SO_UPCALLCLOSEWAIT set.
 */
typedef void (*sock_upcall)(socket_t so, void *cookie, int waitf);

__BEGIN_DECLS

/*
 * Takes the first completed connection. EINVAL NULL args / socket not
 * listening; ENOTSUP flags other than MSG_DONTWAIT; EWOULDBLOCK with
 * MSG_DONTWAIT or nonblocking socket and empty queue (tested before errors);
 * pending socket error; ECONNABORTED listener shut down, or filters present
 * and the peer gone; EINTR; error of an sf_accept filter (that connection is
 * closed). from is truncated to fromlen. callback (may be NULL) becomes the
 * new socket's upcall. The new socket inherits nonblocking mode. It must be
 * sock_close'd.
 */
errno_t sock_accept(socket_t so, struct sockaddr *from, int fromlen,
    int flags, sock_upcall callback, void *cookie, socket_t *new_so);

/*
 * Same result codes as bind(2) (EADDRINUSE, EADDRNOTAVAIL, EACCES...); EINVAL
 * NULL; runs sf_bind filters first. Address is copied.
 */
errno_t sock_bind(socket_t so, const struct sockaddr *to);

/*
 * Blocks until connected or failed unless MSG_DONTWAIT or FIONBIO is set
 * (then EINPROGRESS; EALREADY when still connecting). EINVAL NULL, EISCONN
 * (also a blocking call while connecting), EOPNOTSUPP (listening or defunct
 * socket), connection error otherwise. Runs sf_connect_out. Address is
 * copied.
 */
errno_t sock_connect(socket_t so, const struct sockaddr *to, int flags);

/*
 * Waits up to tv for a pending nonblocking connect: 0 connected, EINPROGRESS
 * still pending, the socket error (once), EINVAL not connecting, EDOM bad
 * interval (negative, usec > 999999, above 327 s). {0,0} waits without limit.
 */
errno_t sock_connectwait(socket_t so, const struct timeval *tv);

/*
 * ENOTCONN when not connected; EINVAL args; copies min(len, sa_len) bytes.
 * Does NOT run the sf_getpeername filters (only the system call does).
 */
errno_t sock_getpeername(socket_t so, struct sockaddr *peername,
    int peernamelen);

/*
 * As above for the local address (works unbound: wildcard). Does not run
 * filters.
 */
errno_t sock_getsockname(socket_t so, struct sockaddr *sockname,
    int socknamelen);

/*
 * *optlen in: buffer size, out: bytes stored (untouched on error). EINVAL
 * NULLs; ENOPROTOOPT. Works after shutdown. Runs sf_getoption.
 */
errno_t sock_getsockopt(socket_t so, int level, int optname, void *optval,
    int *optlen);

/*
 * argp points to kernel memory; runs sf_ioctl except for groups 'i' and 'r'.
 * FIONBIO toggles nonblocking. ENOTTY/EOPNOTSUPP unknown.
 */
errno_t sock_ioctl(socket_t so, unsigned long request, void *argp);

/*
 * Option value in kernel memory; optval NULL is EINVAL even with length 0.
 * Runs sf_setoption. SO_NKE attaches a programmatic filter (EINVAL unknown
 * handle or short value, EEXIST). EINVAL when both directions are shut down.
 */
errno_t sock_setsockopt(socket_t so, int level, int optname,
    const void *optval, int optlen);

/*
 * As listen(2); backlog <=0 or above 128 becomes 128. EINVAL connected
 * socket, EOPNOTSUPP non-stream. Runs sf_listen.
 */
errno_t sock_listen(socket_t so, int backlog);

/*
 * Scatter read into msg_iov (kernel addresses). EINVAL msg NULL/iov
 * empty/first iov without base or length. Fills msg_name (truncated;
 * msg_namelen is not updated), msg_control and msg_controllen (MSG_CTRUNC),
 * msg_flags (MSG_TRUNC for a cut datagram). Blocks unless
 * MSG_DONTWAIT/nonblocking: EWOULDBLOCK. ENOTCONN unconnected stream or
 * defunct socket. recvdlen may be NULL. *recvdlen 0 with result 0 means end
 * of stream.
 */
errno_t sock_receive(socket_t so, struct msghdr *msg, int flags,
    size_t *recvdlen);

/*
 * Returns received data as an mbuf chain the CALLER must free. *recvlen in:
 * max bytes (must be >0), out: bytes. msg optional but with iov NULL and
 * iovlen 0 (EINVAL otherwise). For datagrams one record is returned. At end
 * of stream *data is NULL, result 0; NULL on errors as well.
 */
errno_t sock_receivembuf(socket_t so, struct msghdr *msg, mbuf_t *data,
    int flags, size_t *recvlen);

/*
 * Gathers msg_iov. EINVAL msg/iov NULL. Transient error (EINTR, ERESTART,
 * EWOULDBLOCK) after partial progress is reported as success with *sentlen.
 * Control data limited to one mbuf (mlen), at least one cmsghdr. Blocks for
 * buffer space unless the socket is nonblocking (FIONBIO): MSG_DONTWAIT only
 * avoids waiting for another sender's lock. EPIPE, ENOTCONN, EDESTADDRREQ,
 * EMSGSIZE, EOPNOTSUPP (MSG_OOB not stream), EINVAL (MSG_EOR on a stream).
 */
errno_t sock_send(socket_t so, const struct msghdr *msg, int flags,
    size_t *sentlen);

/*
 * data must carry a packet header with a right length; it is ALWAYS consumed,
 * success or error (also for EINVAL). Atomic: EMSGSIZE when larger than the
 * send buffer (streams too). Blocks for buffer space unless FIONBIO is on ->
 * EWOULDBLOCK; MSG_DONTWAIT alone only avoids waiting for another sender.
 * Runs sf_data_out.
 */
errno_t sock_sendmbuf(socket_t so, const struct msghdr *msg, mbuf_t data,
    int flags, size_t *sentlen);

/*
 * SHUT_RD/WR/RDWR; EINVAL other; ENOTCONN when not connected or that side
 * already shut.
 */
errno_t sock_shutdown(socket_t so, int how);

/*
 * Kernel socket; type/protocol as socket(2). callback may be NULL. Errors
 * EPROTONOSUPPORT, EPROTOTYPE (protocol exists with another type),
 * EAFNOSUPPORT, ENOBUFS, EINVAL new_so NULL. Filter attach errors do not fail
 * creation. Credentials are those of the CURRENT process/thread context:
 * privileged only when that is root or after sock_setpriv. Must be
 * sock_close'd.
 */
errno_t sock_socket(int domain, int type, int protocol, sock_upcall callback,
    void *cookie, socket_t *new_so);

/*
 * Closes a socket made by sock_socket/sock_accept. May sleep (linger,
 * filters). Waits for a running upcall only when SO_UPCALLCLOSEWAIT is set,
 * and must then not be called from the upcall itself. While sock_retain
 * references exist only the owner's reference goes; the close happens at the
 * last sock_release. Never on sockets owned by a process. NULL ignored.
 */
void sock_close(socket_t so);

/*
 * Adds a reference; used by filters that keep socket_t for deferred
 * injection. As long as one is held a close (by anyone) is put off entirely:
 * no events, no disconnect before the last sock_release. NULL ignored.
 * Exported by com.apple.kpi.unsupported.
 */
void sock_retain(socket_t so);

/*
 * Drops it; performs the put-off close when the owner has closed meanwhile.
 * Panics when unbalanced; NULL ignored.
 */
void sock_release(socket_t so);

/*
 * on!=0 marks the socket privileged (low ports), 0 clears it. EINVAL NULL.
 */
errno_t sock_setpriv(socket_t so, int on);

/*
 * 1/0.
 */
int sock_isconnected(socket_t so);

/*
 * 1/0.
 */
int sock_isnonblocking(socket_t so);

/*
 * Any out pointer may be NULL; always 0.
 */
errno_t sock_gettype(socket_t so, int *domain, int *type, int *protocol);

/*
 * Makes blocking calls on the socket ignore signals. Exported, hidden in
 * newer public headers.
 */
errno_t sock_nointerrupt(socket_t so, int on);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KPI_SOCKET_H_ */
