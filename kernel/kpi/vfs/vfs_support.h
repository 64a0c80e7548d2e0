/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <vfs/vfs_support.h>: kept for sources that include it.
 */
#ifndef _VFS_VFS_SUPPORT_H_
#define _VFS_VFS_SUPPORT_H_

#include <sys/param.h>

#endif /* _VFS_VFS_SUPPORT_H_ */
