/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/IOReturn.h>: results of I/O Kit calls.
 */
#ifndef _IOKIT_IORETURN_H_
#define _IOKIT_IORETURN_H_

#include <libkern/OSReturn.h>

typedef kern_return_t		IOReturn;

#define sys_iokit		err_system(0x38)
#define sub_iokit_common	err_sub(0)
#define iokit_common_err(r)	\
	((IOReturn)(sys_iokit | sub_iokit_common | (r)))

#define kIOReturnSuccess	KERN_SUCCESS
#define kIOReturnError		iokit_common_err(0x2bc)
#define kIOReturnNoMemory	iokit_common_err(0x2bd)
#define kIOReturnNoResources	iokit_common_err(0x2be)
#define kIOReturnNotPrivileged	iokit_common_err(0x2c1)
#define kIOReturnBadArgument	iokit_common_err(0x2c2)
#define kIOReturnUnsupported	iokit_common_err(0x2c7)
#define kIOReturnBusy		iokit_common_err(0x2d5)
#define kIOReturnTimeout	iokit_common_err(0x2d6)
#define kIOReturnNotFound	iokit_common_err(0x2f0)

#endif /* _IOKIT_IORETURN_H_ */
