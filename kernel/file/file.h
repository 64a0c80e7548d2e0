/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files and descriptor tables.
 *
 * A `struct file` is an open object: operations, a private pointer, flags, an
 * offset; counted, shared by descriptors (dup, spawn).  When the last
 * reference goes fo_close runs, in a thread that may block, with no lock
 * held.  A descriptor is an index into a process's table.
 *
 * A socket: falloc(p, &socket_fileops, so, FREAD | FWRITE, &fd).
 */
#ifndef KERNEL_FILE_FILE_H
#define KERNEL_FILE_FILE_H

#include <sys/fcntl.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <stdbool.h>
#include <stdint.h>

#include "kernel/file/select.h"
#include "kernel/sync/lock.h"

struct file;
struct kstat;
struct knote;
struct proc;
struct uio;

enum file_type {
	FT_NONE, FT_VNODE, FT_SOCKET, FT_PIPE, FT_KQUEUE, FT_DEVICE, FT_CONSOLE
};

/* File status, the layout of struct stat of programs (<sys/stat.h>). */
struct kstat {
	dev_t st_dev;
	mode_t st_mode;
	nlink_t st_nlink;
	uint64_t st_ino;
	uid_t st_uid;
	gid_t st_gid;
	dev_t st_rdev;
	struct timespec st_atimespec;
	struct timespec st_mtimespec;
	struct timespec st_ctimespec;
	off_t st_size;
	int64_t st_blocks;
	int32_t st_blksize;
};
#define S_IFMT		0170000
#define S_IFIFO		0010000
#define S_IFCHR		0020000
#define S_IFDIR		0040000
#define S_IFREG		0100000
#define S_IFLNK		0120000
#define S_IFSOCK	0140000

/*
 * All operations get the file with a reference held and no lock.  fo_read
 * and fo_write move through uio at fp->f_offset unless the object has no
 * position; the caller advances f_offset.  Absent (NULL) operations fail with
 * what the comment says.
 */
struct fileops {
	enum file_type fo_type;
	bool fo_seekable;		/* f_offset means something */
	errno_t (*fo_read)(struct file *fp, struct uio *uio, struct proc *p);
	errno_t (*fo_write)(struct file *fp, struct uio *uio, struct proc *p);
	errno_t (*fo_ioctl)(struct file *fp, u_long cmd, void *data,
	    struct proc *p);			/* NULL: ENOTTY */
	/* which FREAD, FWRITE or 0; != 0 when ready.  NULL: always ready */
	int (*fo_select)(struct file *fp, int which, void *wql,
	    struct proc *p);
	/* POLLHUP and POLLERR bits (kernel/file/poll.h) now; NULL: none */
	int (*fo_hangup)(struct file *fp);
	errno_t (*fo_kqfilter)(struct file *fp, struct knote *kn); /* EINVAL */
	errno_t (*fo_stat)(struct file *fp, struct kstat *st);	/* EBADF */
	errno_t (*fo_close)(struct file *fp);	/* last reference */
};

/* I immutable, f f_lock, a atomic */
struct file {
	const struct fileops *f_ops;	/* I */
	void *f_data;			/* I */
	uint32_t f_flags;		/* a: FREAD FWRITE FNONBLOCK FAPPEND ... */
	unsigned f_refs;		/* a */
	off_t f_offset;			/* f */
	lck_mtx_t f_lock;
	pid_t f_owner;			/* a: F_SETOWN */
	bool f_nosigpipe;		/* a: F_SETNOSIGPIPE */
};

#define FILE_TABLE_MAX	OPEN_MAX	/* hard limit of descriptors */
#define FILE_TABLE_SOFT	1024		/* limit of a new process */

struct fdentry {
	struct file *fd_file;		/* reference, or NULL */
	uint8_t fd_flags;		/* FD_CLOEXEC */
};

struct filedesc {
	lck_mtx_t fd_lock;
	struct fdentry *fd_table;	/* fd_lock */
	int fd_size;			/* slots allocated */
	int fd_limit;			/* RLIMIT_NOFILE */
	int fd_hint;			/* no free slot below */
	int fd_used;
};

/*
 * Makes an open file and a descriptor for it.
 *
 * Returns:   0, or EMFILE, ENOMEM; then data is still the caller's
 * Ownership: data belongs to the file: fo_close releases it
 */
errno_t falloc(struct proc *p, const struct fileops *ops, void *data,
    int flags, int *fd);

/* An open file without a descriptor, one reference; NULL on no memory. */
struct file *file_create(const struct fileops *ops, void *data, int flags);

/* Puts fp (one more reference is taken) at the lowest free descriptor >= min. */
errno_t fdinstall(struct proc *p, struct file *fp, int min, int *fd);

/* The file of a descriptor with a reference: fput.  0 or EBADF. */
errno_t fget(struct proc *p, int fd, struct file **fp);

/* As fget(), only a file of the type: EBADF, or errno `wrong`. */
errno_t fget_type(struct proc *p, int fd, enum file_type type, errno_t wrong,
    struct file **fp);

void file_ref(struct file *fp);
void fput(struct file *fp);

/* Sets (unless NULL) and tells FD_CLOEXEC of a descriptor.  0 or EBADF. */
errno_t fd_flags(struct proc *p, int fd, const uint8_t *set, uint8_t *out);

/* Takes fd out of the table and drops its reference. */
errno_t fdclose(struct proc *p, int fd);

/* Tables: a new one, a copy of 0..2, the end. */
struct filedesc *filedesc_create(void);
errno_t filedesc_set(struct filedesc *fdp, int fd, struct file *fp);
void filedesc_destroy(struct filedesc *fdp);

/* Number of open files in the system. */
unsigned file_count(void);

/* --- system calls ------------------------------------------------------------------
 * Addresses are checked (EFAULT); *retval is bytes or a descriptor. */
errno_t sys_read(struct proc *p, int fd, void *buf, size_t len, ssize_t *rv);
errno_t sys_write(struct proc *p, int fd, const void *buf, size_t len,
    ssize_t *rv);
errno_t sys_readv(struct proc *p, int fd, const struct iovec *iov, int cnt,
    ssize_t *rv);
errno_t sys_writev(struct proc *p, int fd, const struct iovec *iov, int cnt,
    ssize_t *rv);
errno_t sys_pread(struct proc *p, int fd, void *buf, size_t len, off_t off,
    ssize_t *rv);
errno_t sys_pwrite(struct proc *p, int fd, const void *buf, size_t len,
    off_t off, ssize_t *rv);
errno_t sys_close(struct proc *p, int fd);
errno_t sys_dup(struct proc *p, int fd, int *rv);
errno_t sys_dup2(struct proc *p, int from, int to, int *rv);
errno_t sys_fcntl(struct proc *p, int fd, int cmd, long arg, int *rv);
/* data is a buffer of IOCPARM_LEN(cmd) bytes of the program, or the value. */
errno_t sys_ioctl(struct proc *p, int fd, u_long cmd, void *data, int *rv);
errno_t sys_fstat(struct proc *p, int fd, struct kstat *st);
errno_t sys_pipe(struct proc *p, int fds[2]);
errno_t sys_getdtablesize(struct proc *p, int *rv);
errno_t sys_setrlimit_nofile(struct proc *p, int limit);

#endif /* KERNEL_FILE_FILE_H */
