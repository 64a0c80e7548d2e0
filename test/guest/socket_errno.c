/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which error each call gives in which state, as BSD has it.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <sys/signal.h>
#include <netinet/tcp.h>

#include "kernel/file/poll.h"
#include "net/socket/socketvar.h"

static struct __socket *
socket_of(int fd)
{
	struct __socket *so = NULL;
	struct file *fp;

	if (fgetsock(current_proc(), fd, &fp, &so) == 0)
		fput(fp);	/* the descriptor keeps it */
	return (so);
}

CASE(errors_of_an_unconnected_stream)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(AF_INET, SOCK_STREAM), s;
	union name n;
	socklen_t len;
	ssize_t got;
	char ch;

	EXPECT(sys_accept(p, fd, NULL, NULL, &s) == EINVAL);
	EXPECT(sys_shutdown(p, fd, SHUT_RD) == ENOTCONN);
	EXPECT(sys_shutdown(p, fd, SHUT_WR) == ENOTCONN);
	EXPECT(sys_shutdown(p, fd, 7) == EINVAL);
	EXPECT(sys_read(p, fd, &ch, 1, &got) == ENOTCONN);
	EXPECT(sys_write(p, fd, "x", 1, &got) == ENOTCONN);
	len = sizeof(n);
	EXPECT(sys_getpeername(p, fd, &n.sa, &len) == ENOTCONN);
	len = st_loop(&n, AF_INET, 0);
	EXPECT(sys_connect(p, fd, &n.sa, len) == EADDRNOTAVAIL);
	len = st_loop(&n, AF_INET, 9);
	EXPECT(sys_connect(p, fd, &n.sa, 8) == EINVAL);
	n.in.sin_addr.s_addr = htonl(0xe0000101);
	EXPECT(sys_connect(p, fd, &n.sa, len) == EAFNOSUPPORT);
	EXPECT(sys_bind(p, fd, &n.sa, len) == EAFNOSUPPORT);
	len = st_loop(&n, AF_INET6, 9);
	EXPECT(sys_connect(p, fd, &n.sa, len) == EAFNOSUPPORT);
	EXPECT(sys_bind(p, fd, &n.sa, len) == EAFNOSUPPORT);
	EXPECT(sys_close(p, fd) == 0);
	fd = st_new_socket(AF_INET, SOCK_STREAM);
	len = st_loop(&n, AF_INET, 0);
	EXPECT(sys_bind(p, fd, &n.sa, len) == 0);
	EXPECT(sys_bind(p, fd, &n.sa, len) == EINVAL);
	EXPECT(sys_listen(p, fd, 1) == 0);
	EXPECT(sys_bind(p, fd, &n.sa, len) == EINVAL);
	EXPECT(sys_connect(p, fd, &n.sa, len) == EOPNOTSUPP);
	EXPECT(sys_write(p, fd, "x", 1, &got) == ENOTCONN);
	EXPECT(sys_read(p, fd, &ch, 1, &got) == ENOTCONN);
	st_nonblocking(fd);
	EXPECT(sys_accept(p, fd, NULL, NULL, &s) == EWOULDBLOCK);
	EXPECT(sys_close(p, fd) == 0);
	/* Never bound: it gets a port. */
	fd = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_listen(p, fd, 1) == 0);
	len = sizeof(n);
	EXPECT(sys_getsockname(p, fd, &n.sa, &len) == 0 &&
	    n.in.sin_port != 0);
	EXPECT(sys_close(p, fd) == 0);
	return (0);
}

