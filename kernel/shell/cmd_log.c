/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dmesg: the kernel's message log.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/console/log.h"
#include "kernel/shell/command.h"

static void
print_string(const char *s, size_t len)
{
	putchar('"');
	for (; len > 0; s++, len--) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", (unsigned char)*s);
		else
			putchar(*s);
	}
	putchar('"');
}

static int
dmesg_main(int argc, char **argv)
{
	bool json = false, clear = false, first = true;
	struct log_line l;
	uint64_t seq = 0;
	char buf[256];
	int c;

	while ((c = getopt(argc, argv, "cj")) != -1) {
		if (c == 'j')
			json = true;
		else if (c == 'c')
			clear = true;
		else
			return command_usage("dmesg");
	}
	if (clear && !command_privileged("dmesg"))
		return 1;
	if (json)
		printf("[");
	while ((seq = log_get(seq, &l, buf, sizeof(buf))) != 0) {
		if (json) {
			printf("%s\n {\"time\": %llu.%06llu, \"level\": %d, "
			    "\"text\": ", first ? "" : ",",
			    l.time_ns / 1000000000, l.time_ns / 1000 % 1000000,
			    l.pri);
			print_string(l.text, l.len);
			printf("}");
			first = false;
		} else {
			printf("[%5llu.%06llu] %.*s\n", l.time_ns / 1000000000,
			    l.time_ns / 1000 % 1000000, (int)l.len, l.text);
		}
	}
	if (json)
		printf("]\n");
	if (clear)
		log_clear();
	return 0;
}
COMMAND(dmesg, "dmesg [-cj] - kernel messages (-c: and clear them)",
    dmesg_main);

static int
loglevel_main(int argc, char **argv)
{
	if (argc == 2 && argv[1][0] >= '0' && argv[1][0] <= '7' &&
	    argv[1][1] == '\0') {
		if (!command_privileged("loglevel"))
			return 1;
		log_set_console_level(argv[1][0] - '0');
	} else if (argc != 1) {
		return command_usage("loglevel");
	}
	printf("%d\n", log_console_level());
	return 0;
}
COMMAND(loglevel, "loglevel [0-7] - least severe message on the console",
    loglevel_main);
