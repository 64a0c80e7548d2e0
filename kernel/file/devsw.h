/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device switches of kexts, between kernel/fs (nodes) and kernel/file.
 */
#ifndef KERNEL_FILE_DEVSW_H
#define KERNEL_FILE_DEVSW_H

#include <sys/types.h>

#include "kernel/file/file.h"

struct vnode;

/* An open file of a device of a switch; consumes vp on success. */
errno_t devsw_open(struct vnode *vp, dev_t dev, int flags, struct proc *p,
    struct file **out);

/* kernel/fs/devnode.c: a node below /dev for dev; *out is referenced. */
errno_t devnode_make(const char *path, mode_t mode, uid_t uid, gid_t gid,
    dev_t dev, struct vnode **out);

/* Takes the node out of the tree and drops the reference. */
void devnode_remove(struct vnode *vp);

errno_t devnode_stat(struct vnode *vp, struct kstat *st);
void vnode_ref(struct vnode *vp);
int vnode_put(struct vnode *vp);

void devnode_init(void);

#endif /* KERNEL_FILE_DEVSW_H */