CASE(errors_of_a_connection)
{
	struct proc *p = current_proc();
	union name n;
	socklen_t len = sizeof(n);
	int fds[2], v = 1;
	ssize_t got;
	char ch;

	st_connected(AF_INET, fds);
	EXPECT(sys_getpeername(p, fds[0], &n.sa, &len) == 0);
	EXPECT(sys_connect(p, fds[0], &n.sa, len) == EISCONN);
	EXPECT(sys_listen(p, fds[0], 1) == EINVAL);
	EXPECT(sys_bind(p, fds[0], &n.sa, len) == EINVAL);
	EXPECT(sys_accept(p, fds[0], NULL, NULL, &v) == EINVAL);
	/* What is shut says so; the other side hears the end. */
	EXPECT(sys_shutdown(p, fds[0], SHUT_RD) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_RD) == ENOTCONN);
	EXPECT(sys_read(p, fds[0], &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_write(p, fds[0], "x", 1, &got) == 0 && got == 1);
	EXPECT(sys_read(p, fds[1], &ch, 1, &got) == 0 && got == 1);
	EXPECT(st_setopt(fds[0], SO_KEEPALIVE, 1) == 0);
	EXPECT(st_setopt(fds[0], SO_NOSIGPIPE, 1) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == ENOTCONN);
	EXPECT(sys_write(p, fds[0], "x", 1, &got) == EPIPE);
	EXPECT(st_setopt(fds[0], SO_KEEPALIVE, 1) == EINVAL);
	len = sizeof(v);
	EXPECT(sys_getsockopt(p, fds[0], SOL_SOCKET, SO_KEEPALIVE, &v,
	    &len) == 0 && v != 0);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}

CASE(errors_of_a_datagram_socket)
{
	struct proc *p = current_proc();
	int fd = st_new_socket(AF_INET, SOCK_DGRAM), sv[2];
	union name n, un;
	static char big[65536];
	socklen_t len = st_loop(&n, AF_INET, 0);
	ssize_t got;

	EXPECT(sys_listen(p, fd, 1) == EOPNOTSUPP);
	EXPECT(sys_accept(p, fd, NULL, NULL, sv) == EOPNOTSUPP);
	EXPECT(sys_shutdown(p, fd, SHUT_WR) == ENOTCONN);
	EXPECT(sys_connect(p, fd, &n.sa, len) == EADDRNOTAVAIL);
	EXPECT(sys_write(p, fd, "x", 1, &got) == EDESTADDRREQ);
	n.in.sin_port = htons(9);
	EXPECT(sys_sendto(p, fd, big, sizeof(big), 0, &n.sa, len, &got) ==
	    EMSGSIZE);
	EXPECT(sys_sendto(p, fd, "x", 1, 0, &n.sa, 4, &got) == EINVAL);
	EXPECT(sys_connect(p, fd, &n.sa, len) == 0);
	/* The old association goes, and that is told. */
	un = n;
	un.sa.sa_family = AF_UNSPEC;
	EXPECT(sys_connect(p, fd, &un.sa, len) == EAFNOSUPPORT);
	EXPECT(sys_getpeername(p, fd, &n.sa, &len) == ENOTCONN);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_socketpair(p, PF_INET, SOCK_STREAM, 0, sv) == EOPNOTSUPP);
	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_DGRAM, 0, sv) == 0);
	EXPECT(sys_listen(p, sv[0], 1) == EOPNOTSUPP);
	EXPECT(sys_close(p, sv[1]) == 0);
	EXPECT(sys_write(p, sv[0], "x", 1, &got) != 0);
	EXPECT(sys_close(p, sv[0]) == 0);
	return (0);
}

/* The peer resets a connection that nobody has accepted yet. */
CASE(accept_after_a_reset)
{
	struct proc *p = current_proc();
	struct linger reset = { 1, 0 };
	union name n, peer, name;
	int l = st_new_listener(AF_INET, &n, 4), c, s = -1, rv;
	struct pollfd pf = { l, POLLIN, 0 };
	socklen_t len = sizeof(name), plen = sizeof(peer);
	ssize_t got;
	char ch;

	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_getsockname(p, c, &name.sa, &len) == 0);
	EXPECT(sys_poll(p, &pf, 1, 5000, &rv) == 0 && rv == 1);
	EXPECT(sys_setsockopt(p, c, SOL_SOCKET, SO_LINGER, &reset,
	    sizeof(reset)) == 0);
	EXPECT(sys_close(p, c) == 0);
	/* Without filters it is handed out, and the error with it. */
	EXPECT(sys_accept(p, l, &peer.sa, &plen, &s) == 0);
	EXPECT(peer.in.sin_port == name.in.sin_port);
	EXPECT(sys_read(p, s, &ch, 1, &got) == ECONNRESET);
	EXPECT(sys_read(p, s, &ch, 1, &got) == 0 && got == 0);
	EXPECT(sys_close(p, s) == 0 && sys_close(p, l) == 0);
	return (0);
}

