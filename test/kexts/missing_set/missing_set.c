/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uses a function of a set that OSBundleLibraries does not name.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <libkern/libkern.h>
#include <kern/clock.h>

extern kern_return_t missing_set_start(kmod_info_t *ki, void *data);
extern kern_return_t missing_set_stop(kmod_info_t *ki, void *data);

kern_return_t
missing_set_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	uint64_t t;

	clock_get_uptime(&t);
	return (t != 0 ? KERN_SUCCESS : KERN_FAILURE);
}

kern_return_t
missing_set_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
