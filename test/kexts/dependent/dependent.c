/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uses functions of org.unikext.test.basic, which it declares.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t dependent_start(kmod_info_t *ki, void *data);
extern kern_return_t dependent_stop(kmod_info_t *ki, void *data);

extern int basic_add(int n);
extern int basic_counter;

kern_return_t
dependent_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (basic_counter != 42 || basic_add(1) != 43)
		return (KERN_FAILURE);
	return (KERN_SUCCESS);
}

kern_return_t
dependent_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (basic_add(-1) == 42 ? KERN_SUCCESS : KERN_FAILURE);
}
