/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes: a ring of bytes with a reading and a writing end.
 *
 * Writes of up to PIPE_BUF bytes are not mixed with others'; a larger one
 * goes through in pieces.  Each end is a file; the pipe goes with the second.
 */
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/poll.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

#define PIPE_SIZE	16384		/* power of two */

/* l pi_lock */
struct pipe {
	lck_mtx_t pi_lock;
	uint32_t pi_head, pi_tail;	/* l: written, read; free running */
	bool pi_reader, pi_writer;	/* l: end open */
	struct waitq pi_rwq, pi_wwq;	/* sleeping readers, writers */
	struct selq pi_rsel, pi_wsel;
	char pi_buf[PIPE_SIZE];		/* l */
};

static LOCK_GROUP(pipe_grp, "pipe");

static uint32_t
pipe_used(const struct pipe *pi)
{
	return (pi->pi_head - pi->pi_tail);
}

/* Moves n bytes between the ring at position at and uio. */
static errno_t
ring_move(struct pipe *pi, uint32_t at, uint32_t n, struct uio *uio)
{
	uint32_t first = MIN(n, PIPE_SIZE - at % PIPE_SIZE);
	errno_t error;

	error = uiomove(pi->pi_buf + at % PIPE_SIZE, (int)first, uio);
	if (error == 0 && n > first)
		error = uiomove(pi->pi_buf, (int)(n - first), uio);
	return (error);
}

static errno_t
pipe_wait(struct pipe *pi, struct waitq *wq, struct file *fp)
{
	if ((fp->f_flags & FNONBLOCK) != 0)
		return (EWOULDBLOCK);
	return (waitq_sleep(wq, &pi->pi_lock, WAIT_INTERRUPTIBLE, 0) ==
	    THREAD_INTERRUPTED ? EINTR : 0);
}

static errno_t
pipe_read(struct file *fp, struct uio *uio, struct proc *p)
{
	struct pipe *pi = fp->f_data;
	errno_t error = 0;
	uint32_t n;

	(void)p;
	lck_mtx_lock(&pi->pi_lock);
	while (error == 0 && pipe_used(pi) == 0 && pi->pi_writer &&
	    uio_resid(uio) > 0)
		error = pipe_wait(pi, &pi->pi_rwq, fp);
	if (error == 0) {
		n = MIN(pipe_used(pi), (uint32_t)MIN(uio_resid(uio),
		    PIPE_SIZE));
		error = ring_move(pi, pi->pi_tail, n, uio);
		if (error == 0)
			pi->pi_tail += n;
	}
	lck_mtx_unlock(&pi->pi_lock);
	if (error == 0) {
		(void)waitq_wake_all(&pi->pi_wwq);
		selwakeup_q(&pi->pi_wsel);
	}
	return (error);
}

static errno_t
pipe_write(struct file *fp, struct uio *uio, struct proc *p)
{
	struct pipe *pi = fp->f_data;
	uint32_t need, n;
	errno_t error = 0;

	(void)p;
	lck_mtx_lock(&pi->pi_lock);
	while (error == 0 && uio_resid(uio) > 0) {
		if (!pi->pi_reader) {
			error = EPIPE;
			break;
		}
		need = uio_resid(uio) <= PIPE_BUF ? (uint32_t)uio_resid(uio) :
		    1;
		if (PIPE_SIZE - pipe_used(pi) < need) {
			error = pipe_wait(pi, &pi->pi_wwq, fp);
			continue;
		}
		n = (uint32_t)MIN((user_ssize_t)(PIPE_SIZE - pipe_used(pi)),
		    uio_resid(uio));
		error = ring_move(pi, pi->pi_head, n, uio);
		if (error == 0) {
			pi->pi_head += n;
			(void)waitq_wake_all(&pi->pi_rwq);
			selwakeup_q(&pi->pi_rsel);
		}
	}
	lck_mtx_unlock(&pi->pi_lock);
	return (error);
}

static errno_t
pipe_ioctl(struct file *fp, u_long cmd, void *data, struct proc *p)
{
	struct pipe *pi = fp->f_data;
	int n;

	(void)p;
	switch (cmd) {
	case FIONREAD:
		n = (int)pipe_used(pi);
		memcpy(data, &n, sizeof(n));
		return (0);
	case FIONBIO:
	case FIOASYNC:
		return (0);
	default:
		return (ENOTTY);
	}
}

static int
pipe_select(struct file *fp, int which, void *wql, struct proc *p)
{
	struct pipe *pi = fp->f_data;
	int ready = 0;

	(void)p;
	lck_mtx_lock(&pi->pi_lock);
	if (which == FREAD && (fp->f_flags & FREAD) != 0) {
		ready = pipe_used(pi) > 0 || !pi->pi_writer;
		if (!ready)
			selrecord_q(&pi->pi_rsel, wql);
	} else if (which == FWRITE && (fp->f_flags & FWRITE) != 0) {
		ready = PIPE_SIZE - pipe_used(pi) >= PIPE_BUF || !pi->pi_reader;
		if (!ready)
			selrecord_q(&pi->pi_wsel, wql);
	}
	lck_mtx_unlock(&pi->pi_lock);
	return (ready);
}

