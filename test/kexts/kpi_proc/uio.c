/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/uio.h>, <sys/conf.h>, <sys/select.h>, <miscfs/devfs/devfs.h>,
 * <sys/vnode.h>, <sys/mount.h>.
 */
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <miscfs/devfs/devfs.h>
#include <string.h>

#include <kpitest.h>

struct selinfo {			/* a source's own, as they do it */
	char data[64];
};

static char one[8], two[8];

/* A uio over both buffers. */
static uio_t
both(int dir)
{
	uio_t u = uio_create(2, 10, UIO_SYSSPACE, dir);

	if (u != NULL) {
		uio_addiov(u, CAST_USER_ADDR_T(one), 8);
		uio_addiov(u, CAST_USER_ADDR_T(two), 8);
	}
	return (u);
}

KPI_TEST(uio_create)
{
	uio_t u = uio_create(1, 5, UIO_SYSSPACE, UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_offset(u) == 5 && uio_resid(u) == 0 &&
	    uio_iovcnt(u) == 0 && uio_rw(u) == UIO_READ);
	uio_free(u);
	KPI_EXPECT(uio_create(UIO_MAXIOV + 1, 0, UIO_SYSSPACE, UIO_READ) ==
	    NULL);
}

KPI_TEST(uio_reset)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_reset(u, 99, UIO_USERSPACE, UIO_WRITE);
	KPI_EXPECT(uio_offset(u) == 99 && uio_resid(u) == 0 &&
	    uio_iovcnt(u) == 0 && uio_rw(u) == UIO_WRITE &&
	    uio_isuserspace(u));
	uio_free(u);
}

KPI_TEST(uio_duplicate)
{
	uio_t u = both(UIO_READ), d;

	KPI_REQUIRE(u != NULL);
	d = uio_duplicate(u);
	KPI_REQUIRE(d != NULL);
	uio_update(d, 9);
	KPI_EXPECT(uio_resid(d) == 7 && uio_resid(u) == 16);
	uio_free(d);
	uio_free(u);
	KPI_EXPECT(uio_duplicate(NULL) == NULL);
}

KPI_TEST(uio_free)
{
	uio_t u = both(UIO_READ);

	uio_free(u);
	uio_free(NULL);
}

KPI_TEST(uio_addiov)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_addiov(u, CAST_USER_ADDR_T(one), 1) == -1);
	KPI_EXPECT(uio_resid(u) == 16 && uio_iovcnt(u) == 2);
	uio_free(u);
}

KPI_TEST(uio_getiov)
{
	user_addr_t base = 0;
	user_size_t len = 0;
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_getiov(u, 1, &base, &len) == 0);
	KPI_EXPECT(base == CAST_USER_ADDR_T(two) && len == 8);
	KPI_EXPECT(uio_getiov(u, 2, &base, &len) == -1);
	KPI_EXPECT(uio_getiov(u, -1, &base, &len) == -1);
	uio_free(u);
}

KPI_TEST(uio_update)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_update(u, 8);
	KPI_EXPECT(uio_resid(u) == 8 && uio_offset(u) == 18 &&
	    uio_iovcnt(u) == 1 &&
	    uio_curriovbase(u) == CAST_USER_ADDR_T(two));
	uio_update(u, 100);
	KPI_EXPECT(uio_resid(u) == 0 && uio_iovcnt(u) == 0);
	uio_free(u);
}

KPI_TEST(uio_resid)
{
	KPI_EXPECT(uio_resid(NULL) == 0);
}

KPI_TEST(uio_setresid)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_setresid(u, 3);
	KPI_EXPECT(uio_resid(u) == 3);
	uio_free(u);
}

KPI_TEST(uio_iovcnt)
{
	KPI_EXPECT(uio_iovcnt(NULL) == 0);
}

KPI_TEST(uio_offset)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_offset(u) == 10);
	uio_free(u);
}

