/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on paths, and those on descriptors that only files have.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/kauth.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"


/* Tells the listeners of file operations about a file at a path. */
static void
fileop(struct proc *p, int action, struct vnode *vp, const char *path)
{
	char full[MAXPATHLEN];

	if (vp == NULL || !kauth_listened(KSCOPE_FILEOP))
		return;
	if (vfs_getpath(vp, full, sizeof(full)) == 0)
		path = full;
	(void)kauth_ask(KSCOPE_FILEOP, p->p_ucred, action, (uintptr_t)vp,
	    (uintptr_t)path, 0, 0, 0);
}

errno_t
sys_open(struct proc *p, const char *path, int flags, mode_t mode, int *fd)
{
	const uint8_t cloexec = FD_CLOEXEC;
	struct file *fp;
	errno_t error;

	error = user_string(path, MAXPATHLEN);
	if (error != 0)
		return (error);
	error = vfs_open(p, path, flags, mode, &fp);
	if (error != 0)
		return (error);
	error = fdinstall(p, fp, 0, fd);
	if (error == 0 && (flags & O_CLOEXEC) != 0)
		error = fd_flags(p, *fd, &cloexec, NULL);
	if (error == 0)
		fileop(p, KAUTH_FILEOP_OPEN, file_vnode(fp), path);
	fput(fp);
	return (error);
}

errno_t
sys_lseek(struct proc *p, int fd, off_t off, int whence, off_t *rv)
{
	struct file *fp;
	struct kstat st;
	errno_t error;
	off_t base = 0;

	error = fget(p, fd, &fp);
	if (error != 0)
		return (error);
	if (!fp->f_ops->fo_seekable) {
		fput(fp);
		return (ESPIPE);
	}
	lck_mtx_lock(&fp->f_lock);
	switch (whence) {
	case 0:
		break;
	case 1:
		base = fp->f_offset;
		break;
	case 2:
		error = fp->f_ops->fo_stat(fp, &st);
		base = st.st_size;
		break;
	default:
		error = EINVAL;
		break;
	}
	if (error == 0 && __builtin_add_overflow(base, off, &base))
		error = EOVERFLOW;
	if (error == 0 && base < 0)
		error = EINVAL;
	if (error == 0)
		*rv = fp->f_offset = base;
	lck_mtx_unlock(&fp->f_lock);
	fput(fp);
	return (error);
}

static errno_t
stat_path(struct proc *p, const char *path, bool follow, struct kstat *st)
{
	errno_t error = user_string(path, MAXPATHLEN);

	if (error == 0 && !user_writable(st, sizeof(*st)))
		error = EFAULT;
	return (error != 0 ? error : vfs_stat(p, path, follow, st));
}

errno_t
sys_stat(struct proc *p, const char *path, struct kstat *st)
{
	return (stat_path(p, path, true, st));
}

errno_t
sys_lstat(struct proc *p, const char *path, struct kstat *st)
{
	return (stat_path(p, path, false, st));
}

/* One entry a call; *rv is 1, or 0 at the end. */
errno_t
sys_readdir(struct proc *p, int fd, struct kdirent *de, int *rv)
{
	struct vnode *vp;
	struct file *fp;
	uint64_t cookie;
	errno_t error;

	if (!user_writable(de, sizeof(*de)))
		return (EFAULT);
	error = fget(p, fd, &fp);
	if (error != 0)
		return (error);
	vp = file_vnode(fp);
	if (vp == NULL || !V_ISDIR(vp)) {
		error = ENOTDIR;
	} else {
		lck_mtx_lock(&fp->f_lock);
		cookie = (uint64_t)fp->f_offset;
		error = vfs_readdir(vp, &cookie, de);
		*rv = error == 0;
		if (error == ENOENT)
			error = 0;
		else
			fp->f_offset = (off_t)cookie;
		lck_mtx_unlock(&fp->f_lock);
	}
	fput(fp);
	return (error);
}

errno_t
sys_unlink(struct proc *p, const char *path)
{
	struct vnode *vp = NULL;
	errno_t error = user_string(path, MAXPATHLEN);

	if (error != 0)
		return (error);
	if (kauth_listened(KSCOPE_FILEOP) &&
	    vfs_lookup(p, path, false, &vp) != 0)
		vp = NULL;
	error = vfs_unlink(p, path, false);
	if (error == 0)
		fileop(p, KAUTH_FILEOP_DELETE, vp, path);
	if (vp != NULL)
		(void)vnode_put(vp);
	return (error);
}

errno_t
sys_rmdir(struct proc *p, const char *path)
{
	errno_t error = user_string(path, MAXPATHLEN);

	return (error != 0 ? error : vfs_unlink(p, path, true));
}

errno_t
sys_mkdir(struct proc *p, const char *path, mode_t mode)
{
	errno_t error = user_string(path, MAXPATHLEN);

	return (error != 0 ? error : vfs_mkdir(p, path, mode));
}

errno_t
sys_rename(struct proc *p, const char *from, const char *to)
{
	errno_t error = user_string(from, MAXPATHLEN);

	if (error == 0)
		error = user_string(to, MAXPATHLEN);
	if (error == 0)
		error = vfs_rename(p, from, to);
	if (error == 0)
		(void)kauth_ask(KSCOPE_FILEOP, p->p_ucred,
		    KAUTH_FILEOP_RENAME, (uintptr_t)from, (uintptr_t)to, 0, 0,
		    0);
	return (error);
}

