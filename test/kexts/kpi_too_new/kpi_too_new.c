/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wants a KPI version of a later system.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t kpi_too_new_start(kmod_info_t *ki, void *data);
extern kern_return_t kpi_too_new_stop(kmod_info_t *ki, void *data);

kern_return_t
kpi_too_new_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
kpi_too_new_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
