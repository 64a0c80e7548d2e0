/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Depends on cycle_a, which depends on this one.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t cycle_b_start(kmod_info_t *ki, void *data);
extern kern_return_t cycle_b_stop(kmod_info_t *ki, void *data);

kern_return_t
cycle_b_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
cycle_b_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
