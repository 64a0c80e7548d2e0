/* SPDX-License-Identifier: BSD-2-Clause */
/* Our compiler and our machine behind two plain functions. */
#include <net/bpf.h>

#include "net/cmds/pcapc.h"
#include "net/dlil/bpfvar.h"
#include "test/unit/pcapc/match.h"

static struct bpf_insn prog[BPF_MAXINSNS];

int
match_compile(const char *text, unsigned dlt, char *err, size_t errsize)
{
	int n = pcap_compile_filter(text, dlt, 262144, prog, err, errsize);

	if (n > 0 && !bpf_validate(prog, (u_int)n))
		return (-2);
	return (n);
}

int
match_packet(const uint8_t *pkt, size_t len, size_t wirelen)
{
	struct bpf_packet p = {
		.bp_data = pkt, .bp_datalen = len, .bp_len = wirelen,
	};

	return (bpf_run(prog, &p) != 0);
}

/* The packets of this tool have no mbufs. */
size_t
bpf_packet_copy(const struct bpf_packet *pkt, size_t off, void *to, size_t len)
{
	return (0);
}
