/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Character devices of kexts: cdevsw_* of <sys/conf.h>, and the open files
 * behind them.  Their nodes are made in devfs.c.
 *
 * A major number stands for a switch, copied when it is added, and its gate.
 * Each device (dev_t) that is open has a count: d_open is called for every
 * open, d_close for the last close only.  Removing a switch lets the calls in
 * progress end and refuses new ones; open files of it get ENXIO from then on.
 * If a call does not end within two seconds (a reader asleep in the kext) the
 * switch stays and the removal has failed.
 */
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/vnode.h>
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/file/devsw.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/time/timer.h"

#define MAJORS		64
#define REMOVE_NS	2000000000ull	/* how long a removal waits */

/* L devsw_lock */
struct devsw {
	struct cdevsw ds_sw;		/* I while the gate is there */
	struct gate ds_gate;
	struct kext *ds_kext;		/* I: charged */
	unsigned ds_users;		/* L: calls between find and leave */
	bool ds_dead;			/* L: being removed */
};

struct devopen {
	LIST_ENTRY(devopen) do_link;	/* L */
	struct devsw *do_devsw;		/* L: NULL when removed */
	dev_t do_dev;
	unsigned do_count;		/* L */
	bool do_open;			/* L: the device has said yes to one */
};

/* An open file of a device. */
struct devfile {
	struct vnode *df_node;
	struct devopen *df_open;
	struct devclone *df_clone;	/* of a node that clones, or NULL */
};

static LOCK_GROUP(devsw_grp, "devsw");
static lck_mtx_t devsw_lock = LCK_MTX_INITIALIZER(devsw_lock, devsw_grp);
static struct devsw *devsw_table[MAJORS];	/* L */
static LIST_HEAD(, devopen) opens;		/* L */

int
enodev(void)
{
	return (ENODEV);
}

void
enodev_strat(void)
{
}

int
seltrue(dev_t dev, int which, struct proc *p)
{
	(void)dev;
	(void)which;
	(void)p;
	return (1);
}

/* The kernel takes a device away on its own: `kextunload -f`. */
static void
devsw_revoke(struct gate *g)
{
	struct devsw *ds = (struct devsw *)(void *)
	    ((char *)g - offsetof(struct devsw, ds_gate));

	for (int i = 0; i < MAJORS; i++) {
		if (devsw_table[i] == ds) {
			(void)cdevsw_remove(i, &ds->ds_sw);
			break;
		}
	}
}

/* --- the table -------------------------------------------------------------------------------- */

/* The free number that index asks for, or -1.  L held. */
static int
free_major(int index)
{
	int last = index < 0 ? MAJORS - 1 : index;

	if (index <= -MAJORS || index >= MAJORS)
		return (-1);
	for (int i = index == -1 ? 0 : index < 0 ? -index : index; i <= last;
	    i++) {
		if (devsw_table[i] == NULL)
			return (i);
	}
	return (-1);
}

int
cdevsw_isfree(int index)
{
	int major;

	lck_mtx_lock(&devsw_lock);
	major = free_major(index);
	lck_mtx_unlock(&devsw_lock);
	return (major);
}

int
cdevsw_add_with_bdev(int index, struct cdevsw *csw, int bdev)
{
	(void)index;
	(void)csw;
	(void)bdev;
	return (-1);
}

int
cdevsw_add(int index, struct cdevsw *csw)
{
	struct devsw *ds;
	int major;

	ds = kmalloc(sizeof(*ds), M_WAITOK | M_ZERO);
	if (ds == NULL)
		return (-1);
	ds->ds_sw = *csw;
	lck_mtx_lock(&devsw_lock);
	major = free_major(index);
	if (major >= 0) {
		gate_init(&ds->ds_gate, GATE_DEVICE, "device",
		    (const void *)csw->d_open);
		gate_set_revoke_again(&ds->ds_gate, devsw_revoke);
		ds->ds_kext = kext_charge_to(ds->ds_gate.g_kext, KRES_DEVICE,
		    1);
		devsw_table[major] = ds;
	}
	lck_mtx_unlock(&devsw_lock);
	if (major < 0)
		kfree(ds);
	return (major);
}

