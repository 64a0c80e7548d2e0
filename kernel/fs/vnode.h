/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The node of the file tree, inside kernel/fs.
 *
 * One structure for every kind of file.  Names live in the nodes (no hard
 * links): a node is in at most one directory.  The tree holds a reference on
 * what is linked; open files, working directories and look-ups hold others;
 * data goes with the last one.
 *
 * Locks: T the tree lock (structure, names, modes), d v_lock (contents), I
 * immutable, a atomic.  v_lock is taken after the tree lock.
 */
#ifndef KERNEL_FS_VNODE_H
#define KERNEL_FS_VNODE_H

#include <sys/queue.h>
#include <sys/time.h>
#include <sys/types.h>

#include "kernel/fs/vfs.h"
#include "kernel/sync/lock.h"

struct devops;

#define VBLOCK_SIZE	4096		/* bytes in a block of a file */

TAILQ_HEAD(vnode_list, vnode);

struct vnode {
	unsigned v_refs;		/* a */
	mode_t v_mode;			/* T: type bits are I */
	uid_t v_uid;			/* T */
	gid_t v_gid;			/* T */
	uint32_t v_ino;			/* I, also the generation */
	struct timespec v_mtime;	/* d */
	struct timespec v_ctime;	/* d */

	struct vnode *v_parent;		/* T: NULL when not linked */
	TAILQ_ENTRY(vnode) v_link;	/* T: in v_parent's v_children */
	char *v_name;			/* T */
	uint64_t v_seq;			/* T: readdir cookie in the parent */

	struct vnode_list v_children;	/* T: directories */
	uint64_t v_next_seq;		/* T */

	lck_mtx_t v_lock;
	off_t v_size;			/* d */
	const char *v_image;		/* d: contents still in the ram disk */
	char **v_block;			/* d: blocks, NULL = hole */
	size_t v_nblock;		/* d: slots in v_block */

	char *v_target;			/* I: symbolic links */
	dev_t v_rdev;			/* I: devices of a device switch */
	const struct devops *v_devops;	/* I: devices of the kernel */
	void *v_devarg;			/* I */
};

#define V_STICKY	01000		/* of v_mode */
#define V_ISDIR(vp)	(((vp)->v_mode & S_IFMT) == S_IFDIR)
#define V_ISREG(vp)	(((vp)->v_mode & S_IFMT) == S_IFREG)
#define V_ISLNK(vp)	(((vp)->v_mode & S_IFMT) == S_IFLNK)
#define V_ISCHR(vp)	(((vp)->v_mode & S_IFMT) == S_IFCHR)

extern lck_mtx_t vfs_tree_lock;

/* --- vnode.c: nodes and the tree --------------------------------------------------- */

/* A node with one reference, not linked; NULL on no memory. */
struct vnode *vnode_create(mode_t mode, uid_t uid, gid_t gid);

/* Tree lock held: */
struct vnode *dir_find(struct vnode *dp, const char *name, size_t len);
bool dir_linked(const struct vnode *dp);	/* else it takes no names */
errno_t dir_link(struct vnode *dp, struct vnode *vp, const char *name,
    size_t len);
void dir_unlink(struct vnode *vp);	/* drops the tree's reference */

void vnode_touch(struct vnode *vp);	/* modification time is now */
void vnode_stat(struct vnode *vp, struct kstat *st);

/* 0 or EACCES for R (4), W (2), X (1) by p's credential; tree lock held. */
errno_t vnode_access(struct vnode *vp, struct proc *p, int want);

/*
 * Whether p may take vp's name out of dp: it writes to dp and, where dp is
 * sticky (/tmp), owns one of the two.  0, EACCES or EPERM; tree lock held.
 */
errno_t vnode_may_unlink(struct vnode *dp, struct vnode *vp, struct proc *p);

/* --- vdata.c: contents of regular files -------------------------------------------- */
errno_t vdata_read(struct vnode *vp, struct uio *uio);
errno_t vdata_write(struct vnode *vp, struct uio *uio, bool append);
errno_t vdata_truncate(struct vnode *vp, off_t size);
void vdata_free(struct vnode *vp);
void vdata_usage(uint64_t *used, uint64_t *limit);

/* Length of the slashes, of the component at s. */
static inline size_t
path_slashes(const char *s)
{
	size_t n = 0;

	while (s[n] == '/')
		n++;
	return (n);
}

static inline size_t
path_component(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && s[n] != '/')
		n++;
	return (n);
}

/* --- lookup.c: paths ------------------------------------------------------------------- */

/*
 * Walks a path.  With dirp the last component need not exist: *dirp is its
 * directory (referenced), name/len the component, *vpp NULL or the node.
 * Tree lock held.
 */
#define LOOKUP_FOLLOW	1		/* a symbolic link at the end */
errno_t vfs_walk(struct proc *p, const char *path, unsigned flags,
    struct vnode **dirp, struct vnode **vpp, char *name, size_t *len);

/* --- vfile.c, devnode.c: open files ------------------------------------------------ */
extern const struct fileops vnode_fileops;

/* Opens a device node; consumes vp on success. */
errno_t devnode_open(struct vnode *vp, int flags, struct proc *p,
    struct file **out);

/* The vnode of an open file of this file system, or NULL. */
struct vnode *file_vnode(struct file *fp);

#endif /* KERNEL_FS_VNODE_H */
