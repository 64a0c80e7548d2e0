/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSDebug.h>: backtraces.
 */
#ifndef _LIBKERN_OSDEBUG_H_
#define _LIBKERN_OSDEBUG_H_

#include <mach/mach_types.h>
#include <sys/cdefs.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Collects return addresses of the caller and its callers.
 * Returns:   the number stored
 * Context:   any
 */
unsigned OSBacktrace(void **bt, unsigned maxAddrs);

/*
 * Logs a text in printf()'s formats, who called and from where.
 * Context:   any
 */
void OSReportWithBacktrace(const char *str, ...) __printflike(1, 2);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSDEBUG_H_ */
