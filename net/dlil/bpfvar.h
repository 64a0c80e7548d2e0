/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF inside the kernel: link types of an interface, descriptors, programs.
 */
#ifndef NET_DLIL_BPFVAR_H
#define NET_DLIL_BPFVAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <net/bpf.h>
#include <net/kpi_interface.h>

/*
 * A packet as the interpreter sees it: an optional link header outside the
 * mbuf, then an mbuf chain, then (instead of a chain) plain bytes.
 */
struct bpf_packet {
	const uint8_t	*bp_hdr;
	size_t		bp_hdrlen;
	mbuf_t		bp_mbuf;	/* or */
	const uint8_t	*bp_data;	/* first mbuf's bytes, or the whole */
	size_t		bp_datalen;	/* bytes at bp_data */
	size_t		bp_len;		/* whole packet with bp_hdr */
};

/* Bytes to keep: 0 = no match.  prog must have passed bpf_validate. */
uint32_t bpf_run(const struct bpf_insn *prog, const struct bpf_packet *pkt);
/* True if every path through the program is safe and ends in a return. */
bool	bpf_validate(const struct bpf_insn *prog, u_int count);

/* Descriptors, behind /dev/bpf* and tcpdump. */
void	bpf_ifdetach(ifnet_t ifp);
void	bpf_init(void);

#endif
