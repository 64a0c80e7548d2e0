/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel sockets on 127.0.0.1, and waiting for what other threads do.
 */
#ifndef TALK_H
#define TALK_H

#include <netinet/in.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/proc.h>
#include <sys/socket.h>

static inline struct sockaddr *
local(struct sockaddr_in *sin, int port)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sin->sin_port = htons((u_short)port);
	return ((struct sockaddr *)sin);
}

static inline int
port_of(socket_t so)
{
	struct sockaddr_in sin;

	if (sock_getsockname(so, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		return (0);
	return (ntohs(sin.sin_port));
}

/* A socket bound to a port of its own; NULL when that fails. */
static inline socket_t
open_bound(int type)
{
	struct timeval tv = { 10, 0 };
	struct sockaddr_in sin;
	socket_t so = NULL;

	if (sock_socket(PF_INET, type, type == SOCK_STREAM ? IPPROTO_TCP :
	    IPPROTO_UDP, NULL, NULL, &so) != 0)
		return (NULL);
	sock_setsockopt(so, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (sock_bind(so, local(&sin, 0)) != 0) {
		sock_close(so);
		return (NULL);
	}
	return (so);
}

/* Sends to a port (0: connected); *done is what went. */
static inline errno_t
say(socket_t so, int port, const void *p, size_t n, size_t *done)
{
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct sockaddr_in sin;
	struct msghdr mh;

	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	if (port != 0) {
		mh.msg_name = local(&sin, port);
		mh.msg_namelen = sizeof(sin);
	}
	*done = 0;
	return (sock_send(so, &mh, 0, done));
}

/* Receives, waiting up to ten seconds unless flags say otherwise. */
static inline errno_t
hear(socket_t so, void *p, size_t n, int flags, size_t *done)
{
	struct iovec iov = { p, n };
	struct msghdr mh;

	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	*done = 0;
	return (sock_receive(so, &mh, flags, done));
}

/* Lets other threads run until *v is at least n, ten seconds at most. */
static inline int
reached(volatile int *v, int n)
{
	struct timespec ts = { 0, 5000000 };
	int i;

	for (i = 0; i < 2000 && *v < n; i++)
		msleep((void *)(uintptr_t)v, NULL, PZERO, "kpi_filter", &ts);
	return (*v >= n);
}

/* For what should not come. */
static inline void
pause_ms(int ms)
{
	struct timespec ts = { 0, (long)ms * 1000000 };
	int chan;

	msleep(&chan, NULL, PZERO, "pause", &ts);
}

#endif /* TALK_H */
