/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4 against the test vectors of its authors.
 */
#include "kernel/lib/siphash.h"
#include "test/unit/lib/unit.h"

UNIT_TEST(siphash_vectors)
{
	const uint64_t key[2] = { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull };
	uint8_t in[15];

	for (unsigned i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	CHECK(siphash(key, in, 0) == 0x726fdb47dd0e0e31ull);
	CHECK(siphash(key, in, 1) == 0x74f839c593dc67fdull);
	CHECK(siphash(key, in, 8) == 0x93f5f5799a932462ull);
	CHECK(siphash(key, in, 15) == 0xa129ca6149be45e5ull);
}
