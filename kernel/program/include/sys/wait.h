/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SYS_WAIT_H_
#define _PROG_SYS_WAIT_H_

#include <ulib_cdefs.h>

#define WNOHANG 1
#define WIFEXITED(s)   (((s) & 0x7f) == 0)
#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WTERMSIG(s)    ((s) & 0x7f)

pid_t waitpid(pid_t pid, int *status, int options) __U(waitpid);

#endif /* _PROG_SYS_WAIT_H_ */
