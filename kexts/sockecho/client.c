/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client: connections that send a pattern and check that it comes back.
 * After the first bytes each upcall sends as much as it has received, so
 * that there is always something on the way and nothing else drives it.
 */
#include "sockecho.h"

#define WINDOW	(128 * 1024)	/* bytes on the way */

/*
 * While a batch is being started its connections wait, so that all of them
 * are open at once.
 */
static volatile int client_hold;

/* The byte at a place of the stream: no two pieces look alike. */
static inline unsigned char
pattern(uint64_t at)
{
	return ((unsigned char)(at * 131 + (at >> 8) * 17 + (at >> 16)));
}

static mbuf_t
client_piece(uint64_t at, size_t len)
{
	unsigned char *p;
	mbuf_t m, n;
	size_t room, i;

	if (mbuf_allocpacket(MBUF_WAITOK, len, NULL, &m) != 0)
		return (NULL);
	mbuf_pkthdr_setlen(m, len);
	for (n = m; n != NULL && len > 0; n = mbuf_next(n)) {
		room = mbuf_trailingspace(n);
		if (room > len)
			room = len;
		p = mbuf_data(n);
		for (i = 0; i < room; i++)
			p[i] = pattern(at++);
		mbuf_setlen(n, room);
		len -= room;
	}
	if (len > 0) {
		mbuf_freem(m);
		return (NULL);
	}
	return (m);
}

static int
client_check(struct echo_conn *ec, mbuf_t m)
{
	const unsigned char *p;
	size_t i, len;

	for (; m != NULL; m = mbuf_next(m)) {
		p = mbuf_data(m);
		len = mbuf_len(m);
		for (i = 0; i < len; i++) {
			if (p[i] != pattern(ec->ec_got + i))
				return (0);
		}
		ec->ec_got += len;
	}
	return (1);
}

static errno_t
client_send(struct echo_conn *ec)
{
	uint64_t left;
	size_t n, room;
	errno_t error;
	mbuf_t m;

	while ((left = ec->ec_want - ec->ec_sent) > 0 &&
	    ec->ec_sent - ec->ec_got < WINDOW) {
		room = echo_room(ec->ec_so);
		n = WINDOW - (size_t)(ec->ec_sent - ec->ec_got);
		if (n > left)
			n = (size_t)left;
		if (n > 16384)
			n = 16384;
		if (n > room) {
			echo_later(ec);
			return (0);
		}
		m = client_piece(ec->ec_sent, n);
		if (m == NULL) {
			echo_later(ec);
			return (0);
		}
		error = sock_sendmbuf(ec->ec_so, NULL, m, 0, NULL);
		if (error != 0)
			return (error);
		ec->ec_sent += n;
	}
	return (0);
}

static void
client_pump(struct echo_conn *ec)
{
	int pending = 0, n = sizeof(pending);
	errno_t error = 0;
	mbuf_t data;
	size_t len;

	if (ec->ec_sent == 0 && !sock_isconnected(ec->ec_so)) {
		(void)sock_getsockopt(ec->ec_so, SOL_SOCKET, SO_ERROR,
		    &pending, &n);
		if (pending == 0)
			return;		/* not yet */
		error = pending;
	}
	if (error == 0 && client_hold) {
		echo_later(ec);
		return;
	}
	while (error == 0 && ec->ec_got < ec->ec_want) {
		error = client_send(ec);
		if (error != 0)
			break;
		len = ECHO_PIECE;
		error = sock_receivembuf(ec->ec_so, NULL, &data, MSG_DONTWAIT,
		    &len);
		if (error == EWOULDBLOCK)
			return;
		if (error == ENOBUFS) {
			echo_later(ec);
			return;
		}
		if (error != 0)
			break;
		if (len == 0 || !client_check(ec, data))
			error = EBADMSG;
		mbuf_freem(data);
		OSAddAtomic64((SInt64)len,
		    (volatile SInt64 *)&echo_client_bytes);
	}
	if (error != 0) {
		printf("sockecho: client failed after %llu of %llu bytes: "
		    "error %d\n", (unsigned long long)ec->ec_got,
		    (unsigned long long)ec->ec_want, error);
		OSIncrementAtomic(&echo_failures);
	}
	OSAddAtomic64(1, (volatile SInt64 *)&echo_client_finished);
	echo_conn_close(ec);
}

static void
client_upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	(void)waitf;
	echo_run(cookie);
}

errno_t
echo_client_start(const struct sockaddr_in *to, unsigned n, uint64_t bytes)
{
	struct echo_conn *ec;
	errno_t error = 0;
	socket_t so;
	unsigned i;

	client_hold = 1;
	for (i = 0; i < n && error == 0; i++) {
		ec = echo_conn_alloc();
		if (ec == NULL) {
			error = ENOMEM;
			break;
		}
		ec->ec_want = bytes;
		ec->ec_pump = client_pump;
		error = sock_socket(PF_INET, SOCK_STREAM, 0, client_upcall, ec,
		    &so);
		if (error != 0) {
			echo_conn_drop(ec);
			break;
		}
		(void)echo_nonblocking(so);
		ec->ec_so = so;
		echo_conn_add(ec);
		error = sock_connect(so, (const struct sockaddr *)to,
		    MSG_DONTWAIT);
		if (error == EINPROGRESS)
			error = 0;
		if (error != 0)
			echo_conn_close(ec);
		echo_conn_begin(ec);
	}
	client_hold = 0;
	return (error);
}
