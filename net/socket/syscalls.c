/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bodies of the socket system calls.
 *
 * A program's addresses are checked and its names and options copied before
 * the socket layer, and any filter, sees them.
 */
#include "net/socket/syscalls.h"

#include <sys/time.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <string.h>
#include "kernel/file/file.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define OPTVAL_MAX	8192	/* largest option value */

union sockname {
	struct sockaddr sa;
	struct sockaddr_storage ss;
	char bytes[SOCK_MAXADDRLEN + 1];
};

/* A program's name into the kernel, with its length in sa_len. */
static errno_t
name_in(union sockname *to, const struct sockaddr *from, socklen_t len)
{
	if (len > SOCK_MAXADDRLEN)
		return (ENAMETOOLONG);
	if (len < __builtin_offsetof(struct sockaddr, sa_data))
		return (EINVAL);
	if (!user_readable(from, len))
		return (EFAULT);
	memset(to, 0, sizeof(*to));
	memcpy(to->bytes, from, len);
	to->sa.sa_len = (uint8_t)len;
	return (0);
}

/* Whether a name can go to the program; asked before anything is consumed. */
static bool
name_room(struct sockaddr *to, socklen_t *len)
{
	return (to == NULL || (user_writable(len, sizeof(*len)) &&
	    user_writable(to, *len)));
}

/* A name to the program: cut to *len, which returns the whole length. */
static errno_t
name_out(struct sockaddr *to, socklen_t *len, const struct sockaddr *from)
{
	socklen_t n = from->sa_len;

	if (to == NULL)
		return (0);
	if (!name_room(to, len))
		return (EFAULT);
	if (n > *len)
		n = *len;
	memcpy(to, from, n);
	*len = from->sa_len;
	return (0);
}

/* --- making ----------------------------------------------------------------------- */

errno_t
sys_socket(struct proc *p, int domain, int type, int protocol, int *rv)
{
	struct __socket *so;
	errno_t error;
	int fd;

	error = socreate(domain, type, protocol, 0, &so);
	if (error != 0)
		return (error);
	error = falloc(p, &socket_fileops, so, FREAD | FWRITE, &fd);
	if (error != 0) {
		(void)soclose(so);
		return (error);
	}
	*rv = fd;
	return (0);
}

errno_t
sys_socketpair(struct proc *p, int domain, int type, int protocol, int fds[2])
{
	struct __socket *so[2];
	int fd[2];
	errno_t error;

	if (!user_writable(fds, 2 * sizeof(int)))
		return (EFAULT);
	error = socreate(domain, type, protocol, 0, &so[0]);
	if (error != 0)
		return (error);
	error = socreate(domain, type, protocol, 0, &so[1]);
	if (error != 0)
		goto fail_first;
	error = soconnect2(so[0], so[1]);
	if (error == 0 && type == SOCK_DGRAM)
		error = soconnect2(so[1], so[0]);
	if (error != 0)
		goto fail_second;
	error = falloc(p, &socket_fileops, so[0], FREAD | FWRITE, &fd[0]);
	if (error != 0)
		goto fail_second;
	error = falloc(p, &socket_fileops, so[1], FREAD | FWRITE, &fd[1]);
	if (error != 0) {
		(void)fdclose(p, fd[0]);
		(void)soclose(so[1]);
		return (error);
	}
	fds[0] = fd[0];
	fds[1] = fd[1];
	return (0);

fail_second:
	(void)soclose(so[1]);
fail_first:
	(void)soclose(so[0]);
	return (error);
}

/* --- connections --------------------------------------------------------------------- */

errno_t
sys_bind(struct proc *p, int fd, const struct sockaddr *sa, socklen_t len)
{
	union sockname name;
	struct file *fp;
	struct __socket *so;
	errno_t error;

	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = name_in(&name, sa, len);
	if (error == 0)
		error = sobind(so, &name.sa);
	fput(fp);
	return (error);
}

