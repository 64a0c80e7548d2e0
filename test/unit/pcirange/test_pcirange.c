/* SPDX-License-Identifier: BSD-2-Clause */
/* Room between PCI windows: edges, and random ones against trying every place. */
#include <stddef.h>

#include "drivers/bus/pci_range.h"
#include "test/unit/lib/unit.h"

UNIT_TEST(edges)
{
	struct pci_range all = { 0x1000, 0x1fff }, none = { 1, 0 };
	struct pci_range low = { 0, 0x1fff };
	uint64_t at = 7;

	CHECK(pci_range_find(&all, NULL, 0, 0x1000, 0x1000, &at));
	CHECK_EQ(at, 0x1000);
	CHECK(!pci_range_find(&all, NULL, 0, 0x2000, 0x2000, &at));
	CHECK(!pci_range_find(&all, NULL, 0, 0, 1, &at));
	CHECK(!pci_range_find(&none, NULL, 0, 1, 1, &at));
	CHECK(!pci_range_find(&low, &low, 1, 16, 16, &at));
	/* An empty range takes nothing. */
	CHECK(pci_range_find(&all, &none, 1, 16, 16, &at));
	CHECK_EQ(at, 0x1ff0);
}

UNIT_TEST(random_against_model)
{
	uint32_t seed = 1;

#define RND(n)	((seed = seed * 1103515245 + 12345) >> 8) % (n)
	for (unsigned round = 0; round < 20000; round++) {
		struct pci_range used[6], w;
		uint64_t size = 1ull << RND(6), at = 0, want = ~0ull;
		unsigned n = RND(7);

		w.base = RND(64);
		w.last = w.base + RND(128);
		for (unsigned i = 0; i < n; i++) {
			used[i].base = RND(200);
			used[i].last = used[i].base + RND(20);
		}
		for (uint64_t a = 0; a + size - 1 <= w.last; a += size) {
			bool ok = a >= w.base;

			for (unsigned i = 0; i < n; i++)
				ok = ok && (used[i].last < a ||
				    used[i].base > a + size - 1);
			if (ok)
				want = a;
		}
		if (pci_range_find(&w, used, n, size, size, &at))
			CHECK_EQ(at, want);
		else
			CHECK_EQ(want, ~0ull);
	}
}
