/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl: lists, reads and sets variables.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "kernel/proc/procinfo.h"
#include "kernel/shell/command.h"

#define TYPE_MASK	0xf
#define TYPE_INT	2
#define TYPE_STRING	3
#define TYPE_QUAD	4

struct options {
	bool json, bare, descr;
	bool first;			/* no comma before the next record */
};

static void
print_string(const char *s, size_t len, bool json)
{
	for (size_t i = 0; i < len && s[i] != '\0'; i++) {
		unsigned char c = (unsigned char)s[i];

		if (json && (c == '"' || c == '\\'))
			printf("\\%c", c);
		else if (json && c < ' ')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
}

static void
print_value(const struct sysctl_info *si, const char *buf, size_t len,
    bool json)
{
	bool is_unsigned = si->si_fmt[1] == 'U';
	long long v = 0;

	switch (si->si_kind & TYPE_MASK) {
	case TYPE_STRING:
		if (json)
			putchar('"');
		print_string(buf, len, json);
		if (json)
			putchar('"');
		return;
	case TYPE_INT:
	case TYPE_QUAD:
		if (len == sizeof(int)) {
			int i;

			memcpy(&i, buf, sizeof(i));
			v = is_unsigned ? (long long)(unsigned)i : i;
		} else if (len == sizeof(v)) {
			memcpy(&v, buf, sizeof(v));
		} else {
			break;
		}
		if (is_unsigned || si->si_fmt[0] == 'Q')
			printf("%llu", (unsigned long long)v);
		else
			printf("%lld", v);
		return;
	}
	if (strcmp(si->si_fmt, "A") == 0) {
		if (json)
			putchar('"');
		print_string(buf, len, json);
		if (json)
			putchar('"');
		return;
	}
	if (strcmp(si->si_fmt, "S,timeval") == 0 && len == 16) {
		struct { long sec; int usec; } tv;

		memcpy(&tv, buf, sizeof(tv));
		printf("%ld.%06d", tv.sec, tv.usec);
		return;
	}
	if (json)
		putchar('"');
	for (size_t i = 0; i < len; i++)
		printf("%02x", (unsigned char)buf[i]);
	if (json)
		putchar('"');
}

/* 0, or an errno. */
static int
show(const struct sysctl_info *si, struct options *o)
{
	size_t len = 0;
	char *buf;

	if (sysctlbyname(si->si_name, NULL, &len, NULL, 0) != 0)
		return (errno);
	len += 64;			/* it may grow meanwhile */
	buf = malloc(len);
	if (buf == NULL)
		return (ENOMEM);
	if (sysctlbyname(si->si_name, buf, &len, NULL, 0) != 0) {
		free(buf);
		return (errno);
	}
	if (o->json) {
		printf("%s  \"%s\": ", o->first ? "" : ",\n", si->si_name);
		o->first = false;
	} else if (!o->bare) {
		printf("%s: ", si->si_name);
	}
	if (o->descr && !o->json)
		printf("%s", si->si_descr);
	else
		print_value(si, buf, len, o->json);
	if (!o->json)
		putchar('\n');
	free(buf);
	return (0);
}

static int
show_all(const char *prefix, struct options *o)
{
	struct sysctl_info *si;
	int status = 0, error;
	size_t n;

	error = sysctl_list(prefix, &si, &n);
	if (error != 0) {
		fprintf(stderr, "sysctl: %s: %s\n", prefix, strerror(error));
		return (1);
	}
	for (size_t i = 0; i < n; i++) {
		error = show(&si[i], o);
		/* Of many, one that is not to be read is left out. */
		if (error != 0 && (n == 1 || error == ENOMEM)) {
			fprintf(stderr, "sysctl: %s: %s\n", si[i].si_name,
			    strerror(error));
			status = 1;
		}
	}
	procinfo_free(si);
	return (status);
}

static int
set(const char *name, const char *text, struct options *o)
{
	struct sysctl_info *si;
	long long v;
	size_t n, len = 0;
	const void *new = &v;
	char *end;
	int error, type, i;

	error = sysctl_list(name, &si, &n);
	if (error == 0 && (n != 1 || strcmp(si[0].si_name, name) != 0))
		error = EISDIR;
	if (error != 0) {
		fprintf(stderr, "sysctl: %s: %s\n", name, strerror(error));
		return (1);
	}
	type = si[0].si_kind & TYPE_MASK;
	if (type == TYPE_STRING || strcmp(si[0].si_fmt, "A") == 0) {
		new = text;
		len = strlen(text);
	} else if (type == TYPE_INT || type == TYPE_QUAD) {
		v = strtoll(text, &end, 0);
		if (*text == '\0' || *end != '\0') {
			fprintf(stderr, "sysctl: %s: not a number\n", text);
			procinfo_free(si);
			return (1);
		}
		len = type == TYPE_QUAD || si[0].si_fmt[0] == 'L' ?
		    sizeof(v) : sizeof(int);
		if (len == sizeof(int)) {
			i = (int)v;
			memcpy(&v, &i, sizeof(i));
		}
	} else {
		error = EOPNOTSUPP;
	}
	if (error == 0 && sysctlbyname(name, NULL, NULL, (void *)(uintptr_t)new,
	    len) != 0)
		error = errno;
	if (error == 0)
		error = show(&si[0], o);
	if (error != 0)
		fprintf(stderr, "sysctl: %s: %s\n", name, strerror(error));
	procinfo_free(si);
	return (error != 0);
}

static int
sysctl_main(int argc, char **argv)
{
	struct options o = { .first = true };
	int c, status = 0;
	bool all = false;
	char *eq;

	while ((c = getopt(argc, argv, "adjn")) != -1) {
		switch (c) {
		case 'a':
			all = true;
			break;
		case 'd':
			o.descr = true;
			break;
		case 'j':
			o.json = true;
			break;
		case 'n':
			o.bare = true;
			break;
		default:
			return (command_usage("sysctl"));
		}
	}
	if (!all && optind == argc)
		return (command_usage("sysctl"));
	if (o.json)
		printf("{\n");
	if (all)
		status = show_all("", &o);
	for (int i = optind; i < argc; i++) {
		eq = strchr(argv[i], '=');
		if (eq == NULL) {
			status |= show_all(argv[i], &o);
			continue;
		}
		*eq = '\0';
		status |= set(argv[i], eq + 1, &o);
	}
	if (o.json)
		printf("\n}\n");
	return (status);
}
COMMAND(sysctl, "sysctl [-adjn] [NAME[=VALUE]...] - list, read or set "
    "variables", sysctl_main);
