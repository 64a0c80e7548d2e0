/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree: unpacking, contents against a byte-array model, random changes of
 * structure, and memory all back at the end.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/bootinfo.h"
#include "kernel/file/devsw.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vnode.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "test/unit/fs/archive.h"
#include "test/unit/host/clib.h"
#include "test/unit/host/proc_k.h"
#include "test/unit/lib/unit.h"

#define P	(&host_proc)

/* --- what the tree needs besides ------------------------------------------------- */

struct boot_info boot_info;

const void *
boot_module(unsigned idx, size_t *len, const char **name)
{
	(void)idx;
	(void)len;
	(void)name;
	return (NULL);
}

size_t
pmm_total_count(void)
{
	return (1024);			/* so files may take 2 MB */
}

void
devnode_init(void)
{
}

errno_t
devnode_open(struct vnode *vp, int flags, struct proc *p, struct file **out)
{
	(void)vp;
	(void)flags;
	(void)p;
	(void)out;
	return (ENXIO);
}

static void
setup(void)
{
	host_proc_init();
	vfs_init();
}

/* --- tests ---------------------------------------------------------------------------- */

UNIT_TEST(unpack)
{
	static char buf[4096];
	struct kstat st;
	char text[32];
	size_t n = 0, size, len;
	void *data;

	setup();
	n += archive_add(buf + n, ".", 0040755, "", 0);
	n += archive_add(buf + n, "etc", 0040755, "", 0);
	n += archive_add(buf + n, "etc/rc", 0100755, "echo hi\n", 8);
	n += archive_add(buf + n, "etc/link", 0120777, "rc", 2);
	n += archive_add(buf + n, "etc/rc", 0100644, "second\n", 7);
	n += archive_add(buf + n, "TRAILER!!!", 0, "", 0);
	CHECK_EQ(vfs_unpack_cpio(buf, n), 0);
	REQUIRE(vfs_read_file("/etc/link", &data, &size) == 0);
	CHECK(size == 7 && memcmp(data, "second\n", 8) == 0);
	kfree(data);
	CHECK(vfs_stat(P, "/etc/rc", true, &st) == 0 &&
	    st.st_mode == 0100644 && st.st_uid == 5);
	CHECK(vfs_readlink(P, "/etc/link", text, sizeof(text), &len) == 0 &&
	    len == 2);
	CHECK(vfs_unpack_cpio(buf, n - 130) == EFTYPE);
	/* a directory that is missing, a file where one should be */
	n = archive_add(buf, "no/such", 0100644, "", 0);
	CHECK(vfs_unpack_cpio(buf, n) == ENOENT);
	n = archive_add(buf, "etc/rc/below", 0100644, "", 0);
	CHECK(vfs_unpack_cpio(buf, n) == ENOTDIR);
	CHECK(vfs_unlink(P, "/etc/rc", false) == 0);
	CHECK(vfs_unlink(P, "/etc/link", false) == 0);
	CHECK(vfs_unlink(P, "/etc", true) == 0);
}

#define MODEL	60000

/* Reads, writes, appends, truncates; a file from the ram disk at first. */
UNIT_TEST(contents_equal_the_model)
{
	static char model[MODEL], buf[MODEL], image[5000];
	struct vnode *vp;
	off_t size = sizeof(image), off;
	struct uio uio;
	size_t len, n;

	setup();
	vp = vnode_create(S_IFREG | 0644, 0, 0);
	REQUIRE(vp != NULL);
	for (size_t i = 0; i < sizeof(image); i++)
		model[i] = image[i] = (char)unit_random();
	vp->v_image = image;
	vp->v_size = size;
	for (int step = 0; step < 20000; step++) {
		off = unit_random() % (MODEL - 1);
		len = unit_random() % (step % 5 ? 300 : 9000);
		switch (unit_random() % 8) {
		case 0:
			REQUIRE(vdata_truncate(vp, off) == 0);
			if (off > size)
				memset(model + size, 0, (size_t)(off - size));
			size = off;
			break;
		case 1:
		case 2:
			len = MIN(len, (size_t)(MODEL - off));
			for (size_t i = 0; i < len; i++)
				buf[i] = (char)unit_random();
			uio_single(&uio, buf, len, off, UIO_SYSSPACE,
			    UIO_WRITE);
			REQUIRE(vdata_write(vp, &uio, false) == 0);
			if (len == 0)
				break;
			if (off > size)
				memset(model + size, 0, (size_t)(off - size));
			memcpy(model + off, buf, len);
			size = MAX(size, off + (off_t)len);
			break;
		default:
			uio_single(&uio, buf, len, off, UIO_SYSSPACE,
			    UIO_READ);
			REQUIRE(vdata_read(vp, &uio) == 0);
			n = off < size ? MIN(len, (size_t)(size - off)) : 0;
			REQUIRE(len - (size_t)uio_resid(&uio) == n);
			REQUIRE(memcmp(buf, model + off, n) == 0);
			break;
		}
		REQUIRE(vp->v_size == size);
	}
	(void)vnode_put(vp);
}

