/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI functions: configuration space, base address registers, capabilities,
 * interrupts.
 *
 * Firmware has assigned addresses and interrupt lines to what was there at
 * boot, and nothing of that is moved; a function that comes later gets its own
 * (pci_assign.c).  A driver calls, in this order: pci_enable, pci_map_bar for each register
 * window, then either pci_msix_enable + pci_msix_attach per vector or
 * pci_intx_attach; and undoes it with the detach calls and pci_disable.
 *
 * Register names and offsets: PCI Local Bus Specification 3.0, 6.1 and 6.8.
 */
#ifndef DRIVERS_BUS_PCI_H
#define DRIVERS_BUS_PCI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "arch/x86_64/irq.h"
#include "drivers/driver.h"

#define PCI_VENDOR		0x00
#define PCI_DEVICE		0x02
#define PCI_COMMAND		0x04
#define PCI_STATUS		0x06
#define PCI_REVISION		0x08
#define PCI_PROGIF		0x09
#define PCI_SUBCLASS		0x0a
#define PCI_CLASS		0x0b
#define PCI_HEADER_TYPE		0x0e
#define PCI_BAR0		0x10
#define PCI_SECONDARY_BUS	0x19
#define PCI_SUBORDINATE_BUS	0x1a
#define PCI_IO_BASE		0x1c	/* bridge windows: base, limit */
#define PCI_MEM_BASE		0x20
#define PCI_PREF_BASE		0x24
#define PCI_PREF_BASE_HIGH	0x28
#define PCI_PREF_LIMIT_HIGH	0x2c
#define PCI_IO_HIGH		0x30
#define PCI_SUBVENDOR		0x2c
#define PCI_SUBDEVICE		0x2e
#define PCI_CAPABILITIES	0x34
#define PCI_INTLINE		0x3c
#define PCI_INTPIN		0x3d

#define PCI_CMD_IO		0x0001
#define PCI_CMD_MEM		0x0002
#define PCI_CMD_MASTER		0x0004
#define PCI_CMD_INTX_OFF	0x0400
#define PCI_STATUS_CAPS		0x0010

#define PCI_CAP_PM		0x01
#define PCI_CAP_MSI		0x05
#define PCI_CAP_VENDOR		0x09
#define PCI_CAP_PCIE		0x10
#define PCI_CAP_MSIX		0x11

#define PCI_NBARS		6
#define PCI_NBARS_BRIDGE	2
#define PCI_NSLOTS		32
#define PCI_NFUNCS		8

struct pci_bar {
	uint64_t	 bar_addr;	/* 0: not there or not assigned */
	uint64_t	 bar_size;	/* bytes */
	bool		 bar_io;
	bool		 bar_prefetch;
	bool		 bar_64;	/* takes two registers */
	volatile void	*bar_va;	/* mapped memory window */
};

struct pci_dev {
	struct device	 pd_device;	/* first: a device is cast to it */
	STAILQ_ENTRY(pci_dev) pd_link;
	uint8_t		 pd_bus, pd_slot, pd_func;
	uint16_t	 pd_vendor, pd_devid, pd_subvendor, pd_subdevice;
	uint8_t		 pd_class, pd_subclass, pd_progif, pd_revision;
	uint8_t		 pd_intline, pd_intpin;
	uint8_t		 pd_secondary;	/* bridge: first bus behind it, or 0 */
	uint8_t		 pd_subordinate; /* and the last */
	struct pci_bar	 pd_bar[PCI_NBARS];

	/* Interrupts. */
	unsigned	 pd_msix_count;	/* vectors the function has */
	uint8_t		 pd_msix_cap;
	volatile uint32_t *pd_msix_table;
	struct irq_msi	*pd_msix;	/* one per attached entry */
	void		*pd_intx;	/* irq_line_attach cookie */
};

static inline struct pci_dev *
pci_dev_of(struct device *dev)
{
	return (struct pci_dev *)dev;
}

/* Configuration space. off is aligned to the width.  Context: any. */
uint8_t	 pci_read8(const struct pci_dev *pd, unsigned off);
uint16_t pci_read16(const struct pci_dev *pd, unsigned off);
uint32_t pci_read32(const struct pci_dev *pd, unsigned off);
void	 pci_write8(const struct pci_dev *pd, unsigned off, uint8_t v);
void	 pci_write16(const struct pci_dev *pd, unsigned off, uint16_t v);
void	 pci_write32(const struct pci_dev *pd, unsigned off, uint32_t v);

/* Offset of a capability, 0 when there is none; `after` 0 starts the walk. */
unsigned pci_find_cap(const struct pci_dev *pd, uint8_t id, unsigned after);

/* Sets and clears PCI_CMD_* bits. */
void	pci_enable(struct pci_dev *pd, uint16_t bits);
void	pci_disable(struct pci_dev *pd, uint16_t bits);

/*
 * Maps a memory window; the same pointer when it is mapped already.
 * Returns: 0, ENXIO when there is no such window, ENOMEM.
 */
errno_t	pci_map_bar(struct pci_dev *pd, unsigned bar, volatile void **va);
void	pci_unmap_bars(struct pci_dev *pd);

/*
 * MSI-X.  After pci_msix_enable the function raises no INTx; every entry is
 * masked until attached.  Handlers run in interrupt context.
 * Returns: 0, ENXIO without MSI-X, ENOSPC without a vector, ENOMEM.
 */
errno_t	pci_msix_enable(struct pci_dev *pd);
errno_t	pci_msix_attach(struct pci_dev *pd, unsigned entry, void (*fn)(void *),
    void *arg, const char *name);
void	pci_msix_disable(struct pci_dev *pd);

/* INTx; fn returns true when the interrupt was its device's. */
errno_t	pci_intx_attach(struct pci_dev *pd, bool (*fn)(void *), void *arg,
    const char *name);
void	pci_intx_detach(struct pci_dev *pd);

#endif
