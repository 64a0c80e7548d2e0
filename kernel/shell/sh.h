/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One running shell.  Everything it knows is in struct shell, which belongs
 * to its process: several shells (console, second line, network, scripts in
 * the background) run side by side without sharing anything but the tree of
 * files and the processes themselves.
 */
#ifndef _KERNEL_SHELL_SH_H_
#define _KERNEL_SHELL_SH_H_

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/shell/ast.h"

#define SH_MAXLINE 4096
#define SH_HISTORY 100
#define SH_MAXJOBS 32

struct var {
	struct var *v_next;
	char *v_name, *v_value;
};

struct job {
	pid_t j_pid;		/* 0: free */
	char *j_text;
};

struct shell {
	struct var *sh_vars;
	const char *sh_name;	/* $0 */
	char **sh_argv;		/* $1 ... */
	int sh_argc;
	int sh_status;		/* $? */
	int sh_sourced;		/* files that read files, on one stack */
	pid_t sh_lastbg;	/* $! */
	bool sh_interactive;	/* a terminal: prompt, editing, job notes */
	bool sh_show_status;	/* set -o status */
	bool sh_errexit;	/* set -e */
	bool sh_xtrace;		/* set -x */
	bool sh_exit;		/* leave the main loop */
	int sh_break;		/* levels still to leave */
	bool sh_continue;	/* ... of which the last goes on */
	int sh_loops;		/* how deep we are in loops */
	struct job sh_jobs[SH_MAXJOBS];
	char *sh_history[SH_HISTORY];
	int sh_nhistory;
};

/* expand.c */
struct words {
	char **w_v;		/* NULL-terminated */
	int w_n, w_cap;
};
/*
 * Quotes, $variables and file name patterns of one word; several words may
 * come out of it.  Returns 0 or ENOMEM.
 */
int sh_expand(struct shell *sh, const char *word, struct words *out);
/* The same without splitting and patterns; the caller frees the result. */
char *sh_expand_one(struct shell *sh, const char *word);
bool sh_glob_match(const char *pattern, const char *name);
void sh_words_free(struct words *w);
const char *sh_getvar(struct shell *sh, const char *name);
int sh_setvar(struct shell *sh, const char *name, const char *value);
void sh_unsetvar(struct shell *sh, const char *name);

/* exec.c */
int sh_run(struct shell *sh, const struct node *n);
int sh_run_text(struct shell *sh, const char *text);
int sh_run_file(struct shell *sh, const char *path);
void sh_reap_jobs(struct shell *sh);

/* builtin.c: what has to happen in the shell's own process */
struct builtin {
	const char *b_name;
	int (*b_fn)(struct shell *sh, int argc, char **argv);
};
const struct builtin *sh_builtin_find(const char *name);
/* Calls fn with each builtin's name. */
void sh_builtin_names(void (*fn)(const char *name, void *arg), void *arg);

/* edit.c */
/*
 * Reads one line with editing, history and completion from a terminal.
 * Returns its length, -1 at the end of input (^D on an empty line), or -2
 * when it was given up with ^C.
 */
int sh_edit(struct shell *sh, const char *prompt, char *buf, size_t size);
void sh_history_add(struct shell *sh, const char *line);

#endif /* _KERNEL_SHELL_SH_H_ */
