/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI power button: turns the machine off.
 *
 * The firmware hands its power events over when told through a port; from
 * then on the button raises the system control interrupt, and a status bit
 * says that it was the button (ACPI 6.4, 4.8.3.1).
 */
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/irq.h"
#include "kernel/initcall.h"

#define PM1_PWRBTN	0x0100		/* in status and enable registers */
#define PM1_CNT_SCI_EN	0x0001
#define TRIES		1000

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

/* Asks the firmware to leave power events to us. */
static bool
acpi_take_over(void)
{
	unsigned i;

	for (i = 0; i < TRIES; i++) {
		if (inw((uint16_t)acpi.pm1a_cnt) & PM1_CNT_SCI_EN)
			return true;
		if (i == 0 && acpi.smi_cmd != 0)
			outb((uint16_t)acpi.smi_cmd, acpi.acpi_enable);
	}
	return false;
}

static void
button_init(void)
{
	if (acpi.pm1a_evt == 0 || acpi.pm1a_cnt == 0 || !acpi.s5_found ||
	    !acpi_take_over())
		return;
	outw((uint16_t)acpi.pm1a_evt, PM1_PWRBTN);
	if (irq_line_attach(acpi.sci, button_intr, NULL, "acpi",
	    &cookie) == 0)
		outw(enable_port(), PM1_PWRBTN);
}
INITCALL(INIT_DRIVER, button_init);
