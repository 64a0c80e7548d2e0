/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket layer over PF_LOCAL sockets: data, records, limits, shutdown,
 * accept, and leaks (every case ends where it began).
 */
#include <string.h>
#include <sys/errno.h>
#include <sys/un.h>
#include "kernel/file/uio.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/domain.h"
#include "net/socket/sflt_internal.h"
#include "net/socket/socketvar.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"
#include "test/unit/socket/common.h"

static size_t base_live;

void
socket_test_init(void)
{
	static bool once;

	if (!once) {
		mbuf_init(64 * 1024 * 1024);
		domain_init();
		once = true;
	}
}

static void
start(void)
{
	socket_test_init();
	host_idle = NULL;
	base_live = host_kmem_live();
}

static void
finish(void)
{
	sowork_run_all();
	sflt_cleanup_run();
	CHECK_EQ(socket_stats.ss_live, 0);
}

static void
pair(int type, struct __socket **a, struct __socket **b)
{
	CHECK_EQ(socreate(PF_LOCAL, type, 0, 0, a), 0);
	CHECK_EQ(socreate(PF_LOCAL, type, 0, 0, b), 0);
	CHECK_EQ(soconnect2(*a, *b), 0);
	if (type == SOCK_DGRAM)
		CHECK_EQ(soconnect2(*b, *a), 0);
}

static errno_t
put(struct __socket *so, const void *p, size_t n, int flags, size_t *sent)
{
	struct uio uio;

	uio_single(&uio, (void *)(uintptr_t)p, n, 0, UIO_SYSSPACE, UIO_WRITE);
	return (sosend(so, NULL, &uio, NULL, NULL, flags | MSG_NBIO, sent));
}

static errno_t
get(struct __socket *so, void *p, size_t n, int *flags, size_t *got)
{
	struct uio uio;
	errno_t error;
	int f = (flags != NULL ? *flags : 0) | MSG_DONTWAIT;

	uio_single(&uio, p, n, 0, UIO_SYSSPACE, UIO_READ);
	error = soreceive(so, NULL, &uio, NULL, NULL, &f, NULL);
	*got = n - (size_t)uio_resid(&uio);
	if (flags != NULL)
		*flags = f;
	return (error);
}

UNIT_TEST(stream_bytes_and_room)
{
	static unsigned char out[200000], in[200000];
	struct __socket *a, *b;
	size_t n, total = 0, read = 0;
	unsigned i;

	start();
	for (i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 7 + i / 256);
	pair(SOCK_STREAM, &a, &b);
	while (read < sizeof(out)) {
		errno_t e = 0;

		if (total < sizeof(out))
			e = put(a, out + total, 1 + unit_random() %
			    (sizeof(out) - total), 0, &n);
		else
			n = 0;
		CHECK(e == 0 || e == EWOULDBLOCK);
		total += n;
		CHECK(total - read <= a->so_snd.sb_hiwat);
		e = get(b, in + read, 1 + unit_random() % 9000, NULL, &n);
		CHECK(e == 0 || e == EWOULDBLOCK);
		read += n;
	}
	CHECK(memcmp(in, out, sizeof(out)) == 0);
	CHECK_EQ(a->so_snd.sb_cc, 0);
	CHECK_EQ(get(b, in, 10, NULL, &n), EWOULDBLOCK);
	CHECK_EQ(soclose(a), 0);
	CHECK_EQ(get(b, in, 10, NULL, &n), 0);
	CHECK_EQ(n, 0);
	CHECK_EQ(put(b, out, 10, 0, &n), EPIPE);
	CHECK_EQ(soclose(b), 0);
	finish();
}

