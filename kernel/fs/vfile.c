/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files of the tree: opening, reading, writing, whole-file helpers.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/kauth.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

static errno_t
vfile_read(struct file *fp, struct uio *uio, struct proc *p)
{
	struct vnode *vp = fp->f_data;

	(void)p;
	return (V_ISDIR(vp) ? EISDIR : vdata_read(vp, uio));
}

static errno_t
vfile_write(struct file *fp, struct uio *uio, struct proc *p)
{
	(void)p;
	return (vdata_write(fp->f_data, uio, (fp->f_flags & FAPPEND) != 0));
}

static errno_t
vfile_stat(struct file *fp, struct kstat *st)
{
	vnode_stat(fp->f_data, st);
	return (0);
}

static void
tell_closed(struct vnode *vp, int flags)
{
	char path[MAXPATHLEN];

	if (vfs_getpath(vp, path, sizeof(path)) == 0)
		(void)kauth_ask(KSCOPE_FILEOP, current_proc()->p_ucred,
		    KAUTH_FILEOP_CLOSE, (uintptr_t)vp, (uintptr_t)path,
		    (flags & FWRITE) != 0 ? KAUTH_FILEOP_CLOSE_MODIFIED : 0, 0,
		    0);
}

static errno_t
vfile_close(struct file *fp)
{
	if (kauth_listened(KSCOPE_FILEOP))
		tell_closed(fp->f_data, (int)fp->f_flags);
	(void)vnode_put(fp->f_data);
	return (0);
}

const struct fileops vnode_fileops = {
	.fo_type = FT_VNODE,
	.fo_seekable = true,
	.fo_read = vfile_read,
	.fo_write = vfile_write,
	.fo_stat = vfile_stat,
	.fo_close = vfile_close,
};

struct vnode *
file_vnode(struct file *fp)
{
	return (fp->f_ops == &vnode_fileops ? fp->f_data : NULL);
}

/* --- opening ------------------------------------------------------------------------------ */

/* Finds the node, or makes a regular file.  Tree lock held. */
static errno_t
find_or_create(struct proc *p, const char *path, int flags, mode_t mode,
    struct vnode **out, bool *made)
{
	unsigned how = (flags & (O_NOFOLLOW | O_SYMLINK)) ? 0 : LOOKUP_FOLLOW;
	char name[VFS_NAME_MAX + 1];
	struct vnode *dp, *vp = NULL;
	errno_t error;
	size_t len;

	*made = false;
	if ((flags & O_CREAT) == 0)
		return (vfs_walk(p, path, how, NULL, out, NULL, NULL));
	if ((flags & O_EXCL) != 0)
		how = 0;
	error = vfs_walk(p, path, how, &dp, &vp, name, &len);
	if (error != 0)
		return (error);
	if (vp != NULL) {
		if ((flags & O_EXCL) != 0) {
			error = EEXIST;
			(void)vnode_put(vp);
		}
	} else if ((error = vnode_access(dp, p, 2)) == 0) {
		vp = vnode_create((mode_t)(S_IFREG |
		    (mode & 07777 & ~p->p_umask)),
		    kauth_cred_getuid(p->p_ucred), dp->v_gid);
		if (vp == NULL)
			error = ENOSPC;
		else if ((error = dir_link(dp, vp, name, len)) != 0)
			(void)vnode_put(vp);
		else
			*made = true;
	}
	(void)vnode_put(dp);
	if (error == 0)
		*out = vp;
	return (error);
}

static errno_t
check_open(struct vnode *vp, int flags, struct proc *p)
{
	int want = ((flags & FREAD) ? 4 : 0) | ((flags & FWRITE) ? 2 : 0);

	if (V_ISLNK(vp) && (flags & O_SYMLINK) == 0)
		return (ELOOP);
	if (V_ISDIR(vp) && (flags & FWRITE) != 0)
		return (EISDIR);
	if (!V_ISDIR(vp) && (flags & O_DIRECTORY) != 0)
		return (ENOTDIR);
	return (vnode_access(vp, p, want));
}

errno_t
vfs_open(struct proc *p, const char *path, int oflags, mode_t mode,
    struct file **out)
{
	/* O_RDONLY, O_WRONLY, O_RDWR become FREAD, FWRITE, both. */
	int flags = (oflags & ~O_ACCMODE) | ((oflags & O_ACCMODE) + 1);
	struct file *fp;
	struct vnode *vp;
	errno_t error;
	bool made;

	if ((oflags & O_ACCMODE) == O_ACCMODE)
		return (EINVAL);
	lck_mtx_lock(&vfs_tree_lock);
	error = find_or_create(p, path, flags, mode, &vp, &made);
	if (error == 0 && !made) {
		error = check_open(vp, flags, p);
		if (error != 0)
			(void)vnode_put(vp);
	}
	lck_mtx_unlock(&vfs_tree_lock);
	if (error != 0)
		return (error);
	if (V_ISCHR(vp)) {
		error = devnode_open(vp, flags, p, out);
		goto out;
	}
	if ((flags & O_TRUNC) != 0 && (flags & FWRITE) != 0 && V_ISREG(vp))
		error = vdata_truncate(vp, 0);
	if (error == 0) {
		fp = file_create(&vnode_fileops, vp, flags & (FREAD | FWRITE |
		    FNONBLOCK | FAPPEND));
		if (fp == NULL)
			error = ENOMEM;
		else
			*out = fp;
	}
out:
	if (error != 0)
		(void)vnode_put(vp);
	return (error);
}

/* --- whole files ---------------------------------------------------------------------------- */

errno_t
vfs_read_file(const char *path, void **data, size_t *size)
{
	struct vnode *vp;
	struct uio uio;
	char *buf = NULL;
	errno_t error = vfs_lookup(kernproc, path, true, &vp);

	if (error != 0)
		return (error);
	if (!V_ISREG(vp))
		error = V_ISDIR(vp) ? EISDIR : EINVAL;
	else if ((buf = kmalloc((size_t)vp->v_size + 1, M_WAITOK)) == NULL)
		error = ENOMEM;
	if (error == 0) {
		uio_single(&uio, buf, (size_t)vp->v_size, 0, UIO_SYSSPACE,
		    UIO_READ);
		*size = (size_t)vp->v_size;
		error = vdata_read(vp, &uio);
		*size -= (size_t)uio_resid(&uio);
	}
	(void)vnode_put(vp);
	if (error != 0) {
		kfree(buf);
		return (error);
	}
	buf[*size] = '\0';
	*data = buf;
	return (0);
}

errno_t
vfs_write_file(const char *path, const void *data, size_t size, mode_t mode)
{
	struct file *fp;
	struct uio uio;
	errno_t error;

	error = vfs_open(kernproc, path, O_WRONLY | O_CREAT | O_TRUNC, mode,
	    &fp);
	if (error != 0)
		return (error);
	uio_single(&uio, (void *)(uintptr_t)data, size, 0, UIO_SYSSPACE,
	    UIO_WRITE);
	if (fp->f_ops->fo_write != NULL)
		error = fp->f_ops->fo_write(fp, &uio, kernproc);
	fput(fp);
	return (error);
}
