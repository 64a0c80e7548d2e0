/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and an interrupt for a function that firmware has not seen.
 *
 * A window goes as high as it can in what the bridge above passes on, away
 * from all other windows.  On the root bus that is the hole between RAM and
 * the interrupt controllers, and the ports that no PC device owns.  A window
 * that prefers the prefetchable range may lie in the other one (PCI-to-PCI
 * Bridge 1.2, 4.3); the reverse is not true.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "drivers/bus/pci_bus.h"
#include "drivers/bus/pci_range.h"
#include "kernel/bootinfo.h"
#include "kernel/mm/kmem.h"

#define ROOT_IO_BASE	0xc000u
#define ROOT_IO_LAST	0xfcffu
#define ROOT_MEM_LAST	0xfebfffffu	/* IOAPICs follow */
#define GB4		0x100000000ull
#define PAGE		4096u

/* Where the chipset keeps the lines of PIRQA.. (PIIX3) and PIRQE.. (ICH9). */
#define PIIX3_ISA	0x70008086u	/* device, vendor */
#define PIIX3_PIRQA	0x60
#define ICH9_LPC	0x29188086u
#define ICH9_PIRQE	0x68
#define ICH9_SWIZZLED	25		/* slots below are wired in turn */
#define PIRQ_OFF	0x80

/* --- what is taken --------------------------------------------------------------- */

struct taken {
	struct pci_range *range;	/* NULL while counting */
	unsigned	 n;
};

static void
take(struct taken *t, uint64_t base, uint64_t last)
{
	if (base > last)
		return;
	if (t->range != NULL)
		t->range[t->n] = (struct pci_range){ base, last };
	t->n++;
}

/* What a bridge passes on of one kind; an empty range when nothing. */
static struct pci_range
bridge_window(const struct pci_dev *br, bool io, bool pref)
{
	struct pci_range w;
	uint32_t v;

	if (io) {
		v = pci_read16(br, PCI_IO_BASE);
		w.base = (v & 0xf0) << 8;
		w.last = (v >> 8 & 0xf0) << 8 | 0xfff;
		if ((v & 0xf) == 1) {	/* 32 bits */
			v = pci_read32(br, PCI_IO_HIGH);
			w.base |= (v & 0xffff) << 16;
			w.last |= v & 0xffff0000u;
		}
		return w;
	}
	v = pci_read32(br, pref ? PCI_PREF_BASE : PCI_MEM_BASE);
	w.base = (v & 0xfff0) << 16;
	w.last = (v & 0xfff00000u) | 0xfffff;
	if (pref && (v & 0xf) == 1) {	/* 64 bits */
		w.base |= (uint64_t)pci_read32(br, PCI_PREF_BASE_HIGH) << 32;
		w.last |= (uint64_t)pci_read32(br, PCI_PREF_LIMIT_HIGH) << 32;
	}
	return w;
}

static bool
bridge_leads_to(const struct pci_dev *br, uint8_t bus)
{
	return br->pd_secondary <= bus && bus <= br->pd_subordinate;
}

static void
take_all(struct taken *t, uint8_t bus, bool io)
{
	const struct pci_dev *pd;

	STAILQ_FOREACH(pd, &pci_devs, pd_link) {
		for (unsigned i = 0; i < PCI_NBARS; i++) {
			const struct pci_bar *b = &pd->pd_bar[i];

			if (b->bar_size != 0 && b->bar_addr != 0 &&
			    b->bar_io == io)
				take(t, b->bar_addr,
				    b->bar_addr + b->bar_size - 1);
		}
		if (pd->pd_secondary == 0 || bridge_leads_to(pd, bus))
			continue;
		for (unsigned pref = 0; pref < (io ? 1 : 2); pref++) {
			struct pci_range w = bridge_window(pd, io, pref != 0);

			take(t, w.base, w.last);
		}
	}
	if (!io && acpi.mcfg_pa != 0)
		take(t, acpi.mcfg_pa, acpi.mcfg_pa + ((uint64_t)
		    (acpi.mcfg_bus_last - acpi.mcfg_bus_first + 1) << 20) - 1);
}

/* --- where it may go --------------------------------------------------------------- */

