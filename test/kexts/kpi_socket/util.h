/* SPDX-License-Identifier: BSD-2-Clause */
/* What both halves of the pack use. */
#ifndef TEST_KEXTS_KPI_SOCKET_UTIL_H
#define TEST_KEXTS_KPI_SOCKET_UTIL_H

#include <kpitest.h>
#include <kern/clock.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/time.h>

/* A listener on 127.0.0.1, a client connected to it, and the accepted end. */
struct conn {
	socket_t	l, c, s;
	struct sockaddr_in addr;	/* the listener's */
};

void	addr4(struct sockaddr_in *sin, unsigned short port);
/* A listening socket with its address; 0 or an error. */
errno_t	make_listener(struct conn *k, int backlog);
errno_t	make_conn(struct conn *k);
void	end_conn(struct conn *k);
/* A UDP socket bound to 127.0.0.1. */
errno_t	make_udp(socket_t *so, struct sockaddr_in *addr);

errno_t	put(socket_t so, const void *p, size_t len, int flags, size_t *sent);
errno_t	put_to(socket_t so, const struct sockaddr_in *to, const void *p,
	    size_t len);
errno_t	get(socket_t so, void *p, size_t len, int flags, size_t *got);
void	nonblocking(socket_t so, int on);
void	pause_ms(unsigned ms);
unsigned long long now_ms(void);
mbuf_t	packet(const void *p, size_t len);

#endif /* TEST_KEXTS_KPI_SOCKET_UTIL_H */
