/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Crashes from inside a timer callback, one call deep: the panic has to name
 * this kext, the callback and the line.
 */
#include <kern/clock.h>
#include <kern/thread_call.h>
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t crash_start(kmod_info_t *ki, void *data);
extern kern_return_t crash_stop(kmod_info_t *ki, void *data);
static void crash_timer(thread_call_param_t a, thread_call_param_t b);
static int crash_here(volatile int *where);

static int
crash_here(volatile int *where)
{
	*where = 1;			/* line 19 */
	return (*where);
}

static void
crash_timer(thread_call_param_t a, thread_call_param_t b)
{
	(void)b;
	if (crash_here(a) != 1)
		printf("crash: still here\n");
}

kern_return_t
crash_start(kmod_info_t *ki, void *data)
{
	thread_call_t tc = thread_call_allocate(crash_timer, (void *)16);
	uint64_t when;

	(void)ki;
	(void)data;
	clock_interval_to_deadline(100, 1000000, &when);
	thread_call_enter_delayed(tc, when);
	return (KERN_SUCCESS);
}

kern_return_t
crash_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_FAILURE);
}
