/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <miscfs/devfs/devfs.h>: nodes of /dev.
 */
#ifndef _MISCFS_DEVFS_DEVFS_H_
#define _MISCFS_DEVFS_DEVFS_H_

#include <sys/types.h>
#include <sys/cdefs.h>

#define DEVFS_CHAR		0
#define DEVFS_BLOCK		1
#define DEVFS_CLONE_ALLOC	1
#define DEVFS_CLONE_FREE	0

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Makes a node of /dev; the name comes from fmt in printf()'s formats.
 * Returns:   a handle, or NULL
 * Ownership: ended with devfs_remove()
 * Context:   thread, may block
 */
void *devfs_make_node(dev_t dev, int chrblk, uid_t uid, gid_t gid, int perms,
    const char *fmt, ...);

/*
 * Makes a node whose every opening is a device of its own: clone(dev,
 * DEVFS_CLONE_ALLOC) gives the minor number of the device that is opened (-1:
 * none is left), clone(that device, DEVFS_CLONE_FREE) takes it back after the
 * last close. clone may block and is called without a lock.
 * Returns:   a handle, or NULL
 * Ownership: ended with devfs_remove()
 * Context:   thread, may block
 */
void *devfs_make_node_clone(dev_t dev, int chrblk, uid_t uid, gid_t gid,
    int perms, int (*clone)(dev_t dev, int action), const char *fmt, ...);

/*
 * Removes a node; a clone function that runs is waited for, and none is called
 * for the node any more.
 * Context:   thread, may block
 */
void devfs_remove(void *handle);

__END_DECLS
#endif /* KERNEL */

#endif /* _MISCFS_DEVFS_DEVFS_H_ */
