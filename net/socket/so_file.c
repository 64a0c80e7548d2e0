/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A socket as an open file: read, write, ioctl, select, kqueue, close.
 */
#include <sys/time.h>
#include "kernel/file/file.h"

#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include "kernel/file/uio.h"
#include "kernel/proc/proc.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"
#include "net/socket/syscalls.h"

static errno_t
so_fo_read(struct file *fp, struct uio *uio, struct proc *p)
{
	int flags = (fp->f_flags & FNONBLOCK) != 0 ? MSG_NBIO : 0;

	return (soreceive(fp->f_data, NULL, uio, NULL, NULL, &flags, NULL));
}

static errno_t
so_fo_write(struct file *fp, struct uio *uio, struct proc *p)
{
	struct __socket *so = fp->f_data;
	size_t sent = 0;
	errno_t error;

	error = sosend(so, NULL, uio, NULL, NULL,
	    (fp->f_flags & FNONBLOCK) != 0 ? MSG_NBIO : 0, &sent);
	if (sent > 0 && (error == EINTR || error == ERESTART ||
	    error == EWOULDBLOCK))
		error = 0;
	if (error == EPIPE && (so->so_state & SS_NOSIGPIPE) == 0)
		proc_signal(p->p_pid, SIGPIPE);
	return (error);
}

static errno_t
so_fo_ioctl(struct file *fp, u_long cmd, void *data, struct proc *p)
{
	return (soioctl(fp->f_data, cmd, data));
}

static int
so_fo_select(struct file *fp, int which, void *wql, struct proc *p)
{
	return (sopoll(fp->f_data, which, wql) ? 1 : 0);
}

static errno_t
so_fo_kqfilter(struct file *fp, struct knote *kn)
{
	return (sokqfilter(fp->f_data, kn));
}

static errno_t
so_fo_stat(struct file *fp, struct kstat *st)
{
	return (sostat(fp->f_data, st));
}

static errno_t
so_fo_close(struct file *fp)
{
	return (soclose(fp->f_data));
}

const struct fileops socket_fileops = {
	.fo_type = FT_SOCKET,
	.fo_seekable = false,
	.fo_read = so_fo_read,
	.fo_write = so_fo_write,
	.fo_ioctl = so_fo_ioctl,
	.fo_select = so_fo_select,
	.fo_kqfilter = so_fo_kqfilter,
	.fo_stat = so_fo_stat,
	.fo_close = so_fo_close,
};

errno_t
fgetsock(struct proc *p, int fd, struct file **fp, struct __socket **so)
{
	errno_t error = fget_type(p, fd, FT_SOCKET, ENOTSOCK, fp);

	if (error == 0)
		*so = (*fp)->f_data;
	return (error);
}
