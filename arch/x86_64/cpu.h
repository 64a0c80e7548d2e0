/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processor: the per-CPU record, interrupt flag, context switch, time
 * stamp and the raw spin lock that everything below the lock layer uses.
 *
 * curcpu() is the only way to per-CPU data.  It reads %gs:0, so the value is
 * good as long as the caller cannot migrate (interrupts or preemption off).
 *
 * Host unit tests (UNIT_TEST) see the same calls without privileged
 * instructions.
 */
#ifndef ARCH_X86_64_CPU_H
#define ARCH_X86_64_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

struct cpu {
	struct cpu	*c_self;	/* for curcpu(): must be first */
	unsigned	 c_id;
	unsigned	 c_apic_id;
	struct thread	*c_thread;	/* running thread (scheduler) */
	struct thread	*c_idle;	/* this CPU's idle thread (scheduler) */
	unsigned	 c_intr_depth;	/* nested interrupt handlers */
	unsigned	 c_preempt_off;	/* nested preemption holds (scheduler) */
	bool		 c_resched;	/* switch at the next chance */
	uint64_t	 c_intr_count;

	/* The scheduler's; touched by this CPU only, interrupts off. */
	unsigned	 c_spin_depth;	/* spin locks held */
	uint64_t	 c_spin_flags;	/* interrupt state before the first */
	struct thread	*c_dead;	/* ended thread for the reaper */
	uint64_t	 c_quantum_end;	/* ns, UINT64_MAX: no slice running */
	uint64_t	 c_armed;	/* ns, what the one-shot is set to */
	uint64_t	 c_switch_ns;	/* when c_thread came on */
	uint64_t	 c_switches;
	uint64_t	 c_preemptions;
};

#define CPU_THREAD_OFFSET	16	/* of c_thread, for arch_curthread() */
_Static_assert(offsetof(struct cpu, c_thread) == CPU_THREAD_OFFSET,
    "arch_curthread() reads c_thread at this offset");

#ifdef UNIT_TEST
extern struct cpu unit_cpu;

static inline struct cpu *
curcpu(void)
{
	return &unit_cpu;
}

static inline struct thread *
arch_curthread(void)
{
	return unit_cpu.c_thread;
}

static inline uint64_t
arch_irq_save(void)
{
	return 0;
}

static inline void
arch_irq_restore(uint64_t flags)
{
	(void)flags;
}

static inline bool
arch_irq_enabled(void)
{
	return true;
}

static inline void
arch_irq_enable(void)
{
}

static inline void
arch_irq_disable(void)
{
}
#else
static inline struct cpu *
curcpu(void)
{
	struct cpu *c;

	__asm__ volatile("movq %%gs:0, %0" : "=r"(c));
	return c;
}

/* The running thread: one instruction, good whatever CPU executes it. */
static inline struct thread *
arch_curthread(void)
{
	struct thread *t;

	__asm__ volatile("movq %%gs:%c1, %0" : "=r"(t) : "i"(CPU_THREAD_OFFSET));
	return t;
}

/* Turns interrupts off and returns what arch_irq_restore() needs. */
static inline uint64_t
arch_irq_save(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void
arch_irq_restore(uint64_t flags)
{
	if (flags & 0x200)
		__asm__ volatile("sti" : : : "memory");
	else
		__asm__ volatile("" : : : "memory");
}

static inline bool
arch_irq_enabled(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags));
	return (flags & 0x200) != 0;
}

static inline void
arch_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void
arch_irq_disable(void)
{
	__asm__ volatile("cli" : : : "memory");
}
#endif

/* Whether a value of arch_irq_save() says that interrupts were on. */
static inline bool
arch_irq_flags_on(uint64_t flags)
{
	return (flags & 0x200) != 0;
}

/* Enables interrupts and sleeps until one arrives, without a gap between. */
static inline void
arch_idle(void)
{
#ifndef UNIT_TEST
	__asm__ volatile("sti; hlt" : : : "memory");
#endif
}

static inline void
arch_pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

static inline uint64_t
arch_rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static inline void
arch_cpuid(uint32_t leaf, uint32_t sub, uint32_t r[4])
{
	__asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]),
	    "=d"(r[3]) : "0"(leaf), "2"(sub));
}

static inline uint64_t
arch_rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (uint64_t)hi << 32 | lo;
}

static inline void
arch_wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v),
	    "d"((uint32_t)(v >> 32)) : "memory");
}

/* Stops this CPU for good. */
void arch_halt(void) __attribute__((noreturn));

/* Resets the machine (keyboard controller, PCI reset port, triple fault). */
void arch_reset(void) __attribute__((noreturn));

/* Turns the machine off through ACPI S5; returns when that is not possible. */
void arch_poweroff(void);

/* --- raw spin lock ---------------------------------------------------------
 * Not recursive; holds interrupts off.  For memory, console and interrupt
 * code only: everything above uses lck_spin. */
struct arch_spin {
	volatile int s_locked;
};

#define ARCH_SPIN_INIT	{ 0 }

static inline uint64_t
arch_spin_lock(struct arch_spin *s)
{
	uint64_t flags = arch_irq_save();

	while (__atomic_exchange_n(&s->s_locked, 1, __ATOMIC_ACQUIRE))
		arch_pause();
	return flags;
}

static inline void
arch_spin_unlock(struct arch_spin *s, uint64_t flags)
{
	__atomic_store_n(&s->s_locked, 0, __ATOMIC_RELEASE);
	arch_irq_restore(flags);
}

/* --- threads --------------------------------------------------------------- */
struct arch_context {
	uintptr_t ac_sp;	/* saved stack pointer; all else lies there */
};

/*
 * Prepares c so that the first switch to it calls entry(arg) on the stack
 * that ends at stack_top, interrupts off.  entry must not return.
 */
void arch_thread_init(struct arch_context *c, void (*entry)(void *),
    void *arg, void *stack_top);

/* Saves the running context in from and continues to.  Interrupts are off. */
void arch_switch(struct arch_context *from, struct arch_context *to);

/* Walks saved frame pointers from fp; fills pcs with return addresses and
 * returns how many. */
unsigned arch_backtrace(uintptr_t fp, uintptr_t *pcs, unsigned max);

/*
 * Reads or writes one 32-bit word that may be unmapped or protected.
 * Returns: 0, or EFAULT when the access faulted.
 */
int probe_read(const void *addr, uint32_t *out);
int probe_write(void *addr, uint32_t v);

/* Fills buf from RDSEED or RDRAND; returns the bytes delivered (0 = none). */
size_t arch_hw_random(void *buf, size_t len);

#endif
