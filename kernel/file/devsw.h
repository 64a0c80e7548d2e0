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

/*
 * kernel/file/devfs.c: the device that an opening of a node gets: *dev is
 * replaced when the node clones, and *out then goes to devclone_free() with
 * it after the close; else *out is NULL.
 *
 * Returns:   0, or ENOMEM when the kext has no device left, ENXIO
 * Locks:     none held
 */
struct devclone;
errno_t devclone_alloc(struct vnode *vp, dev_t *dev, struct devclone **out);
void devclone_free(struct devclone *dc, dev_t dev);

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
