/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts a program as a process: a built-in command, or a file of /bin.
 * The child gets fds[0..2] as its descriptors 0, 1 and 2, and the caller's
 * credentials, directory and environment.
 */
#ifndef _SPAWN_H_
#define _SPAWN_H_

#include <ulib_cdefs.h>

#define SPAWN_NEWPGRP 1		/* leader of a new process group */

/*
 * Returns:   0 and the child's id in *pid, ENOENT when there is no such
 *            program, ENOEXEC with a line on stderr when the file is none,
 *            EAGAIN when there are too many processes, ENOMEM
 */
int spawn(pid_t *pid, const char *name, char *const argv[], const int fds[3],
    int flags) __U(spawn);

#endif /* _SPAWN_H_ */
