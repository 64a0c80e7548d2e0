/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments, the task state segment and the interrupt table.
 *
 * One privilege level: the GDT holds a code and a data segment and the TSS,
 * which exists for its interrupt stacks.  Double faults (a kernel stack that
 * ran into its guard page), NMIs and machine checks get a stack that is good
 * whatever state the thread is in.
 */
#include "arch/x86_64/segment.h"

#include <string.h>

#include "arch/x86_64/cpu.h"

#define SEG_CODE	0x08
#define SEG_DATA	0x10
#define SEG_TSS		0x18

#define IST_FAULT	1
#define IST_NMI		2
#define IST_STACK	8192

struct gate {
	uint16_t	off0, sel;
	uint8_t		ist, type;
	uint16_t	off1;
	uint32_t	off2, zero;
} __attribute__((packed));

struct tss {
	uint32_t	reserved0;
	uint64_t	rsp[3];
	uint64_t	reserved1;
	uint64_t	ist[7];
	uint64_t	reserved2;
	uint16_t	reserved3, iomap;
} __attribute__((packed));

struct table_ptr {
	uint16_t	limit;
	uint64_t	base;
} __attribute__((packed));

static struct gate idt[256] __attribute__((aligned(16)));
static struct tss tss __attribute__((aligned(16)));
static uint64_t gdt[5] = {
	0, 0x00af9a000000ffffUL, 0x00cf92000000ffffUL,
};
static char ist_stack[2][IST_STACK] __attribute__((aligned(16)));
static struct cpu boot_cpu;

extern char trap_stubs[];

static void
gdt_init(void)
{
	struct table_ptr p = { sizeof(gdt) - 1, (uintptr_t)gdt };
	uint64_t base = (uintptr_t)&tss, limit = sizeof(tss) - 1;

	tss.ist[IST_FAULT - 1] = (uintptr_t)ist_stack[0] + IST_STACK;
	tss.ist[IST_NMI - 1] = (uintptr_t)ist_stack[1] + IST_STACK;
	tss.iomap = sizeof(tss);
	gdt[3] = limit | (base & 0xffffff) << 16 | 0x89UL << 40 |
	    (base >> 24 & 0xff) << 56;
	gdt[4] = base >> 32;
	__asm__ volatile(
	    "lgdt %0\n\t"
	    "pushq %1\n\t"
	    "leaq 1f(%%rip), %%rax\n\t"
	    "pushq %%rax\n\t"
	    "lretq\n"
	    "1:\n\t"
	    "movl %2, %%eax\n\t"
	    "movl %%eax, %%ds\n\t"
	    "movl %%eax, %%es\n\t"
	    "movl %%eax, %%ss\n\t"
	    "movl %3, %%eax\n\t"
	    "ltr %%ax"
	    : : "m"(p), "i"(SEG_CODE), "i"(SEG_DATA), "i"(SEG_TSS)
	    : "rax", "memory");
}

static void
idt_init(void)
{
	struct table_ptr p = { sizeof(idt) - 1, (uintptr_t)idt };
	unsigned v;

	for (v = 0; v < 256; v++) {
		uintptr_t stub = (uintptr_t)trap_stubs + v * 16;

		idt[v] = (struct gate){
			.off0 = (uint16_t)stub,
			.sel = SEG_CODE,
			.type = 0x8e,	/* interrupt gate: IF is cleared */
			.off1 = (uint16_t)(stub >> 16),
			.off2 = (uint32_t)(stub >> 32),
		};
	}
	idt[8].ist = IST_FAULT;
	idt[18].ist = IST_FAULT;
	idt[2].ist = IST_NMI;
	__asm__ volatile("lidt %0" : : "m"(p));
}

void
segment_init(void)
{
	boot_cpu.c_self = &boot_cpu;
	gdt_init();
	idt_init();
	arch_wrmsr(0xc0000101, (uintptr_t)&boot_cpu);	/* GS base */
}

uintptr_t
segment_fault_stack(void)
{
	return (uintptr_t)ist_stack[0];
}
