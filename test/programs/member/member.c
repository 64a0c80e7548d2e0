/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joins a multicast group, by address of either version, on a port, and
 * prints each datagram that comes for it, until one says "leave".  For the
 * tests that look at the reports on the wire.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
join4(const char *group, unsigned short port)
{
	struct sockaddr_in sin;
	struct ip_mreq mreq;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&sin, 0, sizeof(sin));
	memset(&mreq, 0, sizeof(mreq));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons(port);
	if (fd < 0 || inet_pton(AF_INET, group, &mreq.imr_multiaddr) != 1 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) != 0)
		return (-1);
	return (fd);
}

static int
join6(const char *group, unsigned short port)
{
	struct sockaddr_in6 sin6;
	struct ipv6_mreq mreq;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	memset(&sin6, 0, sizeof(sin6));
	memset(&mreq, 0, sizeof(mreq));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = AF_INET6;
	sin6.sin6_port = htons(port);
	if (fd < 0 || inet_pton(AF_INET6, group, &mreq.ipv6mr_multiaddr) != 1 ||
	    bind(fd, (struct sockaddr *)&sin6, sizeof(sin6)) != 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &mreq,
	    sizeof(mreq)) != 0)
		return (-1);
	return (fd);
}

int
main(int argc, char **argv)
{
	char buf[200];
	ssize_t n;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: member group port\n");
		return (2);
	}
	fd = strchr(argv[1], ':') != NULL ?
	    join6(argv[1], (unsigned short)atoi(argv[2])) :
	    join4(argv[1], (unsigned short)atoi(argv[2]));
	if (fd < 0) {
		perror(argv[1]);
		return (1);
	}
	while ((n = recv(fd, buf, sizeof(buf) - 1, 0)) >= 0) {
		buf[n] = '\0';
		printf("member: %s\n", buf);
		fflush(stdout);
		if (strcmp(buf, "leave") == 0)
			return (0);
	}
	perror("member");
	return (1);
}
