/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a path to a node (vfs_walk), and the calls that are little more.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

static struct vnode *
start_of(struct proc *p, const char *path)
{
	struct vnode *vp = rootvnode;

	if (*path != '/' && p != NULL && p->p_cwd != NULL)
		vp = p->p_cwd;
	vnode_ref(vp);
	return (vp);
}

/* Where a link leads: from its directory, or the root. */
static errno_t
follow(struct vnode **dp, struct vnode *link, const char *rest, char **bufp)
{
	size_t n = strlen(link->v_target) + strlen(rest) + 2;
	char *buf = kmalloc(n, M_WAITOK);

	if (buf == NULL)
		return (ENOMEM);
	strlcpy(buf, link->v_target, n);
	strlcat(buf, "/", n);
	strlcat(buf, rest, n);
	if (rest[0] == '\0')
		buf[strlen(buf) - 1] = '\0';
	if (buf[0] == '/') {
		vnode_ref(rootvnode);
		(void)vnode_put(*dp);
		*dp = rootvnode;
	}
	kfree(*bufp);
	*bufp = buf;
	return (0);
}

/* One component below dp: ".", "..", or a child (referenced) or NULL. */
static struct vnode *
step(struct vnode *dp, const char *name, size_t len)
{
	struct vnode *vp;

	if (len == 1 && name[0] == '.')
		vp = dp;
	else if (len == 2 && name[0] == '.' && name[1] == '.')
		vp = dp->v_parent != NULL ? dp->v_parent : dp;
	else
		vp = dir_find(dp, name, len);
	if (vp != NULL)
		vnode_ref(vp);
	return (vp);
}

errno_t
vfs_walk(struct proc *p, const char *path, unsigned flags,
    struct vnode **dirp, struct vnode **vpp, char *name, size_t *lenp)
{
	struct vnode *dp, *vp;
	char *buf = NULL;
	unsigned links = 0;
	errno_t error = 0;
	size_t len, rest;
	bool last;

	if (rootvnode == NULL || *path == '\0')
		return (ENOENT);
	if (strlen(path) >= MAXPATHLEN)
		return (ENAMETOOLONG);
	dp = start_of(p, path);
	for (;;) {
		path += path_slashes(path);
		len = path_component(path);
		rest = len + path_slashes(path + len);
		last = path[rest] == '\0';
		if (len == 0) {		/* nothing left: the directory itself */
			len = 1;
			path = ".";
			rest = 1;
		}
		if (len > VFS_NAME_MAX) {
			error = ENAMETOOLONG;
			break;
		}
		if (!V_ISDIR(dp)) {
			error = ENOTDIR;
			break;
		}
		error = vnode_access(dp, p, 1);
		if (error != 0)
			break;
		vp = step(dp, path, len);
		if (vp != NULL && V_ISLNK(vp) &&
		    (!last || (flags & LOOKUP_FOLLOW) || path[len] == '/')) {
			if (++links > MAXSYMLINKS)
				error = ELOOP;
			else
				error = follow(&dp, vp, path + rest, &buf);
			(void)vnode_put(vp);
			if (error != 0)
				break;
			path = buf;
			continue;
		}
		if (last) {
			if (vp != NULL && path[len] == '/' && !V_ISDIR(vp))
				error = ENOTDIR;
			else if (vp == NULL && dirp == NULL)
				error = ENOENT;
			if (error != 0) {
				if (vp != NULL)
					(void)vnode_put(vp);
				break;
			}
			if (dirp != NULL) {
				memcpy(name, path, len);
				name[len] = '\0';
				*lenp = len;
				*dirp = dp;
				dp = NULL;
			}
			*vpp = vp;
			break;
		}
		if (vp == NULL) {
			error = ENOENT;
			break;
		}
		(void)vnode_put(dp);
		dp = vp;
		path += rest;
	}
	if (dp != NULL)
		(void)vnode_put(dp);
	kfree(buf);
	return (error);
}

errno_t
vfs_lookup(struct proc *p, const char *path, bool follow_link,
    struct vnode **out)
{
	errno_t error;

