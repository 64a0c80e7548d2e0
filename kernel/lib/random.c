/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers under their KPI names, all from the one generator.
 */
#include <libkern/crypto/rand.h>
#include <libkern/libkern.h>
#include <sys/random.h>

#include "kernel/lib/rng.h"

void
read_random(void *buffer, u_int numBytes)
{
	rng_bytes(buffer, numBytes);
}

int
random_buf(void *buf, size_t buflen)
{
	rng_bytes(buf, buflen);
	return (0);
}

u_int32_t
random(void)
{
	return (rng_u32() & 0x7fffffff);
}