errno_t
sys_symlink(struct proc *p, const char *target, const char *path)
{
	errno_t error = user_string(target, MAXPATHLEN);

	if (error == 0)
		error = user_string(path, MAXPATHLEN);
	return (error != 0 ? error : vfs_symlink(p, target, path));
}

errno_t
sys_readlink(struct proc *p, const char *path, char *buf, size_t size,
    ssize_t *rv)
{
	errno_t error = user_string(path, MAXPATHLEN);
	size_t len = 0;

	if (error == 0 && !user_writable(buf, size))
		error = EFAULT;
	if (error == 0)
		error = vfs_readlink(p, path, buf, size, &len);
	if (error == 0)
		*rv = (ssize_t)len;
	return (error);
}

errno_t
sys_chdir(struct proc *p, const char *path)
{
	struct vnode *vp, *old;
	errno_t error;

	error = user_string(path, MAXPATHLEN);
	if (error == 0)
		error = vfs_lookup(p, path, true, &vp);
	if (error != 0)
		return (error);
	if (!V_ISDIR(vp))
		error = ENOTDIR;
	else
		error = vnode_access(vp, p, 1);
	if (error != 0) {
		(void)vnode_put(vp);
		return (error);
	}
	lck_mtx_lock(&p->p_lock);
	old = p->p_cwd;
	p->p_cwd = vp;
	lck_mtx_unlock(&p->p_lock);
	if (old != NULL)
		(void)vnode_put(old);
	return (0);
}

errno_t
sys_getcwd(struct proc *p, char *buf, size_t size)
{
	struct vnode *vp;
	errno_t error;

	if (!user_writable(buf, size))
		return (EFAULT);
	lck_mtx_lock(&p->p_lock);
	vp = p->p_cwd != NULL ? p->p_cwd : rootvnode;
	vnode_ref(vp);
	lck_mtx_unlock(&p->p_lock);
	error = vfs_getpath(vp, buf, size);
	(void)vnode_put(vp);
	return (error == ENOSPC ? ERANGE : error);
}

/* Finds the node of a path for a change that its owner may make. */
static errno_t
lookup_owned(struct proc *p, const char *path, struct vnode **out)
{
	struct vnode *vp;
	errno_t error;
	uid_t uid;

	error = user_string(path, MAXPATHLEN);
	if (error == 0)
		error = vfs_lookup(p, path, true, &vp);
	if (error != 0)
		return (error);
	uid = kauth_cred_getuid(p->p_ucred);
	if (uid != 0 && uid != vp->v_uid) {
		(void)vnode_put(vp);
		return (EPERM);
	}
	*out = vp;
	return (0);
}

errno_t
sys_chmod(struct proc *p, const char *path, mode_t mode)
{
	struct vnode *vp;
	errno_t error = lookup_owned(p, path, &vp);

	if (error != 0)
		return (error);
	lck_mtx_lock(&vfs_tree_lock);
	vp->v_mode = (mode_t)((vp->v_mode & S_IFMT) | (mode & 07777));
	lck_mtx_unlock(&vfs_tree_lock);
	(void)vnode_put(vp);
	return (0);
}

errno_t
sys_chown(struct proc *p, const char *path, uid_t uid, gid_t gid)
{
	struct vnode *vp;
	errno_t error = lookup_owned(p, path, &vp);

	if (error != 0)
		return (error);
	/* Only root gives away, or gives to a group it is not in. */
	if (kauth_cred_getuid(p->p_ucred) != 0 &&
	    ((uid != (uid_t)-1 && uid != vp->v_uid) ||
	    (gid != (gid_t)-1 && gid != vp->v_gid &&
	    !ucred_in_group(p->p_ucred, gid)))) {
		error = EPERM;
	} else {
		lck_mtx_lock(&vfs_tree_lock);
		if (uid != (uid_t)-1)
			vp->v_uid = uid;
		if (gid != (gid_t)-1)
			vp->v_gid = gid;
		lck_mtx_unlock(&vfs_tree_lock);
	}
	(void)vnode_put(vp);
	return (error);
}

errno_t
sys_truncate(struct proc *p, const char *path, off_t len)
{
	struct vnode *vp;
	errno_t error;

	error = user_string(path, MAXPATHLEN);
	if (error == 0)
		error = vfs_lookup(p, path, true, &vp);
	if (error != 0)
		return (error);
	if (!V_ISREG(vp))
		error = V_ISDIR(vp) ? EISDIR : EINVAL;
	else if ((error = vnode_access(vp, p, 2)) == 0)
		error = vdata_truncate(vp, len);
	(void)vnode_put(vp);
	return (error);
}

errno_t
sys_ftruncate(struct proc *p, int fd, off_t len)
{
	struct vnode *vp;
	struct file *fp;
	errno_t error = fget(p, fd, &fp);

	if (error != 0)
		return (error);
	vp = file_vnode(fp);
	if (vp == NULL || !V_ISREG(vp) || (fp->f_flags & FWRITE) == 0)
		error = EINVAL;
	else
		error = vdata_truncate(vp, len);
	fput(fp);
	return (error);
}
