/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The in-kernel socket calls (<sys/kpi_socket.h>) over the socket layer.
 *
 * Each checks its arguments the way the reference does and calls the so*
 * function.  Names are cut to the caller's buffer without an error.
 */
#include <sys/kpi_socket.h>

#include <sys/errno.h>
#include <sys/filio.h>
#include <string.h>
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

/* A name into a buffer of len bytes. */
static void
name_out(struct sockaddr *to, int len, const struct sockaddr_storage *from)
{
	size_t n = from->ss_len;

	if (to == NULL || len <= 0)
		return;
	if (n > (size_t)len)
		n = (size_t)len;
	memcpy(to, from, n);
}

/* --- life ------------------------------------------------------------------------ */

errno_t
sock_socket(int domain, int type, int protocol, sock_upcall callback,
    void *cookie, socket_t *new_so)
{
	struct __socket *so;
	errno_t error;

	if (new_so == NULL)
		return (EINVAL);
	error = socreate(domain, type, protocol, SOCREATE_KERNEL, &so);
	if (error != 0)
		return (error);
	if (callback != NULL)
		so_setupcall(so, callback, cookie);
	*new_so = so;
	return (0);
}

/* The name the system's own parts use. */
errno_t sock_socket_internal(int domain, int type, int protocol,
    sock_upcall callback, void *cookie, socket_t *new_so)
    __attribute__((alias("sock_socket")));

void
sock_close(socket_t so)
{
	if (so != NULL)
		(void)soclose(so);
}

void
sock_retain(socket_t so)
{
	if (so != NULL)
		so_retain(so);
}

void
sock_release(socket_t so)
{
	if (so != NULL)
		so_release(so);
}

errno_t
sock_setpriv(socket_t so, int on)
{
	if (so == NULL)
		return (EINVAL);
	socket_lock(so);
	if (on != 0)
		so->so_state |= SS_PRIV;
	else
		so->so_state &= ~SS_PRIV;
	socket_unlock(so);
	return (0);
}

errno_t
sock_nointerrupt(socket_t so, int on)
{
	socket_lock(so);
	if (on != 0)
		so->so_state |= SS_NOINTR;
	else
		so->so_state &= ~SS_NOINTR;
	socket_unlock(so);
	return (0);
}

int
sock_isconnected(socket_t so)
{
	return ((so->so_state & SS_ISCONNECTED) != 0);
}

int
sock_isnonblocking(socket_t so)
{
	return ((so->so_state & SS_NBIO) != 0);
}

errno_t
sock_gettype(socket_t so, int *domain, int *type, int *protocol)
{
	if (domain != NULL)
		*domain = so->so_proto->pr_domain->dom_family;
	if (type != NULL)
		*type = so->so_type;
	if (protocol != NULL)
		*protocol = so->so_proto->pr_protocol;
	return (0);
}

/* --- names and connections --------------------------------------------------------- */

errno_t
sock_bind(socket_t so, const struct sockaddr *to)
{
	if (so == NULL || to == NULL)
		return (EINVAL);
	return (sobind(so, to));
}

errno_t
sock_listen(socket_t so, int backlog)
{
	if (so == NULL)
		return (EINVAL);
	return (solisten(so, backlog));
}

errno_t
sock_accept(socket_t so, struct sockaddr *from, int fromlen, int flags,
    sock_upcall callback, void *cookie, socket_t *new_so)
{
	struct sockaddr_storage peer;
	struct __socket *child;
	errno_t error;

	if (so == NULL || new_so == NULL)
		return (EINVAL);
	if ((so->so_options & SO_ACCEPTCONN) == 0)
		return (EINVAL);
	if ((flags & ~MSG_DONTWAIT) != 0)
		return (ENOTSUP);
	error = soaccept(so, (flags & MSG_DONTWAIT) != 0, &peer, &child);
	if (error != 0)
		return (error);
	socket_lock(child);
	child->so_state |= SS_KERNEL;
	child->so_kext = kext_charge(KRES_SOCKET, 1);
	socket_unlock(child);
	if (callback != NULL)
		so_setupcall(child, callback, cookie);
	name_out(from, fromlen, &peer);
	*new_so = child;
	return (0);
}

/* The name the system's own parts use. */
errno_t sock_accept_internal(socket_t so, struct sockaddr *from, int fromlen,
    int flags, sock_upcall callback, void *cookie, socket_t *new_so)
    __attribute__((alias("sock_accept")));

