/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builtins: commands that change the shell itself, and the cheap tests that
 * loops are made of.
 */
#include "kernel/shell/sh.h"
#include "kernel/shell/command.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
complain(const char *who, const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", who, what, why);
	return 1;
}

static int
b_cd(struct shell *sh, int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "/";

	if (chdir(dir) != 0)
		return complain("cd", dir, strerror(errno));
	return 0;
}

static int
b_exit(struct shell *sh, int argc, char **argv)
{
	sh->sh_exit = true;
	return argc > 1 ? atoi(argv[1]) : sh->sh_status;
}

static int
b_true(struct shell *sh, int argc, char **argv)
{
	return 0;
}

static int
b_false(struct shell *sh, int argc, char **argv)
{
	return 1;
}

static int
b_echo(struct shell *sh, int argc, char **argv)
{
	int i = 1;
	bool newline = true;

	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		newline = false;
		i++;
	}
	for (; i < argc; i++)
		printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	if (newline)
		printf("\n");
	return 0;
}

static int
b_set(struct shell *sh, int argc, char **argv)
{
	struct var *v;
	bool on;
	int i;

	if (argc == 1) {
		for (v = sh->sh_vars; v != NULL; v = v->v_next)
			printf("%s=%s\n", v->v_name, v->v_value);
		return 0;
	}
	for (i = 1; i < argc; i++) {
		on = argv[i][0] == '-';
		if (strcmp(argv[i] + 1, "e") == 0) {
			sh->sh_errexit = on;
		} else if (strcmp(argv[i] + 1, "x") == 0) {
			sh->sh_xtrace = on;
		} else if (strcmp(argv[i] + 1, "o") == 0 && i + 1 < argc &&
		    strcmp(argv[i + 1], "status") == 0) {
			sh->sh_show_status = on;
			i++;
		} else {
			return complain("set", argv[i],
			    "options are -e, -x and -o status");
		}
	}
	return 0;
}

static int
b_unset(struct shell *sh, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		sh_unsetvar(sh, argv[i]);
	return 0;
}

/* export NAME=value: into the environment of programs. */
static int
b_export(struct shell *sh, int argc, char **argv)
{
	const char *value;
	char *eq;
	int i;

	for (i = 1; i < argc; i++) {
		eq = strchr(argv[i], '=');
		if (eq != NULL) {
			*eq = '\0';
			sh_setvar(sh, argv[i], eq + 1);
		}
		value = sh_getvar(sh, argv[i]);
		if (value != NULL && setenv(argv[i], value, 1) != 0)
			return complain("export", argv[i], strerror(errno));
	}
	return 0;
}

#define MAX_SOURCED 8

static int
b_source(struct shell *sh, int argc, char **argv)
{
	int status;

	if (argc != 2)
		return complain(argv[0], "usage", "source FILE");
	if (sh->sh_sourced == MAX_SOURCED)
		return complain(argv[0], argv[1], "nested too deeply");
	sh->sh_sourced++;
	status = sh_run_file(sh, argv[1]);
	sh->sh_sourced--;
	return status;
}

static int
b_shift(struct shell *sh, int argc, char **argv)
{
	if (sh->sh_argc == 0)
		return 1;
	sh->sh_argc--;
	sh->sh_argv++;
	return 0;
}

static int
leave_loop(struct shell *sh, int argc, char **argv, bool go_on)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;

	if (sh->sh_loops == 0 || n < 1)
		return complain(argv[0], "not here", "only inside a loop");
	sh->sh_break = n < sh->sh_loops ? n : sh->sh_loops;
	sh->sh_continue = go_on;
	return 0;
}

static int
b_break(struct shell *sh, int argc, char **argv)
{
	return leave_loop(sh, argc, argv, false);
}

static int
b_continue(struct shell *sh, int argc, char **argv)
{
	return leave_loop(sh, argc, argv, true);
}

static int
b_jobs(struct shell *sh, int argc, char **argv)
{
	sh_reap_jobs(sh);
	for (int i = 0; i < SH_MAXJOBS; i++) {
		struct job *j = &sh->sh_jobs[i];

		if (j->j_pid != 0)
			printf("[%d] %d  %s\n", i + 1, (int)j->j_pid,
			    j->j_text ? j->j_text : "");
	}
	return 0;
}

/* wait [pid]: for one background process and its status, or for all. */
static int
b_wait(struct shell *sh, int argc, char **argv)
{
	int i, status, result = 0;
	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;

	for (i = 0; i < SH_MAXJOBS; i++) {
		struct job *j = &sh->sh_jobs[i];

		if (j->j_pid == 0 || (pid != 0 && j->j_pid != pid))
			continue;
		if (waitpid(j->j_pid, &status, 0) == j->j_pid) {
			result = WIFEXITED(status) ? WEXITSTATUS(status)
						   : 128 + WTERMSIG(status);
			free(j->j_text);
			memset(j, 0, sizeof(*j));
		} else if (errno == EINTR) {
			return 128 + SIGINT;
		}
	}
	return pid != 0 ? result : 0;
}

