/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4: a keyed hash of short messages (Aumasson and Bernstein, 2012).
 * Who does not know the key cannot tell its results from random numbers.
 */
#ifndef KERNEL_LIB_SIPHASH_H
#define KERNEL_LIB_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint64_t key[2], const void *data, size_t len);

#endif
