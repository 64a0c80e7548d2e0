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
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

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

int
vnode_isreg(vnode_t vp)
{
	return (V_ISREG(vp));
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

/* --- contexts ------------------------------------------------------------------------- */

vfs_context_t
vfs_context_current(void)
{
	struct proc *p = current_proc();

	__atomic_store_n(&p->p_context.vc_proc, p, __ATOMIC_RELAXED);
	return (&p->p_context);
}

vfs_context_t
vfs_context_create(vfs_context_t from)
{
	struct vfs_context *ctx = kmalloc(sizeof(*ctx), M_WAITOK);

	if (ctx == NULL)
		return (NULL);
	ctx->vc_kext = kext_charge(KRES_MEMORY, (long)sizeof(*ctx));
	if (from == NULL)
		from = vfs_context_current();
	ctx->vc_proc = from->vc_proc;
	proc_ref(ctx->vc_proc);
	if (from->vc_ucred == NULL) {
		ctx->vc_ucred = kauth_cred_proc_ref(ctx->vc_proc);
	} else {
		ctx->vc_ucred = from->vc_ucred;
		kauth_cred_ref(ctx->vc_ucred);
	}
	return (ctx);
}

int
vfs_context_rele(vfs_context_t ctx)
{
	if (ctx == NULL || ctx == &ctx->vc_proc->p_context)
		return (0);
	kauth_cred_unref(&ctx->vc_ucred);
	(void)proc_rele(ctx->vc_proc);
	kext_uncharge(ctx->vc_kext, KRES_MEMORY, (long)sizeof(*ctx));
	kfree(ctx);
	return (0);
}

proc_t
vfs_context_proc(vfs_context_t ctx)
{
	return (ctx->vc_proc);
}

kauth_cred_t
vfs_context_ucred(vfs_context_t ctx)
{
	return (ctx->vc_ucred != NULL ? ctx->vc_ucred :
	    proc_ucred(ctx->vc_proc));
}

int
vfs_context_pid(vfs_context_t ctx)
{
	return (proc_pid(ctx->vc_proc));
}
