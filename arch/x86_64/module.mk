# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix arch/x86_64/,boot.S trap.S switch.S ksyms.S \
	 main.c segment.c trap.c cpu.c mmu.c bootinfo.c acpi.c apic.c clock.c \
	 power.c reloc.c copy.S)
