/* SPDX-License-Identifier: BSD-2-Clause */
/* What both halves of the pack use. */
#include "util.h"

void
addr4(struct sockaddr_in *sin, unsigned short port)
{
	bzero(sin, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

errno_t
make_listener(struct conn *k, int backlog)
{
	errno_t error;

	bzero(k, sizeof(*k));
	error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &k->l);
	if (error != 0)
		return (error);
	addr4(&k->addr, 0);
	error = sock_bind(k->l, (struct sockaddr *)&k->addr);
	if (error == 0)
		error = sock_listen(k->l, backlog);
	if (error == 0)
		error = sock_getsockname(k->l, (struct sockaddr *)&k->addr,
		    sizeof(k->addr));
	return (error);
}

errno_t
make_conn(struct conn *k)
{
	errno_t error = make_listener(k, 16);

	if (error == 0)
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &k->c);
	if (error == 0)
		error = sock_connect(k->c, (struct sockaddr *)&k->addr, 0);
	if (error == 0)
		error = sock_accept(k->l, NULL, 0, 0, NULL, NULL, &k->s);
	return (error);
}

void
end_conn(struct conn *k)
{
	sock_close(k->s);
	sock_close(k->c);
	sock_close(k->l);
	bzero(k, sizeof(*k));
}

errno_t
make_udp(socket_t *so, struct sockaddr_in *addr)
{
	errno_t error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, so);

	if (error != 0)
		return (error);
	addr4(addr, 0);
	error = sock_bind(*so, (struct sockaddr *)addr);
	if (error == 0)
		error = sock_getsockname(*so, (struct sockaddr *)addr,
		    sizeof(*addr));
	return (error);
}

errno_t
put(socket_t so, const void *p, size_t len, int flags, size_t *sent)
{
	struct iovec iov = { (void *)(uintptr_t)p, len };
	struct msghdr msg;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	return (sock_send(so, &msg, flags, sent));
}

errno_t
put_to(socket_t so, const struct sockaddr_in *to, const void *p, size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)p, len };
	struct msghdr msg;

	bzero(&msg, sizeof(msg));
	msg.msg_name = (void *)(uintptr_t)to;
	msg.msg_namelen = sizeof(*to);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	return (sock_send(so, &msg, 0, NULL));
}

errno_t
get(socket_t so, void *p, size_t len, int flags, size_t *got)
{
	struct iovec iov = { p, len };
	struct msghdr msg;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	return (sock_receive(so, &msg, flags, got));
}

void
nonblocking(socket_t so, int on)
{
	KPI_EXPECT(sock_ioctl(so, FIONBIO, &on) == 0);
}

void
pause_ms(unsigned ms)
{
	static int never;
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)msleep(&never, NULL, PZERO, "kpitest", &ts);
}

unsigned long long
now_ms(void)
{
	clock_sec_t sec;
	clock_nsec_t nsec;

	clock_get_system_nanotime(&sec, &nsec);
	return ((unsigned long long)sec * 1000 + nsec / 1000000);
}

mbuf_t
packet(const void *p, size_t len)
{
	mbuf_t m = NULL;

	if (mbuf_allocpacket(MBUF_WAITOK, len, NULL, &m) != 0)
		return (NULL);
	if (mbuf_copyback(m, 0, len, p, MBUF_WAITOK) != 0) {
		mbuf_freem(m);
		return (NULL);
	}
	mbuf_pkthdr_setlen(m, len);
	return (m);
}
