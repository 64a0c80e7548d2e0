/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to PCI functions: configuration space, register windows, interrupts;
 * see pci.h.
 *
 * Configuration space is reached through mechanism #1 (ports 0xcf8/0xcfc,
 * PCI 3.0, 3.2.2.3.2), which needs two accesses and therefore a lock.
 */
#include "drivers/bus/pci.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "kernel/mm/kmem.h"

#define PCI_ADDR_PORT	0xcf8
#define PCI_DATA_PORT	0xcfc
#define PCI_ADDR_ENABLE	0x80000000u

/* MSI-X capability, PCI 3.0, 6.8.2. */
#define MSIX_CONTROL	2
#define MSIX_TABLE	4
#define MSIX_ENABLE	0x8000
#define MSIX_MASKALL	0x4000
#define MSIX_COUNT	0x07ff
#define MSIX_ENTRY_WORDS 4
#define MSIX_ENTRY_MASKED 1

static struct arch_spin pci_lock = ARCH_SPIN_INIT;

static void
pci_select(const struct pci_dev *pd, unsigned off)
{
	outl(PCI_ADDR_PORT, PCI_ADDR_ENABLE | (uint32_t)pd->pd_bus << 16 |
	    (uint32_t)pd->pd_slot << 11 | (uint32_t)pd->pd_func << 8 |
	    (off & 0xfc));
}

uint32_t
pci_read32(const struct pci_dev *pd, unsigned off)
{
	uint64_t flags = arch_spin_lock(&pci_lock);
	uint32_t v;

	pci_select(pd, off);
	v = inl(PCI_DATA_PORT);
	arch_spin_unlock(&pci_lock, flags);
	return v;
}

uint16_t
pci_read16(const struct pci_dev *pd, unsigned off)
{
	return (uint16_t)(pci_read32(pd, off) >> (off & 2) * 8);
}

uint8_t
pci_read8(const struct pci_dev *pd, unsigned off)
{
	return (uint8_t)(pci_read32(pd, off) >> (off & 3) * 8);
}

void
pci_write32(const struct pci_dev *pd, unsigned off, uint32_t v)
{
	uint64_t flags = arch_spin_lock(&pci_lock);

	pci_select(pd, off);
	outl(PCI_DATA_PORT, v);
	arch_spin_unlock(&pci_lock, flags);
}

void
pci_write16(const struct pci_dev *pd, unsigned off, uint16_t v)
{
	uint64_t flags = arch_spin_lock(&pci_lock);

	pci_select(pd, off);
	outw(PCI_DATA_PORT + (off & 2), v);
	arch_spin_unlock(&pci_lock, flags);
}

void
pci_write8(const struct pci_dev *pd, unsigned off, uint8_t v)
{
	uint64_t flags = arch_spin_lock(&pci_lock);

	pci_select(pd, off);
	outb(PCI_DATA_PORT + (off & 3), v);
	arch_spin_unlock(&pci_lock, flags);
}

unsigned
pci_find_cap(const struct pci_dev *pd, uint8_t id, unsigned after)
{
	unsigned off, hops;

	if ((pci_read16(pd, PCI_STATUS) & PCI_STATUS_CAPS) == 0)
		return 0;
	off = pci_read8(pd, after != 0 ? after + 1 : PCI_CAPABILITIES) & 0xfc;
	/* At most 48 capabilities fit: a longer walk is a loop. */
	for (hops = 0; off != 0 && hops < 48; hops++) {
		if (pci_read8(pd, off) == id)
			return off;
		off = pci_read8(pd, off + 1) & 0xfc;
	}
	return 0;
}

void
pci_enable(struct pci_dev *pd, uint16_t bits)
{
	pci_write16(pd, PCI_COMMAND, pci_read16(pd, PCI_COMMAND) | bits);
}

void
pci_disable(struct pci_dev *pd, uint16_t bits)
{
	pci_write16(pd, PCI_COMMAND, pci_read16(pd, PCI_COMMAND) & ~bits);
}

