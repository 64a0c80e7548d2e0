/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <stdbool.h>: the Boolean type; C++ has its own.
 */
#ifndef _STDBOOL_H_
#define _STDBOOL_H_

#ifndef __cplusplus
#ifndef bool
#define bool			_Bool
#endif
#ifndef true
#define true			1
#endif
#ifndef false
#define false			0
#endif
#endif

#define __bool_true_false_are_defined	1

#endif /* _STDBOOL_H_ */
