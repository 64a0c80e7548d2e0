/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Depends on a kext without OSBundleCompatibleVersion.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t dep_no_library_start(kmod_info_t *ki, void *data);
extern kern_return_t dep_no_library_stop(kmod_info_t *ki, void *data);

kern_return_t
dep_no_library_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
dep_no_library_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
