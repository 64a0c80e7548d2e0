/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/conf.h>: character devices: the switch a driver registers.
 */
#ifndef _SYS_CONF_H_
#define _SYS_CONF_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <stdint.h>
#include <sys/cdefs.h>

struct buf;
struct proc;
struct tty;
struct uio;

typedef int  open_close_fcn_t(dev_t dev, int flags, int devtype, struct proc *p);
typedef int  read_write_fcn_t(dev_t dev, struct uio *uio, int ioflag);
typedef int  ioctl_fcn_t(dev_t dev, u_long cmd, caddr_t data, int fflag,
    struct proc *p);
typedef int  stop_fcn_t(struct tty *tp, int rw);
typedef int  reset_fcn_t(int uban);
typedef int  select_fcn_t(dev_t dev, int which, void *wql, struct proc *p);
typedef int  mmap_fcn_t(void);
typedef void strategy_fcn_t(struct buf *bp);
typedef int  getc_fcn_t(dev_t dev);
typedef int  putc_fcn_t(dev_t dev, char c);
typedef int  dump_fcn_t(void);
typedef int  psize_fcn_t(dev_t dev);
typedef struct tty *d_devtotty_t(dev_t dev);

#define D_TAPE			1
#define D_DISK			2
#define D_TTY			3

struct cdevsw {
	open_close_fcn_t	*d_open;
	open_close_fcn_t	*d_close;
	read_write_fcn_t	*d_read;
	read_write_fcn_t	*d_write;
	ioctl_fcn_t		*d_ioctl;
	stop_fcn_t		*d_stop;
	reset_fcn_t		*d_reset;
	struct tty		**d_ttys;
	select_fcn_t		*d_select;
	mmap_fcn_t		*d_mmap;
	strategy_fcn_t		*d_strategy;
	void			*d_reserved_1;
	void			*d_reserved_2;
	int			 d_type;
};

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Adds a character device; index is the major number wanted, -1 for any that
 * is free, -n for a free one from n up.
 * Returns:   the major number, or -1
 * Ownership: the structure stays the caller's and in use until
 *            cdevsw_remove()
 * Context:   thread, may block
 */
int cdevsw_add(int, struct cdevsw *);

/*
 * Removes a character device added with this structure.
 * Returns:   the major number, or -1 for another structure, from inside a
 *            call of the device, and when a call of it does not end within
 *            two seconds (the device then stays)
 * Context:   thread, may block
 */
int cdevsw_remove(int, struct cdevsw *);

/*
 * Looks for a free major number: index itself, any for -1, from n up for -n.
 * Nothing is taken: cdevsw_add() may still find it used.
 * Returns:   the major number, or -1
 * Context:   thread, may block
 */
int cdevsw_isfree(int);

/*
 * cdevsw_add() of a device that is also block device bdev. There are no block
 * devices, so none has that number and nothing is added.
 * Returns:   -1
 * Context:   any thread
 */
int cdevsw_add_with_bdev(int index, struct cdevsw *csw, int bdev);

/*
 * The entry of an operation a device does not have.
 * Returns:   ENODEV
 * Context:   any thread
 */
int enodev(void);

/*
 * The strategy entry of a device that has none: does nothing.
 * Context:   any thread
 */
void enodev_strat(void);

/*
 * Select entry of a device that is always ready; see <sys/systm.h>.
 * Returns:   1
 */
int seltrue(dev_t dev, int which, struct proc *p);
__END_DECLS

/* Entries for what a device does not do, each of the member's type. */
#define eno_opcl		((open_close_fcn_t *)(void *)&enodev)
#define eno_rdwrt		((read_write_fcn_t *)(void *)&enodev)
#define eno_ioctl		((ioctl_fcn_t *)(void *)&enodev)
#define eno_stop		((stop_fcn_t *)(void *)&enodev)
#define eno_reset		((reset_fcn_t *)(void *)&enodev)
#define eno_mmap		((mmap_fcn_t *)(void *)&enodev)
#define eno_select		((select_fcn_t *)(void *)&enodev)
#define eno_dump		((dump_fcn_t *)(void *)&enodev)
#define eno_psize		((psize_fcn_t *)(void *)&enodev)
#define eno_strat		((strategy_fcn_t *)(void *)&enodev_strat)
#define eno_getc		((void *)&enodev)
#define eno_putc		((void *)&enodev)

#define NO_CDEVICE							\
	{ eno_opcl, eno_opcl, eno_rdwrt, eno_rdwrt, eno_ioctl,		\
	  eno_stop, eno_reset, 0, (select_fcn_t *)(void *)&seltrue,	\
	  eno_mmap, eno_strat, eno_getc, eno_putc, 0 }
#endif /* KERNEL */

#endif /* _SYS_CONF_H_ */
