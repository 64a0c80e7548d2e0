/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kctl: list the kernel controls and talk to one.
 *
 *   kctl [-j]                       the registered controls
 *   kctl get NAME OPTION [LENGTH]   getsockopt, shown in hexadecimal
 *   kctl set NAME OPTION [VALUE]    setsockopt; VALUE is an int, text in
 *                                   quotes ("=text"), or nothing
 *   kctl send NAME TEXT             one message
 *   kctl recv NAME [COUNT]          prints messages as they come
 *   kctl talk NAME                  both, a line a message
 */
#include "kernel/shell/command.h"
#include "net/system/kctl_list.h"

#include <ctype.h>
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

#define MSG_MAX 65536
#define FLAG_PRIVILEGED 1
#define FLAG_ID_UNIT 2
#define FLAG_STREAM 4

static int
list(bool json)
{
	struct kctl_entry *e;
	size_t n = kctl_list(NULL, 0) + 8, i;

	e = calloc(n, sizeof(*e));
	if (e == NULL) {
		fprintf(stderr, "kctl: out of memory\n");
		return 1;
	}
	i = kctl_list(e, n);
	if (i < n)
		n = i;
	if (json)
		printf("[");
	else if (n > 0)
		printf("%-40s %10s %6s %-6s %7s  %s\n", "name", "id", "unit",
		    "type", "clients", "kext");
	for (i = 0; i < n; i++) {
		const char *type = e[i].ke_flags & FLAG_STREAM ? "stream"
							       : "dgram";

		if (json)
			printf("%s{\"name\": \"%s\", \"id\": %u, \"unit\": %u, "
			       "\"type\": \"%s\", \"privileged\": %s, "
			       "\"clients\": %u, \"kext\": \"%s\"}",
			    i > 0 ? ", " : "", e[i].ke_name, e[i].ke_id,
			    e[i].ke_unit, type,
			    e[i].ke_flags & FLAG_PRIVILEGED ? "true" : "false",
			    e[i].ke_clients, e[i].ke_kext);
		else
			printf("%-40s %10u %6u %-6s %7u  %s\n", e[i].ke_name,
			    e[i].ke_id, e[i].ke_unit, type, e[i].ke_clients,
			    e[i].ke_kext);
	}
	if (json)
		printf("]\n");
	return 0;
}

/* A socket of one type, connected; -1 with errno. */
static int
try_connect(const char *name, int type)
{
	struct sockaddr_ctl sac = { .sc_len = sizeof(sac),
		.sc_family = AF_SYSTEM, .ss_sysaddr = AF_SYS_CONTROL };
	struct ctl_info info;
	int fd = socket(PF_SYSTEM, type, SYSPROTO_CONTROL), error;

	if (fd < 0)
		return -1;
	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, name, sizeof(info.ctl_name));
	if (ioctl(fd, CTLIOCGINFO, &info) == 0) {
		sac.sc_id = info.ctl_id;
		if (connect(fd, (struct sockaddr *)&sac, sizeof(sac)) == 0)
			return fd;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static int
connect_to(const char *name)
{
	int fd = try_connect(name, SOCK_DGRAM);

	if (fd < 0 && errno == EPROTOTYPE)
		fd = try_connect(name, SOCK_STREAM);
	if (fd < 0)
		fprintf(stderr, "kctl: %s: %s\n", name,
		    errno == ENOENT ? "no such control" : strerror(errno));
	return fd;
}

static int
fail(const char *what)
{
	fprintf(stderr, "kctl: %s: %s\n", what, strerror(errno));
	return 1;
}

static void
dump(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x%s", p[i], i % 16 == 15 ? "\n" : " ");
	if (n % 16 != 0)
		printf("\n");
}

static int
get(int fd, const char *option, const char *length)
{
	socklen_t len = length != NULL ? (socklen_t)atoi(length) : 1024;
	unsigned char *buf = calloc(1, len + 1);

	if (buf == NULL)
		return fail("get");
	if (getsockopt(fd, SYSPROTO_CONTROL, atoi(option), buf, &len) != 0)
		return fail("get");
	if (len == sizeof(int))
		printf("%d\n", *(int *)(void *)buf);
	else
		dump(buf, len);
	return 0;
}

static int
set(int fd, const char *option, const char *value)
{
	const void *p = NULL;
	socklen_t len = 0;
	int v;

	if (value != NULL && value[0] == '=') {
		p = value + 1;
		len = (socklen_t)strlen(value + 1) + 1;
	} else if (value != NULL) {
		v = (int)strtol(value, NULL, 0);
		p = &v;
		len = sizeof(v);
	}
	if (setsockopt(fd, SYSPROTO_CONTROL, atoi(option), p, len) != 0)
		return fail("set");
	return 0;
}

static bool
is_text(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isprint(p[i]) && !isspace(p[i]) &&
		    !(p[i] == '\0' && i + 1 == n))
			return false;
	return true;
}

static void
show(const char *p, size_t n)
{
	if (!is_text(p, n)) {
		dump((const unsigned char *)p, n);
		return;
	}
	while (n > 0 && p[n - 1] == '\0')
		n--;
	fwrite(p, 1, n, stdout);
	if (n == 0 || p[n - 1] != '\n')
		printf("\n");
	fflush(stdout);
}

/* Messages until count are in, the control goes, or ^C. */
static int
talk(int fd, long count, bool input)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { 0, POLLIN, 0 } };
	char *buf = malloc(MSG_MAX);
	ssize_t n;

	while (buf != NULL && count != 0 &&
	    poll(p, input ? 2 : 1, -1) > 0) {
		if (p[0].revents != 0) {
			n = recv(fd, buf, MSG_MAX, 0);
			if (n <= 0)
				return n < 0 ? fail("recv") : 0;
			show(buf, (size_t)n);
			if (count > 0)
				count--;
		}
		if (input && p[1].revents != 0) {
			n = read(0, buf, MSG_MAX);
			if (n <= 0)
				input = false;
			else if (send(fd, buf, (size_t)n, 0) < 0)
				return fail("send");
		}
	}
	return 0;
}

static int
kctl_main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int fd;

	if (argc == 1 || (argc == 2 && (strcmp(what, "-j") == 0 ||
	    strcmp(what, "list") == 0)))
		return list(strcmp(what, "-j") == 0);
	if (argc < 3)
		return command_usage("kctl");
	fd = connect_to(argv[2]);
	if (fd < 0)
		return 1;
	if (strcmp(what, "get") == 0 && (argc == 4 || argc == 5))
		return get(fd, argv[3], argv[4]);
	if (strcmp(what, "set") == 0 && (argc == 4 || argc == 5))
		return set(fd, argv[3], argv[4]);
	if (strcmp(what, "send") == 0 && argc == 4)
		return send(fd, argv[3], strlen(argv[3]), 0) < 0
		    ? fail("send") : 0;
	if (strcmp(what, "recv") == 0 && argc <= 4)
		return talk(fd, argc == 4 ? atoi(argv[3]) : -1, false);
	if (strcmp(what, "talk") == 0 && argc == 3)
		return talk(fd, -1, true);
	return command_usage("kctl");
}
COMMAND(kctl, "kctl [-j] | kctl get|set|send|recv|talk name [...] - kernel "
    "controls", kctl_main);
