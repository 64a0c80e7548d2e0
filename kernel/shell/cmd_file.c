/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files from the shell: ls cat cp mv rm mkdir rmdir touch pwd cmp wc grep
 * head hexdump tee.  Each is the part of its BSD namesake that a tree of a
 * few hundred files needs.
 */
#include "kernel/shell/command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int
fail(const char *who, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", who, what, strerror(errno));
	return 1;
}

/* dir/name; free it. */
static char *
join(const char *dir, const char *name)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *p = malloc(n);

	if (p != NULL)
		snprintf(p, n, "%s%s%s", dir,
		    dir[strlen(dir) - 1] == '/' ? "" : "/", name);
	return p;
}

static const char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
print_entry(const char *path, const char *name, bool lng)
{
	char date[32], type, to[256];
	struct stat st;
	struct tm tm;
	ssize_t n;
	time_t t;

	if (!lng || lstat(path, &st) != 0) {
		printf("%s\n", name);
		return;
	}
	t = st.st_mtimespec.tv_sec;
	asctime_r(gmtime_r(&t, &tm), date);
	type = S_ISDIR(st.st_mode) ? 'd' : S_ISCHR(st.st_mode) ? 'c' :
	    S_ISLNK(st.st_mode) ? 'l' : '-';
	printf("%c%03o %5u %10lld %.12s %s", type,
	    (unsigned)st.st_mode & 07777, (unsigned)st.st_uid,
	    (long long)st.st_size, date + 4, name);
	n = type == 'l' ? readlink(path, to, sizeof(to)) : 0;
	if (n > 0)
		printf(" -> %.*s", (int)n, to);
	printf("\n");
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
list_dir(const char *path, bool lng, bool all)
{
	char **names = NULL, **more, *full;
	size_t n = 0, cap = 0, i;
	struct dirent *de;
	DIR *d = opendir(path);

	if (d == NULL)
		return fail("ls", path);
	while ((de = readdir(d)) != NULL) {
		if (de->d_name[0] == '.' && !all)
			continue;
		if (n == cap) {
			cap = cap ? 2 * cap : 32;
			more = realloc(names, cap * sizeof(*names));
			if (more == NULL)
				break;
			names = more;
		}
		names[n] = malloc(strlen(de->d_name) + 1);
		if (names[n] == NULL)
			break;
		strlcpy(names[n++], de->d_name, strlen(de->d_name) + 1);
	}
	closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	for (i = 0; i < n; i++) {
		full = join(path, names[i]);
		if (full != NULL)
			print_entry(full, names[i], lng);
		free(full);
		free(names[i]);
	}
	free(names);
	return 0;
}

static int
ls_main(int argc, char **argv)
{
	bool lng = false, all = false;
	struct stat st;
	int c, i, r = 0;

	while ((c = getopt(argc, argv, "la")) != -1) {
		if (c == 'l')
			lng = true;
		else if (c == 'a')
			all = true;
		else
			return command_usage("ls");
	}
	if (optind == argc)
		return list_dir(".", lng, all);
	for (i = optind; i < argc; i++) {
		/* A link to a directory is listed as that, others are shown. */
		if (stat(argv[i], &st) != 0 && lstat(argv[i], &st) != 0)
			r = fail("ls", argv[i]);
		else if (!S_ISDIR(st.st_mode))
			print_entry(argv[i], argv[i], lng);
		else
			r |= list_dir(argv[i], lng, all);
	}
	return r;
}
COMMAND(ls, "ls [-al] [path ...] - list files", ls_main);

/* Everything from one descriptor to another; 0 or errno. */
static int
copy_fd(int from, int to)
{
	char *buf = malloc(16384);
	ssize_t n, done, k;
	int error = 0;

	if (buf == NULL)
		return ENOMEM;
	while (error == 0 && (n = read(from, buf, 16384)) != 0) {
		if (n < 0) {
			error = errno;
			break;
		}
		for (done = 0; done < n; done += k) {
			k = write(to, buf + done, (size_t)(n - done));
			if (k < 0) {
				error = errno;
				break;
			}
		}
	}
	free(buf);
	return error;
}

static int
cat_main(int argc, char **argv)
{
	int i, fd, r = 0;

	if (argc == 1)
		return copy_fd(0, 1) != 0;
	for (i = 1; i < argc; i++) {
		fd = open(argv[i], O_RDONLY);
		if (fd < 0) {
			r = fail("cat", argv[i]);
			continue;
		}
		if ((errno = copy_fd(fd, 1)) != 0)
			r = fail("cat", argv[i]);
		close(fd);
	}
	return r;
}
COMMAND(cat, "cat [file ...] - print files", cat_main);

static int
copy_file(const char *name, const char *to)
{
	int from, fd, r = 0;

	from = open(name, O_RDONLY);
	if (from < 0)
		return fail("cp", name);
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0) {
		r = fail("cp", to);
	} else {
		if ((errno = copy_fd(from, fd)) != 0)
			r = fail("cp", to);
		close(fd);
	}
	close(from);
	return r;
}

