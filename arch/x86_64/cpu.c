/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processor's odds and ends: thread contexts, halting, hardware random
 * numbers, frame-pointer backtraces.
 */
#include "arch/x86_64/cpu.h"

#include <string.h>

#include "arch/x86_64/mmu.h"

void arch_thread_start(void);

void
arch_thread_init(struct arch_context *c, void (*entry)(void *), void *arg,
    void *stack_top)
{
	/* popped by arch_switch: r15 r14 r13 r12 rbx rbp, then ret; the zero
	 * above keeps the stack aligned as at a function's entry and ends
	 * the frame chain */
	uint64_t *sp = (uint64_t *)((uintptr_t)stack_top & ~15UL) - 8;

	sp[0] = sp[1] = 0;
	sp[2] = (uint64_t)(uintptr_t)arg;		/* r13 */
	sp[3] = (uint64_t)(uintptr_t)entry;		/* r12 */
	sp[4] = sp[5] = 0;
	sp[6] = (uint64_t)(uintptr_t)arch_thread_start;
	sp[7] = 0;
	c->ac_sp = (uintptr_t)sp;
}

void
arch_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

static bool
rdseed64(uint64_t *v)
{
	unsigned char ok;

	__asm__ volatile("rdseed %0; setc %1" : "=r"(*v), "=qm"(ok));
	return ok != 0;
}

static bool
rdrand64(uint64_t *v)
{
	unsigned char ok;

	__asm__ volatile("rdrand %0; setc %1" : "=r"(*v), "=qm"(ok));
	return ok != 0;
}

size_t
arch_hw_random(void *buf, size_t len)
{
	uint32_t r[4], max;
	bool seed = false, rand;
	size_t done = 0, n;
	unsigned tries;
	uint64_t v;

	arch_cpuid(0, 0, r);
	max = r[0];
	arch_cpuid(1, 0, r);
	rand = (r[2] & 1u << 30) != 0;
	if (max >= 7) {
		arch_cpuid(7, 0, r);
		seed = (r[1] & 1u << 18) != 0;
	}
	while (done < len) {
		for (tries = 0; tries < 10; tries++) {
			if ((seed && rdseed64(&v)) || (rand && rdrand64(&v)))
				break;
		}
		if (tries == 10)
			break;
		n = len - done < sizeof(v) ? len - done : sizeof(v);
		memcpy((char *)buf + done, &v, n);
		done += n;
	}
	return done;
}

/* A frame is believable when both words are mapped kernel memory. */
static bool
frame_ok(uintptr_t fp)
{
	return fp >= MMU_DIRECT_BASE && (fp & 7) == 0 &&
	    mmu_lookup(fp, NULL, NULL) && mmu_lookup(fp + 8, NULL, NULL);
}

unsigned
arch_backtrace(uintptr_t fp, uintptr_t *pcs, unsigned max)
{
	unsigned n = 0;

	while (n < max && frame_ok(fp)) {
		const uintptr_t *f = (const uintptr_t *)fp;

		if (f[1] == 0)
			break;
		pcs[n++] = f[1];
		if (f[0] <= fp)
			break;
		fp = f[0];
	}
	return n;
}
