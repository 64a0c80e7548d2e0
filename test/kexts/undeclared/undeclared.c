/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uses a function of another kext without declaring it: refused, also when
 * that kext is loaded.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t undeclared_start(kmod_info_t *ki, void *data);
extern kern_return_t undeclared_stop(kmod_info_t *ki, void *data);

extern int basic_add(int n);

kern_return_t
undeclared_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (basic_add(0) != 0 ? KERN_SUCCESS : KERN_FAILURE);
}

kern_return_t
undeclared_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