errno_t
sock_connect(socket_t so, const struct sockaddr *to, int flags)
{
	if (so == NULL || to == NULL)
		return (EINVAL);
	return (soconnect(so, to,
	    (flags & MSG_DONTWAIT) != 0 ? SOCONN_NBIO : 0));
}

errno_t
sock_connectwait(socket_t so, const struct timeval *tv)
{
	if (so == NULL || tv == NULL)
		return (EINVAL);
	return (soconnectwait(so, tv));
}

errno_t
sock_shutdown(socket_t so, int how)
{
	if (so == NULL)
		return (EINVAL);
	return (soshutdown(so, how));
}

errno_t
sock_getsockname(socket_t so, struct sockaddr *sockname, int socknamelen)
{
	struct sockaddr_storage ss;
	errno_t error;

	if (so == NULL || sockname == NULL || socknamelen < 0)
		return (EINVAL);
	error = sosockname(so, &ss);
	if (error == 0)
		name_out(sockname, socknamelen, &ss);
	return (error);
}

errno_t
sock_getpeername(socket_t so, struct sockaddr *peername, int peernamelen)
{
	struct sockaddr_storage ss;
	errno_t error;

	if (so == NULL || peername == NULL || peernamelen < 0)
		return (EINVAL);
	error = sopeername(so, &ss);
	if (error == 0)
		name_out(peername, peernamelen, &ss);
	return (error);
}

/* --- options ------------------------------------------------------------------------ */

errno_t
sock_setsockopt(socket_t so, int level, int optname, const void *optval,
    int optlen)
{
	struct __sockopt sopt = {
		.sopt_dir = sockopt_set, .sopt_level = level,
		.sopt_name = optname,
		.sopt_val = (void *)(uintptr_t)optval,
		.sopt_valsize = (size_t)optlen,
	};

	if (so == NULL || optval == NULL || optlen < 0)
		return (EINVAL);
	return (sosetopt(so, &sopt));
}

errno_t
sock_getsockopt(socket_t so, int level, int optname, void *optval, int *optlen)
{
	struct __sockopt sopt = {
		.sopt_dir = sockopt_get, .sopt_level = level,
		.sopt_name = optname, .sopt_val = optval,
	};
	errno_t error;

	if (so == NULL || optval == NULL || optlen == NULL || *optlen < 0)
		return (EINVAL);
	sopt.sopt_valsize = (size_t)*optlen;
	error = sogetopt(so, &sopt);
	if (error == 0)
		*optlen = (int)sopt.sopt_valsize;
	return (error);
}

errno_t
sock_ioctl(socket_t so, unsigned long request, void *argp)
{
	if (so == NULL)
		return (EINVAL);
	return (soioctl(so, request, argp));
}

/* --- data ---------------------------------------------------------------------------- */

/*
 * Control mbufs into the caller's buffer.  Whole messages are copied as long
 * as they fit; a cut is reported.
 */
static void
control_out(struct msghdr *msg, mbuf_t control)
{
	size_t room = msg->msg_controllen, used = 0, n;
	mbuf_t m;

	for (m = control; m != NULL; m = m->m_next) {
		n = m->m_len;
		if (n > room - used) {
			msg->msg_flags |= MSG_CTRUNC;
			n = room - used;
		}
		memcpy((char *)msg->msg_control + used, m->m_data, n);
		used += n;
	}
	msg->msg_controllen = (socklen_t)used;
}

static errno_t
sock_receive_common(struct __socket *so, struct msghdr *msg, mbuf_t *data,
    int flags, size_t *recvlen)
{
	struct sockaddr_storage from;
	mbuf_t control = NULL;
	uio_t uio = NULL;
	/* A kernel socket has no descriptors: passed files are dropped. */
	bool want_control = msg != NULL && msg->msg_control != NULL &&
	    (so->so_proto->pr_flags & PR_RIGHTS) == 0;
	size_t len = recvlen != NULL ? *recvlen : 0;
	errno_t error;

	from.ss_len = 0;
	if (data == NULL) {
		error = uio_from_iov(msg->msg_iov, msg->msg_iovlen, 0,
		    UIO_SYSSPACE, UIO_READ, &uio);
		if (error != 0)
			return (error);
	}
	error = soreceive(so, &from, uio, data,
	    want_control ? &control : NULL, &flags, &len);
	if (uio != NULL)
		uio_free(uio);
	if (error != 0)
		return (error);
	if (recvlen != NULL)
		*recvlen = len;
	if (msg == NULL)
		return (0);
	msg->msg_flags = flags;
	if (msg->msg_name != NULL)
		name_out(msg->msg_name, (int)msg->msg_namelen, &from);
	if (want_control) {
		control_out(msg, control);
		m_freem(control);
	} else if (msg->msg_control != NULL) {
		msg->msg_controllen = 0;
	}
	return (0);
}

