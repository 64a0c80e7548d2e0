/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSReturn.h>: results of libkern calls.
 */
#ifndef _LIBKERN_OSRETURN_H_
#define _LIBKERN_OSRETURN_H_

#include <mach/kern_return.h>

typedef kern_return_t		OSReturn;

#define err_system(x)		((signed)((((unsigned)(x)) & 0x3f) << 26))
#define err_sub(x)		((((unsigned)(x)) & 0xfff) << 14)
#define sys_libkern		err_system(0x37)
#define sub_libkern_common	err_sub(0)
#define sub_libkern_metaclass	err_sub(1)
#define sub_libkern_reserved	err_sub(-1)
#define libkern_common_err(r)	\
	((OSReturn)(sys_libkern | sub_libkern_common | (r)))

#define kOSReturnSuccess	0
#define kOSReturnError		libkern_common_err(1)

#endif /* _LIBKERN_OSRETURN_H_ */
