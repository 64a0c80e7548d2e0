/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting programs, and the library state they begin with.
 *
 * A child's state is made by its parent, with the environment copied, and is
 * the process's p_udata before the child's first instruction.
 */
#include "kernel/program/calls.h"
#include "kernel/program/ulib.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "kernel/file/file.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/program/program.h"
#include "kernel/program/ulib_lock.h"
#include "kernel/shell/command.h"
#include "kernel/sync/lock.h"

#include "kernel/program/include/spawn.h"

#define SPAWN_ARG_MAX	65536		/* as ARGS_MAX of proc.c */

static LOCK_GROUP(ulib_grp, "ulib");
static errno_t (*program_loader)(const char *path, struct program *out);

static struct ulib *
ulib_create(void)
{
	struct ulib *u = kmalloc(sizeof(*u), M_WAITOK | M_ZERO);

	if (u == NULL)
		return NULL;
	u->u_lock = lck_mtx_alloc_init(&ulib_grp, LCK_ATTR_NULL);
	if (u->u_lock == NULL) {
		kfree(u);
		return NULL;
	}
	LIST_INIT(&u->u_blocks);
	LIST_INIT(&u->u_env);
	LIST_INIT(&u->u_files);
	u->u_getopt.ind = 1;
	u->u_getopt.err = 1;
	return u;
}

/* For proc_exit: whatever way the process ended. */
static void
ulib_exit(void *udata)
{
	struct ulib *u = udata;

	ulib_release(u);
	lck_mtx_free(u->u_lock, &ulib_grp);
	kfree(u);
}

struct ulib *
ulib(void)
{
	struct proc *p = current_proc();

	if (p->p_udata == NULL) {
		p->p_udata = ulib_create();
		if (p->p_udata == NULL)
			panic("no memory for the first program's library");
		p->p_udata_free = ulib_exit;
	}
	return p->p_udata;
}

void
ulib_lock(struct ulib *u)
{
	lck_mtx_lock(u->u_lock);
}

void
ulib_unlock(struct ulib *u)
{
	lck_mtx_unlock(u->u_lock);
}

void *
ulib_kalloc(size_t n)
{
	return kmalloc(n, M_WAITOK | M_NULL);
}

void
ulib_kfree(void *p)
{
	kfree(p);
}

bool
ulib_lock_owned(const struct proc *p)
{
	const struct ulib *u = p->p_udata;

	return u != NULL && p->p_udata_free == ulib_exit &&
	    lck_mtx_owned(u->u_lock);
}

void
ulib_lock_drop(struct proc *p)
{
	if (ulib_lock_owned(p))
		ulib_unlock(p->p_udata);
}

const struct command *
command_find(const char *name)
{
	COMMAND_FOREACH(c)
		if (strcmp((*c)->c_name, name) == 0)
			return *c;
	return NULL;
}

/* How many characters of a command's help are its usage. */
static int
usage_len(const struct command *c)
{
	const char *dash = strstr(c->c_help, " - ");

	return (int)(dash != NULL ? (size_t)(dash - c->c_help) :
	    strlen(c->c_help));
}

int
command_usage(const char *name)
{
	const struct command *c = command_find(name);

	if (c != NULL)
		fprintf(stderr, "usage: %.*s\n", usage_len(c), c->c_help);
	return 64;
}

bool
command_privileged(const char *name)
{
	if (geteuid() == 0)
		return true;
	fprintf(stderr, "%s: not permitted\n", name);
	return false;
}

static bool
has_options(const struct command *c)
{
	int n = usage_len(c);

	for (int i = 1; i < n; i++)
		if (c->c_help[i] == '-' && (c->c_help[i - 1] == '[' ||
		    c->c_help[i - 1] == ' '))
			return true;
	return false;
}

/*
 * What is the same for all commands: `-h` alone is a question, and one that
 * takes no options is not given any.  False: the command itself is to run.
 */
