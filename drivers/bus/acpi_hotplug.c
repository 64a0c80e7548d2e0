/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI hot-plug through the firmware's registers: QEMU's i440fx and, unless
 * told otherwise, q35 (docs/specs/acpi_pci_hotplug).
 *
 * General-purpose event 1 says that something happened.  Five 32-bit ports
 * tell what: after a bus number was written to the last, the first two hold a
 * bit for each slot that got a device or whose device is asked back; writing
 * bits to the third takes the devices out.  Which bus a number means is in
 * the DSDT (arch/x86_64/acpi.c).
 */
#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/io.h"
#include "drivers/bus/hotplug.h"
#include "drivers/bus/pci_bus.h"
#include "drivers/misc/acpi_event.h"
#include "kernel/initcall.h"

#define GPE_HOTPLUG	1

#define PIIX4_PM	0x71138086u	/* device, vendor */
#define PIIX4_PORT	0xae00
#define ICH9_LPC	0x29188086u
#define ICH9_PORT	0x0cc0

#define HP_UP		0x00
#define HP_DOWN		0x04
#define HP_EJECT	0x08
#define HP_SELECT	0x10

static struct hotplug acpi_hp;
static uint16_t hp_port;

/* The bus, 0xff when the bridge is not where the tables say. */
static uint8_t
hp_bus_number(const struct acpi_hp_bus *hb)
{
	const struct pci_dev *br;

	if (hb->root)
		return 0;
	br = pci_dev_find(0, hb->slot, hb->func);
	return br != NULL && br->pd_secondary != 0 ? br->pd_secondary : 0xff;
}

static void
hp_serve_bus(const struct acpi_hp_bus *hb)
{
	uint8_t bus = hp_bus_number(hb);
	uint32_t up, down;

	outl(hp_port + HP_SELECT, hb->bsel);
	up = inl(hp_port + HP_UP);
	down = inl(hp_port + HP_DOWN);
	if (bus == 0xff)
		return;
	/* A slot with both bits: what was there leaves before the new one. */
	for (uint8_t slot = 0; slot < PCI_NSLOTS; slot++) {
		if ((down & 1u << slot) != 0 &&
		    pci_slot_remove(bus, slot) == 0) {
			outl(hp_port + HP_SELECT, hb->bsel);
			outl(hp_port + HP_EJECT, 1u << slot);
			printf("pci%u:%u: removed\n", bus, slot);
		}
		if ((up & 1u << slot) != 0)
			(void)pci_slot_rescan(bus, slot);
	}
}

static void
hp_service(struct hotplug *hp)
{
	(void)hp;
	for (unsigned i = 0; i < acpi.nhp_bus; i++)
		hp_serve_bus(&acpi.hp_bus[i]);
}

static void
hp_event(void *arg)
{
	(void)arg;
	hotplug_wake(&acpi_hp);
}

static void
acpi_hotplug_init(void)
{
	const struct pci_dev *pd;

	STAILQ_FOREACH(pd, &pci_devs, pd_link) {
		uint32_t id = (uint32_t)pd->pd_devid << 16 | pd->pd_vendor;

		if (id == PIIX4_PM)
			hp_port = PIIX4_PORT;
		else if (id == ICH9_LPC)
			hp_port = ICH9_PORT;
	}
	if (hp_port == 0 || acpi.nhp_bus == 0)
		return;
	/* The select register reads back when the registers exist. */
	outl(hp_port + HP_SELECT, 0);
	if (inl(hp_port + HP_SELECT) != 0)
		return;
	hotplug_attach(&acpi_hp, hp_service);
	if (acpi_gpe_attach(GPE_HOTPLUG, hp_event, NULL, "hotplug") != 0)
		printf("acpi: no hot-plug events\n");
}
INITCALL_ORDER(INIT_DRIVER, 60, acpi_hotplug_init);
