/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions the compiler calls by name where the machine's baseline has no
 * instruction: counting bits.
 */
#include <stdint.h>

int __popcountdi2(long v);

int
__popcountdi2(long v)
{
	uint64_t x = (uint64_t)v;

	/* Sums of pairs, of nibbles, of bytes, then all bytes at once. */
	x -= (x >> 1) & 0x5555555555555555ull;
	x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return ((int)((x * 0x0101010101010101ull) >> 56));
}
