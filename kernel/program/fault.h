/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that went wrong; trap_program() is declared in kernel/trap.h.
 */
#ifndef KERNEL_PROGRAM_FAULT_H
#define KERNEL_PROGRAM_FAULT_H

#include <stdint.h>

/*
 * A function found its stack smashed; pc is in it.  Does not return when it
 * is a program's.
 */
void program_smashed(uintptr_t pc);

/*
 * Ends the calling program: it gave addr to a library function that has no
 * way to say EFAULT.
 * Context:   thread of a process, no lock held
 */
void program_fault(const void *addr) __attribute__((noreturn));

#endif /* KERNEL_PROGRAM_FAULT_H */
