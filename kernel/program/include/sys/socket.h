/* SPDX-License-Identifier: BSD-2-Clause */
/* The socket system calls, beside the types that kexts see too. */
#ifndef _PROG_SYS_SOCKET_H_
#define _PROG_SYS_SOCKET_H_

#include <ulib_cdefs.h>
#include_next <sys/socket.h>

int socket(int domain, int type, int protocol) __U(socket);
int socketpair(int domain, int type, int protocol, int fds[2]) __U(socketpair);
int bind(int fd, const struct sockaddr *sa, socklen_t len) __U(bind);
int connect(int fd, const struct sockaddr *sa, socklen_t len) __U(connect);
int listen(int fd, int backlog) __U(listen);
int accept(int fd, struct sockaddr *sa, socklen_t *len) __U(accept);
ssize_t send(int fd, const void *buf, size_t n, int flags) __U(send);
ssize_t sendto(int fd, const void *buf, size_t n, int flags,
    const struct sockaddr *to, socklen_t tolen) __U(sendto);
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags) __U(sendmsg);
ssize_t recv(int fd, void *buf, size_t n, int flags) __U(recv);
ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *from,
    socklen_t *fromlen) __U(recvfrom);
ssize_t recvmsg(int fd, struct msghdr *msg, int flags) __U(recvmsg);
int shutdown(int fd, int how) __U(shutdown);
int setsockopt(int fd, int level, int name, const void *val, socklen_t len)
    __U(setsockopt);
int getsockopt(int fd, int level, int name, void *val, socklen_t *len)
    __U(getsockopt);
int getsockname(int fd, struct sockaddr *sa, socklen_t *len) __U(getsockname);
int getpeername(int fd, struct sockaddr *sa, socklen_t *len) __U(getpeername);

#endif /* _PROG_SYS_SOCKET_H_ */
