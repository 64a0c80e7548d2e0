/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The character devices, one an interface.
 */
#include "interface.h"

extern "C" {
#include <sys/proc.h>

int	family_start(void);
int	family_stop(void);
}

#define UNITS	4

static interface *units[UNITS];
static void *nodes[UNITS];
static int major_number = -1;

/* Says at load and unload that static objects come and go. */
class witness {
public:
	witness() { printf(FAMILY_NAME ": constructed, version "
	    TUNNELS_VERSION "\n"); }
	~witness() { printf(FAMILY_NAME ": destructed\n"); }
};
static witness here;

extern "C" {

static interface *
of(dev_t dev)
{
	return (minor(dev) < UNITS ? units[minor(dev)] : NULL);
}

static int
tt_open(dev_t dev, int flags, int, struct proc *)
{
	return (of(dev) ? of(dev)->cdev_open(flags) : ENXIO);
}

static int
tt_close(dev_t dev, int flags, int, struct proc *)
{
	return (of(dev) ? of(dev)->cdev_close(flags) : EBADF);
}

static int
tt_read(dev_t dev, struct uio *uio, int ioflag)
{
	return (of(dev)->cdev_read(uio, ioflag));
}

static int
tt_write(dev_t dev, struct uio *uio, int ioflag)
{
	return (of(dev)->cdev_write(uio, ioflag));
}

static int
tt_ioctl_dev(dev_t dev, u_long cmd, caddr_t data, int, struct proc *)
{
	return (of(dev)->cdev_ioctl(cmd, data));
}

static int
tt_select(dev_t dev, int which, void *wql, struct proc *p)
{
	return (of(dev)->cdev_select(which, wql, p));
}

static struct cdevsw switches = {
	tt_open, tt_close, tt_read, tt_write, tt_ioctl_dev, eno_stop,
	eno_reset, NULL, tt_select, eno_mmap, eno_strat, eno_getc, eno_putc, 0
};

int
family_stop(void)
{
	int i;

	for (i = 0; i < UNITS; i++)
		if (units[i] != NULL && !units[i]->idle())
			return (EBUSY);
	for (i = 0; i < UNITS; i++) {
		if (nodes[i] != NULL)
			devfs_remove(nodes[i]);
		delete units[i];
		units[i] = NULL;
		nodes[i] = NULL;
	}
	if (major_number >= 0)
		cdevsw_remove(major_number, &switches);
	major_number = -1;
	mutex::shutdown();
	return (0);
}

int
family_start(void)
{
	int i;

	if (!mutex::initialize())
		return (ENOMEM);
	major_number = cdevsw_add(-1, &switches);
	if (major_number < 0) {
		family_stop();
		return (ENXIO);
	}
	for (i = 0; i < UNITS; i++) {
		units[i] = interface::create(i);
		nodes[i] = devfs_make_node(makedev(major_number, i), DEVFS_CHAR,
		    0, 0, 0660, FAMILY_NAME "%d", i);
		if (units[i] == NULL || nodes[i] == NULL) {
			family_stop();
			return (ENOMEM);
		}
	}
	return (0);
}
}
