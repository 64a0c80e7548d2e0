/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot, from the first C code that is not the machine's to the end of the
 * initcalls.  The flow becomes the first thread at INIT_SCHED, enables
 * interrupts before INIT_CORE, and ends as that thread's exit.
 */
#include "kernel/initcall.h"

#include <sys/systm.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/bootinfo.h"
#include "kernel/cmdline.h"
#include "kernel/console/log.h"
#include "kernel/init.h"
#include "kernel/mm/pmm.h"
#include "kernel/sched/thread.h"
#include "kernel/trap.h"

LINKER_SET_DECLARE(initcalls, const struct initcall);

static enum init_level level = INIT_EARLY;

enum init_level
init_level(void)
{
	return level;
}

/* Runs a level in ascending order numbers: a selection each time, the sets
 * are short. */
static void
run_level(enum init_level l)
{
	const struct initcall *const *p, *next;
	int done = -1, best;
	bool again = true;

	level = l;
	while (again) {
		again = false;
		best = 0;
		LINKER_SET_FOREACH(p, initcalls) {
			if ((*p)->level == l && (*p)->order > done &&
			    (!again || (*p)->order < best)) {
				best = (*p)->order;
				again = true;
			}
		}
		if (!again)
			break;
		LINKER_SET_FOREACH(p, initcalls) {
			next = *p;
			if (next->level == l && next->order == best)
				next->fn();
		}
		done = best;
	}
}

void
kernel_main(void)
{
	sched_init_early();
	cmdline_init(boot_info.cmdline);
	run_level(INIT_EARLY);
	printf("Unikext, started by %s%s%s\n", boot_info.loader,
	    *cmdline() != '\0' ? ": " : "", cmdline());
	mm_start();
	printf("memory: %zu KiB free of %zu KiB\n",
	    pmm_free_count() * (MMU_PAGE_SIZE / 1024),
	    pmm_total_count() * (MMU_PAGE_SIZE / 1024));
	run_level(INIT_MM);
	run_level(INIT_SCHED);
	arch_irq_enable();
	run_level(INIT_CORE);
	run_level(INIT_NET);
	run_level(INIT_DRIVER);
	run_level(INIT_LATE);
	run_level(INIT_USER);
	level = INIT_LEVELS;
	boot_finished();
}