UNIT_TEST(space_is_limited_and_comes_back)
{
	static char chunk[65536];
	struct file *fp;
	uint64_t used, limit;
	struct uio uio;
	unsigned nodes;
	errno_t error = 0;
	int n;

	setup();
	REQUIRE(vfs_open(P, "/big", O_RDWR | O_CREAT, 0600, &fp) == 0);
	for (n = 0; n < 100 && error == 0; n++) {
		uio_single(&uio, chunk, sizeof(chunk), (off_t)n * 65536,
		    UIO_SYSSPACE, UIO_WRITE);
		error = fp->f_ops->fo_write(fp, &uio, P);
	}
	CHECK(error == ENOSPC || error == EFBIG);
	vfs_usage(&used, &limit, &nodes);
	CHECK(used <= limit && used + 65536 > limit);
	CHECK(vfs_unlink(P, "/big", false) == 0);
	vfs_usage(&used, &limit, &nodes);
	CHECK(used > 0);		/* still open */
	fput(fp);
	vfs_usage(&used, &limit, &nodes);
	CHECK(used == 0);
}

/* Files and directories made, moved and removed at random, a few levels deep. */
UNIT_TEST(random_changes_leave_a_tree)
{
	static const char *const part[] = { "a", "b", "c", "a/b", "b/c/a",
	    "c/c", "a/b/c/..", "./b", "b/../a/b", "c/a/" };
	char from[32], to[32], path[64];
	size_t live = host_kmem_live();
	struct vnode *vp;
	struct file *fp;
	unsigned done = 0;

	setup();
	CHECK(vfs_mkdir(P, "/t", 0755) == 0);
	for (int i = 0; i < 100000; i++) {
		snprintf(from, sizeof(from), "/t/%s", part[unit_random() % 10]);
		snprintf(to, sizeof(to), "/t/%s", part[unit_random() % 10]);
		switch (unit_random() % 7) {
		case 0:
		case 1:
			done += vfs_mkdir(P, from, 0755) == 0;
			break;
		case 2:
			if (vfs_open(P, from, O_RDWR | O_CREAT, 0644, &fp) == 0)
				fput(fp);
			break;
		case 3:
			done += vfs_rename(P, from, to) == 0;
			break;
		case 4:
			(void)vfs_unlink(P, from, false);
			break;
		case 5:
			(void)vfs_unlink(P, from, true);
			break;
		default:
			(void)vfs_symlink(P, to, from);
			break;
		}
		if (vfs_lookup(P, to, true, &vp) == 0) {
			REQUIRE(vfs_getpath(vp, path, sizeof(path)) == 0);
			(void)vnode_put(vp);
		}
	}
	CHECK(done > 1000);
	/* Take it down again, leaves first. */
	for (int i = 0; i < 200; i++) {
		for (int k = 0; k < 10; k++) {
			snprintf(from, sizeof(from), "/t/%s", part[k]);
			(void)vfs_unlink(P, from, false);
			(void)vfs_unlink(P, from, true);
		}
	}
	while ((vp = TAILQ_FIRST(&rootvnode->v_children)) != NULL) {
		struct vnode *deep = vp;

		while (!TAILQ_EMPTY(&deep->v_children))
			deep = TAILQ_FIRST(&deep->v_children);
		lck_mtx_lock(&vfs_tree_lock);
		dir_unlink(deep);
		lck_mtx_unlock(&vfs_tree_lock);
	}
	CHECK_EQ(host_kmem_live(), live);
}
