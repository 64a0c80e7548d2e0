/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI power button: turns the machine off.
 *
 * The button raises the system control interrupt, and a status bit says that
 * it was the button (ACPI 6.4, 4.8.3.1).
 */
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/irq.h"
#include "drivers/misc/acpi_event.h"
#include "kernel/initcall.h"

#define PM1_PWRBTN	0x0100		/* in status and enable registers */

static void *cookie;

static uint16_t
enable_port(void)
{
	return (uint16_t)(acpi.pm1a_evt + acpi.pm1_evt_len / 2);
}

static bool
button_intr(void *arg)
{
	uint16_t status = inw((uint16_t)acpi.pm1a_evt);

	if (!(status & PM1_PWRBTN))
		return false;
	outw((uint16_t)acpi.pm1a_evt, PM1_PWRBTN);
	printf("power button: turning off\n");
	arch_poweroff();
	return true;
}

static void
button_init(void)
{
	if (!acpi.s5_found || !acpi_events_ours())
		return;
	outw((uint16_t)acpi.pm1a_evt, PM1_PWRBTN);
	if (irq_line_attach(acpi.sci, button_intr, NULL, "acpi",
	    &cookie) == 0)
		outw(enable_port(), PM1_PWRBTN);
}
INITCALL(INIT_DRIVER, button_init);
