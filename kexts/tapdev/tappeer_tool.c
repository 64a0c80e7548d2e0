/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tappeer: plays a host behind a tap interface: answers ARP for its address
 * and echo requests to it.
 *
 *   tappeer [-c count] unit address
 *
 * -c ends after so many echo replies.  The interface tap<unit> is there as
 * long as the program runs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/shell/command.h"

#define FRAME_MAX	9014

static const uint8_t peer_mac[6] = { 2, 'P', 'E', 'E', 'R', 1 };

static unsigned
get16(const uint8_t *p)
{
	return ((unsigned)p[0] << 8 | p[1]);
}

/* Turns a frame into its answer; false if there is none. */
static int
answer(uint8_t *f, size_t len, const uint8_t *own)
{
	uint8_t tmp[6];

	if (len >= 42 && get16(f + 12) == 0x0806 && get16(f + 20) == 1 &&
	    memcmp(f + 38, own, 4) == 0) {
		memcpy(f, f + 6, 6);
		memcpy(f + 6, peer_mac, 6);
		f[21] = 2;				/* reply */
		memcpy(f + 32, f + 22, 6);
		memcpy(f + 38, f + 28, 4);
		memcpy(f + 22, peer_mac, 6);
		memcpy(f + 28, own, 4);
		return (1);
	}
	if (len >= 42 && get16(f + 12) == 0x0800 && f[14] == 0x45 &&
	    f[23] == 1 && f[34] == 8 && memcmp(f + 30, own, 4) == 0) {
		memcpy(tmp, f, 6);
		memcpy(f, f + 6, 6);
		memcpy(f + 6, tmp, 6);
		memcpy(tmp, f + 26, 4);
		memcpy(f + 26, f + 30, 4);
		memcpy(f + 30, tmp, 4);
		f[34] = 0;				/* echo reply */
		unsigned sum = get16(f + 36) + 0x0800;
		sum = (sum & 0xffff) + (sum >> 16);
		f[36] = (uint8_t)(sum >> 8);
		f[37] = (uint8_t)sum;
		return (2);
	}
	return (0);
}

static int
tappeer_main(int argc, char **argv)
{
	static const char usage[] = "tappeer";
	long count = 0, replies = 0;
	uint8_t own[4], *frame;
	char name[20];
	int ch, fd;

	while ((ch = getopt(argc, argv, "c:")) != -1) {
		if (ch != 'c')
			return (command_usage(usage));
		count = strtol(optarg, NULL, 10);
	}
	if (argc - optind != 2 || inet_pton(AF_INET, argv[optind + 1], own) != 1)
		return (command_usage(usage));
	snprintf(name, sizeof(name), "/dev/tap%s", argv[optind]);
	fd = open(name, O_RDWR);
	frame = malloc(FRAME_MAX);
	if (fd < 0 || frame == NULL) {
		fprintf(stderr, "tappeer: %s: %s\n", name, strerror(errno));
		free(frame);
		return (1);
	}
	while (count == 0 || replies < count) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		if (poll(&pfd, 1, -1) < 0)
			break;
		ssize_t n = read(fd, frame, FRAME_MAX);
		if (n <= 0)
			break;
		int kind = answer(frame, (size_t)n, own);
		if (kind != 0 && write(fd, frame, (size_t)n) != n)
			break;
		replies += kind == 2;
	}
	close(fd);
	free(frame);
	return (0);
}
COMMAND(tappeer, "tappeer [-c count] unit address - play a host behind "
    "/dev/tap<unit>", tappeer_main);
