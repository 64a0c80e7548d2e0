/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files and descriptor tables (file.h).
 */
#include "kernel/file/file.h"

#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

#define TABLE_FIRST	16		/* slots of a new table */

static LOCK_GROUP(fd_grp, "filedesc");
static LOCK_GROUP(file_grp, "file");
static unsigned nfiles;			/* a */

/* --- files ---------------------------------------------------------------------------- */

struct file *
file_create(const struct fileops *ops, void *data, int flags)
{
	struct file *fp = kmalloc(sizeof(*fp), M_WAITOK | M_ZERO);

	if (fp == NULL)
		return (NULL);
	fp->f_ops = ops;
	fp->f_data = data;
	fp->f_flags = (uint32_t)flags;
	fp->f_refs = 1;
	lck_mtx_init(&fp->f_lock, &file_grp, LCK_ATTR_NULL);
	__atomic_add_fetch(&nfiles, 1, __ATOMIC_RELAXED);
	return (fp);
}

void
file_ref(struct file *fp)
{
	__atomic_add_fetch(&fp->f_refs, 1, __ATOMIC_RELAXED);
}

static void
file_free(struct file *fp)
{
	lck_mtx_destroy(&fp->f_lock, &file_grp);
	__atomic_sub_fetch(&nfiles, 1, __ATOMIC_RELAXED);
	kfree(fp);
}

