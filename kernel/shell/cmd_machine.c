/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine: reboot, poweroff, halt, irqstat, and panics on demand.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/irq.h"
#include "kernel/console/console.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"
#include "kernel/shell/command.h"

static int
reboot_main(int argc, char **argv)
{
	if (argc != 1)
		return command_usage("reboot");
	if (!command_privileged("reboot"))
		return 1;
	printf("rebooting\n");
	fflush(stdout);
	console_flush();
	arch_reset();
}
COMMAND(reboot, "reboot - start the machine again", reboot_main);

static int
poweroff_main(int argc, char **argv)
{
	if (argc > 2)
		return command_usage("poweroff");
	if (!command_privileged("poweroff"))
		return 1;
	fflush(stdout);
	if (argc == 2)
		debug_exit((unsigned)strtoul(argv[1], NULL, 0));
	printf("powering off\n");
	fflush(stdout);
	console_flush();
	arch_poweroff();
	fprintf(stderr, "poweroff: the firmware offers no way\n");
	return 1;
}
COMMAND(poweroff, "poweroff [code] - turn the machine off (code: through "
    "isa-debug-exit, if there)", poweroff_main);

static int
halt_main(int argc, char **argv)
{
	if (!command_privileged("halt"))
		return 1;
	printf("halted\n");
	fflush(stdout);
	console_flush();
	arch_halt();
}
COMMAND(halt, "halt - stop the processor", halt_main);

static int
irqstat_main(int argc, char **argv)
{
	bool json = argc == 2 && strcmp(argv[1], "-j") == 0;
	struct irq_info in;
	unsigned i;

	if (argc != 1 && !json)
		return command_usage("irqstat");
	if (json)
		printf("[");
	else
		printf("%-6s %-5s %10s  %s\n", "vector", "line", "count",
		    "name");
	for (i = 0; irq_info(i, &in); i++) {
		if (json)
			printf("%s\n {\"vector\": %u, \"line\": %d, "
			    "\"count\": %llu, \"name\": \"%s\"}",
			    i > 0 ? "," : "", in.vector, in.line, in.count,
			    in.name);
		else if (in.line >= 0)
			printf("%-6u %-5d %10llu  %s\n", in.vector, in.line,
			    in.count, in.name);
		else
			printf("%-6u %-5s %10llu  %s\n", in.vector, "msi",
			    in.count, in.name);
	}
	if (json)
		printf("]\n");
	return 0;
}
COMMAND(irqstat, "irqstat [-j] - interrupts by vector", irqstat_main);

/* --- panics on demand, to see what a panic prints ------------------------------- */

/* Among the kernel's text: a fault in a program ends only the program. */
#define KERNEL_TEXT	__attribute__((section(".text"), noinline))

static KERNEL_TEXT int deep(volatile char *below);

static int (*volatile deep_ptr)(volatile char *) = deep;

static KERNEL_TEXT int
deep(volatile char *below)
{
	volatile char here[512];

	here[0] = below[0];
	return deep_ptr(here) + here[0];
}

static KERNEL_TEXT void
smash(volatile char *p, unsigned n)
{
	while (n-- > 0)
		*p++ = 'A';
}

static void (*volatile smash_ptr)(volatile char *, unsigned) = smash;

static KERNEL_TEXT void
smash_stack(void)
{
	char buf[16];

	smash_ptr(buf, 64);
}

/* Each misuse of the heap that a debug build finds. */
static KERNEL_TEXT bool
heap_misuse(const char *kind)
{
	char *volatile p = kmalloc(40, M_WAITOK), *volatile q;

	if (strcmp(kind, "overrun") == 0) {
		p[40] = 0;
		kfree(p);
	} else if (strcmp(kind, "uaf") == 0) {
		kfree(p);
		p[8] = 0;
		q = kmalloc(40, M_WAITOK);
		kfree(q);
	} else if (strcmp(kind, "twice") == 0) {
		kfree(p);
		kfree(p);
	} else {
		kfree(p);
		return false;
	}
	return true;
}

static KERNEL_TEXT int
panic_main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	volatile char start = 0;

	if (!command_privileged("panic"))
		return 1;
	if (argc == 1)
		panic("asked for on the command line");
	else if (strcmp(kind, "null") == 0)
		*(volatile int *)NULL = 1;
	else if (strcmp(kind, "stack") == 0)
		return deep_ptr(&start);
	else if (strcmp(kind, "smash") == 0)
		smash_stack();
	else if (strcmp(kind, "text") == 0)
		*(volatile char *)(uintptr_t)panic_main = 0;
	else if (strcmp(kind, "exec") == 0)
		((void (*)(void))(uintptr_t)&start)();
	else if (strcmp(kind, "gpf") == 0)
		*(volatile int *)0x4000000000000000 = 1;
	else if (!heap_misuse(kind))
		return command_usage("panic");
	return 0;
}
COMMAND(panic, "panic [null|stack|smash|text|exec|gpf|overrun|uaf|twice] - "
    "crash the kernel",
    panic_main);
