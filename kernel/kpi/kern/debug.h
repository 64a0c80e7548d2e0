/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/debug.h>: panic.
 */
#ifndef _KERN_DEBUG_H_
#define _KERN_DEBUG_H_

#include <sys/types.h>
#include <sys/cdefs.h>
#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <uuid/uuid.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Stops the system with a message, a backtrace and the kext at fault; does
 * not return.
 * Context:   any
 */
void panic(const char *string, ...);

/*
 * Breaks into a debugger when there is one; the message goes to the log.
 * Context:   any
 */
void Debugger(const char *message);

__END_DECLS
#endif /* KERNEL */

#endif /* _KERN_DEBUG_H_ */