	lck_mtx_lock(&vfs_tree_lock);
	error = vfs_walk(p, path, follow_link ? LOOKUP_FOLLOW : 0, NULL, out,
	    NULL, NULL);
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

errno_t
vfs_stat(struct proc *p, const char *path, bool follow_link, struct kstat *st)
{
	struct vnode *vp;
	errno_t error = vfs_lookup(p, path, follow_link, &vp);

	if (error != 0)
		return (error);
	vnode_stat(vp, st);
	(void)vnode_put(vp);
	return (0);
}

/* --- changes ---------------------------------------------------------------------------- */

/* The directory for a new name; EEXIST when it is taken.  Tree lock held. */
static errno_t
walk_new(struct proc *p, const char *path, struct vnode **dp, char *name,
    size_t *len)
{
	struct vnode *vp = NULL;
	errno_t error = vfs_walk(p, path, 0, dp, &vp, name, len);

	if (error != 0)
		return (error);
	if (vp != NULL) {
		(void)vnode_put(vp);
		error = EEXIST;
	} else {
		error = vnode_access(*dp, p, 2);
	}
	if (error != 0)
		(void)vnode_put(*dp);
	return (error);
}

static errno_t
make_node(struct proc *p, const char *path, mode_t mode, const char *target)
{
	char name[VFS_NAME_MAX + 1];
	struct vnode *dp, *vp;
	errno_t error;
	size_t len;

	lck_mtx_lock(&vfs_tree_lock);
	error = walk_new(p, path, &dp, name, &len);
	if (error != 0)
		goto out;
	vp = vnode_create(mode, p->p_ucred != NULL ?
	    kauth_cred_getuid(p->p_ucred) : 0, dp->v_gid);
	if (vp == NULL) {
		error = ENOSPC;
		goto out_dir;
	}
	if (target != NULL) {
		size_t n = strlen(target) + 1;

		vp->v_target = kmalloc(n, M_WAITOK);
		if (vp->v_target == NULL)
			error = ENOSPC;
		else
			memcpy(vp->v_target, target, n);
	}
	if (error == 0)
		error = dir_link(dp, vp, name, len);
	(void)vnode_put(vp);
out_dir:
	(void)vnode_put(dp);
out:
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

errno_t
vfs_mkdir(struct proc *p, const char *path, mode_t mode)
{
	return (make_node(p, path,
	    (mode_t)(S_IFDIR | (mode & 07777 & ~p->p_umask)), NULL));
}

errno_t
vfs_symlink(struct proc *p, const char *target, const char *path)
{
	if (*target == '\0' || strlen(target) >= MAXPATHLEN)
		return (EINVAL);
	return (make_node(p, path, S_IFLNK | 0777, target));
}

errno_t
vfs_readlink(struct proc *p, const char *path, char *buf, size_t size,
    size_t *len)
{
	struct vnode *vp;
	errno_t error = vfs_lookup(p, path, false, &vp);

	if (error != 0)
		return (error);
	if (!V_ISLNK(vp)) {
		error = EINVAL;
	} else {
		*len = MIN(size, strlen(vp->v_target));
		memcpy(buf, vp->v_target, *len);
	}
	(void)vnode_put(vp);
	return (error);
}

errno_t
vfs_unlink(struct proc *p, const char *path, bool dir)
{
	char name[VFS_NAME_MAX + 1];
	struct vnode *dp, *vp = NULL;
	errno_t error;
	size_t len;

	lck_mtx_lock(&vfs_tree_lock);
	error = vfs_walk(p, path, 0, &dp, &vp, name, &len);
	if (error != 0)
		goto out;
	if (vp == NULL) {
		error = ENOENT;
		goto out_nodes;
	}
	error = vnode_may_unlink(dp, vp, p);
	if (error != 0)
		goto out_nodes;
	if (dir && !V_ISDIR(vp))
		error = ENOTDIR;
	else if (!dir && V_ISDIR(vp))
		error = EPERM;
	else if (vp == rootvnode || (dir && strcmp(name, "..") == 0))
		error = EBUSY;
	else if (dir && strcmp(name, ".") == 0)
		error = EINVAL;
	if (error == 0 && dir && !TAILQ_EMPTY(&vp->v_children))
		error = ENOTEMPTY;
	if (error == 0)
		dir_unlink(vp);
out_nodes:
	if (vp != NULL)
		(void)vnode_put(vp);
	(void)vnode_put(dp);
out:
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

/* Whether up is vp or above it.  Tree lock held. */
static bool
is_above(struct vnode *up, struct vnode *vp)
{
	for (; vp != NULL; vp = vp->v_parent) {
		if (vp == up)
			return (true);
	}
	return (false);
}

errno_t
vfs_rename(struct proc *p, const char *from, const char *to)
{
	char name[VFS_NAME_MAX + 1], toname[VFS_NAME_MAX + 1];
	struct vnode *fdp = NULL, *fvp = NULL, *tdp = NULL, *tvp = NULL;
	errno_t error;
	size_t len, tolen;

	lck_mtx_lock(&vfs_tree_lock);
	error = vfs_walk(p, from, 0, &fdp, &fvp, name, &len);
	if (error == 0)
		error = vfs_walk(p, to, 0, &tdp, &tvp, toname, &tolen);
	if (error != 0)
		goto out;
	if (fvp == NULL)
		error = ENOENT;
	else if (fvp == tvp)
		goto out;
	else if (fvp->v_parent != fdp || strcmp(toname, ".") == 0 ||
	    strcmp(toname, "..") == 0 || is_above(fvp, tdp))
		error = EINVAL;
	else if (tvp != NULL && V_ISDIR(tvp) && !V_ISDIR(fvp))
		error = EISDIR;
	else if (tvp != NULL && !V_ISDIR(tvp) && V_ISDIR(fvp))
		error = ENOTDIR;
	else if (tvp != NULL && !TAILQ_EMPTY(&tvp->v_children))
		error = ENOTEMPTY;
	else if (!dir_linked(tdp))
		error = ENOENT;
	if (error == 0)
		error = vnode_may_unlink(fdp, fvp, p);
	if (error == 0)
		error = tvp != NULL ? vnode_may_unlink(tdp, tvp, p) :
		    vnode_access(tdp, p, 2);
	if (error == 0) {
		if (tvp != NULL)
			dir_unlink(tvp);
		dir_unlink(fvp);
		error = dir_link(tdp, fvp, toname, tolen);
		if (error != 0)
			(void)dir_link(fdp, fvp, name, len);
	}
out:
	if (fvp != NULL)
		(void)vnode_put(fvp);
	if (tvp != NULL)
		(void)vnode_put(tvp);
	if (fdp != NULL)
		(void)vnode_put(fdp);
	if (tdp != NULL)
		(void)vnode_put(tdp);
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}
