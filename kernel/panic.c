/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * panic() and what it prints.
 *
 * A panic takes the machine: interrupts off, locks of console and log broken
 * open, one report, and then what `panic=` on the command line says: halt
 * (default), reboot, or exit (QEMU's isa-debug-exit with EXIT_PANIC).  A
 * panic inside a panic prints one line and goes straight to the end.
 *
 * The report: a line that begins with "panic:", the kext at fault when the
 * thread was inside one, the thread, registers of a trap, and a backtrace of
 * module+offset with function names from the table tools/mksymtab.py made.
 */
#include "kernel/lib/platform.h"
#include "kernel/panic.h"

#include <stdarg.h>
#include <string.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/mmu.h"
#include "kernel/cmdline.h"
#include "kernel/kassert.h"
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/mm/kva.h"
#include "kernel/proc/proc.h"
#include "kernel/program/fault.h"
#include "kernel/sched/thread.h"
#include "kernel/trap.h"

#define EXIT_PORT	0xf4
#define BACKTRACE_MAX	128
#define LAST_LINES	8

static volatile int panic_depth;
static struct panic_hooks hooks;

/* ksyms: count, then count pairs of offset from text_start and offset of the
 * name in the strings that follow. */
struct ksym {
	uint32_t off, name;
};

extern const struct {
	uint32_t	count, reserved;
	struct ksym	sym[];
} ksyms_table;

bool
panicking(void)
{
	return panic_depth > 0;
}

void
panic_set_hooks(const struct panic_hooks *h)
{
	hooks = *h;
}

void
debug_exit(unsigned v)
{
	if (!panicking())
		console_flush();
	outb(EXIT_PORT, (uint8_t)v);
}

/* --- symbols --------------------------------------------------------------------- */

static const char *
ksym_name(const struct ksym *s)
{
	return (const char *)&ksyms_table.sym[ksyms_table.count] + s->name;
}

static bool
kernel_lookup(uintptr_t addr, const char **name, size_t *off)
{
	uint32_t lo = 0, hi = ksyms_table.count, mid, rel;

	if (addr < (uintptr_t)text_start || addr >= (uintptr_t)text_end)
		return false;
	rel = (uint32_t)(addr - (uintptr_t)text_start);
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (ksyms_table.sym[mid].off <= rel)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return false;
	*name = ksym_name(&ksyms_table.sym[lo - 1]);
	*off = rel - ksyms_table.sym[lo - 1].off;
	return true;
}

bool
ksym_lookup(uintptr_t addr, const char **name, size_t *off,
    const char **module)
{
	*module = "kernel";
	if (kernel_lookup(addr, name, off))
		return true;
	return hooks.kext_symbol != NULL &&
	    hooks.kext_symbol(addr, name, off, module);
}

uintptr_t
ksym_address(const char *name)
{
	uint32_t i;

	for (i = 0; i < ksyms_table.count; i++) {
		if (strcmp(ksym_name(&ksyms_table.sym[i]), name) == 0)
			return (uintptr_t)text_start + ksyms_table.sym[i].off;
	}
	return 0;
}

/* --- report -------------------------------------------------------------------------- */

static void
print_frame(unsigned i, uintptr_t pc, size_t back)
{
	const char *name, *module;
	size_t off;

	if (ksym_lookup(pc - back, &name, &off, &module))
		log_printf(LOG_EMERG, "  #%u 0x%016lx %s: %s+%#zx\n", i,
		    (unsigned long)pc, module, name, off + back);
	else
		log_printf(LOG_EMERG, "  #%u 0x%016lx ?\n", i,
		    (unsigned long)pc);
}

static void
print_frames(uintptr_t fp, const struct trapframe *tf)
{
	static uintptr_t pcs[BACKTRACE_MAX];	/* too large for a stack */
	unsigned n = 0, i, same = 0;

	if (tf != NULL) {
		pcs[n++] = tf->rip;
		/* a call into nowhere: the caller has set up no frame yet */
		if (tf->vector == 14 && (tf->error & 16) &&
		    mmu_lookup(tf->rsp, NULL, NULL))
			pcs[n++] = *(const uintptr_t *)tf->rsp;
		fp = tf->rbp;
	}
	n += arch_backtrace(fp, pcs + n, BACKTRACE_MAX - n);
	log_printf(LOG_EMERG, "backtrace:\n");
	for (i = 0; i < n; i++) {
		if (i > 0 && pcs[i] == pcs[i - 1]) {
			same++;
			continue;
		}
		if (same > 0)
			log_printf(LOG_EMERG, "  ... %u more of these\n",
			    same);
		same = 0;
		/* a return address belongs to the call before it */
		print_frame(i, pcs[i], tf == NULL || i > 0);
	}
}

void
backtrace_print(void)
{
	print_frames((uintptr_t)__builtin_frame_address(0), NULL);
}

static void
print_registers(const struct trapframe *tf, uint64_t cr2)
{
	log_printf(LOG_EMERG,
	    "rip %016llx rsp %016llx rflags %08llx error %llx\n"
	    "rax %016llx rbx %016llx rcx %016llx rdx %016llx\n"
	    "rsi %016llx rdi %016llx rbp %016llx r8  %016llx\n"
	    "r9  %016llx r10 %016llx r11 %016llx r12 %016llx\n"
	    "r13 %016llx r14 %016llx r15 %016llx cr2 %016llx\n",
	    tf->rip, tf->rsp, tf->rflags, tf->error, tf->rax, tf->rbx, tf->rcx,
	    tf->rdx, tf->rsi, tf->rdi, tf->rbp, tf->r8, tf->r9, tf->r10,
	    tf->r11, tf->r12, tf->r13, tf->r14, tf->r15, cr2);
}

/* The messages before the panic: the console may not have shown them. */
static void
print_last_lines(uint64_t before)
{
	uint64_t seq = before > LAST_LINES ? before - LAST_LINES : 0;
	struct log_line l;
	char buf[160];

	log_printf(LOG_EMERG, "last messages:\n");
	while ((seq = log_get(seq, &l, buf, sizeof(buf))) != 0 &&
	    l.seq < before)
		log_printf(LOG_EMERG, "  [%5llu.%06llu] %.*s\n",
		    l.time_ns / 1000000000, l.time_ns / 1000 % 1000000,
		    (int)l.len, l.text);
}

static void
print_thread(void)
{
	const struct thread *t = current_thread();

	if (t == NULL)
		return;
	log_printf(LOG_EMERG, "thread: %s, number %llu", t->t_name, t->t_tid);
	if (t->t_proc != NULL)
		log_printf(LOG_EMERG, ", process %s (%d)", t->t_proc->p_comm,
		    t->t_proc->p_pid);
	log_printf(LOG_EMERG, curcpu()->c_intr_depth > 0 ?
	    ", in an interrupt\n" : "\n");
}

static void
print_context(void)
{
	const char *kext;

	print_thread();
	if (hooks.kext_current != NULL && (kext = hooks.kext_current()) != NULL)
		log_printf(LOG_EMERG, "in kext: %s\n", kext);
	if (hooks.describe != NULL)
		hooks.describe();
	if (model_name[0] != '\0')
		log_printf(LOG_EMERG, "System model name: %s\n", model_name);
}

/* Claims the machine; does not return when the report itself went wrong. */
static void
panic_enter(void)
{
	arch_irq_disable();
	if (__atomic_add_fetch(&panic_depth, 1, __ATOMIC_SEQ_CST) == 2)
		log_printf(LOG_EMERG, "panic: again, while reporting\n");
	if (panic_depth > 2) {
		debug_exit(EXIT_PANIC);
		arch_halt();
	}
}

static void __attribute__((noreturn))
panic_leave(void)
{
	const char *what = cmdline_get("panic");

	if (what != NULL && strcmp(what, "exit") == 0)
		debug_exit(EXIT_PANIC);
	if (what != NULL && strcmp(what, "reboot") == 0)
		arch_reset();
	log_printf(LOG_EMERG, "halted\n");
	arch_halt();
}

void
panic(const char *fmt, ...)
{
	uint64_t before = log_next();
	va_list ap;

	panic_enter();
	log_printf(LOG_EMERG, "\npanic: ");
	va_start(ap, fmt);
	log_vprintf(LOG_EMERG, fmt, ap);
	va_end(ap);
	log_printf(LOG_EMERG, "\n");
	if (panic_depth == 1) {
		print_context();
		print_frames((uintptr_t)__builtin_frame_address(0), NULL);
		print_last_lines(before);
	}
	panic_leave();
}

/* Says what a fault address means, when it means something. */
static void
explain_address(const struct trapframe *tf, uint64_t cr2)
{
	extern char boot_stack_guard[], boot_stack[];
	uintptr_t base;
	unsigned region;

	if (tf->vector != 14 && tf->vector != 8)
		return;
	if (cr2 < MMU_PAGE_SIZE) {
		log_printf(LOG_EMERG, "null pointer access\n");
	} else if ((cr2 >= (uintptr_t)boot_stack_guard &&
	    cr2 < (uintptr_t)boot_stack) ||
	    (kva_is_guard(cr2, &base, &region) && region == KVA_STACK)) {
		log_printf(LOG_EMERG, "kernel stack overflow\n");
	} else if (kva_is_guard(cr2, &base, &region)) {
		log_printf(LOG_EMERG, "guard page of the range at %#lx\n",
		    (unsigned long)base);
	}
	if (tf->vector == 14)
		log_printf(LOG_EMERG, "%s %s\n",
		    tf->error & 16 ? "execution" : tf->error & 2 ? "write" :
		    "read", tf->error & 1 ? "of a protected page" :
		    "of an unmapped page");
}

void
trap_fatal(const char *what, const struct trapframe *tf, uint64_t cr2)
{
	const char *name = "?", *module = "?";
	uint64_t before = log_next();
	size_t off = 0;

	panic_enter();
	ksym_lookup(tf->rip, &name, &off, &module);
	log_printf(LOG_EMERG, "\npanic: %s at %s: %s+%#zx, address 0x%llx\n",
	    what, module, name, off, cr2);
	if (panic_depth == 1) {
		explain_address(tf, cr2);
		print_context();
		print_registers(tf, cr2);
		print_frames(tf->rbp, tf);
		print_last_lines(before);
	}
	panic_leave();
}

void
trap_nmi(const struct trapframe *tf)
{
	trap_fatal("non-maskable interrupt", tf, 0);
}

void __stack_chk_fail(void) __attribute__((noreturn));

void
__stack_chk_fail(void)
{
	const char *name = "?", *module = "?";
	size_t off;

	program_smashed((uintptr_t)__builtin_return_address(0) - 1);
	ksym_lookup((uintptr_t)__builtin_return_address(0) - 1, &name, &off,
	    &module);
	panic("stack smashed in %s: %s", module, name);
	arch_halt();
}
