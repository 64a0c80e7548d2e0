/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running a parsed line.  A simple command is a builtin (runs here) or a
 * program (runs as a process with the shell's descriptors or redirected
 * ones).  Anything compound in a pipeline or in the background runs in a
 * shell of its own, started with the text it was read from.
 *
 * The terminal's ^C goes to the foreground process; a loop of builtins looks
 * at it between commands.  A program ended by a signal has the status 128
 * plus its number.
 */
#include "kernel/shell/sh.h"
#include "kernel/shell/tty.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_NOTFOUND 127
#define STATUS_FAILURE	126

static bool
interrupted(struct shell *sh)
{
	int flag = 0;

	if (!sh->sh_interactive || ioctl(0, TIOCGINTR, &flag) != 0 || !flag)
		return false;
	sh->sh_status = 128 + SIGINT;
	return true;
}

static int
exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

static void
set_foreground(struct shell *sh, pid_t pid)
{
	if (sh->sh_interactive)
		ioctl(0, TIOCSFG, &pid);
}

static int
wait_foreground(struct shell *sh, pid_t pid)
{
	int status = 0;

	set_foreground(sh, pid);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			status = STATUS_FAILURE << 8;
			break;
		}
	}
	set_foreground(sh, 0);
	if (sh->sh_interactive && !WIFEXITED(status))
		printf("\n");
	return exit_status(status);
}

