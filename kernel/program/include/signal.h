/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_SIGNAL_H_
#define _PROG_SIGNAL_H_

#include <ulib_cdefs.h>
#include <sys/signal.h>

#define SIG_DFL		((void (*)(int))0)
#define SIG_IGN		((void (*)(int))1)
#define SIG_ERR		((void (*)(int))-1)

int kill(pid_t pid, int sig) __U(kill);

/* A call that a handler interrupted fails with EINTR. */
void (*signal(int sig, void (*handler)(int)))(int) __U(signal);

#endif /* _PROG_SIGNAL_H_ */
