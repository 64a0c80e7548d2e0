/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts, time stamps and names for addresses.
 */
#include <string.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/lib/rng.h"
#include "kernel/panic.h"
#include "test/lib/test.h"

TEST(trap, clock_moves_forward)
{
	uint64_t a = clock_monotonic_ns(), b, t = arch_rdtsc();

	clock_delay_us(1000);
	b = clock_monotonic_ns();
	EXPECT(b - a >= 1000000);
	EXPECT(arch_rdtsc() - t >= clock_tsc_hz() / 1000);
	EXPECT(clock_boot_time() > 1577836800);	/* 2020-01-01 */
}

TEST(trap, functions_have_names)
{
	const char *name = "", *module = "";
	size_t off = 1;

	EXPECT(ksym_lookup((uintptr_t)&probe_read, &name, &off, &module));
	EXPECT(strcmp(name, "probe_read") == 0 && off == 0);
	EXPECT(strcmp(module, "kernel") == 0);
	EXPECT(ksym_address("probe_read") == (uintptr_t)&probe_read);
	EXPECT(!ksym_lookup(4096, &name, &off, &module));
}

TEST(trap, random_bytes_differ)
{
	uint8_t a[64], b[64];
	unsigned i, seen = 0;

	memset(a, 0, sizeof(a));
	rng_bytes(a, sizeof(a));
	rng_bytes(b, sizeof(b));
	EXPECT(memcmp(a, b, sizeof(a)) != 0);
	for (i = 0; i < 1000; i++)
		seen |= 1u << rng_uniform(7);
	EXPECT(seen == 0x7f);
}
