/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files as kexts see them: <sys/file.h>.
 *
 * What file_socket() keeps is remembered by process and descriptor, because
 * that is all file_drop() is told; the descriptor may be another file's by
 * then.
 */
#include <sys/errno.h>
#include <sys/file.h>

#include "kernel/file/file.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

struct filehold {
	LIST_ENTRY(filehold) fh_link;	/* H */
	pid_t fh_pid;			/* I */
	int fh_fd;			/* I */
	struct file *fh_file;		/* I: referenced */
	struct kext *fh_kext;		/* I: charged */
};

static LOCK_GROUP(filehold_grp, "file holds");
static lck_mtx_t filehold_lock = LCK_MTX_INITIALIZER(filehold_lock,
    filehold_grp);
static LIST_HEAD(, filehold) holds = LIST_HEAD_INITIALIZER(holds); /* H */

int
file_socket(int fd, socket_t *so)
{
	struct proc *p = current_proc();
	struct filehold *fh;
	errno_t error;

	fh = kmalloc(sizeof(*fh), M_WAITOK | M_ZERO);
	if (fh == NULL)
		return (ENOMEM);
	error = fget_type(p, fd, FT_SOCKET, ENOTSOCK, &fh->fh_file);
	if (error != 0) {
		kfree(fh);
		return (error);
	}
	fh->fh_pid = p->p_pid;
	fh->fh_fd = fd;
	fh->fh_kext = kext_charge(KRES_OTHER, 1);
	*so = fh->fh_file->f_data;
	lck_mtx_lock(&filehold_lock);
	LIST_INSERT_HEAD(&holds, fh, fh_link);
	lck_mtx_unlock(&filehold_lock);
	return (0);
}

static void
hold_end(struct filehold *fh)
{
	fput(fh->fh_file);
	kext_uncharge(fh->fh_kext, KRES_OTHER, 1);
	kfree(fh);
}

int
file_drop(int fd)
{
	pid_t pid = current_proc()->p_pid;
	struct filehold *fh;

	lck_mtx_lock(&filehold_lock);
	LIST_FOREACH(fh, &holds, fh_link)
		if (fh->fh_pid == pid && fh->fh_fd == fd)
			break;
	if (fh != NULL)
		LIST_REMOVE(fh, fh_link);
	lck_mtx_unlock(&filehold_lock);
	if (fh == NULL)
		return (EBADF);
	hold_end(fh);
	return (0);
}

int
file_flags(int fd, int *flags)
{
	struct file *fp;
	errno_t error;

	error = fget(current_proc(), fd, &fp);
	if (error != 0)
		return (error);
	*flags = (int)__atomic_load_n(&fp->f_flags, __ATOMIC_RELAXED);
	fput(fp);
	return (0);
}

/* `kextunload -f`: what the kext keeps, once it cannot be using it. */
static void
hold_revoke(struct kext *k, bool idle)
{
	struct filehold *fh;

	while (idle) {
		lck_mtx_lock(&filehold_lock);
		LIST_FOREACH(fh, &holds, fh_link)
			if (fh->fh_kext == k)
				break;
		if (fh != NULL)
			LIST_REMOVE(fh, fh_link);
		lck_mtx_unlock(&filehold_lock);
		if (fh == NULL)
			break;
		hold_end(fh);
	}
}
KEXT_REVOKER(hold_revoke);
