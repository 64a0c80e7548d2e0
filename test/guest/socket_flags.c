/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flags of send and receive, and the ioctls that look at a socket.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/kpi_socket.h>
#include <string.h>

#include "kernel/file/poll.h"


static errno_t
receive(int fd, void *buf, size_t len, int flags, ssize_t *n)
{
	return (sys_recvfrom(current_proc(), fd, buf, len, flags, NULL, NULL,
	    n));
}

static errno_t
send_all(int fd, const void *buf, size_t len, int flags)
{
	ssize_t n = -1;
	errno_t error = sys_sendto(current_proc(), fd, buf, len, flags, NULL, 0,
	    &n);

	EXPECT(error != 0 || n == (ssize_t)len);
	return (error);
}

/* Until so many bytes are there. */
static void
await(int fd, int bytes)
{
	int have = 0, rv, i;

	for (i = 0; i < 30000 && have < bytes; i++) {
		EXPECT(sys_ioctl(current_proc(), fd, FIONREAD, &have, &rv) ==
		    0);
		if (have < bytes)
			(void)sys_poll(current_proc(), NULL, 0, 1, &rv);
	}
	EXPECT(have == bytes);
}

/* <sys/file.h>: a kext keeps the socket of a descriptor that is closed. */
CASE(kept_by_descriptor)
{
	struct proc *p = current_proc();
	int fds[2], pipefd[2], flags = 0;
	socket_t so = NULL, same = NULL;
	char buf[8];
	size_t len = 4;
	ssize_t n;

	st_connected(AF_INET, fds);
	EXPECT(file_flags(fds[0], &flags) == 0);
	EXPECT((flags & (FREAD | FWRITE)) == (FREAD | FWRITE));
	EXPECT(file_socket(fds[0], &so) == 0 && so != NULL);
	EXPECT(file_socket(fds[0], &same) == 0 && same == so);
	EXPECT(file_drop(fds[0]) == 0);
	EXPECT(sys_close(p, fds[0]) == 0);
	EXPECT(file_flags(fds[0], &flags) == EBADF);
	EXPECT(sock_send(so, &(struct msghdr){ .msg_iov =
	    &(struct iovec){ .iov_base = "kept", .iov_len = 4 },
	    .msg_iovlen = 1 }, 0, &len) == 0 && len == 4);
	EXPECT(receive(fds[1], buf, sizeof(buf), 0, &n) == 0 && n == 4 &&
	    memcmp(buf, "kept", 4) == 0);
	EXPECT(file_drop(fds[0]) == 0);		/* now it closes */
	EXPECT(file_drop(fds[0]) == EBADF);
	EXPECT(receive(fds[1], buf, sizeof(buf), 0, &n) == 0 && n == 0);
	EXPECT(sys_close(p, fds[1]) == 0);
	EXPECT(sys_pipe(p, pipefd) == 0);
	EXPECT(file_socket(pipefd[0], &so) == ENOTSOCK);
	EXPECT(sys_close(p, pipefd[0]) == 0);
	EXPECT(sys_close(p, pipefd[1]) == 0);
	return (0);
}

