/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few ACPI tables a kernel without an interpreter can use.
 */
#ifndef ARCH_X86_64_ACPI_H
#define ARCH_X86_64_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct acpi_override {
	uint8_t		isa;		/* ISA interrupt */
	uint32_t	gsi;
	bool		active_low, level;
};

struct acpi_ioapic {
	uint8_t		id;
	uint32_t	pa, gsi_base;
};

/*
 * A bus whose slots the firmware's hot-plug registers serve under a number:
 * the root bus, or what is behind a bridge on it.
 */
struct acpi_hp_bus {
	uint8_t		bsel;
	bool		root;
	uint8_t		slot, func;	/* of the bridge */
};

struct acpi_info {
	bool		found;		/* the tables made sense */
	uint64_t	lapic_pa;
	unsigned	nioapic, noverride, ncpu;
	struct acpi_ioapic	ioapic[4];
	struct acpi_override	override[16];
	uint8_t		cpu_apic_id[16];
	uint32_t	pm_timer_port;	/* 0 = none */
	bool		pm_timer_32bit;
	uint32_t	pm1a_cnt, pm1b_cnt;	/* ports, 0 = none */
	uint32_t	pm1a_evt;	/* port of the event registers */
	uint8_t		pm1_evt_len;	/* status, then enable, in bytes */
	uint16_t	sci;		/* interrupt of power events */
	uint32_t	gpe0;		/* port of the general events, 0 = none */
	uint8_t		gpe0_len;	/* status, then enable, in bytes */
	unsigned	nhp_bus;
	struct acpi_hp_bus	hp_bus[32];
	uint32_t	smi_cmd;	/* port that takes acpi_enable */
	uint8_t		acpi_enable;
	uint8_t		s5_typa, s5_typb;	/* SLP_TYP values for S5 */
	bool		s5_found;
	uint64_t	hpet_pa;	/* 0 = none */
	uint64_t	mcfg_pa;	/* PCI express configuration, 0 = none */
	uint8_t		mcfg_bus_first, mcfg_bus_last;
	bool		reset_found;
	uint16_t	reset_port;
	uint8_t		reset_value;
};

extern struct acpi_info acpi;

/* Reads the tables from boot_info's RSDP or the BIOS area. */
void acpi_init(void);

#endif
