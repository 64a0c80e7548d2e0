/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <machine/param.h>: sizes and alignments of the machine.
 *
 * mbuf_stats() tells the sizes of mbufs; those of clusters are fixed.
 */
#ifndef _MACHINE_PARAM_H_
#define _MACHINE_PARAM_H_

#ifndef ALIGNBYTES
#define ALIGNBYTES		(sizeof(int) - 1)
#endif
#ifndef ALIGN
#define ALIGN(p)		(((__SIZE_TYPE__)(p) + ALIGNBYTES) & ~ALIGNBYTES)
#endif

#define NBPG			4096
#define PGSHIFT			12
#define PGOFSET			(NBPG - 1)

#define DEV_BSIZE		512
#define DEV_BSHIFT		9
#define BLKDEV_IOSIZE		2048
#define MAXPHYS			(64 * 1024)

/* Bytes to blocks of a device and back. */
#define btodb(bytes, bsize)	((unsigned)(bytes) / (bsize))
#define dbtob(db, bsize)	((unsigned)(db) * (bsize))

#ifdef KEXT		/* the stack has its own */
#define MCLSHIFT		11
#define MCLBYTES		(1 << MCLSHIFT)
#define MCLOFSET		(MCLBYTES - 1)
#define MBIGCLSHIFT		12
#define MBIGCLBYTES		(1 << MBIGCLSHIFT)
#define M16KCLSHIFT		14
#define M16KCLBYTES		(1 << M16KCLSHIFT)
#endif

#endif /* _MACHINE_PARAM_H_ */
