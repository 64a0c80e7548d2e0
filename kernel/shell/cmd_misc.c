/* SPDX-License-Identifier: BSD-2-Clause */
/* Small commands: sleep date uptime time clear man. */
#include "kernel/shell/command.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SECONDS	1000000000ul	/* 31 years */

/* "2", "0.25": seconds in ns; -1 for anything else. */
static long long
parse_seconds(const char *s)
{
	char *end;
	unsigned long sec = strtoul(s, &end, 10);
	long long ns, unit = 100000000ll;

	if (*s == '-' || sec > MAX_SECONDS)
		return -1;
	ns = (long long)sec * 1000000000ll;
	if (*end == '.') {
		for (end++; *end >= '0' && *end <= '9'; end++) {
			ns += (*end - '0') * unit;
			unit /= 10;
		}
	}
	return end == s || *end != '\0' ? -1 : ns;
}

static int
sleep_main(int argc, char **argv)
{
	struct timespec ts;
	long long ns;

	if (argc != 2 || (ns = parse_seconds(argv[1])) < 0)
		return command_usage("sleep");
	ts.tv_sec = (time_t)(ns / 1000000000ll);
	ts.tv_nsec = (long)(ns % 1000000000ll);
	return nanosleep(&ts, NULL) != 0;
}
COMMAND(sleep, "sleep seconds - wait", sleep_main);

static int
two_digits(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* ccyymmddHHMM[.ss], from the right as much as there is; UTC. */
static bool
parse_date(const char *s, struct tm *tm)
{
	static const int days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	size_t n = strspn(s, "0123456789");
	const char *end = s + n;

	tm->tm_sec = 0;
	if (end[0] == '.' && strspn(end + 1, "0123456789") == 2)
		tm->tm_sec = two_digits(end + 1);
	else if (end[0] != '\0')
		return false;
	if (n < 2 || n > 12 || n % 2 != 0 || (end[0] == '.' && end[3] != '\0'))
		return false;
	if (n == 12)
		tm->tm_year = two_digits(s) * 100 + two_digits(s + 2) - 1900;
	else if (n == 10)
		tm->tm_year = two_digits(s) + 100;
	if (n >= 8)
		tm->tm_mon = two_digits(end - 8) - 1;
	if (n >= 6)
		tm->tm_mday = two_digits(end - 6);
	if (n >= 4)
		tm->tm_hour = two_digits(end - 4);
	tm->tm_min = two_digits(end - 2);
	return tm->tm_year >= 70 && tm->tm_mon >= 0 && tm->tm_mon < 12 &&
	    tm->tm_mday >= 1 && tm->tm_mday <= days[tm->tm_mon] &&
	    tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

static int
date_main(int argc, char **argv)
{
	struct timeval tv = { 0, 0 };
	struct tm tm;
	char buf[32];
	time_t t = time(NULL);

	if (argc > 2)
		return command_usage("date");
	if (argc == 2) {
		if (!parse_date(argv[1], gmtime_r(&t, &tm))) {
			fprintf(stderr, "date: %s: not a date\n", argv[1]);
			return 1;
		}
		tv.tv_sec = t = timegm(&tm);
		if (settimeofday(&tv, NULL) != 0) {
			fprintf(stderr, "date: %s\n", strerror(errno));
			return 1;
		}
	}
	asctime_r(gmtime_r(&t, &tm), buf);
	printf("%.19s UTC%s", buf, buf + 19);
	return 0;
}
COMMAND(date, "date [[[[[cc]yy]mm]dd]HH]MM[.ss] - print or set the time, UTC",
    date_main);

static int
uptime_main(int argc, char **argv)
{
	struct timespec ts;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "-j") != 0))
		return command_usage("uptime");
	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (argc > 1)
		printf("{\"seconds\": %lld.%06ld}\n", (long long)ts.tv_sec,
		    ts.tv_nsec / 1000);
	else
		printf("up %lld:%02lld:%02lld.%03ld\n",
		    (long long)ts.tv_sec / 3600,
		    (long long)ts.tv_sec / 60 % 60, (long long)ts.tv_sec % 60,
		    ts.tv_nsec / 1000000);
	return 0;
}
COMMAND(uptime, "uptime [-j] - time since the boot", uptime_main);

int
command_run(const char *name, char *const argv[])
{
	static const int fds[3] = { 0, 1, 2 };
	int status = 0, error;
	pid_t pid;

	error = spawn(&pid, argv[0], argv, fds, 0);
	if (error != 0) {
		fprintf(stderr, "%s: %s: %s\n", name, argv[0],
		    error == ENOENT ? "no such command" : strerror(error));
		return 127;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static int
time_main(int argc, char **argv)
{
	struct timespec a, b;
	long long us;
	int status;

	if (argc < 2)
		return command_usage("time");
	clock_gettime(CLOCK_MONOTONIC, &a);
	status = command_run("time", argv + 1);
	clock_gettime(CLOCK_MONOTONIC, &b);
	us = (long long)(b.tv_sec - a.tv_sec) * 1000000 +
	    (b.tv_nsec - a.tv_nsec) / 1000;
	fprintf(stderr, "real %lld.%06lld\n", us / 1000000, us % 1000000);
	return status;
}
COMMAND(time, "time command [arg ...] - how long a command takes", time_main);

static int
clear_main(int argc, char **argv)
{
	printf("\033[H\033[2J");
	return 0;
}
COMMAND(clear, "clear - clear the screen", clear_main);

/* Pages are text files of the ram disk. */
static int
man_main(int argc, char **argv)
{
	char path[128], *args[] = { "cat", path, NULL };
	struct stat st;

	if (argc != 2 || strchr(argv[1], '/') != NULL)
		return command_usage("man");
	snprintf(path, sizeof(path), "/usr/share/man/%s", argv[1]);
	if (stat(path, &st) != 0) {
		fprintf(stderr, "man: no page for %s\n", argv[1]);
		return 1;
	}
	return command_run("man", args);
}
COMMAND(man, "man page - show a page of the manual", man_main);
