/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcplog: steer tcplognke and read what it records.
 *
 *   tcplog [-j] [-c count] [-w seconds]   stream records to the output
 *   tcplog -s [-j]                        figures and settings
 *   tcplog enable | disable               keep records or not
 *   tcplog verbose on | off               a line on the console for each
 *   tcplog swallow 0 | 1 | 2              take packets and put them back
 *   tcplog only [pid N] [port N] [in | out] [from ADDRESS[/BITS]]
 *               [bytes N]                 which connections are recorded
 *   tcplog all                            all are
 *   tcplog -f FILE                        a line of the above at a time:
 *                                         the kext's settings file
 */
#include "kernel/shell/command.h"
#include "tcplog_ctl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/kern_control.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <unistd.h>

static int
fail(const char *what)
{
	fprintf(stderr, "tcplog: %s: %s\n", what, strerror(errno));
	return 1;
}

static int
open_control(void)
{
	struct sockaddr_ctl addr;
	struct ctl_info info;
	int fd = socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL);

	if (fd < 0) {
		fail("socket");
		return -1;
	}
	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, TCPLOG_CONTROL, sizeof(info.ctl_name));
	if (ioctl(fd, CTLIOCGINFO, &info) != 0) {
		fprintf(stderr, "tcplog: tcplognke is not loaded\n");
		return -1;
	}
	memset(&addr, 0, sizeof(addr));
	addr.sc_len = sizeof(addr);
	addr.sc_family = AF_SYSTEM;
	addr.ss_sysaddr = AF_SYS_CONTROL;
	addr.sc_id = info.ctl_id;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	fail("connect");
	return -1;
}

static int
set_int(int fd, int opt, int v, const char *what)
{
	if (setsockopt(fd, SYSPROTO_CONTROL, opt, &v, sizeof(v)) == 0)
		return 0;
	return fail(what);
}

static int
get_int(int fd, int opt)
{
	socklen_t len = sizeof(int);
	int v = 0;

	getsockopt(fd, SYSPROTO_CONTROL, opt, &v, &len);
	return v;
}

static void
address(const struct tcplog_msg *tm, const u_int8_t *addr, char *buf,
    size_t size)
{
	inet_ntop(tm->tm_family, addr, buf, (socklen_t)size);
}

static void
show(const struct tcplog_msg *tm, bool json)
{
	char local[INET6_ADDRSTRLEN], remote[INET6_ADDRSTRLEN];
	unsigned long long us = tm->tm_end_us - tm->tm_begin_us;

	address(tm, tm->tm_laddr, local, sizeof(local));
	address(tm, tm->tm_raddr, remote, sizeof(remote));
	if (json)
		printf("{\"direction\": \"%s\", \"local\": \"%s\", "
		       "\"local_port\": %u, \"remote\": \"%s\", "
		       "\"remote_port\": %u, \"rx_bytes\": %llu, "
		       "\"rx_packets\": %llu, \"tx_bytes\": %llu, "
		       "\"tx_packets\": %llu, \"duration_us\": %llu, "
		       "\"pid\": %u, \"process\": \"%s\", \"open\": %s}\n",
		    tm->tm_inbound ? "in" : "out", local, tm->tm_lport,
		    remote, tm->tm_rport,
		    (unsigned long long)tm->tm_rx_bytes,
		    (unsigned long long)tm->tm_rx_packets,
		    (unsigned long long)tm->tm_tx_bytes,
		    (unsigned long long)tm->tm_tx_packets, us, tm->tm_pid,
		    tm->tm_name, tm->tm_open ? "true" : "false");
	else
		printf("%-3s %s.%u %s.%u  rx %llu/%llu  tx %llu/%llu  "
		       "%llu.%03llu s  %s[%u]%s\n",
		    tm->tm_inbound ? "in" : "out", local, tm->tm_lport,
		    remote, tm->tm_rport,
		    (unsigned long long)tm->tm_rx_bytes,
		    (unsigned long long)tm->tm_rx_packets,
		    (unsigned long long)tm->tm_tx_bytes,
		    (unsigned long long)tm->tm_tx_packets, us / 1000000,
		    us / 1000 % 1000, tm->tm_name, tm->tm_pid,
		    tm->tm_open ? "  (open)" : "");
	fflush(stdout);
}

static int
stream(int fd, bool json, long count, int wait_ms)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct tcplog_msg tm;
	ssize_t n;

	if (set_int(fd, TCPLOG_OPT_STREAM, 1, "stream") != 0)
		return 1;
	while (count != 0 && poll(&p, 1, wait_ms) > 0) {
		n = recv(fd, &tm, sizeof(tm), 0);
		if (n != sizeof(tm))
			return n < 0 ? fail("recv") : 0;
		show(&tm, json);
		if (count > 0)
			count--;
	}
	return 0;
}

static int
figures(int fd, bool json)
{
	struct tcplog_stats ts;
	socklen_t len = sizeof(ts);

	if (getsockopt(fd, SYSPROTO_CONTROL, TCPLOG_OPT_STATS, &ts,
		&len) != 0)
		return fail("figures");
	printf(json ? "{\"enabled\": %d, \"verbose\": %d, \"swallow\": %d, "
		      "\"open\": %u, \"clients\": %u, \"total\": %llu, "
		      "\"kept\": %llu, \"overwritten\": %llu, \"lost\": %llu}\n"
		    : "enabled %d  verbose %d  swallow %d\n"
		      "open %u  clients %u  total %llu  kept %llu  "
		      "overwritten %llu  lost %llu\n",
	    get_int(fd, TCPLOG_OPT_ENABLE), get_int(fd, TCPLOG_OPT_VERBOSE),
	    get_int(fd, TCPLOG_OPT_SWALLOW), ts.ts_open, ts.ts_clients,
	    (unsigned long long)ts.ts_total, (unsigned long long)ts.ts_kept,
	    (unsigned long long)ts.ts_overwritten,
	    (unsigned long long)ts.ts_lost);
	return 0;
}

