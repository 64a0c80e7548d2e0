/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Native hot-plug of PCI Express ports (PCIe 4.0, 6.7): a slot register block
 * in the port's Express capability, and an interrupt.
 *
 * A device that appears is powered, given the time its specification asks
 * for, and added.  The attention button is the request to remove: the
 * power indicator blinks while the drivers let go, then the slot is switched
 * off.  A device that vanishes without asking is forgotten; its drivers find
 * registers of all ones.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "drivers/bus/hotplug.h"
#include "drivers/bus/pci_bus.h"
#include "kernel/initcall.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"

/* Registers, from the capability (7.5.3). */
#define EXP_FLAGS	0x02
#define FLAGS_SLOT	0x0100		/* slot implemented */
#define EXP_SLOT_CAP	0x14
#define CAP_HOTPLUG	0x40
#define EXP_SLOT_CTL	0x18
#define CTL_BUTTON	0x0001		/* interrupt on: */
#define CTL_PRESENCE	0x0008
#define CTL_INTR	0x0020
#define CTL_LED_MASK	0x0300
#define CTL_LED_ON	0x0100
#define CTL_LED_BLINK	0x0200
#define CTL_LED_OFF	0x0300
#define CTL_POWER_OFF	0x0400
#define CTL_LINK	0x1000		/* interrupt on a link change */
#define EXP_SLOT_STATUS	0x1a
#define STATUS_BUTTON	0x0001
#define STATUS_PRESENCE	0x0008		/* presence changed */
#define STATUS_EVENTS	0x011f		/* cleared by writing ones */
#define STATUS_PRESENT	0x0040

#define SETTLE_NS	100000000ull	/* after power-on, 6.6.1 */

struct pcie_slot {
	struct hotplug	ps_hp;		/* first */
	struct pci_dev	*ps_port;
	unsigned	ps_cap;
	bool		ps_released;	/* switched off, device still there */
	uint32_t	ps_events;	/* a: collected by the interrupt */
};

static uint16_t
slot_read(const struct pcie_slot *ps, unsigned reg)
{
	return pci_read16(ps->ps_port, ps->ps_cap + reg);
}

static void
slot_control(struct pcie_slot *ps, uint16_t mask, uint16_t bits)
{
	uint16_t v = slot_read(ps, EXP_SLOT_CTL);

	pci_write16(ps->ps_port, ps->ps_cap + EXP_SLOT_CTL,
	    (uint16_t)((v & ~mask) | bits));
}

static bool
slot_intr(void *arg)
{
	struct pcie_slot *ps = arg;
	uint16_t events = slot_read(ps, EXP_SLOT_STATUS) & STATUS_EVENTS;

	if (events == 0)
		return false;
	pci_write16(ps->ps_port, ps->ps_cap + EXP_SLOT_STATUS, events);
	__atomic_or_fetch(&ps->ps_events, events, __ATOMIC_RELAXED);
	hotplug_wake(&ps->ps_hp);
	return true;
}

static void
slot_msix(void *arg)
{
	(void)slot_intr(arg);
}

static void
slot_power_off(struct pcie_slot *ps)
{
	slot_control(ps, CTL_LED_MASK | CTL_POWER_OFF,
	    CTL_LED_OFF | CTL_POWER_OFF);
}

static void
slot_release(struct pcie_slot *ps)
{
	uint8_t bus = ps->ps_port->pd_secondary;

	slot_control(ps, CTL_LED_MASK, CTL_LED_BLINK);
	if (pci_slot_remove(bus, 0) != 0) {
		slot_control(ps, CTL_LED_MASK, CTL_LED_ON);
		return;
	}
	ps->ps_released = true;
	slot_power_off(ps);
	printf("pci%u:0: removed\n", bus);
}

static void
slot_service(struct hotplug *hp)
{
	struct pcie_slot *ps = (struct pcie_slot *)hp;
	uint8_t bus = ps->ps_port->pd_secondary;
	uint32_t events = __atomic_exchange_n(&ps->ps_events, 0,
	    __ATOMIC_RELAXED);
	bool present = slot_read(ps, EXP_SLOT_STATUS) & STATUS_PRESENT;
	bool known = pci_dev_find(bus, 0, 0) != NULL;

	if (!present) {
		if (known && pci_slot_remove(bus, 0) == 0)
			printf("pci%u:0: gone\n", bus);
		ps->ps_released = false;
		slot_power_off(ps);
	} else if (!known) {
		/* Switching off changes the link as well. */
		if (ps->ps_released &&
		    (events & (STATUS_BUTTON | STATUS_PRESENCE)) == 0)
			return;
		ps->ps_released = false;
		slot_control(ps, CTL_LED_MASK | CTL_POWER_OFF, CTL_LED_ON);
		thread_sleep_ns(SETTLE_NS);
		if (!pci_slot_rescan(bus, 0))
			slot_power_off(ps);
	} else if (events & STATUS_BUTTON) {
		slot_release(ps);
	}
}

static errno_t
slot_attach_intr(struct pcie_slot *ps)
{
	struct pci_dev *port = ps->ps_port;

	pci_enable(port, PCI_CMD_MEM | PCI_CMD_MASTER);
	if (port->pd_msix_count != 0 && pci_msix_enable(port) == 0) {
		if (pci_msix_attach(port, 0, slot_msix, ps,
		    port->pd_device.dev_name) == 0)
			return 0;
		pci_msix_disable(port);
	}
	return pci_intx_attach(port, slot_intr, ps, port->pd_device.dev_name);
}

static void
slot_attach(struct pci_dev *port, unsigned cap)
{
	struct pcie_slot *ps = kmalloc(sizeof(*ps), M_WAITOK | M_ZERO);

	if (ps == NULL)
		return;
	ps->ps_port = port;
	ps->ps_cap = cap;
	if (slot_attach_intr(ps) != 0) {
		printf("%s: no interrupt, no hot-plug\n",
		    port->pd_device.dev_name);
		kfree(ps);
		return;
	}
	hotplug_attach(&ps->ps_hp, slot_service);
	pci_write16(port, cap + EXP_SLOT_STATUS, STATUS_EVENTS);
	slot_control(ps, 0, CTL_BUTTON | CTL_PRESENCE | CTL_LINK | CTL_INTR);
}

static void
pcie_hotplug_init(void)
{
	struct pci_dev *pd;

	STAILQ_FOREACH(pd, &pci_devs, pd_link) {
		unsigned cap;

		if (pd->pd_secondary == 0)
			continue;
		cap = pci_find_cap(pd, PCI_CAP_PCIE, 0);
		if (cap != 0 && (pci_read16(pd, cap + EXP_FLAGS) &
		    FLAGS_SLOT) != 0 &&
		    (pci_read32(pd, cap + EXP_SLOT_CAP) & CAP_HOTPLUG) != 0)
			slot_attach(pd, cap);
	}
}
INITCALL_ORDER(INIT_DRIVER, 60, pcie_hotplug_init);
