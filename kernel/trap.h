/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine-dependent part calls upward.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

/* Registers at a trap, in the order trap.S pushes them. */
struct trapframe {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/* The machine is in long mode, traps are caught, boot_info is filled. */
void kernel_main(void) __attribute__((noreturn));

/*
 * The last thing before returning from the outermost interrupt, interrupts
 * off: switches threads when one is due and preemption is allowed.
 * Owner: the scheduler.
 */
void sched_preempt_check(void);

/* The one-shot timer fired; interrupt context.  Owner: timers. */
void clock_interrupt(uint64_t now_ns);

/* A fault nobody fixed up; does not return. */
void trap_fatal(const char *what, const struct trapframe *tf, uint64_t cr2)
    __attribute__((noreturn));

/*
 * A fault nobody fixed up, before that: true when it was a program's own and
 * tf now leads to the end of the program.
 */
bool trap_program(struct trapframe *tf, const char *what, uint64_t cr2);

/* Frames for page tables, zeroed: physical address, 0 when out of memory. */
uint64_t trap_table_alloc(void);

/* A non-maskable interrupt: the debugger's button. */
void trap_nmi(const struct trapframe *tf);

#endif
