/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sh: the command language of the console, of /etc/rc and of test scripts.
 *
 *   sh                 reads commands from its input, with editing when that
 *                      is a terminal
 *   sh -c TEXT         runs TEXT
 *   sh FILE ARG...     runs a file, with $1 ... set
 *
 * After each line typed at a terminal a script on the other side can be told
 * the line's status: `set -o status`, or sh.status=1 on the kernel command
 * line, prints "[status N]" on a line of its own.
 */
#include "kernel/shell/sh.h"
#include "kernel/shell/command.h"
#include "kernel/shell/tty.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROMPT	"unikext# "
#define PROMPT2 "> "

/* One more line of input onto buf; the status of sh_edit. */
static int
more_input(struct shell *sh, char *buf, size_t size, bool first)
{
	size_t n = strlen(buf);
	int got;

	if (sh->sh_interactive) {
		const char *prompt = first ? getuid() == 0 ? PROMPT : "unikext$ "
					   : PROMPT2;

		got = sh_edit(sh, prompt, buf + n, size - n - 1);
		if (got < 0)
			return got;
		n += (size_t)got;
		buf[n++] = '\n';
		buf[n] = '\0';
		return got;
	}
	if (fgets(buf + n, (int)(size - n), stdin) == NULL)
		return -1;
	return (int)strlen(buf + n);
}

static void
run_line(struct shell *sh, struct node *n, struct arena *arena)
{
	int flag;

	if (sh->sh_interactive)
		ioctl(0, TIOCGINTR, &flag);	/* an old ^C is over */
	if (n != NULL)
		sh_run(sh, n);
	fflush(stdout);
	sh->sh_break = 0;
	sh_arena_free(arena);
}

/* Reads one complete command and runs it; false at the end of input. */
static bool
one_command(struct shell *sh, char *buf, size_t size)
{
	struct arena *arena;
	struct node *n;
	char err[80];
	bool more, first = true;
	int got;

	buf[0] = '\0';
	do {
		got = more_input(sh, buf, size, first);
		if (got == -2)
			return true;
		if (got < 0) {
			if (first)
				return false;
			fprintf(stderr, "sh: unexpected end of input\n");
			sh->sh_status = 2;
			return false;
		}
		if (strlen(buf) + 2 >= size) {
			fprintf(stderr, "sh: line too long\n");
			sh->sh_status = 2;
			return true;
		}
		first = false;
		if (sh_parse(buf, &n, &arena, &more, err, sizeof(err)) == 0) {
			if (sh->sh_interactive) {
				buf[strlen(buf) - 1] = '\0';
				sh_history_add(sh, buf);
			}
			run_line(sh, n, arena);
			return true;
		}
	} while (more);
	fprintf(stderr, "sh: %s\n", err);
	sh->sh_status = 2;
	return true;
}

static void
main_loop(struct shell *sh)
{
	char *buf = malloc(SH_MAXLINE);

	if (buf == NULL) {
		fprintf(stderr, "sh: out of memory\n");
		sh->sh_status = 1;
		return;
	}
	while (!sh->sh_exit) {
		sh_reap_jobs(sh);
		if (!one_command(sh, buf, SH_MAXLINE))
			break;
		if (sh->sh_interactive && sh->sh_show_status) {
			printf("[status %d]\n", sh->sh_status);
			fflush(stdout);
		}
	}
	free(buf);
}

static int
sh_main(int argc, char **argv)
{
	struct shell *sh = calloc(1, sizeof(*sh));
	const char *path, *status = getenv("SH_STATUS");
	int result;

	if (sh == NULL) {
		fprintf(stderr, "sh: out of memory\n");
		return 1;
	}
	sh->sh_name = "sh";
	sh->sh_show_status = status != NULL && status[0] == '1';
	if (argc >= 2 && strcmp(argv[1], "-c") == 0) {
		if (argc < 3)
			return command_usage("sh");
		sh->sh_argc = argc - 3;
		sh->sh_argv = argv + 3;
		sh_run_text(sh, argv[2]);
	} else if (argc >= 2 && argv[1][0] != '-') {
		path = argv[1];
		sh->sh_name = path;
		sh->sh_argc = argc - 2;
		sh->sh_argv = argv + 2;
		sh_run_file(sh, path);
	} else if (argc >= 2 && strcmp(argv[1], "-i") != 0) {
		return command_usage("sh");
	} else {
		sh->sh_interactive = isatty(0);
		main_loop(sh);
	}
	result = sh->sh_status;
	fflush(stdout);
	return result;
}
COMMAND(sh, "sh [-c text | file [arg ...]] - the shell", sh_main);
