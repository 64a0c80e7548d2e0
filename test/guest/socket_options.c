/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options: what is set is what is read.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <netinet/tcp.h>

CASE(options_of_the_protocols)
{
	static const struct {
		int family, type, level, name, value;
	} opts[] = {
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 1 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPALIVE, 30 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 5 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_KEEPCNT, 3 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_MAXSEG, 1000 },
		{ AF_INET, SOCK_STREAM, IPPROTO_IP, IP_TTL, 9 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_TOS, 0x10 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_TTL, 4 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_LOOP, 0 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVDSTADDR, 1 },
		{ AF_INET, SOCK_RAW, IPPROTO_IP, IP_HDRINCL, 1 },
		{ AF_INET6, SOCK_STREAM, IPPROTO_IPV6, IPV6_V6ONLY, 1 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 3 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_TCLASS, 0x20 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVLOWAT, 77 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_SNDLOWAT, 4096 },
		{ AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVBUF, 33333 },
		{ AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_SNDBUF, 22222 },
	};
	struct proc *p = current_proc();
	unsigned i;
	int fd, v;
	socklen_t len;

	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		fd = st_new_socket(opts[i].family, opts[i].type);
		v = opts[i].value;
		EXPECT(sys_setsockopt(p, fd, opts[i].level, opts[i].name, &v,
		    sizeof(v)) == 0);
		v = -1;
		len = sizeof(v);
		EXPECT(sys_getsockopt(p, fd, opts[i].level, opts[i].name, &v,
		    &len) == 0 && v == opts[i].value);
		EXPECT(sys_close(p, fd) == 0);
	}
	fd = st_new_socket(AF_INET, SOCK_DGRAM);
	v = 1;
	EXPECT(sys_setsockopt(p, fd, IPPROTO_TCP, TCP_NODELAY, &v, 4) ==
	    ENOPROTOOPT);
	EXPECT(sys_setsockopt(p, fd, IPPROTO_IP, 200, &v, 4) == ENOPROTOOPT);
	v = 300;
	EXPECT(sys_setsockopt(p, fd, IPPROTO_IP, IP_TTL, &v, 4) == EINVAL);
	EXPECT(sys_setsockopt(p, fd, SOL_SOCKET, SO_RCVLOWAT, &v, 2) ==
	    EINVAL);
	EXPECT(sys_close(p, fd) == 0);
	return (0);
}
