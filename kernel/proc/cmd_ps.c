/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps, kill, id, su: processes from the shell.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/proc/procinfo.h"
#include "kernel/shell/command.h"

static void
print_ns(uint64_t ns)
{
	uint64_t ms = ns / 1000000;

	printf("%5llu.%03llu", (unsigned long long)(ms / 1000),
	    (unsigned long long)(ms % 1000));
}

static int
list_threads(bool json)
{
	struct thread_info *ti;
	size_t n;

	if (threadinfo_list(&ti, &n) != 0) {
		fprintf(stderr, "ps: no memory\n");
		return (1);
	}
	if (json)
		printf("[\n");
	else
		printf("%6s %5s %4s %4s %-2s %9s %9s %-10s %s\n", "TID", "PID",
		    "PRI", "BASE", "ST", "CPU s", "SWITCHES", "WAIT", "NAME");
	for (size_t i = n; i-- > 0;) {		/* oldest first */
		if (json) {
			printf("  {\"tid\": %llu, \"pid\": %d, \"prio\": %d, "
			    "\"base\": %d, \"state\": \"%c\", \"cpu_ns\": "
			    "%llu, \"switches\": %llu, \"wait\": \"%s\", "
			    "\"name\": \"%s\"}%s\n", ti[i].ti_tid,
			    ti[i].ti_pid, ti[i].ti_prio, ti[i].ti_base_prio,
			    ti[i].ti_state, ti[i].ti_cpu_ns,
			    ti[i].ti_switches, ti[i].ti_wmesg, ti[i].ti_name,
			    i > 0 ? "," : "");
			continue;
		}
		printf("%6llu %5d %4d %4d %c  ", ti[i].ti_tid, ti[i].ti_pid,
		    ti[i].ti_prio, ti[i].ti_base_prio, ti[i].ti_state);
		print_ns(ti[i].ti_cpu_ns);
		printf(" %9llu %-10s %s\n", ti[i].ti_switches,
		    ti[i].ti_wmesg, ti[i].ti_name);
	}
	if (json)
		printf("]\n");
	procinfo_free(ti);
	return (0);
}

static int
list_procs(bool json)
{
	struct proc_info *pi;
	size_t n;

	if (procinfo_list(&pi, &n) != 0) {
		fprintf(stderr, "ps: no memory\n");
		return (1);
	}
	if (json)
		printf("[\n");
	else
		printf("%5s %5s %5s %5s %3s %5s %-8s %9s %s\n", "PID", "PPID",
		    "PGID", "UID", "THR", "FILES", "STATE", "CPU s", "NAME");
	for (size_t i = 0; i < n; i++) {
		if (json) {
			printf("  {\"pid\": %d, \"ppid\": %d, \"pgid\": %d, "
			    "\"uid\": %u, \"threads\": %u, \"files\": %d, "
			    "\"state\": \"%s\", \"cpu_ns\": %llu, "
			    "\"age_ns\": %llu, \"name\": \"%s\"}%s\n",
			    pi[i].pi_pid, pi[i].pi_ppid, pi[i].pi_pgid,
			    pi[i].pi_uid, pi[i].pi_nthreads, pi[i].pi_nfiles,
			    pi[i].pi_state, pi[i].pi_cpu_ns, pi[i].pi_age_ns,
			    pi[i].pi_name, i + 1 < n ? "," : "");
			continue;
		}
		printf("%5d %5d %5d %5u %3u %5d %-8s ", pi[i].pi_pid,
		    pi[i].pi_ppid, pi[i].pi_pgid, pi[i].pi_uid,
		    pi[i].pi_nthreads, pi[i].pi_nfiles, pi[i].pi_state);
		print_ns(pi[i].pi_cpu_ns);
		printf(" %s\n", pi[i].pi_name);
	}
	if (json)
		printf("]\n");
	procinfo_free(pi);
	return (0);
}