int
cdevsw_remove(int index, struct cdevsw *csw)
{
	struct devsw *ds;
	struct devopen *od;
	uint64_t deadline;

	if (index < 0 || index >= MAJORS)
		return (-1);
	lck_mtx_lock(&devsw_lock);
	ds = devsw_table[index];
	if (ds == NULL || ds->ds_dead || gate_inside(&ds->ds_gate) ||
	    memcmp(&ds->ds_sw, csw, sizeof(*csw)) != 0) {
		lck_mtx_unlock(&devsw_lock);
		return (-1);
	}
	ds->ds_dead = true;
	deadline = time_now_ns() + REMOVE_NS;
	while (ds->ds_users > 0) {
		if (msleep1(&ds->ds_users, &devsw_lock, PZERO, "devsw",
		    deadline) == EWOULDBLOCK && ds->ds_users > 0) {
			ds->ds_dead = false;
			lck_mtx_unlock(&devsw_lock);
			return (-1);
		}
	}
	LIST_FOREACH(od, &opens, do_link) {
		if (od->do_devsw == ds)
			od->do_devsw = NULL;
	}
	devsw_table[index] = NULL;
	lck_mtx_unlock(&devsw_lock);
	gate_fini(&ds->ds_gate);
	kext_uncharge(ds->ds_kext, KRES_DEVICE, 1);
	kfree(ds);
	return (index);
}

/* Starts a call: the switch stays until devsw_leave(). */
static struct devsw *
devsw_enter(struct devopen *od)
{
	struct devsw *ds;

	lck_mtx_lock(&devsw_lock);
	ds = od->do_devsw;
	if (ds != NULL && ds->ds_dead)
		ds = NULL;
	if (ds != NULL)
		ds->ds_users++;
	lck_mtx_unlock(&devsw_lock);
	return (ds);
}

static void
devsw_leave(struct devsw *ds)
{
	lck_mtx_lock(&devsw_lock);
	if (--ds->ds_users == 0)
		wakeup(&ds->ds_users);
	lck_mtx_unlock(&devsw_lock);
}

/* --- open files ---------------------------------------------------------------------------------- */

static struct devopen *
dev_of(struct file *fp)
{
	return (((struct devfile *)fp->f_data)->df_open);
}

static errno_t
devfile_rw(struct file *fp, struct uio *uio, bool reading)
{
	int ioflag = (fp->f_flags & FNONBLOCK) != 0 ? IO_NDELAY : 0;
	struct devopen *od = dev_of(fp);
	struct devsw *ds = devsw_enter(od);
	read_write_fcn_t *fn;
	errno_t error;

	if (ds == NULL)
		return (ENXIO);
	fn = reading ? ds->ds_sw.d_read : ds->ds_sw.d_write;
	error = fn == NULL ? ENODEV :
	    GATE_CALL(&ds->ds_gate, fn, od->do_dev, uio, ioflag);
	devsw_leave(ds);
	return (error);
}

static errno_t
devfile_read(struct file *fp, struct uio *uio, struct proc *p)
{
	(void)p;
	return (devfile_rw(fp, uio, true));
}

static errno_t
devfile_write(struct file *fp, struct uio *uio, struct proc *p)
{
	(void)p;
	return (devfile_rw(fp, uio, false));
}

static errno_t
devfile_ioctl(struct file *fp, u_long cmd, void *data, struct proc *p)
{
	struct devopen *od = dev_of(fp);
	struct devsw *ds = devsw_enter(od);
	errno_t error;

	if (ds == NULL)
		return (ENXIO);
	error = ds->ds_sw.d_ioctl == NULL ? ENOTTY :
	    GATE_CALL(&ds->ds_gate, ds->ds_sw.d_ioctl, od->do_dev, cmd,
	    (caddr_t)data, (int)fp->f_flags, p);
	devsw_leave(ds);
	return (error);
}

static int
devfile_select(struct file *fp, int which, void *wql, struct proc *p)
{
	struct devopen *od = dev_of(fp);
	struct devsw *ds = devsw_enter(od);
	int ready;

	if (ds == NULL)
		return (1);
	ready = ds->ds_sw.d_select == NULL ? 1 :
	    GATE_CALL(&ds->ds_gate, ds->ds_sw.d_select, od->do_dev, which,
	    wql, p);
	devsw_leave(ds);
	return (ready);
}

static errno_t
devfile_stat(struct file *fp, struct kstat *st)
{
	return (devnode_stat(((struct devfile *)fp->f_data)->df_node, st));
}

