/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the socket tests share.  A case runs as a process of its own, so that
 * its descriptors are counted, and through the system calls.
 */
#ifndef TEST_GUEST_SOCKET_H
#define TEST_GUEST_SOCKET_H

#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/in.h>

#include "kernel/file/file.h"
#include "kernel/proc/proc.h"
#include "net/socket/syscalls.h"
#include "test/lib/test.h"

#define MS	1000000ull

#define CASE(name)							\
	static int case_##name(int argc, char **argv);			\
	TEST(socket, name) { st_as_process(case_##name); }		\
	static int case_##name(int argc __attribute__((unused)),	\
	    char **argv __attribute__((unused)))

union name {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage ss;
};

/* Ends with as many open files as there were. */
void	st_as_process(int (*fn)(int, char **));
/* The loopback address of a family; its length. */
socklen_t st_loop(union name *n, int family, unsigned short port);
int	st_new_socket(int family, int type);
/* A listener, and a bound datagram socket, with their names. */
int	st_new_listener(int family, union name *n, int backlog);
int	st_new_bound(int family, union name *n);
void	st_connected(int family, int fds[2]);
/* Of SOL_SOCKET. */
int	st_setopt(int fd, int name, int value);
void	st_nonblocking(int fd);

#endif /* TEST_GUEST_SOCKET_H */
