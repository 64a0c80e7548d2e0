/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal requests of the shell, beside FIONREAD and the rest that any
 * descriptor answers.  A terminal starts in line mode: input is echoed, can
 * be corrected with backspace, and is read a line at a time; ^D on an empty
 * line is the end of input.  ^C interrupts the foreground process, or sets a
 * flag the shell asks for.
 */
#ifndef _KERNEL_SHELL_TTY_H_
#define _KERNEL_SHELL_TTY_H_

#include <sys/ioccom.h>

#define TIOCSRAW  _IOW('t', 200, int)	/* 1: each byte as it comes, no echo */
#define TIOCSFG	  _IOW('t', 201, int)	/* who gets ^C; 0: nobody */
#define TIOCGINTR _IOR('t', 202, int)	/* was there a ^C? (and forget it) */
#define TIOCISTTY _IO('t', 203)		/* succeeds on terminals only */

#endif /* _KERNEL_SHELL_TTY_H_ */