errno_t
sys_listen(struct proc *p, int fd, int backlog)
{
	struct file *fp;
	struct __socket *so;
	errno_t error;

	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = solisten(so, backlog);
	fput(fp);
	return (error);
}

errno_t
sys_accept(struct proc *p, int fd, struct sockaddr *sa, socklen_t *len,
    int *rv)
{
	struct sockaddr_storage peer;
	struct __socket *so, *child;
	struct file *fp;
	errno_t error;
	int newfd;

	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	if (!name_room(sa, len)) {
		error = EFAULT;
		goto out;
	}
	error = soaccept(so, (fp->f_flags & FNONBLOCK) != 0, &peer, &child);
	if (error != 0)
		goto out;
	socket_lock(child);
	child->so_pid = p->p_pid;
	socket_unlock(child);
	error = falloc(p, &socket_fileops, child, FREAD | FWRITE |
	    (fp->f_flags & FNONBLOCK), &newfd);
	if (error != 0) {
		(void)soclose(child);
		goto out;
	}
	(void)name_out(sa, len, (struct sockaddr *)&peer);
	*rv = newfd;
out:
	fput(fp);
	return (error);
}

errno_t
sys_connect(struct proc *p, int fd, const struct sockaddr *sa, socklen_t len)
{
	union sockname name;
	struct file *fp;
	struct __socket *so;
	errno_t error;

	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = name_in(&name, sa, len);
	if (error == 0)
		error = soconnect(so, &name.sa,
		    (fp->f_flags & FNONBLOCK) != 0 ? SOCONN_NBIO : 0);
	fput(fp);
	return (error == ERESTART ? EINTR : error);
}

errno_t
sys_shutdown(struct proc *p, int fd, int how)
{
	struct file *fp;
	struct __socket *so;
	errno_t error;

	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = soshutdown(so, how);
	fput(fp);
	return (error);
}

/* --- data ---------------------------------------------------------------------------- */

/* The program's control bytes as an mbuf. */
static errno_t
control_in(const struct msghdr *msg, mbuf_t *out)
{
	mbuf_t m;

	*out = NULL;
	if (msg->msg_control == NULL || msg->msg_controllen == 0)
		return (0);
	if (msg->msg_controllen < sizeof(struct cmsghdr))
		return (EINVAL);
	if (msg->msg_controllen > MCLBYTES)
		return (ENOBUFS);
	if (!user_readable(msg->msg_control, msg->msg_controllen))
		return (EFAULT);
	m = m_getcl(MBUF_WAITOK, MBUF_TYPE_CONTROL, 0);
	if (m == NULL)
		return (ENOBUFS);
	memcpy(m->m_data, msg->msg_control, msg->msg_controllen);
	m->m_len = (uint16_t)msg->msg_controllen;
	*out = m;
	return (0);
}

static errno_t
send_common(struct proc *p, struct file *fp, struct __socket *so,
    const struct sockaddr *to, socklen_t tolen, struct uio *uio,
    mbuf_t control, int flags, ssize_t *rv)
{
	union sockname name;
	size_t sent = 0;
	errno_t error = 0;

	if (to != NULL) {
		error = name_in(&name, to, tolen);
		if (error != 0) {
			m_freem(control);
			return (error);
		}
	}
	flags &= ~MSG_NBIO;
	if ((fp->f_flags & FNONBLOCK) != 0 || (flags & MSG_DONTWAIT) != 0)
		flags |= MSG_NBIO;
	error = sosend(so, to != NULL ? &name.sa : NULL, uio, NULL, control,
	    flags, &sent);
	if (sent > 0 && (error == EINTR || error == ERESTART ||
	    error == EWOULDBLOCK))
		error = 0;
	if (error == EPIPE && (so->so_state & SS_NOSIGPIPE) == 0)
		proc_signal(p->p_pid, SIGPIPE);
	if (error == 0)
		*rv = (ssize_t)sent;
	return (error);
}

