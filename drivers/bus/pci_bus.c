/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding PCI functions: see pci_bus.h.
 *
 * The buses are walked once at INIT_DRIVER, bridges recursively by the bus
 * numbers firmware gave them, and every function is offered to the drivers.
 */
#include "drivers/bus/pci_bus.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "drivers/bus/pci_info.h"
#include "kernel/initcall.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"

#define PCI_CLASS_BRIDGE 0x06
#define PCI_SUBCLASS_PCI 0x04
#define PCI_HEADER_MULTI 0x80
#define PCI_BUS_DEPTH	8
#define MSIX_CONTROL	2
#define MSIX_COUNT	0x07ff

struct pci_head pci_devs = STAILQ_HEAD_INITIALIZER(pci_devs);
static LOCK_GROUP(pci_grp, "pci");
static lck_mtx_t pci_bus_lock = LCK_MTX_INITIALIZER(pci_bus_lock, pci_grp);

/*
 * Sizes the windows by writing ones (PCI 3.0, 6.2.5.1), with decoding off so
 * that nothing else answers meanwhile.
 */
static void
pci_probe_bars(struct pci_dev *pd, unsigned nbars)
{
	uint16_t cmd = pci_read16(pd, PCI_COMMAND);

	pci_write16(pd, PCI_COMMAND, cmd & ~(PCI_CMD_IO | PCI_CMD_MEM));
	for (unsigned i = 0; i < nbars; i++) {
		unsigned off = PCI_BAR0 + i * 4;
		struct pci_bar *b = &pd->pd_bar[i];
		uint32_t old = pci_read32(pd, off);
		uint64_t mask;

		pci_write32(pd, off, ~0u);
		mask = pci_read32(pd, off);
		pci_write32(pd, off, old);
		if (mask == 0)
			continue;
		if (old & 1) {
			b->bar_io = true;
			b->bar_addr = old & ~3u & 0xffff;
			b->bar_size = (uint16_t)-(mask & ~3u);
			continue;
		}
		b->bar_prefetch = (old & 8) != 0;
		b->bar_addr = old & ~15u;
		mask = mask & ~15ull;
		if ((old & 6) == 4 && i + 1 < nbars) {
			uint32_t hi = pci_read32(pd, off + 4);

			pci_write32(pd, off + 4, ~0u);
			mask |= (uint64_t)pci_read32(pd, off + 4) << 32;
			pci_write32(pd, off + 4, hi);
			b->bar_addr |= (uint64_t)hi << 32;
			b->bar_64 = true;
			i++;
		} else {
			mask |= 0xffffffffull << 32;
		}
		b->bar_size = -mask;
	}
	pci_write16(pd, PCI_COMMAND, cmd);
}

