/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding room for a register window between others. */
#ifndef DRIVERS_BUS_PCI_RANGE_H
#define DRIVERS_BUS_PCI_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct pci_range {
	uint64_t	base, last;	/* both inside; base > last: empty */
};

/*
 * The highest address in `within` at which size bytes, a power of two, lie on
 * a multiple of align (a power of two, at least size is usual) and touch none
 * of the n used ranges, which may be in any order and overlap.
 * Returns: true and *out, or false when there is no such place.
 */
bool	pci_range_find(const struct pci_range *within,
	    const struct pci_range *used, unsigned n, uint64_t size,
	    uint64_t align, uint64_t *out);

#endif
