/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/version.h>: the version of the kernel whose interface this is.
 */
#ifndef _LIBKERN_VERSION_H_
#define _LIBKERN_VERSION_H_

#include <sys/types.h>

#define OSTYPE			"Darwin"
#define OSRELEASE		"19.6.0"
#define VERSION_MAJOR		19
#define VERSION_MINOR		6
#define VERSION_VARIANT		""
#define VERSION_REVISION	0
#define VERSION_STAGE_DEV	0x20
#define VERSION_STAGE_ALPHA	0x40
#define VERSION_STAGE_BETA	0x60
#define VERSION_STAGE_RELEASE	0x80
#define VERSION_STAGE		VERSION_STAGE_RELEASE

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Kernel major (8 = 10.4 ... 19 = 10.15).
 */
extern const int version_major;

/*
 * Minor.
 */
extern const int version_minor;

/*
 * Full version text.
 */
extern const char version[];

/*
 * Revision.
 */
extern const int version_revision;

/*
 * Release text such as 19.6.0.
 */
extern const char osrelease[];

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_VERSION_H_ */
