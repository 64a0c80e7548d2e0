/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket system calls: bodies, called by the program library (calls.c).
 *
 * Pointers are a program's and are checked (EFAULT).  Results go through the
 * last argument and are untouched on an error.
 */
#ifndef NET_SOCKET_SYSCALLS_H
#define NET_SOCKET_SYSCALLS_H

#include <sys/socket.h>
#include <sys/types.h>

struct __socket;
struct file;
struct fileops;
struct proc;

extern const struct fileops socket_fileops;

errno_t	sys_socket(struct proc *p, int domain, int type, int protocol,
	    int *rv);
errno_t	sys_socketpair(struct proc *p, int domain, int type, int protocol,
	    int fds[2]);
errno_t	sys_bind(struct proc *p, int fd, const struct sockaddr *sa,
	    socklen_t len);
errno_t	sys_listen(struct proc *p, int fd, int backlog);
errno_t	sys_accept(struct proc *p, int fd, struct sockaddr *sa,
	    socklen_t *len, int *rv);
errno_t	sys_connect(struct proc *p, int fd, const struct sockaddr *sa,
	    socklen_t len);
errno_t	sys_sendto(struct proc *p, int fd, const void *buf, size_t n,
	    int flags, const struct sockaddr *to, socklen_t tolen,
	    ssize_t *rv);
errno_t	sys_sendmsg(struct proc *p, int fd, const struct msghdr *msg,
	    int flags, ssize_t *rv);
errno_t	sys_recvfrom(struct proc *p, int fd, void *buf, size_t n, int flags,
	    struct sockaddr *from, socklen_t *fromlen, ssize_t *rv);
errno_t	sys_recvmsg(struct proc *p, int fd, struct msghdr *msg, int flags,
	    ssize_t *rv);
errno_t	sys_shutdown(struct proc *p, int fd, int how);
errno_t	sys_setsockopt(struct proc *p, int fd, int level, int name,
	    const void *val, socklen_t len);
errno_t	sys_getsockopt(struct proc *p, int fd, int level, int name,
	    void *val, socklen_t *len);
errno_t	sys_getsockname(struct proc *p, int fd, struct sockaddr *sa,
	    socklen_t *len);
errno_t	sys_getpeername(struct proc *p, int fd, struct sockaddr *sa,
	    socklen_t *len);

/* The socket of a descriptor; *fp holds the reference (fput). */
errno_t	fgetsock(struct proc *p, int fd, struct file **fp,
	    struct __socket **so);

#endif /* NET_SOCKET_SYSCALLS_H */
