/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <machine/limits.h>: the name older sources use for <limits.h>.
 */
#ifndef _MACHINE_LIMITS_H_
#define _MACHINE_LIMITS_H_

#include <limits.h>

#endif /* _MACHINE_LIMITS_H_ */