static int
ps_main(int argc, char **argv)
{
	bool json = false, threads = false;
	int c;

	while ((c = getopt(argc, argv, "jt")) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 't':
			threads = true;
			break;
		default:
			return (command_usage("ps"));
		}
	}
	if (optind < argc)
		return (command_usage("ps"));
	return (threads ? list_threads(json) : list_procs(json));
}
COMMAND(ps, "ps [-jt] - list processes, or threads with -t", ps_main);

/* --- kill ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
	{ "ABRT", SIGABRT }, { "KILL", SIGKILL }, { "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "CHLD", SIGCHLD },
	{ "INFO", SIGINFO }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
};

/* A number or a name, with or without SIG; -1 for neither. */
static int
signal_of(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*s != '\0' && *end == '\0')
		return (n >= 0 && n < NSIG ? (int)n : -1);
	if (strncmp(s, "SIG", 3) == 0)
		s += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (strcmp(s, signals[i].name) == 0)
			return (signals[i].number);
	}
	return (-1);
}

static int
kill_main(int argc, char **argv)
{
	int sig = SIGTERM, i = 1, status = 0;
	char *end;
	long pid;

	if (argc > 1 && strcmp(argv[1], "-l") == 0) {
		for (size_t k = 0; k < sizeof(signals) / sizeof(signals[0]);
		    k++)
			printf("%2d %s\n", signals[k].number,
			    signals[k].name);
		return (0);
	}
	if (argc > 2 && strcmp(argv[1], "-s") == 0) {
		sig = signal_of(argv[2]);
		i = 3;
	} else if (argc > 1 && argv[1][0] == '-' &&
	    strcmp(argv[1], "--") != 0) {
		sig = signal_of(argv[1] + 1);
		i = 2;
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (sig < 0 || i >= argc)
		return (command_usage("kill"));
	for (; i < argc; i++) {
		pid = strtol(argv[i], &end, 10);
		if (argv[i][0] == '\0' || *end != '\0' ||
		    (pid_t)pid != pid) {
			fprintf(stderr, "kill: %s: not a process id\n",
			    argv[i]);
			status = 1;
		} else if (kill((pid_t)pid, sig) != 0) {
			fprintf(stderr, "kill: %s: %s\n", argv[i],
			    strerror(errno));
			status = 1;
		}
	}
	return (status);
}
COMMAND(kill, "kill [-l] [-SIGNAL] PID... - send a signal to processes",
    kill_main);

/* --- id, su ---------------------------------------------------------------------------- */

static int
id_main(int argc, char **argv)
{
	bool json = argc == 2 && strcmp(argv[1], "-j") == 0;
	const char *format = json ? "{\"uid\": %u, \"euid\": %u, "
	    "\"gid\": %u}\n" : "uid=%u euid=%u gid=%u\n";

	if (argc > 1 && !json)
		return (command_usage("id"));
	printf(format, (unsigned)getuid(), (unsigned)geteuid(),
	    (unsigned)getgid());
	return (0);
}
COMMAND(id, "id [-j] - who this process runs as", id_main);

static int
su_main(int argc, char **argv)
{
	const struct command *cmd;
	char *shell[] = { (char *)(uintptr_t)"sh", NULL };
	char *end;
	long uid;

	if (argc < 2)
		return (command_usage("su"));
	uid = strtol(argv[1], &end, 10);
	if (strcmp(argv[1], "root") == 0)
		uid = 0;
	else if (strcmp(argv[1], "nobody") == 0)
		uid = 65534;
	else if (argv[1][0] == '\0' || *end != '\0' || uid < 0)
		return (command_usage("su"));
	if (setgid((gid_t)uid) != 0 || setuid((uid_t)uid) != 0) {
		fprintf(stderr, "su: %s: %s\n", argv[1], strerror(errno));
		return (1);
	}
	argc -= 2;
	argv += 2;
	if (argc == 0) {
		argc = 1;
		argv = shell;
	}
	cmd = command_find(argv[0]);
	if (cmd == NULL)
		return (command_run("su", argv));
	optind = 1;
	return (cmd->c_main(argc, argv));
}
COMMAND(su, "su UID|root|nobody [COMMAND [ARG...]] - run as another user",
    su_main);