static int
b_history(struct shell *sh, int argc, char **argv)
{
	for (int i = 0; i < sh->sh_nhistory; i++)
		printf("%5d  %s\n", i + 1, sh->sh_history[i]);
	return 0;
}

static bool
is_file(const char *path, int type)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	return type == 0 || (int)(st.st_mode & S_IFMT) == type;
}

/* -1 where the operator is none we know. */
static int
test_binary(const char *a, const char *op, const char *b)
{
	long x = strtol(a, NULL, 0), y = strtol(b, NULL, 0);

	if (strcmp(op, "=") == 0 || strcmp(op, "==") == 0)
		return strcmp(a, b) == 0;
	if (strcmp(op, "!=") == 0)
		return strcmp(a, b) != 0;
	if (strcmp(op, "-eq") == 0)
		return x == y;
	if (strcmp(op, "-ne") == 0)
		return x != y;
	if (strcmp(op, "-lt") == 0)
		return x < y;
	if (strcmp(op, "-le") == 0)
		return x <= y;
	if (strcmp(op, "-gt") == 0)
		return x > y;
	if (strcmp(op, "-ge") == 0)
		return x >= y;
	return -1;
}

static int
test_unary(const char *op, const char *a)
{
	if (strcmp(op, "-n") == 0)
		return a[0] != '\0';
	if (strcmp(op, "-z") == 0)
		return a[0] == '\0';
	if (strcmp(op, "-e") == 0)
		return is_file(a, 0);
	if (strcmp(op, "-f") == 0)
		return is_file(a, S_IFREG);
	if (strcmp(op, "-d") == 0)
		return is_file(a, S_IFDIR);
	return -1;
}

static int
b_test(struct shell *sh, int argc, char **argv)
{
	bool negate = false;
	int r = -1;

	if (strcmp(argv[0], "[") == 0) {
		if (strcmp(argv[argc - 1], "]") != 0)
			return complain("[", "missing", "]") + 1;
		argc--;
	}
	argv++;
	argc--;
	if (argc > 0 && strcmp(argv[0], "!") == 0) {
		negate = true;
		argv++;
		argc--;
	}
	if (argc == 0)
		r = 0;
	else if (argc == 1)
		r = argv[0][0] != '\0';
	else if (argc == 2)
		r = test_unary(argv[0], argv[1]);
	else if (argc == 3)
		r = test_binary(argv[0], argv[1], argv[2]);
	if (r < 0)
		return complain("test", argc > 1 ? argv[1] : "?",
			   "unknown operator") + 1;
	return (r != 0) == negate;
}

static int
by_name(const void *a, const void *b)
{
	const struct command *x = *(const struct command *const *)a;
	const struct command *y = *(const struct command *const *)b;

	return strcmp(x->c_name, y->c_name);
}

static int
b_help(struct shell *sh, int argc, char **argv)
{
	const struct command *one, **all;
	size_t n = 0, i;

	if (argc > 1) {
		one = command_find(argv[1]);
		if (one == NULL)
			return complain("help", argv[1], "no such command");
		printf("%s\n", one->c_help);
		return 0;
	}
	all = malloc((size_t)(__stop_set_commands - __start_set_commands) *
	    sizeof(*all));
	if (all == NULL)
		return complain("help", "memory", strerror(ENOMEM));
	COMMAND_FOREACH(c)
		all[n++] = *c;
	qsort(all, n, sizeof(*all), by_name);
	for (i = 0; i < n; i++)
		printf("%s\n", all[i]->c_help);
	free(all);
	printf("and in the shell: . : [ break cd continue echo exit export "
	       "false help history\njobs set shift source test true unset "
	       "wait; if, while, until, for; && || ; & | < > >>\n");
	return 0;
}

static const struct builtin builtins[] = {
	{ ".", b_source }, { ":", b_true }, { "[", b_test },
	{ "break", b_break }, { "cd", b_cd }, { "continue", b_continue },
	{ "echo", b_echo }, { "exit", b_exit }, { "export", b_export },
	{ "false", b_false }, { "help", b_help }, { "history", b_history },
	{ "jobs", b_jobs }, { "set", b_set }, { "shift", b_shift },
	{ "source", b_source }, { "test", b_test }, { "true", b_true },
	{ "unset", b_unset }, { "wait", b_wait },
};

#define NBUILTINS (sizeof(builtins) / sizeof(builtins[0]))

const struct builtin *
sh_builtin_find(const char *name)
{
	for (size_t i = 0; i < NBUILTINS; i++)
		if (strcmp(builtins[i].b_name, name) == 0)
			return &builtins[i];
	return NULL;
}

void
sh_builtin_names(void (*fn)(const char *name, void *arg), void *arg)
{
	for (size_t i = 0; i < NBUILTINS; i++)
		fn(builtins[i].b_name, arg);
}
