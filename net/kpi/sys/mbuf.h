/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/mbuf.h>: the older name of <sys/kpi_mbuf.h>; struct mbuf is not
 * visible.
 */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_

#include <sys/kpi_mbuf.h>

#endif /* _SYS_MBUF_H_ */
