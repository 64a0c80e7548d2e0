/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of text from the shell: tail, sort, uniq.  A file is read whole; what
 * the ram disk holds fits in memory twice.
 */
#include "kernel/shell/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The input cut into lines, without their ends. */
struct lines {
	char *l_text;
	char **l_line;
	size_t l_n;
};

static int
no_memory(const char *who)
{
	fprintf(stderr, "%s: %s\n", who, strerror(ENOMEM));
	return 1;
}

/* Everything of a stream, with a NUL behind it; NULL without memory. */
static char *
read_all(FILE *f, size_t *len)
{
	char *text = NULL, *p;
	size_t n = 0, cap = 0, got;

	do {
		if (cap - n < 1024) {
			cap = cap != 0 ? 2 * cap : 4096;
			p = realloc(text, cap);
			if (p == NULL) {
				free(text);
				return NULL;
			}
			text = p;
		}
		got = fread(text + n, 1, cap - n - 1, f);
		n += got;
	} while (got > 0);
	text[n] = '\0';
	*len = n;
	return text;
}

/* 0, or the status to leave with after having said why. */
static int
read_lines(const char *who, const char *path, struct lines *l)
{
	FILE *f = path == NULL || strcmp(path, "-") == 0 ? stdin
							 : fopen(path, "r");
	size_t len = 0, count = 1;
	char *s, *end;

	if (f == NULL) {
		fprintf(stderr, "%s: %s: %s\n", who, path, strerror(errno));
		return 1;
	}
	l->l_text = read_all(f, &len);
	if (f != stdin)
		fclose(f);
	if (l->l_text == NULL)
		return no_memory(who);
	for (s = l->l_text; (s = strchr(s, '\n')) != NULL; s++)
		count++;
	l->l_line = malloc(count * sizeof(*l->l_line));
	l->l_n = 0;
	if (l->l_line == NULL) {
		free(l->l_text);
		return no_memory(who);
	}
	for (s = l->l_text; s < l->l_text + len; s = end + 1) {
		end = strchr(s, '\n');
		if (end == NULL)
			end = l->l_text + len;
		*end = '\0';
		l->l_line[l->l_n++] = s;
	}
	return 0;
}

static void
free_lines(struct lines *l)
{
	free(l->l_line);
	free(l->l_text);
}

static int
tail_main(int argc, char **argv)
{
	struct lines l;
	size_t from;
	long n = 10;
	int c, r;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			return command_usage("tail");
		n = strtol(optarg, NULL, 10);
	}
	if (n < 0 || argc - optind > 1)
		return command_usage("tail");
	r = read_lines("tail", argv[optind], &l);
	if (r != 0)
		return r;
	from = l.l_n > (size_t)n ? l.l_n - (size_t)n : 0;
	for (; from < l.l_n; from++)
		puts(l.l_line[from]);
	free_lines(&l);
	return 0;
}
COMMAND(tail, "tail [-n lines] [file] - the last lines", tail_main);

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
by_number(const void *a, const void *b)
{
	long long x = strtoll(*(char *const *)a, NULL, 10);
	long long y = strtoll(*(char *const *)b, NULL, 10);

	return x < y ? -1 : x > y ? 1 : by_text(a, b);
}

static int
sort_main(int argc, char **argv)
{
	bool number = false, reverse = false, unique = false;
	const char *last = NULL, *s;
	struct lines l;
	int c, r;

	while ((c = getopt(argc, argv, "nru")) != -1) {
		if (c == 'n')
			number = true;
		else if (c == 'r')
			reverse = true;
		else if (c == 'u')
			unique = true;
		else
			return command_usage("sort");
	}
	if (argc - optind > 1)
		return command_usage("sort");
	r = read_lines("sort", argv[optind], &l);
	if (r != 0)
		return r;
	qsort(l.l_line, l.l_n, sizeof(*l.l_line), number ? by_number : by_text);
	for (size_t i = 0; i < l.l_n; i++) {
		s = l.l_line[reverse ? l.l_n - 1 - i : i];
		if (!unique || last == NULL || strcmp(s, last) != 0)
			puts(s);
		last = s;
	}
	free_lines(&l);
	return 0;
}
COMMAND(sort, "sort [-nru] [file] - lines in order", sort_main);

static int
uniq_main(int argc, char **argv)
{
	bool count = false;
	struct lines l;
	size_t i, n;
	int c, r;

	while ((c = getopt(argc, argv, "c")) != -1) {
		if (c != 'c')
			return command_usage("uniq");
		count = true;
	}
	if (argc - optind > 1)
		return command_usage("uniq");
	r = read_lines("uniq", argv[optind], &l);
	if (r != 0)
		return r;
	for (i = 0; i < l.l_n; i += n) {
		for (n = 1; i + n < l.l_n &&
		    strcmp(l.l_line[i], l.l_line[i + n]) == 0; n++)
			;
		if (count)
			printf("%7zu ", n);
		puts(l.l_line[i]);
	}
	free_lines(&l);
	return 0;
}
COMMAND(uniq, "uniq [-c] [file] - one of equal lines that follow each other",
    uniq_main);
