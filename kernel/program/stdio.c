/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams: one buffer a stream, used for output or for input as the program
 * last did.  Output waits until the buffer is full, a line ends on a
 * terminal, or fflush; exit flushes every stream.
 */
#include "kernel/program/ulib.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

FILE *
__stdstream(int n)
{
	FILE *f = &ulib()->u_std[n];

	if (!(f->f_flags & SF_STATIC)) {
		f->f_fd = n;
		f->f_flags = SF_STATIC;
		if (n == 2)
			f->f_flags |= SF_NONE;
		else if (n == 1 && isatty(1))
			f->f_flags |= SF_LINE;
	}
	return f;
}

static bool
have_buf(FILE *f)
{
	struct ulib *u = ulib();

	if (f->f_buf != NULL)
		return true;
	f->f_buf = malloc(BUFSIZ);
	if (f->f_buf == NULL) {
		f->f_flags |= SF_ERROR;
		return false;
	}
	ulib_lock(u);
	LIST_INSERT_HEAD(&u->u_files, f, f_link);
	ulib_unlock(u);
	return true;
}

static void
drop_buf(FILE *f)
{
	struct ulib *u = ulib();

	if (f->f_buf == NULL)
		return;
	ulib_lock(u);
	LIST_REMOVE(f, f_link);
	ulib_unlock(u);
	free(f->f_buf);
	f->f_buf = NULL;
}

static int
flush_all(void)
{
	int r = 0;
	FILE *f;

	/* No other thread of the program is at its streams at the exit. */
	LIST_FOREACH(f, &ulib()->u_files, f_link)
		if (fflush(f) != 0)
			r = EOF;
	return r;
}

int
fflush(FILE *f)
{
	size_t done = 0;
	ssize_t n;

	if (f == NULL)
		return flush_all();
	while (done < f->f_out) {
		n = write(f->f_fd, f->f_buf + done, f->f_out - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			f->f_flags |= SF_ERROR;
			f->f_out = 0;
			return EOF;
		}
		done += (size_t)n;
	}
	f->f_out = 0;
	return 0;
}

static void
put(FILE *f, const char *s, size_t n)
{
	size_t room;
	bool newline = memchr(s, '\n', n) != NULL;

	if (!have_buf(f))
		return;
	f->f_in = f->f_inlen = 0;
	while (n > 0) {
		room = BUFSIZ - f->f_out;
		if (room > n)
			room = n;
		memcpy(f->f_buf + f->f_out, s, room);
		f->f_out += room;
		s += room;
		n -= room;
		if (f->f_out == BUFSIZ)
			fflush(f);
	}
	if ((f->f_flags & SF_NONE) || ((f->f_flags & SF_LINE) && newline))
		fflush(f);
}

int
vfprintf(FILE *f, const char *fmt, va_list ap)
{
	char small[256], *s = small;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= (int)sizeof(small)) {
		s = malloc((size_t)n + 1);
		if (s == NULL) {
			s = small;
			n = (int)sizeof(small) - 1;
		} else {
			vsnprintf(s, (size_t)n + 1, fmt, again);
		}
	}
	va_end(again);
	put(f, s, (size_t)n);
	if (s != small)
		free(s);
	return f->f_flags & SF_ERROR ? -1 : n;
}

int
fprintf(FILE *f, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(f, fmt, ap);
	va_end(ap);
	return n;
}

int
vprintf(const char *fmt, va_list ap)
{
	return vfprintf(stdout, fmt, ap);
}

int
printf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(stdout, fmt, ap);
	va_end(ap);
	return n;
}

int
fputs(const char *s, FILE *f)
{
	put(f, s, strlen(s));
	return f->f_flags & SF_ERROR ? EOF : 0;
}

int
puts(const char *s)
{
	put(stdout, s, strlen(s));
	return fputc('\n', stdout) == EOF ? EOF : 0;
}

int
fputc(int c, FILE *f)
{
	char b = (char)c;

	put(f, &b, 1);
	return f->f_flags & SF_ERROR ? EOF : (unsigned char)c;
}

int
putchar(int c)
{
	return fputc(c, stdout);
}

size_t
fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	put(f, p, size * n);
	return f->f_flags & SF_ERROR ? 0 : n;
}

/* Fills the empty input buffer; false at the end or on an error. */
static bool
fill(FILE *f)
{
	ssize_t n;

	if (f->f_out > 0)
		fflush(f);
	if (f->f_fd == 0)
		fflush(stdout);
	if (!have_buf(f) || (f->f_flags & SF_EOF))
		return false;
	n = read(f->f_fd, f->f_buf, BUFSIZ);
	f->f_in = 0;
	f->f_inlen = n > 0 ? (size_t)n : 0;
	if (n == 0)
		f->f_flags |= SF_EOF;
	else if (n < 0)
		f->f_flags |= SF_ERROR;
	return n > 0;
}

int
fgetc(FILE *f)
{
	if (f->f_in == f->f_inlen && !fill(f))
		return EOF;
	return (unsigned char)f->f_buf[f->f_in++];
}

int
getchar(void)
{
	return fgetc(stdin);
}

char *
fgets(char *buf, int size, FILE *f)
{
	int n = 0, c;

	while (n < size - 1 && (c = fgetc(f)) != EOF) {
		buf[n++] = (char)c;
		if (c == '\n')
			break;
	}
	buf[n] = '\0';
	return n > 0 ? buf : NULL;
}

size_t
fread(void *p, size_t size, size_t n, FILE *f)
{
	size_t want = size * n, got = 0, k;

	while (got < want) {
		if (f->f_in == f->f_inlen && !fill(f))
			break;
		k = f->f_inlen - f->f_in;
		if (k > want - got)
			k = want - got;
		memcpy((char *)p + got, f->f_buf + f->f_in, k);
		f->f_in += k;
		got += k;
	}
	return size > 0 ? got / size : 0;
}

FILE *
fdopen(int fd, const char *mode)
{
	FILE *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	f->f_fd = fd;
	return f;
}

FILE *
fopen(const char *path, const char *mode)
{
	bool plus = strchr(mode, '+') != NULL;
	int fd, flags;
	FILE *f;

	flags = mode[0] == 'r' ? (plus ? O_RDWR : O_RDONLY)
	    : mode[0] == 'w'   ? (plus ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC
			       : (plus ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
	fd = open(path, flags, 0644);
	if (fd < 0)
		return NULL;
	f = fdopen(fd, mode);
	if (f == NULL)
		close(fd);
	return f;
}

int
fclose(FILE *f)
{
	int r = fflush(f);

	if (close(f->f_fd) != 0)
		r = EOF;
	drop_buf(f);
	if (f->f_flags & SF_STATIC) {
		f->f_flags |= SF_EOF;
	} else {
		free(f);
	}
	return r;
}

int
feof(FILE *f)
{
	return (f->f_flags & SF_EOF) != 0;
}

int
ferror(FILE *f)
{
	return (f->f_flags & SF_ERROR) != 0;
}

int
fileno(FILE *f)
{
	return f->f_fd;
}

void
perror(const char *s)
{
	fprintf(stderr, "%s: %s\n", s, strerror(errno));
}
