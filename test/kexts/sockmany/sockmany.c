/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockmany: twenty thousand kernel sockets at once, every one of them used.
 *
 * Half are UDP, each on a port of its own; each gets one datagram that names
 * it, from another of them.  Half are TCP: a listener, and connections whose
 * ends each say who they are.  Everything is done in the start function, so
 * that kextload succeeds only if all of it worked; stop closes.
 */
#include <libkern/OSAtomic.h>
#include <libkern/libkern.h>
#include <mach/kmod.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/kpi_socket.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#define UDP_COUNT	10000
#define PAIRS		4999
#define TOTAL		(UDP_COUNT + 2 * PAIRS + 1)
#define PORT		20000
#define STEP		7919	/* prime: i -> i + STEP is one cycle of all */

kern_return_t sockmany_start(kmod_info_t *ki, void *data);
kern_return_t sockmany_stop(kmod_info_t *ki, void *data);

static socket_t *many;		/* UDP, listener, client and server in turn */
static volatile SInt32 upcalls;

static void
upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	(void)cookie;
	(void)waitf;
	OSIncrementAtomic(&upcalls);
}

static void
name(struct sockaddr_in *sin, unsigned port)
{
	bzero(sin, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_port = htons((unsigned short)port);
	sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static errno_t
put(socket_t so, struct sockaddr_in *to, unsigned value)
{
	struct iovec iov = { &value, sizeof(value) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_name = to, .msg_namelen = to != NULL ? sizeof(*to) : 0 };
	size_t n = 0;
	errno_t error = sock_send(so, &msg, 0, &n);

	return (error == 0 && n != sizeof(value) ? EIO : error);
}

static errno_t
get(socket_t so, struct sockaddr_in *from, unsigned *value)
{
	struct iovec iov = { value, sizeof(*value) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_name = from, .msg_namelen = from != NULL ? sizeof(*from) : 0 };
	size_t n = 0;
	errno_t error = sock_receive(so, &msg, MSG_WAITALL, &n);

	return (error == 0 && n != sizeof(*value) ? EIO : error);
}

/* No longer than this for what is on its way over lo0 already. */
static errno_t
patience(socket_t so)
{
	struct timeval tv = { 30, 0 };

	return (sock_setsockopt(so, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
}

static errno_t
make_udp(void)
{
	struct sockaddr_in sin;
	errno_t error = 0;
	unsigned i;

	for (i = 0; i < UDP_COUNT && error == 0; i++) {
		error = sock_socket(PF_INET, SOCK_DGRAM, 0, upcall, NULL,
		    &many[i]);
		if (error != 0)
			break;
		name(&sin, PORT + i);
		error = sock_bind(many[i], (struct sockaddr *)&sin);
		if (error == 0)
			error = patience(many[i]);
	}
	if (error != 0)
		printf("sockmany: UDP socket %u: error %d\n", i, error);
	return (error);
}

static errno_t
use_udp(void)
{
	struct sockaddr_in sin;
	unsigned i, to, got;
	errno_t error = 0;

	for (i = 0; i < UDP_COUNT && error == 0; i++) {
		to = (i + STEP) % UDP_COUNT;
		name(&sin, PORT + to);
		error = put(many[i], &sin, to);
	}
	for (i = 0; i < UDP_COUNT && error == 0; i++) {
		error = get(many[i], &sin, &got);
		if (error == 0 && (got != i || ntohs(sin.sin_port) != PORT +
		    (i + UDP_COUNT - STEP) % UDP_COUNT))
			error = EBADMSG;
	}
	if (error != 0)
		printf("sockmany: datagram %u: error %d\n", i, error);
	return (error);
}

static errno_t
make_tcp(void)
{
	socket_t *l = &many[UDP_COUNT], *s = l + 1;
	struct linger reset = { 1, 0 };	/* no TIME_WAIT afterwards */
	struct sockaddr_in sin;
	errno_t error;
	unsigned i;

	error = sock_socket(PF_INET, SOCK_STREAM, 0, upcall, NULL, l);
	if (error != 0)
		return (error);
	name(&sin, PORT - 1);
	error = sock_bind(*l, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_listen(*l, SOMAXCONN);
	for (i = 0; i < PAIRS && error == 0; i++, s += 2) {
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &s[0]);
		if (error == 0)
			error = sock_connect(s[0], (struct sockaddr *)&sin, 0);
		if (error == 0)
			error = sock_accept(*l, NULL, 0, 0, upcall, NULL,
			    &s[1]);
		if (error == 0)
			error = patience(s[1]);
		if (error == 0)
			error = sock_setsockopt(s[0], SOL_SOCKET, SO_LINGER,
			    &reset, sizeof(reset));
	}
	if (error != 0)
		printf("sockmany: connection %u: error %d\n", i, error);
	return (error);
}

static errno_t
use_tcp(void)
{
	socket_t *s = &many[UDP_COUNT + 1];
	errno_t error = 0;
	unsigned i, got;

	for (i = 0; i < PAIRS && error == 0; i++)
		error = put(s[2 * i], NULL, i);
	for (i = 0; i < PAIRS && error == 0; i++) {
		error = get(s[2 * i + 1], NULL, &got);
		if (error == 0 && got != i)
			error = EBADMSG;
	}
	if (error != 0)
		printf("sockmany: stream %u: error %d\n", i, error);
	return (error);
}

static void
close_all(void)
{
	unsigned i;

	for (i = 0; i < TOTAL; i++) {
		if (many[i] != NULL)
			sock_close(many[i]);
	}
	FREE(many, M_TEMP);
	many = NULL;
}

kern_return_t
sockmany_start(kmod_info_t *ki, void *data)
{
	errno_t error;

	(void)ki;
	(void)data;
	MALLOC(many, socket_t *, TOTAL * sizeof(*many), M_TEMP,
	    M_WAITOK | M_ZERO);
	if (many == NULL)
		return (KERN_FAILURE);
	error = make_udp();
	if (error == 0)
		error = make_tcp();
	if (error == 0)
		error = use_udp();
	if (error == 0)
		error = use_tcp();
	if (error != 0) {
		close_all();
		return (KERN_FAILURE);
	}
	printf("sockmany: %u sockets, %d upcalls\n", TOTAL, (int)upcalls);
	return (KERN_SUCCESS);
}

kern_return_t
sockmany_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	close_all();
	return (KERN_SUCCESS);
}
