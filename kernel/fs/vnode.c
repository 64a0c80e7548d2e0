/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes of the file tree and their place in it (vnode.h).
 */
#include "kernel/fs/vnode.h"

#include <sys/errno.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

static LOCK_GROUP(vfs_grp, "vfs tree");
static LOCK_GROUP(vnode_grp, "vnode");
lck_mtx_t vfs_tree_lock = LCK_MTX_INITIALIZER(vfs_tree_lock, vfs_grp);

struct vnode *rootvnode;
static unsigned nvnodes;		/* a */
static uint32_t last_ino;		/* a */

struct vnode *
vnode_create(mode_t mode, uid_t uid, gid_t gid)
{
	struct vnode *vp = kmalloc(sizeof(*vp), M_WAITOK | M_ZERO);

	if (vp == NULL)
		return (NULL);
	vp->v_refs = 1;
	vp->v_mode = mode;
	vp->v_uid = uid;
	vp->v_gid = gid;
	vp->v_ino = __atomic_add_fetch(&last_ino, 1, __ATOMIC_RELAXED);
	vp->v_next_seq = 2;		/* behind "." and ".." */
	TAILQ_INIT(&vp->v_children);
	lck_mtx_init(&vp->v_lock, &vnode_grp, LCK_ATTR_NULL);
	nanotime(&vp->v_mtime);
	vp->v_ctime = vp->v_mtime;
	__atomic_add_fetch(&nvnodes, 1, __ATOMIC_RELAXED);
	return (vp);
}

void
vnode_ref(struct vnode *vp)
{
	__atomic_add_fetch(&vp->v_refs, 1, __ATOMIC_RELAXED);
}

