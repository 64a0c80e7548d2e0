/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ChaCha20 block function (RFC 8439, 2.3).
 */
#ifndef KERNEL_LIB_CHACHA_H
#define KERNEL_LIB_CHACHA_H

#include <stdint.h>

#define CHACHA_BLOCK	64

/* out = 64 bytes of key stream; key and nonce as little-endian words. */
void chacha20_block(const uint32_t key[8], uint32_t counter,
    const uint32_t nonce[3], uint8_t out[CHACHA_BLOCK]);

#endif
