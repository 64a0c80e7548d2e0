/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system: one tree of vnodes in memory, read and write, filled from
 * the initial ram disk (cpio "newc"), with devices under /dev.
 *
 * Paths: absolute, or relative to the process's p_cwd; `.` and `..`,
 * repeated slashes, symbolic links (MAXSYMLINKS).
 */
#ifndef KERNEL_FS_VFS_H
#define KERNEL_FS_VFS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "kernel/file/file.h"

struct proc;
struct vnode;

#define VFS_NAME_MAX	255

struct kdirent {
	uint64_t d_ino;
	uint16_t d_reclen;		/* sizeof(struct kdirent) */
	uint16_t d_namlen;
	uint8_t d_type;			/* DT_REG ... = mode >> 12 */
	char d_name[VFS_NAME_MAX + 1];
};

/* Root of the tree; alive for ever. */
extern struct vnode *rootvnode;

void vfs_init(void);

/*
 * Unpacks a cpio archive under the root.  Broken archives end with an error
 * and keep what came before.
 *
 * Returns:   0, or EFTYPE, ENOSPC, ENOMEM
 */
errno_t vfs_unpack_cpio(const void *data, size_t size);

/* --- vnodes with a reference: vnode_ref/vnode_put ---------------------------------- */
errno_t vfs_lookup(struct proc *p, const char *path, bool follow,
    struct vnode **out);
void vnode_ref(struct vnode *vp);
int vnode_put(struct vnode *vp);

/*
 * Whole-file helpers for the kernel (kext loader, rc): *data is kmalloc'ed
 * with a NUL behind the last byte; kfree it.
 */
errno_t vfs_read_file(const char *path, void **data, size_t *size);
errno_t vfs_write_file(const char *path, const void *data, size_t size,
    mode_t mode);

/*
 * Opens a path as a file without a descriptor: for the kernel itself.
 *
 * Returns:   0, or ENOENT, EACCES, EISDIR, EEXIST, ENOTDIR, ELOOP ...
 */
errno_t vfs_open(struct proc *p, const char *path, int flags, mode_t mode,
    struct file **out);
errno_t vfs_stat(struct proc *p, const char *path, bool follow,
    struct kstat *st);
errno_t vfs_mkdir(struct proc *p, const char *path, mode_t mode);
errno_t vfs_unlink(struct proc *p, const char *path, bool dir);
errno_t vfs_rename(struct proc *p, const char *from, const char *to);
errno_t vfs_symlink(struct proc *p, const char *target, const char *path);
errno_t vfs_readlink(struct proc *p, const char *path, char *buf, size_t size,
    size_t *len);

/* Entry number *cookie of a directory (0 first); ENOENT at the end. */
errno_t vfs_readdir(struct vnode *dp, uint64_t *cookie, struct kdirent *de);

/* Path of a vnode; ENOSPC when buf is too small. */
errno_t vfs_getpath(struct vnode *vp, char *buf, size_t size);

/* Bytes in files, bytes allowed, number of vnodes. */
void vfs_usage(uint64_t *used, uint64_t *limit, unsigned *nodes);

/* --- devices: a node under /dev of the kernel's own ----------------------------- */
struct devops {
	errno_t (*do_open)(void *arg, int flags, struct proc *p);
	errno_t (*do_close)(void *arg, int flags, struct proc *p);
	errno_t (*do_read)(void *arg, struct uio *uio, int flags);
	errno_t (*do_write)(void *arg, struct uio *uio, int flags);
	errno_t (*do_ioctl)(void *arg, u_long cmd, void *data, int flags,
	    struct proc *p);
	int (*do_select)(void *arg, int which, void *wql, struct proc *p);
	errno_t (*do_kqfilter)(void *arg, struct knote *kn);
};
errno_t devfs_add(const char *name, mode_t mode, const struct devops *ops,
    void *arg);
errno_t devfs_delete(const char *name);

/* --- system calls --------------------------------------------------------------- */
errno_t sys_open(struct proc *p, const char *path, int flags, mode_t mode,
    int *fd);
errno_t sys_lseek(struct proc *p, int fd, off_t off, int whence, off_t *rv);
errno_t sys_stat(struct proc *p, const char *path, struct kstat *st);
errno_t sys_lstat(struct proc *p, const char *path, struct kstat *st);
errno_t sys_readdir(struct proc *p, int fd, struct kdirent *de, int *rv);
errno_t sys_unlink(struct proc *p, const char *path);
errno_t sys_rmdir(struct proc *p, const char *path);
errno_t sys_mkdir(struct proc *p, const char *path, mode_t mode);
errno_t sys_rename(struct proc *p, const char *from, const char *to);
errno_t sys_symlink(struct proc *p, const char *target, const char *path);
errno_t sys_readlink(struct proc *p, const char *path, char *buf, size_t size,
    ssize_t *rv);
errno_t sys_chdir(struct proc *p, const char *path);
errno_t sys_getcwd(struct proc *p, char *buf, size_t size);
errno_t sys_chmod(struct proc *p, const char *path, mode_t mode);
errno_t sys_chown(struct proc *p, const char *path, uid_t uid, gid_t gid);
errno_t sys_truncate(struct proc *p, const char *path, off_t len);
errno_t sys_ftruncate(struct proc *p, int fd, off_t len);

#endif /* KERNEL_FS_VFS_H */
