/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Depends on a kext that does not exist.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t missing_dep_start(kmod_info_t *ki, void *data);
extern kern_return_t missing_dep_stop(kmod_info_t *ki, void *data);

kern_return_t
missing_dep_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
missing_dep_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
