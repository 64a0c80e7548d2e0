/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/vnode.h>: files, as far as a network kext meets them.
 */
#ifndef _SYS_VNODE_H_
#define _SYS_VNODE_H_

#include <sys/param.h>
#include <mach/kern_return.h>
#include <mach/vm_types.h>
#include <sys/kernel_types.h>
#include <mach/boolean.h>

enum vtype {
	VNON, VREG, VDIR, VBLK, VCHR, VLNK, VSOCK, VFIFO, VBAD, VSTR, VCPLX
};

#define NULLVP			((struct vnode *)0)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Path of a vnode; *len is the buffer size in, bytes used with NUL out.
 * ENOSPC when too small, ENOENT. Without a file system: ENOTSUP-like failure
 * is acceptable.
 */
int vn_getpath(struct vnode *vp, char *pathbuf, int *len);

/*
 * Type of the file.
 */
enum vtype vnode_vtype(vnode_t vp);

/*
 * 1 when the vnode is a directory.
 */
int vnode_isdir(vnode_t vp);

/*
 * Generation number of a vnode.
 */
uint32_t vnode_vid(vnode_t vp);

/*
 * Drops the use reference of a get function.
 */
int vnode_put(vnode_t vp);

/*
 * File system of a vnode.
 */
mount_t vnode_mount(vnode_t vp);

/*
 * Root vnode with a reference (vnode_put), or NULL. A system without file
 * systems returns NULL.
 */
vnode_t vfs_rootvnode(void);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_VNODE_H_ */
