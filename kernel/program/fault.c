/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fault in a program's own code ends that program and nothing else.
 *
 * Programs run in the kernel's mode and address space, so which code was
 * wrong is told by the stack: from the faulting instruction up to where the
 * program was entered (program_start, or a signal's handler) there may be
 * only text of programs and of the library functions that hold nothing
 * (leaf_text: strings, memory, formatting).  One frame of anything else, a
 * kext's gate, a lock, or interrupts off, and it is the kernel's fault.
 *
 * The linker script collects the text of programs that are built in; a
 * program from a file is known by its module.
 */
#include "kernel/program/fault.h"

#include <libkern/libkern.h>
#include <string.h>
#include <sys/signal.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"
#include "kernel/kext/registry.h"
#include "kernel/panic.h"
#include "kernel/proc/proc.h"
#include "kernel/program/ulib_lock.h"
#include "kernel/sched/thread.h"
#include "kernel/trap.h"

#define RFLAGS_IF	0x200u

extern char leaf_text_start[], leaf_text_end[];
extern char program_text_start[], program_text_end[];

static bool
leaf_pc(uintptr_t pc)
{
	return (pc >= (uintptr_t)leaf_text_start &&
	    pc < (uintptr_t)leaf_text_end);
}

static bool
program_pc(const struct proc *p, uintptr_t pc)
{
	if (pc >= (uintptr_t)program_text_start &&
	    pc < (uintptr_t)program_text_end)
		return (true);
	return (p->p_module != NULL &&
	    kext_by_addr((const void *)pc) == p->p_module);
}

/* Where the kernel enters a program. */
static bool
entry_pc(uintptr_t pc)
{
	const char *name, *module;
	size_t off;

	return (ksym_lookup(pc, &name, &off, &module) &&
	    strcmp(module, "kernel") == 0 &&
	    (strcmp(name, "program_start") == 0 ||
	    strcmp(name, "proc_signal_check") == 0));
}

/*
 * Where the function at pc was called from when it has no frame yet: what is
 * on top of the stack is behind a call of it.  0: it has a frame.
 */
static uintptr_t
frameless(const struct proc *p, uintptr_t pc, uintptr_t sp)
{
	const char *name, *module;
	uintptr_t ret;
	int32_t rel;
	size_t off;

	if (!leaf_pc(pc) || !mmu_lookup(sp, NULL, NULL) ||
	    !ksym_lookup(pc, &name, &off, &module))
		return (0);
	ret = *(const uintptr_t *)sp;
	if ((ret <= (uintptr_t)text_start || ret > (uintptr_t)text_end) &&
	    !program_pc(p, ret - 1))
		return (0);
	memcpy(&rel, (const void *)(ret - 4), sizeof(rel));
	return (*(const uint8_t *)(ret - 5) == 0xe8 &&
	    ret + (uintptr_t)(intptr_t)rel == pc - off ? ret - 1 : 0);
}

/* The innermost function of the program's on the stack, 0: not its fault. */
static uintptr_t
blame(const struct proc *p, uintptr_t pc, uintptr_t fp)
{
	uintptr_t found = 0, next;

	while (leaf_pc(pc) || program_pc(p, pc)) {
		if (found == 0 && !leaf_pc(pc))
			found = pc;
		if (arch_backtrace(fp, &next, 1) != 1)
			return (0);
		pc = next - 1;
		fp = *(const uintptr_t *)fp;
	}
	return (entry_pc(pc) ? found : 0);
}

/* Whether this thread could be ended here at all. */
static bool
may_end(const struct thread *t, const struct proc *p)
{
	unsigned own = ulib_lock_owned(p) ? 1 : 0;

	return (p != kernproc && !panicking() && t->t_preempt == 0 &&
	    t->t_slot[TSLOT_GATE] == NULL && t->t_nheld <= own);
}

static int
signal_of(uint64_t vector)
{
	switch (vector) {
	case 0:
	case 16:
		return (SIGFPE);
	case 3:
		return (SIGTRAP);
	case 6:
		return (SIGILL);
	case 13:
		return (SIGBUS);
	default:
		return (SIGSEGV);
	}
}

static void end_program(const char *what, uintptr_t pc, uintptr_t addr,
    int signum) __attribute__((noreturn));

/* On the thread's own stack again, interrupts on. */
static void
end_program(const char *what, uintptr_t pc, uintptr_t addr, int signum)
{
	const char *name = "?", *module = "?";
	struct proc *p = current_proc();
	size_t off = 0;

	(void)ksym_lookup(pc, &name, &off, &module);
	printf("%s[%d]: %s at %s: %s+%#lx, address %#lx\n", p->p_comm,
	    p->p_pid, what, module, name, (u_long)off, (u_long)addr);
	ulib_lock_drop(p);
	proc_exit(signum);
	arch_halt();
}

bool
trap_program(struct trapframe *tf, const char *what, uint64_t addr)
{
	struct thread *t = current_thread();
	struct proc *p = current_proc();
	uintptr_t pc = tf->rip, caller, *sp;

	if (t == NULL || t->t_stack == NULL || in_interrupt() ||
	    (tf->rflags & RFLAGS_IF) == 0 || !may_end(t, p))
		return (false);
	if (tf->vector == 8) {
		if (addr >= (uintptr_t)t->t_stack ||
		    addr < (uintptr_t)t->t_stack - MMU_PAGE_SIZE)
			return (false);
		what = "stack overflow";
	} else if (tf->vector == 14 && (tf->error & 16) != 0) {
		/* a call into nowhere: the caller has set up no frame yet */
		if (!mmu_lookup(tf->rsp, NULL, NULL))
			return (false);
		pc = *(const uintptr_t *)tf->rsp - 1;
	} else if ((caller = frameless(p, pc, tf->rsp)) != 0) {
		pc = caller;
	}
	pc = blame(p, pc, tf->rbp);
	if (pc == 0)
		return (false);
	/* What is on the stack is over: the end begins at its top. */
	sp = (uintptr_t *)((uintptr_t)t->t_stack + t->t_stack_size) - 3;
	sp[0] = sp[1] = sp[2] = 0;
	tf->rip = (uintptr_t)end_program;
	tf->rsp = (uintptr_t)sp;
	tf->rbp = 0;
	tf->rdi = (uintptr_t)what;
	tf->rsi = pc;
	tf->rdx = addr;
	tf->rcx = (uint64_t)signal_of(tf->vector);
	return (true);
}

void
program_smashed(uintptr_t pc)
{
	struct proc *p = current_proc();

	if (program_pc(p, pc) && may_end(current_thread(), p))
		end_program("stack smashed", pc, 0, SIGABRT);
}

void
program_fault(const void *addr)
{
	end_program("bad address",
	    (uintptr_t)__builtin_return_address(0) - 1, (uintptr_t)addr,
	    SIGSEGV);
}
