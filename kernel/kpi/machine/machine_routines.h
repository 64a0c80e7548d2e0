/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <machine/machine_routines.h>: the machine-independent name of
 * <i386/machine_routines.h>.
 */
#ifndef _MACHINE_MACHINE_ROUTINES_H_
#define _MACHINE_MACHINE_ROUTINES_H_

#include <i386/machine_routines.h>

#endif /* _MACHINE_MACHINE_ROUTINES_H_ */
