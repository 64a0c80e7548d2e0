/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/appleapiopts.h>: which parts of the interface are visible to kexts:
 * the evolving ones are.
 */
#ifndef _SYS_APPLEAPIOPTS_H_
#define _SYS_APPLEAPIOPTS_H_

#ifndef __APPLE_API_STANDARD
#define __APPLE_API_STANDARD
#endif
#ifndef __APPLE_API_STABLE
#define __APPLE_API_STABLE
#endif
#ifndef __APPLE_API_EVOLVING
#define __APPLE_API_EVOLVING
#endif
#ifndef __APPLE_API_UNSTABLE
#define __APPLE_API_UNSTABLE
#endif
#ifndef __APPLE_API_OBSOLETE
#define __APPLE_API_OBSOLETE
#endif

#endif /* _SYS_APPLEAPIOPTS_H_ */
