/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local APIC and IOAPIC, as the rest of arch sees them (drivers use irq.h).
 */
#ifndef ARCH_X86_64_APIC_H
#define ARCH_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define APIC_VEC_TIMER		0xf0
#define APIC_VEC_ERROR		0xfe
#define APIC_VEC_SPURIOUS	0xff

/* Finds the controllers, masks the legacy PICs, enables the local APIC. */
void apic_init(void);

/* Vector 32..255 arrived. */
void apic_dispatch(unsigned vector);

/* Local timer: one-shot counter, counting down at apic_timer_count()'s rate. */
void apic_timer_set(uint32_t count);
uint32_t apic_timer_count(void);

/* Whether the timer compares with the time stamp counter instead. */
bool apic_timer_has_deadline(void);
void apic_timer_deadline(uint64_t tsc);
void apic_timer_use_deadline(void);

/* clock.c's handler. */
void clock_timer_fired(void);

#endif