errno_t
pci_map_bar(struct pci_dev *pd, unsigned bar, volatile void **va)
{
	struct pci_bar *b;

	if (bar >= PCI_NBARS)
		return ENXIO;
	b = &pd->pd_bar[bar];
	if (b->bar_addr == 0 || b->bar_io)
		return ENXIO;
	if (b->bar_va == NULL) {
		b->bar_va = mmio_map(b->bar_addr, b->bar_size);
		if (b->bar_va == NULL)
			return ENOMEM;
	}
	*va = b->bar_va;
	return 0;
}

void
pci_unmap_bars(struct pci_dev *pd)
{
	for (unsigned i = 0; i < PCI_NBARS; i++) {
		struct pci_bar *b = &pd->pd_bar[i];

		if (b->bar_va != NULL)
			mmio_unmap((void *)(uintptr_t)b->bar_va, b->bar_size);
		b->bar_va = NULL;
	}
}

/* --- interrupts ----------------------------------------------------------- */

errno_t
pci_msix_enable(struct pci_dev *pd)
{
	volatile void *va;
	uint32_t table;
	errno_t error;

	if (pd->pd_msix_cap == 0)
		return ENXIO;
	table = pci_read32(pd, pd->pd_msix_cap + MSIX_TABLE);
	error = pci_map_bar(pd, table & 7, &va);
	if (error != 0)
		return error;
	pd->pd_msix = kmalloc(pd->pd_msix_count * sizeof(*pd->pd_msix),
	    M_WAITOK | M_ZERO);
	if (pd->pd_msix == NULL)
		return ENOMEM;
	pd->pd_msix_table = (volatile uint32_t *)
	    ((volatile char *)va + (table & ~7u));
	for (unsigned i = 0; i < pd->pd_msix_count; i++)
		mmio_write32(&pd->pd_msix_table[i * MSIX_ENTRY_WORDS + 3],
		    MSIX_ENTRY_MASKED);
	pci_enable(pd, PCI_CMD_INTX_OFF);
	pci_write16(pd, pd->pd_msix_cap + MSIX_CONTROL, MSIX_ENABLE);
	return 0;
}

errno_t
pci_msix_attach(struct pci_dev *pd, unsigned entry, void (*fn)(void *),
    void *arg, const char *name)
{
	volatile uint32_t *e;
	struct irq_msi *msi;
	errno_t error;

	if (pd->pd_msix == NULL || entry >= pd->pd_msix_count)
		return ENXIO;
	msi = &pd->pd_msix[entry];
	error = irq_msi_alloc(fn, arg, name, msi);
	if (error != 0)
		return error;
	e = &pd->pd_msix_table[entry * MSIX_ENTRY_WORDS];
	mmio_write32(&e[0], (uint32_t)msi->address);
	mmio_write32(&e[1], (uint32_t)(msi->address >> 32));
	mmio_write32(&e[2], msi->data);
	mmio_write32(&e[3], 0);
	return 0;
}

void
pci_msix_disable(struct pci_dev *pd)
{
	if (pd->pd_msix == NULL)
		return;
	pci_write16(pd, pd->pd_msix_cap + MSIX_CONTROL, MSIX_MASKALL);
	for (unsigned i = 0; i < pd->pd_msix_count; i++)
		if (pd->pd_msix[i].vector != 0)
			irq_msi_free(&pd->pd_msix[i]);
	kfree(pd->pd_msix);
	pd->pd_msix = NULL;
	pd->pd_msix_table = NULL;
	pci_disable(pd, PCI_CMD_INTX_OFF);
}

errno_t
pci_intx_attach(struct pci_dev *pd, bool (*fn)(void *), void *arg,
    const char *name)
{
	errno_t error;

	if (pd->pd_intpin == 0 || pd->pd_intline == 0xff)
		return ENXIO;
	error = irq_line_attach(pd->pd_intline, fn, arg, name, &pd->pd_intx);
	if (error != 0)
		return error;
	pci_disable(pd, PCI_CMD_INTX_OFF);
	return 0;
}

void
pci_intx_detach(struct pci_dev *pd)
{
	if (pd->pd_intx == NULL)
		return;
	pci_enable(pd, PCI_CMD_INTX_OFF);
	irq_line_detach(pd->pd_intx);
	pd->pd_intx = NULL;
}
