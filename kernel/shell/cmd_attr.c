/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a name leads to and who may use it: ln, readlink, chmod, chown.
 */
#include "kernel/shell/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RIGHTS	07777u

static int
fail(const char *who, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", who, what, strerror(errno));
	return 1;
}

/* Files have one name here, so every link is a symbolic one. */
static int
ln_main(int argc, char **argv)
{
	if (argc != 4 || strcmp(argv[1], "-s") != 0)
		return command_usage("ln");
	return symlink(argv[2], argv[3]) != 0 ? fail("ln", argv[3]) : 0;
}
COMMAND(ln, "ln -s target name - make a symbolic link", ln_main);

static int
readlink_main(int argc, char **argv)
{
	char buf[1024];
	ssize_t n;

	if (argc != 2)
		return command_usage("readlink");
	n = readlink(argv[1], buf, sizeof(buf));
	if (n < 0)
		return fail("readlink", argv[1]);
	printf("%.*s\n", (int)n, buf);
	return 0;
}
COMMAND(readlink, "readlink name - where a symbolic link leads",
    readlink_main);

/* The bits of "rwxst" for those of who (0700, 0070, 0007); stops at others. */
static unsigned
rights_of(const char **sp, unsigned who)
{
	unsigned bits = 0;
	const char *s;

	for (s = *sp; *s != '\0'; s++) {
		if (*s == 'r')
			bits |= 0444 & who;
		else if (*s == 'w')
			bits |= 0222 & who;
		else if (*s == 'x')
			bits |= 0111 & who;
		else if (*s == 't')
			bits |= 01000;
		else
			break;
	}
	*sp = s;
	return bits;
}

/*
 * A mode as chmod(1) has it: octal, or "[ugoa][+-=][rwxt]" between commas.
 * False when it is neither; *mode is changed otherwise.
 */
static bool
new_mode(const char *s, unsigned *mode)
{
	unsigned who, bits;
	char *end, op;
	unsigned long n = strtoul(s, &end, 8);

	if (end != s) {
		*mode = (unsigned)n;
		return *end == '\0' && n <= RIGHTS;
	}
	do {
		for (who = 0; *s != '\0' && strchr("ugoa", *s) != NULL; s++)
			who |= *s == 'u' ? 0700 : *s == 'g' ? 0070 :
			    *s == 'o' ? 0007 : 0777;
		if (who == 0)
			who = 0777;
		op = *s++;
		if (op != '+' && op != '-' && op != '=')
			return false;
		bits = rights_of(&s, who);
		if (op == '=')
			*mode &= ~who;
		*mode = op == '-' ? *mode & ~bits : *mode | bits;
	} while (*s++ == ',');
	return s[-1] == '\0';
}

static int
chmod_main(int argc, char **argv)
{
	struct stat st;
	unsigned mode;
	int r = 0;

	if (argc < 3)
		return command_usage("chmod");
	for (int i = 2; i < argc; i++) {
		if (stat(argv[i], &st) != 0) {
			r = fail("chmod", argv[i]);
			continue;
		}
		mode = st.st_mode & RIGHTS;
		if (!new_mode(argv[1], &mode)) {
			fprintf(stderr, "chmod: %s: not a mode\n", argv[1]);
			return 1;
		}
		if (chmod(argv[i], (mode_t)mode) != 0)
			r = fail("chmod", argv[i]);
	}
	return r;
}
COMMAND(chmod, "chmod mode file ... - set rights (octal, or u+x,go-w ...)",
    chmod_main);

/* "uid", "uid:gid" or ":gid"; what is not named stays ((id)-1). */
static bool
parse_owner(const char *s, uid_t *uid, gid_t *gid)
{
	char *end = (char *)(uintptr_t)s;

	*uid = (uid_t)-1;
	*gid = (gid_t)-1;
	if (*s != ':') {
		*uid = (uid_t)strtoul(s, &end, 10);
		if (end == s)
			return false;
	}
	if (*end == ':') {
		s = end + 1;
		*gid = (gid_t)strtoul(s, &end, 10);
		if (end == s)
			return false;
	}
	return *end == '\0';
}

static int
chown_main(int argc, char **argv)
{
	uid_t uid;
	gid_t gid;
	int r = 0;

	if (argc < 3)
		return command_usage("chown");
	if (!parse_owner(argv[1], &uid, &gid)) {
		fprintf(stderr, "chown: %s: not UID[:GID]\n", argv[1]);
		return 1;
	}
	for (int i = 2; i < argc; i++)
		if (chown(argv[i], uid, gid) != 0)
			r = fail("chown", argv[i]);
	return r;
}
COMMAND(chown, "chown uid[:gid] file ... - set the owner", chown_main);
