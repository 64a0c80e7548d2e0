/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contents of regular files: an array of 4 KB blocks, holes included.
 *
 * A file unpacked from the ram disk keeps pointing into it (v_image) and
 * takes no memory until it is written to.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/uio.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"

static uint64_t bytes_used;		/* a */
static const char zeros[VBLOCK_SIZE];

/* Files may take half of the memory there is. */
static uint64_t
bytes_limit(void)
{
	return ((uint64_t)pmm_total_count() * VBLOCK_SIZE / 2);
}

static char *
block_alloc(void)
{
	char *b;

	if (bytes_used + VBLOCK_SIZE > bytes_limit())
		return (NULL);
	b = kmalloc(VBLOCK_SIZE, M_WAITOK | M_ZERO);
	if (b != NULL)
		__atomic_add_fetch(&bytes_used, VBLOCK_SIZE, __ATOMIC_RELAXED);
	return (b);
}

static void
block_free(char *b)
{
	if (b != NULL) {
		kfree(b);
		__atomic_sub_fetch(&bytes_used, VBLOCK_SIZE, __ATOMIC_RELAXED);
	}
}

/* Makes sure that slot idx exists. */
static errno_t
slots_grow(struct vnode *vp, size_t idx)
{
	size_t n = vp->v_nblock != 0 ? vp->v_nblock : 8;
	char **table;

	if (idx < vp->v_nblock)
		return (0);
	while (n <= idx)
		n *= 2;
	table = kmalloc(n * sizeof(*table), M_WAITOK | M_ZERO);
	if (table == NULL)
		return (ENOSPC);
	if (vp->v_nblock > 0)
		memcpy(table, vp->v_block, vp->v_nblock * sizeof(*table));
	kfree(vp->v_block);
	vp->v_block = table;
	vp->v_nblock = n;
	return (0);
}

/* The block at idx, made when missing; NULL on no space. */
static char *
block_get(struct vnode *vp, size_t idx)
{
	if (slots_grow(vp, idx) != 0)
		return (NULL);
	if (vp->v_block[idx] == NULL)
		vp->v_block[idx] = block_alloc();
	return (vp->v_block[idx]);
}

/* Copies the ram disk's contents into blocks, up to size bytes. */
static errno_t
image_copy(struct vnode *vp, off_t size)
{
	const char *image = vp->v_image;
	off_t at, n;
	char *b;

	for (at = 0; at < size; at += n) {
		n = MIN(size - at, VBLOCK_SIZE);
		b = block_get(vp, (size_t)(at / VBLOCK_SIZE));
		if (b == NULL)
			return (ENOSPC);
		memcpy(b, image + at, (size_t)n);
	}
	vp->v_image = NULL;
	return (0);
}

errno_t
vdata_read(struct vnode *vp, struct uio *uio)
{
	errno_t error = 0;
	const char *from;
	off_t off, n;
	size_t idx;

	lck_mtx_lock(&vp->v_lock);
	while (error == 0 && uio_resid(uio) > 0) {
		off = uio_offset(uio);
		if (off < 0 || off >= vp->v_size)
			break;
		n = MIN(vp->v_size - off, (off_t)uio_resid(uio));
		if (vp->v_image != NULL) {
			from = vp->v_image + off;
			n = MIN(n, INT32_MAX);
		} else {
			idx = (size_t)(off / VBLOCK_SIZE);
			from = idx < vp->v_nblock && vp->v_block[idx] != NULL ?
			    vp->v_block[idx] : zeros;
			from += off % VBLOCK_SIZE;
			n = MIN(n, VBLOCK_SIZE - off % VBLOCK_SIZE);
		}
		error = uiomove(from, (int)n, uio);
	}
	lck_mtx_unlock(&vp->v_lock);
	return (error);
}

errno_t
vdata_write(struct vnode *vp, struct uio *uio, bool append)
{
	errno_t error = 0;
	off_t off, n;
	char *b;

	lck_mtx_lock(&vp->v_lock);
	if (append)
		uio_setoffset(uio, vp->v_size);
	if (uio_offset(uio) < 0)
		error = EINVAL;
	else if (vp->v_image != NULL)
		error = image_copy(vp, vp->v_size);
	while (error == 0 && uio_resid(uio) > 0) {
		off = uio_offset(uio);
		n = MIN(VBLOCK_SIZE - off % VBLOCK_SIZE,
		    (off_t)uio_resid(uio));
		if ((uint64_t)off > bytes_limit()) {
			error = EFBIG;
			break;
		}
		b = block_get(vp, (size_t)(off / VBLOCK_SIZE));
		if (b == NULL) {
			error = ENOSPC;
			break;
		}
		error = uiomove(b + off % VBLOCK_SIZE, (int)n, uio);
		if (uio_offset(uio) > vp->v_size)
			vp->v_size = uio_offset(uio);
	}
	vnode_touch(vp);
	lck_mtx_unlock(&vp->v_lock);
	return (error);
}

/* Frees blocks from slot first on. */
static void
blocks_free(struct vnode *vp, size_t first)
{
	for (size_t i = first; i < vp->v_nblock; i++) {
		block_free(vp->v_block[i]);
		vp->v_block[i] = NULL;
	}
}

errno_t
vdata_truncate(struct vnode *vp, off_t size)
{
	errno_t error = 0;
	size_t last;

	if (size < 0)
		return (EINVAL);
	if ((uint64_t)size > bytes_limit())
		return (EFBIG);
	lck_mtx_lock(&vp->v_lock);
	if (vp->v_image != NULL && size > 0)
		error = image_copy(vp, MIN(size, vp->v_size));
	if (error == 0) {
		vp->v_image = NULL;
		if (size < vp->v_size) {
			last = (size_t)(size / VBLOCK_SIZE);
			if (size % VBLOCK_SIZE != 0) {
				if (last < vp->v_nblock &&
				    vp->v_block[last] != NULL)
					memset(vp->v_block[last] +
					    size % VBLOCK_SIZE, 0,
					    (size_t)(VBLOCK_SIZE -
					    size % VBLOCK_SIZE));
				last++;
			}
			blocks_free(vp, last);
		}
		vp->v_size = size;
		vnode_touch(vp);
	}
	lck_mtx_unlock(&vp->v_lock);
	return (error);
}

void
vdata_free(struct vnode *vp)
{
	blocks_free(vp, 0);
	kfree(vp->v_block);
	vp->v_block = NULL;
	vp->v_nblock = 0;
}

void
vdata_usage(uint64_t *used, uint64_t *limit)
{
	*used = bytes_used;
	*limit = bytes_limit();
}
