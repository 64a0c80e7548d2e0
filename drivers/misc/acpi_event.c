/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking ACPI events over from the firmware, and handlers for general ones. */
#include "drivers/misc/acpi_event.h"

#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/irq.h"
#include "kernel/mm/kmem.h"

#define PM1_CNT_SCI_EN	0x0001
#define TRIES		1000

struct gpe {
	uint16_t	ge_status, ge_enable;	/* ports */
	uint8_t		ge_bit;
	void		(*ge_fn)(void *);
	void		*ge_arg;
	void		*ge_cookie;
};

bool
acpi_events_ours(void)
{
	if (acpi.pm1a_evt == 0 || acpi.pm1a_cnt == 0)
		return false;
	for (unsigned i = 0; i < TRIES; i++) {
		if (inw((uint16_t)acpi.pm1a_cnt) & PM1_CNT_SCI_EN)
			return true;
		if (i == 0 && acpi.smi_cmd != 0)
			outb((uint16_t)acpi.smi_cmd, acpi.acpi_enable);
	}
	return false;
}

static bool
gpe_intr(void *arg)
{
	struct gpe *ge = arg;

	if ((inb(ge->ge_status) & ge->ge_bit) == 0)
		return false;
	outb(ge->ge_status, ge->ge_bit);	/* written ones clear */
	ge->ge_fn(ge->ge_arg);
	return true;
}

errno_t
acpi_gpe_attach(unsigned n, void (*fn)(void *), void *arg, const char *name)
{
	unsigned half = acpi.gpe0_len / 2;
	struct gpe *ge;
	errno_t error;

	if (acpi.gpe0 == 0 || n / 8 >= half || !acpi_events_ours())
		return ENXIO;
	ge = kmalloc(sizeof(*ge), M_WAITOK | M_ZERO);
	if (ge == NULL)
		return ENOMEM;
	ge->ge_status = (uint16_t)(acpi.gpe0 + n / 8);
	ge->ge_enable = (uint16_t)(ge->ge_status + half);
	ge->ge_bit = (uint8_t)(1u << n % 8);
	ge->ge_fn = fn;
	ge->ge_arg = arg;
	outb(ge->ge_status, ge->ge_bit);
	error = irq_line_attach(acpi.sci, gpe_intr, ge, name, &ge->ge_cookie);
	if (error != 0) {
		kfree(ge);
		return error;
	}
	outb(ge->ge_enable, inb(ge->ge_enable) | ge->ge_bit);
	return 0;
}
