/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/dirent.h>: types of directory entries.
 */
#ifndef _SYS_DIRENT_H_
#define _SYS_DIRENT_H_

#include <sys/types.h>

#define DT_UNKNOWN		0
#define DT_FIFO			1
#define DT_CHR			2
#define DT_DIR			4
#define DT_BLK			6
#define DT_REG			8
#define DT_LNK			10
#define DT_SOCK			12

#endif /* _SYS_DIRENT_H_ */
