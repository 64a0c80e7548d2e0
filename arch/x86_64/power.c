/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways to leave: reset and power-off.
 */
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"

void
arch_reset(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_idt = { 0, 0 };

	arch_irq_disable();
	if (acpi.reset_found) {
		outb(acpi.reset_port, acpi.reset_value);
		clock_delay_us(10000);
	}
	outb(0xcf9, 0x02);		/* PCI reset control */
	outb(0xcf9, 0x06);
	clock_delay_us(10000);
	outb(0x64, 0xfe);		/* keyboard controller pulses reset */
	clock_delay_us(10000);
	__asm__ volatile("lidt %0; int3" : : "m"(no_idt));
	arch_halt();
}

void
arch_poweroff(void)
{
	uint64_t flags;

	if (!acpi.s5_found || acpi.pm1a_cnt == 0)
		return;
	flags = arch_irq_save();
	/* SLP_TYP and SLP_EN; the ACPI enable bit stays */
	outw((uint16_t)acpi.pm1a_cnt, (uint16_t)(
	    (inw((uint16_t)acpi.pm1a_cnt) & 1) | acpi.s5_typa << 10 | 1 << 13));
	if (acpi.pm1b_cnt != 0)
		outw((uint16_t)acpi.pm1b_cnt, (uint16_t)(
		    (inw((uint16_t)acpi.pm1b_cnt) & 1) | acpi.s5_typb << 10 |
		    1 << 13));
	clock_delay_us(100000);
	arch_irq_restore(flags);
}
