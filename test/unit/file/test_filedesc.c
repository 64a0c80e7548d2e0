/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables against a model: always the lowest free number, the limit,
 * every close exactly once.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <string.h>

#include "kernel/file/file.h"
#include "test/unit/host/clib.h"
#include "test/unit/host/proc_k.h"
#include "test/unit/lib/unit.h"

#define P	(&host_proc)
#define LIMIT	200

static int closes;

static errno_t
note_close(struct file *fp)
{
	closes += fp->f_data != NULL;
	return (0);
}

static const struct fileops ops = { .fo_type = FT_PIPE,
    .fo_close = note_close };

static void
setup(void)
{
	host_proc_init();
	P->p_fd = filedesc_create();
	(void)sys_setrlimit_nofile(P, LIMIT);
	closes = 0;
}

static void
finish(void)
{
	filedesc_destroy(P->p_fd);
	P->p_fd = NULL;
	CHECK_EQ(file_count(), 0);
}

UNIT_TEST(descriptors_equal_the_model)
{
	size_t live = host_kmem_live();
	void *model[LIMIT] = { NULL };
	int made = 0, rv, low, fd;
	errno_t error;

	setup();
	for (int step = 0; step < 200000; step++) {
		fd = (int)(unit_random() % LIMIT);
		switch (unit_random() % 6) {
		case 0:
		case 1:
			for (low = 0; low < LIMIT && model[low] != NULL; low++)
				;
			error = falloc(P, &ops, &made, FREAD, &rv);
			REQUIRE(error == (low < LIMIT ? 0 : EMFILE));
			if (error == 0) {
				REQUIRE(rv == low);
				model[low] = P->p_fd->fd_table[low].fd_file;
				made++;
			}
			break;
		case 2:
			for (low = fd; low < LIMIT && model[low] != NULL; low++)
				;
			error = sys_fcntl(P, (int)(unit_random() % 8), F_DUPFD,
			    fd, &rv);
			if (error == EBADF || low == LIMIT)
				break;
			REQUIRE(error == 0 && rv == low);
			model[low] = P->p_fd->fd_table[low].fd_file;
			break;
		case 3:
			rv = (int)(unit_random() % 8);
			error = sys_dup2(P, rv, fd, &low);
			REQUIRE(error == (model[rv] != NULL ? 0 : EBADF));
			if (error == 0)
				model[fd] = model[rv];
			break;
		default:
			error = sys_close(P, fd);
			REQUIRE(error == (model[fd] != NULL ? 0 : EBADF));
			model[fd] = NULL;
			break;
		}
		if (step % 101 == 0) {
			for (int i = 0; i < P->p_fd->fd_size; i++)
				REQUIRE(P->p_fd->fd_table[i].fd_file ==
				    (i < LIMIT ? model[i] : NULL));
		}
	}
	finish();
	CHECK_EQ(closes, made);
	CHECK_EQ(host_kmem_live(), live);
}

UNIT_TEST(a_used_file_outlives_its_descriptor)
{
	struct file *fp;
	int fd = -1;

	setup();
	REQUIRE(falloc(P, &ops, &fd, FREAD, &fd) == 0);
	REQUIRE(fget(P, fd, &fp) == 0);
	CHECK(sys_close(P, fd) == 0);
	CHECK(closes == 0);
	fput(fp);
	CHECK(closes == 1);
	CHECK(fget(P, fd, &fp) == EBADF && fget(P, -1, &fp) == EBADF);
	CHECK(fget_type(P, 0, FT_SOCKET, ENOTSOCK, &fp) == EBADF);
	REQUIRE(falloc(P, &ops, &fd, FREAD, &fd) == 0);
	CHECK(fget_type(P, fd, FT_SOCKET, ENOTSOCK, &fp) == ENOTSOCK);
	finish();
}

UNIT_TEST(pipes_carry_bytes)
{
	static char in[40000], out[40000];
	size_t put = 0, got = 0;
	int fds[2], rv;
	ssize_t n;

	setup();
	REQUIRE(sys_pipe(P, fds) == 0);
	CHECK(sys_fcntl(P, fds[0], F_SETFL, O_NONBLOCK, &rv) == 0);
	CHECK(sys_fcntl(P, fds[1], F_SETFL, O_NONBLOCK, &rv) == 0);
	CHECK(sys_read(P, fds[0], out, 1, &n) == EWOULDBLOCK);
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (char)unit_random();
	while (got < sizeof(in)) {
		if (put < sizeof(in) && unit_random() % 2 &&
		    sys_write(P, fds[1], in + put, 1 + unit_random() %
		    (sizeof(in) - put), &n) == 0)
			put += (size_t)n;
		if (sys_read(P, fds[0], out + got, 1 + unit_random() % 3000,
		    &n) == 0)
			got += (size_t)n;
		REQUIRE(got <= put);
	}
	CHECK(memcmp(in, out, sizeof(in)) == 0);
	host_signals = 0;
	CHECK(sys_close(P, fds[0]) == 0);
	CHECK(sys_write(P, fds[1], in, 1, &n) == EPIPE);
	CHECK(host_signals == 1u << SIGPIPE);
	CHECK(sys_write(P, fds[1], NULL, 1, &n) == EFAULT);
	finish();
}
