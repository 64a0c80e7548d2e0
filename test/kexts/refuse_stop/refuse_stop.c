/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Its stop function refuses twice.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t refuse_stop_start(kmod_info_t *ki, void *data);
extern kern_return_t refuse_stop_stop(kmod_info_t *ki, void *data);

static int refusals = 2;

kern_return_t
refuse_stop_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
refuse_stop_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (refusals-- > 0 ? KERN_FAILURE : KERN_SUCCESS);
}
