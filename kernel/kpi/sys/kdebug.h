/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kdebug.h>: trace points of the reference system's kernel trace. There is
 * no such trace here; its macros take what they are given and do nothing.
 */
#ifndef _SYS_KDEBUG_H_
#define _SYS_KDEBUG_H_

#include <sys/cdefs.h>
#include <stdint.h>

#define DBG_FUNC_NONE		0
#define DBG_FUNC_START		1
#define DBG_FUNC_END		2

#define DBG_MACH		1
#define DBG_NETWORK		2
#define DBG_FSYSTEM		3
#define DBG_BSD			4
#define DBG_IOKIT		5
#define DBG_DRIVERS		6
#define DBG_MISC		20

#define DBG_NETIP		1
#define DBG_NETARP		2
#define DBG_NETUDP		3
#define DBG_NETTCP		4
#define DBG_NETSOCK		16

/* The code of a trace point: class, subclass, number within it. */
#define KDBG_CODE(cls, subclass, code)					\
	(((cls) & 0xff) << 24 | ((subclass) & 0xff) << 16 |		\
	    ((code) & 0x3fff) << 2)
#define NETDBG_CODE(subclass, code)					\
	KDBG_CODE(DBG_NETWORK, subclass, code)
#define DRVDBG_CODE(subclass, code)					\
	KDBG_CODE(DBG_DRIVERS, subclass, code)
#define MISCDBG_CODE(subclass, code)					\
	KDBG_CODE(DBG_MISC, subclass, code)

#define KERNEL_DEBUG(x, a, b, c, d, e)					\
	((void)(x), (void)(a), (void)(b), (void)(c), (void)(d), (void)(e))
#define KERNEL_DEBUG_CONSTANT(x, a, b, c, d, e)				\
	KERNEL_DEBUG(x, a, b, c, d, e)

#endif /* _SYS_KDEBUG_H_ */
