/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes: a ChaCha20 generator with fast key erasure, keyed from
 * RDSEED/RDRAND, timing jitter and whatever rng_feed() brings.
 */
#ifndef KERNEL_LIB_RNG_H
#define KERNEL_LIB_RNG_H

#include <stddef.h>
#include <stdint.h>

/* Fills buf.  Context: any, interrupts too. */
void rng_bytes(void *buf, size_t len);
uint32_t rng_u32(void);
uint64_t rng_u64(void);

/* Uniform in [0, bound), bound > 0. */
uint32_t rng_uniform(uint32_t bound);

/* Mixes entropy in.  Context: any. */
void rng_feed(const void *buf, size_t len);

#endif
