/* SPDX-License-Identifier: BSD-2-Clause */
/* The echo servers: everything they do is in upcalls. */
#include "sockecho.h"

static socket_t echo_tcp, echo_udp;

/*
 * Sends back what is there, never more than fits: there is no upcall for
 * room in the send buffer, so with none the connection is tried again in a
 * moment.
 */
static void
echo_pump(struct echo_conn *ec)
{
	mbuf_t data;
	size_t len;
	errno_t error;

	for (;;) {
		len = echo_room(ec->ec_so);
		if (len == 0) {
			echo_later(ec);
			return;
		}
		error = sock_receivembuf(ec->ec_so, NULL, &data, MSG_DONTWAIT,
		    &len);
		if (error == EWOULDBLOCK)
			return;
		if (error == ENOBUFS) {
			echo_later(ec);
			return;
		}
		if (error != 0 || len == 0)
			break;
		OSAddAtomic64((SInt64)len, (volatile SInt64 *)&echo_bytes);
		error = sock_sendmbuf(ec->ec_so, NULL, data, 0, NULL);
		if (error != 0)
			break;
	}
	echo_conn_close(ec);
}

static void
echo_tcp_upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	(void)waitf;
	echo_run(cookie);
}

static void
echo_listen_upcall(socket_t so, void *cookie, int waitf)
{
	struct echo_conn *ec;
	socket_t conn;

	(void)cookie;
	(void)waitf;
	for (;;) {
		ec = echo_conn_alloc();
		if (ec == NULL)
			return;
		if (sock_accept(so, NULL, 0, MSG_DONTWAIT, echo_tcp_upcall,
		    ec, &conn) != 0)
			break;
		(void)echo_nonblocking(conn);
		ec->ec_so = conn;
		ec->ec_pump = echo_pump;
		echo_conn_add(ec);
		echo_conn_begin(ec);
	}
	echo_conn_drop(ec);
}

static void
echo_udp_upcall(socket_t so, void *cookie, int waitf)
{
	struct sockaddr_in6 from;
	struct msghdr msg;
	mbuf_t data;
	size_t len;

	(void)cookie;
	(void)waitf;
	for (;;) {
		bzero(&msg, sizeof(msg));
		msg.msg_name = &from;
		msg.msg_namelen = sizeof(from);
		len = ECHO_PIECE;
		if (sock_receivembuf(so, &msg, &data, MSG_DONTWAIT, &len) != 0)
			return;
		if (data == NULL)
			continue;
		bzero(&msg, sizeof(msg));
		msg.msg_name = &from;
		msg.msg_namelen = sizeof(from);
		(void)sock_sendmbuf(so, &msg, data, 0, NULL);
	}
}

static errno_t
echo_open(int type, sock_upcall upcall, socket_t *out)
{
	struct sockaddr_in6 sin6;
	socket_t so;
	errno_t error;
	int on = 1;

	error = sock_socket(PF_INET6, type, 0, upcall, NULL, &so);
	if (error != 0)
		return (error);
	bzero(&sin6, sizeof(sin6));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = AF_INET6;
	sin6.sin6_port = htons(ECHO_PORT);
	(void)sock_setsockopt(so, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)sock_setsockopt(so, SOL_SOCKET, SO_UPCALLCLOSEWAIT, &on,
	    sizeof(on));
	error = echo_nonblocking(so);
	if (error == 0)
		error = sock_bind(so, (struct sockaddr *)&sin6);
	if (error == 0 && type == SOCK_STREAM)
		error = sock_listen(so, SOMAXCONN);
	if (error != 0) {
		sock_close(so);
		return (error);
	}
	*out = so;
	return (0);
}

errno_t
echo_server_start(void)
{
	errno_t error;

	error = echo_open(SOCK_STREAM, echo_listen_upcall, &echo_tcp);
	if (error == 0)
		error = echo_open(SOCK_DGRAM, echo_udp_upcall, &echo_udp);
	if (error != 0)
		echo_server_stop();
	return (error);
}

void
echo_server_stop(void)
{
	sock_close(echo_tcp);
	sock_close(echo_udp);
	echo_tcp = echo_udp = NULL;
}
