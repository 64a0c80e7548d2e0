/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket calls of programs: kernel/program/calls.c says how such calls
 * work.
 */
#include "kernel/program/calls.h"

#include <sys/param.h>

#include "kernel/proc/proc.h"
#include "net/socket/syscalls.h"

#include "kernel/program/include/sys/socket.h"

int
socket(int domain, int type, int protocol)
{
	int rv = -1;
	errno_t error = sys_socket(current_proc(), domain, type, protocol,
	    &rv);

	return call_result(error, rv);
}

int
socketpair(int domain, int type, int protocol, int fds[2])
{
	return call_result(sys_socketpair(current_proc(), domain, type,
	    protocol, fds), 0);
}

int
bind(int fd, const struct sockaddr *sa, socklen_t len)
{
	return call_result(sys_bind(current_proc(), fd, sa, len), 0);
}

int
connect(int fd, const struct sockaddr *sa, socklen_t len)
{
	return call_result(sys_connect(current_proc(), fd, sa, len), 0);
}

int
listen(int fd, int backlog)
{
	return call_result(sys_listen(current_proc(), fd, backlog), 0);
}

int
accept(int fd, struct sockaddr *sa, socklen_t *len)
{
	int rv = -1;
	errno_t error = sys_accept(current_proc(), fd, sa, len, &rv);

	return call_result(error, rv);
}

ssize_t
sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *to,
    socklen_t tolen)
{
	ssize_t rv = 0;
	errno_t error = sys_sendto(current_proc(), fd, buf, n, flags, to,
	    tolen, &rv);

	return call_result_size(error, rv);
}

ssize_t
send(int fd, const void *buf, size_t n, int flags)
{
	return sendto(fd, buf, n, flags, NULL, 0);
}

ssize_t
sendmsg(int fd, const struct msghdr *msg, int flags)
{
	ssize_t rv = 0;
	errno_t error = sys_sendmsg(current_proc(), fd, msg, flags, &rv);

	return call_result_size(error, rv);
}

ssize_t
recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *from,
    socklen_t *fromlen)
{
	ssize_t rv = 0;
	errno_t error = sys_recvfrom(current_proc(), fd, buf, n, flags, from,
	    fromlen, &rv);

	return call_result_size(error, rv);
}

ssize_t
recv(int fd, void *buf, size_t n, int flags)
{
	return recvfrom(fd, buf, n, flags, NULL, NULL);
}

ssize_t
recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t rv = 0;
	errno_t error = sys_recvmsg(current_proc(), fd, msg, flags, &rv);

	return call_result_size(error, rv);
}

int
shutdown(int fd, int how)
{
	return call_result(sys_shutdown(current_proc(), fd, how), 0);
}

int
setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	return call_result(sys_setsockopt(current_proc(), fd, level, name,
	    val, len), 0);
}

int
getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	return call_result(sys_getsockopt(current_proc(), fd, level, name,
	    val, len), 0);
}

int
getsockname(int fd, struct sockaddr *sa, socklen_t *len)
{
	return call_result(sys_getsockname(current_proc(), fd, sa, len), 0);
}

int
getpeername(int fd, struct sockaddr *sa, socklen_t *len)
{
	return call_result(sys_getpeername(current_proc(), fd, sa, len), 0);
}
