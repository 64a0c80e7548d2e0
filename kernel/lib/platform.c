/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform and the version, under the names kexts ask for them.
 *
 * The version is that of the reference system whose interface this is; the
 * text says what really runs.
 */
#include <IOKit/IOPlatformExpert.h>
#include <i386/machine_routines.h>
#include <libkern/OSDebug.h>
#include <libkern/libkern.h>
#include <libkern/version.h>
#include <mach/vm_param.h>
#include <pexpert/pexpert.h>
#include <string.h>
#include <sys/kernel.h>

#include "arch/x86_64/cpu.h"
#include "kernel/cmdline.h"
#include "kernel/initcall.h"
#include "kernel/lib/platform.h"
#include "kernel/mm/pmm.h"
#include "kernel/panic.h"
#include "kernel/sched/thread.h"

const int version_major = VERSION_MAJOR;
const int version_minor = VERSION_MINOR;
const int version_revision = VERSION_REVISION;
const char osrelease[] = OSRELEASE;
const char version[] = "Darwin Kernel Version " OSRELEASE ": Unikext";

int hz = 100;
int securelevel;

/* There is no boot console geometry to hand on. */
PE_state_t PE_state = { .initialized = TRUE };

char model_name[64];

uint64_t max_mem;
vm_size_t mem_size;

static void
platform_init(void)
{
	max_mem = (uint64_t)pmm_total_count() * PAGE_SIZE;
	mem_size = (vm_size_t)max_mem;
}
INITCALL(INIT_CORE, platform_init);

boolean_t
ml_at_interrupt_context(void)
{
	return (in_interrupt());
}

boolean_t
ml_get_interrupts_enabled(void)
{
	unsigned long flags = (unsigned long)arch_irq_save();

	arch_irq_restore(flags);
	return ((flags & 0x200) != 0);		/* RFLAGS.IF */
}

boolean_t
ml_set_interrupts_enabled(boolean_t enable)
{
	unsigned long flags = (unsigned long)arch_irq_save();

	arch_irq_restore(enable ? flags | 0x200 : flags & ~0x200ul);
	return ((flags & 0x200) != 0);
}

unsigned
OSBacktrace(void **bt, unsigned maxAddrs)
{
	return (arch_backtrace(
	    (uintptr_t)__builtin_frame_address(0), (uintptr_t *)bt,
	    maxAddrs));
}

void
OSReportWithBacktrace(const char *str, ...)
{
	const char *name, *module;
	char text[256];
	void *pc[16];
	unsigned n;
	size_t off;
	va_list ap;

	va_start(ap, str);
	(void)vsnprintf(text, sizeof(text), str, ap);
	va_end(ap);
	printf("%s\n", text);
	n = OSBacktrace(pc, sizeof(pc) / sizeof(pc[0]));
	for (unsigned i = 0; i < n; i++) {
		if (ksym_lookup((uintptr_t)pc[i] - 1, &name, &off, &module))
			printf("  #%u %p %s: %s+%#zx\n", i, pc[i], module,
			    name, off + 1);
		else
			printf("  #%u %p ?\n", i, pc[i]);
	}
}

/* No debugger is attached to break into: the cause goes to the log. */
void
PE_enter_debugger(const char *cause)
{
	printf("debugger asked for: %s\n", cause);
}

uint32_t
PE_i_can_has_debugger(uint32_t *flags)
{
	if (flags != NULL)
		*flags = 0;
	return (0);
}

/* The machine does not tell its name. */
boolean_t
PEGetMachineName(char *name, int maxLength)
{
	if (maxLength > 0)
		name[0] = '\0';
	return (FALSE);
}

void
Debugger(const char *message)
{
	PE_enter_debugger(message);
}

boolean_t
PEGetModelName(char *name, int maxLength)
{
	if (maxLength > 0)
		name[0] = '\0';
	return (FALSE);
}

void
populate_model_name(char *model_string)
{
	strlcpy(model_name, model_string, sizeof(model_name));
}

/*
 * A number is stored in as many bytes as the caller's variable has, other
 * text as a string; a name alone counts as 1.
 */
boolean_t
PE_parse_boot_argn(const char *arg_string, void *arg_ptr, int max_arg)
{
	const char *value = cmdline_get(arg_string);
	char *end;
	uint64_t v = 1;

	if (value == NULL || max_arg <= 0)
		return (FALSE);
	if (*value != '\0') {
		v = (uint64_t)strtoq(value, &end, 0);
		if (*end != '\0') {
			strlcpy(arg_ptr, value, (size_t)max_arg);
			return (TRUE);
		}
	}
	memcpy(arg_ptr, &v, (size_t)max_arg < sizeof(v) ? (size_t)max_arg :
	    sizeof(v));
	return (TRUE);
}