KPI_TEST(uio_setoffset)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_setoffset(u, 1ll << 40);
	KPI_EXPECT(uio_offset(u) == 1ll << 40);
	uio_free(u);
}

KPI_TEST(uio_rw)
{
	KPI_EXPECT(uio_rw(NULL) == -1);
}

KPI_TEST(uio_setrw)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_setrw(u, UIO_WRITE);
	KPI_EXPECT(uio_rw(u) == UIO_WRITE);
	uio_free(u);
}

KPI_TEST(uio_isuserspace)
{
	uio_t u = uio_create(1, 0, UIO_USERSPACE64, UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_isuserspace(u) == 1);
	uio_reset(u, 0, UIO_SYSSPACE, UIO_READ);
	KPI_EXPECT(uio_isuserspace(u) == 0);
	uio_free(u);
}

KPI_TEST(uio_curriovbase)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_curriovbase(u) == CAST_USER_ADDR_T(one));
	uio_free(u);
	KPI_EXPECT(uio_curriovbase(NULL) == 0);
}

KPI_TEST(uio_curriovlen)
{
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_update(u, 3);
	KPI_EXPECT(uio_curriovlen(u) == 5);
	uio_free(u);
	KPI_EXPECT(uio_curriovlen(NULL) == 0);
}

KPI_TEST(uiomove)
{
	char text[] = "abcdefghijklmnopqrst", back[20];
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uiomove(text, 20, u) == 0);		/* no more than fits */
	KPI_EXPECT(uio_resid(u) == 0);
	KPI_EXPECT(memcmp(one, "abcdefgh", 8) == 0 &&
	    memcmp(two, "ijklmnop", 8) == 0);
	uio_free(u);
	u = both(UIO_WRITE);
	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uiomove(back, 12, u) == 0);
	KPI_EXPECT(memcmp(back, text, 12) == 0 && uio_resid(u) == 4);
	uio_free(u);
	u = uio_create(1, 0, UIO_USERSPACE, UIO_READ);
	KPI_REQUIRE(u != NULL);
	uio_addiov(u, 16, 8);				/* page zero */
	KPI_EXPECT(uiomove(text, 8, u) == EFAULT);
	uio_free(u);
}

KPI_TEST(uiomove64)
{
	char text[] = "12345678";
	uio_t u = both(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uiomove64((__uint64_t)(uintptr_t)text, 8, u) == 0);
	KPI_EXPECT(memcmp(one, "12345678", 8) == 0);
	uio_free(u);
}

/* --- devices ------------------------------------------------------------------------ */

static int
dev_open(dev_t dev, int flags, int devtype, struct proc *p)
{
	(void)dev;
	(void)flags;
	(void)devtype;
	(void)p;
	return (0);
}

static struct cdevsw sw = {
	dev_open, eno_opcl, eno_rdwrt, eno_rdwrt, eno_ioctl, eno_stop,
	eno_reset, 0, (select_fcn_t *)(void *)seltrue, eno_mmap, eno_strat,
	eno_getc, eno_putc, 0
};

KPI_TEST(cdevsw_add)
{
	struct cdevsw none = NO_CDEVICE;
	int major = cdevsw_add(-1, &sw), other;

	KPI_REQUIRE(major >= 0);
	KPI_EXPECT(cdevsw_add(major, &none) == -1);	/* taken */
	other = cdevsw_add(-30, &none);
	KPI_EXPECT(other >= 30);
	KPI_EXPECT(cdevsw_add(100000, &none) == -1);
	KPI_EXPECT(cdevsw_remove(other, &none) == other);
	KPI_EXPECT(cdevsw_remove(major, &sw) == major);
}

KPI_TEST(cdevsw_remove)
{
	struct cdevsw none = NO_CDEVICE;
	int major = cdevsw_add(-1, &sw);

	KPI_REQUIRE(major >= 0);
	KPI_EXPECT(cdevsw_remove(major, &none) == -1);	/* another one */
	KPI_EXPECT(cdevsw_remove(major, &sw) == major);
	KPI_EXPECT(cdevsw_remove(major, &sw) == -1);
	KPI_EXPECT(cdevsw_remove(-3, &sw) == -1);
}

