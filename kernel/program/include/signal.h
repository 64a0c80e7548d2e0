/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SIGNAL_H_
#define _PROG_SIGNAL_H_

#include <ulib_cdefs.h>
#include <sys/signal.h>

int kill(pid_t pid, int sig) __U(kill);

#endif /* _PROG_SIGNAL_H_ */
