/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last step of the boot: /etc/rc, then a shell on the console, and
 * another one whenever that ends.
 *
 * rc=PATH on the command line runs another file, rc=none runs none;
 * sh.status=1 makes the shell tell each line's status (see sh.c).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/systm.h>

#include "kernel/cmdline.h"
#include "kernel/fs/vfs.h"
#include "kernel/initcall.h"
#include "kernel/proc/proc.h"
#include "kernel/program/program.h"

/* Runs one program on the console to its end. */
static errno_t
run(struct file *console, char *const argv[])
{
	struct spawn_attr sa = { .sa_keep = true, .sa_newpgrp = true };
	struct proc *p;
	errno_t error;
	int i, status;

	for (i = 0; i < 3; i++)
		sa.sa_file[i] = console;
	error = program_spawn(argv[0], argv, &sa, &p);
	if (error != 0)
		return error;
	error = proc_wait(p->p_pid, &status);
	proc_rele(p);
	return error;
}

static void
console_shell(void *arg)
{
	char *rc_argv[] = { "sh", "/etc/rc", NULL };
	char *sh_argv[] = { "sh", "-i", NULL };
	const char *rc = cmdline_get("rc"), *status = cmdline_get("sh.status");
	struct file *console;
	struct kstat st;
	errno_t error;

	error = vfs_open(current_proc(), "/dev/console", O_RDWR, 0, &console);
	if (error != 0)
		panic("/dev/console: error %d", error);
	if (status != NULL)
		setenv("SH_STATUS", status, 1);
	if (rc != NULL && *rc != '\0')
		rc_argv[1] = (char *)(uintptr_t)rc;
	if (strcmp(rc_argv[1], "none") != 0 &&
	    vfs_stat(current_proc(), rc_argv[1], true, &st) == 0)
		run(console, rc_argv);
	else if (rc != NULL && strcmp(rc, "none") != 0)
		printf("rc: %s: no such file\n", rc_argv[1]);
	for (;;) {
		error = run(console, sh_argv);
		if (error != 0) {
			printf("cannot start a shell: error %d\n", error);
			thread_sleep_ns(1000000000ull);
		}
	}
}

static void
console_shell_init(void)
{
	if (thread_create(NULL, "console", PRI_USER, console_shell, NULL,
	    NULL) != 0)
		panic("no memory for the console's thread");
}
INITCALL_ORDER(INIT_USER, 900, console_shell_init);