static int
rename_file(const char *from, const char *to)
{
	return rename(from, to) != 0 ? fail("mv", from) : 0;
}

/* fn for each source: to the last argument, or to its name in there. */
static int
each_to(int argc, char **argv, int (*fn)(const char *, const char *))
{
	const char *to = argv[argc - 1];
	struct stat st;
	char *path;
	bool dir;
	int r = 0;

	if (argc < 3)
		return command_usage(argv[0]);
	dir = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
	if (!dir && argc > 3) {
		fprintf(stderr, "%s: %s: not a directory\n", argv[0], to);
		return 1;
	}
	for (int i = 1; i < argc - 1; i++) {
		path = dir ? join(to, base(argv[i])) : NULL;
		if (dir && path == NULL)
			return fail(argv[0], argv[i]);
		r |= fn(argv[i], dir ? path : to);
		free(path);
	}
	return r;
}

static int
cp_main(int argc, char **argv)
{
	return each_to(argc, argv, copy_file);
}
COMMAND(cp, "cp from ... to - copy a file, or several into a directory",
    cp_main);

static int
mv_main(int argc, char **argv)
{
	return each_to(argc, argv, rename_file);
}
COMMAND(mv, "mv from ... to - rename a file, or move into a directory",
    mv_main);

static int
remove_tree(const char *path)
{
	struct dirent *de;
	struct stat st;
	char *full;
	DIR *d;
	int r = 0;

	if (lstat(path, &st) != 0)
		return fail("rm", path);
	if (!S_ISDIR(st.st_mode))
		return unlink(path) != 0 ? fail("rm", path) : 0;
	while (r == 0 && (d = opendir(path)) != NULL) {
		/* The first entry each time: removing moves the others. */
		do
			de = readdir(d);
		while (de != NULL && (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0));
		full = de == NULL ? NULL : join(path, de->d_name);
		closedir(d);
		if (full == NULL)
			break;
		r = remove_tree(full);
		free(full);
	}
	return rmdir(path) != 0 ? fail("rm", path) : r;
}

static int
rm_main(int argc, char **argv)
{
	bool tree = false, force = false;
	struct stat st;
	int c, r = 0;

	while ((c = getopt(argc, argv, "rf")) != -1) {
		if (c == 'r')
			tree = true;
		else if (c == 'f')
			force = true;
		else
			return command_usage("rm");
	}
	if (optind == argc)
		return force ? 0 : command_usage("rm");
	for (; optind < argc; optind++) {
		const char *path = argv[optind];

		if (force && lstat(path, &st) != 0)
			continue;
		if (tree)
			r |= remove_tree(path);
		else if (unlink(path) != 0)
			r = fail("rm", path);
	}
	return r;
}
COMMAND(rm, "rm [-rf] file ... - remove files", rm_main);

static int
mkdir_main(int argc, char **argv)
{
	int r = 0;

	if (argc < 2)
		return command_usage("mkdir");
	for (int i = 1; i < argc; i++)
		if (mkdir(argv[i], 0755) != 0)
			r = fail("mkdir", argv[i]);
	return r;
}
COMMAND(mkdir, "mkdir dir ... - make directories", mkdir_main);

static int
rmdir_main(int argc, char **argv)
{
	int r = 0;

	if (argc < 2)
		return command_usage("rmdir");
	for (int i = 1; i < argc; i++)
		if (rmdir(argv[i]) != 0)
			r = fail("rmdir", argv[i]);
	return r;
}
COMMAND(rmdir, "rmdir dir ... - remove empty directories", rmdir_main);

static int
touch_main(int argc, char **argv)
{
	int fd, r = 0;

	if (argc < 2)
		return command_usage("touch");
	for (int i = 1; i < argc; i++) {
		fd = open(argv[i], O_WRONLY | O_CREAT, 0644);
		if (fd < 0)
			r = fail("touch", argv[i]);
		else
			close(fd);
	}
	return r;
}
COMMAND(touch, "touch file ... - make files that are not there", touch_main);

