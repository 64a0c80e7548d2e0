/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The random number calls on the host: reproducible, from unit_random().
 */
#include "test/unit/lib/unit.h"

#include <stddef.h>
#include <stdint.h>

void rng_bytes(void *buf, size_t len);
uint32_t rng_u32(void);
uint64_t rng_u64(void);
uint32_t rng_uniform(uint32_t bound);
void rng_feed(const void *buf, size_t len);
void read_random(void *buf, unsigned int len);

void
rng_bytes(void *buf, size_t len)
{
	unsigned char *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (unsigned char)unit_random();
}

uint32_t
rng_u32(void)
{
	return (unit_random());
}

uint64_t
rng_u64(void)
{
	return ((uint64_t)unit_random() << 32 | unit_random());
}

uint32_t
rng_uniform(uint32_t bound)
{
	return (unit_random() % bound);
}

void
rng_feed(const void *buf, size_t len)
{
	(void)buf;
	(void)len;
}

void
read_random(void *buf, unsigned int len)
{
	rng_bytes(buf, len);
}