errno_t
sock_receive(socket_t so, struct msghdr *msg, int flags, size_t *recvdlen)
{
	size_t len = 0;
	errno_t error;

	if (so == NULL || msg == NULL || msg->msg_iov == NULL ||
	    msg->msg_iovlen < 1 || msg->msg_iov[0].iov_len == 0 ||
	    msg->msg_iov[0].iov_base == NULL)
		return (EINVAL);
	error = sock_receive_common(so, msg, NULL, flags, &len);
	if (error == 0 && recvdlen != NULL)
		*recvdlen = len;
	return (error);
}

errno_t
sock_receivembuf(socket_t so, struct msghdr *msg, mbuf_t *data, int flags,
    size_t *recvlen)
{
	if (so == NULL || data == NULL || recvlen == NULL || *recvlen == 0 ||
	    (ssize_t)*recvlen < 0)
		return (EINVAL);
	if (msg != NULL && (msg->msg_iov != NULL || msg->msg_iovlen != 0))
		return (EINVAL);
	*data = NULL;
	return (sock_receive_common(so, msg, data, flags, recvlen));
}

/* The caller's control bytes as an mbuf. */
static errno_t
control_in(const struct msghdr *msg, mbuf_t *out)
{
	mbuf_t m;

	*out = NULL;
	if (msg->msg_control == NULL)
		return (0);
	if (msg->msg_controllen < sizeof(struct cmsghdr) ||
	    msg->msg_controllen > MLEN)
		return (EINVAL);
	m = m_get(MBUF_WAITOK, MBUF_TYPE_CONTROL);
	if (m == NULL)
		return (ENOBUFS);
	memcpy(m->m_data, msg->msg_control, msg->msg_controllen);
	m->m_len = (uint16_t)msg->msg_controllen;
	*out = m;
	return (0);
}

/* Part of a send went through: a transient error is no error then. */
static errno_t
sent_result(errno_t error, size_t sent)
{
	if (sent > 0 && (error == EINTR || error == ERESTART ||
	    error == EWOULDBLOCK))
		return (0);
	return (error);
}

errno_t
sock_send(socket_t so, const struct msghdr *msg, int flags, size_t *sentlen)
{
	mbuf_t control = NULL;
	uio_t uio = NULL;
	size_t sent = 0;
	errno_t error;

	if (so == NULL || msg == NULL || msg->msg_iov == NULL ||
	    msg->msg_iovlen < 1)
		return (EINVAL);
	error = control_in(msg, &control);
	if (error != 0)
		return (error);
	error = uio_from_iov(msg->msg_iov, msg->msg_iovlen, 0, UIO_SYSSPACE,
	    UIO_WRITE, &uio);
	if (error != 0) {
		m_freem(control);
		return (error);
	}
	error = sosend(so, msg->msg_name, uio, NULL, control, flags, &sent);
	uio_free(uio);
	error = sent_result(error, sent);
	if (sentlen != NULL)
		*sentlen = sent;
	return (error);
}

errno_t
sock_sendmbuf(socket_t so, const struct msghdr *msg, mbuf_t data, int flags,
    size_t *sentlen)
{
	const struct sockaddr *to = NULL;
	mbuf_t control = NULL;
	size_t sent = 0;
	errno_t error = 0;

	if (so == NULL || data == NULL ||
	    (msg != NULL && (msg->msg_iov != NULL || msg->msg_iovlen != 0)))
		error = EINVAL;
	if (error == 0 && msg != NULL) {
		to = msg->msg_name;
		error = control_in(msg, &control);
	}
	if (error != 0) {
		m_freem(data);
		return (error);
	}
	if ((data->m_flags & MBUF_PKTHDR) == 0) {
		memset(&data->m_pkthdr, 0, sizeof(data->m_pkthdr));
		data->m_flags |= MBUF_PKTHDR;
		data->m_pkthdr.len = (uint32_t)m_length(data);
	}
	error = sosend(so, to, NULL, data, control, flags, &sent);
	error = sent_result(error, sent);
	if (sentlen != NULL)
		*sentlen = sent;
	return (error);
}
