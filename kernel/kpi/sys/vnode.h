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

/* ioflag of a device's read and write; devices see IO_NDELAY. */
#define IO_UNIT			0x0001
#define IO_APPEND		0x0002
#define IO_SYNC			0x0004
#define IO_NODELOCKED		0x0008
#define IO_NDELAY		0x0010
#define IO_NOZEROFILL		0x0020
#define IO_TAILZEROFILL		0x0040
#define IO_HEADZEROFILL		0x0080

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The path of a vnode.
 * Returns:   0, ENOSPC when the buffer is too small, ENOENT when it has no
 *            name
 * Context:   thread, may block
 * Units:     *len in bytes: the buffer's in, those used with the NUL out
 */
int vn_getpath(struct vnode *vp, char *pathbuf, int *len);

/*
 * The type of a file.
 * Returns:   the type
 * Context:   any thread
 */
enum vtype vnode_vtype(vnode_t vp);

/*
 * Whether a vnode is a directory.
 * Returns:   1 or 0
 * Context:   any thread
 */
int vnode_isdir(vnode_t vp);

/*
 * Whether a vnode is a regular file.
 * Returns:   1 or 0
 * Context:   any thread
 */
int vnode_isreg(vnode_t vp);

/*
 * The generation of a vnode: it changes when the vnode is used for another
 * file.
 * Returns:   the number
 * Context:   any thread
 */
uint32_t vnode_vid(vnode_t vp);

/*
 * Drops the reference of a function that looked a vnode up.
 * Returns:   0
 * Context:   any thread
 */
int vnode_put(vnode_t vp);

/*
 * The file system of a vnode.
 * Returns:   the file system, without a reference
 * Context:   any thread
 */
mount_t vnode_mount(vnode_t vp);

/*
 * The root directory.
 * Returns:   the vnode, or NULL when there is no file system
 * Ownership: the reference is the caller's, dropped with vnode_put()
 * Context:   any thread
 */
vnode_t vfs_rootvnode(void);

/*
 * The context of the current process: it and its credential.
 * Returns:   the context, without a reference
 * Context:   any thread
 */
vfs_context_t vfs_context_current(void);

/*
 * A copy of a context, of the current one for NULL; it keeps its process and
 * its credential.
 * Returns:   the context, or NULL without memory
 * Ownership: the caller's, ended with vfs_context_rele()
 * Context:   thread, may block
 */
vfs_context_t vfs_context_create(vfs_context_t ctx);

/*
 * Ends a context of vfs_context_create(); NULL is allowed, and the current
 * one stays.
 * Returns:   0
 * Context:   any thread
 */
int vfs_context_rele(vfs_context_t ctx);

/*
 * The process of a context.
 * Returns:   the process, without a reference
 * Context:   any thread
 */
proc_t vfs_context_proc(vfs_context_t ctx);

/*
 * The credential of a context.
 * Returns:   the credential, without a reference
 * Context:   any thread
 */
kauth_cred_t vfs_context_ucred(vfs_context_t ctx);

/*
 * The process id of a context.
 * Returns:   the pid
 * Context:   any thread
 */
int vfs_context_pid(vfs_context_t ctx);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_VNODE_H_ */
