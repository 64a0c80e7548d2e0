/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of all buses as a list: found at boot, added and removed by
 * the hot-plug thread afterwards.
 *
 * Only that thread changes the list once boot is over, so it walks it without
 * the lock; others take pci_bus_lock.
 */
#ifndef DRIVERS_BUS_PCI_BUS_H
#define DRIVERS_BUS_PCI_BUS_H

#include "drivers/bus/pci.h"

STAILQ_HEAD(pci_head, pci_dev);
extern struct pci_head pci_devs;

/* The listed function, NULL when there is none. */
struct pci_dev *pci_dev_find(uint8_t bus, uint8_t slot, uint8_t func);
/* The bridge behind which a bus lies, NULL for a root bus. */
struct pci_dev *pci_bridge_above(uint8_t bus);

/*
 * A slot after something happened to it.  What answers and is not listed is
 * given addresses and a driver; what is listed and does not answer any more
 * is taken from its driver and forgotten.
 * Returns: whether anything is in the slot
 * Context: the hot-plug thread, may block.
 */
bool	pci_slot_rescan(uint8_t bus, uint8_t slot);

/*
 * Takes all functions of a slot from their drivers and the list.
 * Returns: 0, or what a driver answered: then the slot stays as it is
 * Context: the hot-plug thread, blocks until the drivers have let go.
 */
errno_t	pci_slot_remove(uint8_t bus, uint8_t slot);

/*
 * Addresses for the windows of a new function, from what the bridge above
 * passes on, and an interrupt line.  A window that finds no room stays
 * without an address.
 */
void	pci_assign(struct pci_dev *pd);

#endif
