/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is loaded and not built in: it prints its arguments, talks
 * to a service over a socket, leaves a file when told to, and gives a status.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int runs;		/* each process has its own */

static int
daytime(void)
{
	struct sockaddr_in sin;
	char buf[128];
	ssize_t n;
	int fd;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons(13);
	sin.sin_addr.s_addr = htonl(0x7f000001);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		return (-1);
	n = recv(fd, buf, sizeof(buf) - 1, 0);
	close(fd);
	return ((int)n);
}

/* The stream stays open: the end of the program writes what is in it. */
static void
keep(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f != NULL)
		fprintf(f, "kept without a close\n");
}

int
main(int argc, char **argv)
{
	int i;

	printf("hello run %d:", ++runs);
	for (i = 1; i < argc; i++)
		printf(" %s", argv[i]);
	if (argc == 4 && strcmp(argv[2], "keep") == 0)
		keep(argv[3]);
	printf("\ndaytime %s\n", daytime() > 0 ? "answers" : "is silent");
	return (argc > 1 ? atoi(argv[1]) : 0);
}
