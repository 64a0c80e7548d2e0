/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <i386/endian.h>: the name older sources use for <machine/endian.h>.
 */
#ifndef _I386_ENDIAN_H_
#define _I386_ENDIAN_H_

#include <machine/endian.h>

#endif /* _I386_ENDIAN_H_ */