CASE(backlog_and_inheritance)
{
	static const int asked[] = { 0, -1, 1000, 5 };
	struct proc *p = current_proc();
	struct __socket *so;
	union name n;
	int l, c, s, v;
	socklen_t len;
	unsigned i;

	for (i = 0; i < 4; i++) {
		l = st_new_listener(AF_INET, &n, asked[i]);
		so = socket_of(l);
		EXPECT(so != NULL && so->so_qlimit == (i == 3 ? 5 : 128));
		EXPECT(sys_close(p, l) == 0);
	}
	l = st_new_listener(AF_INET, &n, 5);
	EXPECT(st_setopt(l, SO_RCVBUF, 22222) == 0);
	EXPECT(st_setopt(l, SO_SNDBUF, 11111) == 0);
	EXPECT(st_setopt(l, SO_KEEPALIVE, 1) == 0);
	v = 1;
	EXPECT(sys_setsockopt(p, l, IPPROTO_TCP, TCP_NODELAY, &v, 4) == 0);
	so = socket_of(l);
	EXPECT((so->so_state & SS_PRIV) != 0);
	c = st_new_socket(AF_INET, SOCK_STREAM);
	EXPECT(sys_connect(p, c, &n.sa, n.sa.sa_len) == 0);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == 0);
	so = socket_of(s);
	EXPECT(so->so_rcv.sb_hiwat == 22222 && so->so_snd.sb_hiwat == 11111);
	EXPECT((so->so_state & SS_PRIV) != 0);
	EXPECT((so->so_options & SO_KEEPALIVE) != 0);
	len = sizeof(v);
	v = 0;
	EXPECT(sys_getsockopt(p, s, IPPROTO_TCP, TCP_NODELAY, &v, &len) == 0 &&
	    v != 0);
	EXPECT(sys_close(p, s) == 0 && sys_close(p, c) == 0 &&
	    sys_close(p, l) == 0);
	return (0);
}

/* Waiting in accept ends when the listener's read side is shut. */
CASE(accept_on_a_shut_listener)
{
	struct proc *p = current_proc();
	union name n;
	int l = st_new_listener(AF_INET, &n, 5), s;

	EXPECT(sys_shutdown(p, l, SHUT_RD) == ENOTCONN);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == ECONNABORTED);
	st_nonblocking(l);
	EXPECT(sys_accept(p, l, NULL, NULL, &s) == EWOULDBLOCK);
	EXPECT(sys_close(p, l) == 0);
	return (0);
}

static volatile int pipes;

static void
count_sigpipe(int sig)
{
	if (sig == SIGPIPE)
		pipes++;
}

/* A program's write to nobody: the signal, unless it does not want it. */
CASE(sigpipe)
{
	struct proc *p = current_proc();
	int fds[2], i;
	ssize_t n;

	pipes = 0;
	(void)proc_sigaction(p, SIGPIPE, count_sigpipe, true, NULL);
	st_connected(AF_INET, fds);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	EXPECT(sys_write(p, fds[0], "x", 1, &n) == EPIPE);
	proc_signal_check();
	EXPECT(pipes == 1);
	EXPECT(sys_sendto(p, fds[0], "x", 1, 0, NULL, 0, &n) == EPIPE);
	proc_signal_check();
	EXPECT(pipes == 2);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	st_connected(AF_INET, fds);
	EXPECT(st_setopt(fds[0], SO_NOSIGPIPE, 1) == 0);
	EXPECT(sys_shutdown(p, fds[0], SHUT_WR) == 0);
	for (i = 0; i < 2; i++) {
		EXPECT(sys_sendto(p, fds[0], "x", 1, 0, NULL, 0, &n) ==
		    EPIPE);
		proc_signal_check();
	}
	EXPECT(pipes == 2);
	EXPECT(sys_close(p, fds[0]) == 0 && sys_close(p, fds[1]) == 0);
	return (0);
}