KPI_TEST(enodev)
{
	KPI_EXPECT(enodev() == ENODEV);
}

KPI_TEST(enodev_strat)
{
	enodev_strat();
}

KPI_TEST(devfs_make_node)
{
	void *node = devfs_make_node(makedev(60, 1), DEVFS_CHAR, 0, 0, 0600,
	    "kpi%s%d", "test", 1);

	KPI_REQUIRE(node != NULL);
	/* the name is taken, and there are no block devices */
	KPI_EXPECT(devfs_make_node(makedev(60, 1), DEVFS_CHAR, 0, 0, 0600,
	    "kpitest1") == NULL);
	KPI_EXPECT(devfs_make_node(makedev(60, 1), DEVFS_BLOCK, 0, 0, 0600,
	    "kpiblock") == NULL);
	devfs_remove(node);
}

KPI_TEST(devfs_remove)
{
	void *node;
	int i;

	for (i = 0; i < 3; i++) {	/* the name is free again each time */
		node = devfs_make_node(makedev(60, 1), DEVFS_CHAR, 0, 0, 0600,
		    "kpi/again");
		KPI_REQUIRE(node != NULL);
		devfs_remove(node);
	}
	devfs_remove(NULL);
}

KPI_TEST(selrecord)
{
	struct selinfo si;
	unsigned i;

	memset(&si, 0x55, sizeof(si));
	selrecord(current_proc(), &si, NULL);	/* nobody waits */
	for (i = 0; i < sizeof(si); i++)
		KPI_EXPECT(si.data[i] == 0x55);	/* its layout is the kext's */
}

KPI_TEST(selwakeup)
{
	struct selinfo si = { { 0 } };

	selwakeup(&si);
	selwakeup(&si);
}

KPI_TEST(selthreadclear)
{
	struct selinfo si = { { 0 } };

	selthreadclear(&si);
}

/* --- files ---------------------------------------------------------------------------- */

KPI_TEST(vfs_rootvnode)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_isdir(root));
	KPI_EXPECT(vnode_put(root) == 0);
}

KPI_TEST(vnode_put)
{
	int i;

	for (i = 0; i < 100; i++)
		KPI_EXPECT(vnode_put(vfs_rootvnode()) == 0);
}

KPI_TEST(vn_getpath)
{
	vnode_t root = vfs_rootvnode();
	char path[32];
	int len = sizeof(path);

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vn_getpath(root, path, &len) == 0);
	KPI_EXPECT(strcmp(path, "/") == 0 && len == 2);
	len = 1;
	KPI_EXPECT(vn_getpath(root, path, &len) == ENOSPC);
	vnode_put(root);
}

KPI_TEST(vnode_vtype)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_vtype(root) == VDIR);
	vnode_put(root);
}

KPI_TEST(vnode_isdir)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_isdir(root) == 1);
	vnode_put(root);
}

KPI_TEST(vnode_vid)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_vid(root) == vnode_vid(root) && vnode_vid(root) != 0);
	vnode_put(root);
}

KPI_TEST(vnode_mount)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_mount(root) != NULL);
	vnode_put(root);
}

KPI_TEST(vfs_statfs)
{
	vnode_t root = vfs_rootvnode();
	struct vfsstatfs *st;

	KPI_REQUIRE(root != NULL);
	st = vfs_statfs(vnode_mount(root));
	KPI_REQUIRE(st != NULL);
	KPI_EXPECT(strcmp(st->f_mntonname, "/") == 0);
	KPI_EXPECT(st->f_bsize == 4096 && st->f_files > 0);
	KPI_EXPECT(st->f_bfree + st->f_bused == st->f_blocks);
	KPI_EXPECT(sizeof(*st) == 2164);
	vnode_put(root);
}