UNIT_TEST(datagrams_truncate_and_peek)
{
	struct __socket *a, *b;
	char buf[100];
	size_t n;
	int flags;

	start();
	pair(SOCK_DGRAM, &a, &b);
	memset(buf, 'x', sizeof(buf));
	CHECK_EQ(put(a, buf, 100, 0, &n), 0);
	CHECK_EQ(put(a, "second", 6, 0, &n), 0);
	CHECK_EQ(put(a, "", 0, 0, &n), 0);
	flags = MSG_PEEK;
	CHECK_EQ(get(b, buf, 40, &flags, &n), 0);
	CHECK_EQ(n, 40);
	CHECK_EQ(flags, MSG_TRUNC);
	flags = 0;
	CHECK_EQ(get(b, buf, 40, &flags, &n), 0);
	CHECK_EQ(n, 40);
	CHECK_EQ(flags, MSG_TRUNC);
	flags = 0;
	CHECK_EQ(get(b, buf, 40, &flags, &n), 0);
	CHECK_EQ(n, 6);
	CHECK_EQ(flags, 0);
	CHECK_EQ(get(b, buf, 40, NULL, &n), 0);
	CHECK_EQ(n, 0);
	CHECK_EQ(get(b, buf, 40, NULL, &n), EWOULDBLOCK);
	CHECK_EQ(put(a, buf, 1000000, 0, &n), EMSGSIZE);
	CHECK_EQ(soclose(a), 0);
	CHECK_EQ(soclose(b), 0);
	finish();
}

static void
name(struct sockaddr_un *sun, const char *path)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_len = sizeof(*sun);
	sun->sun_family = AF_LOCAL;
	strlcpy(sun->sun_path, path, sizeof(sun->sun_path));
}

UNIT_TEST(listen_connect_accept)
{
	struct __socket *l, *c[5], *s;
	struct sockaddr_storage from;
	struct sockaddr_un sun;
	unsigned i;
	size_t n;
	char ch;

	start();
	name(&sun, "/tmp/l");
	CHECK_EQ(socreate(PF_LOCAL, SOCK_STREAM, 0, 0, &l), 0);
	CHECK_EQ(solisten(l, 4), EDESTADDRREQ);
	CHECK_EQ(sobind(l, (struct sockaddr *)&sun), 0);
	CHECK_EQ(soaccept(l, true, &from, &s), EINVAL);
	CHECK_EQ(solisten(l, 4), 0);
	CHECK_EQ(soaccept(l, true, &from, &s), EWOULDBLOCK);
	for (i = 0; i < 5; i++) {
		CHECK_EQ(socreate(PF_LOCAL, SOCK_STREAM, 0, 0, &c[i]), 0);
		CHECK_EQ(soconnect(c[i], (struct sockaddr *)&sun, 0),
		    i < 4 ? 0 : ECONNREFUSED);
	}
	CHECK(soreadable(l));
	for (i = 0; i < 3; i++) {
		CHECK_EQ(soaccept(l, true, &from, &s), 0);
		ch = (char)('a' + i);
		CHECK_EQ(put(s, &ch, 1, 0, &n), 0);
		CHECK_EQ(soclose(s), 0);
		CHECK_EQ(get(c[i], &ch, 1, NULL, &n), 0);
		CHECK_EQ(n, 1);
		CHECK_EQ(ch, 'a' + i);
	}
	/* One still waits in the queue: closed with the listener. */
	CHECK_EQ(soclose(l), 0);
	CHECK_EQ(get(c[3], &ch, 1, NULL, &n), 0);
	CHECK_EQ(n, 0);
	for (i = 0; i < 5; i++)
		CHECK_EQ(soclose(c[i]), 0);
	finish();
}

UNIT_TEST(shutdown_halves)
{
	struct __socket *a, *b;
	char buf[8];
	size_t n;

	start();
	pair(SOCK_STREAM, &a, &b);
	CHECK_EQ(soshutdown(a, 3), EINVAL);
	CHECK_EQ(put(a, "abc", 3, 0, &n), 0);
	CHECK_EQ(soshutdown(a, SHUT_WR), 0);
	CHECK_EQ(soshutdown(a, SHUT_WR), ENOTCONN);
	CHECK_EQ(put(a, "d", 1, 0, &n), EPIPE);
	CHECK_EQ(get(b, buf, 8, NULL, &n), 0);
	CHECK_EQ(n, 3);
	CHECK_EQ(get(b, buf, 8, NULL, &n), 0);
	CHECK_EQ(n, 0);
	CHECK_EQ(put(b, "back", 4, 0, &n), 0);
	CHECK_EQ(get(a, buf, 8, NULL, &n), 0);
	CHECK_EQ(n, 4);
	CHECK_EQ(soshutdown(a, SHUT_RD), 0);
	CHECK_EQ(soshutdown(a, SHUT_RDWR), ENOTCONN);
	CHECK_EQ(soclose(a), 0);
	CHECK_EQ(soclose(b), 0);
	finish();
}

