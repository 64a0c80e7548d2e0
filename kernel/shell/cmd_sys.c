/* SPDX-License-Identifier: BSD-2-Clause */
/* What system this is, and what a program is started with: uname hostname df
 * env which. */
#include "kernel/shell/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "kernel/program/ulib.h"

/* A variable that is text; "?" when there is none. */
static const char *
text_of(const char *name, char *buf, size_t size)
{
	size_t len = size - 1;

	if (sysctlbyname(name, buf, &len, NULL, 0) != 0)
		return "?";
	buf[len] = '\0';
	return buf;
}

static int
uname_main(int argc, char **argv)
{
	static const struct {
		char option;
		const char *name;
	} part[] = { { 's', "kern.ostype" }, { 'n', "kern.hostname" },
	    { 'r', "kern.osrelease" }, { 'v', "kern.version" },
	    { 'm', "hw.machine" } };
	bool wanted[5] = { false }, any = false;
	char buf[256];
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "asnrvm")) != -1) {
		if (c == '?')
			return command_usage("uname");
		for (i = 0; i < 5; i++)
			wanted[i] |= c == 'a' || c == part[i].option;
		any = true;
	}
	wanted[0] |= !any;
	any = false;
	for (i = 0; i < 5; i++) {
		if (!wanted[i])
			continue;
		printf("%s%s", any ? " " : "",
		    text_of(part[i].name, buf, sizeof(buf)));
		any = true;
	}
	printf("\n");
	return 0;
}
COMMAND(uname, "uname [-asnrvm] - the system's name and version", uname_main);

static int
hostname_main(int argc, char **argv)
{
	char buf[256];

	if (argc > 2)
		return command_usage("hostname");
	if (argc == 1) {
		printf("%s\n", text_of("kern.hostname", buf, sizeof(buf)));
		return 0;
	}
	if (sysctlbyname("kern.hostname", NULL, NULL, argv[1],
	    strlen(argv[1])) == 0)
		return 0;
	fprintf(stderr, "hostname: %s: %s\n", argv[1], strerror(errno));
	return 1;
}
COMMAND(hostname, "hostname [name] - print or set the host's name",
    hostname_main);

static unsigned long long
number_of(const char *name)
{
	unsigned long long v = 0;
	size_t len = sizeof(v);

	return sysctlbyname(name, &v, &len, NULL, 0) == 0 ? v : 0;
}

static int
df_main(int argc, char **argv)
{
	bool json = argc == 2 && strcmp(argv[1], "-j") == 0;
	unsigned long long used = number_of("vfs.used");
	unsigned long long limit = number_of("vfs.limit");

	if (argc > 1 && !json)
		return command_usage("df");
	if (json)
		printf("{\"filesystem\": \"ramdisk\", \"mounted\": \"/\", "
		    "\"bytes\": %llu, \"used\": %llu, \"files\": %llu}\n",
		    limit, used, number_of("vfs.nodes"));
	else
		printf("%-10s %10s %10s %10s %7s %s\n%-10s %10llu %10llu "
		    "%10llu %7llu /\n", "Filesystem", "KiB", "Used", "Avail",
		    "Files", "Mounted on", "ramdisk", limit / 1024,
		    used / 1024, (limit - used) / 1024,
		    number_of("vfs.nodes"));
	return 0;
}
COMMAND(df, "df [-j] - space in files (what is written; the ram disk's own "
    "contents take none)", df_main);

static int
env_main(int argc, char **argv)
{
	struct env *e;

	if (argc != 1)
		return command_usage("env");
	LIST_FOREACH(e, &ulib()->u_env, e_link)
		printf("%s=%s\n", e->e_name, e->e_value);
	return 0;
}
COMMAND(env, "env - the environment of programs", env_main);

/* Found as the shell's programs are: built in, else a file in /bin. */
static int
which_main(int argc, char **argv)
{
	struct stat st;
	char path[256];
	int r = 0;

	if (argc < 2)
		return command_usage("which");
	for (int i = 1; i < argc; i++) {
		snprintf(path, sizeof(path), "%s%s",
		    strchr(argv[i], '/') != NULL ? "" : "/bin/", argv[i]);
		if (command_find(argv[i]) != NULL)
			printf("%s: built in\n", argv[i]);
		else if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			printf("%s\n", path);
		else
			r = 1;
	}
	return r;
}
COMMAND(which, "which name ... - where a program comes from", which_main);
