/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <machine/types.h>: the name older sources use for <sys/types.h>.
 */
#ifndef _MACHINE_TYPES_H_
#define _MACHINE_TYPES_H_

#include <sys/types.h>

#endif /* _MACHINE_TYPES_H_ */
