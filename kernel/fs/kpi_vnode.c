/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnodes as kexts see them: <sys/vnode.h> and <sys/mount.h>.  There is one
 * file system, so one mount.
 */
#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/vnode.h>
#include <string.h>

#include "kernel/fs/vnode.h"
#include "kernel/mm/pmm.h"

struct mount {
	struct vfsstatfs mnt_stat;
};

static struct mount root_mount;

int
vn_getpath(struct vnode *vp, char *pathbuf, int *len)
{
	errno_t error;

	if (vp == NULL || pathbuf == NULL || len == NULL || *len < 0)
		return (EINVAL);
	error = vfs_getpath(vp, pathbuf, (size_t)*len);
	if (error == 0)
		*len = (int)strlen(pathbuf) + 1;
	return (error);
}

enum vtype
vnode_vtype(vnode_t vp)
{
	switch (vp->v_mode & S_IFMT) {
	case S_IFREG:
		return (VREG);
	case S_IFDIR:
		return (VDIR);
	case S_IFCHR:
		return (VCHR);
	case S_IFLNK:
		return (VLNK);
	default:
		return (VBAD);
	}
}

int
vnode_isdir(vnode_t vp)
{
	return (V_ISDIR(vp));
}

uint32_t
vnode_vid(vnode_t vp)
{
	return (vp->v_ino);
}

mount_t
vnode_mount(vnode_t vp)
{
	(void)vp;
	return (&root_mount);
}

vnode_t
vfs_rootvnode(void)
{
	if (rootvnode != NULL)
		vnode_ref(rootvnode);
	return (rootvnode);
}

struct vfsstatfs *
vfs_statfs(mount_t mp)
{
	struct vfsstatfs *st = &mp->mnt_stat;
	uint64_t used, limit;
	unsigned nodes;

	vfs_usage(&used, &limit, &nodes);
	st->f_bsize = VBLOCK_SIZE;
	st->f_iosize = VBLOCK_SIZE;
	st->f_blocks = limit / VBLOCK_SIZE;
	st->f_bused = used / VBLOCK_SIZE;
	st->f_bfree = st->f_bavail = st->f_blocks - st->f_bused;
	st->f_files = nodes;
	st->f_fsid.val[0] = 1;
	strlcpy(st->f_fstypename, "ramfs", sizeof(st->f_fstypename));
	strlcpy(st->f_mntonname, "/", sizeof(st->f_mntonname));
	strlcpy(st->f_mntfromname, "ramdisk", sizeof(st->f_mntfromname));
	return (st);
}