int
vnode_put(struct vnode *vp)
{
	if (__atomic_sub_fetch(&vp->v_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return (0);
	VERIFY(vp->v_parent == NULL && TAILQ_EMPTY(&vp->v_children));
	vdata_free(vp);
	lck_mtx_destroy(&vp->v_lock, &vnode_grp);
	kfree(vp->v_target);
	kfree(vp->v_name);
	kfree(vp);
	__atomic_sub_fetch(&nvnodes, 1, __ATOMIC_RELAXED);
	return (0);
}

void
vnode_touch(struct vnode *vp)
{
	nanotime(&vp->v_mtime);
	vp->v_ctime = vp->v_mtime;
}

/* --- directories --------------------------------------------------------------------- */

struct vnode *
dir_find(struct vnode *dp, const char *name, size_t len)
{
	struct vnode *vp;

	lck_mtx_assert(&vfs_tree_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_FOREACH(vp, &dp->v_children, v_link) {
		if (strncmp(vp->v_name, name, len) == 0 &&
		    vp->v_name[len] == '\0')
			return (vp);
	}
	return (NULL);
}

/* A removed directory may live on as somebody's working directory. */
bool
dir_linked(const struct vnode *dp)
{
	return (dp->v_parent != NULL || dp == rootvnode);
}

errno_t
dir_link(struct vnode *dp, struct vnode *vp, const char *name, size_t len)
{
	char *copy;

	lck_mtx_assert(&vfs_tree_lock, LCK_MTX_ASSERT_OWNED);
	KASSERT(vp->v_parent == NULL, ("%s is linked already", vp->v_name));
	if (!dir_linked(dp))
		return (ENOENT);
	if (len > VFS_NAME_MAX)
		return (ENAMETOOLONG);
	copy = kmalloc(len + 1, M_WAITOK);
	if (copy == NULL)
		return (ENOSPC);
	memcpy(copy, name, len);
	copy[len] = '\0';
	kfree(vp->v_name);
	vp->v_name = copy;
	vp->v_parent = dp;
	vp->v_seq = dp->v_next_seq++;
	TAILQ_INSERT_TAIL(&dp->v_children, vp, v_link);
	vnode_ref(vp);
	vnode_touch(dp);
	return (0);
}

void
dir_unlink(struct vnode *vp)
{
	lck_mtx_assert(&vfs_tree_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_REMOVE(&vp->v_parent->v_children, vp, v_link);
	vnode_touch(vp->v_parent);
	vp->v_parent = NULL;
	(void)vnode_put(vp);
}

/* --- attributes ----------------------------------------------------------------------- */

errno_t
vnode_access(struct vnode *vp, struct proc *p, int want)
{
	struct ucred *cr = p->p_ucred;
	unsigned have = vp->v_mode & 07;

	if (cr->cr_uid == 0)
		return (0);
	if (cr->cr_uid == vp->v_uid)
		have = (vp->v_mode >> 6) & 07;
	else if (ucred_in_group(cr, vp->v_gid))
		have = (vp->v_mode >> 3) & 07;
	return ((have & (unsigned)want) == (unsigned)want ? 0 : EACCES);
}

errno_t
vnode_may_unlink(struct vnode *dp, struct vnode *vp, struct proc *p)
{
	errno_t error = vnode_access(dp, p, 2);
	uid_t uid = kauth_cred_getuid(p->p_ucred);

	if (error != 0 || (dp->v_mode & V_STICKY) == 0 || uid == 0 ||
	    uid == vp->v_uid || uid == dp->v_uid)
		return (error);
	return (EPERM);
}

void
vnode_stat(struct vnode *vp, struct kstat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = vp->v_mode;
	st->st_nlink = vp->v_parent != NULL || vp == rootvnode;
	st->st_ino = vp->v_ino;
	st->st_uid = vp->v_uid;
	st->st_gid = vp->v_gid;
	st->st_rdev = vp->v_rdev;
	st->st_atimespec = st->st_mtimespec = vp->v_mtime;
	st->st_ctimespec = vp->v_ctime;
	st->st_size = vp->v_target != NULL ? (off_t)strlen(vp->v_target) :
	    vp->v_size;
	st->st_blksize = VBLOCK_SIZE;
	st->st_blocks = (st->st_size + 511) / 512;
}

errno_t
vfs_getpath(struct vnode *vp, char *buf, size_t size)
{
	size_t at = size, len;
	errno_t error = 0;

	if (size < 2)
		return (ENOSPC);
	buf[--at] = '\0';
	lck_mtx_lock(&vfs_tree_lock);
	if (vp == rootvnode)
		buf[--at] = '/';
	for (; vp != rootvnode; vp = vp->v_parent) {
		if (vp->v_parent == NULL) {
			error = ENOENT;
			break;
		}
		len = strlen(vp->v_name);
		if (at < len + 1) {
			error = ENOSPC;
			break;
		}
		at -= len;
		memcpy(buf + at, vp->v_name, len);
		buf[--at] = '/';
	}
	lck_mtx_unlock(&vfs_tree_lock);
	if (error == 0)
		memmove(buf, buf + at, size - at);
	return (error);
}

errno_t
vfs_readdir(struct vnode *dp, uint64_t *cookie, struct kdirent *de)
{
	struct vnode *vp = NULL;
	const char *name = NULL;
	errno_t error = 0;

	if (!V_ISDIR(dp))
		return (ENOTDIR);
	lck_mtx_lock(&vfs_tree_lock);
	if (*cookie < 2) {
		name = *cookie == 0 ? "." : "..";
		vp = *cookie == 1 && dp->v_parent != NULL ? dp->v_parent : dp;
		++*cookie;
	} else {
		TAILQ_FOREACH(vp, &dp->v_children, v_link) {
			if (vp->v_seq >= *cookie)
				break;
		}
		if (vp != NULL) {
			name = vp->v_name;
			*cookie = vp->v_seq + 1;
		}
	}
	if (vp == NULL) {
		error = ENOENT;
	} else {
		memset(de, 0, sizeof(*de));
		de->d_ino = vp->v_ino;
		de->d_reclen = sizeof(*de);
		de->d_type = (uint8_t)((vp->v_mode & S_IFMT) >> 12);
		strlcpy(de->d_name, name, sizeof(de->d_name));
		de->d_namlen = (uint16_t)strlen(de->d_name);
	}
	lck_mtx_unlock(&vfs_tree_lock);
	return (error);
}

void
vfs_usage(uint64_t *used, uint64_t *limit, unsigned *nodes)
{
	vdata_usage(used, limit);
	*nodes = nvnodes;
}
