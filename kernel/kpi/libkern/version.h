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
 * The major version; 19 stands for the interface of 10.15.
 */
extern const int version_major;

/*
 * The minor version.
 */
extern const int version_minor;

/*
 * The version as text.
 */
extern const char version[];

/*
 * The revision.
 */
extern const int version_revision;

/*
 * The release: major, minor and revision.
 */
extern const char osrelease[];

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_VERSION_H_ */
