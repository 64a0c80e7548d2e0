/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/unistd.h>: constants of file access.
 */
#ifndef _SYS_UNISTD_H_
#define _SYS_UNISTD_H_

#include <sys/cdefs.h>

#define F_OK			0
#define X_OK			0x01
#define W_OK			0x02
#define R_OK			0x04
#ifndef SEEK_SET
#define SEEK_SET		0
#define SEEK_CUR		1
#define SEEK_END		2
#endif

#endif /* _SYS_UNISTD_H_ */
