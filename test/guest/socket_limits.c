/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors and buffers that cannot be had, arguments that make no sense.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "kernel/file/poll.h"
#include "net/mbuf/mbuf.h"

CASE(descriptor_limit)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 5), c, s, fd, last = -1, sv[2];
	errno_t error;

	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	while ((error = sys_socket(p, AF_INET, SOCK_DGRAM, 0, &fd)) == 0)
		last = fd;
	EXPECT(error == EMFILE);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == EMFILE);
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, sv) == EMFILE);
	EXPECT(sys_close(p, last) == 0);
	EXPECT(sys_socket(p, AF_INET, SOCK_STREAM, 0, &fd) == 0);
	return (0);		/* the exit closes the rest */
}

/* Buffers that cannot be had: calls fail or wait, no byte is lost. */
CASE(buffer_failures)
{
	static unsigned char out[100000], in[100000];
	struct proc *p = current_proc();
	size_t sent = 0, got = 0, i;
	unsigned failed = 0;
	union name na;
	socklen_t len = st_loop(&na, AF_INET, 0);
	int fds[2], rv, u = st_new_socket(AF_INET, SOCK_DGRAM);
	errno_t error;
	ssize_t n;

	for (i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 5 + (i >> 8));
	st_connected(AF_INET, fds);
	st_nonblocking(fds[0]);
	st_nonblocking(fds[1]);
	EXPECT(sys_bind(p, u, &na.sa, len) == 0);
	EXPECT(sys_getsockname(p, u, &na.sa, &len) == 0);
	mbuf_fail_every(50, 12345);
	for (i = 0; i < 30000 && got < sizeof(out); i++) {
		if (sent < sizeof(out)) {
			error = sys_write(p, fds[0], out + sent,
			    sizeof(out) - sent > 1000 ? 1000 :
			    sizeof(out) - sent, &n);
			if (error == 0)
				sent += (size_t)n;
			else if (error == ENOBUFS)
				failed++;
			else
				EXPECT(error == EWOULDBLOCK);
		}
		if (sys_read(p, fds[1], in + got, sizeof(in) - got, &n) == 0 &&
		    n > 0)
			got += (size_t)n;
		else
			(void)sys_poll(p, NULL, 0, 1, &rv);
	}
	for (i = 0; i < 200; i++) {
		error = sys_sendto(p, u, "x", 1, 0, &na.sa, len, &n);
		failed += error == ENOBUFS;
	}
	mbuf_fail_every(0, 0);
	EXPECT(failed > 0);
	EXPECT(got == sizeof(out) && memcmp(in, out, got) == 0);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0 &&
	    sys_close(p, u) == 0);
	return (0);
}

CASE(bad_arguments)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(AF_INET, SOCK_STREAM), pp[2], v;
	socklen_t len = sizeof(v);
	union name n;
	ssize_t got;

	EXPECT(sys_socket(p, 99, SOCK_STREAM, 0, &v) == EAFNOSUPPORT);
	EXPECT(sys_socket(p, AF_INET, 9, 0, &v) == EPROTONOSUPPORT);
	EXPECT(sys_pipe(p, pp) == 0);
	EXPECT(sys_listen(p, pp[0], 1) == ENOTSOCK);
	EXPECT(sys_listen(p, 900, 1) == EBADF);
	st_loop(&n, AF_INET, 1);
	EXPECT(sys_connect(p, fd, NULL, 16) == EFAULT);
	EXPECT(sys_accept(p, fd, NULL, NULL, &v) == EINVAL);
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_SNDBUF, NULL, 4) ==
	    EFAULT);
	v = 1 << 30;
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_SNDBUF, &v, 4) ==
	    ENOBUFS);
	EXPECT(sys_getsockopt(p, fd, SOL_SOCKET, SO_TYPE, &v, &len) == 0 &&
	    v == SOCK_STREAM);
	EXPECT(sys_getsockopt(p, fd, 77, 1, &v, &len) == ENOPROTOOPT);
	EXPECT(sys_sendto(p, fd, NULL, 5, 0, NULL, 0, &got) != 0);
	EXPECT(sys_close(p, fd) == 0 && sys_close(p, pp[0]) == 0 &&
	    sys_close(p, pp[1]) == 0);
	return (0);
}