static int
pipe_hangup(struct file *fp)
{
	struct pipe *pi = fp->f_data;

	if ((fp->f_flags & FREAD) != 0)
		return (pi->pi_writer ? 0 : POLLHUP);
	return (pi->pi_reader ? 0 : POLLHUP);
}

static bool
pipe_revent(struct knote *kn, long hint)
{
	struct pipe *pi = kn->kn_hook;

	(void)hint;
	kn->kn_data = pipe_used(pi);
	if (!pi->pi_writer) {
		kn->kn_flags |= EV_EOF;
		return (true);
	}
	return (kn->kn_data > 0);
}
static const struct filterops pipe_rops = { .f_event = pipe_revent };

static bool
pipe_wevent(struct knote *kn, long hint)
{
	struct pipe *pi = kn->kn_hook;

	(void)hint;
	kn->kn_data = PIPE_SIZE - pipe_used(pi);
	if (!pi->pi_reader) {
		kn->kn_flags |= EV_EOF;
		return (true);
	}
	return (kn->kn_data >= PIPE_BUF);
}
static const struct filterops pipe_wops = { .f_event = pipe_wevent };

static errno_t
pipe_kqfilter(struct file *fp, struct knote *kn)
{
	struct pipe *pi = fp->f_data;

	kn->kn_hook = pi;
	if (kn->kn_filter == EVFILT_READ && (fp->f_flags & FREAD) != 0) {
		kn->kn_fop = &pipe_rops;
		selq_note(&pi->pi_rsel, kn);
	} else if (kn->kn_filter == EVFILT_WRITE &&
	    (fp->f_flags & FWRITE) != 0) {
		kn->kn_fop = &pipe_wops;
		selq_note(&pi->pi_wsel, kn);
	} else {
		return (EINVAL);
	}
	return (0);
}

static errno_t
pipe_stat(struct file *fp, struct kstat *st)
{
	struct pipe *pi = fp->f_data;

	st->st_mode = S_IFIFO | 0600;
	st->st_size = pipe_used(pi);
	st->st_blksize = PIPE_BUF;
	return (0);
}

static void
pipe_free(struct pipe *pi)
{
	selq_fini(&pi->pi_rsel);
	selq_fini(&pi->pi_wsel);
	lck_mtx_destroy(&pi->pi_lock, &pipe_grp);
	kfree(pi);
}

static errno_t
pipe_close(struct file *fp)
{
	struct pipe *pi = fp->f_data;
	bool last;

	lck_mtx_lock(&pi->pi_lock);
	if ((fp->f_flags & FREAD) != 0)
		pi->pi_reader = false;
	else
		pi->pi_writer = false;
	last = !pi->pi_reader && !pi->pi_writer;
	(void)waitq_wake_all(&pi->pi_rwq);
	(void)waitq_wake_all(&pi->pi_wwq);
	selwakeup_q(&pi->pi_rsel);
	selwakeup_q(&pi->pi_wsel);
	lck_mtx_unlock(&pi->pi_lock);
	if (last)
		pipe_free(pi);
	return (0);
}

static const struct fileops pipe_fileops = {
	.fo_type = FT_PIPE,
	.fo_read = pipe_read,
	.fo_write = pipe_write,
	.fo_ioctl = pipe_ioctl,
	.fo_select = pipe_select,
	.fo_hangup = pipe_hangup,
	.fo_kqfilter = pipe_kqfilter,
	.fo_stat = pipe_stat,
	.fo_close = pipe_close,
};

errno_t
sys_pipe(struct proc *p, int fds[2])
{
	struct pipe *pi;
	errno_t error;

	if (!user_writable(fds, 2 * sizeof(int)))
		return (EFAULT);
	pi = kmalloc(sizeof(*pi), M_WAITOK | M_ZERO);
	if (pi == NULL)
		return (ENOMEM);
	lck_mtx_init(&pi->pi_lock, &pipe_grp, LCK_ATTR_NULL);
	waitq_init(&pi->pi_rwq);
	waitq_init(&pi->pi_wwq);
	selq_init(&pi->pi_rsel);
	selq_init(&pi->pi_wsel);
	pi->pi_reader = true;
	error = falloc(p, &pipe_fileops, pi, FREAD, &fds[0]);
	if (error != 0) {
		pipe_free(pi);
		return (error);
	}
	pi->pi_writer = true;
	error = falloc(p, &pipe_fileops, pi, FWRITE, &fds[1]);
	if (error != 0) {
		pi->pi_writer = false;
		(void)fdclose(p, fds[0]);	/* frees the pipe */
	}
	return (error);
}
