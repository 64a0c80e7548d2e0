/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SYS_SELECT_H_
#define _PROG_SYS_SELECT_H_

#include <ulib_cdefs.h>
#include_next <sys/select.h>
#include <sys/time.h>

#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
typedef struct fd_set {
	__int32_t fds_bits[FD_SETSIZE / 32];
} fd_set;
#define FD_SET(n, p)   ((p)->fds_bits[(n) / 32] |= (__int32_t)(1u << ((n) % 32)))
#define FD_CLR(n, p)   ((p)->fds_bits[(n) / 32] &= ~(__int32_t)(1u << ((n) % 32)))
#define FD_ISSET(n, p) (((p)->fds_bits[(n) / 32] >> ((n) % 32)) & 1)
#define FD_ZERO(p)     __builtin_memset((p), 0, sizeof(*(p)))
#endif

int select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *tv)
    __U(select);

#endif /* _PROG_SYS_SELECT_H_ */