/* A function that answers at this place, listed; NULL without memory. */
static struct pci_dev *
pci_add(const struct pci_dev *found)
{
	struct pci_dev *pd;
	bool bridge;

	pd = kmalloc(sizeof(*pd), M_WAITOK | M_ZERO);
	if (pd == NULL)
		return NULL;
	pd->pd_bus = found->pd_bus;
	pd->pd_slot = found->pd_slot;
	pd->pd_func = found->pd_func;
	pd->pd_device.dev_bus = BUS_PCI;
	snprintf(pd->pd_device.dev_name, sizeof(pd->pd_device.dev_name),
	    "pci%u:%u.%u", pd->pd_bus, pd->pd_slot, pd->pd_func);
	pd->pd_vendor = pci_read16(pd, PCI_VENDOR);
	pd->pd_devid = pci_read16(pd, PCI_DEVICE);
	pd->pd_class = pci_read8(pd, PCI_CLASS);
	pd->pd_subclass = pci_read8(pd, PCI_SUBCLASS);
	pd->pd_progif = pci_read8(pd, PCI_PROGIF);
	pd->pd_revision = pci_read8(pd, PCI_REVISION);
	pd->pd_intline = pci_read8(pd, PCI_INTLINE);
	pd->pd_intpin = pci_read8(pd, PCI_INTPIN);
	bridge = (pci_read8(pd, PCI_HEADER_TYPE) & 0x7f) != 0;
	if (bridge && pd->pd_class == PCI_CLASS_BRIDGE &&
	    pd->pd_subclass == PCI_SUBCLASS_PCI) {
		pd->pd_secondary = pci_read8(pd, PCI_SECONDARY_BUS);
		pd->pd_subordinate = pci_read8(pd, PCI_SUBORDINATE_BUS);
		if (pd->pd_secondary <= pd->pd_bus)
			pd->pd_secondary = 0;	/* not set up */
	}
	if (!bridge) {
		pd->pd_subvendor = pci_read16(pd, PCI_SUBVENDOR);
		pd->pd_subdevice = pci_read16(pd, PCI_SUBDEVICE);
	}
	pci_probe_bars(pd, bridge ? PCI_NBARS_BRIDGE : PCI_NBARS);
	pd->pd_msix_cap = (uint8_t)pci_find_cap(pd, PCI_CAP_MSIX, 0);
	if (pd->pd_msix_cap != 0)
		pd->pd_msix_count = (pci_read16(pd, pd->pd_msix_cap +
		    MSIX_CONTROL) & MSIX_COUNT) + 1;
	lck_mtx_lock(&pci_bus_lock);
	STAILQ_INSERT_TAIL(&pci_devs, pd, pd_link);
	lck_mtx_unlock(&pci_bus_lock);
	return pd;
}

static bool
pci_answers(uint8_t bus, uint8_t slot, uint8_t func)
{
	struct pci_dev at = {
		.pd_bus = bus, .pd_slot = slot, .pd_func = func,
	};

	return pci_read16(&at, PCI_VENDOR) != 0xffff;
}

/* How many function numbers of a slot are worth asking for. */
static unsigned
pci_nfuncs(uint8_t bus, uint8_t slot)
{
	struct pci_dev at = { .pd_bus = bus, .pd_slot = slot };

	if (!pci_answers(bus, slot, 0))
		return 0;
	return (pci_read8(&at, PCI_HEADER_TYPE) & PCI_HEADER_MULTI) != 0 ?
	    PCI_NFUNCS : 1;
}

static void
pci_scan_bus(uint8_t bus, unsigned depth)
{
	struct pci_dev at = { .pd_bus = bus }, *pd;

	if (depth > PCI_BUS_DEPTH)
		return;
	for (unsigned slot = 0; slot < PCI_NSLOTS; slot++) {
		unsigned nfuncs = pci_nfuncs(bus, (uint8_t)slot);

		at.pd_slot = (uint8_t)slot;
		for (unsigned func = 0; func < nfuncs; func++) {
			at.pd_func = (uint8_t)func;
			if (!pci_answers(bus, at.pd_slot, at.pd_func))
				continue;
			pd = pci_add(&at);
			if (pd != NULL && pd->pd_secondary != 0)
				pci_scan_bus(pd->pd_secondary, depth + 1);
		}
	}
}

static void
pci_init(void)
{
	struct pci_dev *pd;

	pci_scan_bus(0, 0);
	STAILQ_FOREACH(pd, &pci_devs, pd_link)
		(void)driver_attach(&pd->pd_device, pd->pd_vendor,
		    pd->pd_devid);
}
INITCALL_ORDER(INIT_DRIVER, 50, pci_init);

struct pci_dev *
pci_dev_find(uint8_t bus, uint8_t slot, uint8_t func)
{
	struct pci_dev *pd;

	STAILQ_FOREACH(pd, &pci_devs, pd_link)
		if (pd->pd_bus == bus && pd->pd_slot == slot &&
		    pd->pd_func == func)
			return pd;
	return NULL;
}

struct pci_dev *
pci_bridge_above(uint8_t bus)
{
	struct pci_dev *pd;

	STAILQ_FOREACH(pd, &pci_devs, pd_link)
		if (pd->pd_secondary != 0 && pd->pd_secondary == bus)
			return pd;
	return NULL;
}

