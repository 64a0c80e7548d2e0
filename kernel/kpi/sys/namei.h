/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/namei.h>: kept for sources that include it: path lookup is not part of
 * the interface.
 */
#ifndef _SYS_NAMEI_H_
#define _SYS_NAMEI_H_

#include <sys/param.h>

#endif /* _SYS_NAMEI_H_ */
