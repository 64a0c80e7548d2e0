/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/mount.h>: file systems.
 */
#ifndef _SYS_MOUNT_H_
#define _SYS_MOUNT_H_

#include <sys/param.h>
#include <uuid/uuid.h>
#include <sys/kernel_types.h>

typedef struct fsid {
	int32_t	val[2];
} fsid_t;

#define MFSTYPENAMELEN		16

#pragma pack(push, 4)
struct vfsstatfs {
	uint32_t	 f_bsize;	/* fundamental block size */
	size_t		 f_iosize;	/* best transfer size */
	uint64_t	 f_blocks;
	uint64_t	 f_bfree;
	uint64_t	 f_bavail;
	uint64_t	 f_bused;
	uint64_t	 f_files;
	uint64_t	 f_ffree;
	fsid_t		 f_fsid;
	uid_t		 f_owner;
	uint64_t	 f_flags;
	char		 f_fstypename[MFSTYPENAMELEN];
	char		 f_mntonname[MAXPATHLEN];
	char		 f_mntfromname[MAXPATHLEN];
	uint32_t	 f_fssubtype;
	void		*f_reserved[2];
};
#pragma pack(pop)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The figures of a file system.
 * Returns:   the figures, as last taken
 * Ownership: the file system's
 * Context:   any thread
 */
struct vfsstatfs *vfs_statfs(mount_t mp);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_MOUNT_H_ */
