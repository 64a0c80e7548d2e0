/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Its start function fails and leaves memory and a running timer behind.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <kern/thread_call.h>
#include <sys/malloc.h>

extern kern_return_t fail_start_leak_start(kmod_info_t *ki, void *data);
extern kern_return_t fail_start_leak_stop(kmod_info_t *ki, void *data);

static void late(thread_call_param_t a, thread_call_param_t b);

static void
late(thread_call_param_t a, thread_call_param_t b)
{
	(void)a;
	thread_call_free((thread_call_t)b);
}

kern_return_t
fail_start_leak_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	thread_call_t tc = thread_call_allocate(late, NULL);
	uint64_t when;

	(void)_MALLOC(1000, M_TEMP, M_WAITOK);
	clock_interval_to_deadline(300, 1000000, &when);
	thread_call_enter1_delayed(tc, tc, when);
	return (KERN_FAILURE);
}

kern_return_t
fail_start_leak_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