static bool
command_common(const struct command *c, int argc, char **argv, int *status)
{
	if (argc == 2 && (strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "--help") == 0)) {
		printf("usage: %s\n", c->c_help);
		*status = 0;
		return true;
	}
	if (argc > 1 && argv[1][0] == '-' && isalpha((u_char)argv[1][1]) &&
	    !has_options(c)) {
		fprintf(stderr, "%s: unknown option %s\n", argv[0], argv[1]);
		*status = command_usage(c->c_name);
		return true;
	}
	return false;
}

void
program_set_loader(errno_t (*loader)(const char *path, struct program *out))
{
	program_loader = loader;
}

/* Built in by that name, or a file: a path, or a name in /bin. */
static errno_t
find_program(const char *name, struct program *pr)
{
	const struct command *c = command_find(name);
	char path[256];

	memset(pr, 0, sizeof(*pr));
	if (c != NULL) {
		pr->pr_main = c->c_main;
		return 0;
	}
	if (program_loader == NULL)
		return ENOENT;
	if (strchr(name, '/') != NULL)
		return program_loader(name, pr);
	snprintf(path, sizeof(path), "/bin/%s", name);
	return program_loader(path, pr);
}

/* The process's main: the program's, with its output flushed behind it. */
static int
program_start(int argc, char **argv)
{
	const struct command *c = command_find(argv[0]);
	int status;

	if (c == NULL || c->c_main != ulib()->u_main ||
	    !command_common(c, argc, argv, &status))
		status = ulib()->u_main(argc, argv);
	fflush(NULL);
	return status;
}

errno_t
program_spawn(const char *name, char *const argv[], struct spawn_attr *sa,
    struct proc **out)
{
	struct program pr;
	struct ulib *u;
	errno_t error;
	int argc = 0;

	if ((error = find_program(name, &pr)) != 0)
		return error;
	u = ulib_create();
	if (u == NULL) {
		error = ENOMEM;
		goto fail_program;
	}
	u->u_main = pr.pr_main;
	if (current_proc()->p_udata != NULL &&
	    (error = ulib_copy_env(u, current_proc()->p_udata)) != 0)
		goto fail_library;
	while (argv[argc] != NULL)
		argc++;
	sa->sa_module = pr.pr_module;
	sa->sa_module_done = pr.pr_done;
	sa->sa_udata = u;
	sa->sa_udata_free = ulib_exit;
	error = proc_spawn(name, program_start, argc,
	    (char **)(uintptr_t)argv, sa, out);
	if (error == 0)
		return 0;
fail_library:
	ulib_exit(u);
fail_program:
	if (pr.pr_done != NULL)
		pr.pr_done(pr.pr_module);
	return error;
}

/* The strings of a program that wants a child. */
static errno_t
check_args(char *const argv[])
{
	errno_t error = 0;
	int i;

	for (i = 0; error == 0; i++) {
		if (!user_readable(&argv[i], sizeof(argv[i])))
			return EFAULT;
		if (argv[i] == NULL)
			break;
		error = user_string(argv[i], SPAWN_ARG_MAX);
		if (error == ENAMETOOLONG)
			error = E2BIG;
	}
	return error;
}

int
spawn(pid_t *pid, const char *name, char *const argv[], const int fds[3],
    int flags)
{
	struct proc *p = current_proc(), *child;
	struct spawn_attr sa = { .sa_newpgrp = flags & SPAWN_NEWPGRP };
	errno_t error = 0;
	int i;

	if (!user_writable(pid, sizeof(*pid)) ||
	    !user_readable(fds, 3 * sizeof(*fds)))
		error = EFAULT;
	if (error == 0)
		error = user_string(name, MAXPATHLEN);
	if (error == 0)
		error = check_args(argv);
	for (i = 0; i < 3 && error == 0; i++)
		error = fget(p, fds[i], &sa.sa_file[i]);
	if (error == 0)
		error = program_spawn(name, argv, &sa, &child);
	for (i = 0; i < 3; i++)
		if (sa.sa_file[i] != NULL)
			fput(sa.sa_file[i]);
	if (error == 0) {
		*pid = child->p_pid;
		proc_rele(child);
	}
	proc_signal_check();
	return error;
}
