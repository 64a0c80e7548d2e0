/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hot-plug controllers: hardware that says when a slot gets or loses a device.
 *
 * A controller's interrupt handler calls hotplug_wake; the hot-plug thread
 * then calls its service function, which reads what happened and adds or
 * removes functions (pci_bus.h).  One thread serves all, so the list of
 * functions changes in one place.
 */
#ifndef DRIVERS_BUS_HOTPLUG_H
#define DRIVERS_BUS_HOTPLUG_H

#include <stdbool.h>
#include <sys/queue.h>

struct hotplug {
	STAILQ_ENTRY(hotplug) hp_link;
	/* Context: the hot-plug thread, may block. */
	void	(*hp_service)(struct hotplug *hp);
	bool	hp_pending;		/* a */
};

/* Called at INIT_DRIVER; a first service follows at once. */
void	hotplug_attach(struct hotplug *hp, void (*service)(struct hotplug *));

/* Context: any, interrupts included. */
void	hotplug_wake(struct hotplug *hp);

#endif