void
fput(struct file *fp)
{
	if (__atomic_sub_fetch(&fp->f_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	if (fp->f_ops->fo_close != NULL)
		(void)fp->f_ops->fo_close(fp);
	file_free(fp);
}

unsigned
file_count(void)
{
	return (nfiles);
}

/* --- tables ------------------------------------------------------------------------------ */

struct filedesc *
filedesc_create(void)
{
	struct filedesc *fdp = kmalloc(sizeof(*fdp), M_WAITOK | M_ZERO);

	if (fdp == NULL)
		return (NULL);
	lck_mtx_init(&fdp->fd_lock, &fd_grp, LCK_ATTR_NULL);
	fdp->fd_limit = FILE_TABLE_SOFT;
	return (fdp);
}

void
filedesc_destroy(struct filedesc *fdp)
{
	for (int fd = 0; fd < fdp->fd_size; fd++) {
		struct file *fp = fdp->fd_table[fd].fd_file;

		if (fp != NULL) {
			fdp->fd_table[fd].fd_file = NULL;
			fput(fp);
		}
	}
	lck_mtx_destroy(&fdp->fd_lock, &fd_grp);
	kfree(fdp->fd_table);
	kfree(fdp);
}

/* Makes room for slot fd.  fd_lock held. */
static errno_t
grow(struct filedesc *fdp, int fd)
{
	struct fdentry *table;
	int size = fdp->fd_size != 0 ? fdp->fd_size : TABLE_FIRST;

	if (fd >= fdp->fd_limit)
		return (EMFILE);
	if (fd < fdp->fd_size)
		return (0);
	while (size <= fd)
		size *= 2;
	table = kmalloc((size_t)size * sizeof(*table), M_WAITOK | M_ZERO);
	if (table == NULL)
		return (ENOMEM);
	if (fdp->fd_size > 0)
		memcpy(table, fdp->fd_table,
		    (size_t)fdp->fd_size * sizeof(*table));
	kfree(fdp->fd_table);
	fdp->fd_table = table;
	fdp->fd_size = size;
	return (0);
}

/* The lowest free slot from min up.  fd_lock held. */
static errno_t
find_slot(struct filedesc *fdp, int min, int *out)
{
	int fd = MAX(min, fdp->fd_hint);
	errno_t error;

	while (fd < fdp->fd_size && fdp->fd_table[fd].fd_file != NULL)
		fd++;
	error = grow(fdp, fd);
	if (error != 0)
		return (error);
	if (min <= fdp->fd_hint)
		fdp->fd_hint = fd + 1;
	*out = fd;
	return (0);
}

/* fd_lock held. */
static void
fill_slot(struct filedesc *fdp, int fd, struct file *fp)
{
	fdp->fd_table[fd].fd_file = fp;
	fdp->fd_table[fd].fd_flags = 0;
	fdp->fd_used++;
}

/* Puts fp at exactly fd of a new table; consumes the reference. */
errno_t
filedesc_set(struct filedesc *fdp, int fd, struct file *fp)
{
	errno_t error;

	lck_mtx_lock(&fdp->fd_lock);
	error = grow(fdp, fd);
	if (error == 0)
		fill_slot(fdp, fd, fp);
	lck_mtx_unlock(&fdp->fd_lock);
	if (error != 0)
		fput(fp);
	return (error);
}

errno_t
fdinstall(struct proc *p, struct file *fp, int min, int *out)
{
	struct filedesc *fdp = p->p_fd;
	errno_t error;
	int fd;

	if (fdp == NULL)
		return (EMFILE);
	lck_mtx_lock(&fdp->fd_lock);
	error = find_slot(fdp, min, &fd);
	if (error == 0) {
		file_ref(fp);
		fill_slot(fdp, fd, fp);
		*out = fd;
	}
	lck_mtx_unlock(&fdp->fd_lock);
	return (error);
}

errno_t
falloc(struct proc *p, const struct fileops *ops, void *data, int flags,
    int *fd)
{
	struct file *fp = file_create(ops, data, flags);
	errno_t error;

	if (fp == NULL)
		return (ENOMEM);
	error = fdinstall(p, fp, 0, fd);
	if (error != 0)
		file_free(fp);		/* data stays with the caller */
	else
		fput(fp);		/* the table has its own reference */
	return (error);
}

errno_t
fget(struct proc *p, int fd, struct file **fpp)
{
	struct filedesc *fdp = p->p_fd;
	struct file *fp = NULL;

	if (fdp == NULL || fd < 0)
		return (EBADF);
	lck_mtx_lock(&fdp->fd_lock);
	if (fd < fdp->fd_size)
		fp = fdp->fd_table[fd].fd_file;
	if (fp != NULL)
		file_ref(fp);
	lck_mtx_unlock(&fdp->fd_lock);
	if (fp == NULL)
		return (EBADF);
	*fpp = fp;
	return (0);
}

errno_t
fget_type(struct proc *p, int fd, enum file_type type, errno_t wrong,
    struct file **fpp)
{
	struct file *fp;
	errno_t error = fget(p, fd, &fp);

	if (error != 0)
		return (error);
	if (fp->f_ops->fo_type != type) {
		fput(fp);
		return (wrong);
	}
	*fpp = fp;
	return (0);
}

errno_t
fdclose(struct proc *p, int fd)
{
	struct filedesc *fdp = p->p_fd;
	struct file *fp = NULL;

	if (fdp == NULL || fd < 0)
		return (EBADF);
	lck_mtx_lock(&fdp->fd_lock);
	if (fd < fdp->fd_size)
		fp = fdp->fd_table[fd].fd_file;
	if (fp != NULL) {
		fdp->fd_table[fd].fd_file = NULL;
		fdp->fd_used--;
		if (fd < fdp->fd_hint)
			fdp->fd_hint = fd;
	}
	lck_mtx_unlock(&fdp->fd_lock);
	if (fp == NULL)
		return (EBADF);
	kqueue_fd_closed(p, fd, fp);
	fput(fp);
	return (0);
}

errno_t
fd_flags(struct proc *p, int fd, const uint8_t *set, uint8_t *out)
{
	struct filedesc *fdp = p->p_fd;
	errno_t error = EBADF;

	if (fdp == NULL || fd < 0)
		return (EBADF);
	lck_mtx_lock(&fdp->fd_lock);
	if (fd < fdp->fd_size && fdp->fd_table[fd].fd_file != NULL) {
		error = 0;
		if (set != NULL)
			fdp->fd_table[fd].fd_flags = *set;
		if (out != NULL)
			*out = fdp->fd_table[fd].fd_flags;
	}
	lck_mtx_unlock(&fdp->fd_lock);
	return (error);
}

errno_t
sys_close(struct proc *p, int fd)
{
	return (fdclose(p, fd));
}

errno_t
sys_dup(struct proc *p, int fd, int *rv)
{
	struct file *fp;
	errno_t error = fget(p, fd, &fp);

	if (error != 0)
		return (error);
	error = fdinstall(p, fp, 0, rv);
	fput(fp);
	return (error);
}

errno_t
sys_dup2(struct proc *p, int from, int to, int *rv)
{
	struct filedesc *fdp = p->p_fd;
	struct file *fp, *old = NULL;
	errno_t error;

	if (to < 0)
		return (EBADF);
	error = fget(p, from, &fp);
	if (error != 0)
		return (error);
	if (from == to) {
		fput(fp);
		*rv = to;
		return (0);
	}
	lck_mtx_lock(&fdp->fd_lock);
	error = to >= fdp->fd_limit ? EBADF : grow(fdp, to);
	if (error == 0) {
		old = fdp->fd_table[to].fd_file;
		if (old != NULL)
			fdp->fd_used--;
		fill_slot(fdp, to, fp);
		*rv = to;
	}
	lck_mtx_unlock(&fdp->fd_lock);
	if (error != 0)
		fput(fp);
	if (old != NULL) {
		kqueue_fd_closed(p, to, old);
		fput(old);
	}
	return (error);
}

errno_t
sys_fcntl(struct proc *p, int fd, int cmd, long arg, int *rv)
{
	const uint32_t settable = FNONBLOCK | FAPPEND | FASYNC;
	struct filedesc *fdp = p->p_fd;
	struct file *fp;
	errno_t error = fget(p, fd, &fp);
	uint8_t bits = 0;
	uint32_t old;
	int on;

	if (error != 0)
		return (error);
	*rv = 0;
	switch (cmd) {
	case F_DUPFD:
		if (arg < 0 || arg >= fdp->fd_limit)
			error = EINVAL;
		else
			error = fdinstall(p, fp, (int)arg, rv);
		break;
	case F_GETFD:
		error = fd_flags(p, fd, NULL, &bits);
		*rv = bits;
		break;
	case F_SETFD:
		bits = (uint8_t)(arg & FD_CLOEXEC);
		error = fd_flags(p, fd, &bits, NULL);
		break;
	case F_GETFL:
		/* FREAD, FWRITE become O_RDONLY, O_WRONLY, O_RDWR. */
		*rv = (int)(((fp->f_flags & (FREAD | FWRITE)) - 1) |
		    (fp->f_flags & settable));
		break;
	case F_SETFL:
		old = fp->f_flags;
		__atomic_store_n(&fp->f_flags, (old & ~settable) |
		    ((uint32_t)arg & settable), __ATOMIC_RELAXED);
		if (((old ^ (uint32_t)arg) & FNONBLOCK) != 0 &&
		    fp->f_ops->fo_ioctl != NULL) {
			on = (arg & FNONBLOCK) != 0;
			error = fp->f_ops->fo_ioctl(fp, FIONBIO, &on, p);
			if (error == ENOTTY)
				error = 0;	/* the flag alone is enough */
		}
		break;
	case F_GETOWN:
		*rv = fp->f_owner;
		break;
	case F_SETOWN:
		fp->f_owner = (pid_t)arg;
		break;
	case F_SETNOSIGPIPE:
	case F_GETNOSIGPIPE:
		if (cmd == F_SETNOSIGPIPE)
			fp->f_nosigpipe = arg != 0;
		else
			*rv = fp->f_nosigpipe;
		break;
	default:
		error = EINVAL;
		break;
	}
	fput(fp);
	return (error);
}

errno_t
sys_getdtablesize(struct proc *p, int *rv)
{
	*rv = p->p_fd != NULL ? p->p_fd->fd_limit : 0;
	return (0);
}

errno_t
sys_setrlimit_nofile(struct proc *p, int limit)
{
	if (limit < 3 || limit > FILE_TABLE_MAX)
		return (EINVAL);
	lck_mtx_lock(&p->p_fd->fd_lock);
	p->p_fd->fd_limit = limit;
	lck_mtx_unlock(&p->p_fd->fd_lock);
	return (0);
}
