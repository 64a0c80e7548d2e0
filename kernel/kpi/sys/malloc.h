/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/malloc.h>: the kernel heap under its BSD name.
 *
 * The type is for accounting only. M_WAITOK may sleep; M_NOWAIT returns NULL
 * instead.
 */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_

#include <sys/types.h>

#define M_WAITOK		0x0000
#define M_NOWAIT		0x0001
#define M_ZERO			0x0004
#define M_NULL			0x0008

#define M_FREE			0
#define M_MBUF			1
#define M_DEVBUF		2
#define M_SOCKET		3
#define M_PCB			4
#define M_RTABLE		5
#define M_IFADDR		9
#define M_SOOPTS		10
#define M_SONAME		11
#define M_IOV			45
#define M_IPMOPTS		53
#define M_IFMADDR		55
#define M_TTYS			65
#define M_TEMP			80
#define M_KAUTH			100
#define M_LAST			129

#ifdef KERNEL
#define MALLOC(space, cast, size, type, flags)				\
	(space) = (cast)_MALLOC(size, type, flags)
#define FREE(addr, type)	_FREE((void *)(addr), type)
#define MALLOC_ZONE(space, cast, size, type, flags)			\
	(space) = (cast)_MALLOC_ZONE(size, type, flags)
#define FREE_ZONE(addr, size, type)					\
	_FREE_ZONE((void *)(addr), size, type)
#ifndef MALLOC_DEFINE
#define MALLOC_DEFINE(type, shortdesc, longdesc)
#endif
#ifndef MALLOC_DECLARE
#define MALLOC_DECLARE(type)
#endif

__BEGIN_DECLS

/*
 * Allocates memory; the type is for accounting only.
 * Returns:   the block, aligned to 16 bytes; NULL for size 0 and when there
 *            is no memory
 * Ownership: the caller's, ended with _FREE() of the same type; charged to
 *            the kext
 * Context:   thread, may block; any with M_NOWAIT
 * Units:     size in bytes
 */
void *_MALLOC(size_t size, int type, int flags);

/*
 * Frees what _MALLOC() returned; NULL is allowed.
 * Context:   any thread
 */
void _FREE(void *addr, int type);

/*
 * _MALLOC() under the name of the zones that some types had: all are one heap
 * here.
 * Returns:   as _MALLOC()
 * Ownership: the caller's, ended with _FREE_ZONE() of the same size and type;
 *            charged to the kext
 * Context:   thread, may block; any with M_NOWAIT
 * Units:     size in bytes
 */
void *_MALLOC_ZONE(size_t size, int type, int flags);

/*
 * Frees what _MALLOC_ZONE() returned; NULL is allowed.
 * Context:   any thread
 * Units:     size in bytes
 */
void _FREE_ZONE(void *elem, size_t size, int type);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_MALLOC_H_ */