UNIT_TEST(timeout_of_a_blocking_read)
{
	struct __socket *a, *b;
	struct timeval tv = { .tv_sec = 2, .tv_usec = 500000 };
	struct __sockopt opt = { .sopt_level = SOL_SOCKET,
	    .sopt_name = SO_RCVTIMEO, .sopt_val = &tv,
	    .sopt_valsize = sizeof(tv) };
	uint64_t t0 = host_now_ns;
	struct uio uio;
	char buf[4];
	int flags = 0;

	start();
	pair(SOCK_STREAM, &a, &b);
	CHECK_EQ(sosetopt(a, &opt), 0);
	uio_single(&uio, buf, 4, 0, UIO_SYSSPACE, UIO_READ);
	CHECK_EQ(soreceive(a, NULL, &uio, NULL, NULL, &flags, NULL),
	    EWOULDBLOCK);
	CHECK(host_now_ns - t0 == 2500000000ull);
	CHECK_EQ(soclose(a), 0);
	CHECK_EQ(soclose(b), 0);
	finish();
}

/* --- the kernel calls over local sockets --------------------------------------------- */

static struct __socket *upcall_got;
static unsigned upcalls;

static void
count_upcall(socket_t so, void *cookie, int waitf)
{
	CHECK(cookie == &upcalls);
	upcalls++;
	upcall_got = so;
}

static void
closing_upcall(socket_t so, void *cookie, int waitf)
{
	size_t len = 100;
	mbuf_t m;

	CHECK_EQ(sock_receivembuf(so, NULL, &m, MSG_DONTWAIT, &len), 0);
	CHECK_EQ(len, 5);
	CHECK_EQ(m->m_pkthdr.len, 5);
	m_freem(m);
	upcalls++;
	sock_close(so);
}

UNIT_TEST(upcall_receives_and_closes)
{
	socket_t a, b;
	struct msghdr msg;
	struct iovec iov;
	size_t n;

	start();
	upcalls = 0;
	CHECK_EQ(sock_socket(PF_LOCAL, SOCK_STREAM, 0, NULL, NULL, NULL),
	    EINVAL);
	CHECK_EQ(sock_socket(99, SOCK_STREAM, 0, NULL, NULL, &a),
	    EAFNOSUPPORT);
	CHECK_EQ(sock_socket(PF_LOCAL, SOCK_STREAM, 0, count_upcall, &upcalls,
	    &a), 0);
	CHECK_EQ(sock_socket(PF_LOCAL, SOCK_STREAM, 0, closing_upcall, NULL,
	    &b), 0);
	CHECK_EQ(soconnect2(a, b), 0);
	upcalls = 0;
	b->so_upcallpend = false;
	memset(&msg, 0, sizeof(msg));
	iov.iov_base = "hello";
	iov.iov_len = 5;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	a->so_upcallpend = false;
	CHECK_EQ(sock_send(a, &msg, 0, &n), 0);
	CHECK_EQ(n, 5);
	sowork_run_all();
	CHECK(upcalls >= 2);	/* b read and closed; a saw the end */
	CHECK(upcall_got == a);
	CHECK_EQ(sock_isconnected(a), 0);
	sock_close(a);
	finish();
}

UNIT_TEST(retain_puts_off_the_close)
{
	socket_t a, b;
	char ch;
	size_t n;

	start();
	CHECK_EQ(sock_socket(PF_LOCAL, SOCK_STREAM, 0, NULL, NULL, &a), 0);
	CHECK_EQ(sock_socket(PF_LOCAL, SOCK_STREAM, 0, NULL, NULL, &b), 0);
	CHECK_EQ(soconnect2(a, b), 0);
	sock_retain(a);
	sock_retain(a);
	sock_close(a);
	CHECK_EQ(sock_isconnected(b), 1);
	CHECK_EQ(get(b, &ch, 1, NULL, &n), EWOULDBLOCK);
	sock_release(a);
	CHECK_EQ(sock_isconnected(b), 1);
	sock_release(a);
	CHECK_EQ(sock_isconnected(b), 0);
	sock_close(b);
	finish();
}
