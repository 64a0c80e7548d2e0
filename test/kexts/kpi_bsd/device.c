/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Character devices: the switch, nodes, entries for what is not there.
 */
#include <miscfs/devfs/devfs.h>
#include <string.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/uio.h>

#include <kpitest.h>

static int
dev_open(dev_t dev, int flags, int devtype, struct proc *p)
{
	(void)dev;
	(void)flags;
	(void)devtype;
	(void)p;
	return (0);
}

static struct cdevsw device = {
	dev_open, dev_open, eno_rdwrt, eno_rdwrt, eno_ioctl, eno_stop,
	eno_reset, 0, (select_fcn_t *)(void *)&seltrue, eno_mmap, eno_strat,
	eno_getc, eno_putc, 0
};

KPI_TEST(cdevsw_add)
{
	struct cdevsw other = NO_CDEVICE;
	int a = cdevsw_add(-1, &device), b;

	KPI_REQUIRE(a >= 0);
	/* The number is taken. */
	KPI_EXPECT(cdevsw_add(a, &other) == -1);
	b = cdevsw_add(-1, &other);
	KPI_EXPECT(b >= 0 && b != a);
	KPI_EXPECT(cdevsw_remove(b, &other) == b);
	KPI_EXPECT(cdevsw_remove(a, &device) == a);
}

KPI_TEST(cdevsw_remove)
{
	int a = cdevsw_add(-1, &device);
	struct cdevsw other = NO_CDEVICE;

	KPI_REQUIRE(a >= 0);
	KPI_EXPECT(cdevsw_remove(a, &other) == -1);
	KPI_EXPECT(cdevsw_remove(a, &device) == a);
	KPI_EXPECT(cdevsw_remove(a, &device) == -1);
}

KPI_TEST(enodev)
{
	KPI_EXPECT(enodev() == ENODEV);
	KPI_EXPECT(device.d_read(0, NULL, 0) == ENODEV);
}

KPI_TEST(enodev_strat)
{
	enodev_strat();
	device.d_strategy(NULL);
	KPI_EXPECT(device.d_select(0, FREAD, NULL, NULL) == 1);
}

KPI_TEST(devfs_make_node)
{
	int major = cdevsw_add(-1, &device);
	void *n;

	KPI_REQUIRE(major >= 0);
	n = devfs_make_node(makedev(major, 0), DEVFS_CHAR, 0, 0, 0600,
	    "kpitest%d", 3);
	KPI_EXPECT(n != NULL);
	devfs_remove(n);
	cdevsw_remove(major, &device);
}

KPI_TEST(devfs_remove)
{
	int major = cdevsw_add(-1, &device), i;
	void *n;

	KPI_REQUIRE(major >= 0);
	/* The name is free again after each turn. */
	for (i = 0; i < 5; i++) {
		n = devfs_make_node(makedev(major, 0), DEVFS_CHAR, 0, 0,
		    0666, "kpitest");
		KPI_REQUIRE(n != NULL);
		devfs_remove(n);
	}
	cdevsw_remove(major, &device);
}
