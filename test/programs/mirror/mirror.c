/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens a capture device on an interface, waits for one frame of the link type
 * and writes it back, header and all.  For the KPI tests of the callbacks that
 * follow (test/kexts/kpi_interface/tap.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <net/bpf.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int
open_bpf(void)
{
	char name[16];
	int fd = -1;

	for (int i = 0; i < 8 && fd < 0; i++) {
		snprintf(name, sizeof(name), "/dev/bpf%d", i);
		fd = open(name, O_RDWR);
		if (fd < 0 && errno != EBUSY)
			break;
	}
	return (fd);
}

int
main(int argc, char **argv)
{
	static char buf[4096];
	struct timeval wait = { 30, 0 };
	u_int size = sizeof(buf), one = 1, dlt;
	struct bpf_hdr bh;
	struct ifreq ifr;
	ssize_t n;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: mirror interface link-type\n");
		return (2);
	}
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, argv[1], sizeof(ifr.ifr_name));
	dlt = (u_int)atoi(argv[2]);
	fd = open_bpf();
	if (fd < 0 || ioctl(fd, BIOCSBLEN, &size) != 0 ||
	    ioctl(fd, BIOCSETIF, &ifr) != 0 ||
	    ioctl(fd, BIOCSDLT, &dlt) != 0 ||
	    ioctl(fd, BIOCIMMEDIATE, &one) != 0 ||
	    ioctl(fd, BIOCSHDRCMPLT, &one) != 0 ||
	    ioctl(fd, BIOCSRTIMEOUT, &wait) != 0) {
		perror(ifr.ifr_name);
		return (1);
	}
	n = read(fd, buf, sizeof(buf));
	if (n < (ssize_t)sizeof(bh)) {
		fprintf(stderr, "mirror: nothing came\n");
		return (1);
	}
	memcpy(&bh, buf, sizeof(bh));
	if (write(fd, buf + bh.bh_hdrlen, bh.bh_caplen) !=
	    (ssize_t)bh.bh_caplen) {
		perror("mirror: write");
		return (1);
	}
	close(fd);
	return (0);
}