errno_t
sys_sendto(struct proc *p, int fd, const void *buf, size_t n, int flags,
    const struct sockaddr *to, socklen_t tolen, ssize_t *rv)
{
	struct uio uio;
	struct file *fp;
	struct __socket *so;
	errno_t error;

	if (n > INT_MAX)
		return (EINVAL);
	if (!user_readable(buf, n))
		return (EFAULT);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	uio_single(&uio, (void *)(uintptr_t)buf, n, 0, UIO_SYSSPACE,
	    UIO_WRITE);
	error = send_common(p, fp, so, to, tolen, &uio, NULL, flags, rv);
	fput(fp);
	return (error);
}

errno_t
sys_sendmsg(struct proc *p, int fd, const struct msghdr *msg, int flags,
    ssize_t *rv)
{
	mbuf_t control = NULL;
	struct file *fp;
	struct __socket *so;
	uio_t uio;
	errno_t error;

	if (!user_readable(msg, sizeof(*msg)))
		return (EFAULT);
	if (msg->msg_iovlen > UIO_MAXIOV)
		return (EMSGSIZE);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = uio_from_iov(msg->msg_iov, msg->msg_iovlen, 0, UIO_SYSSPACE,
	    UIO_WRITE, &uio);
	if (error != 0)
		goto out;
	error = control_in(msg, &control);
	if (error == 0)
		error = send_common(p, fp, so, msg->msg_name,
		    msg->msg_namelen, uio, control, flags, rv);
	uio_free(uio);
out:
	fput(fp);
	return (error);
}

/* A reader's flags: a nonblocking file is a nonblocking read. */
static int
recv_flags(const struct file *fp, int flags)
{
	flags &= ~MSG_NBIO;
	return ((fp->f_flags & FNONBLOCK) != 0 ? flags | MSG_NBIO : flags);
}

errno_t
sys_recvfrom(struct proc *p, int fd, void *buf, size_t n, int flags,
    struct sockaddr *from, socklen_t *fromlen, ssize_t *rv)
{
	struct sockaddr_storage ss;
	struct uio uio;
	struct file *fp;
	struct __socket *so;
	errno_t error;

	if (n > INT_MAX)
		return (EINVAL);
	if (!user_writable(buf, n) || !name_room(from, fromlen))
		return (EFAULT);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	ss.ss_len = 0;
	flags = recv_flags(fp, flags);
	uio_single(&uio, buf, n, 0, UIO_SYSSPACE, UIO_READ);
	error = soreceive(so, from != NULL ? &ss : NULL, &uio, NULL, NULL,
	    &flags, NULL);
	if (error == 0 && from != NULL)
		error = name_out(from, fromlen, (struct sockaddr *)&ss);
	if (error == 0)
		*rv = (ssize_t)(n - (size_t)uio_resid(&uio));
	fput(fp);
	return (error);
}

/* Control messages to the program; descriptors get their numbers here. */
static void
control_out(struct proc *p, struct __socket *so, struct msghdr *msg,
    mbuf_t control)
{
	size_t room = msg->msg_controllen, used = 0, n;
	mbuf_t m;

	if (msg->msg_control == NULL || !user_writable(msg->msg_control, room))
		room = 0;
	for (m = control; m != NULL; m = m->m_next) {
		if (so->so_proto->pr_externalize != NULL)
			so->so_proto->pr_externalize(m, p, room - used);
		n = m->m_len;
		if (n > room - used) {
			msg->msg_flags |= MSG_CTRUNC;
			n = room - used;
		}
		if (n > 0)
			memcpy((char *)msg->msg_control + used, m->m_data, n);
		used += n;
	}
	msg->msg_controllen = (socklen_t)used;
}

