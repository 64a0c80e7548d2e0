/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI events: fixed ones (the power button) and general-purpose ones (a PCI
 * slot), which all raise the system control interrupt (ACPI 6.4, 4.8).
 *
 * The line is level triggered: a handler has to clear the status of what it
 * answers for.
 */
#ifndef DRIVERS_MISC_ACPI_EVENT_H
#define DRIVERS_MISC_ACPI_EVENT_H

#include <stdbool.h>
#include <sys/types.h>

/* Asks the firmware, once, to leave events to us; false when it does not. */
bool	acpi_events_ours(void);

/*
 * Calls fn when general-purpose event n happens; its status is clear by then.
 * Returns: 0, ENXIO without such an event, or as irq_line_attach.
 * Context: thread; fn in interrupt context.
 */
errno_t	acpi_gpe_attach(unsigned n, void (*fn)(void *), void *arg,
    const char *name);

#endif
