/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree at boot: the root, /dev, and what the ram disks hold.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <string.h>

#include "kernel/bootinfo.h"
#include "kernel/file/devsw.h"
#include "kernel/fs/cpio.h"
#include "kernel/fs/vnode.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

static errno_t
unpack_entry(const struct cpio_entry *ce)
{
	char name[VFS_NAME_MAX + 1];
	struct vnode *dp, *vp = NULL;
	mode_t mode = (mode_t)ce->ce_mode;
	errno_t error;
	size_t len;

	if ((mode & S_IFMT) != S_IFREG && (mode & S_IFMT) != S_IFDIR &&
	    (mode & S_IFMT) != S_IFLNK)
		return (0);		/* nothing else has a meaning here */
	lck_mtx_lock(&vfs_tree_lock);
	error = vfs_walk(kernproc, ce->ce_name, 0, &dp, &vp, name, &len);
	if (error != 0)
		goto out;
	if (vp != NULL) {
		/* Directories may come again; a later file replaces one. */
		if (V_ISDIR(vp)) {
			(void)vnode_put(vp);
			goto out_dir;
		}
		dir_unlink(vp);
		(void)vnode_put(vp);
	}
	vp = vnode_create(mode, ce->ce_uid, ce->ce_gid);
	if (vp == NULL) {
		error = ENOMEM;
		goto out_dir;
	}
	vp->v_mtime.tv_sec = vp->v_ctime.tv_sec = ce->ce_mtime;
	vp->v_mtime.tv_nsec = vp->v_ctime.tv_nsec = 0;
	if (V_ISREG(vp)) {
		vp->v_image = ce->ce_data;
		vp->v_size = ce->ce_size;
	} else if (V_ISLNK(vp)) {
		vp->v_target = kmalloc(ce->ce_size + 1, M_WAITOK);
		if (vp->v_target == NULL) {
			error = ENOMEM;
		} else {
			memcpy(vp->v_target, ce->ce_data, ce->ce_size);
			vp->v_target[ce->ce_size] = '\0';
		}
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
vfs_unpack_cpio(const void *data, size_t size)
{
	struct cpio_entry ce;
	errno_t error;
	size_t off = 0;

	for (;;) {
		error = cpio_next(data, size, &off, &ce);
		if (error != 0)
			return (error == ENOENT ? 0 : error);
		error = unpack_entry(&ce);
		if (error != 0) {
			printf("ram disk: %s: error %d\n", ce.ce_name, error);
			return (error);
		}
	}
}

void
vfs_init(void)
{
	if (rootvnode != NULL)
		return;
	rootvnode = vnode_create(S_IFDIR | 0755, 0, 0);
	VERIFY(rootvnode != NULL);
	devnode_init();
}

/* Everybody's, whatever the kernel's umask says, and sticky. */
static void
make_tmp(void)
{
	struct vnode *vp;

	if (vfs_mkdir(kernproc, "/tmp", 01777) != 0 ||
	    vfs_lookup(kernproc, "/tmp", true, &vp) != 0)
		return;
	vp->v_mode = S_IFDIR | 01777;
	(void)vnode_put(vp);
}

static void
vfs_boot(void)
{
	const char *name;
	const void *data;
	errno_t error;
	size_t size;

	vfs_init();
	make_tmp();
	for (unsigned i = 0; i < boot_info.nmodules; i++) {
		data = boot_module(i, &size, &name);
		if (data == NULL || size < 6 || memcmp(data, "07070", 5) != 0)
			continue;
		error = vfs_unpack_cpio(data, size);
		if (error != 0)
			printf("ram disk %s: error %d\n", name, error);
	}
}
INITCALL_ORDER(INIT_CORE, 20, vfs_boot);
