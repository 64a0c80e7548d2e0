/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The archive format of the initial ram disk: cpio "newc".  Portable.
 */
#ifndef KERNEL_FS_CPIO_H
#define KERNEL_FS_CPIO_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

struct cpio_entry {
	const char *ce_name;		/* NUL terminated, in the archive */
	const char *ce_data;		/* in the archive */
	uint32_t ce_size;
	uint32_t ce_mode, ce_uid, ce_gid, ce_mtime;
};

/*
 * Reads the entry at *off and moves *off behind it.
 *
 * Returns:   0, ENOENT at the trailer, EFTYPE for anything wrong
 */
errno_t cpio_next(const void *archive, size_t size, size_t *off,
    struct cpio_entry *out);

#endif /* KERNEL_FS_CPIO_H */