/* One opening less; the last one tells the device. */
static errno_t
dev_close_one(struct devopen *od, int flags, struct proc *p)
{
	struct devsw *ds = NULL;
	errno_t error = 0;

	lck_mtx_lock(&devsw_lock);
	if (--od->do_count > 0) {
		lck_mtx_unlock(&devsw_lock);
		return (0);
	}
	LIST_REMOVE(od, do_link);
	ds = od->do_devsw;
	if (ds != NULL)
		ds->ds_users++;
	lck_mtx_unlock(&devsw_lock);
	if (ds != NULL) {
		if (ds->ds_sw.d_close != NULL)
			error = GATE_CALL(&ds->ds_gate, ds->ds_sw.d_close,
			    od->do_dev, flags, S_IFCHR, p);
		devsw_leave(ds);
	}
	kfree(od);
	return (error);
}

static errno_t
devfile_close(struct file *fp)
{
	struct devfile *df = fp->f_data;
	dev_t dev = df->df_open->do_dev;
	errno_t error;

	error = dev_close_one(df->df_open, (int)fp->f_flags, current_proc());
	devclone_free(df->df_clone, dev);
	(void)vnode_put(df->df_node);
	kfree(df);
	return (error);
}

static const struct fileops devfile_ops = {
	.fo_type = FT_DEVICE,
	.fo_read = devfile_read,
	.fo_write = devfile_write,
	.fo_ioctl = devfile_ioctl,
	.fo_select = devfile_select,
	.fo_stat = devfile_stat,
	.fo_close = devfile_close,
};

/* The record of an open device, counted once more. */
static errno_t
dev_open_one(dev_t dev, int flags, struct proc *p, struct devopen **out)
{
	struct devopen *od, *fresh;
	struct devsw *ds;
	errno_t error = 0;
	bool opened;

	fresh = kmalloc(sizeof(*fresh), M_WAITOK | M_ZERO);
	if (fresh == NULL)
		return (ENOMEM);
	lck_mtx_lock(&devsw_lock);
	ds = (unsigned)major(dev) < MAJORS ? devsw_table[major(dev)] : NULL;
	if (ds == NULL || ds->ds_dead) {
		lck_mtx_unlock(&devsw_lock);
		kfree(fresh);
		return (ENXIO);
	}
	LIST_FOREACH(od, &opens, do_link) {
		if (od->do_dev == dev && od->do_devsw == ds)
			break;
	}
	if (od == NULL) {
		od = fresh;
		fresh = NULL;
		od->do_dev = dev;
		od->do_devsw = ds;
		LIST_INSERT_HEAD(&opens, od, do_link);
	}
	od->do_count++;
	ds->ds_users++;
	lck_mtx_unlock(&devsw_lock);
	kfree(fresh);
	if (ds->ds_sw.d_open != NULL)
		error = GATE_CALL(&ds->ds_gate, ds->ds_sw.d_open, dev, flags,
		    S_IFCHR, p);
	lck_mtx_lock(&devsw_lock);
	if (error == 0) {
		od->do_open = true;
		*out = od;
	}
	opened = od->do_open;
	if (!opened && --od->do_count == 0) {
		LIST_REMOVE(od, do_link);	/* refused: nothing to close */
		kfree(od);
	}
	lck_mtx_unlock(&devsw_lock);
	/* Others had it open; the last of them may have closed it meanwhile. */
	if (error != 0 && opened)
		(void)dev_close_one(od, flags, p);
	devsw_leave(ds);
	return (error);
}

errno_t
devsw_open(struct vnode *vp, dev_t dev, int flags, struct proc *p,
    struct file **out)
{
	struct devfile *df = kmalloc(sizeof(*df), M_WAITOK | M_ZERO);
	struct file *fp;
	errno_t error;

	if (df == NULL)
		return (ENOMEM);
	error = devclone_alloc(vp, &dev, &df->df_clone);
	if (error != 0)
		goto fail;
	error = dev_open_one(dev, flags, p, &df->df_open);
	if (error != 0)
		goto uncloned;
	df->df_node = vp;
	fp = file_create(&devfile_ops, df, flags);
	if (fp != NULL) {
		*out = fp;
		return (0);
	}
	error = ENOMEM;
	(void)dev_close_one(df->df_open, flags, p);
uncloned:
	devclone_free(df->df_clone, dev);
fail:
	kfree(df);
	return (error);
}