/* --- changes after boot ------------------------------------------------------- */

/* Takes a function from its driver and forgets it. */
static errno_t
pci_forget(struct pci_dev *pd)
{
	errno_t error = 0;

	if (pd->pd_device.dev_driver != NULL)
		error = driver_detach(&pd->pd_device);
	if (error != 0) {
		printf("%s: %s does not let go, error %d\n",
		    pd->pd_device.dev_name,
		    pd->pd_device.dev_driver->drv_name, error);
		return error;
	}
	pci_unmap_bars(pd);
	lck_mtx_lock(&pci_bus_lock);
	STAILQ_REMOVE(&pci_devs, pd, pci_dev, pd_link);
	lck_mtx_unlock(&pci_bus_lock);
	kfree(pd);
	return 0;
}

errno_t
pci_slot_remove(uint8_t bus, uint8_t slot)
{
	errno_t error = 0;

	for (unsigned func = PCI_NFUNCS; func-- > 0 && error == 0;) {
		struct pci_dev *pd = pci_dev_find(bus, slot, (uint8_t)func);

		if (pd == NULL)
			continue;
		if (pd->pd_secondary != 0)
			error = EBUSY;	/* a bridge with slots of its own */
		else
			error = pci_forget(pd);
	}
	return error;
}

bool
pci_slot_rescan(uint8_t bus, uint8_t slot)
{
	struct pci_dev at = { .pd_bus = bus, .pd_slot = slot }, *pd;
	unsigned nfuncs = pci_nfuncs(bus, slot);

	if (nfuncs == 0) {
		(void)pci_slot_remove(bus, slot);
		return false;
	}
	for (unsigned func = 0; func < nfuncs; func++) {
		at.pd_func = (uint8_t)func;
		if (!pci_answers(bus, slot, at.pd_func) ||
		    pci_dev_find(bus, slot, at.pd_func) != NULL)
			continue;
		pd = pci_add(&at);
		if (pd == NULL)
			continue;
		pci_assign(pd);
		if (driver_attach(&pd->pd_device, pd->pd_vendor,
		    pd->pd_devid) == ENXIO)
			printf("%s: %04x:%04x has no driver\n",
			    pd->pd_device.dev_name, pd->pd_vendor,
			    pd->pd_devid);
	}
	return true;
}

/* --- listing -------------------------------------------------------------------- */

static void
pci_info_fill(const struct pci_dev *pd, struct pci_info *out)
{
	*out = (struct pci_info){
		.vendor = pd->pd_vendor, .device = pd->pd_devid,
		.subvendor = pd->pd_subvendor, .subdevice = pd->pd_subdevice,
		.class = pd->pd_class, .subclass = pd->pd_subclass,
		.progif = pd->pd_progif, .revision = pd->pd_revision,
		.intpin = pd->pd_intpin, .intline = pd->pd_intline,
		.msix = pd->pd_msix_count,
	};
	strlcpy(out->name, pd->pd_device.dev_name, sizeof(out->name));
	if (pd->pd_device.dev_driver != NULL) {
		out->driver = pd->pd_device.dev_driver->drv_name;
		out->desc = pd->pd_device.dev_match->m_desc;
	}
	for (unsigned i = 0; i < PCI_NBARS; i++) {
		out->bar[i].addr = pd->pd_bar[i].bar_addr;
		out->bar[i].size = pd->pd_bar[i].bar_size;
		out->bar[i].io = pd->pd_bar[i].bar_io;
	}
}

bool
pci_info(unsigned idx, struct pci_info *out)
{
	const struct pci_dev *pd;

	lck_mtx_lock(&pci_bus_lock);
	STAILQ_FOREACH(pd, &pci_devs, pd_link)
		if (idx-- == 0)
			break;
	if (pd != NULL)
		pci_info_fill(pd, out);
	lck_mtx_unlock(&pci_bus_lock);
	return pd != NULL;
}
