/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/syslimits.h>: sizes of the system: names, lists, descriptors.
 */
#ifndef _SYS_SYSLIMITS_H_
#define _SYS_SYSLIMITS_H_

#define ARG_MAX			262144
#define CHILD_MAX		266
#define LINK_MAX		32767
#define NAME_MAX		255
#define NGROUPS_MAX		16
#define OPEN_MAX		10240
#define PATH_MAX		1024
#define PIPE_BUF		512
#define IOV_MAX			1024

#endif /* _SYS_SYSLIMITS_H_ */
