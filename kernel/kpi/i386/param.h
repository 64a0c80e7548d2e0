/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <i386/param.h>: another name of <machine/param.h>.
 */
#ifndef _I386_PARAM_H_
#define _I386_PARAM_H_

#include <machine/param.h>

#endif /* _I386_PARAM_H_ */
