/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device nodes: /dev, the kernel's own devices (struct devops), and open
 * files of both kinds of device.  Those of a kext's device switch go on to
 * kernel/file/devsw.c.
 */
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/devsw.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/kassert.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

static struct vnode *devdir;		/* /dev, I */

/* --- nodes ----------------------------------------------------------------------------------- */

/*
 * Links a new device node at a path below /dev, making directories on the
 * way.  Returns it referenced.
 */
static errno_t
dev_link(const char *path, struct vnode *vp)
{
	struct vnode *dp = devdir, *next;
	errno_t error;
	size_t len;

	lck_mtx_lock(&vfs_tree_lock);
	for (;;) {
		path += path_slashes(path);
		len = path_component(path);
		if (len == 0) {
			error = EINVAL;
			break;
		}
		next = dir_find(dp, path, len);
		if (path[len] == '\0') {
			error = next != NULL ? EEXIST :
			    dir_link(dp, vp, path, len);
			break;
		}
		if (next == NULL) {
			next = vnode_create(S_IFDIR | 0755, 0, 0);
			error = next == NULL ? ENOMEM :
			    dir_link(dp, next, path, len);
			if (next != NULL)
				(void)vnode_put(next);	/* the tree has one */
			if (error != 0)
				break;
		} else if (!V_ISDIR(next)) {
			error = ENOTDIR;
			break;
		}
		dp = next;
		path += len;
	}
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

errno_t
devnode_make(const char *path, mode_t mode, uid_t uid, gid_t gid, dev_t dev,
    struct vnode **out)
{
	struct vnode *vp = vnode_create((mode_t)(S_IFCHR | (mode & 07777)),
	    uid, gid);
	errno_t error;

	if (vp == NULL)
		return (ENOMEM);
	vp->v_rdev = dev;
	error = dev_link(path, vp);
	if (error != 0) {
		(void)vnode_put(vp);
		return (error);
	}
	*out = vp;
	return (0);
}

void
devnode_remove(struct vnode *vp)
{
	lck_mtx_lock(&vfs_tree_lock);
	if (vp->v_parent != NULL)
		dir_unlink(vp);
	lck_mtx_unlock(&vfs_tree_lock);
	(void)vnode_put(vp);
}

errno_t
devnode_stat(struct vnode *vp, struct kstat *st)
{
	vnode_stat(vp, st);
	return (0);
}

errno_t
devfs_add(const char *name, mode_t mode, const struct devops *ops, void *arg)
{
	struct vnode *vp = vnode_create((mode_t)(S_IFCHR | (mode & 07777)),
	    0, 0);
	errno_t error;

	if (vp == NULL)
		return (ENOMEM);
	vp->v_devops = ops;
	vp->v_devarg = arg;
	error = dev_link(name, vp);
	(void)vnode_put(vp);
	return (error);
}

errno_t
devfs_delete(const char *name)
{
	struct vnode *vp;
	errno_t error = ENOENT;

	lck_mtx_lock(&vfs_tree_lock);
	vp = dir_find(devdir, name, strlen(name));
	if (vp != NULL && V_ISCHR(vp)) {
		dir_unlink(vp);
		error = 0;
	}
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

/* --- open files of the kernel's devices -------------------------------------------------- */

static errno_t
dev_read(struct file *fp, struct uio *uio, struct proc *p)
{
	struct vnode *vp = fp->f_data;

	(void)p;
	if (vp->v_devops->do_read == NULL)
		return (ENXIO);
	return (vp->v_devops->do_read(vp->v_devarg, uio, (int)fp->f_flags));
}

static errno_t
dev_write(struct file *fp, struct uio *uio, struct proc *p)
{
	struct vnode *vp = fp->f_data;

	(void)p;
	if (vp->v_devops->do_write == NULL)
		return (ENXIO);
	return (vp->v_devops->do_write(vp->v_devarg, uio, (int)fp->f_flags));
}

static errno_t
dev_ioctl(struct file *fp, u_long cmd, void *data, struct proc *p)
{
	struct vnode *vp = fp->f_data;

	if (vp->v_devops->do_ioctl == NULL)
		return (cmd == FIONBIO || cmd == FIOASYNC ? 0 : ENOTTY);
	return (vp->v_devops->do_ioctl(vp->v_devarg, cmd, data,
	    (int)fp->f_flags, p));
}

static int
dev_select(struct file *fp, int which, void *wql, struct proc *p)
{
	struct vnode *vp = fp->f_data;

	if (vp->v_devops->do_select == NULL)
		return (1);
	return (vp->v_devops->do_select(vp->v_devarg, which, wql, p));
}

static bool
dev_ready_event(struct knote *kn, long hint)
{
	(void)hint;
	kn->kn_data = 1;
	return (true);
}
static const struct filterops dev_ready_ops = { .f_event = dev_ready_event };

static errno_t
dev_kqfilter(struct file *fp, struct knote *kn)
{
	struct vnode *vp = fp->f_data;

	if (vp->v_devops->do_kqfilter != NULL)
		return (vp->v_devops->do_kqfilter(vp->v_devarg, kn));
	if (vp->v_devops->do_select != NULL)
		return (EINVAL);
	kn->kn_fop = &dev_ready_ops;
	return (0);
}

static errno_t
dev_stat(struct file *fp, struct kstat *st)
{
	vnode_stat(fp->f_data, st);
	return (0);
}

static errno_t
dev_close(struct file *fp)
{
	struct vnode *vp = fp->f_data;
	errno_t error = 0;

	if (vp->v_devops->do_close != NULL)
		error = vp->v_devops->do_close(vp->v_devarg, (int)fp->f_flags,
		    current_proc());
	(void)vnode_put(vp);
	return (error);
}

static const struct fileops dev_fileops = {
	.fo_type = FT_DEVICE,
	.fo_read = dev_read,
	.fo_write = dev_write,
	.fo_ioctl = dev_ioctl,
	.fo_select = dev_select,
	.fo_kqfilter = dev_kqfilter,
	.fo_stat = dev_stat,
	.fo_close = dev_close,
};

errno_t
devnode_open(struct vnode *vp, int flags, struct proc *p, struct file **out)
{
	errno_t error = 0;
	struct file *fp;

	flags &= FREAD | FWRITE | FNONBLOCK | FAPPEND;
	if (vp->v_devops == NULL)
		return (devsw_open(vp, vp->v_rdev, flags, p, out));
	if (vp->v_devops->do_open != NULL)
		error = vp->v_devops->do_open(vp->v_devarg, flags, p);
	if (error != 0)
		return (error);
	fp = file_create(&dev_fileops, vp, flags);
	if (fp == NULL) {
		if (vp->v_devops->do_close != NULL)
			(void)vp->v_devops->do_close(vp->v_devarg, flags, p);
		return (ENOMEM);
	}
	*out = fp;
	return (0);
}

/* --- null, zero, random -------------------------------------------------------------------- */

static errno_t
null_read(void *arg, struct uio *uio, int flags)
{
	(void)arg;
	(void)uio;
	(void)flags;
	return (0);
}

static errno_t
null_write(void *arg, struct uio *uio, int flags)
{
	(void)arg;
	(void)flags;
	uio_update(uio, (user_size_t)uio_resid(uio));
	return (0);
}

static errno_t
zero_read(void *arg, struct uio *uio, int flags)
{
	static const char zeros[1024];
	errno_t error = 0;

	(void)arg;
	(void)flags;
	while (error == 0 && uio_resid(uio) > 0)
		error = uiomove(zeros, sizeof(zeros), uio);
	return (error);
}

static errno_t
random_read(void *arg, struct uio *uio, int flags)
{
	errno_t error = 0;
	char buf[128];

	(void)arg;
	(void)flags;
	while (error == 0 && uio_resid(uio) > 0) {
		rng_bytes(buf, sizeof(buf));
		error = uiomove(buf, sizeof(buf), uio);
	}
	return (error);
}

static errno_t
random_write(void *arg, struct uio *uio, int flags)
{
	errno_t error = 0;
	char buf[128];
	int n;

	(void)arg;
	(void)flags;
	while (error == 0 && uio_resid(uio) > 0) {
		n = (int)MIN(uio_resid(uio), (user_ssize_t)sizeof(buf));
		error = uiomove(buf, n, uio);
		if (error == 0)
			rng_feed(buf, (size_t)n);
	}
	return (error);
}

static const struct devops null_ops = {
	.do_read = null_read, .do_write = null_write,
};
static const struct devops zero_ops = {
	.do_read = zero_read, .do_write = null_write,
};
static const struct devops random_ops = {
	.do_read = random_read, .do_write = random_write,
};

void
devnode_init(void)
{
	devdir = vnode_create(S_IFDIR | 0755, 0, 0);
	VERIFY(devdir != NULL);
	lck_mtx_lock(&vfs_tree_lock);
	VERIFY(dir_link(rootvnode, devdir, "dev", 3) == 0);
	lck_mtx_unlock(&vfs_tree_lock);
	VERIFY(devfs_add("null", 0666, &null_ops, NULL) == 0);
	VERIFY(devfs_add("zero", 0666, &zero_ops, NULL) == 0);
	VERIFY(devfs_add("random", 0666, &random_ops, NULL) == 0);
	VERIFY(devfs_add("urandom", 0666, &random_ops, NULL) == 0);
}