/* Opens what the redirections name into fds; every opened one is marked. */
static int
open_redirs(struct shell *sh, const struct redir *r, int fds[3],
    bool opened[3])
{
	static const int flags[] = {
		[REDIR_IN] = O_RDONLY,
		[REDIR_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
		[REDIR_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
	};
	char *path;
	int fd;

	for (; r != NULL; r = r->r_next) {
		if (r->r_fd > 2 || (r->r_kind == REDIR_DUP && r->r_from > 2)) {
			fprintf(stderr, "sh: descriptor above 2\n");
			return EINVAL;
		}
		if (r->r_kind == REDIR_DUP) {
			fd = dup(fds[r->r_from]);
			path = NULL;
		} else {
			path = sh_expand_one(sh, r->r_path);
			fd = path == NULL ? -1
					  : open(path, flags[r->r_kind], 0644);
		}
		if (fd < 0) {
			fprintf(stderr, "sh: %s: %s\n",
			    path != NULL ? path : "dup", strerror(errno));
			free(path);
			return EIO;
		}
		free(path);
		if (opened[r->r_fd])
			close(fds[r->r_fd]);
		fds[r->r_fd] = fd;
		opened[r->r_fd] = true;
	}
	return 0;
}

static void
close_redirs(int fds[3], const bool opened[3])
{
	for (int i = 0; i < 3; i++)
		if (opened[i])
			close(fds[i]);
}

/* The shell's own descriptors become fds; saved is for the way back. */
static void
redirect(const int fds[3], int saved[3])
{
	fflush(stdout);
	for (int i = 0; i < 3; i++) {
		saved[i] = -1;
		if (fds[i] != i) {
			saved[i] = dup(i);
			dup2(fds[i], i);
		}
	}
}

static void
redirect_back(const int saved[3])
{
	fflush(stdout);
	for (int i = 0; i < 3; i++) {
		if (saved[i] >= 0) {
			dup2(saved[i], i);
			close(saved[i]);
		}
	}
}

static int
run_builtin(struct shell *sh, const struct builtin *b, struct words *w,
    const int fds[3])
{
	int saved[3], status;

	redirect(fds, saved);
	status = b->b_fn(sh, w->w_n, w->w_v);
	redirect_back(saved);
	return status;
}

/* Jobs of a terminal are process groups of their own: ^C is for one. */
static pid_t
spawn_words(struct shell *sh, struct words *w, const int fds[3])
{
	pid_t pid;
	int error;

	fflush(stdout);
	error = spawn(&pid, w->w_v[0], w->w_v, fds,
	    sh->sh_interactive ? SPAWN_NEWPGRP : 0);
	if (error == 0)
		return pid;
	if (error == ENOENT)
		fprintf(stderr, "sh: %s: command not found\n", w->w_v[0]);
	else
		fprintf(stderr, "sh: %s: %s\n", w->w_v[0], strerror(error));
	errno = error;
	return -1;
}

/* name=value in front of nothing else sets variables. */
static bool
is_assignment(const char *word)
{
	const char *p = word;

	if (!(isalpha(*p) || *p == '_'))
		return false;
	while ((isalpha(*p) || *p == '_') || (*p >= '0' && *p <= '9'))
		p++;
	return *p == '=';
}

static int
assign(struct shell *sh, const char *word)
{
	char *s = sh_expand_one(sh, word), *eq;
	int error;

	if (s == NULL)
		return STATUS_FAILURE;
	eq = strchr(s, '=');
	*eq = '\0';
	error = sh_setvar(sh, s, eq + 1);
	free(s);
	return error ? STATUS_FAILURE : 0;
}

static int
expand_all(struct shell *sh, const struct node *n, int first, struct words *w)
{
	int i, error;

	for (i = first; i < n->n_nwords; i++) {
		if ((error = sh_expand(sh, n->n_words[i], w)) != 0) {
			fprintf(stderr, "sh: %s\n", strerror(error));
			return error;
		}
	}
	return 0;
}

static void
trace(const struct words *w)
{
	fprintf(stderr, "+");
	for (int i = 0; i < w->w_n; i++)
		fprintf(stderr, " %s", w->w_v[i]);
	fprintf(stderr, "\n");
}

/*
 * Starts the command with fds (which it may replace); a builtin or an empty
 * command is over when this returns, with *pid 0 and its status.
 */
static int
start_command(struct shell *sh, const struct node *n, const int base[3],
    bool in_shell, pid_t *pid)
{
	int fds[3] = { base[0], base[1], base[2] }, status = 0, i = 0;
	bool opened[3] = { false, false, false };
	const struct builtin *b;
	struct words w = { 0 };

	*pid = 0;
	if (expand_all(sh, n, 0, &w) != 0) {
		status = STATUS_FAILURE;
		goto out;
	}
	if (n->n_nwords > 0 && is_assignment(n->n_words[0])) {
		for (i = 0; i < n->n_nwords && status == 0; i++) {
			if (!is_assignment(n->n_words[i])) {
				fprintf(stderr, "sh: %s: an assignment stands "
				    "alone\n", n->n_words[0]);
				status = STATUS_FAILURE;
			} else {
				status = assign(sh, n->n_words[i]);
			}
		}
		goto out;
	}
	if (sh->sh_xtrace)
		trace(&w);
	if (open_redirs(sh, n->n_redirs, fds, opened) != 0) {
		status = STATUS_FAILURE;
	} else if (w.w_n > 0) {
		b = in_shell ? sh_builtin_find(w.w_v[0]) : NULL;
		if (b != NULL) {
			status = run_builtin(sh, b, &w, fds);
		} else if ((*pid = spawn_words(sh, &w, fds)) < 0) {
			*pid = 0;
			status = errno == ENOENT ? STATUS_NOTFOUND
						 : STATUS_FAILURE;
		}
	}
	close_redirs(fds, opened);
out:
	sh_words_free(&w);
	return status;
}

/* A shell of its own for something compound. */
static int
start_subshell(struct shell *sh, const struct node *n, const int fds[3],
    pid_t *pid)
{
	char *text = malloc(n->n_srclen + 1);
	char *argv[] = { "sh", "-c", text, NULL };
	struct words w = { .w_v = argv, .w_n = 3 };

	*pid = 0;
	if (text == NULL)
		return STATUS_FAILURE;
	memcpy(text, n->n_src, n->n_srclen);
	text[n->n_srclen] = '\0';
	*pid = spawn_words(sh, &w, fds);
	free(text);
	if (*pid >= 0)
		return 0;
	*pid = 0;
	return STATUS_FAILURE;
}

static int
start_any(struct shell *sh, const struct node *n, const int fds[3], pid_t *pid)
{
	const struct builtin *b = NULL;

	if (n->n_kind == NODE_COMMAND && n->n_nwords > 0)
		b = sh_builtin_find(n->n_words[0]);
	if (n->n_kind == NODE_COMMAND && b == NULL)
		return start_command(sh, n, fds, false, pid);
	return start_subshell(sh, n, fds, pid);
}

/* Left to right; every stage is started before any is waited for. */
static int
run_pipe(struct shell *sh, const struct node *n)
{
	const struct node *stage[32];
	pid_t pids[32];
	int i, k = 0, ends[2], status = 0, in = 0;

	for (; n->n_kind == NODE_PIPE; n = n->n_left) {
		if (k == 31) {
			fprintf(stderr, "sh: pipeline too long\n");
			return STATUS_FAILURE;
		}
		stage[k++] = n->n_right;
	}
	stage[k++] = n;
	for (i = k - 1; i >= 0; i--) {
		int fds[3] = { in, 1, 2 };

		ends[0] = 0;
		if (i > 0) {
			if (pipe(ends) != 0) {
				fprintf(stderr, "sh: pipe: %s\n",
				    strerror(errno));
				ends[0] = 0;
				status = STATUS_FAILURE;
				pids[i] = 0;
				while (--i >= 0)
					pids[i] = 0;
				break;
			}
			fds[1] = ends[1];
		}
		status = start_any(sh, stage[i], fds, &pids[i]);
		if (i > 0)
			close(ends[1]);
		if (in != 0)
			close(in);
		in = ends[0];
	}
	if (in != 0)
		close(in);
	for (i = 0; i < k; i++) {
		if (pids[i] == 0)
			continue;
		if (i == 0)
			status = wait_foreground(sh, pids[i]);
		else
			waitpid(pids[i], NULL, 0);
	}
	return status;
}

static int
run_background(struct shell *sh, const struct node *n)
{
	static const int fds[3] = { 0, 1, 2 };
	const struct node *cmd = n->n_left;
	struct job *j = sh->sh_jobs;
	pid_t pid;
	int status;

	sh_reap_jobs(sh);
	while (j < sh->sh_jobs + SH_MAXJOBS && j->j_pid != 0)
		j++;
	if (j == sh->sh_jobs + SH_MAXJOBS) {
		fprintf(stderr, "sh: too many jobs\n");
		return STATUS_FAILURE;
	}
	status = start_any(sh, cmd, fds, &pid);
	if (pid == 0)
		return status;
	j->j_pid = pid;
	j->j_text = malloc(n->n_srclen + 1);
	if (j->j_text != NULL) {
		memcpy(j->j_text, n->n_src, n->n_srclen);
		j->j_text[n->n_srclen] = '\0';
	}
	sh->sh_lastbg = pid;
	if (sh->sh_interactive)
		printf("[%d] %d\n", (int)(j - sh->sh_jobs) + 1, (int)pid);
	return 0;
}

void
sh_reap_jobs(struct shell *sh)
{
	int i, status = 0;

	for (i = 0; i < SH_MAXJOBS; i++) {
		struct job *j = &sh->sh_jobs[i];

		if (j->j_pid == 0 || waitpid(j->j_pid, &status, WNOHANG) == 0)
			continue;
		if (sh->sh_interactive)
			printf("[%d] done %d  %s\n", i + 1,
			    exit_status(status), j->j_text ? j->j_text : "");
		free(j->j_text);
		memset(j, 0, sizeof(*j));
	}
}

/* One round of a loop; false when it is to be left. */
static bool
loop_body(struct shell *sh, const struct node *body)
{
	if (body != NULL)
		sh_run(sh, body);
	if (sh->sh_break > 0) {
		sh->sh_break--;
		if (sh->sh_break > 0 || !sh->sh_continue)
			return false;
		sh->sh_continue = false;
	}
	return !sh->sh_exit && !interrupted(sh);
}

static int
run_while(struct shell *sh, const struct node *n)
{
	int status = 0;

	sh->sh_loops++;
	while ((sh_run(sh, n->n_cond) == 0) != n->n_negate && !sh->sh_exit) {
		bool go_on = loop_body(sh, n->n_left);

		status = sh->sh_status;
		if (!go_on)
			break;
	}
	sh->sh_loops--;
	return status;
}

static int
run_for(struct shell *sh, const struct node *n)
{
	struct words w = { 0 };
	int i, status = 0;

	if (expand_all(sh, n, 1, &w) != 0) {
		sh_words_free(&w);
		return STATUS_FAILURE;
	}
	sh->sh_loops++;
	for (i = 0; i < w.w_n; i++) {
		if (sh_setvar(sh, n->n_words[0], w.w_v[i]) != 0 ||
		    !loop_body(sh, n->n_left))
			break;
	}
	status = i > 0 || n->n_left != NULL ? sh->sh_status : 0;
	sh->sh_loops--;
	sh_words_free(&w);
	return status;
}

static int
run_simple(struct shell *sh, const struct node *n)
{
	static const int fds[3] = { 0, 1, 2 };
	pid_t pid;
	int status;

	status = start_command(sh, n, fds, true, &pid);
	return pid != 0 ? wait_foreground(sh, pid) : status;
}

/* From the innermost left end up to top: a list of any length. */
static int
run_and_or(struct shell *sh, const struct node *top)
{
	const struct node *n = top;
	bool keep = sh->sh_errexit;
	int status;

	while (n->n_left->n_kind == NODE_AND || n->n_left->n_kind == NODE_OR)
		n = n->n_left;
	/* set -e looks at the last command of a list only. */
	sh->sh_errexit = false;
	status = sh_run(sh, n->n_left);
	for (;; n = n->n_cond) {
		if (n == top)
			sh->sh_errexit = keep;
		if (!sh->sh_exit && (status == 0) == (n->n_kind == NODE_AND))
			status = sh_run(sh, n->n_right);
		if (n == top)
			return status;
	}
}

static int
run_node(struct shell *sh, const struct node *n)
{
	int status;

	switch (n->n_kind) {
	case NODE_COMMAND:
		status = run_simple(sh, n);
		if (sh->sh_errexit && status != 0)
			sh->sh_exit = true;
		return status;
	case NODE_PIPE:
		return run_pipe(sh, n);
	case NODE_AND:
	case NODE_OR:
		return run_and_or(sh, n);
	case NODE_SEQ:
		for (; n->n_kind == NODE_SEQ; n = n->n_right) {
			sh_run(sh, n->n_left);
			if (sh->sh_exit || sh->sh_break > 0 || interrupted(sh))
				return sh->sh_status;
		}
		return sh_run(sh, n);
	case NODE_BACKGROUND:
		return run_background(sh, n);
	case NODE_NOT:
		return sh_run(sh, n->n_left) == 0;
	case NODE_IF: {
		bool keep = sh->sh_errexit;

		sh->sh_errexit = false;
		status = sh_run(sh, n->n_cond);
		sh->sh_errexit = keep;
		if (status == 0)
			return n->n_left ? sh_run(sh, n->n_left) : 0;
		return n->n_right ? sh_run(sh, n->n_right) : 0;
	}
	case NODE_WHILE:
		return run_while(sh, n);
	case NODE_FOR:
		return run_for(sh, n);
	case NODE_GROUP:
		return n->n_left != NULL ? sh_run(sh, n->n_left) : 0;
	}
	return STATUS_FAILURE;
}

/* A loop, an if or a group with redirections of its own. */
static int
run_redirected(struct shell *sh, const struct node *n)
{
	int fds[3] = { 0, 1, 2 }, saved[3], status = STATUS_FAILURE;
	bool opened[3] = { false, false, false };

	if (open_redirs(sh, n->n_redirs, fds, opened) == 0) {
		redirect(fds, saved);
		status = run_node(sh, n);
		redirect_back(saved);
	}
	close_redirs(fds, opened);
	return status;
}

int
sh_run(struct shell *sh, const struct node *n)
{
	return sh->sh_status = n->n_redirs != NULL &&
	    n->n_kind != NODE_COMMAND ? run_redirected(sh, n) : run_node(sh, n);
}

int
sh_run_text(struct shell *sh, const char *text)
{
	struct arena *arena;
	struct node *n;
	char err[80];
	bool more;

	if (sh_parse(text, &n, &arena, &more, err, sizeof(err)) != 0) {
		fprintf(stderr, "sh: %s\n", err);
		return sh->sh_status = 2;
	}
	if (n != NULL)
		sh_run(sh, n);
	sh_arena_free(arena);
	return sh->sh_status;
}

int
sh_run_file(struct shell *sh, const char *path)
{
	size_t n = 0, cap = 0, got;
	char *text = NULL, *p;
	FILE *f = fopen(path, "r");
	int status;

	if (f == NULL) {
		fprintf(stderr, "sh: %s: %s\n", path, strerror(errno));
		return sh->sh_status = STATUS_NOTFOUND;
	}
	do {
		if (cap - n < 2048) {
			cap += 4096;
			p = realloc(text, cap);
			if (p == NULL) {
				fprintf(stderr, "sh: %s: out of memory\n",
				    path);
				free(text);
				fclose(f);
				return sh->sh_status = STATUS_FAILURE;
			}
			text = p;
		}
		got = fread(text + n, 1, cap - n - 1, f);
		n += got;
	} while (got > 0);
	text[n] = '\0';
	fclose(f);
	status = sh_run_text(sh, text);
	free(text);
	return status;
}