static bool
parse_network(struct tcplog_criteria *tc, char *s)
{
	char *slash = strchr(s, '/');

	if (slash != NULL)
		*slash++ = '\0';
	if (inet_pton(AF_INET, s, tc->tc_remote) == 1)
		tc->tc_family = AF_INET;
	else if (inet_pton(AF_INET6, s, tc->tc_remote) == 1)
		tc->tc_family = AF_INET6;
	else
		return false;
	tc->tc_prefix = slash != NULL ? (u_int8_t)atoi(slash)
	    : tc->tc_family == AF_INET ? 32 : 128;
	return true;
}

static int
only(int fd, int argc, char **argv)
{
	struct tcplog_criteria tc;
	int i;

	memset(&tc, 0, sizeof(tc));
	for (i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (strcmp(word, "in") == 0) {
			tc.tc_direction = 1;
			continue;
		}
		if (strcmp(word, "out") == 0) {
			tc.tc_direction = 2;
			continue;
		}
		if (++i == argc) {
			fprintf(stderr, "tcplog: %s what?\n", word);
			return 64;
		}
		if (strcmp(word, "pid") == 0) {
			tc.tc_pid = atoi(argv[i]);
		} else if (strcmp(word, "port") == 0) {
			tc.tc_port = (u_int16_t)atoi(argv[i]);
		} else if (strcmp(word, "bytes") == 0) {
			tc.tc_min_bytes = strtoull(argv[i], NULL, 10);
		} else if (strcmp(word, "from") != 0 ||
		    !parse_network(&tc, argv[i])) {
			fprintf(stderr, "tcplog: %s %s?\n", word, argv[i]);
			return 64;
		}
	}
	if (setsockopt(fd, SYSPROTO_CONTROL, TCPLOG_OPT_CRITERIA, &tc,
		sizeof(tc)) != 0)
		return fail("only");
	return 0;
}

static int
order(int fd, int argc, char **argv)
{
	const char *what = argv[0];

	if (strcmp(what, "enable") == 0 && argc == 1)
		return set_int(fd, TCPLOG_OPT_ENABLE, 1, what);
	if (strcmp(what, "disable") == 0 && argc == 1)
		return set_int(fd, TCPLOG_OPT_ENABLE, 0, what);
	if (strcmp(what, "verbose") == 0 && argc == 2)
		return set_int(fd, TCPLOG_OPT_VERBOSE,
		    strcmp(argv[1], "on") == 0, what);
	if (strcmp(what, "swallow") == 0 && argc == 2)
		return set_int(fd, TCPLOG_OPT_SWALLOW, atoi(argv[1]), what);
	if (strcmp(what, "only") == 0 && argc > 1)
		return only(fd, argc - 1, argv + 1);
	if (strcmp(what, "all") == 0 && argc == 1)
		return only(fd, 0, NULL);
	return command_usage("tcplog");
}

/* A settings file: orders, one a line, '#' for remarks. */
static int
obey_file(int fd, const char *path)
{
	char line[256], *word, *p, *argv[16];
	FILE *f = fopen(path, "r");
	int argc, n = 0, r = 0;

	if (f == NULL)
		return fail(path);
	while (r == 0 && fgets(line, sizeof(line), f) != NULL) {
		n++;
		if (strchr(line, '\n') == NULL && !feof(f)) {
			fprintf(stderr, "tcplog: %s:%d: line too long\n", path,
			    n);
			r = 1;
			break;
		}
		line[strcspn(line, "#\n")] = '\0';
		argc = 0;
		for (p = line; (word = strsep(&p, " \t")) != NULL;)
			if (*word != '\0' && argc < 16)
				argv[argc++] = word;
		if (argc > 0)
			r = order(fd, argc, argv);
		if (r != 0)
			fprintf(stderr, "tcplog: %s:%d: not accepted\n", path,
			    n);
	}
	fclose(f);
	return r;
}

static int
tcplog_main(int argc, char **argv)
{
	bool json = false, stats = false;
	const char *file = NULL;
	long count = -1;
	int wait_ms = -1, c, fd;

	while ((c = getopt(argc, argv, "jsc:w:f:")) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 's':
			stats = true;
			break;
		case 'c':
			count = strtol(optarg, NULL, 10);
			break;
		case 'w':
			wait_ms = atoi(optarg) * 1000;
			break;
		case 'f':
			file = optarg;
			break;
		default:
			return command_usage("tcplog");
		}
	}
	fd = open_control();
	if (fd < 0)
		return 1;
	if (file != NULL)
		return obey_file(fd, file);
	if (stats)
		return figures(fd, json);
	if (optind < argc)
		return order(fd, argc - optind, argv + optind);
	return stream(fd, json, count, wait_ms);
}
COMMAND(tcplog, "tcplog [-j] [-c count] [-w s] | -s | -f file | enable | "
    "disable | verbose on|off | swallow n | only ... | all - steer tcplognke",
    tcplog_main);
