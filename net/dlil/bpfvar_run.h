/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter machine on plain bytes, for programs that read capture files. */
#ifndef NET_DLIL_BPFVAR_RUN_H
#define NET_DLIL_BPFVAR_RUN_H

#include <net/bpf.h>
#include <stddef.h>
#include <stdint.h>

/* prog must be valid; 0 = no match. */
uint32_t bpf_run_bytes(const struct bpf_insn *prog, const uint8_t *data,
    size_t caplen, size_t len);

#endif /* NET_DLIL_BPFVAR_RUN_H */