CASE(stream_flags)
{
	struct proc *p = current_proc();
	int fds[2], rv, on = 1;
	char buf[32];
	ssize_t n;

	st_connected(AF_INET, fds);
	EXPECT(receive(fds[1], buf, 1, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	EXPECT(receive(fds[1], buf, 1, MSG_OOB, &n) == EOPNOTSUPP);
	EXPECT(send_all(fds[0], "x", 1, MSG_OOB) == EOPNOTSUPP);
	EXPECT(send_all(fds[0], "x", 1, MSG_EOR) == EINVAL);
	EXPECT(send_all(fds[0], "first ", 6, 0) == 0);
	EXPECT(send_all(fds[0], "second", 6, MSG_DONTWAIT) == 0);
	await(fds[1], 12);
	/* A peek takes nothing; it may see several pieces. */
	EXPECT(receive(fds[1], buf, 32, MSG_PEEK, &n) == 0 && n == 12 &&
	    memcmp(buf, "first second", 12) == 0);
	EXPECT(receive(fds[1], buf, 3, MSG_PEEK, &n) == 0 && n == 3);
	await(fds[1], 12);
	/* A stream has no records that could be cut. */
	EXPECT(receive(fds[1], buf, 4, MSG_TRUNC, &n) == 0 && n == 4 &&
	    memcmp(buf, "firs", 4) == 0);
	/* All of it or the end. */
	EXPECT(receive(fds[1], buf, 8, MSG_WAITALL, &n) == 0 && n == 8 &&
	    memcmp(buf, "t second", 8) == 0);
	EXPECT(sys_ioctl(p, fds[1], FIONBIO, &on, &rv) == 0);
	EXPECT(receive(fds[1], buf, 8, MSG_WAITALL, &n) == EWOULDBLOCK);
	on = 0;
	EXPECT(sys_ioctl(p, fds[1], FIONBIO, &on, &rv) == 0);
	EXPECT(send_all(fds[0], "end", 3, 0) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	EXPECT(receive(fds[1], buf, 32, MSG_WAITALL, &n) == 0 && n == 3);
	EXPECT(receive(fds[1], buf, 32, 0, &n) == 0 && n == 0);
	EXPECT(receive(fds[1], buf, 32, MSG_PEEK, &n) == 0 && n == 0);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(datagram_flags)
{
	struct proc *p = current_proc();
	union name na;
	int a = st_new_bound(AF_INET, &na), b;
	char buf[32];
	struct iovec iov = { buf, 4 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	b = st_new_socket(AF_INET, SOCK_DGRAM);
	EXPECT(sys_connect(p, b, &na.sa, na.sa.sa_len) == 0);
	EXPECT(receive(a, buf, 32, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	EXPECT(send_all(b, "x", 1, MSG_OOB) == EOPNOTSUPP);
	EXPECT(send_all(b, "one", 3, 0) == 0);
	EXPECT(send_all(b, "second", 6, 0) == 0);
	EXPECT(receive(a, buf, 32, MSG_PEEK, &n) == 0 && n == 3);
	/* One message a call, also when all is asked for. */
	EXPECT(receive(a, buf, 32, MSG_WAITALL, &n) == 0 && n == 3);
	/* A cut is told, of a peek as well, and the rest is lost. */
	EXPECT(sys_recvmsg(p, a, &msg, MSG_PEEK, &n) == 0 && n == 4 &&
	    (msg.msg_flags & MSG_TRUNC) != 0);
	EXPECT(sys_recvmsg(p, a, &msg, 0, &n) == 0 && n == 4 &&
	    (msg.msg_flags & MSG_TRUNC) != 0 && memcmp(buf, "seco", 4) == 0);
	EXPECT(receive(a, buf, 32, MSG_DONTWAIT, &n) == EWOULDBLOCK);
	EXPECT(sys_close(p, a) == 0 && sys_close(p, b) == 0);
	return (0);
}

/* Several buffers in one call, of both directions. */
CASE(scatter_and_gather)
{
	struct proc *p = current_proc();
	char a[3] = "abc", b[5] = "defgh", x[4], y[10];
	struct iovec out[3] = { { a, 3 }, { NULL, 0 }, { b, 5 } };
	struct iovec in[2] = { { x, 4 }, { y, 10 } };
	struct msghdr msg = { .msg_iov = out, .msg_iovlen = 3 };
	int fds[2];
	ssize_t n;

	st_connected(AF_INET6, fds);
	EXPECT(sys_sendmsg(p, fds[0], &msg, 0, &n) == 0 && n == 8);
	await(fds[1], 8);
	msg = (struct msghdr){ .msg_iov = in, .msg_iovlen = 2 };
	EXPECT(sys_recvmsg(p, fds[1], &msg, 0, &n) == 0 && n == 8);
	EXPECT(memcmp(x, "abcd", 4) == 0 && memcmp(y, "efgh", 4) == 0);
	msg.msg_iovlen = 1025;		/* UIO_MAXIOV is 1024 */
	EXPECT(sys_recvmsg(p, fds[1], &msg, MSG_DONTWAIT, &n) == EMSGSIZE);
	in[0].iov_len = (size_t)-1;
	msg.msg_iovlen = 2;
	EXPECT(sys_recvmsg(p, fds[1], &msg, MSG_DONTWAIT, &n) == EINVAL);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

/* A writer whose reader is gone: EPIPE, and a signal unless it is unwanted. */
CASE(broken_pipe)
{
	struct proc *p = current_proc();
	int fds[2], sv[2];

	st_connected(AF_INET, fds);
	EXPECT(st_setopt(fds[0], SO_NOSIGPIPE, 1) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	EXPECT(send_all(fds[0], "x", 1, 0) == EPIPE);
	EXPECT(send_all(fds[0], "x", 1, 0) == EPIPE);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == ENOTCONN);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, sv) == 0);
	EXPECT(st_setopt(sv[0], SO_NOSIGPIPE, 1) == 0);
	EXPECT(sys_close(p, sv[1]) == 0);
	EXPECT(send_all(sv[0], "x", 1, 0) == EPIPE);
	EXPECT(sys_close(p, sv[0]) == 0);
	return (0);
}
