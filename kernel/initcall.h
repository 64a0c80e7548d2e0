/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot order.  INITCALL(level, fn) runs fn() once at that level; inside a
 * level the order is that of the optional order number (INITCALL_ORDER), and
 * otherwise not to be relied on.
 */
#ifndef KERNEL_INITCALL_H
#define KERNEL_INITCALL_H

#include "kernel/linker_set.h"

enum init_level {
	INIT_EARLY,	/* nothing works yet: console devices register here */
	INIT_MM,	/* kmalloc, kva, mmio_map, interrupts can be attached */
	INIT_SCHED,	/* the boot flow becomes the first thread */
	INIT_CORE,	/* threads may be created and may block; interrupts on */
	INIT_NET,	/* locks, timers and processes work: domains, mbufs */
	INIT_DRIVER,	/* the stack accepts interfaces: buses are probed */
	INIT_LATE,	/* file systems, kext registry */
	INIT_USER,	/* tests asked for on the command line, the shell */
	INIT_LEVELS
};

struct initcall {
	enum init_level	 level;
	int		 order;		/* lower first */
	const char	*name;
	void		(*fn)(void);
};

#define INITCALL_ORDER(lvl, ord, func)					\
	static const struct initcall LINKER_SET_CAT(initcall_, func) = { \
		.level = (lvl), .order = (ord), .name = #func,		\
		.fn = (func),						\
	};								\
	LINKER_SET_ADD(initcalls, const struct initcall,		\
	    &LINKER_SET_CAT(initcall_, func))

#define INITCALL(lvl, func)	INITCALL_ORDER(lvl, 100, func)

/* The level being run, INIT_LEVELS when boot is over. */
enum init_level init_level(void);

#endif
