/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes.
 *
 * ChaCha20 with fast key erasure: each refill of the output
 * buffer computes four blocks; the first 32 bytes become the next key at once,
 * and bytes handed out are wiped, so a memory image does not tell what was
 * handed out before.  Fed bytes are folded into the key by running the
 * cipher over them.
 */
#include "kernel/lib/rng.h"

#include <stdbool.h>
#include <string.h>

#include "arch/x86_64/cpu.h"
#include "kernel/lib/chacha.h"

#define BLOCKS		4
#define POOL		(CHACHA_BLOCK * BLOCKS)

static struct arch_spin rng_lock = ARCH_SPIN_INIT;
static uint32_t rng_key[8];
static uint64_t rng_nonce;
static uint8_t pool[POOL];
static size_t pool_left;		/* good bytes, at the pool's end */
static bool seeded;

static void
refill(void)
{
	uint32_t nonce[3] = { 0 };
	unsigned i;

	rng_nonce++;
	memcpy(nonce, &rng_nonce, sizeof(rng_nonce));
	for (i = 0; i < BLOCKS; i++)
		chacha20_block(rng_key, i, nonce, pool + CHACHA_BLOCK * i);
	memcpy(rng_key, pool, sizeof(rng_key));
	memset(pool, 0, sizeof(rng_key));
	pool_left = POOL - sizeof(rng_key);
}

static void
feed_locked(const void *buf, size_t len)
{
	const uint8_t *p = buf;
	uint8_t *key = (uint8_t *)rng_key;
	size_t i;

	while (len > 0) {
		for (i = 0; i < sizeof(rng_key) && len > 0; i++, len--)
			key[i] ^= *p++;
		refill();
	}
}

/* How long things take is not known to the last tick: the differences of
 * many time stamps around memory accesses and a serializing instruction. */
static void
feed_jitter(void)
{
	uint64_t t[32];
	uint32_t r[4];
	unsigned i;

	for (i = 0; i < 32; i++) {
		arch_cpuid(0, 0, r);
		t[i] = arch_rdtsc() ^ r[0];
	}
	feed_locked(t, sizeof(t));
}

static void
seed_locked(void)
{
	uint8_t hw[48];
	size_t n = arch_hw_random(hw, sizeof(hw));

	feed_locked(hw, n);
	feed_jitter();
	seeded = true;
}

void
rng_feed(const void *buf, size_t len)
{
	uint64_t s = arch_spin_lock(&rng_lock), now = arch_rdtsc();

	if (!seeded)
		seed_locked();
	feed_locked(buf, len);
	feed_locked(&now, sizeof(now));
	arch_spin_unlock(&rng_lock, s);
}

void
rng_bytes(void *buf, size_t len)
{
	uint8_t *out = buf, *from;
	uint64_t s;
	size_t n;

	/* A pool at a time: interrupts are off while the lock is held. */
	while (len > 0) {
		s = arch_spin_lock(&rng_lock);
		if (!seeded)
			seed_locked();
		if (pool_left == 0)
			refill();
		n = len < pool_left ? len : pool_left;
		from = pool + POOL - pool_left;
		memcpy(out, from, n);
		memset(from, 0, n);
		pool_left -= n;
		arch_spin_unlock(&rng_lock, s);
		out += n;
		len -= n;
	}
}

uint32_t
rng_u32(void)
{
	uint32_t v;

	rng_bytes(&v, sizeof(v));
	return v;
}

uint64_t
rng_u64(void)
{
	uint64_t v;

	rng_bytes(&v, sizeof(v));
	return v;
}

/* Rejects the values that would make the low results likelier. */
uint32_t
rng_uniform(uint32_t bound)
{
	uint32_t min = -bound % bound, v;

	do {
		v = rng_u32();
	} while (v < min);
	return v % bound;
}
