/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: message-signalled vectors and IOAPIC lines.
 *
 * Handlers run with interrupts off on the interrupted thread's stack
 * (in_interrupt() is true), must be short and wake a thread for the rest.
 * Detaching returns only when no handler is running.
 */
#ifndef ARCH_X86_64_IRQ_H
#define ARCH_X86_64_IRQ_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a device needs to be told to raise this interrupt. */
struct irq_msi {
	uint64_t	address;
	uint32_t	data;
	unsigned	vector;
};

/*
 * Returns: 0, or ENOSPC when no vector is free.
 * Context: thread.  name is not copied.
 */
errno_t irq_msi_alloc(void (*fn)(void *), void *arg, const char *name,
    struct irq_msi *out);
void irq_msi_free(struct irq_msi *msi);

/*
 * Attaches to an IOAPIC input (a PCI interrupt-line value or a global system
 * interrupt).  ISA inputs 0..15 follow the firmware's overrides; a line
 * shared by several is polled in turn: fn returns true if it was its device.
 *
 * Returns: 0, ENXIO when no IOAPIC has the line, ENOSPC without a vector,
 *          ENOMEM.
 * Context: thread.
 */
errno_t irq_line_attach(unsigned line, bool (*fn)(void *), void *arg,
    const char *name, void **cookie);
void irq_line_detach(void *cookie);

/* One record per vector in use, for listings: false when idx is past the
 * end. */
struct irq_info {
	unsigned	 vector;
	int		 line;		/* -1: message signalled */
	const char	*name;
	uint64_t	 count;
};
bool irq_info(unsigned idx, struct irq_info *out);

#endif
