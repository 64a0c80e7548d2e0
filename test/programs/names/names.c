/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connects to a port of this machine and sends there what getsockname and
 * getpeername say: two struct sockaddr_in.  For the KPI tests of a filter that
 * changes them (test/kexts/kpi_socket/names.c).
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct sockaddr_in sin, names[2];
	socklen_t len = sizeof(sin), plen = sizeof(sin);
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: names port\n");
		return (2);
	}
	memset(&sin, 0, sizeof(sin));
	memset(names, 0, sizeof(names));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons((unsigned short)atoi(argv[1]));
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&names[0], &len) != 0 ||
	    getpeername(fd, (struct sockaddr *)&names[1], &plen) != 0 ||
	    send(fd, names, sizeof(names), 0) != (ssize_t)sizeof(names)) {
		perror("names");
		return (1);
	}
	close(fd);
	return (0);
}