static int
pwd_main(int argc, char **argv)
{
	char buf[1024];

	if (getcwd(buf, sizeof(buf)) == NULL)
		return fail("pwd", ".");
	printf("%s\n", buf);
	return 0;
}
COMMAND(pwd, "pwd - print the working directory", pwd_main);

/* A file named, or the input. */
static FILE *
input(const char *who, const char *path)
{
	FILE *f = path == NULL || strcmp(path, "-") == 0 ? stdin
							 : fopen(path, "r");

	if (f == NULL)
		fail(who, path);
	return f;
}

static int
cmp_main(int argc, char **argv)
{
	FILE *a, *b;
	long long at = 0;
	int x, y;

	if (argc != 3)
		return command_usage("cmp");
	if ((a = input("cmp", argv[1])) == NULL ||
	    (b = input("cmp", argv[2])) == NULL)
		return 2;
	do {
		x = fgetc(a);
		y = fgetc(b);
		at++;
	} while (x == y && x != EOF);
	if (x == y)
		return 0;
	printf("%s %s differ: byte %lld\n", argv[1], argv[2], at);
	return 1;
}
COMMAND(cmp, "cmp a b - compare two files", cmp_main);

static int
wc_main(int argc, char **argv)
{
	long long lines = 0, words = 0, bytes = 0;
	bool in = false;
	FILE *f = input("wc", argc > 1 ? argv[1] : NULL);
	int c;

	if (f == NULL)
		return 1;
	while ((c = fgetc(f)) != EOF) {
		bytes++;
		lines += c == '\n';
		if (c == ' ' || c == '\n' || c == '\t') {
			in = false;
		} else if (!in) {
			in = true;
			words++;
		}
	}
	printf("%7lld %7lld %7lld\n", lines, words, bytes);
	return 0;
}
COMMAND(wc, "wc [file] - count lines, words and bytes", wc_main);

static int
grep_main(int argc, char **argv)
{
	bool invert = false, count = false, quiet = false;
	char line[2048];
	long found = 0;
	FILE *f;
	int c;

	while ((c = getopt(argc, argv, "vcq")) != -1) {
		if (c == 'v')
			invert = true;
		else if (c == 'c')
			count = true;
		else if (c == 'q')
			quiet = true;
		else
			return command_usage("grep");
	}
	if (optind == argc)
		return command_usage("grep");
	f = input("grep", optind + 1 < argc ? argv[optind + 1] : NULL);
	if (f == NULL)
		return 2;
	while (fgets(line, sizeof(line), f) != NULL) {
		if ((strstr(line, argv[optind]) != NULL) == invert)
			continue;
		found++;
		if (!count && !quiet)
			fputs(line, stdout);
	}
	if (count)
		printf("%ld\n", found);
	return found == 0;
}
COMMAND(grep, "grep [-cqv] text [file] - lines that hold a text", grep_main);

static int
head_main(int argc, char **argv)
{
	char line[2048];
	long n = 10;
	FILE *f;
	int c;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			return command_usage("head");
		n = strtol(optarg, NULL, 10);
	}
	f = input("head", optind < argc ? argv[optind] : NULL);
	if (f == NULL)
		return 1;
	while (n-- > 0 && fgets(line, sizeof(line), f) != NULL)
		fputs(line, stdout);
	return 0;
}
COMMAND(head, "head [-n lines] [file] - the first lines", head_main);

static int
hexdump_main(int argc, char **argv)
{
	unsigned char b[16];
	unsigned long at = 0;
	size_t n, i;
	FILE *f = input("hexdump", argc > 1 ? argv[1] : NULL);

	if (f == NULL)
		return 1;
	while ((n = fread(b, 1, sizeof(b), f)) > 0) {
		printf("%08lx ", at);
		for (i = 0; i < sizeof(b); i++) {
			if (i < n)
				printf(" %02x", b[i]);
			else
				printf("   ");
		}
		printf("  ");
		for (i = 0; i < n; i++)
			printf("%c", b[i] >= ' ' && b[i] < 127 ? b[i] : '.');
		printf("\n");
		at += n;
	}
	return 0;
}
COMMAND(hexdump, "hexdump [file] - bytes in hexadecimal", hexdump_main);

static int
tee_main(int argc, char **argv)
{
	char buf[1024];
	ssize_t n;
	int fd;

	if (argc != 2)
		return command_usage("tee");
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		return fail("tee", argv[1]);
	while ((n = read(0, buf, sizeof(buf))) > 0) {
		write(1, buf, (size_t)n);
		if (write(fd, buf, (size_t)n) != n)
			return fail("tee", argv[1]);
	}
	close(fd);
	return 0;
}
COMMAND(tee, "tee file - copy the input to a file and on", tee_main);
