/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wants a version of its library from before what that is compatible with.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t dep_too_old_start(kmod_info_t *ki, void *data);
extern kern_return_t dep_too_old_stop(kmod_info_t *ki, void *data);

kern_return_t
dep_too_old_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
dep_too_old_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
