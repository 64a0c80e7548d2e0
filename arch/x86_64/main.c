/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First C code: makes traps work, reads the loader's information and enters
 * kernel_main().  Nothing here may need memory.
 */
#include "arch/x86_64/bootinfo.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/segment.h"
#include "kernel/trap.h"

void arch_main(uint32_t kind, uint64_t info);

/* Every function's stack protector compares with this.  It gets its random
 * value in arch_main(), which does not return and so never compares. */
extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x5ca1ab1e0ddba11;

void
arch_main(uint32_t kind, uint64_t info)
{
	uint64_t seed = arch_rdtsc();

	segment_init();
	if (arch_hw_random(&seed, sizeof(seed)) == 0)
		seed = arch_rdtsc() * 0x9e3779b97f4a7c15UL ^ seed << 32;
	/* a zero byte in the middle stops string overruns from copying it */
	__stack_chk_guard = seed & ~0xff00UL;
	bootinfo_parse(kind, info);
	kernel_main();
}
