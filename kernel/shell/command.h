/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Built-in programs.  COMMAND() puts a record in a linker set; the shell and
 * spawn() find a program there by name before they look for a file in /bin.
 * The function runs as a process of its own, with argv, three descriptors
 * and an exit status, like any main().
 *
 * help is one line, "usage - what it does": `help` prints it, and so do
 * `help NAME` and `NAME -h`; a wrong option prints the usage part.  A command
 * with no option in its usage is not run with one.
 */
#ifndef _KERNEL_SHELL_COMMAND_H_
#define _KERNEL_SHELL_COMMAND_H_

#include <stdbool.h>

#include "kernel/linker_set.h"

struct command {
	const char *c_name;
	const char *c_help;
	int (*c_main)(int argc, char **argv);
};

#define COMMAND(name, help, fn)						\
	static const struct command LINKER_SET_CAT(command_, name) = {	\
		#name, help, fn };					\
	LINKER_SET_ADD(commands, const struct command,			\
	    &LINKER_SET_CAT(command_, name))

LINKER_SET_DECLARE(commands, const struct command);

/* p: const struct command *const * */
#define COMMAND_FOREACH(p)						\
	for (const struct command *const *p = __start_set_commands;	\
	    p < __stop_set_commands; p++)

/*
 * The record of a name, or NULL.
 * Context:   any thread
 */
const struct command *command_find(const char *name);

/*
 * Prints "usage: ..." of the calling command on stderr and returns 64, the
 * status of a command line that was not understood.
 * Context:   thread, may block
 */
int command_usage(const char *name);

/*
 * Runs argv[0] as a process with this one's streams and waits for its end.
 * Returns:   its exit status, 128 and the signal when one ended it, or 127
 *            after a line "name: argv[0]: reason" when it did not start
 * Context:   thread, blocks
 */
int command_run(const char *name, char *const argv[]);

/*
 * Whether the calling process is root's; else says so on stderr.
 * Context:   thread, may block
 */
bool command_privileged(const char *name);

#endif /* _KERNEL_SHELL_COMMAND_H_ */
