/* SPDX-License-Identifier: BSD-2-Clause */
#include <mach/mach_types.h>
#include <mach/kmod.h>

extern int family_start(void);
extern int family_stop(void);

kern_return_t tap_module_start(kmod_info_t *ki, void *data);
kern_return_t tap_module_stop(kmod_info_t *ki, void *data);

kern_return_t
tap_module_start(kmod_info_t *ki, void *data)
{
	return (family_start() == 0 ? KMOD_RETURN_SUCCESS : KMOD_RETURN_FAILURE);
}

kern_return_t
tap_module_stop(kmod_info_t *ki, void *data)
{
	return (family_stop() == 0 ? KMOD_RETURN_SUCCESS : KMOD_RETURN_FAILURE);
}
