/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/select.h>: waiting for descriptors: the driver's side, and descriptor
 * sets.
 *
 * struct selinfo stays incomplete: a driver allocates its own.
 */
#ifndef _SYS_SELECT_H_
#define _SYS_SELECT_H_

#include <sys/kernel_types.h>
#include <sys/time.h>

#define FD_SETSIZE		1024
#define NFDBITS			32

typedef struct fd_set {
	int32_t	fds_bits[FD_SETSIZE / NFDBITS];
} fd_set;

#define FD_SET(n, p)							\
	((p)->fds_bits[(unsigned)(n) / NFDBITS] |=			\
	    (int32_t)(1U << ((unsigned)(n) % NFDBITS)))
#define FD_CLR(n, p)							\
	((p)->fds_bits[(unsigned)(n) / NFDBITS] &=			\
	    ~(int32_t)(1U << ((unsigned)(n) % NFDBITS)))
#define FD_ISSET(n, p)							\
	(((p)->fds_bits[(unsigned)(n) / NFDBITS] &			\
	    (int32_t)(1U << ((unsigned)(n) % NFDBITS))) != 0)
#define FD_ZERO(p)		__builtin_memset((p), 0, sizeof(*(p)))

#ifdef KERNEL
struct selinfo;

__BEGIN_DECLS

/*
 * Remembers that the thread selecting through wql waits for si.
 * Context:   thread, in a device's select entry
 */
void selrecord(proc_t p, struct selinfo *si, void *wql);

/*
 * Wakes every thread that selrecord() put on si.
 * Context:   any thread
 */
void selwakeup(struct selinfo *si);

/*
 * Forgets who waits on si, before si is freed.
 * Context:   any thread
 */
void selthreadclear(struct selinfo *si);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_SELECT_H_ */
