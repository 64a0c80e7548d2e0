/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/dkstat.h>: kept for sources that include it.
 */
#ifndef _SYS_DKSTAT_H_
#define _SYS_DKSTAT_H_

#include <sys/cdefs.h>

#endif /* _SYS_DKSTAT_H_ */