errno_t
sys_recvmsg(struct proc *p, int fd, struct msghdr *msg, int flags, ssize_t *rv)
{
	struct sockaddr_storage ss;
	mbuf_t control = NULL;
	struct file *fp;
	struct __socket *so;
	uio_t uio;
	size_t want;
	errno_t error;

	if (!user_writable(msg, sizeof(*msg)) ||
	    !name_room(msg->msg_name, &msg->msg_namelen))
		return (EFAULT);
	if (msg->msg_iovlen > UIO_MAXIOV)
		return (EMSGSIZE);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = uio_from_iov(msg->msg_iov, msg->msg_iovlen, 0, UIO_SYSSPACE,
	    UIO_READ, &uio);
	if (error != 0)
		goto out;
	ss.ss_len = 0;
	flags = recv_flags(fp, flags);
	want = (size_t)uio_resid(uio);
	error = soreceive(so, &ss, uio, NULL, &control, &flags, NULL);
	if (error == 0) {
		msg->msg_flags = flags;
		if (msg->msg_name != NULL)
			error = name_out(msg->msg_name, &msg->msg_namelen,
			    (struct sockaddr *)&ss);
		control_out(p, so, msg, control);
		m_freem(control);
		*rv = (ssize_t)(want - (size_t)uio_resid(uio));
	}
	uio_free(uio);
out:
	fput(fp);
	return (error);
}

/* --- options and names ---------------------------------------------------------------- */

errno_t
sys_setsockopt(struct proc *p, int fd, int level, int name, const void *val,
    socklen_t len)
{
	struct __sockopt sopt = {
		.sopt_level = level, .sopt_name = name, .sopt_valsize = len,
	};
	struct file *fp;
	struct __socket *so;
	void *copy = NULL;
	errno_t error;

	if (len > OPTVAL_MAX || (val == NULL && len != 0))
		return (val == NULL ? EFAULT : EINVAL);
	if (!user_readable(val, len))
		return (EFAULT);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	if (len > 0) {
		copy = kmalloc(len, M_WAITOK);
		if (copy == NULL) {
			error = ENOBUFS;
			goto out;
		}
		memcpy(copy, val, len);
	}
	sopt.sopt_val = copy;
	error = sosetopt(so, &sopt);
	kfree(copy);
out:
	fput(fp);
	return (error);
}

errno_t
sys_getsockopt(struct proc *p, int fd, int level, int name, void *val,
    socklen_t *len)
{
	struct __sockopt sopt = { .sopt_level = level, .sopt_name = name };
	struct file *fp;
	struct __socket *so;
	errno_t error;

	if (!user_writable(len, sizeof(*len)))
		return (EFAULT);
	if (val != NULL && !user_writable(val, *len))
		return (EFAULT);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	sopt.sopt_val = val;
	sopt.sopt_valsize = val != NULL ? *len : 0;
	error = sogetopt(so, &sopt);
	if (error == 0)
		*len = (socklen_t)sopt.sopt_valsize;
	fput(fp);
	return (error);
}

static errno_t
sys_getname(struct proc *p, int fd, struct sockaddr *sa, socklen_t *len,
    errno_t (*get)(struct __socket *, struct sockaddr **))
{
	struct sockaddr *name;
	struct file *fp;
	struct __socket *so;
	errno_t error;

	if (sa == NULL || len == NULL)
		return (EFAULT);
	error = fgetsock(p, fd, &fp, &so);
	if (error != 0)
		return (error);
	error = get(so, &name);
	if (error == 0) {
		error = name_out(sa, len, name);
		_FREE(name, M_SONAME);
	}
	fput(fp);
	return (error);
}

errno_t
sys_getsockname(struct proc *p, int fd, struct sockaddr *sa, socklen_t *len)
{
	return (sys_getname(p, fd, sa, len, sosockname_filtered));
}

errno_t
sys_getpeername(struct proc *p, int fd, struct sockaddr *sa, socklen_t *len)
{
	return (sys_getname(p, fd, sa, len, sopeername_filtered));
}
