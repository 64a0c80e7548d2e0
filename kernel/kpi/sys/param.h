/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/param.h>: limits of the system and the classic small macros.
 */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

#include <sys/types.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <sys/signal.h>
#include <sys/uio.h>
#include <sys/queue.h>
#include <sys/kernel_types.h>
#include <limits.h>
#include <machine/param.h>

#define BSD			199506

#define MAXCOMLEN		16
#define MAXLOGNAME		255
#define MAXHOSTNAMELEN		256
#define MAXPATHLEN		PATH_MAX
#define MAXBSIZE		1048576
#define MAXSYMLINKS		32
#define NGROUPS			NGROUPS_MAX
#define NOGROUP			65535
#define NOFILE			256
#define NODEV			((dev_t)-1)
#define CMASK			022
#define NBPW			sizeof(int)

#ifndef PAGE_SIZE
#define PAGE_SIZE		4096
#define PAGE_SHIFT		12
#define PAGE_MASK		4095
#endif

#define FSHIFT			11
#define FSCALE			(1 << FSHIFT)

/* Sleep priorities of msleep() and tsleep(), with their flags. */
#define PSWP			0
#define PVM			4
#define PINOD			8
#define PRIBIO			16
#define PVFS			20
#define PZERO			22
#define PSOCK			24
#define PWAIT			32
#define PLOCK			36
#define PPAUSE			40
#define PUSER			50
#define MAXPRI			127
#define PRIMASK			0x0ff
#define PCATCH			0x100	/* a signal ends the sleep */
#define PTTYBLOCK		0x200
#define PDROP			0x400	/* do not take the mutex again */
#define PSPIN			0x800	/* take it again as a spin lock */

#ifndef MIN
#define MIN(a, b)		(((a) < (b)) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b)		(((a) > (b)) ? (a) : (b))
#endif
#ifndef howmany
#define howmany(x, y)		(((x) + ((y) - 1)) / (y))
#endif
#ifndef roundup
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))
#endif
#ifndef powerof2
#define powerof2(x)		((((x) - 1) & (x)) == 0)
#endif

/* Bit strings: bit i of the bytes at a. */
#define setbit(a, i)		((a)[(i) / NBBY] |= 1 << ((i) % NBBY))
#define clrbit(a, i)		((a)[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define isset(a, i)		((a)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define isclr(a, i)		(((a)[(i) / NBBY] & (1 << ((i) % NBBY))) == 0)

#include <sys/ucred.h>

#endif /* _SYS_PARAM_H_ */
