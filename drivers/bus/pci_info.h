/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a listing shows of a PCI function; no kernel types, so that commands
 * can use it.
 */
#ifndef DRIVERS_BUS_PCI_INFO_H
#define DRIVERS_BUS_PCI_INFO_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_INFO_NBARS 6

struct pci_info {
	char		name[16];	/* "pci0:3.0" */
	const char	*driver;	/* NULL: none */
	const char	*desc;		/* from the driver's table, or NULL */
	uint16_t	vendor, device, subvendor, subdevice;
	uint8_t		class, subclass, progif, revision;
	uint8_t		intpin, intline;
	unsigned	msix;		/* vectors the function offers */
	struct {
		uint64_t addr, size;	/* size 0: not there */
		bool	io;
	} bar[PCI_INFO_NBARS];
};

/* The idx-th function in bus order; false past the end. */
bool	pci_info(unsigned idx, struct pci_info *out);

#endif
