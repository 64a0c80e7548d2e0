/* SPDX-License-Identifier: BSD-2-Clause */
#include "Vpn.h"

extern "C" {
#include <sys/socket.h>
#include <sys/errno.h>
}

errno_t
UdpSocket::open(const char *address, u_int16_t port)
{
	struct sockaddr_in any;
	errno_t err;
	int size = 65536;

	bzero(&to, sizeof(to));
	to.sin_len = sizeof(to);
	to.sin_family = AF_INET;
	to.sin_port = htons(port);
	if (!inet_aton(address, &to.sin_addr))
		return (EINVAL);
	err = sock_socket(PF_INET, SOCK_DGRAM, IPPROTO_UDP, upcall, this, &so);
	if (err)
		return (err);
	any = to;
	any.sin_addr.s_addr = INADDR_ANY;
	(void)sock_setsockopt(so, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if ((err = sock_bind(so, (struct sockaddr *)&any)) != 0 ||
	    (err = sock_connect(so, (struct sockaddr *)&to, 0)) != 0)
		close();
	return (err);
}

errno_t
UdpSocket::send(mbuf_t m)
{
	if (!so) {
		mbuf_freem(m);
		return (ENOTCONN);
	}
	return (sock_sendmbuf(so, NULL, m, MSG_DONTWAIT, NULL));
}

void
UdpSocket::upcall(socket_t so, void *cookie, int)
{
	UdpSocket *self = static_cast<UdpSocket *>(cookie);
	mbuf_t m;

	for (;;) {
		size_t len = 65536;

		if (sock_receivembuf(so, NULL, &m, MSG_DONTWAIT, &len) != 0 ||
		    m == NULL)
			return;
		self->owner->arrived(m);
	}
}

void
UdpSocket::close()
{
	socket_t s = so;

	so = NULL;
	if (s != NULL) {
		sock_shutdown(s, SHUT_RDWR);
		sock_close(s);
	}
}
