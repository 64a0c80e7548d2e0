/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/file.h>: open files.
 */
#ifndef _SYS_FILE_H_
#define _SYS_FILE_H_

#include <sys/fcntl.h>
#include <sys/uio.h>
#include <sys/queue.h>

#endif /* _SYS_FILE_H_ */
