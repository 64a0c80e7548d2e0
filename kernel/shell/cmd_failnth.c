/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failnth: what a command does when memory runs out in the middle of it, at
 * every place in turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <spawn.h>
#include <unistd.h>

#include "kernel/shell/command.h"

#define RUNS_MAX	20000

static int
arm(uint64_t nth)
{
	return sysctlbyname("debug.fail.nth", NULL, NULL, &nth, sizeof(nth));
}

static unsigned
hits(void)
{
	size_t len = sizeof(unsigned);
	unsigned n = 0;

	(void)sysctlbyname("debug.fail.hits", &n, &len, NULL, 0);
	return n;
}

static int
run(char *const argv[], int out)
{
	int fds[3] = { 0, out, out }, status = 0, error;
	pid_t pid;

	error = spawn(&pid, argv[0], argv, fds, 0);
	if (error != 0)
		return -error;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

/* One run with the nth allocation failing; *reached says whether it did. */
static int
run_nth(uint64_t nth, char *const argv[], int out, bool *reached)
{
	unsigned before = hits();
	int status;

	if (arm(nth) != 0)
		return -errno;
	status = run(argv, out);
	(void)arm(0);
	*reached = hits() != before;
	return status;
}

/* Which allocation it was; the heap is quiet again. */
static void
tell(uint64_t nth, int status)
{
	char where[256] = "";
	size_t len = sizeof(where) - 1;

	(void)sysctlbyname("debug.fail.where", where, &len, NULL, 0);
	printf("%llu: status %d, in %s\n", (unsigned long long)nth, status,
	    where);
}

static int
sweep(char *const argv[], const char *after, bool verbose)
{
	char *tidy[] = { "sh", "-c", (char *)(uintptr_t)after, NULL };
	unsigned failed = 0;
	int null = open("/dev/null", O_RDWR), status;
	bool reached = true;
	uint64_t n;

	if (null < 0) {
		perror("failnth: /dev/null");
		return 1;
	}
	for (n = 1; reached && n <= RUNS_MAX; n++) {
		status = run_nth(n, argv, null, &reached);
		if (verbose && reached)
			tell(n, status);
		failed += status != 0;
		if (after != NULL)
			(void)run(tidy, null);
	}
	close(null);
	printf("%llu runs, %u failed\n", (unsigned long long)(n - 1), failed);
	if (!reached && status == 0)
		return 0;
	fprintf(stderr, "failnth: %s\n", reached ? "no end in sight" :
	    "the command fails by itself");
	return 1;
}

static int
failnth_main(int argc, char **argv)
{
	const char *after = NULL;
	bool all = false, verbose = false, reached;
	char *end;
	uint64_t n;
	int c, status;

	while ((c = getopt(argc, argv, "+a:sv")) != -1) {
		if (c == 'a')
			after = optarg;
		else if (c == 's')
			all = true;
		else if (c == 'v')
			verbose = true;
		else
			return command_usage("failnth");
	}
	argv += optind;
	argc -= optind;
	if (argc < (all ? 1 : 2))
		return command_usage("failnth");
	if (arm(0) != 0) {
		perror("failnth");
		return 1;
	}
	if (all)
		return sweep(argv, after, verbose);
	n = strtoull(argv[0], &end, 10);
	if (*end != '\0' || n == 0)
		return command_usage("failnth");
	status = run_nth(n, argv + 1, 1, &reached);
	if (reached)
		tell(n, status);
	else
		fprintf(stderr, "failnth: there were fewer allocations\n");
	if (status < 0)
		fprintf(stderr, "failnth: %s: %s\n", argv[1], strerror(-status));
	return status < 0 ? 1 : status;
}
COMMAND(failnth, "failnth [-sv] [-a command] [n] command [arg ...] - run with the "
    "nth allocation failing; -s: for each n (-a: what to run after each)",
    failnth_main);
