/* SPDX-License-Identifier: BSD-2-Clause */
/* See pci_range.h. */
#include "drivers/bus/pci_range.h"

#include <stddef.h>

static const struct pci_range *
range_hit(const struct pci_range *used, unsigned n, uint64_t base,
    uint64_t last)
{
	for (unsigned i = 0; i < n; i++)
		if (used[i].base <= used[i].last && used[i].base <= last &&
		    used[i].last >= base)
			return &used[i];
	return NULL;
}

bool
pci_range_find(const struct pci_range *within, const struct pci_range *used,
    unsigned n, uint64_t size, uint64_t align, uint64_t *out)
{
	uint64_t top = within->last;	/* the last byte that may be used */

	if (size == 0)
		return false;
	while (within->base <= top && top - within->base >= size - 1) {
		uint64_t at = (top - (size - 1)) & ~(align - 1);
		const struct pci_range *hit;

		if (at < within->base)
			return false;
		hit = range_hit(used, n, at, at + size - 1);
		if (hit == NULL) {
			*out = at;
			return true;
		}
		if (hit->base == 0)
			return false;
		top = hit->base - 1;
	}
	return false;
}
