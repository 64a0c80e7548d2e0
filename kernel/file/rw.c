/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on descriptors: read, write and their relatives, ioctl, fstat.
 */
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/ioccom.h>
#include <sys/param.h>
#include <sys/signal.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/uio.h"
#include "kernel/proc/proc.h"

/*
 * Moves through uio at the file's own offset (off < 0) or at off.  A transfer
 * that was cut short by an error after some bytes counts as a short one.
 */
static errno_t
transfer(struct proc *p, int fd, struct uio *uio, off_t off, ssize_t *rv)
{
	user_ssize_t wanted = uio_resid(uio);
	bool reading = uio_rw(uio) == UIO_READ, own;
	struct file *fp;
	errno_t error;

	error = fget(p, fd, &fp);
	if (error != 0)
		return (error);
	own = off == -1;
	if ((fp->f_flags & (reading ? FREAD : FWRITE)) == 0) {
		error = EBADF;
		goto out;
	}
	if (!own && !fp->f_ops->fo_seekable) {
		error = ESPIPE;
		goto out;
	}
	if ((reading ? fp->f_ops->fo_read : fp->f_ops->fo_write) == NULL) {
		error = ENXIO;
		goto out;
	}
	if (own && fp->f_ops->fo_seekable) {
		lck_mtx_lock(&fp->f_lock);
		uio_setoffset(uio, fp->f_offset);
	} else {
		own = false;
		uio_setoffset(uio, off == -1 ? 0 : off);
	}
	error = (reading ? fp->f_ops->fo_read : fp->f_ops->fo_write)(fp, uio,
	    p);
	if (own) {
		fp->f_offset = uio_offset(uio);
		lck_mtx_unlock(&fp->f_lock);
	}
	if (error == EPIPE && !reading && !fp->f_nosigpipe &&
	    fp->f_ops->fo_type != FT_SOCKET)
		(void)proc_signal_send(p, SIGPIPE);
	if (error != 0 && uio_resid(uio) != wanted &&
	    (error == ERESTART || error == EINTR || error == EWOULDBLOCK))
		error = 0;
	if (error == 0)
		*rv = (ssize_t)(wanted - uio_resid(uio));
out:
	fput(fp);
	return (error);
}

static errno_t
transfer_one(struct proc *p, int fd, void *buf, size_t len, off_t off, int dir,
    ssize_t *rv)
{
	struct uio uio;

	if (len > SSIZE_MAX)
		return (EINVAL);
	if (dir == UIO_READ ? !user_writable(buf, len) :
	    !user_readable(buf, len))
		return (EFAULT);
	uio_single(&uio, buf, len, 0, UIO_USERSPACE, dir);
	return (transfer(p, fd, &uio, off, rv));
}

errno_t
sys_read(struct proc *p, int fd, void *buf, size_t len, ssize_t *rv)
{
	return (transfer_one(p, fd, buf, len, -1, UIO_READ, rv));
}

errno_t
sys_write(struct proc *p, int fd, const void *buf, size_t len, ssize_t *rv)
{
	return (transfer_one(p, fd, (void *)(uintptr_t)buf, len, -1, UIO_WRITE,
	    rv));
}

errno_t
sys_pread(struct proc *p, int fd, void *buf, size_t len, off_t off,
    ssize_t *rv)
{
	if (off < 0)
		return (EINVAL);
	return (transfer_one(p, fd, buf, len, off, UIO_READ, rv));
}

errno_t
sys_pwrite(struct proc *p, int fd, const void *buf, size_t len, off_t off,
    ssize_t *rv)
{
	if (off < 0)
		return (EINVAL);
	return (transfer_one(p, fd, (void *)(uintptr_t)buf, len, off,
	    UIO_WRITE, rv));
}

static errno_t
transfer_iov(struct proc *p, int fd, const struct iovec *iov, int cnt, int dir,
    ssize_t *rv)
{
	struct uio *uio;
	errno_t error = uio_from_iov(iov, cnt, 0, UIO_USERSPACE, dir, &uio);

	if (error != 0)
		return (error);
	error = transfer(p, fd, uio, -1, rv);
	uio_free(uio);
	return (error);
}

errno_t
sys_readv(struct proc *p, int fd, const struct iovec *iov, int cnt,
    ssize_t *rv)
{
	return (transfer_iov(p, fd, iov, cnt, UIO_READ, rv));
}

errno_t
sys_writev(struct proc *p, int fd, const struct iovec *iov, int cnt,
    ssize_t *rv)
{
	return (transfer_iov(p, fd, iov, cnt, UIO_WRITE, rv));
}

errno_t
sys_ioctl(struct proc *p, int fd, u_long cmd, void *data, int *rv)
{
	size_t len = IOCPARM_LEN(cmd);
	struct file *fp;
	errno_t error;
	int on;

	if (((cmd & IOC_IN) != 0 && !user_readable(data, len)) ||
	    ((cmd & IOC_OUT) != 0 && !user_writable(data, len)))
		return (EFAULT);
	error = fget(p, fd, &fp);
	if (error != 0)
		return (error);
	*rv = 0;
	if ((cmd & (IOC_IN | IOC_OUT)) == IOC_OUT)
		memset(data, 0, len);
	if (cmd == FIONBIO || cmd == FIOASYNC) {
		uint32_t bit = cmd == FIONBIO ? FNONBLOCK : FASYNC;

		memcpy(&on, data, sizeof(on));
		if (on)
			__atomic_or_fetch(&fp->f_flags, bit, __ATOMIC_RELAXED);
		else
			__atomic_and_fetch(&fp->f_flags, ~bit,
			    __ATOMIC_RELAXED);
	}
	if (fp->f_ops->fo_ioctl != NULL)
		error = fp->f_ops->fo_ioctl(fp, cmd, data, p);
	else
		error = ENOTTY;
	if (error == ENOTTY && (cmd == FIONBIO || cmd == FIOASYNC))
		error = 0;
	fput(fp);
	return (error);
}

errno_t
sys_fstat(struct proc *p, int fd, struct kstat *st)
{
	struct file *fp;
	errno_t error;

	if (!user_writable(st, sizeof(*st)))
		return (EFAULT);
	error = fget(p, fd, &fp);
	if (error != 0)
		return (error);
	memset(st, 0, sizeof(*st));
	error = fp->f_ops->fo_stat != NULL ? fp->f_ops->fo_stat(fp, st) : 0;
	fput(fp);
	return (error);
}
