/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps after trap.S: exceptions end in a fix-up (probe_read, probe_write,
 * copy_fault), with the program whose own they are, or in trap_fatal();
 * everything from vector 32 up is an interrupt and goes
 * to the interrupt controller code.
 */
#include "kernel/trap.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"

struct ex_entry {
	uint64_t fault, fixup;
};

extern const struct ex_entry __start_ex_table[], __stop_ex_table[];

void trap_dispatch(struct trapframe *tf);

static const char *const trap_names[32] = {
	"divide error", "debug", "non-maskable interrupt", "breakpoint",
	"overflow", "bound range exceeded", "invalid opcode",
	"device not available", "double fault", "coprocessor overrun",
	"invalid TSS", "segment not present", "stack segment fault",
	"general protection fault", "page fault", "reserved",
	"x87 error", "alignment check", "machine check", "SIMD error",
	"virtualization", "control protection", "reserved", "reserved",
	"reserved", "reserved", "reserved", "reserved", "hypervisor injection",
	"VMM communication", "security", "reserved",
};

static uint64_t
read_cr2(void)
{
	uint64_t v;

	__asm__ volatile("movq %%cr2, %0" : "=r"(v));
	return v;
}

static bool
trap_fixup(struct trapframe *tf)
{
	const struct ex_entry *e;

	for (e = __start_ex_table; e < __stop_ex_table; e++) {
		if (e->fault == tf->rip) {
			tf->rip = e->fixup;
			return true;
		}
	}
	return false;
}

void
trap_dispatch(struct trapframe *tf)
{
	uint64_t cr2;

	if (tf->vector >= 32) {
		apic_dispatch((unsigned)tf->vector);
		return;
	}
	if (tf->vector == 2) {
		trap_nmi(tf);
		return;
	}
	if ((tf->vector == 13 || tf->vector == 14) && trap_fixup(tf))
		return;
	cr2 = tf->vector == 14 || tf->vector == 8 ? read_cr2() : 0;
	if (trap_program(tf, trap_names[tf->vector], cr2))
		return;
	trap_fatal(trap_names[tf->vector], tf, cr2);
}