static struct pci_range
root_window(bool io)
{
	struct pci_range w = { PAGE, ROOT_MEM_LAST };

	if (io)
		return (struct pci_range){ ROOT_IO_BASE, ROOT_IO_LAST };
	for (unsigned i = 0; i < boot_info.nregions; i++) {
		const struct boot_region *r = &boot_info.region[i];

		if (r->base < GB4 && r->base + r->len > w.base &&
		    r->base < ROOT_MEM_LAST)
			w.base = r->base + r->len;
	}
	return w;
}

static bool
place(const struct pci_dev *pd, const struct pci_bar *b, uint64_t *at)
{
	const struct pci_dev *br = pci_bridge_above(pd->pd_bus);
	uint64_t align = b->bar_io || b->bar_size > PAGE ? b->bar_size : PAGE;
	struct taken t = { 0 };
	struct pci_range w;
	bool ok = false;

	take_all(&t, pd->pd_bus, b->bar_io);
	t.range = kmalloc((t.n + 1) * sizeof(*t.range), M_WAITOK);
	if (t.range == NULL)
		return false;
	t.n = 0;
	take_all(&t, pd->pd_bus, b->bar_io);
	if (br != NULL && b->bar_prefetch) {
		w = bridge_window(br, false, true);
		if (!b->bar_64 && w.last >= GB4)
			w = (struct pci_range){ 1, 0 };
		ok = pci_range_find(&w, t.range, t.n, b->bar_size, align, at);
	}
	if (!ok) {
		w = br != NULL ? bridge_window(br, b->bar_io, false) :
		    root_window(b->bar_io);
		ok = pci_range_find(&w, t.range, t.n, b->bar_size, align, at);
	}
	kfree(t.range);
	return ok;
}

/* --- the interrupt line ---------------------------------------------------------------- */

/*
 * The line that the chipset routes a pin to: behind bridges pins turn with the
 * slot (PCI-to-PCI Bridge 1.2, 9.1), on the root bus as the board wires them.
 * 0xff when it cannot be known.
 */
static uint8_t
route_pin(const struct pci_dev *pd)
{
	unsigned pin = pd->pd_intpin - 1u, slot = pd->pd_slot;
	const struct pci_dev *br, *isa;
	uint8_t line = 0xff, bus = pd->pd_bus;

	while ((br = pci_bridge_above(bus)) != NULL) {
		pin = (pin + slot) & 3;
		slot = br->pd_slot;
		bus = br->pd_bus;
	}
	STAILQ_FOREACH(isa, &pci_devs, pd_link) {
		uint32_t id = (uint32_t)isa->pd_devid << 16 | isa->pd_vendor;

		if (id == PIIX3_ISA)
			line = pci_read8(isa, PIIX3_PIRQA +
			    ((pin + slot - 1) & 3));
		else if (id == ICH9_LPC && slot < ICH9_SWIZZLED)
			line = pci_read8(isa, ICH9_PIRQE + ((pin + slot) & 3));
	}
	return line & PIRQ_OFF ? 0xff : line;
}

void
pci_assign(struct pci_dev *pd)
{
	uint64_t at;

	pci_disable(pd, PCI_CMD_IO | PCI_CMD_MEM | PCI_CMD_MASTER);
	for (unsigned i = 0; i < PCI_NBARS; i++) {
		struct pci_bar *b = &pd->pd_bar[i];

		if (b->bar_size == 0)
			continue;
		b->bar_addr = 0;
		if (!place(pd, b, &at)) {
			/* Ports are rare behind bridges, and optional there. */
			if (!b->bar_io)
				printf("%s: no room for the %llu bytes of "
				    "window %u\n", pd->pd_device.dev_name,
				    (unsigned long long)b->bar_size, i);
			continue;
		}
		pci_write32(pd, PCI_BAR0 + 4 * i, (uint32_t)at);
		if (b->bar_64)
			pci_write32(pd, PCI_BAR0 + 4 * i + 4,
			    (uint32_t)(at >> 32));
		b->bar_addr = at;
	}
	if (pd->pd_intpin != 0) {
		pd->pd_intline = route_pin(pd);
		pci_write8(pd, PCI_INTLINE, pd->pd_intline);
	}
}
