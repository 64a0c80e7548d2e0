/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs commands with arguments nobody means: `cmdfuzz seed runs command
 * ...` spawns each command that often, with standard input at
 * its end and its output in a pipe that is sometimes closed, ends it when it
 * takes long, and tells which failed without a word, said more than a screen
 * about it, or were ended by a fault of their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LINES_MAX	25	/* with usage; more is no error message */
#define WAIT_MS		60

static char longest[6000], deep[900], shown[160];
static const char *const words[] = {
	"-", "--", "-z", "-Z9", "-", "-9999999999999999999999", "-1", "0",
	"4294967296", "18446744073709551616", "-2147483649", "0x", "", " ",
	longest, deep, "../../../../..", "/no/such/file", "/test/hello",
	"/test/names", "/", "/dev/null", "/dev/zero", "/dev/console", "%s%n%d",
	"\377\376\001", "en0", "lo0", "en99", "1.2.3.4", "127.0.0.1", "::1",
	"[::1]:80", "fe80::1%en0", "999.1.1.1/33", "1.2.3.4/-1", "a=b",
	"net.inet.ip.forwarding", "kern.hostname=x", "..", "*", "[", "'", "\"",
	"$((", "|", "-j", "-n", "-a", "-v", "-c", "-w", "-i", "-l", "-p", "-f",
	"-x", "-e", "-s", "-u", "add", "delete", "default", "inet", "inet6",
	"up", "down", "99999", "1e9", "/tmp/cmdfuzz.d", "host", "port", "udp",
	"tcp port", "not", "and", "ether", "1", "7", "65536", "show",
	"write",
};
#define NWORDS	(sizeof(words) / sizeof(words[0]))

static uint64_t state;
static unsigned runs, ended, wrong;

static unsigned
rnd(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return ((unsigned)(state >> 33) % n);
}

static void
tell(const char *what, char *const argv[])
{
	wrong++;
	printf("%s:", what);
	for (int i = 0; argv[i] != NULL; i++) {
		strlcpy(shown, argv[i], sizeof(shown));
		printf(" '%s'", shown);
	}
	printf("\n");
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000);
}

/* Waits, reading what is said; kills what goes on. */
static int
finish(pid_t pid, int fd, unsigned *lines, bool *killed)
{
	uint64_t until = now_ms() + WAIT_MS;
	char buf[512];
	int status = 0;
	ssize_t n;

	for (;;) {
		while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0) {
			for (ssize_t i = 0; i < n; i++)
				*lines += buf[i] == '\n';
			if (now_ms() >= until)
				break;
		}
		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
		if (now_ms() >= until) {
			*killed = true;
			kill(pid, SIGKILL);
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
			break;
		}
		usleep(500);
	}
	while (fd >= 0 && !*killed && (n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			*lines += buf[i] == '\n';
	return (status);
}

/* Those whose status is the answer. */
static bool
answers(const char *command)
{
	return (strcmp(command, "grep") == 0 || strcmp(command, "cmp") == 0 ||
	    strcmp(command, "which") == 0);
}

static void
one(char *command)
{
	char *argv[8] = { command };
	int p[2], null = open("/dev/null", O_RDWR), n = 1 + (int)rnd(5), fds[3];
	bool closed = rnd(10) == 0, killed = false;
	unsigned lines = 0;
	pid_t pid;
	int status, sig;

	for (int i = 1; i < n; i++)
		argv[i] = (char *)(uintptr_t)words[rnd(NWORDS)];
	if (null < 0 || pipe(p) != 0) {
		tell("no descriptors", argv);
		close(null);
		return;
	}
	(void)fcntl(p[0], F_SETFL, O_NONBLOCK);
	fds[0] = null;
	fds[1] = fds[2] = p[1];
	if (spawn(&pid, command, argv, fds, SPAWN_NEWPGRP) != 0) {
		tell("not started", argv);
		goto out;
	}
	close(p[1]);
	p[1] = -1;
	if (closed) {
		close(p[0]);
		p[0] = -1;
	}
	status = finish(pid, p[0], &lines, &killed);
	runs++;
	ended += killed;
	sig = WIFEXITED(status) ? 0 : WTERMSIG(status);
	if (sig != 0 && !killed && sig != SIGPIPE)
		tell("faulted", argv);
	else if (!killed && !closed && sig == 0 && WEXITSTATUS(status) != 0 &&
	    lines == 0 && !answers(command))
		tell("silent", argv);
	else if (!killed && sig == 0 && WEXITSTATUS(status) >= 64 &&
	    lines > LINES_MAX)
		tell("verbose", argv);
out:
	for (int i = 0; i < 2; i++)
		if (p[i] >= 0)
			close(p[i]);
	close(null);
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: cmdfuzz seed runs command ...\n");
		return (64);
	}
	memset(longest, 'A', sizeof(longest) - 1);
	for (size_t i = 0; i + 2 < sizeof(deep); i += 2)
		memcpy(deep + i, "/a", 2);
	state = strtoul(argv[1], NULL, 0);
	for (int r = atoi(argv[2]); r > 0; r--)
		for (int i = 3; i < argc; i++)
			one(argv[i]);
	printf("%u runs, %u ended, %u wrong\n", runs, ended, wrong);
	return (wrong != 0);
}
