/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/tty.h>: kept for sources that include it; struct tty is opaque.
 */
#ifndef _SYS_TTY_H_
#define _SYS_TTY_H_

#include <sys/types.h>
#include <sys/queue.h>

struct tty;

#endif /* _SYS_TTY_H_ */
