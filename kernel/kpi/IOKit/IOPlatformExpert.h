/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/IOPlatformExpert.h>: names of the machine.
 */
#ifndef _IOKIT_IOPLATFORMEXPERT_H_
#define _IOKIT_IOPLATFORMEXPERT_H_

#include <libkern/OSTypes.h>
#include <mach/boolean.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The product name of the machine.
 * Returns:   TRUE; FALSE and an empty string when it is not known
 * Context:   any
 * Units:     maxLength in bytes
 */
boolean_t PEGetMachineName(char *name, int maxLength);

/*
 * The model identifier of the machine.
 * Returns:   TRUE; FALSE and an empty string when it is not known
 * Context:   any
 * Units:     maxLength in bytes
 */
boolean_t PEGetModelName(char *name, int maxLength);

__END_DECLS
#endif /* KERNEL */

#endif /* _IOKIT_IOPLATFORMEXPERT_H_ */
