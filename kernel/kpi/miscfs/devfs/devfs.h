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
 * Removes a node.
 * Context:   thread, may block
 */
void devfs_remove(void *handle);

__END_DECLS
#endif /* KERNEL */

#endif /* _MISCFS_DEVFS_DEVFS_H_ */
