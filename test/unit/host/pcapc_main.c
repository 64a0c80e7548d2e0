/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapc FILE: reads expressions, one a line, and prints for each the numbers
 * of the packets of a pcap file that it matches, or "error: ...".  The
 * scenario test_pcapc.py compares this with tcpdump.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/pcapc/match.h"

struct packet {
	uint32_t	caplen, len;
	uint8_t		*data;
};

static struct packet packets[4096];
static unsigned npackets, dlt;

static int
read_file(const char *name)
{
	uint32_t head[6], rec[4];
	FILE *f = fopen(name, "rb");

	if (f == NULL || fread(head, sizeof(head), 1, f) != 1)
		return (-1);
	dlt = head[5];
	while (npackets < 4096 && fread(rec, sizeof(rec), 1, f) == 1) {
		struct packet *p = &packets[npackets++];
		p->caplen = rec[2];
		p->len = rec[3];
		p->data = malloc(rec[2] + 1);
		if (p->data == NULL || fread(p->data, 1, rec[2], f) != rec[2])
			return (-1);
	}
	fclose(f);
	return (0);
}

int
main(int argc, char **argv)
{
	char line[512], err[128];

	if (argc != 2 || read_file(argv[1]) != 0) {
		fprintf(stderr, "usage: pcapc file < expressions\n");
		return (64);
	}
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		int n = match_compile(line, dlt, err, sizeof(err));
		if (n < 0) {
			printf("error: %s\n", n == -2 ? "invalid program" : err);
			continue;
		}
		for (unsigned i = 0; i < npackets; i++)
			if (match_packet(packets[i].data, packets[i].caplen,
			    packets[i].len))
				printf("%u ", i + 1);
		printf("\n");
	}
	for (unsigned i = 0; i < npackets; i++)
		free(packets[i].data);
	return (0);
}
