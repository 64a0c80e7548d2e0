/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/boolean.h>: boolean_t, TRUE and FALSE.
 */
#ifndef _MACH_BOOLEAN_H_
#define _MACH_BOOLEAN_H_

#ifndef __KPI_BOOLEAN_T
#define __KPI_BOOLEAN_T
typedef int			boolean_t;
#endif

#ifndef TRUE
#define TRUE			1
#endif
#ifndef FALSE
#define FALSE			0
#endif

#endif /* _MACH_BOOLEAN_H_ */
